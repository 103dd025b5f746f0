//! The kinds of failure of one attempt.

use std::error::Error as StdError;
use std::fmt;
use std::fmt::{Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::error_kind::ErrorKind;
use super::evidence::Evidence;
use super::failure_body::FailureBody;
use crate::contract::Outcome;
use crate::model::Violations;
use crate::redaction::Secrets;
use crate::response::{BodyFlaw, Head};
use crate::syntax::{MOST_SHOWN, OneLine, Quote, Span};
use crate::transport_api::{Fault, TransportError};

/// What went wrong.
pub(crate) enum FailureKind {
    Configuration(String),
    Invalid(Violations),
    /// A call that was kept and cannot be sent again.
    Unresumable(Violations),
    Token(TokenFailure),
    /// The source of the error is that of the limiter.
    NoPermit(TransportError),
    NotSent(TransportError),
    /// The head is there when the connection was lost in the middle of the response.
    Interrupted(TransportError, Option<Box<Head>>),
    TimedOut(TimedOut),
    Api(Box<ApiFailure>),
    Decode(Box<UndecodableResponse>),
}

/// Why there is no access token. Shared by all calls that waited for it.
#[derive(Clone)]
pub(crate) struct TokenFailure {
    pub(crate) message: String,
    pub(crate) head: Option<Box<Head>>,
    /// Another attempt may succeed.
    pub(crate) passing: bool,
    /// How long the endpoint asks to be left alone.
    pub(crate) requested_wait: Option<Duration>,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimedOut {
    pub(crate) limit: Limit,
    pub(crate) after: Duration,
    pub(crate) waiting: Waiting,
}

/// What a call was waiting for when time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A permit under the limit of concurrent requests.
    Concurrency,
    Token,
    /// Nothing: too little time was left to begin an attempt.
    NoTimeLeft,
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
pub(crate) struct ApiFailure {
    pub(crate) head: Head,
    /// As far as it could be read.
    pub(crate) body: Bytes,
    /// Why the body could not be read, if so.
    pub(crate) flaw: Option<BodyFlaw>,
    pub(crate) failure_body: FailureBody,
    pub(crate) evidence: Evidence,
    pub(crate) claim: FailureClaim,
}

/// What a response that is no success says of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureClaim {
    /// It failed.
    Failed,
    /// What was asked for was declined.
    Declined,
    /// The body declares both success and failure.
    Contradictory,
}

/// A response whose status is a success, but whose body cannot be decoded.
pub(crate) struct UndecodableResponse {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) flaw: BodyFlaw,
    /// The body declares success, or the service has no member for it. If a body can deny success, the status alone does not
    /// prove it.
    pub(crate) confirmed: bool,
    /// The service keeps these bytes under the key, so a retry would return the same undecodable response.
    pub(crate) is_kept: bool,
}

impl TokenFailure {
    /// Creates a temporary failure.
    pub(crate) fn passing(message: String) -> Self {
        Self { message, head: None, passing: true, requested_wait: None, source: None }
    }

    /// Creates a permanent failure.
    pub(crate) fn lasting(message: String) -> Self {
        Self { passing: false, ..Self::passing(message) }
    }

    /// Returns whether no secure connection could be made to the endpoint.
    pub(crate) fn is_untrusted(&self) -> bool {
        let error = self.source.as_deref().and_then(|source| source.downcast_ref());
        matches!(error, Some(TransportError(Fault::Tls(_))))
    }
}

impl TimedOut {
    /// Returns the request had been handed to the transport.
    pub(crate) fn sent(&self) -> bool {
        self.waiting == Waiting::Response
    }
}

impl ApiFailure {
    pub(crate) fn new(
        failure_body: FailureBody,
        evidence: Evidence,
        claim: FailureClaim,
        head: Head,
        body: Bytes,
        flaw: Option<BodyFlaw>,
    ) -> Self {
        Self { head, body, flaw, failure_body, evidence, claim }
    }

    /// Takes the secrets out of what the server said, should it repeat them.
    fn redact(&mut self, secrets: &Secrets) {
        self.failure_body.redact(secrets);
        self.head.redact_ids(secrets);
        if let Some(flaw) = &mut self.flaw {
            flaw.redact(secrets);
        }
    }
}

