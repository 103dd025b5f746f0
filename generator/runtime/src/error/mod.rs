//! Why a call failed, and what that means.

mod display;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::client::Shared;
use crate::prepare::Prepared;
use crate::response::Head;
use crate::retry::End;
use crate::seam::Value;
use crate::service::Retry;
use crate::transport::TransportError;
use crate::{Concurrency, DecodeError, IdempotencyKey, Outcome, RateLimit, ResumableCall, Violations};

/// Why a call failed.
///
/// Two questions matter. [`outcome`](Error::outcome) says whether the server can have acted on the call, on any of its attempts;
/// [`is_retryable`](Error::is_retryable) says whether a new call makes sense. The message answers both in words. A call whose
/// outcome is unknown is never made anew: it is [resumed](Error::resumable).
///
/// Neither `Display` nor `Debug` shows a token, a secret, a request or a response body; they do show the codes and messages by
/// which the server explained itself.
pub struct Error(Box<Inner>);

struct Inner {
    what: What,
    call: CallContext,
    history: History,
    resumable: Option<ResumableCall>,
}

/// What there was to a call besides the attempt that ended it.
#[derive(Clone, Copy)]
pub(crate) struct History {
    pub(crate) attempts: u32,
    /// The server may have acted on an attempt before the last.
    pub(crate) in_doubt: bool,
    /// A token was refused and renewed.
    pub(crate) refreshed: bool,
    /// How long the server asked to wait, with its last answer.
    pub(crate) asked_for: Option<Duration>,
    pub(crate) end: End,
}

impl Default for History {
    fn default() -> Self {
        Self { attempts: 0, in_doubt: false, refreshed: false, asked_for: None, end: End::Final }
    }
}

/// The call an error belongs to.
#[derive(Clone, Default)]
pub(crate) struct CallContext {
    /// The operation's name; `None` before there is a call.
    pub(crate) operation: Option<&'static str>,
    pub(crate) key: Option<Key>,
}

/// The key of a call, and how long the server remembers it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) text: IdempotencyKey,
    pub(crate) kept: Duration,
    /// The caller gave it, so that the server may know it already.
    pub(crate) given: bool,
}

/// What went wrong.
pub(crate) enum What {
    Configuration(String),
    Invalid(Violations),
    /// A call that was kept and cannot be sent again.
    Unresumable(Violations),
    Token(TokenFailure),
    NotSent(TransportError),
    /// The head is there when the connection was lost in the middle of the answer.
    Interrupted(TransportError, Option<Box<Head>>),
    TimedOut(TimedOut),
    Api(Box<Refusal>),
    Decode(Box<Unreadable>),
}

/// Why there is no access token. Shared by all calls that waited for it.
#[derive(Clone)]
pub(crate) struct TokenFailure {
    pub(crate) message: String,
    pub(crate) head: Option<Box<Head>>,
    /// Another attempt may succeed.
    pub(crate) passing: bool,
    /// How long the endpoint asks to be left alone.
    pub(crate) asked_for: Option<Duration>,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TokenFailure {
    /// A failure that may be gone with the next attempt.
    pub(crate) fn passing(message: String) -> Self {
        Self { message, head: None, passing: true, asked_for: None, source: None }
    }

    /// A failure that the next attempt would meet again.
    pub(crate) fn lasting(message: String) -> Self {
        Self { passing: false, ..Self::passing(message) }
    }
}

/// Time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimedOut {
    pub(crate) limit: Limit,
    pub(crate) after: Duration,
    pub(crate) waiting: Waiting,
}

impl TimedOut {
    /// The request had been handed to the transport.
    pub(crate) fn sent(&self) -> bool {
        self.waiting == Waiting::Answer
    }
}

/// What a call was waiting for when time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A place among the simultaneous requests.
    Place,
    Token,
    Answer,
}

/// Which limit it was that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Attempt,
    Total,
}

