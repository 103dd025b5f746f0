//! An error in words: what happened, what it means on the server, what to do, and the ids to quote.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use super::{Advice, BodyFlaw, Error, History, Limit, Reason, Refusal, Says, TimedOut, Waiting, What};
use crate::Outcome;
use crate::evidence::KeyOrigin;
use crate::retry::End;

/// So many of the server's reasons are in a message.
pub(crate) const MOST_SHOWN: usize = 5;

/// Longest piece of the server's own text in a message, in characters.
pub(crate) const LONGEST_QUOTE: usize = 300;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation} failed: ")?;
        }
        self.0.what.fmt(f)?;
        if let What::Configuration(_) | What::Invalid(_) = self.0.what
            && self.outcome() == Outcome::NotSent
        {
            return Ok(());
        }
        self.end(f)?;
        // Of a call that only asks, nobody needs to know what became of it.
        if !self.0.call.is_safe {
            write!(f, "; {}", self.outcome())?;
        }
        f.write_str("; ")?;
        self.write_advice(f)?;
        self.ids(f)
    }
}

impl Display for What {
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
            Self::NotSent(error) | Self::Interrupted(error, _) => error.fmt(f),
            Self::TimedOut(timeout) => timeout.fmt(f),
            Self::Api(refusal) => refusal.fmt(f),
            Self::Decode(unreadable) => {
                write!(f, "the server responded with {}, but {}", unreadable.head.status, unreadable.flaw)
            }
        }
    }
}

impl Display for TimedOut {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match self.waiting {
            Waiting::Place => "the other calls of the client left no place for this one",
            Waiting::Token => "no access token came",
            Waiting::Time => "no time was left for an attempt",
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

impl Display for BodyFlaw {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "its body is larger than the {limit} bytes allowed"),
            Self::Lost(_) => f.write_str("the connection was lost in the middle of its body"),
            Self::Stalled(after) => write!(f, "no more of its body came within {}", Span(*after)),
            Self::Unsaved(error) => write!(f, "its body could not be saved: {error}"),
            Self::Gzip(_) => f.write_str("its body is damaged gzip data"),
            Self::Encoding => f.write_str("its body has a content encoding other than gzip"),
            Self::Marked => f.write_str("its body begins with a byte order mark"),
            Self::Json(error) => write!(f, "its body is not what was expected: {error}"),
            Self::Foreign => f.write_str("its body holds nothing of what was expected"),
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the server responded with {}", self.head.status)?;
        if self.says == Says::Declined {
            f.write_str(", which declines the call")?;
        } else if self.says == Says::Both {
            f.write_str(", but its body does not say clearly whether the call succeeded")?;
        } else if self.head.status.is_success() {
            f.write_str(", but its body says that the call failed")?;
        } else if self.head.status.is_redirection() {
            f.write_str(", a redirect, which is not followed; check the base URL")?;
        }
        let reasons = self.said.reasons.iter().take(MOST_SHOWN).chain(&self.said.result);
        for (index, reason) in reasons.enumerate() {
            write!(f, "{}{reason}", if index == 0 { ": " } else { ", " })?;
        }
        if self.said.reason_count > MOST_SHOWN {
            write!(f, ", and {} more", self.said.reason_count - MOST_SHOWN)?;
        }
        if let Some(message) = &self.said.message {
            write!(f, ": {}", Quote(message))?;
        }
        if let Some(flaw) = &self.flaw {
            write!(f, "; {flaw}")?;
        }
        Ok(())
    }
}

