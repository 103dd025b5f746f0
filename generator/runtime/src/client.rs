//! A client: how it is built, and what its calls share.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Semaphore;

use crate::auth::{Access, Auth, Endpoint, Keyring, Tokens, basic_pair, bearer};
use crate::call::Call;
use crate::encoding::hex;
use crate::key::Now;
use crate::observe::{CallReport, Drift, Metrics, guarded};
use crate::operation::Operation;
use crate::prepare::header_value;
use crate::random::{self, Random};
use crate::response_value::ResponseValue;
use crate::retry::{Bucket, RetryBudget, RetryPolicy};
use crate::secrets::Secrets;
use crate::service::Service;
use crate::surroundings::Surroundings;
use crate::template::Templates;
use crate::time::{Clock, Guarded, Moment, ServerTime, Time};
use crate::transport::Transport;
use crate::{BaseUrl, Error, IdempotencyKey, ResumableCall, ResumedCall, Secret};

/// Some servers work on a call for two minutes and then respond that it took too long. A client that gives up earlier
/// leaves a call behind of which it does not know what became.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(130);

/// Room for two attempts that take their whole time, and the waits between.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(300);

const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// What the calls of a client share. Clones share it as well: one connection pool, one token.
#[derive(Clone)]
pub struct Core {
    pub(crate) shared: Arc<Shared>,
    pub(crate) headers: Arc<[(&'static str, String)]>,
}

pub(crate) struct Shared {
    pub(crate) service: &'static Service,
    pub(crate) base_url: BaseUrl,
    pub(crate) transport: Arc<dyn Transport>,
    /// The transport is the one the crate brings.
    pub(crate) own_transport: bool,
    pub(crate) auth: Auth,
    pub(crate) keyring: Keyring,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) user_agent: HeaderValue,
    /// The header that carries the idempotency key.
    pub(crate) key_header: Option<HeaderName>,
    /// The header that carries the track ID, both ways.
    pub(crate) track_header: Option<HeaderName>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Bucket,
    /// Places for simultaneous requests, if they are limited. Whoever waits longest gets the next.
    pub(crate) places: Option<Arc<Semaphore>>,
    pub(crate) time: Time,
    pub(crate) server_time: Arc<ServerTime>,
    /// The time of day when the client was made, and the moment of it.
    pub(crate) made: (SystemTime, Moment),
    pub(crate) random: Random,
    pub(crate) keys: KeySource,
    pub(crate) max_response_bytes: usize,
    pub(crate) compress_requests: bool,
    pub(crate) metrics: Option<Box<dyn Metrics>>,
    pub(crate) on_drift: Option<OnDrift>,
    pub(crate) surroundings: Surroundings,
    pub(crate) templates: Templates,
    #[cfg(feature = "blocking")]
    pub(crate) own_runtime: crate::blocking::OwnRuntime,
}

impl Shared {
    /// Tells the end of a call to whoever measures.
    pub(crate) fn report<'a>(&self, call: impl FnOnce() -> CallReport<'a>) {
        if let Some(metrics) = &self.metrics {
            let report = call();
            guarded(|| metrics.call_ended(&report));
        }
    }

    /// What the calls of an operation prove themselves by.
    pub(crate) fn access(&self, operation: &Operation) -> Result<Access, String> {
        Access::choose(operation, self.service, &self.auth, &self.keyring)
    }

    /// What time it is, for a call that is under way since a moment.
    pub(crate) fn now(&self, since: Option<Moment>) -> Now {
        self.now_at(self.time.now(), since)
    }

    /// As [`now`](Self::now), where the moment is known.
    pub(crate) fn now_at(&self, now: Moment, since: Option<Moment>) -> Now {
        Now {
            at: now,
            wall: self.time.of_day(),
            server: self.server_time.at(now),
            steady: self.made.0.checked_add(now.since(self.made.1)).unwrap_or(self.made.0),
            waited: since.map_or(Duration::ZERO, |since| now.since(since)),
        }
    }

    /// Takes in the date of a response that has just come.
    pub(crate) fn observe_server_time(&self, headers: &HeaderMap) {
        self.server_time.observe(headers, &self.time);
    }

    /// A digest of whom the client is to the service. It tells tenants apart, and no secret can be read out of it. What a transport of the
    /// caller's adds is not in it.
    pub(crate) fn sender(&self, key: &IdempotencyKey) -> String {
        let mut digest = hmac_sha256::HMAC::new(key.as_str());
        let mut add = |part: &str| {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        };
        self.auth.each_identity(&mut add);
        self.keyring.each_identity(&mut add);
        hex(&digest.finalize())
    }

