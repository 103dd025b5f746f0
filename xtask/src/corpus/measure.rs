//! CPU time and peak memory of a process, as the system counts them at its end.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use wait4::Wait4;

/// What a process took, and whatever it has waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// CPU time of user and system, in milliseconds.
    pub(crate) cpu_millis: u64,
    /// The most memory that was resident at one time, in bytes; never less than this process held when it started the other,
    /// which is how the system counts.
    pub(crate) peak_bytes: u64,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<(ExitStatus, Usage)> {
    let program = command.get_program().display().to_string();
    let child = command.spawn().with_context(|| format!("{program} cannot be started"))?;
    let used = child.wait4().with_context(|| format!("{program} cannot be waited for"))?;
    let cpu: Duration = used.rusage.utime + used.rusage.stime;
    let cpu_millis = u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX);
    Ok((used.status, Usage { cpu_millis, peak_bytes: used.rusage.maxrss }))
}

/// With this variable in the environment this program is not itself but stands in front of rustc, and writes what rustc
/// took to the file that the variable names.
const FILE: &str = "XTASK_MEASURE_RUSTC";

/// Has cargo measure rustc on this crate only.
pub(crate) fn measure_rustc(cargo: &mut Command, file: &Path) -> anyhow::Result<()> {
    let this = std::env::current_exe().context("the running program has no path")?;
    cargo.env("RUSTC_WORKSPACE_WRAPPER", this).env(FILE, file);
    Ok(())
}

/// Returns what was written about the last run of rustc.
pub(crate) fn measured(file: &Path) -> Option<Usage> {
    serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
}

/// Runs rustc, if this program was started in front of it.
pub(crate) fn stand_in() -> Option<anyhow::Result<ExitCode>> {
    let file = PathBuf::from(std::env::var_os(FILE)?);
    Some(wrap(&file, std::env::args_os().skip(1)))
}

fn wrap(file: &Path, mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<ExitCode> {
    let rustc = arguments.next().context("cargo did not say which rustc to run")?;
    let arguments: Vec<_> = arguments.collect();
    let (status, usage) = run(Command::new(rustc).args(&arguments))?;
    // Cargo also asks rustc about itself, under the name of no crate or of this one.
    let name = arguments.iter().skip_while(|argument| *argument != "--crate-name").nth(1);
    if name.is_some_and(|name| name != "___") {
        fs::write(file, serde_json::to_string(&usage)?)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
