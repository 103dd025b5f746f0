//! The evidence of each attempt, and its meaning for the call: the outcome, and the next step. This module has no I/O.
//! The table below decides, and the documentation shows the same table.
//!
//! *Doubt* means that an attempt may have reached the service and no verdict covers it. A success ends doubt. So does a
//! failure that the service sends twice, because the service then keeps it under the idempotency key.

use crate::contract::Outcome;
use crate::idempotency::KeyOrigin;

/// The next step after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Send the same bytes again under the same key.
    Retry,
    /// As [`Retry`](Self::Retry), for methods that may be repeated without a key; otherwise the call ends.
    RetryIfRepeatable,
    /// As [`Retry`](Self::Retry), at once and with a new access token; only once in a call.
    NewToken,
    /// As [`Retry`](Self::Retry), to see whether the service keeps the failure.
    Ask,
    /// As [`Ask`](Self::Ask) when in doubt; otherwise the call ends.
    AskInDoubt,
    /// As [`Ask`](Self::Ask), but only once in a call.
    AskOnce,
    /// The call ends.
    End,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// The outcome of a call that is not in doubt.
    pub(crate) outcome: Outcome,
    /// Whether it settles the outcome of all attempts.
    pub(crate) verdict: Verdict,
    /// The next step with an idempotency key.
    pub(crate) keyed: Next,
    /// The next step without an idempotency key.
    pub(crate) keyless: Next,
}

/// Whether the evidence of one attempt settles the outcome of all attempts, including requests that arrive late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does not.
    Never,
    /// It does with this outcome, if the service keeps the failure.
    WhenKept(Outcome),
    /// It does: it is the result of the key.
    Always,
}

macro_rules! verdict {
    (-) => {
        Verdict::Never
    };
    (always) => {
        Verdict::Always
    };
    ($kept:ident) => {
        Verdict::WhenKept(Outcome::$kept)
    };
}

/// Returns the cells of the table for an outcome.
macro_rules! outcome_words {
    ($outcome:ident -) => {
        concat!("`", stringify!($outcome), "` | `Unknown`")
    };
    ($outcome:ident Unknown) => {
        concat!("`", stringify!($outcome), "` | `Unknown`")
    };
    ($outcome:ident always) => {
        concat!("`", stringify!($outcome), "` | `", stringify!($outcome), "`")
    };
    ($outcome:ident $kept:ident) => {
        concat!("`", stringify!($outcome), "` | `Unknown`; kept: `", stringify!($kept), "`")
    };
}

macro_rules! next_words {
    (Retry) => {
        "send again"
    };
    (RetryIfRepeatable) => {
        "end; safe methods: send again"
    };
    (NewToken) => {
        "new token, send again once"
    };
    (Ask) => {
        "ask again"
    };
    (AskInDoubt) => {
        "end; in doubt, ask again"
    };
    (AskOnce) => {
        "ask again once"
    };
    (End) => {
        "end"
    };
}

/// Declares the kinds of evidence, their rows and the table in Markdown, from one text.
macro_rules! evidence {
    ($($name:ident: $result:literal, $outcome:ident $verdict:tt, $keyed:ident, $keyless:ident, $why:literal;)*) => {
        /// The evidence of a failed attempt.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Evidence {
            $(#[doc = $result] $name,)*
        }

        /// The rows, in the order of [`Evidence`].
        pub(crate) static ROWS: &[Row] = &[$(Row {
            outcome: Outcome::$outcome,
            verdict: verdict!($verdict),
            keyed: Next::$keyed,
            keyless: Next::$keyless,
        },)*];

        macro_rules! evidence_table {
            () => {
                concat!(
                    "| an attempt saw | not in doubt | in doubt | next, with a key | without | because |\n",
                    "|---|---|---|---|---|---|\n",
                    $("| ", $result, " | ", outcome_words!($outcome $verdict), " | ", next_words!($keyed), " | ",
                        next_words!($keyless), " | ", $why, " |\n",)*
                )
            };
        }
    };
}

