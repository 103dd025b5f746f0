//! One call from its start to its last resumption.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, sleep, timeout};
use zuora_payments::{Client, ResumableCall};

use super::world::{CHANCE, NUMBER, World};
use crate::calls::{ACCOUNT, Call, Ended, Operation, resume};
use crate::effect_claim::EffectClaim;

/// Timers count whole milliseconds, and round up.
const TICK: Duration = Duration::from_millis(2);

/// The longest total timeout of all clients.
const LONGEST: Duration = Duration::from_secs(300);

/// What is known of a call.
pub(super) struct Life {
    pub(super) key: String,
    /// What the call itself said.
    pub(super) first: EffectClaim,
    /// What was said last, by the call or by one of those that resumed it.
    pub(super) last: EffectClaim,
    pub(super) reference: Option<String>,
    /// How often it was sent again by its keeper.
    pub(super) resumed: u64,
    /// What was not as it must be.
    pub(super) breaches: Vec<String>,
    /// Whether all is known of it when nothing is in the way.
    settles: bool,
    kept: ResumableCall,
}

/// How the service ends a call by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    /// Refused, and the refusal is kept. A call whose key is undated cannot compare it with an earlier one.
    Refused,
    /// Declined inside of a success, or by an open result code.
    Declined,
}

/// The accounts of calls that the service turns down.
const TURNED_DOWN: [(&str, End); 9] = [
    ("acc-unknown", End::Refused),
    ("category-20", End::Refused),
    ("category-30", End::Refused),
    ("status-error", End::Declined),
    ("status-error-51", End::Declined),
    ("canceled-51", End::Declined),
    ("failed-to-settle", End::Declined),
    ("result-1", End::Declined),
    ("result-10", End::Declined),
];

/// Makes a call and, if it is left open, resumes it some of the time while the weather is still bad.
pub(super) async fn live(world: Arc<World>, number: u64) -> Life {
    let mut rng = chance(world.seed, number);
    let fork = RefCell::new(rng.fork());
    NUMBER.scope(number, CHANCE.scope(fork, storm(&world, number, &mut rng))).await
}

async fn storm(world: &World, number: u64, rng: &mut Rng) -> Life {
    sleep(up_to(rng, Duration::from_secs(5))).await;
    let Made { call, limit, settles } = make(world, rng, number);
    let mut life = Life::new(&call, settles);
    let ended = waited(&mut life, limit, patience(rng), call.send()).await;
    life.ended(world, ended);
    life.first = life.last;
    while life.last.lacks_result() && life.resumed < 3 && rng.bool() {
        sleep(up_to(rng, Duration::from_secs(120))).await;
        let client = pick(rng, &world.clients).clone();
        life.resume(world, &client, patience(rng)).await;
    }
    life
}

/// Resumes a call that is still open, now that nothing is in the way.
pub(super) async fn settle(world: Arc<World>, mut life: Life) -> Life {
    if life.last.lacks_result() {
        let client = world.clients[0].clone();
        life.resume(&world, &client, None).await;
        if life.last.lacks_result() && life.settles && !world.weather.marks(&life.key).kept {
            life.breaches.push(format!("still {} though nothing is in the way", life.last));
        }
    }
    life
}

/// A call that was not sent yet.
struct Made {
    call: Call,
    /// Its total timeout.
    limit: Duration,
    /// Whether all is known of it when nothing is in the way.
    settles: bool,
}

