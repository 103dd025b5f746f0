//! What the runtime has to be told about a service; generated code fills it in.

use super::failure::FailureFormat;
use super::span::Telemetry;

/// All that is particular to one service, apart from its operations.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The name of the service, as messages use it.
    pub name: &'static str,
    /// The `User-Agent` of every request, such as `acme-sdk/1.0.0`.
    pub user_agent: &'static str,
    /// Where access tokens come from; `None` for a service without OAuth.
    pub token: Option<TokenEndpoint>,
    /// How the service recognises a call that is repeated.
    pub idempotency: Option<Idempotency>,
    /// Which response headers carry what.
    pub roles: HeaderRoles,
    /// What a failure looks like.
    pub failure: FailureFormat,
    /// Makes spans and events: [`telemetry!`](crate::codegen::telemetry).
    pub telemetry: Telemetry,
}

/// The endpoint that gives out access tokens (OAuth 2.0, client credentials).
#[derive(Clone, Copy, Debug)]
pub struct TokenEndpoint {
    /// The path, below the base URL; or an `https` URL, which a client of the service itself asks for tokens. One that is
    /// pointed at another place asks there, by the URL's path.
    pub path: &'static str,
    /// How the client proves who it is.
    pub credentials: CredentialsIn,
}

/// Where the client's id and secret stand in a token request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsIn {
    /// As fields of the form.
    Body,
    /// In an `Authorization: Basic` header.
    Basic,
}

/// How the service recognises a call that is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Idempotency {
    /// The request header that carries the key.
    pub header: &'static str,
    /// The longest key the service takes, in characters.
    pub max_length: usize,
    /// How long the service remembers a key and its response, in seconds.
    pub kept_seconds: u64,
}

/// The names of the response headers that carry a meaning; `None` where the service has no such header.
#[derive(Clone, Copy, Debug)]
pub struct HeaderRoles {
    /// The server's own id of the call.
    pub request_id: Option<&'static str>,
    /// The caller's id of the call, sent back.
    pub track_id: Option<&'static str>,
    /// The limit on the number of calls, as text.
    pub rate_limit: Option<&'static str>,
    /// How many calls are left.
    pub rate_limit_remaining: Option<&'static str>,
    /// The seconds until the limit is reset.
    pub rate_limit_reset: Option<&'static str>,
    /// Which limit on simultaneous calls applies.
    pub concurrency_type: Option<&'static str>,
    /// The limit on simultaneous calls.
    pub concurrency_limit: Option<&'static str>,
    /// How many more simultaneous calls are allowed.
    pub concurrency_remaining: Option<&'static str>,
}

impl HeaderRoles {
    /// No header means anything.
    pub const NONE: Self = Self {
        request_id: None,
        track_id: None,
        rate_limit: None,
        rate_limit_remaining: None,
        rate_limit_reset: None,
        concurrency_type: None,
        concurrency_limit: None,
        concurrency_remaining: None,
    };
}
