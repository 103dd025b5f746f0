//! Why a call failed, and what that means.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::classification::{ApiFailure, ErrorKind, Evidence, FailureKind, Reason};
use crate::contract::{Operation, Outcome};
use crate::idempotency::{IdempotencyKey, Key, KeyOrigin, KeyUse, LookUp, ResumableCall};
use crate::model::{DecodeError, Value, Violations, decode_repaired};
use crate::response::{Concurrency, Head, RateLimit};
use crate::retry::StopReason;
use crate::transport_api::{Fault, TransportError};

mod display;
mod idempotency_key;

/// Why a call failed.
///
/// [`outcome`](Error::outcome) says whether the server may have acted on the call, on any of its attempts;
/// [`is_retryable`](Error::is_retryable) says whether a new call makes sense. The message states both. Never make a new call while the
/// outcome is unknown: [resume](Error::resumable) this one.
///
/// Neither `Display` nor `Debug` shows a token, a secret, a request or a response body; they do show the server's codes and messages.
///
/// # Examples
///
/// The status by which a web service tells its own user:
///
/// ```
/// use sdk_runtime::{Error, Outcome};
///
/// fn status(error: &Error) -> u16 {
///     match error.outcome() {
///         Outcome::NotSent | Outcome::Rejected if error.is_decline() => 402,
///         // Nothing was done, and a new call may succeed.
///         Outcome::NotSent | Outcome::Rejected if error.is_retryable() => 503,
///         Outcome::NotSent | Outcome::Rejected => 500,
///         // It was done, but what the server says of it is not readable.
///         Outcome::Accepted => 200,
///         // It may have been done. `error.resumable()` finds out.
///         _ => 202,
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: FailureKind,
    call: CallContext,
    history: History,
    /// The call as it can be sent again.
    resumable: Option<ResumableCall>,
    /// The call that `resume` did not send.
    refused: Option<ResumableCall>,
    look_up: Option<LookUp>,
}

/// The history of a call before its end.
#[derive(Clone, Copy)]
pub(crate) struct History {
    pub(crate) attempts: u32,
    /// An attempt may have left this machine.
    pub(crate) has_sent: bool,
    /// What became of the call over all of its attempts.
    pub(crate) outcome: Outcome,
    /// A token was refused and renewed.
    pub(crate) refreshed: bool,
    /// How long the server asked to wait, with its last response.
    pub(crate) requested_wait: Option<Duration>,
    pub(crate) end: StopReason,
}

impl Default for History {
    fn default() -> Self {
        Self {
            attempts: 0,
            has_sent: false,
            outcome: Outcome::NotSent,
            refreshed: false,
            requested_wait: None,
            end: StopReason::Final,
        }
    }
}

/// The call an error belongs to.
#[derive(Clone, Default)]
pub(crate) struct CallContext {
    /// The operation's name; `None` before there is a call.
    pub(crate) operation: Option<&'static str>,
    /// The operation's method is safe: it asks, and moves nothing.
    pub(crate) is_safe: bool,
    pub(crate) key: Option<Key>,
}

impl CallContext {
    /// Describes a call of an operation.
    pub(crate) fn new(operation: &Operation, key: Option<Key>) -> Self {
        Self { operation: Some(operation.id), is_safe: operation.is_safe(), key }
    }
}

/// How a call that has ended without a success can be recovered.
#[derive(Default)]
pub(crate) struct Recovery {
    /// The call as it can be sent again.
    pub(crate) resumable: Option<ResumableCall>,
    /// The kept call of which nothing was sent.
    pub(crate) refused: Option<ResumableCall>,
    pub(crate) look_up: Option<LookUp>,
}

impl Error {
    /// Creates an error of a call that was not sent.
    pub(crate) fn new(kind: FailureKind, call: CallContext) -> Self {
        // What was sent before under a key of the caller's is in doubt also where this call is not sent.
        let origin = call.key.as_ref().map(|key| key.origin);
        let in_doubt = matches!(origin, Some(KeyOrigin::Dated | KeyOrigin::Undated { resumed: true }));
        let outcome = if in_doubt { Outcome::Unknown } else { kind.outcome() };
        let history = History { outcome, ..History::default() };
        Self(Box::new(Inner { kind, call, history, resumable: None, refused: None, look_up: None }))
    }

    /// Creates the error of a call that ended with an attempt that failed.
    pub(crate) fn after_attempts(kind: FailureKind, history: History, call: CallContext, recovery: Recovery) -> Self {
        let Recovery { resumable, refused, look_up } = recovery;
        Self(Box::new(Inner { kind, call, history, resumable, refused, look_up }))
    }

    /// Creates the error of a kept call that this client cannot send.
    pub(crate) fn refused_resume(
        violations: Violations,
        call: CallContext,
        kept: ResumableCall,
        is_over: bool,
        look_up: LookUp,
    ) -> Self {
        let mut error = Self::new(FailureKind::Unresumable(violations), call);
        error.0.look_up = Some(look_up);
        error.0.resumable = (!is_over && kept.key_use != KeyUse::Undated).then(|| kept.clone());
        error.0.refused = Some(kept);
        error
    }

