//! What all operations have in common: servers, security, headers with a meaning, and failures.

use std::collections::BTreeMap;

use super::docs::Docs;
use super::failure::Failure;
use crate::document::Pointer;
use crate::names::Name;

/// One base URL with the variant that names it.
#[derive(Debug, Clone)]
pub struct Server {
    /// The variant's name.
    pub name: Name,
    /// The base URL, without a trailing slash; variables in braces.
    pub url: String,
    /// What can be put in the place of variables.
    pub variables: Vec<ServerVariable>,
    /// What runs there.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

impl Server {
    /// Returns the base URL with the default of each variable.
    #[must_use]
    pub fn default_url(&self) -> String {
        let url = self.variables.iter().fold(self.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name.wire()), &variable.default)
        });
        // A variable at the end may be empty.
        plain_url(&url)
    }
}

/// Normalizes a URL: the host in lower case, no default port, no slashes at the end. A URL with variables is normalized when
/// these are filled in.
#[must_use]
pub fn plain_url(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let schemes = [("https://", ":443"), ("http://", ":80")];
    let found = schemes.into_iter().find_map(|(scheme, port)| Some((scheme, port, url.strip_prefix(scheme)?)));
    let Some((scheme, port, rest)) = found.filter(|(.., rest)| !rest.contains('{')) else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    format!("{scheme}{}{path}", authority.strip_suffix(port).unwrap_or(&authority))
}

/// A part of a base URL that callers choose.
#[derive(Debug, Clone)]
pub struct ServerVariable {
    /// Its name.
    pub name: Name,
    /// What it is unless chosen.
    pub default: String,
    /// What it is for, and what can be chosen.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

/// A security scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its name.
    pub name: Name,
    /// What is sent.
    pub kind: SchemeKind,
    /// Its prose.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

/// The credentials of a security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemeKind {
    /// A key in a header.
    HeaderKey(String),
    /// A key behind the `?`.
    QueryKey(String),
    /// A key in a cookie.
    CookieKey(String),
    /// A name and a password.
    Basic,
    /// A token.
    Bearer,
    /// A token that OAuth 2.0 or OpenID Connect has given.
    OAuth2,
    /// Something outside of requests, such as a client certificate.
    Other,
}

/// What all operations have in common.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Where access tokens come from.
    pub token: Option<TokenEndpoint>,
    /// The idempotency key header.
    pub idempotency: Option<IdempotencyHeader>,
    /// The names of response headers with a known meaning.
    pub roles: BTreeMap<Role, String>,
    /// Where failures stand in a body and what they mean.
    pub failure: Failure,
    /// How many bytes a character of a request takes at most, in UTF-8.
    pub max_character_bytes: Option<u32>,
    /// What becomes of a response without a required member, if the document says so.
    pub missing_response_members: Option<MissingMembers>,
}

/// What becomes of a response without a required member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingMembers {
    /// It is an error: required members have plain types.
    Fail,
    /// It is read: every member of a response is an `Option`.
    Accept,
}

/// Where access tokens come from.
#[derive(Debug, Clone)]
pub struct TokenEndpoint {
    /// Its path on the server.
    pub path: String,
    /// How the client's credentials are sent.
    pub credentials: Credentials,
}

/// How a client's credentials are sent to the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// As members of the form.
    Body,
    /// As HTTP Basic authentication.
    Basic,
}

impl Credentials {
    /// Returns the word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Basic => "basic",
        }
    }
}

/// The header of the idempotency key.
#[derive(Debug, Clone)]
pub struct IdempotencyHeader {
    /// Its name.
    pub header: String,
    /// The longest key.
    pub max_length: usize,
    /// How long the server remembers a key.
    pub kept_seconds: u64,
    /// Where the document declares it first.
    pub at: Pointer,
}

/// What a response header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The server's own identifier of the request.
    RequestId,
    /// The caller's identifier, echoed.
    TrackId,
    /// The quota.
    RateLimit,
    /// What is left of the quota.
    RateLimitRemaining,
    /// Seconds until the quota is full again.
    RateLimitReset,
    /// Which class of concurrent requests this one counts in.
    ConcurrencyType,
    /// How many may run at once.
    ConcurrencyLimit,
    /// How many more may run now.
    ConcurrencyRemaining,
}

impl Role {
    /// Returns the word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequestId => "request-id",
            Self::TrackId => "track-id",
            Self::RateLimit => "rate-limit",
            Self::RateLimitRemaining => "rate-limit-remaining",
            Self::RateLimitReset => "rate-limit-reset",
            Self::ConcurrencyType => "concurrency-type",
            Self::ConcurrencyLimit => "concurrency-limit",
            Self::ConcurrencyRemaining => "concurrency-remaining",
        }
    }

    /// How many roles there are.
    pub const COUNT: usize = 8;
}
