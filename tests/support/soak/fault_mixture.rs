//! The faults of a soak, and the requests that get one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use zuora_simulator::{Fault, RequestInfo, Target};

use crate::effect_claim::{Moment, is_binding, prevents_response, shifts_clock_forward, stores_failure};

/// How long faults that take a time take: unnoticed, a nuisance, longer than impatient callers wait, longer than anybody does.
const TIMES: [Duration; 4] =
    [Duration::from_millis(80), Duration::from_secs(2), Duration::from_secs(20), Duration::from_secs(150)];

/// Of a thousand requests of one call, so many meet with a fault. Each call has one of these days: two that are as in
/// life, a bad one, and one on which next to nothing works.
const PER_MILLE: [u32; 4] = [20, 20, 300, 850];

/// Of a thousand requests for tokens.
const TOKENS_PER_MILLE: u32 = 250;

/// Decides by seed, key and attempt alone, so that the faults of a call do not depend on the others.
pub(super) struct Weather {
    seed: u64,
    /// For each moment by kind, so that those of which there are many samples do not happen more often than others.
    faults: [Vec<Vec<Fault>>; Moment::ALL.len()],
    is_calm: AtomicBool,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    tokens: u32,
    keys: HashMap<String, Marks>,
}

/// What has happened to a key.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    /// A failure may be kept as the response.
    pub(super) kept: bool,
    /// A response may have another reference than the ledger.
    pub(super) distorted: bool,
    /// An earlier attempt, or an earlier call, may have reached the service.
    in_doubt: bool,
}

impl Weather {
    pub(super) fn new(seed: u64) -> Self {
        // One date that lies ahead ends what a client can find out, for all of its calls.
        let samples: Vec<_> = Fault::samples(&TIMES).into_iter().filter(|fault| !shifts_clock_forward(fault)).collect();
        let faults = Moment::ALL.map(|moment| {
            let honest: Vec<_> = samples.iter().filter(|fault| is_binding(fault, moment)).cloned().collect();
            honest.chunk_by(|a, b| a.name() == b.name()).map(<[_]>::to_vec).collect()
        });
        Self { seed, faults, is_calm: AtomicBool::new(false), notes: Mutex::default() }
    }

    pub(super) fn calm(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
    }

    /// Returns the fault of a request.
    pub(super) fn fault(&self, request: &RequestInfo<'_>) -> Option<Fault> {
        if self.is_calm.load(Ordering::Relaxed) {
            return None;
        }
        let (mut rng, per_mille) = match request.target {
            Target::Token => (self.chance("", self.next_token()), TOKENS_PER_MILLE),
            Target::Operation => {
                let key = request.key.unwrap_or_default();
                (self.chance(key, request.attempt), PER_MILLE[self.chance(key, 0).usize(..PER_MILLE.len())])
            }
        };
        let happens = rng.u32(..1000) < per_mille;
        let kinds = &self.faults[self.moment(request) as usize];
        let kind = &kinds[rng.usize(..kinds.len())];
        happens.then(|| self.noted(request.key, kind[rng.usize(..kind.len())].clone()))
    }

    /// Notes that a call with this key is there already, sent or not.
    pub(super) fn begins_in_doubt(&self, key: &str) {
        self.notes().keys.entry(key.to_owned()).or_default().in_doubt = true;
    }

    fn moment(&self, request: &RequestInfo<'_>) -> Moment {
        match request.key.map(|key| self.marks(key)) {
            Some(marks) if marks.in_doubt => Moment::Doubt,
            Some(_) if request.attempt > 1 => Moment::Clear,
            _ => Moment::First,
        }
    }

    pub(super) fn marks(&self, key: &str) -> Marks {
        self.notes().keys.get(key).copied().unwrap_or_default()
    }

    fn noted(&self, key: Option<&str>, fault: Fault) -> Fault {
        let (kept, distorted, in_doubt) =
            (stores_failure(&fault), fault == Fault::TextAsNumbers, prevents_response(&fault));
        if let Some(key) = key.filter(|_| kept || distorted || in_doubt) {
            let mut notes = self.notes();
            let noted = notes.keys.entry(key.to_owned()).or_default();
            noted.kept |= kept;
            noted.distorted |= distorted;
            noted.in_doubt |= in_doubt;
        }
        fault
    }

    fn chance(&self, key: &str, attempt: u32) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.seed, key, attempt).hash(&mut hasher);
        Rng::with_seed(hasher.finish())
    }

    fn next_token(&self) -> u32 {
        let mut notes = self.notes();
        notes.tokens += 1;
        notes.tokens
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
