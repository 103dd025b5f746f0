//! CPU time and peak memory of a process, as the system counts them at its end.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;
use sdk_generator::cli::corpus::measure::{Measurer, Usage};
use wait4::Wait4 as _;

/// Measures processes by what the system counts.
pub(crate) struct Wait4;

impl Measurer for Wait4 {
    fn run(&self, command: &mut Command) -> anyhow::Result<(ExitStatus, Option<Usage>)> {
        run(command).map(|(status, usage)| (status, Some(usage)))
    }

    /// Sets the variable, with which cargo starts this program in front of rustc.
    fn measure_rustc(&self, cargo: &mut Command, file: &Path) -> anyhow::Result<()> {
        let this = std::env::current_exe().context("the running program has no path")?;
        cargo.env("RUSTC_WORKSPACE_WRAPPER", this).env(FILE, file);
        Ok(())
    }
}

/// Runs a command to its end.
fn run(command: &mut Command) -> anyhow::Result<(ExitStatus, Usage)> {
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
