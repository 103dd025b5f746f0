//! CPU time and peak memory of processes.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// What a process took, and whatever it has waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time of user and system, in milliseconds.
    pub cpu_millis: u64,
    /// The most memory that was resident at one time, in bytes; never less than this process held when it started the other,
    /// which is how the system counts.
    pub peak_bytes: u64,
}

/// Runs processes, and measures them if it can: systems count differently, so this library leaves it to the program.
pub trait Measurer: Sync {
    /// Runs a command to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    fn run(&self, command: &mut Command) -> anyhow::Result<(ExitStatus, Option<Usage>)>;

    /// Has cargo measure rustc on the crate itself, and write that to a file.
    ///
    /// # Errors
    ///
    /// When that cannot be prepared.
    fn measure_rustc(&self, cargo: &mut Command, file: &Path) -> anyhow::Result<()>;
}

/// Measures nothing.
#[derive(Debug)]
pub struct Unmeasured;

impl Measurer for Unmeasured {
    fn run(&self, command: &mut Command) -> anyhow::Result<(ExitStatus, Option<Usage>)> {
        let status =
            command.status().with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        Ok((status, None))
    }

    fn measure_rustc(&self, _: &mut Command, _: &Path) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Returns what was written about the last run of rustc.
pub(super) fn measured(file: &Path) -> Option<Usage> {
    serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
}