/// Returns a call of any operation, by any client, with any settings.
fn make(world: &World, rng: &mut Rng, number: u64) -> Made {
    let operation = *pick(rng, &Operation::ALL);
    // One call in twenty is one that the service turns down by itself.
    let (account, end) = if rng.u8(..20) == 0 { *pick(rng, &TURNED_DOWN) } else { (ACCOUNT, End::Done) };
    let habit = rng.usize(..world.clients.len());
    let mut call = operation.call(&world.clients[habit], account);
    let own_key = rng.bool();
    if own_key {
        let key = world.own_key(number);
        world.weather.begins_in_doubt(key.as_str());
        call = call.idempotency_key(key);
    }
    let dated = own_key && rng.bool();
    if dated {
        call = call.key_first_used(world.now());
    }
    let settles = match end {
        End::Done => true,
        // Under a key of unknown age no refusal is compared.
        End::Refused => !own_key || dated,
        End::Declined => false,
    };
    if rng.u8(..4) == 0 {
        call = call.attempt_timeout(*pick(rng, &[Duration::from_secs(1), Duration::from_secs(5)]));
    }
    let of_client = if habit == 3 { Duration::from_secs(60) } else { LONGEST };
    if rng.u8(..4) != 0 {
        return Made { call, limit: of_client, settles };
    }
    let limit = up_to(rng, Duration::from_secs(30));
    Made { call: call.total_timeout(limit), limit, settles }
}

/// Waits for the end of a call: not longer than patience lasts, and never longer than the call may take.
async fn waited(
    life: &mut Life,
    limit: Duration,
    patience: Option<Duration>,
    call: impl Future<Output = Ended>,
) -> Option<Ended> {
    let began = Instant::now();
    let ended = match patience {
        Some(patience) => timeout(patience, call).await.ok(),
        None => Some(call.await),
    };
    let took = began.elapsed();
    if took > limit + TICK {
        life.breaches.push(format!("took {took:?} of {limit:?}"));
    }
    ended
}

impl Life {
    fn new(call: &Call, settles: bool) -> Self {
        Self {
            key: call.key().as_str().to_owned(),
            first: EffectClaim::Dropped,
            last: EffectClaim::Dropped,
            reference: None,
            resumed: 0,
            breaches: Vec::new(),
            settles,
            // Kept before it is sent, as by a program that expects to be killed.
            kept: call.kept(),
        }
    }

    /// Sends it again, as another program may that has found it in a database.
    async fn resume(&mut self, world: &World, client: &Client, patience: Option<Duration>) {
        self.resumed += 1;
        self.holds(world);
        world.weather.begins_in_doubt(&self.key);
        let call = resume(client, self.kept.clone());
        let ended = waited(self, LONGEST, patience, call).await;
        self.ended(world, ended);
    }

    /// Holds what was claimed last against the ledger: also some time later, when a late copy may have arrived.
    fn holds(&mut self, world: &World) {
        let effects = world.effects_of(&self.key);
        if !self.last.allows(effects) {
            self.breaches.push(format!("{}, with {effects} effects", self.last));
        }
    }

    /// Takes down what an end claims, and holds it against the ledger at once.
    fn ended(&mut self, world: &World, ended: Option<Ended>) {
        self.last = EffectClaim::of(ended.as_ref());
        self.holds(world);
        match ended {
            Some(Ok(told)) => self.reference = told.reference,
            Some(Err(error)) if error.idempotency_key().is_none_or(|key| key.as_str() != self.key) => {
                self.breaches.push(format!("the error has another key: {error:?}"));
            }
            _ => {}
        }
    }
}

/// Returns what chance has in store for a call.
fn chance(seed: u64, number: u64) -> Rng {
    let mut hasher = DefaultHasher::new();
    (seed, number).hash(&mut hasher);
    Rng::with_seed(hasher.finish())
}

/// Returns how long a caller waits who does not wait for the end: one in ten. Short times hit the ways of requests,
/// long ones the waits between them.
fn patience(rng: &mut Rng) -> Option<Duration> {
    let longest = *pick(rng, &[Duration::from_millis(500), Duration::from_secs(5), LONGEST]);
    (rng.u8(..10) == 0).then(|| up_to(rng, longest))
}

fn pick<'a, T>(rng: &mut Rng, choices: &'a [T]) -> &'a T {
    &choices[rng.usize(..choices.len())]
}

/// Returns any time but none, up to the longest.
fn up_to(rng: &mut Rng, longest: Duration) -> Duration {
    Duration::from_millis(rng.u64(1..=u64::try_from(longest.as_millis()).unwrap_or(u64::MAX)))
}
