//! Where a body describes a failure, and what its codes mean.

/// Where a body describes a failure, and what its codes mean.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Failure {
    /// The member whose `false` means failure at any status.
    pub success: Option<String>,
    /// The list of reasons.
    pub reasons: Option<Reasons>,
    /// The member of a body that only carries a sentence.
    pub message: Option<String>,
    /// A body that has a code and a message in place of reasons.
    pub plain: Option<PlainFailure>,
    /// The member that names the server's process.
    pub process_id: Option<String>,
    /// The member that names the request.
    pub request_id: Option<String>,
    /// How many digits a reason's code has that ends in a category.
    pub code_digits: Option<usize>,
    /// What the last two digits of such a code mean.
    #[serde(default)]
    pub categories: Vec<FailureCode>,
    /// A code beside the reasons.
    pub result: Option<ResultCodes>,
}

/// The list of reasons in a failure's body.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// The member that holds the list.
    pub member: String,
    /// The code's member in an element.
    pub code: String,
    /// The message's member in an element.
    pub message: String,
}

/// A failure's body that has a code and a message of its own.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainFailure {
    /// The member that holds the code.
    pub code: String,
    /// The member that holds the message.
    pub message: String,
    /// The statuses with which such a body is documented.
    pub statuses: Vec<u16>,
}

/// A result code beside the reasons.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultCodes {
    /// The member that holds the code.
    pub member: String,
    /// The member that explains it.
    pub message: Option<String>,
    /// What the codes mean.
    pub codes: Vec<FailureCode>,
}

/// What one code means.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureCode {
    /// The code.
    pub code: String,
    /// In words.
    pub meaning: String,
    /// What it means for the call.
    pub says: CodeClass,
    /// It is also sent alone, without the digits in front of it.
    #[serde(default)]
    pub bare: bool,
}

/// What a code means for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeClass {
    /// The server looked at the call and did not act.
    Refused,
    /// The same, by the payer's bank or a similar third party.
    Declined,
    /// The server may have acted.
    Open,
    /// Another request holds what the call needs, perhaps an earlier one of the same call.
    Locked,
    /// The server turned the call away before it looked at it.
    Denied,
    /// The same, because the access token is not valid.
    Unauthorized,
    /// The same, because there are too many requests.
    TooMany,
}

impl CodeClass {
    /// Returns the word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::Open => "open",
            Self::Locked => "locked",
            Self::Denied => "denied",
            Self::Unauthorized => "unauthorized",
            Self::TooMany => "too-many",
        }
    }
}

/// Whether the server may have acted on a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureOutcome {
    /// It did not.
    Rejected,
    /// It may have.
    Unknown,
}

impl FailureOutcome {
    /// Returns the word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }
}