evidence! {
    NotConnected: "no connection could be made, or none in time, or a limiter gave no permit", NotSent -, Retry, Retry,
        "not a byte left this machine";
    NotTrusted: "no secure connection: a certificate that one side does not trust, or no agreement on TLS", NotSent -, End, End,
        "the same would happen again";
    NoToken: "no access token: its endpoint is out of reach, responds with 408, 429 or 5xx, or takes too long", NotSent -, Retry, Retry,
        "the call itself has not been sent";
    TokenRefused: "no access token: its endpoint refuses", NotSent -, End, End,
        "the credentials are wrong, and stay so";
    Lost: "the connection was lost before the whole response was there, or the response is another call's", Unknown -, Retry, RetryIfRepeatable,
        "the service repeats the result it keeps under the key, and acts once if it never saw the call";
    Silence: "no response within the attempt timeout", Unknown -, Retry, RetryIfRepeatable,
        "as above";
    Unavailable: "408, 425, 444, 460, 499, 502, 503, 504, or another 5xx without a code", Unknown -, Retry, RetryIfRepeatable,
        "said by something in front of the service, which may be at work on the call";
    TooMany: "429, or a code that asks to wait", Rejected -, Retry, Retry,
        "turned away before anything was done; waiting helps";
    Unauthorized: "401, or a code that asks for a new token", Rejected -, NewToken, NewToken,
        "turned away before anything was done; a token can be void before its time";
    Denied: "403, a code that denies permission, or a 4xx without a code that is listed below", Rejected -, End, End,
        "turned away before anything was done";
    InProgress: "409 without a code that decides, or a lock beside a code of the door", Unknown -, Retry, End,
        "an earlier request may be running under the key; its result comes with time";
    Locked: "a code that speaks of a lock", Unknown Rejected, Ask, End,
        "an earlier request of the call may hold the lock, unless the service keeps the failure";
    RefusedInConflict: "409 with a code that refuses", Unknown Rejected, Ask, End,
        "as above";
    Refused: "a code that refuses", Rejected Rejected, AskInDoubt, End,
        "the service looked at the call and did not act; whether that covers earlier attempts, shows when it keeps the failure";
    FailedAndRefused: "500 with a result code that refuses and with an ID", Unknown Rejected, AskOnce, End,
        "the status says that something broke, the code that nothing was done";
    Open: "a code that leaves it open or is not known, or a 5xx with any other code", Unknown Unknown, End, End,
        "the service said what it has to say, and would only repeat it";
    KeyOfAnotherRequest: "422, with a key", Unknown -, End, End,
        "the key belongs to another request, which may have had its effect";
    UndecodableResponse: "another failure, or a body that is not in a documented form", Unknown -, End, End,
        "what cannot be read proves nothing";
    Declined: "a success whose body says that it was declined, and that nothing was done", Rejected Rejected, AskInDoubt, End,
        "as a code that refuses";
    MaybeDeclined: "a success whose body says that it was declined, and not that nothing was done", Unknown Unknown, End, End,
        "the service said what it has to say";
    Confirmed: "a success that cannot be read, and says that it is done", Accepted always, End, End,
        "the service acted";
    Unconfirmed: "a success that cannot be read, and does not say that it is done", Unknown -, End, End,
        "the service may have acted";
}

/// The statuses that mean "rejected before processing", unless a code in the body decides: the request is malformed, or its
/// target does not exist.
pub(crate) const TURNED_AWAY: [u16; 16] =
    [400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 426, 428, 431, 451];

impl Evidence {
    pub(crate) fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Returns whether the service would send the same response to a retry.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Open | Self::KeyOfAnotherRequest | Self::MaybeDeclined)
    }
}

/// The IDs by which a service tells one response from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResponseIds {
    /// In the body: of the process, and of the request.
    pub(crate) body: [Option<String>; 2],
    /// In the header.
    pub(crate) header: Option<String>,
    /// The codes that came with them.
    pub(crate) codes: Vec<String>,
}

/// The maximum length of an ID. The search for an ID in the request takes time in proportion to both lengths.
const LONGEST_ID: usize = 256;

/// Texts that stand for a missing ID.
const PLACEHOLDERS: [&str; 6] = ["n/a", "nil", "none", "null", "undefined", "unknown"];

/// Returns whether a text may be an ID. A placeholder such as `unknown`, `(null)` or a UUID of zeros is none.
fn can_be_id(text: &str) -> bool {
    if text.len() > LONGEST_ID {
        return false;
    }
    let text = text.trim();
    let letters = || text.chars().filter(|letter| letter.is_alphanumeric());
    let first = letters().next();
    let varies = letters().any(|letter| Some(letter) != first);
    let is_prose = text.contains(|letter: char| letter.is_whitespace() || "()<>".contains(letter));
    varies && !is_prose && !PLACEHOLDERS.iter().any(|placeholder| text.eq_ignore_ascii_case(placeholder))
}

/// Returns whether an ID can tell one response from another. IDs that are generated have digits; a text without one may be a word.
fn is_unique(id: &str) -> bool {
    id.bytes().any(|byte| byte.is_ascii_digit())
}

