//! One operation of a service, as generated code describes it.

use crate::encoding::{percent_decode, percent_encode};
use crate::prepare::path_flaw;
use crate::seam::{Limits, Value};
use crate::trace::{self, NewSpan};

/// One operation: its name, its method, its path and its headers.
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static [Segment],
    pub(crate) headers: &'static [HeaderField],
    pub(crate) idempotent: bool,
    pub(crate) span: NewSpan,
}

impl Operation {
    /// An operation without headers of its own.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static [Segment]) -> Self {
        Self { id, method, path, headers: &[], idempotent: false, span: trace::no_span }
    }

    /// The headers the operation takes. A header that is not among them is never sent.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [HeaderField]) -> Self {
        self.headers = headers;
        self
    }

    /// The operation takes an idempotency key.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// What makes the span of a call: [`call_span!`](crate::seam::call_span) with the operation's name.
    #[must_use]
    pub const fn span(mut self, span: NewSpan) -> Self {
        self.span = span;
        self
    }

    /// Tells whether a call of the operation may be sent again after its answer was lost: because of its key, or by its method
    /// (RFC 9110, 9.2.2).
    pub(crate) fn is_repeatable(&self, keyed: bool) -> bool {
        keyed || matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE")
    }

    /// Tells whether a path, with its parameters filled in and encoded, can be one of this operation.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let mut rest = path;
        let mut segments = self.path.iter().peekable();
        while let Some(segment) = segments.next() {
            let matched = match segment {
                Segment::Literal(text) => rest.strip_prefix(text),
                Segment::Parameter(_) => {
                    // An encoded value holds none of the characters that end it.
                    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                    let end = match segments.peek() {
                        Some(Segment::Literal(next)) => rest[..end].find(next).unwrap_or(end),
                        _ => end,
                    };
                    is_parameter(&rest[..end]).then(|| &rest[end..])
                }
            };
            let Some(left) = matched else {
                return false;
            };
            rest = left;
        }
        rest.is_empty()
    }

    /// The path with the names of its parameters in braces.
    #[cfg(feature = "tracing")]
    pub(crate) fn template(&self) -> String {
        let segment = |segment: &Segment| match segment {
            Segment::Literal(text) => (*text).to_owned(),
            Segment::Parameter(name) => format!("{{{name}}}"),
        };
        self.path.iter().map(segment).collect()
    }

    /// Tells whether the operation takes the header.
    pub(crate) fn takes(&self, header: &str) -> bool {
        self.headers.iter().any(|field| field.name.eq_ignore_ascii_case(header))
    }
}

/// Tells whether some text is what a path parameter becomes.
fn is_parameter(encoded: &str) -> bool {
    percent_decode(encoded).is_some_and(|value| path_flaw(&value).is_none() && percent_encode(&value) == encoded)
}

/// One piece of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text that is sent as it stands.
    Literal(&'static str),
    /// A value the caller gives, by the parameter's name; it is percent-encoded.
    Parameter(&'static str),
}

/// One request header of an operation.
#[derive(Debug)]
pub struct HeaderField {
    pub(crate) name: &'static str,
    pub(crate) limits: Limits,
    pub(crate) required: bool,
    pub(crate) send: Option<&'static str>,
}

impl HeaderField {
    /// An optional header without limits.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, limits: Limits::new(), required: false, send: None }
    }

    /// What the value has to keep to.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The call is not sent without this header.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The value that is sent unless the client or the call sets another.
    #[must_use]
    pub const fn send(mut self, value: &'static str) -> Self {
        self.send = Some(value);
        self
    }
}

/// The calls of one operation, as a type.
pub trait OperationCall {
    /// What a call brings when it succeeds.
    type Answer: Value + Send + 'static;

    /// The wire contract of the operation.
    const DECLARATION: &'static Operation;
}