impl FailureKind {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration(_) => ErrorKind::Configuration,
            Self::Invalid(_) | Self::Unresumable(_) => ErrorKind::InvalidRequest,
            Self::Token(_) => ErrorKind::Authentication,
            Self::NoPermit(_) => ErrorKind::NoPermit,
            Self::NotSent(_) => ErrorKind::Connect,
            Self::Interrupted(..) => ErrorKind::Interrupted,
            Self::TimedOut(_) => ErrorKind::Timeout,
            Self::Api(api_failure) if api_failure.claim == FailureClaim::Declined => ErrorKind::Declined,
            Self::Api(_) => ErrorKind::Api,
            Self::Decode(_) => ErrorKind::Decode,
        }
    }

    /// Returns what it is evidence of; `None` for a call that never came to be sent.
    pub(crate) fn evidence(&self) -> Option<Evidence> {
        Some(match self {
            Self::Configuration(_) | Self::Invalid(_) | Self::Unresumable(_) => return None,
            Self::NotSent(TransportError(Fault::Tls(_))) => Evidence::NotTrusted,
            Self::NoPermit(_) | Self::NotSent(_) => Evidence::NotConnected,
            Self::Token(failure) if failure.is_untrusted() => Evidence::NotTrusted,
            Self::Token(failure) if failure.passing => Evidence::NoToken,
            Self::Token(_) => Evidence::TokenRefused,
            Self::TimedOut(TimedOut { waiting: Waiting::Connection, .. }) => Evidence::NotConnected,
            Self::TimedOut(timeout) if !timeout.sent() => Evidence::NoToken,
            Self::TimedOut(_) => Evidence::Silence,
            Self::Interrupted(..) => Evidence::Lost,
            Self::Api(api_failure) => api_failure.evidence,
            Self::Decode(unreadable) if unreadable.confirmed => Evidence::Confirmed,
            Self::Decode(_) => Evidence::Unconfirmed,
        })
    }

    /// Takes the secrets of the client out of every text, should the server or a transport repeat one.
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        match self {
            Self::NoPermit(error) | Self::NotSent(error) | Self::Interrupted(error, None) => error.redact(secrets),
            Self::Interrupted(error, Some(head)) => {
                error.redact(secrets);
                head.redact_ids(secrets);
            }
            Self::Api(api_failure) => api_failure.redact(secrets),
            Self::Decode(unreadable) => {
                unreadable.head.redact_ids(secrets);
                unreadable.flaw.redact(secrets);
            }
            // A failed token has been seen to where it was asked for, and the others hold only texts of the client's own.
            Self::Token(_) | Self::Configuration(_) | Self::Invalid(_) | Self::Unresumable(_) | Self::TimedOut(_) => {}
        }
    }

    /// Returns what became of a call of which this is all there is.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Unresumable(_) => Outcome::Unknown,
            _ => self.evidence().map_or(Outcome::NotSent, |evidence| evidence.row().outcome),
        }
    }

    /// Status and headers of the response, if there was one.
    pub(crate) fn head(&self) -> Option<&Head> {
        match self {
            Self::Api(api_failure) => Some(&api_failure.head),
            Self::Decode(unreadable) => Some(&unreadable.head),
            Self::Token(failure) => failure.head.as_deref(),
            Self::Interrupted(_, head) => head.as_deref(),
            Self::Configuration(_)
            | Self::Invalid(_)
            | Self::Unresumable(_)
            | Self::NoPermit(_)
            | Self::NotSent(_)
            | Self::TimedOut(_) => None,
        }
    }
}

impl Display for FailureKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(message) => f.write_str(message),
            Self::Invalid(violations) => {
                write!(f, "the request breaks the rules of the service and was not sent: {violations}")
            }
            Self::Unresumable(violations) => write!(f, "this client does not send the call: {violations}"),
            Self::Token(failure) => {
                write!(f, "no access token could be had: {}", OneLine(&failure.message))
            }
            Self::NoPermit(error) => {
                let cause = error.source().map(ToString::to_string).unwrap_or_default();
                write!(f, "the limiter of requests gave no permit: {}", OneLine(&cause))
            }
            Self::NotSent(error) | Self::Interrupted(error, _) => error.fmt(f),
            Self::TimedOut(timeout) => timeout.fmt(f),
            Self::Api(api_failure) => api_failure.fmt(f),
            Self::Decode(unreadable) => {
                write!(f, "the server responded with {}, but {}", unreadable.head.status, unreadable.flaw)
            }
        }
    }
}

impl Display for TimedOut {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match self.waiting {
            Waiting::Concurrency => "the client's other calls used up its concurrency",
            Waiting::Token => "no access token came",
            Waiting::NoTimeLeft => "no time was left for an attempt",
            Waiting::Connection => "no connection was made",
            Waiting::Response => "no response came",
        };
        let limit = match self.limit {
            Limit::Attempt => "attempt",
            Limit::Total => "total",
        };
        write!(f, "{what} within the {limit} timeout of {}", Span(self.after))
    }
}

impl Display for ApiFailure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the server responded with {}", self.head.status)?;
        if self.claim == FailureClaim::Declined {
            f.write_str(", which declines the call")?;
        } else if self.claim == FailureClaim::Contradictory {
            f.write_str(", but its body does not say clearly whether the call succeeded")?;
        } else if self.head.status.is_success() {
            f.write_str(", but its body says that the call failed")?;
        } else if self.head.status.is_redirection() {
            f.write_str(", a redirect, which is not followed; check the base URL")?;
        }
        let reasons = self.failure_body.reasons.iter().take(MOST_SHOWN).chain(&self.failure_body.result);
        for (index, reason) in reasons.enumerate() {
            write!(f, "{}{reason}", if index == 0 { ": " } else { ", " })?;
        }
        if self.failure_body.reason_count > MOST_SHOWN {
            write!(f, ", and {} more", self.failure_body.reason_count - MOST_SHOWN)?;
        }
        if let Some(message) = &self.failure_body.message {
            write!(f, ": {}", Quote(message))?;
        }
        if let Some(flaw) = &self.flaw {
            write!(f, "; {flaw}")?;
        }
        Ok(())
    }
}
