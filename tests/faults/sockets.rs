//! Every operation with every fault once more, over real connections and on real time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sdk_runtime::transport::{HyperTransport, ReqwestTransport};
use sdk_tests::calls::Operation;
use sdk_tests::effect_claim::{EffectClaim, Moment, is_binding, stores_failure};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use zuora_payments::{RetryPolicy, Transport};
use zuora_simulator::{Fault, Simulator};

use crate::harness::{Setup, Stage};

/// One that every attempt waits for, one that none waits for. As `Retry-After` they are 0 and 1 seconds.
const TIMES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

/// How many calls at a time: most of them wait, and few at a time so that attempts seldom run out of time by themselves.
const SIDE_BY_SIDE: usize = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_hyper() {
    matrix_over_sockets(HyperTransport::new().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_reqwest() {
    let client = reqwest::Client::builder().no_proxy();
    matrix_over_sockets(ReqwestTransport::from_builder(client).unwrap()).await;
}

/// Runs each operation with each fault at its first attempt, and without faults after that.
async fn matrix_over_sockets(transport: impl Transport) {
    let transport = Arc::new(transport);
    let permits = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let began = Instant::now();
    let mut cells = JoinSet::new();
    for fault in Fault::samples(&TIMES).into_iter().filter(|fault| is_binding(fault, Moment::First)) {
        for operation in Operation::ALL {
            let (transport, permits, fault) = (Arc::clone(&transport), Arc::clone(&permits), fault.clone());
            cells.spawn(async move {
                let _permit = permits.acquire().await;
                let ended = cell(transport, operation, &fault).await;
                ended.map_err(|breach| format!("{fault:?}, {operation:?}: {breach}"))
            });
        }
    }
    let cells = cells.join_all().await;
    let count = |claim| cells.iter().filter(|cell| **cell == Ok(claim)).count();
    println!(
        "{} calls over sockets in {:?}: {} ok, {} rejected, {} unknown for good",
        cells.len(),
        began.elapsed(),
        count(EffectClaim::Ok) + count(EffectClaim::Open),
        count(EffectClaim::Rejected),
        count(EffectClaim::Unknown)
    );
    let breaches: Vec<_> = cells.into_iter().filter_map(Result::err).collect();
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
}

/// Returns one call, resumed until it is known what became of it.
async fn cell(transport: Arc<impl Transport>, operation: Operation, fault: &Fault) -> Result<EffectClaim, String> {
    let simulator = Arc::new(Simulator::start().await.map_err(|error| error.to_string())?);
    simulator.fault(fault.clone());
    let setup = Setup {
        total_timeout: Duration::from_secs(10),
        lull: Duration::from_millis(200),
        slack: Duration::from_secs(1),
        client: |builder| {
            let short = Duration::from_millis(1);
            builder.attempt_timeout(Duration::from_millis(300)).retry(RetryPolicy::default().backoff(short, short))
        },
        ..Setup::USUAL
    };
    let stage = Stage::over(setup, transport, simulator, |builder| builder);
    let call = stage.call(operation);
    let (key, kept) = (call.key(), call.kept());
    let ended = stage.timed(call.send()).await?;
    let mut claim = stage.check(&key, Some(&ended))?;
    for _ in 0..10 {
        if !claim.lacks_result() || stores_failure(fault) {
            break;
        }
        claim = stage.resume(kept.clone()).await?;
    }
    if claim.lacks_result() && !stores_failure(fault) {
        return Err(format!("{claim} after all"));
    }
    if let Fault::Late(delay) = fault {
        tokio::time::sleep(*delay).await;
    }
    stage.still_holds(&key, claim).await?;
    let deviations = stage.deviations();
    if deviations.is_empty() { Ok(claim) } else { Err(format!("{deviations:?}")) }
}
