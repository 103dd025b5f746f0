//! What follows from what an attempt saw. The table below is all there is to it: it decides, and it is what the docs show.

use crate::Outcome;
use crate::error::What;
use crate::service::Retry;

/// What is done after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The same bytes are sent again, under the same key.
    Again,
    /// The same, at once and with a new access token; only once in a call.
    Refresh,
    /// The call ends.
    Stop,
}

/// One row of the policy: what follows from something that can be seen.
pub(crate) struct Row {
    /// When the call may be repeated: it carries an idempotency key, or its method is idempotent by HTTP.
    pub(crate) repeatable: Action,
    /// When it may not.
    pub(crate) once: Action,
}

macro_rules! words {
    (Again) => {
        "send again"
    };
    (Refresh) => {
        "new token, send again once"
    };
    (Stop) => {
        "end"
    };
}

/// Declares the sights, the rows and their rendering in Markdown, from one text.
macro_rules! policy {
    ($($sight:ident, $seen:literal, $repeatable:ident, $once:ident, $outcome:literal, $why:literal;)*) => {
        /// What an attempt that failed saw, as far as it matters to what follows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Sight {
            $(#[doc = $seen] $sight,)*
        }

        /// Every row, in the order of [`Sight`].
        pub(crate) static ROWS: &[Row] = &[
            $(Row { repeatable: Action::$repeatable, once: Action::$once },)*
        ];

        macro_rules! policy_table {
            () => {
                concat!(
                    "| an attempt saw | with a key | without | if the call ends there | because |\n",
                    "|---|---|---|---|---|\n",
                    $("| ", $seen, " | ", words!($repeatable), " | ", words!($once), " | ", $outcome, " | ", $why, " |\n",)*
                )
            };
        }
    };
}

policy! {
    NotConnected, "no connection could be made", Again, Again, "`NotSent`",
        "not a byte left this machine";
    NoToken, "no access token: its endpoint is out of reach, answers 408, 429 or 5xx, or takes too long", Again, Again, "`NotSent`",
        "the call itself has not been sent";
    TokenRefused, "no access token: its endpoint refuses", Stop, Stop, "`NotSent`",
        "the credentials are wrong, and stay so";
    ConnectionLost, "the connection was lost before the answer was there as a whole", Again, Stop, "`Unknown`",
        "the server keeps its answer under the key, and has none if it never saw the call";
    NoAnswer, "no answer within the attempt timeout", Again, Stop, "`Unknown`",
        "as above";
    TooMany, "429, or a code that asks to wait", Again, Again, "`Rejected`",
        "refused before anything was done; waiting helps";
    Unavailable, "408, 502, 503 or 504 without a code of the service's own", Again, Stop, "`Unknown`",
        "said by something in front of the service, which may be at work on the call; its answer comes with time";
    InProgress, "409, or a code that speaks of a lock, when an earlier request may have carried the key", Again, Stop, "`Unknown`",
        "that request may still be running; its answer comes with time";
    Unauthorized, "401, or a code that asks for a new token", Refresh, Refresh, "`Rejected`",
        "refused at the door; a token can be void before its time";
    Refused, "any other failure the server answers: a code of the service's, 4xx, 500, `success: false`", Stop, Stop, "by code, then by status",
        "the answer is kept under the key: the same call would only get it again";
    Unreadable, "a success that cannot be read", Stop, Stop, "`Accepted`, or `Unknown` if the body does not say so",
        "the call may well have gone through";
}

impl Sight {
    pub(crate) fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// What a failed attempt saw; `None` for a call that never came to be sent.
    pub(crate) fn of(what: &What) -> Option<Self> {
        Some(match what {
            What::Configuration(_) | What::Invalid(_) | What::Unresumable(_) => return None,
            What::NotSent(_) => Self::NotConnected,
            What::Token(failure) if failure.passing => Self::NoToken,
            What::Token(_) => Self::TokenRefused,
            What::TimedOut(timeout) if !timeout.sent() => Self::NoToken,
            What::TimedOut(_) => Self::NoAnswer,
            What::Interrupted(..) => Self::ConnectionLost,
            What::Decode(_) => Self::Unreadable,
            What::Api(refusal) if refusal.in_progress => Self::InProgress,
            What::Api(refusal) => match (refusal.retry, refusal.head.status.as_u16()) {
                (Retry::NewToken, _) if refusal.outcome == Outcome::Rejected => Self::Unauthorized,
                (Retry::SameKey, _) if refusal.outcome == Outcome::Rejected => Self::TooMany,
                (Retry::SameKey, 408 | 429 | 502..=504) => Self::Unavailable,
                _ => Self::Refused,
            },
        })
    }
}
