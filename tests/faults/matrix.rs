//! Every operation with every fault at the first, the second and the last attempt.

use std::fmt::Write as _;
use std::time::Duration;

use sdk_tests::calls::{Call, Operation};
use sdk_tests::effect_claim::{Moment, is_binding, prevents_response};
use sdk_tests::fixture;
use sdk_tests::soak::Figures;
use zuora_simulator::{CodeSpelling, DeclineStyle, Fault, ReplayStyle, Target};

use crate::harness::{Setup, Stage, VERSIONS};

/// One that every call waits for, one that no attempt waits for.
const TIMES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(200)];

/// Which attempts meet with the fault, and what those before them meet with.
#[derive(Clone)]
struct Scene {
    title: &'static str,
    before: Fault,
    /// How many attempts come before.
    times: u32,
    /// Whether all later attempts meet with the fault, too.
    lasts: bool,
}

const fn scene(title: &'static str, before: Fault, times: u32) -> Scene {
    Scene { title, before, times, lasts: false }
}

const SCENES: [Scene; 11] = [
    scene("at once", Fault::Refuse, 0),
    scene("2nd, refused", Fault::Refuse, 1),
    scene("2nd, lost", Fault::CloseBefore, 1),
    scene("2nd, late", Fault::Late(TIMES[1]), 1),
    scene("2nd, done", Fault::CloseAfterProcessing, 1),
    scene("5th, refused", Fault::Refuse, 4),
    scene("5th, lost", Fault::CloseBefore, 4),
    scene("5th, done", Fault::CloseAfterProcessing, 4),
    Scene { lasts: true, ..scene("always", Fault::Refuse, 0) },
    Scene { lasts: true, ..scene("always, limited", Fault::RateLimit(TIMES[0]), 1) },
    Scene { lasts: true, ..scene("always, done", Fault::CloseAfterProcessing, 1) },
];

impl Scene {
    /// Returns whether a fault leaves a caller the chance to be right here.
    fn is_binding(&self, fault: &Fault, own_key: bool) -> bool {
        let in_doubt = own_key || prevents_response(&self.before);
        match (in_doubt, self.times) {
            (true, _) => is_binding(fault, Moment::Doubt),
            (false, _) if self.lasts => Moment::ALL.iter().all(|moment| is_binding(fault, *moment)),
            (false, 0) => is_binding(fault, Moment::First),
            (false, _) => is_binding(fault, Moment::Clear),
        }
    }

    /// Returns the fault of an attempt.
    fn fault(&self, fault: &Fault, attempt: u32) -> Option<Fault> {
        match attempt.checked_sub(self.times) {
            None | Some(0) => Some(self.before.clone()),
            Some(1) => Some(fault.clone()),
            Some(_) => self.lasts.then(|| fault.clone()),
        }
    }
}

/// How to read the table.
const LEGEND: &str = "\
Which attempt meets with the fault, and what those before it met with: refused (no connection), lost (the connection, and
the request was not processed), late (the connection lost, and the request processed after the call), done (processed, and
the connection lost), limited (429). \"Always\" means all attempts, or all after the first one. A cell is what the call claims, after
how many attempts; behind the arrow, what comes of resuming it. A dash stands where the fault leaves no chance to be right.

";

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_attempt() {
    let table = matrix(Setup::USUAL).await;
    let sentence = "What a call claims that meets with each fault at each of its attempts.";
    fixture::snapshot("faults", sentence).bind(|| insta::assert_snapshot!("operations", format!("{LEGEND}{table}")));
}

#[tokio::test(start_paused = true)]
async fn with_a_key_of_the_callers() {
    matrix(Setup { own_key: true, ..Setup::USUAL }).await;
}

#[tokio::test(start_paused = true)]
async fn with_packed_requests_and_kept_responses_as_conflicts() {
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

/// Returns the whole matrix, as a table.
async fn matrix(setup: Setup) -> String {
    let mut table = format!("{:<60}", "");
    let titles = SCENES.each_ref().map(|scene| format!("{:<26}", scene.title));
    writeln!(table, "{}", titles.concat().trim_end()).unwrap();
    let (mut breaches, mut figures) = (Vec::new(), Figures::default());
    let is_binding_anywhere = |fault: &&Fault| SCENES.iter().any(|scene| scene.is_binding(fault, setup.own_key));
    for fault in Fault::samples(&TIMES).iter().filter(is_binding_anywhere) {
        let mut rows = Vec::new();
        for (who, operation, version) in variants() {
            let setup = Setup { version, ..setup };
            let mut row = String::new();
            for scene in &SCENES {
                let cell = match scene.is_binding(fault, setup.own_key) {
                    true => cell(setup, operation, fault, scene, &mut figures).await,
                    false => Ok("-".to_owned()),
                };
                let cell = cell.unwrap_or_else(|breach| {
                    breaches.push(format!("{fault:?}, {}, {who}: {breach}", scene.title));
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

/// Returns the operations, those with versions in each of their styles.
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

/// Merges the lines of operations with the same results.
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

/// Returns one call in one scene. What comes after the fault is undisturbed, unless it lasts.
async fn cell(
    setup: Setup,
    operation: Operation,
    fault: &Fault,
    scene: &Scene,
    figures: &mut Figures,
) -> Result<String, String> {
    let stage = Stage::new(setup);
    let (fault, scene) = (fault.clone(), scene.clone());
    stage.simulator.fault_source(move |request| match request.target {
        Target::Operation => scene.fault(&fault, request.attempt),
        Target::Token => None,
    });
    story(&stage, operation, figures).await
}

/// Makes a call, resumes it when there is something left to find out, and checks each end.
pub(crate) async fn story(stage: &Stage, operation: Operation, figures: &mut Figures) -> Result<String, String> {
    story_of(stage, stage.call(operation), figures).await
}

/// Returns the story of any call.
pub(crate) async fn story_of(stage: &Stage, call: Call, figures: &mut Figures) -> Result<String, String> {
    let key = call.key();
    let ended = stage.timed(call.send()).await?;
    let first = stage.check(&key, Some(&ended))?;
    stage.still_holds(&key, first).await?;
    let (attempts, kept) = match ended {
        Ok(told) => (told.attempts, None),
        Err(error) => (error.attempts(), error.resumable()),
    };
    let (last, story) = match kept {
        Some(kept) => {
            let last = stage.resume(kept).await?;
            stage.still_holds(&key, last).await?;
            (last, format!("{first} {attempts} > {last}"))
        }
        None => (first, format!("{first} {attempts}")),
    };
    stage.count(figures, first, last);
    let deviations = stage.deviations();
    if deviations.is_empty() { Ok(story) } else { Err(format!("{deviations:?}")) }
}
