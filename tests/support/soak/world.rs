//! The state that the calls of a round share.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use fastrand::Rng;
use http::{Request, Response};
use tokio::time::Instant;
use zuora_payments::{Client, ClientBuilder, IdempotencyKey, RetryBudget, RetryPolicy, Transport, TransportError};
use zuora_simulator::Simulator;

use super::fault_mixture::Weather;
use crate::in_process::{BoxFuture, InProcess, SimulatedTime, builder};
use crate::witness::Witnessed;

/// Until all that was delayed has happened, and every requested pause is over.
const LULL: Duration = Duration::from_secs(3600);

/// What the calls of a round share.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) simulator: Arc<Simulator>,
    pub(super) weather: Arc<Weather>,
    pub(super) seen: Arc<Witnessed>,
    /// Of different habits, like programs that share an account.
    pub(super) clients: Vec<Client>,
    pub(super) began: Instant,
    time: SimulatedTime,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let time = SimulatedTime::begin();
        let simulator = Simulator::builder().seed(seed).clock(move || time.of_day()).log(false).in_process();
        let simulator = simulator.expect("the document describes the operations");
        let weather = Arc::new(Weather::new(seed));
        let source = Arc::clone(&weather);
        simulator.fault_source(move |request| source.fault(request));
        let simulator = Arc::new(simulator);
        let seen = Arc::<Witnessed>::default();
        let clients = HABITS.iter().map(|habit| {
            let builder = builder(&simulator)
                .transport(seen.watch(Distant(InProcess(Arc::clone(&simulator)))))
                .clock(time)
                .random_source(|| by_chance(u64::MAX))
                .idempotency_key_source(move || key("made", seed, NUMBER.get()))
                .max_response_bytes(128 << 10);
            habit(builder).build().expect("the client is in order")
        });
        let clients = clients.collect();
        Self { seed, simulator, weather, seen, clients, began: Instant::now(), time }
    }

    /// Returns the time of day.
    pub(super) fn now(&self) -> SystemTime {
        self.time.of_day()
    }

    /// Returns a key that a caller gives.
    pub(super) fn own_key(&self, number: u64) -> IdempotencyKey {
        key("own", self.seed, number)
    }

    /// Returns how many effects a key has had so far.
    pub(super) fn effects_of(&self, key: &str) -> usize {
        self.simulator.with_ledger(|ledger| ledger.effects_of(key))
    }

    /// Lets the weather clear up.
    pub(super) async fn calm(&self) {
        self.weather.calm();
        tokio::time::sleep(LULL).await;
    }
}

tokio::task_local! {
    /// The number of the call that a task makes.
    pub(super) static NUMBER: u64;
    /// Its chance. Each call has its own, so that it waits for as long whatever the others do.
    pub(super) static CHANCE: RefCell<Rng>;
}

/// Returns the call's chance; a mean for what is done for all calls, which is the fetching of tokens.
fn by_chance(most: u64) -> u64 {
    CHANCE.try_with(|rng| rng.borrow_mut().u64(..=most)).unwrap_or(most / 2)
}

/// A way there and a way back that take time, so that a caller can hang up on either.
struct Distant<T>(T);

async fn travel() {
    tokio::time::sleep(Duration::from_millis(by_chance(250))).await;
}

impl<T: Transport> Transport for Distant<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            travel().await;
            let response = self.0.send(request).await;
            travel().await;
            response
        })
    }
}

fn key(kind: &str, seed: u64, number: u64) -> IdempotencyKey {
    IdempotencyKey::new(format!("{kind}-{seed}-{number}")).expect("a short text is a key")
}

/// How the clients differ: one as it comes, one that holds itself back, one that is hasty and stubborn, one that never tries twice.
const HABITS: [fn(ClientBuilder) -> ClientBuilder; 4] = [
    |builder| builder,
    |builder| builder.retry_budget(RetryBudget::new(5, 10)).max_concurrent_requests(8),
    |builder| {
        let policy = RetryPolicy::default().max_attempts(8).ignore_budget();
        let policy = policy.backoff(Duration::from_millis(200), Duration::from_secs(20));
        let builder = builder.retry(policy).compress_requests(true);
        builder.attempt_timeout(Duration::from_secs(10)).max_concurrent_requests(16)
    },
    |builder| builder.retry(RetryPolicy::never()).total_timeout(Duration::from_secs(60)),
];
