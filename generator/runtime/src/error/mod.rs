//! Why a call failed, and what that means.

pub(crate) mod display;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::client::Shared;
use crate::codegen::Value;
use crate::evidence::{Evidence, KeyOrigin};
use crate::failure::Said;
use crate::key::{Key, Life};
use crate::look_up::LookUp;
use crate::model::decode_mended;
use crate::prepare::Prepared;
use crate::response::Head;
use crate::resume::KeyUse;
use crate::retry::End;
use crate::secrets::Secrets;
use crate::transport::{Fault, TransportError};
use crate::{Concurrency, DecodeError, IdempotencyKey, Outcome, RateLimit, ResumableCall, Violations};

#[cfg(feature = "tracing")]
pub(crate) use self::display::for_log;
pub(crate) use self::display::{OneLine, is_hidden};

/// Why a call failed.
///
/// Two questions matter. [`outcome`](Error::outcome) says whether the server can have acted on the call, on any of its attempts;
/// [`is_retryable`](Error::is_retryable) says whether a new call makes sense. The message says both in words. A call whose
/// outcome is unknown is never made anew: it is [resumed](Error::resumable).
///
/// Neither `Display` nor `Debug` shows a token, a secret, a request or a response body; they do show the codes and messages by
/// which the server explained itself.
pub struct Error(Box<Inner>);

struct Inner {
    what: What,
    call: CallContext,
    history: History,
    /// The call as it can be sent again.
    resumable: Option<ResumableCall>,
    /// The call that `resume` did not send.
    refused: Option<ResumableCall>,
    look_up: Option<LookUp>,
}

/// What there was to a call besides the attempt that ended it.
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
    pub(crate) asked_for: Option<Duration>,
    pub(crate) end: End,
}

impl Default for History {
    fn default() -> Self {
        Self {
            attempts: 0,
            has_sent: false,
            outcome: Outcome::NotSent,
            refreshed: false,
            asked_for: None,
            end: End::Final,
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

/// What went wrong.
pub(crate) enum What {
    Configuration(String),
    Invalid(Violations),
    /// A call that was kept and cannot be sent again.
    Unresumable(Violations),
    Token(TokenFailure),
    NotSent(TransportError),
    /// The head is there when the connection was lost in the middle of the response.
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

    /// Tells whether no secure connection could be made to the endpoint.
    fn is_untrusted(&self) -> bool {
        let error = self.source.as_deref().and_then(|source| source.downcast_ref());
        matches!(error, Some(TransportError(Fault::Tls(_))))
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
        self.waiting == Waiting::Response
    }
}

/// What a call was waiting for when time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A place among the simultaneous requests.
    Place,
    Token,
    /// Enough time for an attempt.
    Time,
    /// A connection, before anything was sent.
    Connection,
    Response,
}

/// Which limit it was that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Attempt,
    Total,
}

/// A response by which the server says that the call failed.
pub(crate) struct Refusal {
    pub(crate) head: Head,
    /// As far as it could be read.
    pub(crate) body: Bytes,
    /// Why the body could not be read, if so.
    pub(crate) flaw: Option<BodyFlaw>,
    pub(crate) said: Said,
    pub(crate) evidence: Evidence,
    pub(crate) says: Says,
}

/// What a response that is no success says of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// It failed.
    Failed,
    /// What was asked for was declined.
    Declined,
    /// It succeeded, and it did not.
    Both,
}

impl Refusal {
    pub(crate) fn new(
        said: Said,
        evidence: Evidence,
        says: Says,
        head: Head,
        body: Bytes,
        flaw: Option<BodyFlaw>,
    ) -> Self {
        Self { head, body, flaw, said, evidence, says }
    }

    /// Takes the secrets out of what the server said, should it repeat them.
    fn redact(&mut self, secrets: &Secrets) {
        self.said.redact(secrets);
        secrets.redact_ids(&mut self.head);
        if let Some(flaw) = &mut self.flaw {
            flaw.redact(secrets);
        }
    }
}

