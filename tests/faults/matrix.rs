//! Every operation with every fault at the first, the second and the last attempt.

use std::fmt::Write as _;
use std::time::Duration;

use sdk_tests::calls::Operation;
use sdk_tests::claim::is_honest;
use sdk_tests::soak::Figures;
use simulator::{CodeSpelling, DeclineStyle, Fault, ReplayStyle, Target};

use crate::stage::{Setup, Stage, VERSIONS};

/// One that every call waits for, one that no attempt waits for.
const TIMES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(200)];

/// What the attempts before the one with the fault meet with, and how many of them there are.
const PRELUDES: [(&str, Fault, u32); 7] = [
    ("at once", Fault::Refuse, 0),
    ("2nd, refused", Fault::Refuse, 1),
    ("2nd, lost", Fault::CloseBefore, 1),
    ("2nd, done", Fault::CloseAfterProcessing, 1),
    ("5th, refused", Fault::Refuse, 4),
    ("5th, lost", Fault::CloseBefore, 4),
    ("5th, done", Fault::CloseAfterProcessing, 4),
];

/// How to read the table.
const LEGEND: &str = "\
Which attempt meets with the fault, and what those before it met with: refused (no connection), lost (the connection, and
the request was not processed), done (processed, and the connection lost). A cell is what the call claims, after how many
attempts; behind the arrow, what comes of resuming it.

";

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_attempt() {
    let table = matrix(Setup::USUAL).await;
    insta::with_settings!({ snapshot_path => "../snapshots/faults", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("operations", format!("{LEGEND}{table}"));
    });
}

#[tokio::test(start_paused = true)]
async fn with_a_key_of_the_callers() {
    matrix(Setup { own_key: true, ..Setup::USUAL }).await;
}

#[tokio::test(start_paused = true)]
async fn with_packed_requests_and_kept_answers_as_conflicts() {
    matrix(Setup {
        simulator: |builder| builder.replays(ReplayStyle::Conflict).codes(CodeSpelling::Number),
        client: |builder| builder.compress_requests(true),
        ..Setup::USUAL
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn with_little_time() {
    let total_timeout = Duration::from_millis(5500);
    matrix(Setup { total_timeout, simulator: |builder| builder.declines(DeclineStyle::ByVersion), ..Setup::USUAL })
        .await;
}

/// The whole matrix, as a table.
async fn matrix(setup: Setup) -> String {
    let mut table = format!("{:<60}", "");
    let titles = PRELUDES.map(|(title, ..)| format!("{title:<26}"));
    writeln!(table, "{}", titles.concat().trim_end()).unwrap();
    let (mut breaches, mut figures) = (Vec::new(), Figures::default());
    for fault in Fault::samples(&TIMES).iter().filter(|fault| is_honest(fault)) {
        let mut rows = Vec::new();
        for (who, operation, version) in variants() {
            let setup = Setup { version, ..setup };
            let mut row = String::new();
            for (title, before, times) in &PRELUDES {
                let cell = cell(setup, operation, fault, (before, *times), &mut figures).await;
                let cell = cell.unwrap_or_else(|breach| {
                    breaches.push(format!("{fault:?}, {title}, {who}: {breach}"));
                    "BREACH".to_owned()
                });
                write!(row, "{cell:<26}").unwrap();
            }
            rows.push((who, row));
        }
        show(&mut table, fault, rows);
    }
    println!("{figures}");
    assert!(breaches.is_empty(), "{} breaches\n{}", breaches.len(), breaches.join("\n"));
    assert!(figures.is_sound());
    table
}

/// The operations, those with versions in each of their styles.
fn variants() -> Vec<(&'static str, Operation, &'static str)> {
    let [statuses, bodies] = VERSIONS;
    vec![
        ("session", Operation::Session, statuses),
        ("payment", Operation::Payment, statuses),
        ("payment, old", Operation::Payment, bodies),
        ("authorization", Operation::Authorization, statuses),
        ("authorization, old", Operation::Authorization, bodies),
    ]
}

/// One line for all operations that do the same.
fn show(table: &mut String, fault: &Fault, mut rows: Vec<(&str, String)>) {
    let mut name = format!("{fault:?}");
    while let Some((_, first)) = rows.first().cloned() {
        let all = rows.len() == variants().len();
        let (same, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| *row == first);
        let who: Vec<_> = same.into_iter().map(|(who, _)| who).collect();
        let who = if all && others.is_empty() { String::new() } else { who.join("; ") };
        if !who.is_empty() {
            writeln!(table, "{name}: {who}").unwrap();
            name = "  ".to_owned();
        }
        writeln!(table, "{:<60}{}", if who.is_empty() { &name } else { "" }, first.trim_end()).unwrap();
        rows = others;
    }
}

/// One call: the attempts of the prelude, then the one with the fault, then whatever still comes, undisturbed.
async fn cell(
    setup: Setup,
    operation: Operation,
    fault: &Fault,
    (before, times): (&Fault, u32),
    figures: &mut Figures,
) -> Result<String, String> {
    let stage = Stage::new(setup);
    let (fault, before) = (fault.clone(), before.clone());
    stage.simulator.fault_source(move |request| match request.target {
        Target::Operation if request.attempt <= times => Some(before.clone()),
        Target::Operation if request.attempt == times + 1 => Some(fault.clone()),
        _ => None,
    });
    story(&stage, operation, figures).await
}

/// Makes a call, resumes it when there is something left to find out, and checks each end.
pub(crate) async fn story(stage: &Stage, operation: Operation, figures: &mut Figures) -> Result<String, String> {
    let call = stage.call(operation);
    let key = call.key();
    let ended = stage.timed(call.send()).await?;
    let first = stage.check(&key, Some(&ended))?;
    let (attempts, kept) = match ended {
        Ok(told) => (told.attempts, None),
        Err(error) => (error.attempts(), error.resumable()),
    };
    let (last, story) = match kept {
        Some(kept) => {
            let last = stage.resume(kept).await?;
            (last, format!("{first} {attempts} > {last}"))
        }
        None => (first, format!("{first} {attempts}")),
    };
    stage.count(figures, first, last);
    let deviations = stage.deviations();
    if deviations.is_empty() { Ok(story) } else { Err(format!("{deviations:?}")) }
}
