//! `cargo xtask fuzz`: mutates documents at random, and checks that the generator survives them.

mod hostile;
mod minimize;
mod mutate;
mod seeds;
mod tree;
mod violation;
mod worker;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use sdk_generator::mode::Mode;
use seeds::{Form, Mutant, Seeds};
use violation::Violation;
pub(crate) use worker::serve;
use worker::{Outcome, Worker};

/// The command by which this program is a worker.
pub(crate) const WORKER: &str = "fuzz-worker";

/// A build without optimizations tries less.
const FASTER: &str = "An optimized build tries more. Example: cargo run --release -p xtask -- fuzz --seconds 600";

#[derive(Debug, clap::Args)]
#[command(after_help = FASTER)]
pub(crate) struct Arguments {
    /// How long.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// Make slips in the documents of this folder, too; large ones take their time.
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// The seed of the random numbers: the same one makes the same slips in the same order.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many documents at a time. [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Try this file and nothing else.
    #[arg(long, value_name = "FILE", exclusive = true)]
    replay: Option<PathBuf>,
}

/// Where findings are written, relative to the repository's root.
const FOUND: &str = "target/fuzz";

/// How long a finding is made smaller, at most.
const MINIMIZING: Duration = Duration::from_secs(30);

/// Trees are deep here, and each level takes some of the stack.
const STACK: usize = 256 << 20;

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.replay {
        return replay(file);
    }
    let seeds = Seeds::load(root, arguments.corpus.as_deref())?;
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.map_or_else(processors, usize::from);
    let bar = ProgressBar::new(arguments.seconds)
        .with_style(ProgressStyle::with_template("{wide_bar} {pos} of {len} s, {msg}")?);
    let hunt = Hunt {
        folder: root.join(FOUND),
        seeds,
        seed: arguments.seed,
        ends: Instant::now() + Duration::from_secs(arguments.seconds),
        began: Instant::now(),
        bar,
        next: AtomicU64::new(0),
        made: AtomicU64::new(0),
        found: Mutex::default(),
    };
    thread::scope(|scope| {
        let hunters = (0..jobs).map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || hunt.hunt()));
        let hunters = hunters.collect::<Result<Vec<_>, _>>().context("a thread cannot be started")?;
        hunters.into_iter().try_for_each(|hunter| hunter.join().expect("no hunter panics"))
    })?;
    hunt.bar.finish_and_clear();
    Ok(hunt.report())
}

/// A search for violation.
struct Hunt {
    folder: PathBuf,
    seeds: Seeds,
    seed: u64,
    began: Instant,
    ends: Instant,
    bar: ProgressBar,
    /// The number of the next mutant.
    next: AtomicU64,
    /// How many mutants became a crate.
    made: AtomicU64,
    /// By the kind of violation.
    found: Mutex<BTreeMap<String, Finding>>,
}

/// Violation of one kind.
struct Finding {
    violation: Violation,
    times: u64,
    /// The smallest document that shows it; nothing while it is being made smaller.
    file: Option<PathBuf>,
}

/// Third-party documents first: most of what is an error in our own document is none in a third-party one.
const BOTH: [Mode; 2] = [Mode::Lenient, Mode::Strict];

impl Hunt {
    fn hunt(&self) -> anyhow::Result<()> {
        let mut worker = Worker::new();
        while Instant::now() < self.ends {
            let mutant = self.seeds.mutant(self.seed, self.next.fetch_add(1, Ordering::Relaxed));
            let Some(text) = mutant.form.text() else { continue };
            for mode in BOTH {
                match worker.run(&text, mode)? {
                    Outcome::Made => drop(self.made.fetch_add(1, Ordering::Relaxed)),
                    Outcome::Refused => {}
                    Outcome::Violation(violation) => self.found(&mutant, mode, violation, &mut worker)?,
                }
            }
            self.show();
        }
        Ok(())
    }

    fn show(&self) {
        self.bar.set_position(self.began.elapsed().as_secs());
        self.bar.set_message(self.figures());
    }

    fn figures(&self) -> String {
        let (mutants, made) = (self.next.load(Ordering::Relaxed), self.made.load(Ordering::Relaxed));
        let kinds = self.findings().len();
        format!("{mutants} mutants of {} documents, {made} crates, {kinds} findings", self.seeds.len())
    }

    fn findings(&self) -> MutexGuard<'_, BTreeMap<String, Finding>> {
        self.found.lock().expect("nobody panics with the lock")
    }

    /// Counts violation, and of a new kind writes the smallest document that shows it.
    fn found(&self, mutant: &Mutant, mode: Mode, violation: Violation, worker: &mut Worker) -> anyhow::Result<()> {
        let kind = violation.kind();
        match self.findings().entry(kind.clone()) {
            Entry::Occupied(mut known) => {
                known.get_mut().times += 1;
                return Ok(());
            }
            Entry::Vacant(place) => drop(place.insert(Finding { violation: violation.clone(), times: 1, file: None })),
        }
        let until = Instant::now() + MINIMIZING;
        let is_same = |form: &Form| {
            let text = form.text().filter(|_| Instant::now() < until)?;
            let outcome = worker.run(&text, mode).ok()?;
            Some(matches!(outcome, Outcome::Violation(violation) if violation.kind() == kind))
        };
        let smallest = minimize::minimize(mutant.form.clone(), is_same);
        let text = smallest.text().context("what was tried has a text")?;
        let file = write(&self.folder, &text, &mutant.name, &violation)?;
        if let Some(finding) = self.findings().get_mut(&kind) {
            finding.file = Some(file);
        }
        Ok(())
    }

    fn report(&self) -> ExitCode {
        println!("seed {}, {} s: {}", self.seed, self.began.elapsed().as_secs(), self.figures());
        let findings = self.findings();
        for Finding { violation, times, file } in findings.values() {
            println!("\n{violation} ({times} times)");
            if let Some(file) = file {
                println!("    cargo xtask fuzz --replay {}", file.display());
            }
        }
        if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Writes a document under a name that follows from what it says, and the reason beside it: a comment in it would be one
/// thing more that could be the reason.
fn write(folder: &Path, text: &str, name: &str, violation: &Violation) -> anyhow::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let file = folder.join(format!("{:016x}.yaml", hasher.finish()));
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    let reason = file.with_extension("txt");
    let text = format!("{violation}\nmade of {name}\ncargo xtask fuzz --replay {}\n", file.display());
    fs::write(&reason, text).with_context(|| format!("{} cannot be written", reason.display()))?;
    Ok(file)
}

/// Tries one file.
fn replay(file: &Path) -> anyhow::Result<ExitCode> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut code = ExitCode::SUCCESS;
    for mode in BOTH {
        let outcome = Worker::new().run(&text, mode)?;
        let text = match &outcome {
            Outcome::Made => "a crate is made of it".to_owned(),
            Outcome::Refused => "it is refused".to_owned(),
            Outcome::Violation(violation) => {
                code = ExitCode::FAILURE;
                violation.to_string()
            }
        };
        println!("{mode:?}: {text}");
    }
    Ok(code)
}
