//! Compares the claims of the client with the ledger.

use std::fmt;

use zuora_payments::{Error, Outcome, ResumableCall};

use crate::world::World;

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With a success that names an effect.
    Success(String),
    /// With an error.
    Failed { outcome: Outcome, again: Option<Box<ResumableCall>> },
    /// Its process crashed.
    Crashed,
    /// It waits for something that never comes.
    Stuck,
}

impl Ended {
    /// Takes what matters out of an error.
    pub(crate) fn failed(error: &Error) -> Self {
        Self::Failed { outcome: error.outcome(), again: error.resumable().map(Box::new) }
    }

    /// Says it in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Success(effect) => format!("`Ok` with effect {}", effect.trim_start_matches('0')),
            Self::Failed { outcome, again: Some(_) } => format!("`{outcome:?}`, and can be resumed"),
            Self::Failed { outcome, again: None } => format!("`{outcome:?}`"),
            Self::Crashed => "nothing, its process has crashed".into(),
            Self::Stuck => "nothing: it waits for what never comes".into(),
        }
    }
}

/// What of a call's key is known to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// It was made for this call, or the time of its first use is known.
    Known,
    /// The caller has it from elsewhere.
    Undated,
}

/// What was claims of a key in one sequence.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) ended: Vec<Ended>,
}

/// Returns what is wrong, if anything is, now that the last late copy has arrived.
pub(crate) fn judge(world: &World, claims: &Claims, age: Age) -> Option<String> {
    let effects = world.service.effects.len();
    let left = world.exchanges.iter().filter(|exchange| exchange.left).count();
    if effects > 1 && !(age == Age::Undated && left < 2) {
        return Some(format!("{effects} effects under one key"));
    }
    for ended in &claims.ended {
        let wrong = match ended {
            Ended::Success(id) => match world.service.effects.last() {
                None => Some("`Ok`, and nothing was done".into()),
                Some((_, effect)) if *id != format!("{effect:032x}") => {
                    Some("`Ok`, and the response is that of another call".into())
                }
                Some(_) => None,
            },
            Ended::Failed { outcome: Outcome::Accepted, .. } if effects == 0 => {
                Some("`Accepted`, and nothing was done".into())
            }
            Ended::Failed { outcome: Outcome::NotSent, .. } if age == Age::Undated => {
                (left > 0).then(|| "`NotSent`, and a request had left".into())
            }
            Ended::Failed { outcome: outcome @ (Outcome::NotSent | Outcome::Rejected), .. } if effects > 0 => {
                Some(format!("`{outcome:?}`, and the service has acted"))
            }
            Ended::Stuck => Some("the call waits for something that never comes".into()),
            _ => None,
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

/// How often calls ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Sequences.
    pub sequences: u64,
    /// Requests that the client made.
    pub requests: u64,
    /// Calls that ended `Ok`.
    pub ok: u64,
    /// Calls that ended `NotSent`.
    pub not_sent: u64,
    /// Calls that ended `Rejected` at their first request.
    pub rejected: u64,
    /// Calls that ended `Unknown`.
    pub unknown: u64,
    /// Calls that ended `Accepted`.
    pub accepted: u64,
    /// Calls whose process crashed.
    pub crashed: u64,
}

impl Figures {
    pub(crate) fn count(&mut self, ended: &Ended) {
        let figure = match ended {
            Ended::Success(_) => &mut self.ok,
            Ended::Failed { outcome: Outcome::NotSent, .. } => &mut self.not_sent,
            Ended::Failed { outcome: Outcome::Rejected, .. } => &mut self.rejected,
            Ended::Failed { outcome: Outcome::Accepted, .. } => &mut self.accepted,
            Ended::Failed { .. } => &mut self.unknown,
            Ended::Crashed | Ended::Stuck => &mut self.crashed,
        };
        *figure += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.sequences += other.sequences;
        self.requests += other.requests;
        self.ok += other.ok;
        self.not_sent += other.not_sent;
        self.rejected += other.rejected;
        self.unknown += other.unknown;
        self.accepted += other.accepted;
        self.crashed += other.crashed;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} sequences, {} requests", self.sequences, self.requests)?;
        let Self { ok, not_sent, rejected, unknown, accepted, crashed, .. } = self;
        write!(f, "calls that ended: {ok} Ok, {not_sent} NotSent, {rejected} Rejected, {unknown} Unknown, ")?;
        write!(f, "{accepted} Accepted, {crashed} crashed")
    }
}
