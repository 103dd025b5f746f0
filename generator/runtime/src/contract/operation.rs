//! One operation of a service, as generated code describes it.

use http::StatusCode;

use super::media::Media;
use super::parameter::Parameter;
use super::response_content::status_rank;
use super::scheme::Scheme;
use super::span::{self, NewSpan};
use super::success::Success;
use crate::model::Constraints;
use crate::syntax::{QUERY_MARKS, is_plain_url, path_flaw, percent_decode, percent_encode};

/// One operation: its name, its method, its path and its headers.
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static [Segment],
    pub(crate) headers: &'static [HeaderField],
    pub(crate) request: Media,
    pub(crate) accept: &'static str,
    pub(crate) security: Option<&'static [&'static [&'static Scheme]]>,
    pub(crate) servers: &'static [&'static str],
    pub(crate) server_template: Option<ServerTemplate>,
    pub(crate) query: &'static [Parameter],
    pub(crate) cookies: &'static [Parameter],
    pub(crate) idempotent: bool,
    /// How many bytes a character of the body takes at most, in UTF-8.
    pub(crate) max_character_bytes: Option<usize>,
    pub(crate) result_codes: bool,
    /// The statuses of the successes, where they differ in whether they have a body, or where some are not of 2xx.
    pub(crate) successes: Option<SuccessStatuses>,
    /// A body that is not JSON is text, which is the value.
    pub(crate) reads_text: bool,
    pub(crate) success: Option<&'static Success>,
    pub(crate) look_up_by: &'static [&'static str],
    pub(crate) span: NewSpan,
}