impl ResponseIds {
    pub(crate) fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.body.iter().chain([&self.header]).flatten().filter(|id| is_unique(id))
    }

    /// Drops the texts that cannot be IDs, or that the service did not generate.
    pub(crate) fn retain(&mut self, is_own: impl Fn(&str) -> bool) {
        for id in self.body.iter_mut().chain([&mut self.header]) {
            id.take_if(|id| !can_be_id(id) || !is_own(id));
        }
    }

    /// Returns whether two responses have the same codes and IDs. IDs of the body take precedence, because a kept response may
    /// have new headers.
    fn is_same(&self, other: &Self) -> bool {
        let pairs = || {
            let both = self.body.iter().zip(&other.body).filter_map(|(one, other)| one.as_ref().zip(other.as_ref()));
            both.filter(|(one, other)| is_unique(one) && is_unique(other))
        };
        if self.codes != other.codes {
            return false;
        }
        if pairs().next().is_some() {
            return pairs().all(|(one, other)| one == other);
        }
        self.header.as_deref().is_some_and(is_unique) && self.header == other.header
    }
}

/// The outcome of a call over all of its attempts.
#[derive(Clone, Debug)]
pub(crate) struct OutcomeTracker {
    origin: KeyOrigin,
    in_doubt: bool,
    /// The worst outcome so far.
    worst: Outcome,
    /// The failures that the service may keep under the key, by kind and IDs.
    failures: Vec<(Evidence, ResponseIds)>,
}

/// The meaning of an attempt for its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ruling {
    /// The outcome if the call ends here.
    pub(crate) outcome: Outcome,
    /// The next step, if time and attempts allow it.
    pub(crate) next: Next,
}

impl OutcomeTracker {
    pub(crate) fn new(origin: KeyOrigin) -> Self {
        let in_doubt = matches!(origin, KeyOrigin::Dated | KeyOrigin::Undated { .. });
        Self { origin, in_doubt, worst: Outcome::NotSent, failures: Vec::new() }
    }

    /// Returns whether an attempt, or a request before this call, may have reached the service without a verdict.
    pub(crate) fn in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Returns whether an attempt of this call may have left this machine.
    pub(crate) fn has_sent(&self) -> bool {
        self.worst != Outcome::NotSent
    }

    /// Returns the outcome so far.
    pub(crate) fn outcome(&self) -> Outcome {
        // As long as this call has sent nothing, it makes no statement about earlier uses of the caller's key.
        let sent_nothing = self.origin == KeyOrigin::Undated { resumed: false } && !self.has_sent();
        if self.in_doubt && !sent_nothing { Outcome::Unknown } else { self.worst }
    }

    /// Records the evidence of an attempt. Returns the outcome so far and the next step.
    pub(crate) fn record(&mut self, evidence: Evidence, ids: Option<&ResponseIds>) -> Ruling {
        let row = evidence.row();
        let ids = ids.filter(|ids| !ids.is_empty());
        if let Some(outcome) = self.settled(evidence, row, ids) {
            self.in_doubt = outcome == Outcome::Unknown;
            self.worst = outcome;
            return Ruling { outcome, next: Next::End };
        }
        let next = self.next(evidence, row, ids);
        if let (Some(ids), Verdict::WhenKept(_)) = (ids, row.verdict) {
            self.failures.push((evidence, ids.clone()));
        }
        self.worst = worse(self.worst, row.outcome);
        self.in_doubt |= row.outcome == Outcome::Unknown;
        Ruling { outcome: self.outcome(), next }
    }

    /// Returns the outcome of all attempts, if this evidence settles it. It does if it is the result of the key, or a failure
    /// that an earlier attempt received with the same ID.
    fn settled(&self, evidence: Evidence, row: &Row, ids: Option<&ResponseIds>) -> Option<Outcome> {
        let was_received = |ids| self.failures.iter().any(|(kind, known)| *kind == evidence && known.is_same(ids));
        let is_settled = match (row.verdict, self.origin) {
            (Verdict::Always, _) => true,
            (Verdict::Never, _) | (_, KeyOrigin::Undated { .. }) => false,
            (Verdict::WhenKept(_), _) => self.origin.is_keyed() && ids.is_some_and(was_received),
        };
        is_settled.then_some(match row.verdict {
            Verdict::WhenKept(outcome) => outcome,
            Verdict::Never | Verdict::Always => row.outcome,
        })
    }