    /// What the Tokio runtime around a call lacks, if anything.
    pub(crate) fn lacking_around(&self) -> Option<&'static str> {
        self.surroundings.flaw(matches!(self.time, Time::Tokio(_)), self.own_transport)
    }

    /// Tells whether calls need a Tokio runtime around them.
    pub(crate) fn needs_tokio(&self) -> bool {
        self.own_transport || matches!(self.time, Time::Tokio(_)) || matches!(self.auth, Auth::Tokens(_))
    }
}

type OnDrift = Box<dyn Fn(&Drift) + Send + Sync>;

type KeySource = Box<dyn Fn() -> IdempotencyKey + Send + Sync>;

impl Core {
    /// Begins a call of an operation.
    pub fn call(&self, operation: &'static Operation) -> Call {
        Call::new(self.clone(), operation)
    }

    /// A call of an operation that was kept, to be sent again.
    pub fn resume<T: ResponseValue>(&self, operation: &'static Operation, call: ResumableCall) -> ResumedCall<T> {
        ResumedCall::new(self.clone(), operation, call)
    }

    /// The same client, which also sends this header with every call of an operation that takes it. A header of the same name
    /// set before is replaced.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: impl Into<String>) -> Self {
        let others = self.headers.iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name));
        let headers = others.cloned().chain([(name, value.into())]).collect();
        Self { shared: Arc::clone(&self.shared), headers }
    }
}

/// Shows where the client points, and no credentials. Header values may be sensitive, so only their names are there.
impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Core")
            .field("service", &self.shared.service.name)
            .field("base_url", &self.shared.base_url)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

/// Sets up a client.
///
/// A service that hands out access tokens needs [`client_credentials`](Self::client_credentials) or an
/// [`access_token`](Self::access_token), one that takes keys or passwords [`api_key`](Self::api_key) or
/// [`basic_auth`](Self::basic_auth); everything else has a default. Several may be set: each call sends what its operation takes.
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder<C> {
    service: &'static Service,
    base_url: BaseUrl,
    credentials: Credentials,
    keyring: Keyring,
    /// What is wrong with the credentials on the keyring, by what they are.
    flaws: BTreeMap<String, &'static str>,
    scope: Option<String>,
    transport: Option<Arc<dyn Transport>>,
    attempt_timeout: Duration,
    total_timeout: Duration,
    retry: RetryPolicy,
    budget: RetryBudget,
    max_concurrent_requests: Option<usize>,
    clock: Option<Arc<Guarded>>,
    random: Random,
    keys: KeySource,
    max_response_bytes: usize,
    compress_requests: bool,
    app_name: Option<String>,
    metrics: Option<Box<dyn Metrics>>,
    on_drift: Option<OnDrift>,
    client: PhantomData<fn() -> C>,
}

enum Credentials {
    None,
    Client { id: Secret, secret: Secret },
    Token(Secret),
}

impl Credentials {
    /// Says what is wrong with them, without repeating any.
    fn flaw(&self) -> Option<String> {
        let (first, second) = match self {
            Self::None => return None,
            Self::Client { id, secret } => (("the client id", id), Some(("the client secret", secret))),
            Self::Token(token) => (("the access token", token), None),
        };
        let mut flaws = [Some(first), second].into_iter().flatten();
        flaws.find_map(|(name, secret)| secret.credential_flaw().map(|flaw| format!("{name} {flaw}")))
    }
}

impl<C: From<Core>> ClientBuilder<C> {
    /// Begins a client of a service at an address.
    pub fn new(service: &'static Service, base_url: BaseUrl) -> Self {
        Self {
            service,
            base_url,
            credentials: Credentials::None,
            keyring: Keyring::default(),
            flaws: BTreeMap::new(),
            scope: None,
            transport: None,
            attempt_timeout: ATTEMPT_TIMEOUT,
            total_timeout: TOTAL_TIMEOUT,
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            max_concurrent_requests: None,
            clock: None,
            random: random::from_system(),
            keys: Box::new(IdempotencyKey::random),
            max_response_bytes: MAX_RESPONSE_BYTES,
            compress_requests: false,
            app_name: None,
            metrics: None,
            on_drift: None,
            client: PhantomData,
        }
    }

    /// Authenticates with the id and secret of an OAuth client. Access tokens are fetched when they are needed, shared by all
    /// clones of the client, and renewed before they run out. Replaces an [`access_token`](Self::access_token) set before.
    pub fn client_credentials(mut self, id: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Client { id: id.into(), secret: secret.into() };
        self
    }