impl Operation {
    /// Creates an operation without headers of its own.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static [Segment]) -> Self {
        Self {
            id,
            method,
            path,
            headers: &[],
            query: &[],
            cookies: &[],
            request: Media::JSON,
            accept: "application/json",
            security: None,
            servers: &[],
            server_template: None,
            idempotent: false,
            max_character_bytes: None,
            result_codes: false,
            successes: None,
            reads_text: false,
            success: None,
            look_up_by: &[],
            span: span::no_span,
        }
    }

    /// Sets the headers the operation takes. A header that is not among them is never sent.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [HeaderField]) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the parameters that the operation takes in its query, in the order in which they are sent.
    #[must_use]
    pub const fn query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// Sets the cookies that the operation takes.
    #[must_use]
    pub const fn cookies(mut self, cookies: &'static [Parameter]) -> Self {
        self.cookies = cookies;
        self
    }

    /// Sets how the operation takes its body: as JSON unless set.
    #[must_use]
    pub const fn request(mut self, media: Media) -> Self {
        self.request = media;
        self
    }

    /// Sets the content types of responses that the call asks for, as they stand in `Accept`: JSON unless set.
    #[must_use]
    pub const fn accept(mut self, content_types: &'static str) -> Self {
        self.accept = content_types;
        self
    }

    /// Sets the security alternatives: several sets of schemes, of which the first is used that the
    /// client has all credentials for. The empty set needs none. Unless set, the client's access token is sent, if it
    /// has one.
    #[must_use]
    pub const fn security(mut self, alternatives: &'static [&'static [&'static Scheme]]) -> Self {
        self.security = Some(alternatives);
        self
    }

    /// Sets the base URLs of servers of its own. Calls go to the first, from a client of the service itself: one
    /// that is pointed at another place, a server for tests say, sends everything there. A path such as `/v1` stands for that path on the
    /// host of the client's base URL, whatever it is.
    ///
    /// # Panics
    ///
    /// If one begins with neither `https://` nor `http://` nor a slash, or ends with a slash, or has a user, a query or a fragment.
    #[must_use]
    pub const fn servers(mut self, base_urls: &'static [&'static str]) -> Self {
        let mut at = 0;
        while at < base_urls.len() {
            let url = base_urls[at].as_bytes();
            assert!(is_plain_url(url) || !url.is_empty() && url[0] == b'/', "not a plain base URL");
            at += 1;
        }
        self.servers = base_urls;
        self
    }

    /// Sets the URL of the first of its own servers with the names of variables in braces, and the default of each.
    #[must_use]
    pub const fn server_template(
        mut self,
        url: &'static str,
        defaults: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.server_template = Some(ServerTemplate { url, defaults });
        self
    }

    /// Marks an operation that takes an idempotency key.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sets the longest UTF-8 character, in bytes, that the service takes in the body.
    #[must_use]
    pub const fn max_character_bytes(mut self, bytes: usize) -> Self {
        self.max_character_bytes = Some(bytes);
        self
    }

    /// Marks an operation whose bodies have the service's result code.
    #[must_use]
    pub const fn result_codes(mut self) -> Self {
        self.result_codes = true;
        self
    }

    /// Sets the statuses of the successes, such as `200` or `3XX`: those with a body, and those without one. Unless set, every status of
    /// 2xx is a success.
    #[must_use]
    pub const fn successes(
        mut self,
        with_body: &'static [&'static str],
        without_body: &'static [&'static str],
    ) -> Self {
        self.successes = Some(SuccessStatuses { with_body, without_body });
        self
    }

    /// Reads a body that is not JSON as text, which is the value.
    #[must_use]
    pub const fn reads_text(mut self) -> Self {
        self.reads_text = true;
        self
    }

    /// Sets what the body of a success means. Unless set, a success is done.
    #[must_use]
    pub const fn success(mut self, success: &'static Success) -> Self {
        self.success = Some(success);
        self
    }

    /// Sets the members of the request's body by which a call can be looked up with the service.
    #[must_use]
    pub const fn look_up_by(mut self, members: &'static [&'static str]) -> Self {
        self.look_up_by = members;
        self
    }

    /// Sets what makes the span of a call: [`call_span!`](crate::codegen::call_span) with the operation's name.
    #[must_use]
    pub const fn span(mut self, span: NewSpan) -> Self {
        self.span = span;
        self
    }

    /// Returns whether a status is one of a success.
    pub(crate) fn succeeds_with(&self, status: StatusCode) -> bool {
        status.is_success() || self.successes.is_some_and(|successes| successes.body(status) != SuccessBody::Undeclared)
    }

    /// Returns whether the method is safe: it asks, and moves nothing (RFC 9110, 9.2.1; QUERY has a body and is safe, too).
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY")
    }

    /// Returns whether HTTP declares the method idempotent (RFC 9110, 9.2.2).
    pub(crate) fn is_idempotent_method(&self) -> bool {
        self.is_safe() || matches!(self.method, "PUT" | "DELETE")
    }

    /// Returns whether the path itself has a query, to which parameters are added.
    pub(crate) fn has_query(&self) -> bool {
        self.path.iter().any(|segment| matches!(segment, Segment::Literal(text) if text.contains('?')))
    }

    /// Returns whether a path and a query, with its parameters filled in and encoded, can be those of this operation.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let mut rest = path;
        let mut segments = self.path.iter().peekable();
        while let Some(segment) = segments.next() {
            let matched = match segment {
                Segment::Literal(text) => rest.strip_prefix(text),
                Segment::Parameter(_) | Segment::Styled(_) => {
                    // An encoded value holds none of the characters that end it.
                    let end = rest.find(['/', '?', '&', '#']).unwrap_or(rest.len());
                    let end = match segments.peek() {
                        Some(Segment::Literal(next)) => rest[..end].find(next).unwrap_or(end),
                        _ => end,
                    };
                    let fits = match segment {
                        Segment::Styled(_) => is_styled(&rest[..end]),
                        _ => is_parameter(&rest[..end]),
                    };
                    fits.then(|| &rest[end..])
                }
            };
            let Some(left) = matched else {
                return false;
            };
            rest = left;
        }
        rest.is_empty() || self.takes_query(rest)
    }

    /// Returns whether some text can be what the parameters of a query become.
    fn takes_query(&self, text: &str) -> bool {
        let Some(query) = text.strip_prefix(if self.has_query() { '&' } else { '?' }) else { return false };
        let mut names = Vec::new();
        for piece in query.split('&') {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let (Some(name), true) = (percent_decode(name), is_encoded(name, "") && is_encoded(value, QUERY_MARKS))
            else {
                return false;
            };
            names.push(name);
        }
        let is_there = |parameter: &&Parameter| names.iter().any(|name| parameter.is_called(name));
        let is_known = |name: &String| self.query.iter().any(|parameter| parameter.is_called(name));
        let spreads = self.query.iter().any(|parameter| parameter.may_spread() && !is_there(&parameter));
        !self.query.is_empty() && (spreads || names.iter().all(is_known))
    }

    /// Returns the path with the names of its parameters in braces.
    #[cfg(feature = "tracing")]
    pub(crate) fn template(&self) -> String {
        let segment = |segment: &Segment| match segment {
            Segment::Literal(text) => (*text).to_owned(),
            Segment::Parameter(name) => format!("{{{name}}}"),
            Segment::Styled(parameter) => format!("{{{}}}", parameter.name),
        };
        self.path.iter().map(segment).collect()
    }

    /// Returns whether the operation takes the header, be it as the one that carries its cookies.
    pub(crate) fn takes(&self, header: &str) -> bool {
        let is_cookies = !self.cookies.is_empty() && header.eq_ignore_ascii_case("cookie");
        is_cookies || self.headers.iter().any(|field| field.name.eq_ignore_ascii_case(header))
    }
}

