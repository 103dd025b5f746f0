//! Settings of the simulator.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::Simulator;
use crate::clock::Clock;
use crate::failure::{Category, CodeSpelling};
use crate::ids::Ids;

/// The client id a simulator knows unless told otherwise.
pub const CLIENT_ID: &str = "3f1d7a52-90c4-4e4b-8a57-0c2f6d1be9a4";
/// The secret that goes with [`CLIENT_ID`]; it holds characters that a form has to escape.
pub const CLIENT_SECRET: &str = "s1mul+tor/Secret=With&Specials%20==";

/// How a declined authorization is told. The reference shows it inside the schema of the 200 response; the version rules
/// suggest a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclineStyle {
    /// 200 with `success: false`, whatever the version.
    Documented,
    /// The same body, with the status of the category when the version asks for statuses.
    ByVersion,
}

/// The response to a repeated request with a known key: Zuora's guides contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayStyle {
    /// The first response as it was (the idempotency guide, and what users observed).
    AsItWas,
    /// The first response's body under status 409 (the error-handling guide).
    Conflict,
}

/// How 409 looks under a key whose first request is still running: the guides do not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictStyle {
    /// A sentence, without a code and without IDs.
    Sentence,
    /// A code of category 50 with `processId` and `requestId`, new in each response.
    Coded,
    /// A code of category 50 without IDs.
    CodeOnly,
}

impl ConflictStyle {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[Self::Sentence, Self::Coded, Self::CodeOnly];
}

