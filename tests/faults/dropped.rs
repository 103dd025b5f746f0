//! Calls whose future is dropped, recovered from what was kept before sending.

use std::time::Duration;

use sdk_tests::calls::Operation;
use sdk_tests::effect_claim::{EffectClaim, Moment, is_binding, shifts_clock_forward, stores_failure};
use tokio::time::timeout;
use zuora_simulator::{Fault, Target};

use crate::harness::{Setup, Stage};

const TIMES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(200)];

/// When callers go, in milliseconds; one more is left to chance.
const MOMENTS: [u64; 6] = [0, 1, 900, 1_000, 2_950, 131_000];

#[tokio::test(start_paused = true)]
async fn a_dropped_call_has_one_effect_once_it_is_resumed() {
    let mut chance = fastrand::Rng::with_seed(7);
    let mut breaches = Vec::new();
    for fault in Fault::samples(&TIMES).iter().filter(|fault| is_binding(fault, Moment::First)) {
        for operation in Operation::ALL {
            for millis in MOMENTS.into_iter().chain([chance.u64(..20_000)]) {
                if let Err(breach) = dropped(operation, fault, Duration::from_millis(millis)).await {
                    breaches.push(format!("{fault:?}, {operation:?}, dropped after {millis} ms: {breach}"));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
}

async fn dropped(operation: Operation, fault: &Fault, patience: Duration) -> Result<(), String> {
    let stage = Stage::new(Setup::USUAL);
    let first = fault.clone();
    stage.simulator.fault_source(move |request| {
        (request.target == Target::Operation && request.attempt == 1).then(|| first.clone())
    });
    let call = stage.call(operation);
    let (key, kept) = (call.key(), call.kept());
    let ended = timeout(patience, call.send()).await.ok();
    stage.check(&key, ended.as_ref())?;
    let claim = stage.resume(kept).await?;
    stage.still_holds(&key, claim).await?;
    let is_settled = matches!(claim, EffectClaim::Ok | EffectClaim::Open) && stage.effects_of(&key) == 1;
    if is_settled || stores_failure(fault) || shifts_clock_forward(fault) {
        Ok(())
    } else {
        Err(format!("{claim} after all"))
    }
}
