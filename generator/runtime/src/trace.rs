//! Spans of the `tracing` crate: one for each call, one for each attempt. Without the feature nothing is left of them.

#[cfg(feature = "tracing")]
pub(crate) use on::*;
#[cfg(feature = "tracing")]
pub use tracing;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;

/// Makes the span of a call.
#[cfg(feature = "tracing")]
pub type NewSpan = fn() -> tracing::Span;

/// Makes the span of a call.
#[cfg(not(feature = "tracing"))]
pub type NewSpan = fn();

/// What makes the spans of an operation's calls: they carry its name, so it has to stand in the code.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __call_span {
    ($operation:literal) => {
        || {
            use tracing::field::Empty;
            use $crate::seam::tracing;
            tracing::info_span!(
                $operation,
                otel.kind = "internal",
                idempotency_key = Empty,
                attempts = Empty,
                http.response.status_code = Empty,
                request_id = Empty,
                outcome = Empty,
                "error.type" = Empty,
            )
        }
    };
}

/// What makes the spans of an operation's calls: nothing, without the feature `tracing`.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __call_span {
    ($operation:literal) => {
        || {}
    };
}

#[cfg(feature = "tracing")]
mod on {
    use std::time::Duration;

    use http::StatusCode;
    use tracing::field::Empty;
    use tracing::instrument::Instrumented;
    use tracing::{Instrument, Span};

    use crate::error::What;
    use crate::operation::Operation;
    use crate::prepare::Prepared;
    use crate::response::Head;
    use crate::{Error, IdempotencyKey};

    pub(crate) fn no_span() -> Span {
        Span::none()
    }

    /// The span of a call.
    pub(crate) struct CallSpan(Span);

    impl CallSpan {
        pub(crate) fn new(operation: &Operation, key: Option<&IdempotencyKey>) -> Self {
            let span = (operation.span)();
            if let Some(key) = key {
                span.record("idempotency_key", key.as_str());
            }
            Self(span)
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> Instrumented<F> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn succeeded(&self, head: &Head, attempts: u32) {
            self.0.record("attempts", attempts);
            self.0.record("http.response.status_code", head.status.as_u16());
            if let Some(id) = head.text(head.roles.request_id) {
                self.0.record("request_id", id);
            }
        }

        pub(crate) fn failed(&self, error: &Error) {
            self.0.record("attempts", error.attempts());
            if let Some(status) = error.status() {
                self.0.record("http.response.status_code", status.as_u16());
            }
            if let Some(id) = error.request_id() {
                self.0.record("request_id", id);
            }
            self.0.record("outcome", tracing::field::debug(error.outcome()));
            self.0.record("error.type", error.kind().as_str());
        }
    }

    /// The span of an attempt.
    pub(crate) struct AttemptSpan(Span);

    impl AttemptSpan {
        pub(crate) fn new(call: &Prepared, number: u32) -> Self {
            let template = call.operation.template();
            let uri = &call.uri;
            Self(tracing::info_span!(
                "attempt",
                otel.kind = "client",
                otel.name = format!("{} {template}", call.method),
                http.request.method = call.method.as_str(),
                http.request.resend_count = (number > 1).then_some(number - 1),
                url.scheme = uri.scheme_str(),
                url.template = template,
                server.address = uri.host(),
                server.port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 }),
                attempt = number,
                idempotency_key = call.key.as_ref().map(|key| key.text.as_str()),
                http.response.status_code = Empty,
                request_id = Empty,
                "error.type" = Empty,
            ))
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> Instrumented<F> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn answered(&self, status: StatusCode, request_id: Option<&str>) {
            self.0.record("http.response.status_code", status.as_u16());
            if let Some(id) = request_id {
                self.0.record("request_id", id);
            }
        }

        pub(crate) fn failed(&self, what: &What) {
            if let Some(head) = what.head() {
                self.answered(head.status, head.text(head.roles.request_id));
            }
            self.0.record("error.type", what.kind().as_str());
        }
    }

    /// Another attempt follows.
    pub(crate) fn again(what: &What, wait: Duration) {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!("error.type" = what.kind().as_str(), wait_ms, "the attempt failed, the call is sent again");
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use std::time::Duration;

    use http::StatusCode;

    use crate::error::What;
    use crate::operation::Operation;
    use crate::prepare::Prepared;
    use crate::response::Head;
    use crate::{Error, IdempotencyKey};

    pub(crate) fn no_span() {}

    pub(crate) struct CallSpan;

    impl CallSpan {
        pub(crate) fn new(operation: &Operation, _: Option<&IdempotencyKey>) -> Self {
            (operation.span)();
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn succeeded(&self, _: &Head, _: u32) {}

        pub(crate) fn failed(&self, _: &Error) {}
    }

    pub(crate) struct AttemptSpan;

    impl AttemptSpan {
        pub(crate) fn new(_: &Prepared, _: u32) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn answered(&self, _: StatusCode, _: Option<&str>) {}

        pub(crate) fn failed(&self, _: &What) {}
    }

    pub(crate) fn again(_: &What, _: Duration) {}
}
