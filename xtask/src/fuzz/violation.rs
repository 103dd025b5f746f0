//! What the generator must never do, for any document.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// Something that must not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Violation {
    /// The generator panicked.
    Panic { place: String, message: String },
    /// The process ended.
    Crash(String),
    /// It took too long.
    Slow,
    /// It took too much memory.
    Memory,
    /// A file is no Rust.
    NoRust { path: String, error: String },
    /// A file would stand outside of the crate's folder.
    Outside { path: String },
    /// There are errors and files, or neither of them.
    Contradiction(String),
}

impl Violation {
    /// Returns the same for what is most likely the same mistake.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Panic { place, .. } => format!("panic at {place}"),
            Self::NoRust { error, .. } => format!("no Rust: {error}"),
            Self::Outside { .. } => "outside".to_owned(),
            Self::Crash(_) | Self::Slow | Self::Memory | Self::Contradiction(_) => self.to_string(),
        }
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic { place, message } => write!(f, "the generator panicked at {place}: {message}"),
            Self::Crash(how) => write!(f, "the process ended: {how}"),
            Self::Slow => write!(f, "it took more than {} s of CPU time", super::worker::MOST_SECONDS),
            Self::Memory => write!(f, "it took more than {} MiB", super::worker::MOST_BYTES >> 20),
            Self::NoRust { path, error } => write!(f, "`{path}` is no Rust: {error}"),
            Self::Outside { path } => write!(f, "`{path}` leaves the folder"),
            Self::Contradiction(what) => f.write_str(what),
        }
    }
}
