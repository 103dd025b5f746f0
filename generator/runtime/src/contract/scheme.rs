//! Security schemes.

use crate::syntax::is_token;

/// One way in which a caller proves who it is, under the name that the document gives it.
#[derive(Debug)]
pub struct Scheme {
    pub(crate) name: &'static str,
    pub(crate) kind: SchemeKind,
}

/// What a scheme wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemeKind {
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
    /// Creates a scheme whose credential is a bearer token of the caller.
    #[must_use]
    pub const fn bearer(name: &'static str) -> Self {
        Self { name, kind: SchemeKind::Bearer }
    }

    /// Creates a scheme whose credentials are a user name and a password (RFC 7617).
    #[must_use]
    pub const fn basic(name: &'static str) -> Self {
        Self { name, kind: SchemeKind::Basic }
    }

    /// Creates a scheme whose credential is an API key in a header.
    ///
    /// # Panics
    ///
    /// If the header has a name that cannot be sent.
    #[must_use]
    pub const fn api_key_in_header(name: &'static str, header: &'static str) -> Self {
        assert!(is_token(header.as_bytes()), "not a name of a header");
        Self { name, kind: SchemeKind::Header(header) }
    }

    /// Creates a scheme whose credential is an API key in the query.
    #[must_use]
    pub const fn api_key_in_query(name: &'static str, parameter: &'static str) -> Self {
        Self { name, kind: SchemeKind::Query(parameter) }
    }

    /// Creates a scheme whose credential is an API key in a cookie.
    ///
    /// # Panics
    ///
    /// If the cookie has a name that cannot be sent.
    #[must_use]
    pub const fn api_key_in_cookie(name: &'static str, cookie: &'static str) -> Self {
        assert!(is_token(cookie.as_bytes()), "not a name of a cookie");
        Self { name, kind: SchemeKind::Cookie(cookie) }
    }

    /// Creates a scheme whose credential is an OAuth 2.0 access token, from the caller or from the service's token endpoint.
    #[must_use]
    pub const fn oauth2(name: &'static str) -> Self {
        Self { name, kind: SchemeKind::Bearer }
    }

    /// Returns what the client takes no credentials for: a certificate that the transport shows, say.
    #[must_use]
    pub const fn other(name: &'static str) -> Self {
        Self { name, kind: SchemeKind::Other }
    }
}