/// An answer by which the server says that the call failed.
pub(crate) struct Refusal {
    pub(crate) head: Head,
    /// As far as it could be read.
    pub(crate) body: Bytes,
    /// Why the body could not be read, if so.
    pub(crate) flaw: Option<BodyFlaw>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) result: Option<Reason>,
    pub(crate) message: Option<String>,
    pub(crate) process_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) retry: Retry,
    /// An earlier request may be running under the key.
    pub(crate) in_progress: bool,
    /// No earlier attempt can have had an effect either.
    pub(crate) settles: bool,
    /// The service itself has said what it has to say, by a code that leaves the outcome open.
    pub(crate) open_for_good: bool,
}

impl Refusal {
    /// Takes a secret out of what the server said, should it repeat it.
    pub(crate) fn redact(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let reasons = self.reasons.iter_mut().chain(&mut self.result);
        let texts = reasons.flat_map(|reason| [&mut reason.code, &mut reason.message]).chain(&mut self.message);
        for text in texts.filter(|text| text.contains(secret)) {
            *text = text.replace(secret, "[redacted]");
        }
    }
}

/// An answer that is a success by its status and cannot be read.
pub(crate) struct Unreadable {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) flaw: BodyFlaw,
    /// The body itself says that the call succeeded, or the service has no way to say so: a status alone does not prove
    /// success where bodies can deny it.
    pub(crate) confirmed: bool,
}

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyFlaw {
    TooLarge {
        limit: usize,
    },
    Lost(TransportError),
    /// Nothing more came for this long.
    Stalled(Duration),
    /// It could not be written to disk.
    Unsaved(std::io::Error),
    Gzip(std::io::Error),
    Encoding,
    Json(DecodeError),
    /// It is JSON, and holds nothing of what was expected.
    Foreign,
}

/// The kinds of errors, by what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up in a way that cannot work.
    Configuration,
    /// The call breaks rules of the service that can be checked beforehand, or cannot be resumed; [`Error::violations`] lists
    /// everything that is in the way.
    InvalidRequest,
    /// No access token could be had. An answer of 401 to the call itself is [`Api`](Self::Api).
    Authentication,
    /// No connection could be made.
    Connect,
    /// The connection was lost after the request was sent, or while it was.
    Interrupted,
    /// Time ran out.
    Timeout,
    /// The server answered that the call failed.
    Api,
    /// The server answered that the call succeeded, in a way that cannot be read.
    Decode,
}

impl ErrorKind {
    /// The kind as a word of lower case, as spans have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidRequest => "invalid_request",
            Self::Authentication => "authentication",
            Self::Connect => "connect",
            Self::Interrupted => "interrupted",
            Self::Timeout => "timeout",
            Self::Api => "api",
            Self::Decode => "decode",
        }
    }
}

/// One reason the server gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) meaning: Option<&'static str>,
}

impl Reason {
    /// The code; empty if the server gave none.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message; empty if the server gave none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What codes of this kind mean in general, if it is known.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        self.meaning
    }
}

impl Error {
    /// An error of a call that was not sent.
    pub(crate) fn new(what: What, call: CallContext) -> Self {
        Self(Box::new(Inner { what, call, history: History::default(), resumable: None }))
    }

    /// The error of a call that ended with an attempt that failed.
    pub(crate) fn after_attempts(what: What, history: History, mut call: Box<Prepared>, shared: &Shared) -> Self {
        let resumable = call.resumable(shared);
        Self(Box::new(Inner { what, call: call.context(), history, resumable }))
    }

    /// What went wrong, alone.
    pub(crate) fn into_what(self) -> What {
        self.0.what
    }

    /// The same error, of a call that may have been acted on before.
    #[cfg(feature = "blocking")]
    pub(crate) fn in_doubt(mut self) -> Self {
        self.0.history.in_doubt = true;
        self
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(What::Configuration(message.into()), CallContext::default())
    }

