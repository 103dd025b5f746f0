//! Lists of codes that a client can take for a refusal, and that are none.

use serde::Deserialize;

/// The codes of one failure. At least one of them says that the outcome of the call is unknown, or is explained by no
/// document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Codes {
    /// A refusal, then an internal error.
    RefusalAndOpen,
    /// An internal error, then a refusal.
    OpenAndRefusal,
    /// An error of an external system, then a category that no document has.
    OpenAndUnknown,
    /// A refusal, then a category that no document has.
    RefusalAndUnknown,
    /// A refusal, then a word.
    RefusalAndWord,
    /// Two digits of a refusal.
    TwoDigits,
    /// Three digits that end like a refusal.
    ThreeDigits,
    /// Four digits that end like a refusal.
    FourDigits,
    /// Seven digits that end like a refusal.
    SevenDigits,
    /// Nine digits that end like a refusal.
    NineDigits,
}

impl Codes {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::RefusalAndOpen,
        Self::OpenAndRefusal,
        Self::OpenAndUnknown,
        Self::RefusalAndUnknown,
        Self::RefusalAndWord,
        Self::TwoDigits,
        Self::ThreeDigits,
        Self::FourDigits,
        Self::SevenDigits,
        Self::NineDigits,
    ];

    /// Returns the codes as text.
    pub(crate) fn texts(self) -> &'static [&'static str] {
        match self {
            Self::RefusalAndOpen => &["53000020", "53000060"],
            Self::OpenAndRefusal => &["53000060", "53000020"],
            Self::OpenAndUnknown => &["53000099", "53000012"],
            Self::RefusalAndUnknown => &["53000030", "53000012"],
            Self::RefusalAndWord => &["53000020", "SystemError"],
            Self::TwoDigits => &["10"],
            Self::ThreeDigits => &["522"],
            Self::FourDigits => &["2010"],
            Self::SevenDigits => &["5300020"],
            Self::NineDigits => &["530000020"],
        }
    }
}
