//! Random calls with faults on simulated time, compared with the ledger.

mod call_life;
mod fault_mixture;
mod figures;
mod world;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime;
use tokio::task::JoinSet;

use call_life::{Life, live, settle};
pub use figures::{Breach, Figures};
use world::World;

/// The seed unless another is asked for.
pub const SEED: u64 = 20_260_101;

/// The calls of one round. Each round has a simulator of its own and ends before its day does, after which keys would be
/// forgotten; so memory stays the same however many calls there are.
const ROUND: u64 = 20_000;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many calls.
    pub calls: u64,
    /// How many of them at a time.
    pub concurrency: usize,
    /// What chance begins with. The same seed makes the same calls with the same faults; which of several tasks is woken
    /// first that wait for the same token, is up to the runtime.
    pub seed: u64,
}

/// Makes the calls and holds every one of them against the ledger. Tells `progress` how many have ended.
///
/// # Panics
///
/// In an async runtime, since it has its own; and when none can be had.
pub fn run(plan: Plan, progress: &dyn Fn(u64)) -> Figures {
    let mut figures = Figures::default();
    let mut seed = plan.seed;
    while figures.calls < plan.calls {
        let done = figures.calls;
        let calls = ROUND.min(plan.calls - done);
        // Paused time goes on by itself as soon as everybody waits.
        let runtime = runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("there is a runtime");
        figures += runtime.block_on(round(Plan { calls, seed, ..plan }, &|ended| progress(done + ended)));
        seed = seed.wrapping_add(1);
    }
    figures
}

async fn round(plan: Plan, progress: &dyn Fn(u64)) -> Figures {
    let world = Arc::new(World::new(plan.seed));
    let mut figures = Figures::default();
    let mut lives = Vec::new();
    let mut end = |life: Life| {
        figures.ended(&life);
        progress(figures.calls);
        lives.push(life);
    };
    let storm = (0..plan.calls).map(|number| live(Arc::clone(&world), number));
    side_by_side(plan.concurrency, storm, &mut end).await;
    world.calm().await;
    let mut settled = Vec::new();
    let rest = lives.into_iter().map(|life| settle(Arc::clone(&world), life));
    side_by_side(plan.concurrency, rest, &mut |life| settled.push(life)).await;
    audit(plan.seed, &world, &settled, &mut figures);
    figures
}

/// Runs futures side by side, so many at a time.
async fn side_by_side<F>(most: usize, futures: impl Iterator<Item = F>, end: &mut dyn FnMut(F::Output))
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut next = async |running: &mut JoinSet<F::Output>| match running.join_next().await {
        Some(ended) => {
            end(ended.expect("a call does not panic"));
            true
        }
        None => false,
    };
    for future in futures {
        if running.len() >= most.max(1) {
            next(&mut running).await;
        }
        running.spawn(future);
    }
    while next(&mut running).await {}
}

/// Holds the calls against the ledger once everything has come to rest.
fn audit(seed: u64, world: &World, lives: &[Life], figures: &mut Figures) {
    let ledger = world.simulator.ledger();
    let references: HashMap<&str, &str> = ledger
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.idempotency_key.as_deref()?, &*entry.reference)))
        .collect();
    let mut of_calls = 0;
    for life in lives {
        let effects = ledger.effects_of(&life.key);
        of_calls += effects;
        figures.settled(seed, life, effects, references.get(&*life.key).copied(), &world.weather);
    }
    let mut breach = |what: String| figures.breaches.push(Breach { seed, key: String::new(), what });
    for what in world.seen.breaches() {
        breach(what);
    }
    if ledger.len() != of_calls {
        breach(format!("{} effects in the ledger, {of_calls} of calls", ledger.len()));
    }
    if world.seen.keys() > lives.len() {
        breach(format!("{} keys of {} calls", world.seen.keys(), lives.len()));
    }
    figures.effects += ledger.len() as u64;
    figures.double += ledger.repeated_keys().count() as u64;
    figures.requests += world.seen.requests();
    figures.token_requests += world.seen.token_requests();
    figures.simulated += world.began.elapsed();
    for (fault, times) in world.simulator.faults_injected() {
        *figures.faults.entry(fault).or_default() += times;
    }
}
