//! Why a call failed, and what that means.

mod display;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::response::Head;
use crate::seam::Value;
use crate::service::Retry;
use crate::transport::TransportError;
use crate::{DecodeError, IdempotencyKey, Outcome, RateLimit, Violations};

/// Why a call failed.
///
/// Two questions matter. [`outcome`](Error::outcome) says whether the server can have acted on the call;
/// [`is_retryable`](Error::is_retryable) says whether sending it again makes sense. The message answers both in words.
///
/// Neither `Display` nor `Debug` shows a token, a secret, a request or a response body; they do show the codes and messages by
/// which the server explained itself.
pub struct Error(Box<Inner>);

struct Inner {
    what: What,
    call: CallContext,
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
}

/// What went wrong.
pub(crate) enum What {
    Configuration(String),
    Invalid(Violations),
    Token(TokenFailure),
    NotSent(TransportError),
    /// The head is there when the connection was lost in the middle of the answer.
    Interrupted(TransportError, Option<Head>),
    TimedOut(TimedOut),
    Api(Box<Refusal>),
    Decode(Box<Unreadable>),
}

/// Why there is no access token. Shared by all calls that waited for it.
#[derive(Clone)]
pub(crate) struct TokenFailure {
    pub(crate) message: String,
    pub(crate) head: Option<Head>,
    /// Another attempt may succeed.
    pub(crate) passing: bool,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimedOut {
    pub(crate) limit: Limit,
    pub(crate) after: Duration,
    /// The request had been handed to the transport.
    pub(crate) sent: bool,
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
}

/// An answer that is a success by its status and cannot be read.
pub(crate) struct Unreadable {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) flaw: BodyFlaw,
    /// As in [`Answer`](crate::response::Answer): a status alone does not prove success where bodies can deny it.
    pub(crate) confirmed: bool,
}

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyFlaw {
    TooLarge {
        limit: usize,
    },
    Lost(TransportError),
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
    /// The call breaks rules of the service that can be checked beforehand; [`Error::violations`] lists all of them.
    InvalidRequest,
    /// No access token could be had.
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
    pub(crate) fn new(what: What, call: CallContext) -> Self {
        Self(Box::new(Inner { what, call }))
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
        match &self.0.what {
            What::Configuration(_) => ErrorKind::Configuration,
            What::Invalid(_) => ErrorKind::InvalidRequest,
            What::Token(_) => ErrorKind::Authentication,
            What::NotSent(_) => ErrorKind::Connect,
            What::Interrupted(..) => ErrorKind::Interrupted,
            What::TimedOut(_) => ErrorKind::Timeout,
            What::Api(_) => ErrorKind::Api,
            What::Decode(_) => ErrorKind::Decode,
        }
    }

    /// Whether the server can have acted on the call.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.0.what {
            What::Configuration(_) | What::Invalid(_) | What::Token(_) | What::NotSent(_) => Outcome::NotSent,
            What::TimedOut(timeout) if !timeout.sent => Outcome::NotSent,
            What::TimedOut(_) | What::Interrupted(..) => Outcome::Unknown,
            What::Api(refusal) => refusal.outcome,
            What::Decode(unreadable) if unreadable.confirmed => Outcome::Accepted,
            What::Decode(_) => Outcome::Unknown,
        }
    }

    /// Whether the same call may succeed when it is sent again, safely: with the same body and, for an operation that takes one,
    /// the same [idempotency key](Error::idempotency_key).
    ///
    /// `false` does not rule out that a changed call, or a new one with a new key, succeeds; whether to make one is the
    /// caller's decision, and [`outcome`](Error::outcome) is what it hangs on.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.retry(), Retry::SameKey | Retry::NewToken)
    }

    /// Whether sending the call again makes sense, and how.
    pub(crate) fn retry(&self) -> Retry {
        match &self.0.what {
            What::Configuration(_) | What::Invalid(_) => Retry::Never,
            What::Decode(unreadable) if unreadable.confirmed => Retry::Never,
            What::Token(failure) if !failure.passing => Retry::Never,
            What::Token(_) | What::NotSent(_) => Retry::SameKey,
            What::Interrupted(..) | What::TimedOut(_) | What::Decode(_) => self.bounded(Retry::SameKey),
            What::Api(refusal) => self.bounded(refusal.retry),
        }
    }

    /// Lets a call whose outcome is unknown be sent again under its key only: anything else could make it happen twice.
    fn bounded(&self, retry: Retry) -> Retry {
        match (self.outcome(), retry) {
            (Outcome::Unknown, Retry::NewCall) => Retry::Never,
            (Outcome::Unknown, _) if self.0.call.key.is_none() => Retry::Never,
            _ => retry,
        }
    }

    /// The HTTP status of the answer, if there was one. With [`ErrorKind::Authentication`] it is the token endpoint's.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(|head| head.status)
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(|head| &*head.headers)
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

    /// How much of the allowed number of calls is left, if the server said so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head()?.rate_limit()
    }

    /// The key the call was sent with, or would have been.
    ///
    /// When the outcome is [unknown](Outcome::Unknown), the same call with this key finds out.
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
            What::Invalid(violations) => Some(violations),
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
        match &self.0.what {
            What::Api(refusal) => Some(&refusal.head),
            What::Decode(unreadable) => Some(&unreadable.head),
            What::Token(failure) => failure.head.as_ref(),
            What::Interrupted(_, head) => head.as_ref(),
            What::Configuration(_) | What::Invalid(_) | What::NotSent(_) | What::TimedOut(_) => None,
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
            What::Configuration(_) | What::Invalid(_) | What::TimedOut(_) => None,
        }
    }
}

impl BodyFlaw {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            Self::Gzip(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::TooLarge { .. } | Self::Encoding | Self::Foreign => None,
        }
    }
}

/// Shows what the accessors tell, apart from headers and body.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("outcome", &self.outcome())
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
