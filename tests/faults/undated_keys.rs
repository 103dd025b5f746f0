//! Callers' own keys of unknown age.

use std::time::Duration;

use sdk_tests::calls::Operation;
use sdk_tests::effect_claim::{EffectClaim, Moment, is_binding};
use tokio::time::{sleep, timeout};
use zuora_simulator::{Fault, Target};

use crate::harness::{Setup, Stage};

const TIMES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(200)];

/// How long the service keeps what is done under a key.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A program that was killed when it had paid pays again under the key that it finds in its database.
#[tokio::test(start_paused = true)]
async fn a_call_after_a_crash_does_not_deny_what_was_done() {
    again(Fault::CloseAfterProcessing, Duration::from_secs(60), |_| true).await;
}

/// The same, and what was sent before the crash arrives after the second call.
#[tokio::test(start_paused = true)]
async fn a_call_after_a_crash_does_not_deny_what_will_be_done() {
    again(Fault::Late(Duration::from_secs(600)), Duration::from_secs(60), |_| true).await;
}

/// The day of a key ends while a call under it waits for its next attempt, which would act again.
#[tokio::test(start_paused = true)]
async fn a_call_does_not_outlive_the_day_of_its_key() {
    // Premise: no copy is on its way for longer than the rest of the day.
    let is_in_time = |fault: &Fault| !matches!(fault, Fault::Late(delay) if *delay == TIMES[1]);
    again(Fault::CloseAfterProcessing, DAY - Duration::from_secs(30), is_in_time).await;
}

/// Makes a call whose end nobody hears of, and some time later another with the same key, whose first attempt meets with each
/// fault.
async fn again(first: Fault, later: Duration, holds: impl Fn(&Fault) -> bool) {
    let mut breaches = Vec::new();
    let faults = Fault::samples(&TIMES).into_iter();
    for fault in faults.filter(|fault| is_binding(fault, Moment::Doubt) && holds(fault)) {
        for operation in Operation::ALL {
            if let Err(breach) = cell(operation, &first, later, &fault).await {
                breaches.push(format!("{fault:?}, {operation:?}: {breach}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
}

async fn cell(operation: Operation, first: &Fault, later: Duration, fault: &Fault) -> Result<(), String> {
    let stage = Stage::new(Setup { own_key: true, simulator: |builder| builder.token_life(2 * DAY), ..Setup::USUAL });
    let mut faults = vec![fault.clone(), first.clone()];
    stage.simulator.fault_source(move |request| match request.target {
        Target::Operation => faults.pop(),
        Target::Token => None,
    });
    // Dropped when its first attempt has failed, as by a program that is killed.
    drop(timeout(Duration::from_millis(1), stage.call(operation).send()).await);
    sleep(later).await;
    let call = stage.call(operation);
    let key = call.key();
    let before = stage.effects_of(&key);
    let claim = EffectClaim::of(Some(&stage.timed(call.send()).await?));
    let at_once = stage.effects_of(&key);
    sleep(Duration::from_secs(1200)).await;
    let in_the_end = stage.effects_of(&key);
    // `NotSent` speaks of the second call only: what arrives later is of the first.
    let is_true = match claim {
        EffectClaim::NotSent => at_once == before && in_the_end <= 1,
        claim => claim.allows(at_once) && claim.allows(in_the_end),
    };
    match is_true {
        true => Ok(()),
        false => Err(format!("{claim}, with {before} effects before, {at_once} then, {in_the_end} in the end")),
    }
}
