//! One call and its simulator.

use std::sync::Arc;
use std::time::Duration;

use sdk_tests::calls::{ACCOUNT, Call, Ended, Operation, resume};
use sdk_tests::effect_claim::EffectClaim;
use sdk_tests::in_process::{InProcess, SimulatedTime, builder};
use sdk_tests::soak::Figures;
use sdk_tests::witness::Witnessed;
use tokio::time::Instant;
use zuora_payments::{Client, ClientBuilder, IdempotencyKey, ResumableCall, Transport};
use zuora_simulator::{Builder, Ledger, Simulator};

/// Which version failures are told by: under their status, or under 200 with `success: false`.
pub(crate) const VERSIONS: [&str; 2] = ["2025-08-12", "186.0"];

/// What is not as usual about a call.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) version: &'static str,
    pub(crate) own_key: bool,
    pub(crate) total_timeout: Duration,
    /// How much longer than its timeout a call may take.
    pub(crate) slack: Duration,
    /// The time after which nothing is under way any more.
    pub(crate) lull: Duration,
    pub(crate) simulator: fn(Builder) -> Builder,
    pub(crate) client: fn(ClientBuilder) -> ClientBuilder,
}

impl Setup {
    pub(crate) const USUAL: Self = Self {
        version: VERSIONS[0],
        own_key: false,
        total_timeout: Duration::from_secs(300),
        // Timers count whole milliseconds, and round up.
        slack: Duration::from_millis(2),
        lull: Duration::from_secs(600),
        simulator: |builder| builder,
        client: |builder| builder,
    };
}

/// A simulator of its own for one call, in process, with a client.
pub(crate) struct Stage {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) seen: Arc<Witnessed>,
    pub(crate) client: Client,
    setup: Setup,
}

impl Stage {
    pub(crate) fn new(setup: Setup) -> Self {
        let time = SimulatedTime::begin();
        let options = Simulator::builder().seed(7).clock(move || time.of_day());
        let simulator = Arc::new((setup.simulator)(options).in_process().unwrap());
        Self::over(setup, InProcess(Arc::clone(&simulator)), simulator, |builder| builder.clock(time))
    }

    /// Creates a stage with any transport and its settings.
    pub(crate) fn over(
        setup: Setup,
        transport: impl Transport,
        simulator: Arc<Simulator>,
        more: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let seen = Arc::<Witnessed>::default();
        let builder = builder(&simulator)
            .transport(seen.watch(transport))
            // Waits are as long as they may be, so that each run is like the one before.
            .random_source(|| u64::MAX)
            .total_timeout(setup.total_timeout)
            .max_response_bytes(128 << 10);
        let client = (setup.client)(more(builder)).build().unwrap().with_zuora_version(setup.version);
        Self { simulator, seen, client, setup }
    }

    pub(crate) fn call(&self, operation: Operation) -> Call {
        self.call_for(operation, ACCOUNT)
    }

    pub(crate) fn call_for(&self, operation: Operation, account: &str) -> Call {
        let call = operation.call(&self.client, account);
        if self.setup.own_key { call.idempotency_key(IdempotencyKey::new("order 7").unwrap()) } else { call }
    }

    pub(crate) fn effects_of(&self, key: &IdempotencyKey) -> usize {
        self.simulator.with_ledger(|ledger| ledger.effects_of(key.as_str()))
    }

    /// Sends a call, and sees that it keeps to its time.
    pub(crate) async fn timed(&self, call: impl Future<Output = Ended>) -> Result<Ended, String> {
        let began = Instant::now();
        let ended = call.await;
        let took = began.elapsed();
        if took > self.setup.total_timeout + self.setup.slack { Err(format!("took {took:?}")) } else { Ok(ended) }
    }

    /// Holds what a call claims against the ledger, and its requests against each other.
    pub(crate) fn check(&self, key: &IdempotencyKey, ended: Option<&Ended>) -> Result<EffectClaim, String> {
        let claim = EffectClaim::of(ended);
        self.holds(key, claim)?;
        if claim == EffectClaim::NotSent && self.was_reached() {
            return Err(format!("{claim}, and an attempt has left the process"));
        }
        let breaches = self.seen.breaches();
        if !breaches.is_empty() || self.seen.keys() > 1 {
            return Err(format!("{} keys: {breaches:?}", self.seen.keys()));
        }
        Ok(claim)
    }

    /// Returns whether a request to an operation has arrived here.
    fn was_reached(&self) -> bool {
        self.simulator.requests().iter().any(|request| request.path != "/oauth/token")
    }

    /// Holds a claim against the ledger.
    pub(crate) fn holds(&self, key: &IdempotencyKey, claim: EffectClaim) -> Result<(), String> {
        let effects = self.effects_of(key);
        let all = self.simulator.with_ledger(Ledger::len);
        if !claim.allows(effects) || all != effects {
            return Err(format!("{claim}, with {effects} effects, {all} in all"));
        }
        Ok(())
    }

    /// Lets everything under way come to its end, and sees that a claim still holds.
    pub(crate) async fn still_holds(&self, key: &IdempotencyKey, claim: EffectClaim) -> Result<(), String> {
        tokio::time::sleep(self.setup.lull).await;
        self.holds(key, claim).map_err(|breach| format!("{breach}, in the end"))
    }

    /// Lets everything under way come to its end, then sends a kept call again with nothing in its way.
    pub(crate) async fn resume(&self, kept: ResumableCall) -> Result<EffectClaim, String> {
        self.simulator.fault_source(|_| None);
        tokio::time::sleep(self.setup.lull).await;
        let key = kept.idempotency_key().clone();
        let ended = self.timed(resume(&self.client, kept)).await?;
        self.check(&key, Some(&ended))
    }

    /// Adds what happened here to the figures.
    pub(crate) fn count(&self, figures: &mut Figures, first: EffectClaim, last: EffectClaim) {
        let (effects, repeated) = self.simulator.with_ledger(|ledger| (ledger.len(), ledger.repeated_keys().count()));
        figures.calls += 1;
        *figures.first.entry(first).or_default() += 1;
        *figures.last.entry(last).or_default() += 1;
        figures.requests += self.seen.requests();
        figures.token_requests += self.seen.token_requests();
        for (fault, times) in self.simulator.faults_injected() {
            *figures.faults.entry(fault).or_default() += times;
        }
        figures.effects += effects as u64;
        figures.with_effect += u64::from(effects == 1);
        figures.double += repeated as u64;
        figures.lost += u64::from(effects == 0 && matches!(last, EffectClaim::Ok | EffectClaim::Accepted));
    }

    /// Asserts that the document describes every response.
    pub(crate) fn deviations(&self) -> Vec<String> {
        self.simulator.requests().into_iter().flat_map(|request| request.deviations).collect()
    }
}
