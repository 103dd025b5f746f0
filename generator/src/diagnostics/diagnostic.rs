//! Diagnostics and their collection.

use std::fmt;

use serde::Serialize;

use crate::document::Pointer;
use crate::mode::Mode;
use crate::source::Location;

/// Whether code can still be made from the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, without the part in question.
    Warning,
}

impl Severity {
    /// Returns the severity of an unsupported part.
    #[must_use]
    pub(crate) fn of(mode: Mode) -> Self {
        match mode {
            Mode::Strict => Self::Error,
            Mode::Lenient => Self::Warning,
        }
    }

    /// Returns the word in front of a message.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// The text is neither YAML nor JSON, or means different things to different readers of it.
    Syntax,
    /// The document breaks a rule of OpenAPI.
    Invalid,
    /// A key has no meaning where it stands.
    UnknownKey,
    /// OpenAPI allows it, the generator has no Rust for it.
    NotSupported,
    /// A `$ref` leads nowhere, to the wrong kind of thing, or round in a circle.
    Reference,
    /// A name has no Rust identifier of its own.
    Name,
    /// An `x-` extension is unknown, says something it cannot say, or is missing where it would make calls safer.
    Extension,
    /// An overlay breaks a rule of the Overlay Specification, or does not fit the document.
    Overlay,
    /// The document breaks a rule of the linter; code can be made all the same.
    Lint(&'static str),
}

impl Code {
    /// All codes of the generator with what they mean, as the documentation lists them; [`crate::lint::Rule::ALL`] has the linter's.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Syntax, "the text is neither YAML nor JSON, or means different things to different readers of it"),
        (Self::Invalid, "the document breaks a rule of OpenAPI"),
        (Self::UnknownKey, "a key has no meaning where it stands"),
        (Self::NotSupported, "OpenAPI allows it, the generator has no Rust for it"),
        (Self::Reference, "a `$ref` leads nowhere, to the wrong kind of thing, or round in a circle"),
        (Self::Name, "a name has no Rust identifier of its own"),
        (
            Self::Extension,
            "an `x-` extension is unknown, says something it cannot say, or is missing where it would make calls safer",
        ),
        (Self::Overlay, "an overlay breaks a rule of the Overlay Specification, or does not fit the document"),
    ];

    /// Returns the word in brackets behind the severity.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Invalid => "invalid",
            Self::UnknownKey => "unknown-key",
            Self::NotSupported => "unsupported",
            Self::Reference => "reference",
            Self::Name => "name",
            Self::Extension => "extension",
            Self::Overlay => "overlay",
            Self::Lint(rule) => rule,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind of a part that is left out of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Omission {
    /// A `pattern` that cannot be checked.
    Pattern,
    /// A constraint that is not checked.
    Constraint,
    /// A keyword that contradicts its schema, or has no effect on it.
    Keyword,
    /// A schema that has no type in Rust; its values are any JSON.
    Schema,
    /// A media type, where another is used.
    MediaType,
    /// A parameter that cannot be sent.
    Parameter,
    /// An operation.
    Operation,
    /// A response that cannot be told from another.
    Response,
    /// A server that cannot be called.
    Server,
    /// A security scheme, or the requirement of one.
    Security,
    /// A reference that names no node.
    Reference,
    /// A default, an example or an enum value that does not fit its schema.
    Value,
}

impl Omission {
    /// Returns the word for it in tables and in lists of accepted omissions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Constraint => "limit",
            Self::Keyword => "keyword",
            Self::Schema => "schema",
            Self::MediaType => "media-type",
            Self::Parameter => "parameter",
            Self::Operation => "operation",
            Self::Response => "response",
            Self::Server => "server",
            Self::Security => "security",
            Self::Reference => "reference",
            Self::Value => "value",
        }
    }
}

/// One thing that is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic {
    pub(super) severity: Severity,
    pub(super) code: Code,
    pub(super) omission: Option<Omission>,
    pub(super) message: String,
    pub(super) at: Pointer,
    pub(super) location: Option<Location>,
    pub(super) related: Vec<(Pointer, String)>,
    pub(super) help: Option<String>,
}

impl Diagnostic {
    /// Returns whether code can still be made.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns what kind of mistake it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns what is left out of the code because of it, if anything.
    #[must_use]
    pub fn omission(&self) -> Option<Omission> {
        self.omission
    }

    /// Returns what is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the node it is about.
    #[must_use]
    pub fn at(&self) -> &Pointer {
        &self.at
    }

    /// Adds what to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a related node with a label.
    pub fn related(&mut self, at: &Pointer, label: impl Into<String>) -> &mut Self {
        self.related.push((at.clone(), label.into()));
        self
    }

    /// Sets the location in the text, where that is more exact than that of the node.
    pub fn location(&mut self, location: Location) -> &mut Self {
        self.location = Some(location);
        self
    }
}

/// Everything that was found wrong in one run.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Creates an empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds something without which no code can be made.
    pub fn error(&mut self, code: Code, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Error, code, at, message.into())
    }

    /// Adds something that is left out of the code.
    pub fn warning(&mut self, code: Code, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Warning, code, at, message.into())
    }

    /// Adds an unsupported part: an error in strict mode, an omission with a warning in lenient mode.
    pub fn unsupported(
        &mut self,
        mode: Mode,
        omission: Omission,
        code: Code,
        at: &Pointer,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let diagnostic = self.push(Severity::of(mode), code, at, message.into());
        diagnostic.omission = (mode == Mode::Lenient).then_some(omission);
        diagnostic
    }

    /// Adds something of either severity.
    pub fn push(&mut self, severity: Severity, code: Code, at: &Pointer, message: String) -> &mut Diagnostic {
        let diagnostic = Diagnostic {
            severity,
            code,
            omission: None,
            message,
            at: at.clone(),
            location: None,
            related: Vec::new(),
            help: None,
        };
        self.0.push(diagnostic);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Adds what another collector has found.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Returns the errors.
    #[must_use]
    pub fn errors(mut self) -> Self {
        self.0.retain(|diagnostic| diagnostic.severity == Severity::Error);
        self
    }

    /// Turns errors into warnings.
    pub(crate) fn into_warnings(mut self) -> Self {
        self.0.iter_mut().for_each(|diagnostic| diagnostic.severity = Severity::Warning);
        self
    }

    /// Returns whether no code can be made.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns everything in the order it was found; what was found twice is there twice, but printed once.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_each() {
        let words: Vec<_> = Code::ALL.iter().map(|(code, _)| code.as_str()).collect();
        let mut distinct = words.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(words.len(), distinct.len());
    }
}