/// The URL of a server with variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerTemplate {
    pub(crate) url: &'static str,
    pub(crate) defaults: &'static [(&'static str, &'static str)],
}

/// The statuses of the successes of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SuccessStatuses {
    with_body: &'static [&'static str],
    without_body: &'static [&'static str],
}

/// Whether a success has a body, by its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SuccessBody {
    Required,
    Absent,
    /// The status is none of those that the operation declares.
    Undeclared,
}

impl SuccessStatuses {
    /// Returns whether a success with this status has a body. The most specific declared status counts. Where no success has a body, any
    /// status of 2xx is as those of 2xx that are declared.
    pub(crate) fn body(self, status: StatusCode) -> SuccessBody {
        let rank = |declared: &[&str]| declared.iter().map(|declared| status_rank(declared, status.as_u16())).max();
        let (with_body, without_body) = (rank(self.with_body).unwrap_or(0), rank(self.without_body).unwrap_or(0));
        let is_of_2xx = |declared: &&str| declared.starts_with('2');
        match (with_body, without_body) {
            (0, 0) if self.with_body.is_empty() && status.is_success() && self.without_body.iter().any(is_of_2xx) => {
                SuccessBody::Absent
            }
            (0, 0) => SuccessBody::Undeclared,
            (with_body, without_body) if with_body >= without_body => SuccessBody::Required,
            _ => SuccessBody::Absent,
        }
    }
}

/// Returns whether some text is what a path parameter becomes.
fn is_parameter(encoded: &str) -> bool {
    percent_decode(encoded).is_some_and(|value| path_flaw(&value).is_none() && percent_encode(&value) == encoded)
}

/// Returns whether some text is what a path parameter with a style becomes.
fn is_styled(encoded: &str) -> bool {
    is_encoded(encoded, ",;=") && percent_decode(encoded).is_some_and(|value| path_flaw(&value).is_none())
}

/// Returns whether some text is percent-encoded, but for these marks.
fn is_encoded(text: &str, marks: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) || marks.as_bytes().contains(&byte);
    text.bytes().all(is_plain) && percent_decode(text).is_some()
}

/// One piece of a path.
#[derive(Clone, Copy, Debug)]
pub enum Segment {
    /// Text that is sent as it stands.
    Literal(&'static str),
    /// A value the caller gives, by the parameter's name; it is percent-encoded.
    Parameter(&'static str),
    /// A value the caller gives, in a style of its own. By reference, since most pieces of paths are small.
    Styled(&'static Parameter),
}

/// One request header of an operation.
#[derive(Debug)]
pub struct HeaderField {
    pub(crate) name: &'static str,
    pub(crate) constraints: Constraints,
    pub(crate) required: bool,
    pub(crate) send: Option<&'static str>,
    pub(crate) explode: bool,
    pub(crate) json: bool,
}

impl HeaderField {
    /// Creates an optional header without constraints.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, constraints: Constraints::new(), required: false, send: None, explode: false, json: false }
    }

    /// Sets the constraints of the value.
    #[must_use]
    pub const fn constraints(mut self, constraints: Constraints) -> Self {
        self.constraints = constraints;
        self
    }

    /// Marks the header as required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Writes the members of an object as `name=value`.
    #[must_use]
    pub const fn explode(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Writes the value as JSON.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.json = true;
        self
    }

    /// Sets the value that is sent unless the client or the call sets another.
    #[must_use]
    pub const fn send(mut self, value: &'static str) -> Self {
        self.send = Some(value);
        self
    }
}
