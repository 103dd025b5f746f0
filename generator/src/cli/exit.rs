//! Exit codes: 0 when all is well, 1 for findings, 2 when the command could not do its work.

use std::error::Error;
use std::fmt::{self, Display};
use std::process::ExitCode;

/// The exit code of a command that was asked for something that it cannot do; clap has the same for wrong arguments.
const USAGE: u8 = 2;

/// An error in what was looked at, such as a document with errors, rather than in how the command was used.
#[derive(Debug)]
pub struct Finding(pub String);

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Finding {}

/// Prints an error, and returns the exit code that goes with it.
#[must_use]
pub fn of_error(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    match error.chain().any(|cause| cause.is::<Finding>()) {
        true => ExitCode::FAILURE,
        false => ExitCode::from(USAGE),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn a_finding_is_told_from_a_failure_below_what_was_being_done() {
        let finding = || Err::<(), _>(anyhow!(Finding("it has errors".to_owned())));
        assert_eq!(of_error(&finding().context("a.yaml").unwrap_err()), ExitCode::FAILURE);
        assert_eq!(of_error(&anyhow!("it is not there").context("a.yaml")), ExitCode::from(2));
    }
}