    /// Authenticates with an access token that is already there. It is sent as it is and never renewed. Replaces
    /// [`client_credentials`](Self::client_credentials) set before.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Token(token.into());
        self
    }

    /// Authenticates with an API key where the service takes one, under the name that its document gives to the scheme.
    /// Replaces a key set before under the same name. It is never shown.
    pub fn api_key(mut self, scheme: impl Into<String>, key: impl Into<Secret>) -> Self {
        let (scheme, key) = (scheme.into(), key.into());
        self.note_flaw(format!("the api key for {scheme}"), key.credential_flaw());
        self.keyring.add(scheme, key);
        self
    }

    /// Authenticates with a user name and a password where the service takes them. Neither is ever shown.
    pub fn basic_auth(mut self, user: impl Into<Secret>, password: impl Into<Secret>) -> Self {
        let (user, password) = (user.into(), password.into());
        for (name, secret) in [("the user name", &user), ("the password", &password)] {
            // Services take keys as user names, or as passwords, and leave the other empty.
            let flaw = secret.credential_flaw().filter(|_| !secret.expose().is_empty());
            self.note_flaw(format!("{name} for basic_auth"), flaw);
        }
        self.keyring.set_basic(user, password);
        self
    }

    /// Notes what is wrong with a credential, or that nothing is wrong with the one that replaces it.
    fn note_flaw(&mut self, name: String, flaw: Option<&'static str>) {
        match flaw {
            Some(flaw) => self.flaws.insert(name, flaw),
            None => self.flaws.remove(&name),
        };
    }

    /// Asks for access tokens of this scope, names with spaces between them, in place of the one that the service gives by itself.
    /// It belongs to [`client_credentials`](Self::client_credentials).
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sends requests through another transport than the one the crate brings.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Constraints the time of one attempt, fetching a token included, the wait for a place among the simultaneous requests not. 130 seconds unless set: servers commonly work on a call for up to
    /// two minutes, and giving up before them leaves behind a call of which nobody knows what became.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Constraints the time of a whole call, all attempts and the waits between them included. 300 seconds unless set.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Sets when calls are sent again after an attempt that failed. See [`RetryPolicy`] for the default and the reasons.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Constraints the repetitions of all calls together. 50, of which one comes back with every ten successes, unless set.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Constraints the requests under way at the same time, over all clones of the client; the others wait, first come, first served.
    /// Requests for tokens do not count. No limit unless set.
    ///
    /// Worth setting when a service counts simultaneous requests, to stay below its limit rather than to be refused.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = Some(requests);
        self
    }

    /// Reads the time and waits by another clock than Tokio's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(Guarded::new(clock)));
        self
    }

    /// Replaces the random numbers that spread the waits: for tests. The numbers must be spread over all of `u64`. A source that panics
    /// leaves its wait unspread.
    pub fn random_source(mut self, source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.random = random::from_source(source);
        self
    }

    /// Tells `metrics` of every attempt and every call that ends.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics = Some(Box::new(metrics));
        self
    }

    /// Calls `hook` for what a successful response holds that the API description does not know: members, enum values, and values that
    /// cannot be read, at most 100 of a response. Responses are read all the same; it is a sign that the service has moved on, and
    /// the crate should follow. A hook that panics loses no response.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Box::new(hook));
        self
    }

    /// Replaces the source of idempotency keys, which are random unless set: for tests, or for keys that can be told apart in a log.
    /// It must never return the same key twice. It is asked when a call is made, before anything is sent, and a panic of it goes to whoever
    /// makes the call.
    pub fn idempotency_key_source(mut self, source: impl Fn() -> IdempotencyKey + Send + Sync + 'static) -> Self {
        self.keys = Box::new(source);
        self
    }

    /// Constraints the size of a response body, before and after unpacking. 16 MiB unless set.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Packs request bodies with gzip. Off unless set.
    pub fn compress_requests(mut self, compress: bool) -> Self {
        self.compress_requests = compress;
        self
    }

    /// Names the calling program, such as `shop/2.1`, in the `User-Agent` header.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when something is missing or cannot work.
    pub fn build(self) -> Result<C, Error> {
        if self.attempt_timeout.is_zero() || self.total_timeout.is_zero() {
            return Err(Error::configuration("a timeout of the client is zero, which leaves no time for a response"));
        }
        if self.max_concurrent_requests == Some(0) {
            return Err(Error::configuration("max_concurrent_requests is 0, and has to be 1 at least"));
        }
        let on_keyring = || self.flaws.iter().next().map(|(name, flaw)| format!("{name} {flaw}"));
        if let Some(flaw) = self.credentials.flaw().or_else(on_keyring).or_else(|| self.keyring.flaw()) {
            return Err(Error::configuration(flaw));
        }
        let user_agent = self.user_agent()?;
        let transport = match &self.transport {
            Some(transport) => Arc::clone(transport),
            None => default_transport(&self.base_url)?,
        };
        let time = self.clock.clone().map_or_else(Time::tokio, Time::Other);
        let server_time = Arc::default();
        let secrets = Arc::new(Secrets::new(self.secrets()));
        let auth = self.auth(&user_agent, &transport, &time, &server_time, &secrets)?;
        let shared = Shared {
            service: self.service,
            base_url: self.base_url,
            transport,
            own_transport: self.transport.is_none(),
            surroundings: Surroundings::default(),
            templates: Templates::default(),
            auth,
            keyring: self.keyring,
            secrets,
            user_agent,
            key_header: self.service.idempotency.and_then(|idempotency| header_name(idempotency.header)),
            track_header: self.service.roles.track_id.and_then(header_name),
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            retry: self.retry,
            budget: self.budget.bucket(),
            places: self.max_concurrent_requests.map(|most| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))),
            made: (time.of_day(), time.now()),
            time,
            server_time,
            random: self.random,
            keys: self.keys,
            max_response_bytes: self.max_response_bytes,
            compress_requests: self.compress_requests,
            metrics: self.metrics,
            on_drift: self.on_drift,
            #[cfg(feature = "blocking")]
            own_runtime: Default::default(),
        };
        Ok(C::from(Core { shared: Arc::new(shared), headers: Arc::from([]) }))
    }

    /// Everything that no text of the client shows, in each form in which it is sent.
    fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.keyring.secrets();
        match &self.credentials {
            Credentials::None => {}
            Credentials::Client { id, secret } => secrets.extend([Secret::new(basic_pair(id, secret)), secret.clone()]),
            Credentials::Token(token) => secrets.push(token.clone()),
        }
        secrets
    }

    fn user_agent(&self) -> Result<HeaderValue, Error> {
        let text = match &self.app_name {
            Some(name) => format!("{} {name}", self.service.user_agent),
            None => self.service.user_agent.to_owned(),
        };
        header_value(&text).map_err(|flaw| Error::configuration(format!("the name of the calling program {flaw}")))
    }

    fn auth(
        &self,
        user_agent: &HeaderValue,
        transport: &Arc<dyn Transport>,
        time: &Time,
        server_time: &Arc<ServerTime>,
        secrets: &Arc<Secrets>,
    ) -> Result<Auth, Error> {
        let problem = match (&self.credentials, self.service.token) {
            (Credentials::Token(token), _) => match bearer(token) {
                Some(bearer) => return Ok(Auth::Fixed(bearer)),
                None => "the access token holds a character that cannot be sent",
            },
            (Credentials::Client { id, secret }, Some(endpoint)) => {
                let endpoint = Endpoint {
                    service: self.service,
                    endpoint,
                    url: token_url(&self.base_url, endpoint.path),
                    user_agent: user_agent.clone(),
                    id: id.clone(),
                    secret: secret.clone(),
                    secrets: Arc::clone(secrets),
                    scope: self.scope.clone(),
                    transport: Arc::clone(transport),
                    time: time.clone(),
                    server_time: Arc::clone(server_time),
                };
                return Ok(Auth::Tokens(Arc::new(Tokens::new(endpoint, Arc::clone(&self.random)))));
            }
            (Credentials::Client { .. }, None) => {
                "the service hands out no access tokens; call access_token instead of client_credentials"
            }
            (Credentials::None, Some(_)) if self.keyring.is_empty() => {
                "there are no credentials; call client_credentials or access_token"
            }
            (Credentials::None, _) => return Ok(Auth::None),
        };
        Err(Error::configuration(problem))
    }
}

fn header_name(text: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(text.as_bytes()).ok()
}

/// Where tokens come from. A client that is pointed at another place than the service shows its credentials nowhere else.
fn token_url(base_url: &BaseUrl, path: &str) -> String {
    match path.split_once("://") {
        Some(_) if base_url.is_documented() => path.to_owned(),
        Some((_, rest)) => format!("{base_url}{}", rest.find('/').map_or("", |at| &rest[at..])),
        None => format!("{base_url}{path}"),
    }
}

#[cfg(feature = "hyper-transport")]
fn default_transport(base_url: &BaseUrl) -> Result<Arc<dyn Transport>, Error> {
    if cfg!(not(feature = "__tls")) && base_url.is_https() {
        return Err(Error::configuration(
            "there is no TLS; turn on the feature rustls-ring, or another that brings TLS",
        ));
    }
    Ok(Arc::new(crate::transport::HyperTransport::new()?))
}

#[cfg(not(feature = "hyper-transport"))]
fn default_transport(_: &BaseUrl) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::configuration("there is no transport; call transport, or turn on the feature rustls-ring or native-tls"))
}

/// Shows where the client will point, and no credentials.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.service.name)
            .field("base_url", &self.base_url)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
