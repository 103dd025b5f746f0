//! What the runtime has to be told about a service; generated code fills it in.

use crate::Outcome;

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
    pub failure: Failure,
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

/// Where codes and messages stand in the body of a failure, and what they mean.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The member that is `false` when the call failed, whatever the status.
    pub success: Option<&'static str>,
    /// The list of reasons.
    pub reasons: Option<Reasons>,
    /// The member of a body that carries a sentence and nothing else.
    pub message: Option<&'static str>,
    /// A body that has a code and a message, and no reasons.
    pub plain: Option<PlainFailure>,
    /// The member with the server's id of the process.
    pub process_id: Option<&'static str>,
    /// The member with the server's id of the request.
    pub request_id: Option<&'static str>,
    /// How many digits a reason code has that ends in a category.
    pub code_digits: usize,
    /// What the last two digits of such a code mean.
    pub categories: &'static [Code],
    /// A single result code beside the reasons, in the bodies of operations that [have one](crate::codegen::Operation::result_codes).
    pub result: Option<ResultCodes>,
}

impl Failure {
    /// A service that says nothing about its failures: the status alone decides.
    pub const NONE: Self = Self {
        success: None,
        reasons: None,
        message: None,
        plain: None,
        process_id: None,
        request_id: None,
        code_digits: 0,
        categories: &[],
        result: None,
    };
}

/// The list of reasons in the body of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Reasons {
    /// The member that holds the list.
    pub member: &'static str,
    /// The member of an element that holds its code.
    pub code: &'static str,
    /// The member of an element that holds its message.
    pub message: &'static str,
}

/// The body of a failure that has a code and a message of its own, in place of reasons.
#[derive(Clone, Copy, Debug)]
pub struct PlainFailure {
    /// The member that holds the code.
    pub code: &'static str,
    /// The member that holds the message.
    pub message: &'static str,
    /// The statuses with which such a body is documented.
    pub statuses: &'static [u16],
}

/// A result code that stands by itself in a body, matched exactly.
#[derive(Clone, Copy, Debug)]
pub struct ResultCodes {
    /// The member that holds the code.
    pub member: &'static str,
    /// The member that holds the message that belongs to it.
    pub message: Option<&'static str>,
    /// The codes of failures and what they mean.
    pub codes: &'static [Code],
}

impl ResultCodes {
    pub(crate) fn find(&self, code: &str) -> Option<&'static Code> {
        self.codes.iter().find(|known| known.code == code)
    }
}

/// A code of a failure, and what it says about the call.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The code as text.
    pub code: &'static str,
    /// What it means, as messages use it: lower case, no full stop.
    pub meaning: &'static str,
    /// What it says about the call.
    pub class: CodeClass,
    /// The code is also sent alone, without the digits that commonly stand in front of it.
    pub bare: bool,
}

impl Code {
    /// A code and what it says about the call.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str, class: CodeClass) -> Self {
        Self { code, meaning, class, bare: false }
    }

    /// The code is also sent alone, without the digits that commonly stand in front of it.
    #[must_use]
    pub const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// What a code says about the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeClass {
    /// The service looked at the call, and did not act: the same call would be refused again.
    Refused,
    /// As [`Refused`](Self::Refused), by whoever holds the money.
    Declined,
    /// The service may have acted.
    Open,
    /// Another request holds what the call needs; that may be an earlier request of the same call.
    Locked,
    /// The service turned the call away before it looked at it.
    Denied,
    /// As [`Denied`](Self::Denied): the access token is not valid.
    Unauthorized,
    /// As [`Denied`](Self::Denied): there are too many requests, and waiting helps.
    TooMany,
}

/// What the body of a success means: whether what was asked for is done, still open, or declined.
#[derive(Clone, Copy, Debug)]
pub struct Success {
    /// Lists of members: a body without the member that declares success is a success all the same if it has all members of one
    /// of the lists.
    pub known_by: &'static [&'static [&'static str]],
    /// What the members say. The first that holds decides; if none does, the call is open.
    pub states: &'static [State],
    /// The reason codes, matched exactly, by which a failure of this operation is known to be a decline.
    pub decline_codes: &'static [&'static str],
}

/// What a success means whose members have certain values.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Members, and the values of which each has one.
    pub when: &'static [(&'static str, &'static [&'static str])],
    /// Members that are there as well, and not empty.
    pub with: &'static [&'static str],
    /// What that means.
    pub means: Means,
}

/// What a success means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// What was asked for is done.
    Done,
    /// What was asked for is under way.
    Open,
    /// What was asked for is declined. The outcome says whether the service may have acted.
    Declined(Outcome),
}

/// One way in which a caller proves who it is, under the name that the document gives it.
#[derive(Debug)]
pub struct Scheme {
    pub(crate) name: &'static str,
    pub(crate) proof: Proof,
}

/// What a scheme wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// An access token, in `Authorization`.
    Bearer,
    /// A user and a password, in `Authorization`.
    Basic,
    /// A key in the header of this name.
    Header(&'static str),
    /// A key in the query, under this name.
    Query(&'static str),
    /// A key in the cookie of this name.
    Cookie(&'static str),
    /// Something that is not sent as part of a request, or in no way that is known here.
    Other,
}

impl Scheme {
    /// An access token that the caller has.
    #[must_use]
    pub const fn bearer(name: &'static str) -> Self {
        Self { name, proof: Proof::Bearer }
    }

    /// A user and a password (RFC 7617).
    #[must_use]
    pub const fn basic(name: &'static str) -> Self {
        Self { name, proof: Proof::Basic }
    }

    /// A key in a header.
    ///
    /// # Panics
    ///
    /// If the header has a name that cannot be sent.
    #[must_use]
    pub const fn api_key_in_header(name: &'static str, header: &'static str) -> Self {
        assert!(is_token(header.as_bytes()), "not a name of a header");
        Self { name, proof: Proof::Header(header) }
    }

    /// A key in the query.
    #[must_use]
    pub const fn api_key_in_query(name: &'static str, parameter: &'static str) -> Self {
        Self { name, proof: Proof::Query(parameter) }
    }

    /// A key in a cookie.
    ///
    /// # Panics
    ///
    /// If the cookie has a name that cannot be sent.
    #[must_use]
    pub const fn api_key_in_cookie(name: &'static str, cookie: &'static str) -> Self {
        assert!(is_token(cookie.as_bytes()), "not a name of a cookie");
        Self { name, proof: Proof::Cookie(cookie) }
    }

    /// An access token, which the caller has or the service's token endpoint hands out.
    #[must_use]
    pub const fn oauth2(name: &'static str) -> Self {
        Self { name, proof: Proof::Bearer }
    }

    /// What the client takes no credentials for: a certificate that the transport shows, say.
    #[must_use]
    pub const fn other(name: &'static str) -> Self {
        Self { name, proof: Proof::Other }
    }
}

/// Tells whether a text is a token of HTTP (RFC 9110, 5.6.2).
const fn is_token(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        let symbol = matches!(
            text[at],
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        );
        if !symbol && !text[at].is_ascii_alphanumeric() {
            return false;
        }
        at += 1;
    }
    !text.is_empty()
}
