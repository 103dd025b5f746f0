//! What makes spans and events, as parts of an operation and of a service.
//!
//! The macros are expanded in the generated crate, so that a program selects what it sees by the name of that crate.

#[cfg(feature = "tracing")]
pub use tracing;

/// Makes the span of a call.
#[cfg(feature = "tracing")]
pub type NewSpan = fn() -> tracing::Span;

/// Makes the span of a call.
#[cfg(not(feature = "tracing"))]
pub type NewSpan = fn();

/// Makes the spans and the events that all operations of a service share; nothing, without the feature `tracing`.
#[derive(Clone, Copy, Debug)]
pub struct Telemetry {
    #[cfg(feature = "tracing")]
    pub(crate) attempt: fn(&AttemptFields<'_>) -> tracing::Span,
    #[cfg(feature = "tracing")]
    pub(crate) retry: fn(&RetryFields),
}

impl Telemetry {
    /// Makes no spans and no events.
    #[cfg(not(feature = "tracing"))]
    pub const NONE: Self = Self {};

    /// Creates what `telemetry!` stands for.
    #[cfg(feature = "tracing")]
    #[must_use]
    pub const fn new(attempt: fn(&AttemptFields<'_>) -> tracing::Span, retry: fn(&RetryFields)) -> Self {
        Self { attempt, retry }
    }
}

/// The fields of the span of an attempt. `url.full` is left out: it holds the values of path parameters, which `url.template` does
/// not.
#[cfg(feature = "tracing")]
#[derive(Debug)]
pub struct AttemptFields<'a> {
    /// The method and the template of the path.
    pub name: String,
    /// The method.
    pub method: &'a str,
    /// The template of the path.
    pub template: &'a str,
    /// The scheme of the URL.
    pub scheme: Option<&'a str>,
    /// The host of the URL.
    pub host: Option<&'a str>,
    /// The port of the URL, or that of its scheme.
    pub port: i64,
    /// The number of the attempt, from 1.
    pub attempt: i64,
    /// How often the request was sent before, if it was.
    pub resend_count: Option<i64>,
    /// The idempotency key.
    pub idempotency_key: Option<&'a str>,
}

/// The fields of the event before a retry.
#[cfg(feature = "tracing")]
#[derive(Debug)]
pub struct RetryFields {
    /// The kind of the failure.
    pub error_type: &'static str,
    /// The status of the response, if there was one.
    pub status: Option<i64>,
    /// The number of the attempt that failed, from 1.
    pub attempt: i64,
    /// The wait before the next attempt, in milliseconds.
    pub wait_ms: i64,
}

/// Returns what makes the spans of an operation's calls: they carry its name, so it has to stand in the code.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __call_span {
    ($operation:literal) => {
        || {
            use tracing::field::Empty;
            use $crate::codegen::tracing;
            tracing::info_span!(
                target: env!("CARGO_CRATE_NAME"),
                $operation,
                otel.kind = "internal",
                idempotency_key = Empty,
                attempts = Empty,
                http.response.status_code = Empty,
                request_id = Empty,
                outcome = Empty,
                "error.type" = Empty,
                otel.status_code = Empty,
            )
        }
    };
}

/// Returns what makes the spans of an operation's calls: nothing, without the feature `tracing`.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __call_span {
    ($operation:literal) => {
        || {}
    };
}

/// Returns what makes the spans and events of a service. Fields are named as OpenTelemetry's conventions for HTTP clients have it, and
/// `otel.` ones as `tracing-opentelemetry` takes them.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry {
    () => {
        $crate::codegen::Telemetry::new(
            |fields| {
                use tracing::field::Empty;
                use $crate::codegen::tracing;
                tracing::info_span!(
                    target: env!("CARGO_CRATE_NAME"),
                    "attempt",
                    otel.kind = "client",
                    otel.name = fields.name,
                    http.request.method = fields.method,
                    http.request.resend_count = fields.resend_count,
                    url.scheme = fields.scheme,
                    url.template = fields.template,
                    server.address = fields.host,
                    server.port = fields.port,
                    attempt = fields.attempt,
                    idempotency_key = fields.idempotency_key,
                    http.response.status_code = Empty,
                    request_id = Empty,
                    "error.type" = Empty,
                    otel.status_code = Empty,
                )
            },
            |fields| {
                use $crate::codegen::tracing;
                tracing::warn!(
                    target: env!("CARGO_CRATE_NAME"),
                    attempt = fields.attempt,
                    "error.type" = fields.error_type,
                    http.response.status_code = fields.status,
                    wait_ms = fields.wait_ms,
                    "the attempt failed, the call is sent again"
                );
            },
        )
    };
}

/// Returns what makes the spans and events of a service: nothing, without the feature `tracing`.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry {
    () => {
        $crate::codegen::Telemetry::NONE
    };
}

/// Makes no span.
#[cfg(feature = "tracing")]
pub(crate) fn no_span() -> tracing::Span {
    tracing::Span::none()
}

/// Makes no span.
#[cfg(not(feature = "tracing"))]
pub(crate) fn no_span() {}
