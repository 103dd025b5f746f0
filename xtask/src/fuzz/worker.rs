//! A process that runs the generator on one document after the other, and may crash.
//!
//! A request is a line, `skip 123`, with so many bytes of text behind it; the response is a line of JSON.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use cpu_time::ProcessTime;
use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::output::{Files, is_plain};
use sdk_generator::source::Source;
use sdk_generator::{Generation, Options, generate};
use serde::{Deserialize, Serialize};

use super::violation::Violation;

/// CPU time, so that a busy machine finds nothing that is not there.
pub(super) const MOST_SECONDS: u64 = 10;
/// Address space, which is little more than the memory that is used.
pub(super) const MOST_BYTES: u64 = 2 << 30;

/// The code with which a process ends that took too long.
const SLOW: u8 = 86;

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    /// A crate.
    Made,
    /// Errors.
    Refused,
    /// What must not be.
    Violation(Violation),
}

/// A process at work.
pub(super) struct Worker {
    process: Option<Process>,
}

struct Process {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Worker {
    pub(super) fn new() -> Self {
        Self { process: None }
    }

    /// Runs the generator on a text.
    pub(super) fn run(&mut self, text: &str, mode: Mode) -> anyhow::Result<Outcome> {
        let process = match &mut self.process {
            Some(process) => process,
            none => none.insert(Process::start()?),
        };
        match process.ask(text, mode) {
            Ok(outcome) => Ok(outcome),
            // It is gone; the next text gets another one.
            Err(_) => self.process.take().context("it was there just now")?.last_words().map(Outcome::Violation),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(Process { mut child, requests, .. }) = self.process.take() {
            drop(requests);
            let _ended = child.wait();
        }
    }
}

impl Process {
    fn start() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe().context("the running program has no path")?);
        command.arg(super::WORKER).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the worker cannot be started")?;
        let requests = child.stdin.take().context("the worker has no input")?;
        let responses = BufReader::new(child.stdout.take().context("the worker has no output")?);
        Ok(Self { child, requests, responses })
    }

    fn ask(&mut self, text: &str, mode: Mode) -> io::Result<Outcome> {
        let word = match mode {
            Mode::Strict => "deny",
            Mode::Lenient => "skip",
        };
        writeln!(self.requests, "{word} {}", text.len())?;
        self.requests.write_all(text.as_bytes())?;
        self.requests.flush()?;
        let mut response = String::new();
        self.responses.read_line(&mut response)?;
        serde_json::from_str(&response).map_err(io::Error::other)
    }

    /// Returns the reason for which the worker ended.
    fn last_words(self) -> anyhow::Result<Violation> {
        let Self { child, requests, responses } = self;
        drop((requests, responses));
        let output = child.wait_with_output().context("the worker cannot be waited for")?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        Ok(match output.status.code() {
            Some(code) if code == i32::from(SLOW) => Violation::Slow,
            _ if stderr.contains("memory allocation of") => Violation::Memory,
            _ if stderr.contains("overflowed its stack") => Violation::Crash("the stack overflowed".to_owned()),
            _ => Violation::Crash(output.status.to_string()),
        })
    }
}

thread_local! {
    /// The place of the last panic.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// CPU time in milliseconds at which the current text has taken too long.
static DEADLINE: AtomicU64 = AtomicU64::new(u64::MAX);

/// Returns the process's own side: responses until there are no more requests.
pub(crate) fn serve() -> anyhow::Result<ExitCode> {
    limit_memory()?;
    watch_time();
    panic::set_hook(Box::new(|info| {
        PANIC.set(info.location().map(|place| format!("{}:{}", place.file(), place.line())));
    }));
    let (mut requests, mut responses) = (io::stdin().lock(), io::stdout().lock());
    let mut parsed = HashSet::new();
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        let (mode, length) = match line.trim_end().split_once(' ') {
            Some(("deny", length)) => (Mode::Strict, length.parse()?),
            Some(("skip", length)) => (Mode::Lenient, length.parse()?),
            _ => bail!("`{}` is no request", line.trim_end()),
        };
        let mut text = vec![0; length];
        requests.read_exact(&mut text)?;
        DEADLINE.store(cpu_millis() + MOST_SECONDS * 1000, Ordering::Relaxed);
        let outcome = attempt(String::from_utf8(text)?, mode, &mut parsed);
        DEADLINE.store(u64::MAX, Ordering::Relaxed);
        writeln!(responses, "{}", serde_json::to_string(&outcome)?)?;
        responses.flush()?;
    }
}

#[cfg(target_os = "linux")]
fn limit_memory() -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(MOST_BYTES), maximum: Some(MOST_BYTES) };
    setrlimit(Resource::As, limit).context("the memory cannot be limited")
}

/// Sets no limit, since this platform has no reliable one.
#[cfg(not(target_os = "linux"))]
fn limit_memory() -> anyhow::Result<()> {
    Ok(())
}

/// Ends this process when a text takes too long: nothing else could end a loop.
fn watch_time() {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_millis(100));
            if cpu_millis() > DEADLINE.load(Ordering::Relaxed) {
                std::process::exit(i32::from(SLOW));
            }
        }
    });
}

fn cpu_millis() -> u64 {
    u64::try_from(ProcessTime::now().as_duration().as_millis()).unwrap_or(u64::MAX)
}

/// Runs the generator as `generate --spec` does, and holds what it makes against what is promised.
fn attempt(text: String, mode: Mode, parsed: &mut HashSet<u64>) -> Outcome {
    let source = Source::new("mutant.yaml", text);
    let options = Options { crate_name: "mutant".to_owned(), mode };
    let run = panic::catch_unwind(AssertUnwindSafe(|| {
        let generation = generate(&source, &options);
        // People and tools read these forms, so they have to survive as well.
        let _printed =
            (generation.diagnostics.render(&source, Style::Plain), generation.diagnostics.to_json_lines(&source));
        generation
    }));
    match run {
        Ok(generation) => judge(&generation, parsed),
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().copied();
            let message = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
            let place = PANIC.take().unwrap_or_default();
            Outcome::Violation(Violation::Panic { place, message: message.to_owned() })
        }
    }
}

fn judge(generation: &Generation, parsed: &mut HashSet<u64>) -> Outcome {
    let violation = match (&generation.files, generation.diagnostics.has_errors()) {
        (Some(_), true) => Some(Violation::Contradiction("there are errors, and files all the same".to_owned())),
        (None, false) => Some(Violation::Contradiction("there are neither files nor errors".to_owned())),
        (None, true) => return Outcome::Refused,
        (Some(files), false) => wrong(files, parsed),
    };
    violation.map_or(Outcome::Made, Outcome::Violation)
}

/// Returns what is wrong with the files. A slip changes few of them, so each text is parsed once and not thousands of
/// times.
fn wrong(files: &Files, parsed: &mut HashSet<u64>) -> Option<Violation> {
    files.iter().find_map(|(path, text)| {
        if !is_plain(path) {
            return Some(Violation::Outside { path: path.to_owned() });
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if parsed.contains(&hash) {
            return None;
        }
        match syn::parse_file(text) {
            Ok(_) => {
                parsed.insert(hash);
                None
            }
            Err(error) => Some(Violation::NoRust { path: path.to_owned(), error: error.to_string() }),
        }
    })
}
