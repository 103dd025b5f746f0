//! Versions of crates, and what follows after a change.

use std::fmt;

use anyhow::bail;

use crate::compare::Bump;

/// A version of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    /// Parses three numbers.
    ///
    /// # Errors
    ///
    /// When it is anything else, such as a version with a pre-release.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        match numbers.as_deref() {
            Ok([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => bail!("`{text}` is no version of three numbers"),
        }
    }

    /// Returns the version after a change. Below 1.0 the second number says what the first one says later, as cargo
    /// takes it.
    #[must_use]
    pub fn after(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        match (bump, major) {
            (Bump::None, _) => self,
            (Bump::Major, 1..) => Self { major: major + 1, minor: 0, patch: 0 },
            (Bump::Minor, 1..) | (Bump::Major, 0) => Self { major, minor: minor + 1, patch: 0 },
            (Bump::Minor, 0) | (Bump::Patch, _) => Self { major, minor, patch: patch + 1 },
        }
    }

    /// Returns what a step is called; below 1.0 it moves another number than its name says.
    #[must_use]
    pub fn named(self, bump: Bump) -> String {
        match (bump, self.major) {
            (Bump::Major, 0) => "major, which is the second number below 1.0".to_owned(),
            (Bump::Minor, 0) => "minor, which is the third number below 1.0".to_owned(),
            _ => bump.as_str().to_owned(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_as_cargo_understands_them() {
        let after = |text: &str, bump| Version::parse(text).unwrap().after(bump).to_string();
        assert_eq!(after("0.3.1", Bump::Major), "0.4.0");
        assert_eq!(after("0.3.1", Bump::Minor), "0.3.2");
        assert_eq!(after("0.3.1", Bump::Patch), "0.3.2");
        assert_eq!(after("1.3.1", Bump::Major), "2.0.0");
        assert_eq!(after("1.3.1", Bump::Minor), "1.4.0");
        assert_eq!(after("1.3.1", Bump::None), "1.3.1");
        let named = |text: &str, bump| Version::parse(text).unwrap().named(bump);
        assert_eq!(named("0.3.1", Bump::Major), "major, which is the second number below 1.0");
        assert_eq!(named("0.3.1", Bump::Patch), "patch");
        assert_eq!(named("1.3.1", Bump::Major), "major");
        assert!(Version::parse("1.0").is_err());
        assert!(Version::parse("1.0.0-rc.1").is_err());
    }
}
