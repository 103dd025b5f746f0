//! Calls whose response is a success that declares a decline.

use sdk_tests::calls::Operation;
use sdk_tests::effect_claim::EffectClaim;
use sdk_tests::soak::Figures;
use zuora_simulator::{Builder, DeclineStyle, Fault, Target};

use crate::harness::{Setup, Stage, VERSIONS};
use crate::matrix::story_of;

/// What the first attempt meets with.
const FIRST: [Option<Fault>; 4] =
    [None, Some(Fault::Refuse), Some(Fault::CloseBefore), Some(Fault::CloseAfterProcessing)];

#[tokio::test(start_paused = true)]
async fn a_payment_that_is_declined_is_not_done() {
    let accounts = ["status-error", "status-error-51", "canceled", "canceled-51", "failed-to-settle"];
    declined(Operation::Payment, &accounts).await;
}

#[tokio::test(start_paused = true)]
async fn an_authorization_that_is_declined_is_not_done() {
    // 10 is an open result code: a connection timed out.
    declined(Operation::Authorization, &["result-1", "result-10", "declined", "decline-10", "held-10"]).await;
}

async fn declined(operation: Operation, accounts: &[&str]) {
    let mut breaches = Vec::new();
    for account in accounts {
        for setup in setups() {
            for first in &FIRST {
                if let Err(breach) = cell(setup, operation, account, first.clone()).await {
                    let Setup { version, own_key, .. } = setup;
                    breaches.push(format!("{account}, {version}, first {first:?}, own key {own_key}: {breach}"));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
}

/// Returns each version with each kind of key; failures under 200 in all versions, and under the status where the
/// version has them.
fn setups() -> Vec<Setup> {
    let [statuses, bodies] = VERSIONS;
    let by_version: fn(Builder) -> Builder = |builder| builder.declines(DeclineStyle::ByVersion);
    let styles = [(statuses, Setup::USUAL.simulator), (statuses, by_version), (bodies, Setup::USUAL.simulator)];
    let setup =
        |(version, simulator)| [false, true].map(|own_key| Setup { version, own_key, simulator, ..Setup::USUAL });
    styles.into_iter().flat_map(setup).collect()
}

async fn cell(setup: Setup, operation: Operation, account: &str, first: Option<Fault>) -> Result<(), String> {
    let stage = Stage::new(setup);
    stage.simulator.fault_source(move |request| {
        first.clone().filter(|_| request.target == Target::Operation && request.attempt == 1)
    });
    let mut figures = Figures::default();
    let told = story_of(&stage, stage.call_for(operation, account), &mut figures).await?;
    let is_done = |claim: EffectClaim| matches!(claim, EffectClaim::Ok | EffectClaim::Accepted);
    match figures.first.into_keys().chain(figures.last.into_keys()).any(is_done) {
        true => Err(told),
        false => Ok(()),
    }
}
