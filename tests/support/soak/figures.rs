//! The figures of a soak.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::time::Duration;

use super::call_life::Life;
use super::fault_mixture::Weather;
use crate::effect_claim::EffectClaim;

/// How many breaches are spelled out.
const SHOWN: usize = 20;

/// What came of it, in numbers.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The calls that were made.
    pub calls: u64,
    /// How often one of them was resumed.
    pub resumed: u64,
    /// The requests to operations.
    pub requests: u64,
    /// The requests for tokens.
    pub token_requests: u64,
    /// What the calls claimed when they ended.
    pub first: BTreeMap<EffectClaim, u64>,
    /// What was known when all that was open had been resumed.
    pub last: BTreeMap<EffectClaim, u64>,
    /// The faults that happened, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// All effects in the ledger.
    pub effects: u64,
    /// The calls that had one effect.
    pub with_effect: u64,
    /// The keys that had more than one.
    pub double: u64,
    /// The calls that were reported as done, and are not in the ledger.
    pub lost: u64,
    /// The time that has passed on the simulated clock.
    pub simulated: Duration,
    /// Everything that is not as it must be.
    pub breaches: Vec<Breach>,
}

/// Something that is not as it must be.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The seed with which it comes again.
    pub seed: u64,
    /// The key of the call; empty when it is about the whole.
    pub key: String,
    /// What it is.
    pub what: String,
}

impl Figures {
    /// Returns whether everything is as it must be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.breaches.is_empty() && self.double == 0 && self.lost == 0 && self.effects == self.with_effect
    }

    /// Counts a call that has ended by itself.
    pub(super) fn ended(&mut self, life: &Life) {
        self.calls += 1;
        *self.first.entry(life.first).or_default() += 1;
    }

    /// Counts a call about which nothing more will be known.
    pub(super) fn settled(
        &mut self,
        seed: u64,
        life: &Life,
        effects: usize,
        reference: Option<&str>,
        weather: &Weather,
    ) {
        self.resumed += life.resumed;
        *self.last.entry(life.last).or_default() += 1;
        self.with_effect += u64::from(effects == 1);
        self.lost += u64::from(effects == 0 && matches!(life.last, EffectClaim::Ok | EffectClaim::Accepted));
        let mut breach = |what: String| self.breaches.push(Breach { seed, key: life.key.clone(), what });
        life.breaches.iter().cloned().for_each(&mut breach);
        if !life.last.allows(effects) {
            breach(format!("{} in the end, with {effects} effects", life.last));
        }
        let told = life.reference.as_deref().filter(|_| life.last == EffectClaim::Ok);
        if told.is_some() && told != reference && !weather.marks(&life.key).distorted {
            breach(format!("told {told:?}, and the ledger has {reference:?}"));
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.resumed += other.resumed;
        self.requests += other.requests;
        self.token_requests += other.token_requests;
        add(&mut self.first, other.first);
        add(&mut self.last, other.last);
        add(&mut self.faults, other.faults);
        self.effects += other.effects;
        self.with_effect += other.with_effect;
        self.double += other.double;
        self.lost += other.lost;
        self.simulated += other.simulated;
        self.breaches.extend(other.breaches);
    }
}

fn add<K: Ord>(totals: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, number) in more {
        *totals.entry(key).or_default() += number;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, number: u64| writeln!(f, "{name:<32}{:>12}", grouped(number));
        line("calls", self.calls)?;
        self.first.iter().try_for_each(|(claim, number)| line(&format!("  {claim} at first"), *number))?;
        line("resumed", self.resumed)?;
        self.last.iter().try_for_each(|(claim, number)| line(&format!("  {claim} in the end"), *number))?;
        line("requests", self.requests)?;
        line("requests for tokens", self.token_requests)?;
        line("simulated seconds", self.simulated.as_secs())?;
        line("faults injected", self.faults.values().sum())?;
        self.faults.iter().try_for_each(|(fault, number)| line(&format!("  {fault}"), *number))?;
        line("effects", self.effects)?;
        line("calls with one effect", self.with_effect)?;
        line("double effects", self.double)?;
        line("lost effects", self.lost)?;
        line("breaches", self.breaches.len() as u64)?;
        self.breaches.iter().take(SHOWN).try_for_each(|breach| writeln!(f, "  {breach}"))
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, key {:?}: {}", self.seed, self.key, self.what)
    }
}

/// Formats a number with a comma between each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}