    /// Returns what went wrong, alone.
    pub(crate) fn into_kind(self) -> FailureKind {
        self.0.kind
    }

    /// Returns the same error, of a call that it does not know.
    #[cfg(feature = "blocking")]
    pub(crate) fn of_call(self, call: CallContext) -> Self {
        if self.0.call.operation.is_some() { self } else { Self::new(self.0.kind, call) }
    }

    /// Sets the same error, of a call that was not sent and can be sent later.
    #[cfg(feature = "blocking")]
    pub(crate) fn giving_back(mut self, call: Option<ResumableCall>) -> Self {
        self.0.resumable = call.clone();
        self.0.refused = call;
        self
    }

    /// Sets the same error, of a kept call that was not sent.
    #[cfg(feature = "blocking")]
    pub(crate) fn of_kept(mut self, kept: ResumableCall) -> Self {
        if self.0.history.attempts == 0 && self.0.refused.is_none() {
            self.0.history.outcome = Outcome::Unknown;
            self.0.resumable = Some(kept.clone());
            self.0.refused = Some(kept);
        }
        self
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Configuration(message.into()), CallContext::default())
    }

    /// Creates the error of an invalid argument, before there is a call.
    pub(crate) fn invalid_argument(name: &str, message: String) -> Self {
        let mut violations = Violations::default();
        violations.push(name, message);
        Self::new(FailureKind::Invalid(violations), CallContext::default())
    }

    /// Returns what went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.kind()
    }

    /// Returns the outcome of the call on the server, over all of its attempts. An attempt that may have reached the server makes it
    /// [`Unknown`](Outcome::Unknown) until a success settles it, or a failure that the service keeps under the key. The table of
    /// [`RetryPolicy`](crate::RetryPolicy) lists every case.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.history.outcome
    }

    /// Returns whether what was asked for was declined: by the customer's bank, say. It is true for every form in which
    /// the service says so: a success whose body says it, a result code, the code of a reason.
    ///
    /// It says nothing of whether the service acted: see [`outcome`](Self::outcome).
    #[must_use]
    pub fn is_decline(&self) -> bool {
        self.kind() == ErrorKind::Declined
    }

    /// Returns whether a new call, with a new idempotency key, is safe and may succeed: nothing has happened, and the cause may be temporary.
    ///
    /// The SDK never makes a new call by itself. `false` after [`Rejected`](Outcome::Rejected) means that the call has to change first; with
    /// [`Unknown`](Outcome::Unknown) and [`Accepted`](Outcome::Accepted), that a new call could have the effect a second time:
    /// [resume](Error::resumable) this one instead. Calls with a safe method, such as GET, can always be made again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        // What was sent before under a key of the caller's may have had its effect, and another key would repeat that.
        let is_harmless = !self.has_undated_key() && matches!(self.outcome(), Outcome::NotSent | Outcome::Rejected);
        (is_harmless || self.0.call.is_safe) && self.advice() != Advice::Change
    }

    /// Returns what has to happen before a new call.
    fn advice(&self) -> Advice {
        match &self.0.kind {
            FailureKind::Configuration(_)
            | FailureKind::Invalid(_)
            | FailureKind::Unresumable(_)
            | FailureKind::Decode(_) => Advice::Change,
            FailureKind::Token(failure) if !failure.passing => Advice::Change,
            FailureKind::NotSent(TransportError(Fault::Tls(_))) => Advice::Change,
            FailureKind::Token(_)
            | FailureKind::NoPermit(_)
            | FailureKind::NotSent(_)
            | FailureKind::Interrupted(..)
            | FailureKind::TimedOut(_) => Advice::Repeat,
            FailureKind::Api(api_failure) => match api_failure.evidence {
                Evidence::Unauthorized if !self.0.history.refreshed => Advice::NewToken,
                Evidence::TooMany | Evidence::Unavailable => Advice::Wait,
                Evidence::Locked | Evidence::InProgress => Advice::Repeat,
                _ => Advice::Change,
            },
        }
    }

    /// Returns the call as data that can be stored and sent again under the same key, which finds out its outcome or completes it.
    ///
    /// `None` when sending it again would not help:
    ///
    /// - the server has [rejected](Outcome::Rejected) the call;
    /// - the server keeps a result under the key that leaves the outcome unknown;
    /// - the response cannot be decoded, and the server would send the same bytes again;
    /// - the call is too old, was never valid, has no key, or has a caller's own key of unknown age.
    ///
    /// Then [`look_up`](Self::look_up) has the data to look the outcome up with the service.
    #[must_use]
    pub fn resumable(&self) -> Option<ResumableCall> {
        self.0.resumable.as_ref().filter(|_| self.outcome() != Outcome::Rejected && !self.is_final_on_server()).cloned()
    }

    /// Returns whether the service would send the same response to every request with this key.
    fn is_final_on_server(&self) -> bool {
        match &self.0.kind {
            FailureKind::Api(api_failure) => api_failure.evidence.is_final(),
            FailureKind::Decode(undecodable) => undecodable.is_kept,
            _ => false,
        }
    }

    /// Returns the call when nothing of it was sent: one that could not be resumed, or that could not be waited for.
    #[must_use]
    pub fn unsent_call(&self) -> Option<&ResumableCall> {
        self.0.refused.as_ref()
    }

    /// Returns the data to look the outcome up with the service, when it is [unknown](Outcome::Unknown) or the response could not be
    /// decoded.
    #[must_use]
    pub fn look_up(&self) -> Option<&LookUp> {
        self.0.look_up.as_ref()
    }

    /// Returns the number of attempts; 0 if the call was invalid, or timed out before its first attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.history.attempts
    }

    /// Returns how long the server asked to wait with its last response: by `Retry-After`, or by the reset of an exhausted rate limit. At most
    /// a year.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.history.requested_wait
    }

    /// Returns the HTTP status of the response, if there was one. With [`ErrorKind::Authentication`] it is the token
    /// endpoint's.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(|head| head.status)
    }

    /// Returns the headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(|head| &head.headers)
    }

    /// Returns the server's ID of the request, from its header or else from the body: quote it when you ask the service about the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let in_header = self.head().and_then(|head| head.text(head.roles.request_id));
        in_header.or_else(|| self.api_failure()?.failure_body.ids.body[1].as_deref())
    }

    /// Returns the server's id of the process that handled the call.
    #[must_use]
    pub fn process_id(&self) -> Option<&str> {
        self.api_failure()?.failure_body.ids.body[0].as_deref()
    }

    /// Returns the reasons the server gave, in its order; of a long list the first 32.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        self.api_failure().map_or(&[], |api_failure| &api_failure.failure_body.reasons)
    }

    /// Returns the result code the server gave beside the reasons, with its message.
    #[must_use]
    pub fn result_code(&self) -> Option<&Reason> {
        self.api_failure()?.failure_body.result.as_ref()
    }

    /// Returns the server's message, where it gave one instead of reasons.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.api_failure()?.failure_body.message.as_deref()
    }

    /// Returns the caller's track ID, as the server sent it back.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        let head = self.head()?;
        head.text(head.roles.track_id)
    }

    /// Returns the server's rate limit and what is left of it, if the server sent it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head()?.rate_limit()
    }

    /// Returns the server's limit of concurrent calls, if the server sent it.
    #[must_use]
    pub fn concurrency(&self) -> Option<Concurrency> {
        self.head()?.concurrency()
    }

    /// Returns the idempotency key of the call.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        Some(&self.0.call.key.as_ref()?.text)
    }

    /// Returns the name of the operation; `None` when the error arose before there was a call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.operation
    }

    /// Returns the violations of the request, with [`ErrorKind::InvalidRequest`].
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        match &self.0.kind {
            FailureKind::Invalid(violations) | FailureKind::Unresumable(violations) => Some(violations),
            _ => None,
        }
    }

    /// Returns the body of the response, decompressed where possible. A body beyond the limit, 256 KiB for failures, is truncated. It may
    /// contain sensitive data: do not log it.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        match &self.0.kind {
            FailureKind::Api(api_failure) => Some(&api_failure.body),
            FailureKind::Decode(unreadable) => Some(&unreadable.body),
            _ => None,
        }
    }

    /// Decodes the body of the response as any type; `None` if there is no body.
    pub fn decode_body<T: Value>(&self) -> Option<Result<T, DecodeError>> {
        self.body().filter(|body| !body.is_empty()).map(|body| {
            let mut value = T::blank();
            decode_repaired(&mut value, body)?;
            Ok(value)
        })
    }

    fn api_failure(&self) -> Option<&ApiFailure> {
        match &self.0.kind {
            FailureKind::Api(api_failure) => Some(api_failure),
            _ => None,
        }
    }

    fn head(&self) -> Option<&Head> {
        self.0.kind.head()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            FailureKind::NoPermit(error) => error.source(),
            FailureKind::NotSent(error) | FailureKind::Interrupted(error, _) => Some(error),
            FailureKind::Token(failure) => failure.source.as_deref().map(|source| source as _),
            FailureKind::Api(api_failure) => api_failure.flaw.as_ref()?.source(),
            FailureKind::Decode(unreadable) => unreadable.flaw.source(),
            FailureKind::Configuration(_)
            | FailureKind::Invalid(_)
            | FailureKind::Unresumable(_)
            | FailureKind::TimedOut(_) => None,
        }
    }
}

/// What has to happen before a new call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// The call, or what stands behind it, has to change.
    Change,
    /// Another access token is needed.
    NewToken,
    /// Some time has to pass.
    Wait,
    /// Nothing.
    Repeat,
}

/// Shows what the accessors tell, apart from headers and body.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("outcome", &self.outcome())
            .field("attempts", &self.attempts())
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("process_id", &self.process_id())
            .field("idempotency_key", &self.idempotency_key())
            .field("message", &format_args!("{self}"))
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}
