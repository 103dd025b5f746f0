//! One operation of a service, as generated code describes it.

use crate::seam::Limits;

/// One operation: its name, its method, its path and its headers.
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static [Segment],
    pub(crate) headers: &'static [HeaderField],
    pub(crate) idempotent: bool,
}

impl Operation {
    /// An operation without headers of its own.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static [Segment]) -> Self {
        Self { id, method, path, headers: &[], idempotent: false }
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

    /// Tells whether the operation takes the header.
    pub(crate) fn takes(&self, header: &str) -> bool {
        self.headers.iter().any(|field| field.name.eq_ignore_ascii_case(header))
    }
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