/// Sets a [`Simulator`] up. Every setting has a default that fits most tests.
#[derive(Debug)]
pub struct Builder {
    pub(crate) options: Options,
    port: u16,
}

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) token_life: Duration,
    pub(crate) strict_token_requests: bool,
    pub(crate) tenant_version: String,
    pub(crate) codes: CodeSpelling,
    pub(crate) result_codes: CodeSpelling,
    pub(crate) declines: DeclineStyle,
    pub(crate) decline_category: Category,
    pub(crate) gateway_details: bool,
    pub(crate) replays: ReplayStyle,
    pub(crate) conflicts: ConflictStyle,
    pub(crate) plain_failures: bool,
    pub(crate) calls_per_minute: u32,
    pub(crate) tokens_per_minute: u32,
    pub(crate) calls_at_once: u32,
    pub(crate) clock: Clock,
    pub(crate) clock_skew: i64,
    pub(crate) keeps_log: bool,
    pub(crate) ids: Arc<Ids>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let options = Options {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            token_life: Duration::from_secs(3600),
            strict_token_requests: false,
            tenant_version: "186.0".to_owned(),
            codes: CodeSpelling::Text,
            result_codes: CodeSpelling::Number,
            declines: DeclineStyle::Documented,
            decline_category: Category::Internal,
            gateway_details: true,
            replays: ReplayStyle::AsItWas,
            conflicts: ConflictStyle::Sentence,
            plain_failures: false,
            calls_per_minute: 50_000,
            tokens_per_minute: 100,
            calls_at_once: 40,
            clock: Clock::default(),
            clock_skew: 0,
            keeps_log: true,
            ids: Arc::default(),
        };
        Self { options, port: 0 }
    }

    /// Sets the client that may ask for tokens. The id has 36 characters, the secret at most 42, as the API wants
    /// it.
    #[must_use]
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.options.client_id = id.into();
        self.options.client_secret = secret.into();
        self
    }

    /// Sets how long a token is good for. Default: one hour.
    #[must_use]
    pub fn token_life(mut self, life: Duration) -> Self {
        self.options.token_life = life;
        self
    }

    /// Sets the version in force for requests without `Zuora-Version`. Default: `186.0`, a tenant that was never
    /// upgraded.
    #[must_use]
    pub fn tenant_version(mut self, version: impl Into<String>) -> Self {
        self.options.tenant_version = version.into();
        self
    }

    /// Sets the spelling of codes in `reasons`. Default: text.
    #[must_use]
    pub fn codes(mut self, spelling: CodeSpelling) -> Self {
        self.options.codes = spelling;
        self
    }

    /// Sets the spelling of an authorization's `resultCode`. Default: number, as all samples show.
    #[must_use]
    pub fn result_codes(mut self, spelling: CodeSpelling) -> Self {
        self.options.result_codes = spelling;
        self
    }

    /// Sets how declined authorizations are told. Default: [`DeclineStyle::Documented`].
    #[must_use]
    pub fn declines(mut self, style: DeclineStyle) -> Self {
        self.options.declines = style;
        self
    }

    /// Sets the category of a decline's reason. Default: 60, which is what declines were seen to come as.
    #[must_use]
    pub fn decline_category(mut self, category: Category) -> Self {
        self.options.decline_category = category;
        self
    }

    /// Sets whether declined authorizations carry `paymentGatewayResponse`, a feature tenants turn on. Default: yes.
    #[must_use]
    pub fn gateway_details(mut self, enabled: bool) -> Self {
        self.options.gateway_details = enabled;
        self
    }

    /// Sets the response to repeated requests. Default: [`ReplayStyle::AsItWas`].
    #[must_use]
    pub fn replays(mut self, style: ReplayStyle) -> Self {
        self.options.replays = style;
        self
    }

    /// Sets how 409 looks under a key that is in progress. Default: [`ConflictStyle::Sentence`].
    #[must_use]
    pub fn conflicts(mut self, style: ConflictStyle) -> Self {
        self.options.conflicts = style;
        self
    }

    /// Sets the calls allowed in one minute; refused ones count too. Default: 50,000.
    #[must_use]
    pub fn calls_per_minute(mut self, limit: u32) -> Self {
        self.options.calls_per_minute = limit;
        self
    }

    /// Sets whether a token request with an `Authorization` header is refused, as Zuora asks not to send one. The official Python
    /// client sends the token before to get the next. Default: no.
    #[must_use]
    pub fn strict_token_requests(mut self, strict: bool) -> Self {
        self.options.strict_token_requests = strict;
        self
    }

    /// Sets whether 400 and 403 of the session operation, and 403 of the others, come as `{code, message}`, as the models of
    /// the official Python client declare them, and not with `reasons`. Default: no.
    #[must_use]
    pub fn plain_failures(mut self, plain: bool) -> Self {
        self.options.plain_failures = plain;
        self
    }

    /// Sets the token requests allowed in one minute. Default: 100.
    #[must_use]
    pub fn tokens_per_minute(mut self, limit: u32) -> Self {
        self.options.tokens_per_minute = limit;
        self
    }

    /// Sets the calls below `/v1` allowed at the same time. Default: 40.
    #[must_use]
    pub fn calls_at_once(mut self, limit: u32) -> Self {
        self.options.calls_at_once = limit;
        self
    }

    /// Sets where the time comes from. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.options.clock = Clock::new(now);
        self
    }

    /// Takes the time from the runtime, which a test may have paused: see [`Clock::simulated`].
    #[must_use]
    pub fn simulated_time(mut self) -> Self {
        self.options.clock = Clock::simulated();
        self
    }

    /// Sets how many seconds the `Date` of responses, and a `Retry-After` that is a date, are ahead of the clock;
    /// negative when they are behind. Default: 0.
    #[must_use]
    pub fn clock_skew(mut self, seconds: i64) -> Self {
        self.options.clock_skew = seconds;
        self
    }

    /// Sets whether requests are noted, and their responses held against the OpenAPI document. Without it memory does
    /// not grow with requests that move nothing; counters are kept all the same. Default: yes.
    #[must_use]
    pub fn log(mut self, kept: bool) -> Self {
        self.options.keeps_log = kept;
        self
    }

    /// Makes up the same identifiers, tokens and numbers in each run. Default: the system's randomness.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.ids = Arc::new(Ids::seeded(seed));
        self
    }

    /// Sets the loopback port to listen on. Default: 0, any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// When the port cannot be had, or when the OpenAPI document does not describe the three operations.
    pub async fn start(self) -> io::Result<Simulator> {
        Simulator::listen(self.options, self.port).await
    }

    /// Returns a simulator without a port, for [`Simulator::response`].
    ///
    /// # Errors
    ///
    /// When the OpenAPI document does not describe the three operations.
    pub fn in_process(self) -> io::Result<Simulator> {
        Simulator::unconnected(self.options)
    }
}
