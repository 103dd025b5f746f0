//! How failures are told apart: where codes and messages stand in a body, and what they mean.

/// Where codes and messages stand in the body of a failure, and what they mean.
#[derive(Clone, Copy, Debug)]
pub struct FailureFormat {
    /// The member that is `false` when the call failed, whatever the status.
    pub success_flag: Option<&'static str>,
    /// The list of reasons.
    pub reasons: Option<Reasons>,
    /// The member of a body that carries a sentence and nothing else.
    pub message: Option<&'static str>,
    /// A body that has a code and a message, and no reasons.
    pub plain: Option<PlainFailure>,
    /// The member with the server's id of the process.
    pub process_id: Option<&'static str>,
    /// The member with the server's id of the request.
    pub request_id: Option<&'static str>,
    /// How many digits a reason code has that ends in a category.
    pub code_digits: usize,
    /// What the last two digits of such a code mean.
    pub categories: &'static [Code],
    /// A single result code beside the reasons, in the bodies of operations that [have one](crate::codegen::Operation::result_codes).
    pub result_codes: Option<ResultCodes>,
}

/// The list of reasons in the body of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Reasons {
    /// The member that holds the list.
    pub member: &'static str,
    /// The member of an element that holds its code.
    pub code: &'static str,
    /// The member of an element that holds its message.
    pub message: &'static str,
}

/// The body of a failure that has a code and a message of its own, in place of reasons.
#[derive(Clone, Copy, Debug)]
pub struct PlainFailure {
    /// The member that holds the code.
    pub code: &'static str,
    /// The member that holds the message.
    pub message: &'static str,
    /// The statuses with which such a body is documented.
    pub statuses: &'static [u16],
}

/// A result code that stands by itself in a body, matched exactly.
#[derive(Clone, Copy, Debug)]
pub struct ResultCodes {
    /// The member that holds the code.
    pub member: &'static str,
    /// The member that holds the message that belongs to it.
    pub message: Option<&'static str>,
    /// The codes of failures and what they mean.
    pub codes: &'static [Code],
}

/// A code of a failure, and what it says about the call.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The code as text.
    pub code: &'static str,
    /// What it means, as messages use it: lower case, no full stop.
    pub meaning: &'static str,
    /// What it says about the call.
    pub class: CodeClass,
    /// The code is also sent alone, without the digits that commonly stand in front of it.
    pub bare: bool,
}

/// What a code says about the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeClass {
    /// The service looked at the call, and did not act: the same call would be refused again.
    Refused,
    /// As [`Refused`](Self::Refused), by the bank or the gateway.
    Declined,
    /// The service may have acted.
    Open,
    /// Another request holds what the call needs; that may be an earlier request of the same call.
    Locked,
    /// The service turned the call away before it looked at it.
    Denied,
    /// As [`Denied`](Self::Denied): the access token is not valid.
    Unauthorized,
    /// As [`Denied`](Self::Denied): there are too many requests, and waiting helps.
    TooMany,
}

impl FailureFormat {
    /// A service that says nothing about its failures: the status alone decides.
    pub const NONE: Self = Self {
        success_flag: None,
        reasons: None,
        message: None,
        plain: None,
        process_id: None,
        request_id: None,
        code_digits: 0,
        categories: &[],
        result_codes: None,
    };
}

impl ResultCodes {
    pub(crate) fn find(&self, code: &str) -> Option<&'static Code> {
        self.codes.iter().find(|known| known.code == code)
    }
}

impl Code {
    /// Creates a code with its meaning and its class.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str, class: CodeClass) -> Self {
        Self { code, meaning, class, bare: false }
    }

    /// Marks a code that is also sent alone, without the digits that usually precede it.
    #[must_use]
    pub const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}
