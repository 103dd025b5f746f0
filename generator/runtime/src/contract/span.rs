//! What makes the span of a call, as part of an operation.

#[cfg(feature = "tracing")]
pub use tracing;

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
            use $crate::codegen::tracing;
            tracing::info_span!(
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

/// What makes the spans of an operation's calls: nothing, without the feature `tracing`.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __call_span {
    ($operation:literal) => {
        || {}
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
