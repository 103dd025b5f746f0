//! What a document says of the API as a whole, as far as a crate can say it of itself.

use super::Value;

/// The member `info` of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info {
    /// The name of the API.
    pub title: Option<String>,
    /// The version of the document.
    pub version: Option<String>,
    /// One sentence about the API, which OpenAPI 3.1 has.
    pub summary: Option<String>,
    /// What the API is, in Markdown.
    pub description: Option<String>,
    /// The name of the license of the API.
    pub license: Option<String>,
    /// That license as an SPDX expression, which OpenAPI 3.1 has.
    pub license_identifier: Option<String>,
}

impl Info {
    /// Returns what the root of a document says.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let info = document.get("info");
        let text = |value: Option<&Value>| {
            let text = value.and_then(|value| value.as_text().map(str::to_owned).or_else(|| number(value)));
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let member = |key: &str| text(info.and_then(|info| info.get(key)));
        let license = info.and_then(|info| info.get("license"));
        Self {
            title: member("title"),
            version: member("version"),
            summary: member("summary"),
            description: member("description"),
            license: text(license.and_then(|license| license.get("name"))),
            license_identifier: text(license.and_then(|license| license.get("identifier"))),
        }
    }
}

/// Returns the digits of a number: a version without quotes, such as `1.0`, is one in YAML.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(digits) => Some(digits.to_string()),
        _ => None,
    }
}
