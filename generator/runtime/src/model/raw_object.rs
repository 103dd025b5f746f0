//! A shallow view of a JSON object of unknown schema: the bodies of failures and of token responses.

use std::borrow::Cow;

use super::json_reader::JsonReader;

/// About as many members as large responses have.
const MANY: usize = 48;

/// The members of one JSON object, in order, with the text of their values; of a body that is cut off, those that came whole.
pub(crate) struct RawObject<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
    whole: bool,
}

impl<'a> RawObject<'a> {
    /// Reads what can be read. A text that is no object has no members.
    pub(crate) fn read(text: &'a str) -> Self {
        Self::read_into(Vec::with_capacity(MANY), text)
    }

    fn read_into(mut members: Vec<(Cow<'a, str>, &'a str)>, text: &'a str) -> Self {
        let mut reader = JsonReader::document(text);
        // An error ends the reading; what was read by then counts.
        let read = reader.members(|name, reader| {
            members.push((name, reader.skip()?));
            Ok(())
        });
        let whole = read.and_then(|()| reader.finish()).is_ok();
        Self { members, whole }
    }

    /// Returns whether the text is a complete object.
    pub(crate) fn is_complete_object(&self) -> bool {
        self.whole
    }

    /// Returns whether there is a member of this name, null included.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Returns whether a member has this name but for the case of its letters.
    pub(crate) fn has_misspelt(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known.eq_ignore_ascii_case(name) && known != name)
    }

    /// Returns whether two members have the same name.
    pub(crate) fn has_duplicate_members(&self) -> bool {
        let mut names: Vec<&str> = self.members.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Returns whether all members have one of these names.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        self.members.iter().all(|(known, _)| names.contains(&&**known))
    }

    /// Returns the value of a member that occurs once and is `true` or `false`.
    pub(crate) fn single_boolean(&self, name: &str) -> Option<bool> {
        match self.raw(name).filter(|_| self.is_single(name))? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Returns whether there is a member of this name in any spelling of its letters.
    pub(crate) fn has_in_any_case(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Returns whether a member of this name, in any spelling of its letters, is a scalar that is not `true`.
    pub(crate) fn denies(&self, name: &str) -> bool {
        let is_denial = |value: &str| {
            let text = value.trim_matches('"');
            !value.starts_with(['[', '{']) && !["null", "true", "1"].iter().any(|word| text.eq_ignore_ascii_case(word))
        };
        self.members.iter().any(|(known, value)| known.eq_ignore_ascii_case(name) && is_denial(value))
    }

    /// Does the same as [`text`](Self::text) for a member that occurs once.
    pub(crate) fn single_text(&self, name: &str) -> Option<String> {
        if self.is_single(name) { self.text(name) } else { None }
    }

    fn is_single(&self, name: &str) -> bool {
        self.members.iter().filter(|(known, _)| known == name).count() == 1
    }

    /// Returns the value of a member as JSON text; the last one, should the name occur twice.
    fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.members.iter().rev().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// Returns the value of a member that is a string, or a number by its own text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        match raw.as_bytes().first()? {
            b'"' => JsonReader::new(raw).str().ok().map(Cow::into_owned),
            b'-' | b'0'..=b'9' => Some(raw.to_owned()),
            _ => None,
        }
    }

    /// Returns the value of a member that is `true` or `false`, also as a string.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.raw(name)?.trim_matches('"') {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Does the same as [`elements`](Self::elements) for a member that occurs once.
    pub(crate) fn single_elements(&self, name: &str, most: usize, element: impl FnMut(Self)) -> Option<usize> {
        if self.is_single(name) { self.elements(name, most, element) } else { None }
    }

    /// Passes the first `most` elements of a member that is a list, each as what it has of an object, and returns how many the
    /// list has in all. `None` for a member that is no list.
    ///
    /// One element is held at a time, since a small body can have very many.
    pub(crate) fn elements(&self, name: &str, most: usize, mut element: impl FnMut(Self)) -> Option<usize> {
        let mut reader = JsonReader::new(self.raw(name)?);
        let mut count = 0;
        let whole = reader.list(&mut |index, reader| {
            let text = reader.skip()?;
            if index < most {
                element(Self::read_into(Vec::new(), text));
            }
            count = index + 1;
            Ok(())
        });
        whole.is_ok().then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::RawObject;

    #[test]
    fn numbers_keep_their_text() {
        let members =
            RawObject::read(r#" {"a": 53000030, "b": "x\"y", "c": 12345678901234567890123, "d": null, "e": 1.50} "#);
        assert_eq!(members.text("a").as_deref(), Some("53000030"));
        assert_eq!(members.text("b").as_deref(), Some("x\"y"));
        assert_eq!(members.text("c").as_deref(), Some("12345678901234567890123"));
        assert_eq!(members.text("d"), None);
        assert_eq!(members.text("e").as_deref(), Some("1.50"));
        assert_eq!(members.text("f"), None);
    }

    #[test]
    fn a_body_that_is_cut_off_keeps_what_came_whole() {
        let members = RawObject::read(r#"{"success": false, "reasons": [{"code": 1}], "processId": "12"#);
        assert_eq!(members.boolean("success"), Some(false));
        let mut codes = Vec::new();
        assert_eq!(members.elements("reasons", 1, |element| codes.push(element.text("code"))), Some(1));
        assert_eq!(codes, [Some("1".to_owned())]);
        assert_eq!(members.text("processId"), None);
    }

    #[test]
    fn elements_beyond_the_most_are_counted() {
        let members = RawObject::read(r#"{"a": [{"b": 1}, 2, {"b": 3}], "c": {}, "d": []}"#);
        let mut seen = Vec::new();
        assert_eq!(members.elements("a", 2, |element| seen.push(element.text("b"))), Some(3));
        assert_eq!(seen, [Some("1".to_owned()), None]);
        assert_eq!(members.elements("c", 2, |_| {}), None);
        assert_eq!(members.elements("d", 2, |_| {}), Some(0));
        assert_eq!(members.elements("e", 2, |_| {}), None);
    }

    #[test]
    fn anything_else_has_no_members() {
        for body in ["", "[1]", "<html>", "\u{fffd}", "null", "{\"a\""] {
            assert!(RawObject::read(body).members.is_empty());
            assert!(!RawObject::read(body).is_complete_object());
        }
    }
}
