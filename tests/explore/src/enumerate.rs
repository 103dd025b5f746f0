//! Every sequence up to a bound, on all processors.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use crate::caller::{Played, play};
use crate::judge::Figures;
use crate::premises::Premises;
use crate::tape::Tape;
use crate::world::{Choices, Shared};

/// After how many choices the tree is cut into parts.
const PARTS: usize = 5;
/// How many random sequences are one part.
const WALK: u64 = 1_000;

/// A sequence in which the client said something that is not true, or acted twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How many of its choices differ from the default.
    pub deviations: usize,
    /// How many requests the client makes.
    pub requests: u64,
    /// How many choices there are until the last one that differs.
    pub choices: usize,
    /// Its id, by which it is replayed.
    pub id: String,
    /// What is wrong.
    pub what: String,
}

/// What an exploration found.
#[derive(Clone, Debug, Default)]
pub struct Exploration {
    /// What it did.
    pub figures: Figures,
    /// How many sequences are wrong.
    pub violations: u64,
    /// The smallest sequence of each thing that is wrong, and how many there are of it.
    kinds: BTreeMap<String, (Finding, u64)>,
}

impl Exploration {
    /// Returns the smallest sequence of each thing that is wrong, and how many there are of it.
    #[must_use]
    pub fn findings(&self) -> Vec<(Finding, u64)> {
        let mut findings: Vec<_> = self.kinds.values().cloned().collect();
        findings.sort();
        findings
    }

    fn note(&mut self, tape: &Tape, played: Played) {
        self.figures.add(&played.figures);
        let Some(what) = played.violation else { return };
        self.violations += 1;
        let id = tape.to_string();
        let finding =
            Finding { deviations: tape.deviations(), requests: played.figures.requests, choices: id.len(), id, what };
        self.keep(finding, 1);
    }

    fn keep(&mut self, finding: Finding, count: u64) {
        let (smallest, number) = self.kinds.entry(finding.what.clone()).or_insert_with(|| (finding.clone(), 0));
        *number += count;
        if finding < *smallest {
            *smallest = finding;
        }
    }

    fn add(&mut self, other: Self) {
        self.figures.add(&other.figures);
        self.violations += other.violations;
        for (finding, count) in other.kinds.into_values() {
            self.keep(finding, count);
        }
    }
}

/// Hears the number of sequences, of parts that are done, and of parts.
pub type Progress<'a> = dyn Fn(u64, usize, usize) + Sync + 'a;

/// Makes every sequence in which at most `depth` choices differ from the default.
pub fn explore(depth: u32, premises: Premises, progress: &Progress<'_>) -> Exploration {
    let parts = parts(depth, premises);
    share(parts.len(), progress, &|part, found| {
        let (tape, fixed) = parts[part].clone();
        explore_part(tape, fixed, premises, found);
    })
}

/// Makes sequences at random, without a bound to how many choices differ from the default.
pub fn wander(sequences: u64, seed: u64, premises: Premises, progress: &Progress<'_>) -> Exploration {
    let parts = usize::try_from(sequences.div_ceil(WALK)).unwrap_or(usize::MAX);
    share(parts, progress, &|part, found| {
        let first = part as u64 * WALK;
        for number in first..sequences.min(first + WALK) {
            run(Tape::random(seed.wrapping_add(number)), premises, found);
        }
    })
}

/// Does all parts of a work on all processors.
fn share(parts: usize, progress: &Progress<'_>, work: &(dyn Fn(usize, &mut Exploration) + Sync)) -> Exploration {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let sequences = AtomicU64::new(0);
    let all = Mutex::new(Exploration::default());
    let work = || {
        let mut found = Exploration::default();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                break;
            }
            let before = found.figures.sequences;
            work(part, &mut found);
            let made = found.figures.sequences - before;
            let sequences = sequences.fetch_add(made, Ordering::Relaxed) + made;
            progress(sequences, done.fetch_add(1, Ordering::Relaxed) + 1, parts);
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).add(found);
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Cuts the tree after its first choices. A part is its first sequence, and how many choices all of it has in common.
fn parts(depth: u32, premises: Premises) -> Vec<(Tape, usize)> {
    let mut parts = vec![(Tape::new(depth), 0)];
    for length in 0..PARTS {
        let mut finer = Vec::new();
        for (part, fixed) in parts {
            if fixed < length {
                finer.push((part, fixed));
                continue;
            }
            let mut found = Exploration::default();
            let tape = run(part.clone(), premises, &mut found);
            match tape.split(length) {
                branches if branches.is_empty() => finer.push((part, fixed)),
                branches => finer.extend(branches.into_iter().map(|branch| (branch, length + 1))),
            }
        }
        parts = finer;
    }
    parts
}

fn explore_part(part: Tape, fixed: usize, premises: Premises, found: &mut Exploration) {
    let mut tape = run(part, premises, found);
    while tape.advance(fixed) {
        tape = run(tape, premises, found);
    }
}

/// Plays the sequence of a tape, and gives the tape back.
fn run(tape: Tape, premises: Premises, found: &mut Exploration) -> Tape {
    let world = Shared::new(Choices::Tape(tape), premises, false);
    let played = play(&world);
    let (choices, _) = world.end();
    let Choices::Tape(tape) = choices else { return Tape::default() };
    found.note(&tape, played);
    tape
}

/// Returns the smallest sequence that is wrong, of those in which at most `depth` choices differ from the default.
#[must_use]
pub fn smallest(depth: u32, premises: Premises) -> Option<Finding> {
    (0..=depth)
        .find_map(|depth| explore(depth, premises, &|_, _, _| {}).findings().into_iter().next())
        .map(|(finding, _)| finding)
}

/// Plays one sequence, and tells it step by step.
///
/// # Errors
///
/// When the id is none.
pub fn replay(id: &str, premises: Premises) -> anyhow::Result<Vec<String>> {
    let world = Shared::new(Choices::Tape(Tape::parse(id)?), premises, true);
    let played = play(&world);
    let (_, mut story) = world.end();
    story.push(played.violation.unwrap_or_else(|| "what the client said is true".into()));
    Ok(story)
}