    /// An argument that breaks a rule, before there is a call.
    pub(crate) fn invalid_argument(name: &str, message: String) -> Self {
        let mut violations = Violations::default();
        violations.push(name, message);
        Self::new(What::Invalid(violations), CallContext::default())
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.what.kind()
    }

    /// What became of the call on the server, over all of its attempts: an attempt that may have reached it leaves the call unknown
    /// until an answer settles it. What the table of [`RetryPolicy`](crate::RetryPolicy) says holds for the last attempt.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let Inner { what, history, .. } = &*self.0;
        match what.outcome() {
            Outcome::NotSent | Outcome::Rejected if history.in_doubt && !what.settles() => Outcome::Unknown,
            outcome => outcome,
        }
    }

    /// Whether a new call, with a new idempotency key, makes sense: surely nothing has happened, and what was in the way may be gone
    /// another time.
    ///
    /// The SDK never makes one by itself. `false` after [`Rejected`](Outcome::Rejected) means that the call has to change first; with
    /// [`Unknown`](Outcome::Unknown) and [`Accepted`](Outcome::Accepted), that a new call could have the effect a second time:
    /// [resume](Error::resumable) this one instead.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let certain = matches!(self.outcome(), Outcome::NotSent | Outcome::Rejected);
        certain && self.retry() != Retry::Never
    }

    /// Whether sending the call again makes sense, and how.
    pub(crate) fn retry(&self) -> Retry {
        match &self.0.what {
            What::Configuration(_) | What::Invalid(_) | What::Unresumable(_) | What::Decode(_) => Retry::Never,
            What::Token(failure) if !failure.passing => Retry::Never,
            What::Token(_) | What::NotSent(_) | What::Interrupted(..) | What::TimedOut(_) => Retry::SameKey,
            What::Api(refusal) if refusal.retry == Retry::NewToken && self.0.history.refreshed => Retry::Never,
            What::Api(refusal) => refusal.retry,
        }
    }

    /// The call in a form that can be kept and sent again under the same key, which finds out what became of it, or finishes it.
    ///
    /// `None` when that would bring nothing: the server has [rejected](Outcome::Rejected) the call; or it has given an answer of
    /// its own that leaves the outcome open, keeps that answer under the key and would only repeat it, so that the
    /// outcome has to be looked up with the service; or the call is too old, was never fit to be sent, or has no key.
    #[must_use]
    pub fn resumable(&self) -> Option<ResumableCall> {
        let in_vain = match &self.0.what {
            What::Api(refusal) => refusal.open_for_good,
            What::Unresumable(_) => true,
            _ => false,
        };
        self.0.resumable.as_ref().filter(|_| self.outcome() != Outcome::Rejected && !in_vain).cloned()
    }

    /// How many attempts the call has made; 0 if it was not fit to be sent, or had no place in time.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.history.attempts
    }

    /// How long the server asked to wait, with its last answer: by `Retry-After`, or by the reset of a rate limit of which nothing is left.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.history.asked_for
    }

    /// The HTTP status of the answer, if there was one. With [`ErrorKind::Authentication`] it is the token endpoint's.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(|head| head.status)
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(|head| &head.headers)
    }

    /// The server's own id of the call, from its header or else from the body: quote it when asking the service about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let in_header = self.head().and_then(|head| head.text(head.roles.request_id));
        in_header.or_else(|| self.refusal()?.request_id.as_deref())
    }

    /// The server's id of the process that handled the call.
    #[must_use]
    pub fn process_id(&self) -> Option<&str> {
        self.refusal()?.process_id.as_deref()
    }

    /// The reasons the server gave, in its order.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        self.refusal().map_or(&[], |refusal| &refusal.reasons)
    }

    /// The result code the server gave beside the reasons, with its message.
    #[must_use]
    pub fn result_code(&self) -> Option<&Reason> {
        self.refusal()?.result.as_ref()
    }

    /// The sentence by which the server explained itself, where it gave one instead of reasons.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.refusal()?.message.as_deref()
    }

    /// The caller's id of the call, as the server sent it back.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        let head = self.head()?;
        head.text(head.roles.track_id)
    }

    /// How much of the allowed number of calls is left, if the server said so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head()?.rate_limit()
    }

    /// How many simultaneous calls are allowed, if the server said so.
    #[must_use]
    pub fn concurrency(&self) -> Option<Concurrency> {
        self.head()?.concurrency()
    }

    /// The key the call was sent with, or would have been.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        Some(&self.0.call.key.as_ref()?.text)
    }

    /// The name of the operation; `None` when the error arose before there was a call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.operation
    }

    /// The rules the call breaks, with [`ErrorKind::InvalidRequest`].
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        match &self.0.what {
            What::Invalid(violations) | What::Unresumable(violations) => Some(violations),
            _ => None,
        }
    }

    /// The body of the answer as far as it could be read, unpacked. It may hold anything: do not log it.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        match &self.0.what {
            What::Api(refusal) => Some(&refusal.body),
            What::Decode(unreadable) => Some(&unreadable.body),
            _ => None,
        }
    }

    /// Reads the body of the answer as a type of the caller's choice; `None` if there is no body.
    pub fn decode_body<T: Value>(&self) -> Option<Result<T, DecodeError>> {
        self.body().filter(|body| !body.is_empty()).map(crate::seam::decode)
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &self.0.what {
            What::Api(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn head(&self) -> Option<&Head> {
        self.0.what.head()
    }
}

impl What {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration(_) => ErrorKind::Configuration,
            Self::Invalid(_) | Self::Unresumable(_) => ErrorKind::InvalidRequest,
            Self::Token(_) => ErrorKind::Authentication,
            Self::NotSent(_) => ErrorKind::Connect,
            Self::Interrupted(..) => ErrorKind::Interrupted,
            Self::TimedOut(_) => ErrorKind::Timeout,
            Self::Api(_) => ErrorKind::Api,
            Self::Decode(_) => ErrorKind::Decode,
        }
    }

    /// What became of this one attempt.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Configuration(_) | Self::Invalid(_) | Self::Token(_) | Self::NotSent(_) => Outcome::NotSent,
            Self::TimedOut(timeout) if !timeout.sent() => Outcome::NotSent,
            Self::TimedOut(_) | Self::Interrupted(..) | Self::Unresumable(_) => Outcome::Unknown,
            Self::Api(refusal) => refusal.outcome,
            Self::Decode(unreadable) if unreadable.confirmed => Outcome::Accepted,
            Self::Decode(_) => Outcome::Unknown,
        }
    }

    /// Tells whether it is certain that no earlier attempt had an effect.
    fn settles(&self) -> bool {
        matches!(self, Self::Api(refusal) if refusal.settles)
    }

    /// Status and headers of the answer, if there was one.
    pub(crate) fn head(&self) -> Option<&Head> {
        match self {
            Self::Api(refusal) => Some(&refusal.head),
            Self::Decode(unreadable) => Some(&unreadable.head),
            Self::Token(failure) => failure.head.as_deref(),
            Self::Interrupted(_, head) => head.as_deref(),
            Self::Configuration(_) | Self::Invalid(_) | Self::Unresumable(_) | Self::NotSent(_) | Self::TimedOut(_) => {
                None
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.what {
            What::NotSent(error) | What::Interrupted(error, _) => Some(error),
            What::Token(failure) => failure.source.as_deref().map(|source| source as _),
            What::Api(refusal) => refusal.flaw.as_ref()?.source(),
            What::Decode(unreadable) => unreadable.flaw.source(),
            What::Configuration(_) | What::Invalid(_) | What::Unresumable(_) | What::TimedOut(_) => None,
        }
    }
}

impl BodyFlaw {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            Self::Gzip(error) | Self::Unsaved(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::TooLarge { .. } | Self::Stalled(_) | Self::Encoding | Self::Foreign => None,
        }
    }
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
