//! Spans of the `tracing` crate: one for each call, one for each attempt. Without the feature nothing is left of them.
//!
//! The generated crate makes them, so that they are known by its name: see [`Telemetry`](crate::contract::Telemetry).

#[cfg(feature = "tracing")]
pub(crate) use on::*;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;

#[cfg(feature = "tracing")]
mod on {
    use std::time::Duration;

    use bytes::Bytes;
    use http::{Request, StatusCode};
    use tracing::instrument::Instrumented;
    use tracing::{Instrument, Span};

    use crate::classification::ErrorKind;
    use crate::classification::FailureKind;
    use crate::contract::{AttemptFields, Operation, RetryFields, Telemetry};
    use crate::error::Error;
    use crate::idempotency::IdempotencyKey;
    use crate::redaction::Secrets;
    use crate::response::Head;
    use crate::syntax::for_log;

    /// Returns a number as fields have it: `tracing-opentelemetry` turns unsigned ones into texts.
    fn number(number: impl Into<i64>) -> i64 {
        number.into()
    }

    fn record_response(span: &Span, status: StatusCode, request_id: Option<&str>) {
        span.record("http.response.status_code", number(status.as_u16()));
        if let Some(id) = request_id {
            span.record("request_id", for_log(id).as_str());
        }
    }

    /// Records a success. The IDs of a failure are rid of secrets when it is made.
    fn record_success(span: &Span, head: &Head, secrets: &Secrets) {
        let request_id = head.text(head.roles.request_id).filter(|_| !span.is_disabled());
        record_response(span, head.status, request_id.filter(|id| !secrets.are_in(id)));
    }

    fn record_failure(span: &Span, kind: ErrorKind) {
        span.record("error.type", kind.as_str());
        span.record("otel.status_code", "ERROR");
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

        /// Runs something inside of it that takes no time to wait.
        pub(crate) fn scope<T>(&self, run: impl FnOnce() -> T) -> T {
            self.0.in_scope(run)
        }

        pub(crate) fn succeeded(&self, head: &Head, secrets: &Secrets, attempts: u32) {
            self.0.record("attempts", number(attempts));
            record_success(&self.0, head, secrets);
        }

        pub(crate) fn failed(&self, error: &Error) {
            self.0.record("attempts", number(error.attempts()));
            if let Some(status) = error.status().filter(|_| error.kind() != ErrorKind::Authentication) {
                record_response(&self.0, status, error.request_id());
            }
            self.0.record("outcome", error.outcome().as_str());
            record_failure(&self.0, error.kind());
        }
    }

    /// The span of an attempt.
    pub(crate) struct AttemptSpan(Span);

    impl AttemptSpan {
        pub(crate) fn new(
            telemetry: &Telemetry,
            operation: &Operation,
            request: &Request<Bytes>,
            key: Option<&IdempotencyKey>,
            attempt: u32,
        ) -> Self {
            let template = operation.template();
            let (method, uri) = (request.method(), request.uri());
            let own_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
            Self((telemetry.attempt)(&AttemptFields {
                name: format!("{method} {template}"),
                method: method.as_str(),
                template: &template,
                scheme: uri.scheme_str(),
                host: uri.host().map(|host| host.trim_matches(['[', ']'])),
                port: number(uri.port_u16().unwrap_or(own_port)),
                attempt: number(attempt),
                resend_count: (attempt > 1).then_some(number(attempt - 1)),
                idempotency_key: key.map(IdempotencyKey::as_str),
            }))
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> Instrumented<F> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn succeeded(&self, head: &Head, secrets: &Secrets) {
            record_success(&self.0, head, secrets);
        }

        pub(crate) fn failed(&self, failure: &FailureKind) {
            // The response of the token endpoint is none to this request.
            if let Some(head) = failure.head().filter(|_| failure.kind() != ErrorKind::Authentication) {
                record_response(&self.0, head.status, head.text(head.roles.request_id));
            }
            record_failure(&self.0, failure.kind());
        }
    }

    /// Logs that the call is sent again.
    pub(crate) fn retry(telemetry: &Telemetry, failure: &FailureKind, attempt: u32, wait: Duration) {
        (telemetry.retry)(&RetryFields {
            error_type: failure.kind().as_str(),
            // The response of the token endpoint is none to this request.
            status: failure
                .head()
                .filter(|_| failure.kind() != ErrorKind::Authentication)
                .map(|head| number(head.status.as_u16())),
            attempt: number(attempt),
            wait_ms: i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
        });
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use std::time::Duration;

    use bytes::Bytes;
    use http::Request;

    use crate::classification::FailureKind;
    use crate::contract::{Operation, Telemetry};
    use crate::error::Error;
    use crate::idempotency::IdempotencyKey;
    use crate::redaction::Secrets;
    use crate::response::Head;

    pub(crate) struct CallSpan;

    impl CallSpan {
        pub(crate) fn new(operation: &Operation, _: Option<&IdempotencyKey>) -> Self {
            (operation.span)();
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn scope<T>(&self, run: impl FnOnce() -> T) -> T {
            run()
        }

        pub(crate) fn succeeded(&self, _: &Head, _: &Secrets, _: u32) {}

        pub(crate) fn failed(&self, _: &Error) {}
    }

    pub(crate) struct AttemptSpan;

    impl AttemptSpan {
        pub(crate) fn new(
            _: &Telemetry,
            _: &Operation,
            _: &Request<Bytes>,
            _: Option<&IdempotencyKey>,
            _: u32,
        ) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn succeeded(&self, _: &Head, _: &Secrets) {}

        pub(crate) fn failed(&self, _: &FailureKind) {}
    }

    pub(crate) fn retry(_: &Telemetry, _: &FailureKind, _: u32, _: Duration) {}
}
