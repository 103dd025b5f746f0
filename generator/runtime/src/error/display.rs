//! The message of an error: what happened, the outcome, what to do, and the IDs to quote.

use std::fmt;
use std::fmt::{Display, Formatter};
use std::time::Duration;

use super::{Advice, Error, History};
use crate::classification::{FailureClaim, FailureKind, Limit};
use crate::contract::Outcome;
use crate::idempotency::KeyOrigin;
use crate::response::BodyFlaw;
use crate::retry::StopReason;
use crate::syntax::Plain;
use crate::syntax::Span;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation} failed: ")?;
        }
        self.0.kind.fmt(f)?;
        if let FailureKind::Configuration(_) | FailureKind::Invalid(_) = self.0.kind
            && self.outcome() == Outcome::NotSent
        {
            return Ok(());
        }
        self.end(f)?;
        // The outcome of a call with a safe method does not matter.
        if !self.0.call.is_safe {
            write!(f, "; {}", self.outcome())?;
        }
        f.write_str("; ")?;
        self.write_advice(f)?;
        self.ids(f)
    }
}

impl Error {
    /// Returns why the call ended there, unless that follows from what happened.
    fn end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let History { attempts, end, .. } = self.0.history;
        let ran_out = matches!(&self.0.kind, FailureKind::TimedOut(timeout) if timeout.limit == Limit::Total);
        match end {
            StopReason::NoTime(wait) if !ran_out && wait > Duration::ZERO => {
                write!(f, "; the next attempt would have to wait {}, longer than the call has", Span(wait))?;
            }
            StopReason::Budget => f.write_str("; the client has used up its budget of retries")?,
            StopReason::Final | StopReason::Attempts | StopReason::NoTime(_) => {}
        }
        match attempts {
            0 | 1 => Ok(()),
            _ => write!(f, "; that was attempt {attempts}"),
        }
    }

    /// Returns what to do now.
    fn write_advice(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let declined =
            matches!(&self.0.kind, FailureKind::Api(api_failure) if api_failure.claim == FailureClaim::Declined);
        match (&self.0.kind, self.outcome(), self.advice()) {
            (FailureKind::Token(failure), _, Advice::Change) if !failure.is_untrusted() => {
                f.write_str("check the credentials, and that the base URL is the one they belong to")
            }
            (_, Outcome::NotSent, _) if self.has_undated_key() => {
                f.write_str("call again with this idempotency key only, since it may have been used before")
            }
            (FailureKind::NotSent(_) | FailureKind::Token(_), Outcome::NotSent, Advice::Change) => f.write_str(
                "check the base URL, the certificate of the server, which authorities this client trusts, and this client's \
                 certificate if the server requires one",
            ),
            (FailureKind::NotSent(_), Outcome::NotSent, _) => {
                f.write_str("check the network and the base URL, then call again")
            }
            (_, Outcome::Unknown | Outcome::Accepted, advice) if self.0.call.is_safe => f.write_str(match advice {
                Advice::Change => "the same call would bring the same again",
                _ => "a new call may succeed",
            }),
            (_, Outcome::Unknown, _) => self.resume(f),
            (FailureKind::Unresumable(_), Outcome::NotSent, _) => f.write_str("make a new call"),
            (_, Outcome::NotSent, _) => f.write_str("call again later"),
            (_, Outcome::Accepted, _) if self.resumable().is_some() => f.write_str(
                "do not make a new call, look up what became of this one, or resume it to get the response again",
            ),
            (_, Outcome::Accepted, _) if self.0.call.key.is_some() && self.is_final_on_server() => f.write_str(
                "do not make a new call, look up what became of this one: the service would send the same response again",
            ),
            (_, Outcome::Accepted, _) => f.write_str("do not call again, look up what became of it instead"),
            (_, _, Advice::Change) if declined => {
                f.write_str("the same call would be declined again, ask the customer for another way")
            }
            (_, _, Advice::Change) => {
                f.write_str("the same call would fail again, correct what the server names first")
            }
            (_, _, Advice::NewToken) => f.write_str("make a new call with another access token"),
            (_, _, Advice::Repeat) => f.write_str("a new call may succeed"),
            (_, _, Advice::Wait) => f.write_str("wait, then make a new call"),
        }
    }

    /// Returns whether the key is one of the caller's of which it is not known when it was used first.
    pub(super) fn has_undated_key(&self) -> bool {
        self.0.call.key.as_ref().is_some_and(|key| matches!(key.origin, KeyOrigin::Undated { .. }))
    }

    /// Returns how to find out what became of a call.
    fn resume(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (&self.0.call.key, self.resumable()) {
            (Some(key), Some(_)) => {
                // The same bytes would come again, and be too many again.
                let is_too_large =
                    matches!(&self.0.kind, FailureKind::Decode(it) if matches!(it.flaw, BodyFlaw::TooLarge { .. }));
                let by_whom = if is_too_large { " with a client that takes larger responses" } else { "" };
                write!(
                    f,
                    "do not make a new call, resume this one{by_whom}: the same request with the same idempotency key finds out, within {} of \
                     the key's first use",
                    Span(key.kept)
                )
            }
            (key, _) => {
                if key.is_some() && self.is_final_on_server() {
                    f.write_str("the service would send the same response again, ")?;
                }
                f.write_str(
                    "find out what became of it before you call again, since a new call may have the same effect twice",
                )
            }
        }
    }

    fn ids(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let key = self.idempotency_key().map(AsRef::as_ref);
        let ids = [("idempotency key", key), ("request id", self.request_id()), ("process id", self.process_id())];
        let known = ids.into_iter().filter_map(|(name, id)| Some((name, id?)));
        let mut open = false;
        for (name, id) in known {
            write!(f, "{}{name} {}", if open { ", " } else { " (" }, Plain(id))?;
            open = true;
        }
        if open { f.write_str(")") } else { Ok(()) }
    }
}