    fn next(&self, evidence: Evidence, row: &Row, ids: Option<&ResponseIds>) -> Next {
        let next = if self.origin.is_keyed() { row.keyed } else { row.keyless };
        match next {
            Next::RetryIfRepeatable if self.origin == (KeyOrigin::Keyless { repeatable: true }) => Next::Retry,
            Next::RetryIfRepeatable => Next::End,
            // Each further request under a key of unknown age may be the one that finds it forgotten.
            Next::Retry | Next::Ask | Next::AskInDoubt | Next::AskOnce
                if matches!(self.origin, KeyOrigin::Undated { .. }) && row.outcome != Outcome::NotSent =>
            {
                Next::End
            }
            Next::AskInDoubt if self.in_doubt && ids.is_some() => Next::Ask,
            Next::AskOnce if ids.is_some() && self.failures.iter().all(|(kind, _)| *kind != evidence) => Next::Ask,
            Next::AskInDoubt | Next::AskOnce => Next::End,
            next => next,
        }
    }
}

/// Returns the outcome of two of which less is certain.
fn worse(one: Outcome, other: Outcome) -> Outcome {
    let rank = |outcome| match outcome {
        Outcome::NotSent => 0,
        Outcome::Rejected => 1,
        Outcome::Unknown => 2,
        Outcome::Accepted => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::Evidence::*;
    use super::*;
    use Outcome::{Accepted, NotSent, Rejected, Unknown};

    fn ids(process: &str) -> ResponseIds {
        ResponseIds { body: [Some(process.to_owned()), None], ..ResponseIds::default() }
    }

    const ORIGINS: [KeyOrigin; 4] = [
        KeyOrigin::Fresh,
        KeyOrigin::Dated,
        KeyOrigin::Undated { resumed: false },
        KeyOrigin::Undated { resumed: true },
    ];

    const ALL: [(Evidence, Outcome, Next); 22] = [
        (NotConnected, NotSent, Next::Retry),
        (NotTrusted, NotSent, Next::End),
        (NoToken, NotSent, Next::Retry),
        (TokenRefused, NotSent, Next::End),
        (Lost, Unknown, Next::Retry),
        (Silence, Unknown, Next::Retry),
        (Unavailable, Unknown, Next::Retry),
        (TooMany, Rejected, Next::Retry),
        (Unauthorized, Rejected, Next::NewToken),
        (Denied, Rejected, Next::End),
        (InProgress, Unknown, Next::Retry),
        (Locked, Unknown, Next::Ask),
        (RefusedInConflict, Unknown, Next::Ask),
        (Refused, Rejected, Next::End),
        (FailedAndRefused, Unknown, Next::Ask),
        (Open, Unknown, Next::End),
        (KeyOfAnotherRequest, Unknown, Next::End),
        (UndecodableResponse, Unknown, Next::End),
        (Declined, Rejected, Next::End),
        (MaybeDeclined, Unknown, Next::End),
        (Confirmed, Accepted, Next::End),
        (Unconfirmed, Unknown, Next::End),
    ];

    /// The table spelled out a second time, by hand, so that a change of a row is a change in two places.
    #[test]
    fn each_evidence_means_what_the_table_says() {
        assert_eq!(ROWS.len(), ALL.len());
        for (evidence, outcome, next) in ALL {
            let ruling = OutcomeTracker::new(KeyOrigin::Fresh).record(evidence, Some(&ids("P-1")));
            assert_eq!(ruling, Ruling { outcome, next }, "{evidence:?}");
        }
    }

    /// Whatever comes after an attempt that was lost, only a result settles it.
    #[test]
    fn doubt_ends_by_a_verdict_only() {
        for (evidence, outcome, _) in ALL {
            let mut tracker = OutcomeTracker::new(KeyOrigin::Fresh);
            tracker.record(Lost, None);
            let ruling = tracker.record(evidence, Some(&ids("P-1")));
            let settles = evidence == Confirmed;
            assert_eq!(ruling.outcome, if settles { outcome } else { Unknown }, "{evidence:?}");
            assert_eq!(tracker.outcome(), ruling.outcome, "{evidence:?}");
        }
    }

    /// Every sequence of up to four attempts, with and without IDs: no outcome is more certain than its evidence.
    #[test]
    fn no_sequence_is_more_certain_than_its_evidence() {
        let mut sequences = 0;
        for origin in ORIGINS {
            let mut stack = vec![(OutcomeTracker::new(origin), Vec::<(Evidence, Option<&str>)>::new())];
            while let Some((tracker, result)) = stack.pop() {
                for (evidence, id) in ALL.iter().flat_map(|(evidence, ..)| [(*evidence, None), (*evidence, Some("P"))])
                {
                    let mut tracker = tracker.clone();
                    let ruling = tracker.record(evidence, id.map(ids).as_ref());
                    let mut result = result.clone();
                    result.push((evidence, id));
                    sequences += 1;
                    check(origin, &result, ruling);
                    if result.len() < 4
                        && ruling.next != Next::End
                        && id.is_none() | (evidence.row().verdict != Verdict::Never)
                    {
                        stack.push((tracker, result));
                    }
                }
            }
        }
        assert!(sequences > 10_000, "{sequences}");
    }

    fn check(origin: KeyOrigin, result: &[(Evidence, Option<&str>)], ruling: Ruling) {
        let (last, id) = *result.last().unwrap();
        let told_before = result[..result.len() - 1].contains(&(last, id)) && id.is_some();
        let in_doubt = origin != KeyOrigin::Fresh
            || result[..result.len() - 1].iter().any(|(evidence, _)| evidence.row().outcome == Unknown);
        let all = |outcome| result.iter().all(|(evidence, _)| evidence.row().outcome == outcome);
        match ruling.outcome {
            NotSent => assert!(
                all(NotSent) && matches!(origin, KeyOrigin::Fresh | KeyOrigin::Undated { resumed: false }),
                "{origin:?} {result:?}"
            ),
            Rejected => {
                let kept = matches!(last.row().verdict, Verdict::WhenKept(Rejected)) && told_before;
                let by_itself = !in_doubt && last.row().outcome != Unknown;
                assert!(!matches!(origin, KeyOrigin::Undated { .. }) && (kept || by_itself), "{origin:?} {result:?}");
            }
            Accepted => assert_eq!(last, Confirmed, "{origin:?} {result:?}"),
            Unknown => {}
        }
    }

    #[test]
    fn a_failure_that_comes_again_with_its_id_is_kept() {
        for (evidence, outcome) in
            [(Locked, Rejected), (Refused, Rejected), (FailedAndRefused, Rejected), (Open, Unknown)]
        {
            for (second, expected) in [("P-1", outcome), ("P-2", Unknown)] {
                let mut tracker = OutcomeTracker::new(KeyOrigin::Dated);
                tracker.record(evidence, Some(&ids("P-1")));
                tracker.record(TooMany, None);
                assert_eq!(tracker.record(evidence, Some(&ids(second))).outcome, expected, "{evidence:?}");
            }
        }
    }

    #[test]
    fn ids_of_the_body_go_before_the_one_of_the_header() {
        let both = |body: &str, header: &str| ResponseIds { header: Some(header.to_owned()), ..ids(body) };
        assert!(both("P-1", "R-1").is_same(&both("P-1", "R-2")));
        assert!(!both("P-1", "R-1").is_same(&both("P-2", "R-1")));
        let header = ResponseIds { header: Some("R-1".to_owned()), ..ResponseIds::default() };
        assert!(both("P-1", "R-1").is_same(&header) && header.is_same(&header));
        assert!(!ResponseIds::default().is_same(&ResponseIds::default()));
    }

    #[test]
    fn what_cannot_tell_responses_apart_is_no_id() {
        for text in [
            "",
            " ",
            "\t",
            "null",
            " N/A ",
            "undefined",
            "0000000000000000",
            "7",
            "(null)",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff",
            "0-0",
            "n 1",
        ] {
            let mut ids = ids(text);
            ids.retain(|_| true);
            assert!(ids.is_empty(), "{text:?}");
        }
        let one = ResponseIds { codes: vec!["53000030".to_owned()], ..ids("P-1") };
        let other = ResponseIds { codes: vec!["53000022".to_owned()], ..ids("P-1") };
        assert!(one.is_same(&one) && !one.is_same(&other));
    }

    #[test]
    fn without_a_key_nothing_is_asked_again() {
        for (evidence, outcome, _) in ALL {
            for repeatable in [false, true] {
                let ruling = OutcomeTracker::new(KeyOrigin::Keyless { repeatable }).record(evidence, Some(&ids("P-1")));
                let again = matches!(evidence, NotConnected | NoToken | TooMany)
                    || repeatable && matches!(evidence, Lost | Silence | Unavailable);
                let expected = match evidence {
                    Unauthorized => Next::NewToken,
                    _ if again => Next::Retry,
                    _ => Next::End,
                };
                assert_eq!(ruling, Ruling { outcome, next: expected }, "{evidence:?} {repeatable}");
            }
        }
    }

    #[test]
    fn the_docs_show_every_row() {
        assert_eq!(crate::retry::POLICY_TABLE.lines().count(), 2 + ROWS.len());
        assert!(crate::retry::POLICY_TABLE.lines().all(|line| line.matches('|').count() == 7));
    }
}
