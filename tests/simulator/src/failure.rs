//! Failures: categories, codes, and the two styles of their bodies.

use http::StatusCode;

use crate::json::{Object, quoted};
use crate::options::Options;
use crate::simulated_response::SimulatedResponse;

/// The kind of an error: the last two digits of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// 10
    PermissionDenied,
    /// 11
    AuthenticationFailed,
    /// 20
    InvalidValue,
    /// 21
    UnknownField,
    /// 22
    MissingField,
    /// 23
    MissingQueryParameter,
    /// 27
    InvalidQueryParameter,
    /// 30
    BusinessRule,
    /// 40
    NotFound,
    /// 45, which stands for a wrong method, a wrong path and a wrong media type; this one is the method
    UnsupportedMethod,
    /// 45 again: the media type
    UnsupportedType,
    /// 50
    LockContention,
    /// 60
    Internal,
    /// 61
    Temporary,
    /// 70
    TooManyRequests,
    /// 90
    MalformedJson,
    /// 99
    ExternalSystem,
}

impl Category {
    /// All of them; of the two that share their digits, the first is the one the digits stand for.
    pub(crate) const ALL: &[Self] = &[
        Self::PermissionDenied,
        Self::AuthenticationFailed,
        Self::InvalidValue,
        Self::UnknownField,
        Self::MissingField,
        Self::MissingQueryParameter,
        Self::InvalidQueryParameter,
        Self::BusinessRule,
        Self::NotFound,
        Self::UnsupportedMethod,
        Self::UnsupportedType,
        Self::LockContention,
        Self::Internal,
        Self::Temporary,
        Self::TooManyRequests,
        Self::MalformedJson,
        Self::ExternalSystem,
    ];

    /// Returns the two digits.
    pub fn digits(self) -> u32 {
        match self {
            Self::PermissionDenied => 10,
            Self::AuthenticationFailed => 11,
            Self::InvalidValue => 20,
            Self::UnknownField => 21,
            Self::MissingField => 22,
            Self::MissingQueryParameter => 23,
            Self::InvalidQueryParameter => 27,
            Self::BusinessRule => 30,
            Self::NotFound => 40,
            Self::UnsupportedMethod | Self::UnsupportedType => 45,
            Self::LockContention => 50,
            Self::Internal => 60,
            Self::Temporary => 61,
            Self::TooManyRequests => 70,
            Self::MalformedJson => 90,
            Self::ExternalSystem => 99,
        }
    }

    /// Returns the status that goes with it from version 2024-05-20 on.
    pub fn status(self) -> StatusCode {
        match self {
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::AuthenticationFailed => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::UnsupportedMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::LockContention => StatusCode::CONFLICT,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal | Self::Temporary | Self::ExternalSystem => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Creates the category of two digits; `None` when the table has no such line.
    pub fn from_digits(digits: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|category| category.digits() == digits)
    }
}

/// How error codes and result codes are spelled: sources show both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSpelling {
    /// `"53000020"`, as the schemas declare
    Text,
    /// `53000020`, as guides and captures show
    Number,
}

impl CodeSpelling {
    /// Returns the code as JSON.
    pub(crate) fn json(self, code: i64) -> String {
        match self {
            Self::Text => format!("\"{code}\""),
            Self::Number => code.to_string(),
        }
    }
}

/// The six digits in front of a category when no object is known.
pub(crate) const UNKNOWN_RESOURCE: u32 = 500_000;

/// How a failure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// 200 with `success: false`, before version 2024-05-20.
    Body,
    /// The status of the category.
    Statuses,
}

/// A minor version of the API, in either of its notations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// `341.0`: the older notation, and all older versions.
    Number(u32),
    /// `2025-08-12`, as the number 20250812.
    Date(u32),
}

impl Version {
    /// Reads a version; `None` when it has neither notation.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| plain)
        };
        let dashes = text.len() == 10 && text.match_indices('-').map(|(at, _)| at).eq([4, 7]);
        if dashes {
            return digits(&text.replace('-', "")).map(Self::Date);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        digits(fraction)?;
        digits(whole).map(Self::Number)
    }

    pub(crate) fn style(self) -> Style {
        if self >= Self::Date(20_240_520) { Style::Statuses } else { Style::Body }
    }
}

