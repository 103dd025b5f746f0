//! Amounts: the text of the number, and its value.

use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An amount with the exact text it was sent with. Never a binary fraction.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Box<RawValue>")]
pub(crate) struct Amount {
    text: String,
    value: Decimal,
}

impl Amount {
    pub(crate) fn is_negative(&self) -> bool {
        self.value() < Decimal::ZERO
    }

    /// Reads the text of a JSON number.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let plain = Decimal::from_str_exact(text);
        let value = plain.or_else(|_| Decimal::from_scientific(text));
        let value = value.map_err(|_| "is not a decimal number of up to 28 digits".to_owned())?;
        let text = text.to_owned();
        Ok(Self { text, value })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn value(&self) -> Decimal {
        self.value
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        let text = value.to_string();
        Self { text, value }
    }
}

impl TryFrom<Box<RawValue>> for Amount {
    type Error = String;

    fn try_from(raw: Box<RawValue>) -> Result<Self, String> {
        Self::parse(raw.get())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_text() {
        let amounts: Vec<Amount> = serde_json::from_str("[10.10, 1e2, 44.1, 0.1]").unwrap();
        let texts: Vec<&str> = amounts.iter().map(Amount::text).collect();
        assert_eq!(texts, ["10.10", "1e2", "44.1", "0.1"]);
        assert_eq!(amounts[1].value(), Decimal::from(100));
    }

    #[test]
    fn never_rounds() {
        assert!(Amount::parse("0.12345678901234567890123456789012").is_err());
        assert!(Amount::parse("\"1\"").is_err());
        assert!(Amount::parse("null").is_err());
    }
}