/// Code, message and meaning, as far as they are there.
impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.code.as_str() {
            "" => "no code",
            code if code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_graphic()) => code,
            _ => "a code that is no plain word",
        })?;
        if !self.message.is_empty() {
            write!(f, " {}", Quote(&self.message))?;
        }
        match self.meaning {
            Some(meaning) => write!(f, " ({meaning})"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// Why the call ended there, unless that follows from what happened.
    fn end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let History { attempts, end, .. } = self.0.history;
        let ran_out = matches!(&self.0.what, What::TimedOut(timeout) if timeout.limit == Limit::Total);
        match end {
            End::NoTime(wait) if !ran_out && wait > Duration::ZERO => {
                write!(f, "; the next attempt would have to wait {}, longer than the call has", Span(wait))?;
            }
            End::Budget => f.write_str("; the client has used up its budget of repetitions")?,
            End::Final | End::Attempts | End::NoTime(_) => {}
        }
        match attempts {
            0 | 1 => Ok(()),
            _ => write!(f, "; that was attempt {attempts}"),
        }
    }

    /// What to do now.
    fn write_advice(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let declined = matches!(&self.0.what, What::Api(refusal) if refusal.says == Says::Declined);
        match (&self.0.what, self.outcome(), self.advice()) {
            (What::Token(failure), _, Advice::Change) if !failure.is_untrusted() => {
                f.write_str("check the credentials, and that the base URL is the one they belong to")
            }
            (_, Outcome::NotSent, _) if self.has_undated_key() => {
                f.write_str("call again with this idempotency key only, since it may have been used before")
            }
            (What::NotSent(_) | What::Token(_), Outcome::NotSent, Advice::Change) => f.write_str(
                "check the base URL, the certificate of the server, and which authorities this client trusts",
            ),
            (What::NotSent(_), Outcome::NotSent, _) => {
                f.write_str("check the network and the base URL, then call again")
            }
            (_, Outcome::Unknown | Outcome::Accepted, advice) if self.0.call.is_safe => f.write_str(match advice {
                Advice::Change => "the same call would bring the same again",
                _ => "a new call may succeed",
            }),
            (_, Outcome::Unknown, _) => self.resume(f),
            (What::Unresumable(_), Outcome::NotSent, _) => f.write_str("make a new call"),
            (_, Outcome::NotSent, _) => f.write_str("call again later"),
            (_, Outcome::Accepted, _) if self.resumable().is_some() => f.write_str(
                "do not make a new call, look up what became of this one, or resume it to get the response again",
            ),
            (_, Outcome::Accepted, _) if self.0.call.key.is_some() && self.stays() => f.write_str(
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

    /// Tells whether the key is one of the caller's of which it is not known when it was used first.
    pub(super) fn has_undated_key(&self) -> bool {
        self.0.call.key.as_ref().is_some_and(|key| matches!(key.origin, KeyOrigin::Undated { .. }))
    }

    /// How to find out what became of a call.
    fn resume(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (&self.0.call.key, self.resumable()) {
            (Some(key), Some(_)) => {
                // The same bytes would come again, and be too many again.
                let is_too_large =
                    matches!(&self.0.what, What::Decode(it) if matches!(it.flaw, BodyFlaw::TooLarge { .. }));
                let by_whom = if is_too_large { " with a client that takes larger responses" } else { "" };
                write!(
                    f,
                    "do not make a new call, resume this one{by_whom}: the same request with the same idempotency key finds out, within {} of \
                     the key's first use",
                    Span(key.kept)
                )
            }
            (key, _) => {
                if key.is_some() && self.stays() {
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

/// The server's text in quotes: on one line, and not without end.
struct Quote<'a>(&'a str);

impl Display for Quote<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Plain(self.0))
    }
}

/// Text of the server's on one line, and not without end.
struct Plain<'a>(&'a str);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self.0.trim();
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => write!(f, "{}…", OneLine(&text[..end])),
            None => OneLine(text).fmt(f),
        }
    }
}

/// Text of which some may be the server's, on one line.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| f.write_char(if is_hidden(character) { ' ' } else { character }))
    }
}

/// Text of the server's as it may stand in a log.
#[cfg(feature = "tracing")]
pub(crate) fn for_log(text: &str) -> String {
    Plain(text).to_string()
}

/// Tells whether a character is not seen, but changes how what is around it looks: control characters, line and paragraph
/// separators, and those that turn the direction of text.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A length of time in its largest whole unit.
pub(crate) struct Span(pub(crate) Duration);

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match (seconds, self.0.subsec_millis()) {
            (1.., 0) if seconds.is_multiple_of(3600) => write!(f, "{} h", seconds / 3600),
            (1.., 0) => write!(f, "{seconds} s"),
            _ => write!(f, "{} ms", self.0.as_millis()),
        }
    }
}