/// A response that is a success by its status and cannot be read.
pub(crate) struct Unreadable {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) flaw: BodyFlaw,
    /// The body itself says that the call succeeded, or the service has no way to say so: a status alone does not prove
    /// success where bodies can deny it.
    pub(crate) confirmed: bool,
    /// The service would send the same bytes again, and they would be as hard to read.
    pub(crate) stays: bool,
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
    /// It begins with a byte order mark.
    Marked,
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
    /// No access token could be had. A response of 401 to the call itself is [`Api`](Self::Api).
    Authentication,
    /// No connection could be made.
    Connect,
    /// The connection was lost after the request was sent, or while it was.
    Interrupted,
    /// Time ran out.
    Timeout,
    /// The server responded that the call failed.
    Api,
    /// The server responded that what was asked for was declined, by a success or by a failure. [`Error::decode_body`] reads the
    /// body.
    Declined,
    /// The server responded that the call succeeded, in a way that cannot be read.
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
            Self::Declined => "declined",
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
        // What was sent before under a key of the caller's is in doubt also where this call is not sent.
        let origin = call.key.as_ref().map(|key| key.origin);
        let in_doubt = matches!(origin, Some(KeyOrigin::Dated | KeyOrigin::Undated { resumed: true }));
        let outcome = if in_doubt { Outcome::Unknown } else { what.outcome() };
        let history = History { outcome, ..History::default() };
        Self(Box::new(Inner { what, call, history, resumable: None, refused: None, look_up: None }))
    }

    /// The error of a call that ended with an attempt that failed.
    pub(crate) fn after_attempts(what: What, history: History, mut call: Box<Prepared>, shared: &Shared) -> Self {
        let resumable = call.resumable(shared, history.outcome);
        let open = matches!(history.outcome, Outcome::Unknown | Outcome::Accepted);
        let undated = matches!(call.key_origin(), KeyOrigin::Undated { .. });
        let look_up = if open || undated { call.look_up(shared) } else { None };
        let refused = if history.has_sent { None } else { call.kept() };
        let is_over = call.key_life(shared) == Some(Life::Spent);
        let resumable = resumable.filter(|_| !is_over);
        Self(Box::new(Inner { what, call: call.context(), history, resumable, refused, look_up }))
    }

    /// The error of a kept call that is not fit to be sent by this client.
    pub(crate) fn refused_resume(
        violations: Violations,
        call: CallContext,
        kept: ResumableCall,
        is_over: bool,
        look_up: LookUp,
    ) -> Self {
        let mut error = Self::new(What::Unresumable(violations), call);
        error.0.look_up = Some(look_up);
        error.0.resumable = (!is_over && kept.key_use != KeyUse::Undated).then(|| kept.clone());
        error.0.refused = Some(kept);
        error
    }

    /// What went wrong, alone.
    pub(crate) fn into_what(self) -> What {
        self.0.what
    }

    /// The same error, of a call that it does not know.
    #[cfg(feature = "blocking")]
    pub(crate) fn of_call(self, call: CallContext) -> Self {
        if self.0.call.operation.is_some() { self } else { Self::new(self.0.what, call) }
    }

    /// The same error, of a call that was not sent and can be sent later.
    #[cfg(feature = "blocking")]
    pub(crate) fn giving_back(mut self, call: Option<ResumableCall>) -> Self {
        self.0.resumable = call.clone();
        self.0.refused = call;
        self
    }

    /// The same error, of a kept call that was not sent.
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

    /// What became of the call on the server, over all of its attempts: an attempt that may have reached it leaves the call
    /// [`Unknown`](Outcome::Unknown) until a success settles it, or a failure that the service is seen to keep. The table of
    /// [`RetryPolicy`](crate::RetryPolicy) has it in full.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.history.outcome
    }

    /// Whether what was asked for was declined: by the customer's bank, say. It is true for every form in which
    /// the service says so: a success whose body says it, a result code, the code of a reason.
    ///
    /// It says nothing of whether the service acted: see [`outcome`](Self::outcome).
    #[must_use]
    pub fn is_decline(&self) -> bool {
        self.kind() == ErrorKind::Declined
    }

    /// Whether a new call, with a new idempotency key, makes sense: surely nothing has happened, and what was in the way may be gone
    /// another time.
    ///
    /// The SDK never makes one by itself. `false` after [`Rejected`](Outcome::Rejected) means that the call has to change first; with
    /// [`Unknown`](Outcome::Unknown) and [`Accepted`](Outcome::Accepted), that a new call could have the effect a second time:
    /// [resume](Error::resumable) this one instead. Calls that only ask, such as those of GET, can always be made again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        // What was sent before under a key of the caller's may have had its effect, and another key would repeat that.
        let is_harmless = !self.has_undated_key() && matches!(self.outcome(), Outcome::NotSent | Outcome::Rejected);
        (is_harmless || self.0.call.is_safe) && self.advice() != Advice::Change
    }

    /// What would have to happen before another call.
    fn advice(&self) -> Advice {
        match &self.0.what {
            What::Configuration(_) | What::Invalid(_) | What::Unresumable(_) | What::Decode(_) => Advice::Change,
            What::Token(failure) if !failure.passing => Advice::Change,
            What::NotSent(TransportError(Fault::Tls(_))) => Advice::Change,
            What::Token(_) | What::NotSent(_) | What::Interrupted(..) | What::TimedOut(_) => Advice::Repeat,
            What::Api(refusal) => match refusal.evidence {
                Evidence::Unauthorized if !self.0.history.refreshed => Advice::NewToken,
                Evidence::TooMany | Evidence::Unavailable => Advice::Wait,
                Evidence::Locked | Evidence::InProgress => Advice::Repeat,
                _ => Advice::Change,
            },
        }
    }

    /// The call in a form that can be kept and sent again under the same key, which finds out what became of it, or finishes it.
    ///
    /// `None` when that would bring nothing: the server has [rejected](Outcome::Rejected) the call; or it has given a result that
    /// leaves the outcome open, keeps it under the key and would only repeat it; or its response cannot be read, and the same bytes would
    /// come again: one that is packed in an unknown way, or whole and of another form; or the call is too old, was never fit to be
    /// sent, has no key, or has one of the caller's of which it is not known when it was first used. Then
    /// [`look_up`](Self::look_up) has what is needed to look the outcome up with the service.
    #[must_use]
    pub fn resumable(&self) -> Option<ResumableCall> {
        self.0.resumable.as_ref().filter(|_| self.outcome() != Outcome::Rejected && !self.stays()).cloned()
    }

    /// Tells whether the service would only repeat what it said.
    fn stays(&self) -> bool {
        match &self.0.what {
            What::Api(refusal) => refusal.evidence.is_final(),
            What::Decode(unreadable) => unreadable.stays,
            _ => false,
        }
    }

    /// The call, given back when nothing of it was sent: one that was to be resumed, or one that could not be waited for.
    #[must_use]
    pub fn unsent_call(&self) -> Option<&ResumableCall> {
        self.0.refused.as_ref()
    }

    /// What is needed to look up with the service what became of the call, when that is [unknown](Outcome::Unknown) or its
    /// response could not be read.
    #[must_use]
    pub fn look_up(&self) -> Option<&LookUp> {
        self.0.look_up.as_ref()
    }

    /// How many attempts the call has made; 0 if it was not fit to be sent, or had no place in time.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.history.attempts
    }

    /// How long the server asked to wait, with its last response: by `Retry-After`, or by the reset of a rate limit of which nothing is left.
    /// It is at most a year, whatever the server wrote.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.history.asked_for
    }

    /// The HTTP status of the response, if there was one. With [`ErrorKind::Authentication`] it is the token endpoint's.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(|head| head.status)
    }

    /// The headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(|head| &head.headers)
    }

    /// The server's own id of the call, from its header or else from the body: quote it when asking the service about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let in_header = self.head().and_then(|head| head.text(head.roles.request_id));
        in_header.or_else(|| self.refusal()?.said.ids.body[1].as_deref())
    }

    /// The server's id of the process that handled the call.
    #[must_use]
    pub fn process_id(&self) -> Option<&str> {
        self.refusal()?.said.ids.body[0].as_deref()
    }

    /// The reasons the server gave, in its order; of a long list the first 32.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        self.refusal().map_or(&[], |refusal| &refusal.said.reasons)
    }

    /// The result code the server gave beside the reasons, with its message.
    #[must_use]
    pub fn result_code(&self) -> Option<&Reason> {
        self.refusal()?.said.result.as_ref()
    }

    /// The sentence by which the server explained itself, where it gave one instead of reasons.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.refusal()?.said.message.as_deref()
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

    /// The body of the response, unpacked; as it came, where it cannot be unpacked. Of one that is too large, as that of a failure beyond 256 KiB is,
    /// there may be the beginning only. It may hold anything: do not log it.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        match &self.0.what {
            What::Api(refusal) => Some(&refusal.body),
            What::Decode(unreadable) => Some(&unreadable.body),
            _ => None,
        }
    }

    /// Reads the body of the response as a type of the caller's choice; `None` if there is no body.
    pub fn decode_body<T: Value>(&self) -> Option<Result<T, DecodeError>> {
        self.body().filter(|body| !body.is_empty()).map(|body| {
            let mut value = T::blank();
            decode_mended(&mut value, body)?;
            Ok(value)
        })
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
            Self::Api(refusal) if refusal.says == Says::Declined => ErrorKind::Declined,
            Self::Api(_) => ErrorKind::Api,
            Self::Decode(_) => ErrorKind::Decode,
        }
    }

    /// What it is evidence of; `None` for a call that never came to be sent.
    pub(crate) fn evidence(&self) -> Option<Evidence> {
        Some(match self {
            Self::Configuration(_) | Self::Invalid(_) | Self::Unresumable(_) => return None,
            Self::NotSent(TransportError(Fault::Tls(_))) => Evidence::NotTrusted,
            Self::NotSent(_) => Evidence::NotConnected,
            Self::Token(failure) if failure.is_untrusted() => Evidence::NotTrusted,
            Self::Token(failure) if failure.passing => Evidence::NoToken,
            Self::Token(_) => Evidence::TokenRefused,
            Self::TimedOut(TimedOut { waiting: Waiting::Connection, .. }) => Evidence::NotConnected,
            Self::TimedOut(timeout) if !timeout.sent() => Evidence::NoToken,
            Self::TimedOut(_) => Evidence::Silence,
            Self::Interrupted(..) => Evidence::Lost,
            Self::Api(refusal) => refusal.evidence,
            Self::Decode(unreadable) if unreadable.confirmed => Evidence::Confirmed,
            Self::Decode(_) => Evidence::Unconfirmed,
        })
    }

    /// Takes the secrets of the client out of every text, should the server or a transport repeat one.
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        match self {
            Self::NotSent(error) | Self::Interrupted(error, None) => error.redact(secrets),
            Self::Interrupted(error, Some(head)) => {
                error.redact(secrets);
                secrets.redact_ids(head);
            }
            Self::Api(refusal) => refusal.redact(secrets),
            Self::Decode(unreadable) => {
                secrets.redact_ids(&mut unreadable.head);
                unreadable.flaw.redact(secrets);
            }
            // A failed token has been seen to where it was asked for, and the others hold only texts of the client's own.
            Self::Token(_) | Self::Configuration(_) | Self::Invalid(_) | Self::Unresumable(_) | Self::TimedOut(_) => {}
        }
    }

    /// What became of a call of which this is all there is.
    fn outcome(&self) -> Outcome {
        match self {
            Self::Unresumable(_) => Outcome::Unknown,
            _ => self.evidence().map_or(Outcome::NotSent, |evidence| evidence.row().outcome),
        }
    }

    /// Status and headers of the response, if there was one.
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
    fn redact(&mut self, secrets: &Secrets) {
        match self {
            Self::Lost(error) => error.redact(secrets),
            Self::Json(error) => error.redact(|text| secrets.redact_in(text)),
            Self::TooLarge { .. } | Self::Stalled(_) | Self::Unsaved(_) | Self::Gzip(_) => {}
            Self::Encoding | Self::Marked | Self::Foreign => {}
        }
    }

    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            Self::Gzip(error) | Self::Unsaved(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::TooLarge { .. } | Self::Stalled(_) | Self::Encoding | Self::Marked | Self::Foreign => None,
        }
    }
}

/// What would have to happen before another call.
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