/// One reason of a failure.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    message: String,
}

/// What a reason's code is made of.
#[derive(Clone, Copy, Debug)]
enum Code {
    /// The digits of the resource and of this category.
    Of(Category),
    /// This text, whatever it means. Its failure is told as one of the request: 400.
    Literal(&'static str),
}

impl Problem {
    pub(crate) fn new(category: Category, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: Code::Of(category), message }
    }

    /// Creates a reason with a code that goes by no category.
    pub(crate) fn literal(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: Code::Literal(code), message }
    }

    fn status(&self) -> StatusCode {
        match self.code {
            Code::Of(category) => category.status(),
            Code::Literal(_) => StatusCode::BAD_REQUEST,
        }
    }

    fn told(&self, codes: CodeSpelling, resource: u32) -> Object {
        let code = match self.code {
            Code::Of(category) => codes.json(i64::from(resource * 100 + category.digits())),
            Code::Literal(text) => text.parse().map_or_else(|_| quoted(text), |number| codes.json(number)),
        };
        reason(&code, &self.message)
    }
}

/// Why a call was refused. The first problem decides the status.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    problems: Vec<Problem>,
}

impl Refusal {
    pub(crate) fn new(category: Category, message: impl Into<String>) -> Self {
        let problems = vec![Problem::new(category, message)];
        Self { problems }
    }

    /// Creates a failure with each of these codes.
    pub(crate) fn with_codes(codes: &[&'static str], message: &str) -> Self {
        let problems = codes.iter().map(|code| Problem::literal(code, message)).collect();
        Self { problems }
    }

    /// Returns an error that lists the problems, if there are any.
    pub(crate) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }

    /// Returns it as `{code, message}`, where the code is the status.
    pub(crate) fn plain_response(&self, status: StatusCode) -> SimulatedResponse {
        let messages: Vec<_> = self.problems.iter().map(|problem| &*problem.message).collect();
        let body = Object::new().json("code", status.as_str()).text("message", &messages.join("; "));
        SimulatedResponse::json(status, &body)
    }

    /// Returns the response that tells it; `resource` is the six digits in front of each category.
    pub(crate) fn response(&self, style: Style, options: &Options, resource: u32) -> SimulatedResponse {
        let reasons: Vec<Object> = self.problems.iter().map(|problem| problem.told(options.codes, resource)).collect();
        let status = self.problems.first().map_or(StatusCode::INTERNAL_SERVER_ERROR, Problem::status);
        let common =
            || Object::new().flag("success", false).text("processId", &options.ids.process()).list("reasons", &reasons);
        match style {
            Style::Body => SimulatedResponse::json(StatusCode::OK, &common()),
            Style::Statuses if status.is_server_error() => {
                SimulatedResponse::json(status, &Object::new().list("reasons", &reasons))
            }
            Style::Statuses => SimulatedResponse::json(status, &common().text("requestId", &options.ids.uuid())),
        }
    }
}

/// Returns one member of `reasons`; `code` is JSON.
pub(crate) fn reason(code: &str, message: &str) -> Object {
    Object::new().json("code", code).text("message", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let style = |text| Version::parse(text).map(Version::style);
        for old in ["186.0", "341.0", "2024-05-19", "215"] {
            assert_eq!(style(old), Some(Style::Body), "{old}");
        }
        for new in ["2024-05-20", "2025-08-12"] {
            assert_eq!(style(new), Some(Style::Statuses), "{new}");
        }
        for neither in ["", "latest", "2024/05/20", ".", "-1.0", "2024-5-200"] {
            assert_eq!(style(neither), None, "{neither}");
        }
        assert!(Version::parse("336.0") < Version::parse("337.0"));
    }

    #[test]
    fn categories_round_trip() {
        for digits in [10, 11, 20, 21, 22, 23, 27, 30, 40, 45, 50, 60, 61, 70, 90, 99] {
            assert_eq!(Category::from_digits(digits).unwrap().digits(), digits);
        }
        assert_eq!(Category::from_digits(12), None);
    }
}
