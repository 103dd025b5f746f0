//! The error of reading a single value from text.

use std::borrow::Cow;
use std::fmt;

/// A text that is not a value of the type it was parsed as.
///
/// The message says what was expected, and does not repeat the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Cow<'static, str>);

impl ParseError {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

/// Returns the value with this name among all values of a closed set; the error lists the names.
///
/// # Errors
///
/// When no value has the name.
pub fn parse_name<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, ParseError> {
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|value| name(*value)).collect();
        ParseError::new(format!("not one of {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_values_or_to_the_list_of_names() {
        let name = |value| if value { "on" } else { "off" };
        assert_eq!(parse_name("off", &[true, false], name), Ok(false));
        assert_eq!(parse_name("canary", &[true, false], name).unwrap_err().to_string(), "not one of on, off");
    }
}
