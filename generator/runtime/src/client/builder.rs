//! The builder of a client.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::base_url::BaseUrl;
use super::core::Core;
use super::shared::{KeySource, OnDrift, Shared};
use super::template::Templates;
use crate::auth::{Auth, Endpoint, Keyring, Tokens, basic_pair, bearer};
use crate::contract::Service;
use crate::environment::{
    Clock, Limiter, LocalLimiter, PanicSafeClock, Random, RuntimeCheck, ServerTime, Time, random,
};
use crate::error::Error;
use crate::idempotency::IdempotencyKey;
use crate::model::Secret;
use crate::observe::{Drift, Metrics};
use crate::redaction::Secrets;
use crate::retry::{RetryBudget, RetryPolicy};
use crate::syntax::header_value;
use crate::transport_api::Transport;

/// Some servers work on a call for two minutes before they time out. A shorter timeout would leave the outcome unknown.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(130);

/// Enough for two full attempts and the waits between them.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(300);

const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// Configures and builds a client.
///
/// A service that issues access tokens needs [`client_credentials`](Self::client_credentials) or an
/// [`access_token`](Self::access_token), one that takes keys or passwords [`api_key`](Self::api_key) or
/// [`basic_auth`](Self::basic_auth); everything else has a default. Several may be set: each call sends what its operation takes.
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder<C> {
    service: &'static Service,
    base_url: BaseUrl,
    allows_http: bool,
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
    limit: RequestLimit,
    clock: Option<Arc<PanicSafeClock>>,
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
    /// Returns what is wrong with them, without repeating any.
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

/// How many requests may be under way at the same time.
#[derive(Default)]
enum RequestLimit {
    #[default]
    None,
    /// So many of this client and its clones.
    Own(usize),
    Limiter(Box<dyn Limiter>),
}

impl RequestLimit {
    fn limiter(self) -> Result<Option<Box<dyn Limiter>>, Error> {
        match self {
            Self::None => Ok(None),
            Self::Own(0) => Err(Error::configuration("max_concurrent_requests is 0, and has to be 1 at least")),
            Self::Own(requests) => Ok(Some(Box::new(LocalLimiter::new(requests)))),
            Self::Limiter(limiter) => Ok(Some(limiter)),
        }
    }
}

impl<C: From<Core>> ClientBuilder<C> {
    /// Creates the builder of a client of a service at a base URL.
    pub fn new(service: &'static Service, base_url: BaseUrl) -> Self {
        Self {
            service,
            base_url,
            allows_http: false,
            credentials: Credentials::None,
            keyring: Keyring::default(),
            flaws: BTreeMap::new(),
            scope: None,
            transport: None,
            attempt_timeout: ATTEMPT_TIMEOUT,
            total_timeout: TOTAL_TIMEOUT,
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            limit: RequestLimit::None,
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

    /// Authenticates with the ID and secret of an OAuth client. Access tokens are fetched on demand, shared by all clones of the client,
    /// and renewed before they expire. Replaces an [`access_token`](Self::access_token) set before.
    pub fn client_credentials(mut self, id: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Client { id: id.into(), secret: secret.into() };
        self
    }

    /// Authenticates with an existing access token, which is never renewed. Replaces
    /// [`client_credentials`](Self::client_credentials) set before.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Token(token.into());
        self
    }

    /// Authenticates with an API key, for the security scheme of this name. Replaces a key set before for the same scheme. It is never
    /// shown.
    pub fn api_key(mut self, scheme: impl Into<String>, key: impl Into<Secret>) -> Self {
        let (scheme, key) = (scheme.into(), key.into());
        self.note_flaw(format!("the api key for {scheme}"), key.credential_flaw());
        self.keyring.add(scheme, key);
        self
    }

    /// Authenticates with a user name and a password (HTTP Basic). Neither is ever shown.
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

    /// Requests access tokens of this scope, a list separated by spaces, instead of the default scope. Applies to
    /// [`client_credentials`](Self::client_credentials).
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Replaces the bundled transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the timeout of one attempt; default 130 seconds. It includes fetching a token, but not the wait for
    /// [`max_concurrent_requests`](Self::max_concurrent_requests).
    ///
    /// After it fires the outcome is unknown. Servers commonly work on a call for up to two minutes, so the default is longer.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the timeout of a whole call, including all attempts and the waits between them; default 300 seconds.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Sets when calls are retried. See [`RetryPolicy`] for the default and the reasons.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Limits the retries of all calls together; default 50, of which every ten successes restore one.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Allows plain `http` to other machines, for the base URL and for the servers of operations. **Credentials and data are then readable on
    /// the way.** A [`transport`](Self::transport) of the caller's own must allow it, too.
    pub fn allow_http(mut self, allows_http: bool) -> Self {
        self.allows_http = allows_http;
        self
    }

    /// Limits the concurrent requests of all clones of the client; no limit by default. Further requests wait in order. Token requests do
    /// not count.
    ///
    /// Set it to stay below a service's own limit of concurrent requests. To share the limit with other clients or machines, use
    /// [`limiter`](Self::limiter).
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.limit = RequestLimit::Own(requests);
        self
    }

    /// Asks a limiter before each attempt whether another request may be under way.
    pub fn limiter(mut self, limiter: impl Limiter) -> Self {
        self.limit = RequestLimit::Limiter(Box::new(limiter));
        self
    }

    /// Replaces Tokio's clock, by which the client reads the time and waits.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(PanicSafeClock::new(clock)));
        self
    }

    /// Replaces the source of the random numbers that spread retry waits, for tests. The numbers must be uniform over `u64`. If the source
    /// panics, the wait is not randomized.
    pub fn random_source(mut self, source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.random = random::from_source(source);
        self
    }

    /// Reports every attempt and every call that ends to `metrics`.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics = Some(Box::new(metrics));
        self
    }

    /// Calls `hook` for each part of a successful response that the API description does not have: unknown members and enum values, and
    /// values that cannot be decoded, at most 100 of a response. The response is returned all the same, even if the hook panics. Drift is
    /// a sign that the service has changed and the crate should be updated.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Box::new(hook));
        self
    }

    /// Replaces the source of idempotency keys, which are random by default: for tests, or for keys that are recognizable in a log. It must
    /// never return the same key twice. It is called when a call is created; a panic propagates to that caller.
    pub fn idempotency_key_source(mut self, source: impl Fn() -> IdempotencyKey + Send + Sync + 'static) -> Self {
        self.keys = Box::new(source);
        self
    }

    /// Limits the size of a response body, before and after decompression; default 16 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Compresses request bodies with gzip; off by default.
    pub fn compress_requests(mut self, compress: bool) -> Self {
        self.compress_requests = compress;
        self
    }

    /// Adds the name of the calling program, such as `shop/2.1`, to the `User-Agent` header.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when something is missing or cannot work.
    pub fn build(mut self) -> Result<C, Error> {
        if self.attempt_timeout.is_zero() || self.total_timeout.is_zero() {
            return Err(Error::configuration("a timeout of the client is zero, which leaves no time for a response"));
        }
        let limiter = std::mem::take(&mut self.limit).limiter()?;
        let on_keyring = || self.flaws.iter().next().map(|(name, flaw)| format!("{name} {flaw}"));
        if let Some(flaw) = self.credentials.flaw().or_else(on_keyring).or_else(|| self.keyring.flaw()) {
            return Err(Error::configuration(flaw));
        }
        let base_url = self.base_url.clone().with_http(self.allows_http)?;
        let user_agent = self.user_agent()?;
        let transport = match &self.transport {
            Some(transport) => Arc::clone(transport),
            None => default_transport(&self.base_url, self.allows_http)?,
        };
        let time = self.clock.clone().map_or_else(Time::tokio, Time::Other);
        let server_time = Arc::default();
        let secrets = Arc::new(Secrets::new(self.secrets()));
        let auth = self.auth(&user_agent, &transport, &time, &server_time, &secrets)?;
        let shared = Shared {
            service: self.service,
            base_url,
            transport,
            own_transport: self.transport.is_none(),
            runtime_check: RuntimeCheck::default(),
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
            limiter,
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

    /// Returns all secrets, in each form in which they are sent.
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

/// Returns where tokens come from. A client that is pointed at another place than the service shows its credentials nowhere else.
fn token_url(base_url: &BaseUrl, path: &str) -> String {
    match path.split_once("://") {
        Some(_) if base_url.is_documented() => path.to_owned(),
        Some((_, rest)) => format!("{base_url}{}", rest.find('/').map_or("", |at| &rest[at..])),
        None => format!("{base_url}{path}"),
    }
}

#[cfg(feature = "hyper-transport")]
fn default_transport(base_url: &BaseUrl, allows_http: bool) -> Result<Arc<dyn Transport>, Error> {
    if cfg!(not(feature = "__tls")) && base_url.is_https() {
        return Err(Error::configuration(
            "there is no TLS; turn on the feature rustls-ring, or another that brings TLS",
        ));
    }
    Ok(Arc::new(crate::transports::HyperTransport::builder().allow_http(allows_http).build()?))
}

#[cfg(not(feature = "hyper-transport"))]
fn default_transport(_: &BaseUrl, _: bool) -> Result<Arc<dyn Transport>, Error> {
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
