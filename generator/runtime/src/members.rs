//! A look at the members of a JSON object whose shape is not known: the bodies of failures and of token answers.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

/// The members of one JSON object, in order; of a body that is cut off, those that came whole.
pub(crate) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Reads what can be read. A body that is no object has no members.
    pub(crate) fn read(body: &[u8]) -> Self {
        Self::read_text(&String::from_utf8_lossy(body))
    }

    fn read_text(text: &str) -> Self {
        let mut members = Vec::new();
        let mut reader = serde_json::Deserializer::from_str(text);
        // An error ends the reading; what was read by then counts.
        let _ = serde::de::DeserializeSeed::deserialize(Collect(&mut members), &mut reader);
        Self(members)
    }

    /// The value of a member as JSON text; the last one, should the name occur twice.
    fn raw(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(known, _)| known == name)?;
        Some(value.get())
    }

    /// The value of a member that is a string, or a number by its own text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok(),
            b'-' | b'0'..=b'9' => Some(raw.to_owned()),
            _ => None,
        }
    }

    /// The value of a member that is `true` or `false`, also as a string.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.raw(name)?.trim_matches('"') {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The objects in a member that is a list.
    pub(crate) fn objects(&self, name: &str) -> Vec<Self> {
        let raw = self.raw(name).unwrap_or_default();
        let elements: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
        elements.iter().map(|element| Self::read_text(element.get())).collect()
    }
}

/// Collects members into a list that outlives a failure further on.
struct Collect<'a>(&'a mut Vec<(String, Box<RawValue>)>);

impl<'de> serde::de::DeserializeSeed<'de> for Collect<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Collect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            self.0.push((name.into_owned(), map.next_value()?));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn numbers_keep_their_text() {
        let members =
            Members::read(br#" {"a": 53000030, "b": "x\"y", "c": 12345678901234567890123, "d": null, "e": 1.50} "#);
        assert_eq!(members.text("a").as_deref(), Some("53000030"));
        assert_eq!(members.text("b").as_deref(), Some("x\"y"));
        assert_eq!(members.text("c").as_deref(), Some("12345678901234567890123"));
        assert_eq!(members.text("d"), None);
        assert_eq!(members.text("e").as_deref(), Some("1.50"));
        assert_eq!(members.text("f"), None);
    }

    #[test]
    fn a_body_that_is_cut_off_keeps_what_came_whole() {
        let members = Members::read(br#"{"success": false, "reasons": [{"code": 1}], "processId": "12"#);
        assert_eq!(members.boolean("success"), Some(false));
        assert_eq!(members.objects("reasons")[0].text("code").as_deref(), Some("1"));
        assert_eq!(members.text("processId"), None);
    }

    #[test]
    fn anything_else_has_no_members() {
        for body in [&b""[..], b"[1]", b"<html>", b"\xff\xfe", b"null", b"{\"a\""] {
            assert!(Members::read(body).0.is_empty());
        }
    }
}
