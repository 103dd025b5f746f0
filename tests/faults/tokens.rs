//! Faults of the token endpoint.

use std::fmt::Write as _;
use std::time::Duration;

use sdk_tests::calls::Operation;
use sdk_tests::fixture;
use sdk_tests::soak::Figures;
use tokio::task::JoinSet;
use zuora_simulator::{Fault, Target};

use crate::harness::{Setup, Stage};
use crate::matrix::story;

const TIMES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(200)];

/// What the first attempt meets with, so that the second one needs another token: that one's request has the fault.
const PRELUDES: [(&str, Option<Fault>); 4] = [
    ("first token", None),
    ("2nd token, token void", Some(Fault::ExpireTokens)),
    ("2nd token, lost", Some(Fault::CloseBefore)),
    ("2nd token, done", Some(Fault::CloseAfterProcessing)),
];

const LEGEND: &str = "\
What a call claims whose request for a token meets with the fault, after how many attempts; behind the arrow, what comes of
resuming it. The first attempt's token, or the second's: because the first was void, or ran out while the call, its
connection lost, waited for its second attempt.

";

#[tokio::test(start_paused = true)]
async fn every_fault_of_the_token_endpoint() {
    let mut table = format!("{LEGEND}{:<48}", "");
    let titles = PRELUDES.map(|(title, _)| format!("{title:<26}"));
    writeln!(table, "{}", titles.concat().trim_end()).unwrap();
    let (mut breaches, mut figures) = (Vec::new(), Figures::default());
    for fault in Fault::samples(&TIMES) {
        let mut row = format!("{:<48}", format!("{fault:?}"));
        for (title, before) in &PRELUDES {
            let mut cells = Vec::new();
            for operation in Operation::ALL {
                let cell = cell(operation, &fault, before.as_ref(), &mut figures).await;
                cells.push(cell.unwrap_or_else(|breach| {
                    breaches.push(format!("{fault:?}, {title}, {operation:?}: {breach}"));
                    "BREACH".to_owned()
                }));
            }
            cells.dedup();
            write!(row, "{:<26}", cells.join(" / ")).unwrap();
        }
        writeln!(table, "{}", row.trim_end()).unwrap();
    }
    println!("{figures}");
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
    let sentence = "What a call claims whose request for a token meets with each fault.";
    fixture::snapshot("faults", sentence).bind(|| insta::assert_snapshot!("tokens", table));
}

async fn cell(
    operation: Operation,
    fault: &Fault,
    before: Option<&Fault>,
    figures: &mut Figures,
) -> Result<String, String> {
    // Tokens run out while a call waits for its second attempt.
    let stage = Stage::new(Setup { simulator: |builder| builder.token_life(Duration::from_secs(1)), ..Setup::USUAL });
    let (fault, before) = (fault.clone(), before.cloned());
    let (mut tokens, fetch) = (0, 1 + u32::from(before.is_some()));
    stage.simulator.fault_source(move |request| match request.target {
        Target::Operation => before.clone().filter(|_| request.attempt == 1),
        Target::Token => {
            tokens += 1;
            (tokens == fetch).then(|| fault.clone())
        }
    });
    story(&stage, operation, figures).await
}

#[tokio::test(start_paused = true)]
async fn a_thousand_first_calls_fetch_one_token() {
    let stage = Stage::new(Setup {
        simulator: |builder| builder.calls_at_once(1000),
        client: |builder| builder.max_concurrent_requests(1000),
        ..Setup::USUAL
    });
    stage.simulator.token_fault(Fault::Delay(TIMES[0]));
    let mut calls = JoinSet::new();
    for number in 0..1000 {
        calls.spawn(stage.call(Operation::ALL[number % 3]).send());
    }
    let ended = calls.join_all().await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!((stage.seen.token_requests(), stage.seen.requests()), (1, 1000));
    stage.simulator.with_ledger(|ledger| assert_eq!((ledger.len(), ledger.repeated_keys().count()), (1000, 0)));
}
