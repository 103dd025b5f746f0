//! Characters that a service does not take: those of more bytes in UTF-8 than it stores.

use super::json_reader::{JsonReader, Kind, ReadError};
use super::path::Path;
use super::union::each_sent_member;
use super::value::{Node, Value};
use super::violations::Violations;

/// Returns whether JSON text may have a character of more bytes: by a byte that begins one, or by a backslash, behind which may be
/// any character.
pub(crate) fn may_be_wide(json: &[u8], most: usize) -> bool {
    let first = match most {
        0 | 1 => 0x80,
        2 => 0xe0,
        3 => 0xf0,
        _ => return false,
    };
    // No short circuit, so that many bytes are looked at at once.
    json.iter().fold(false, |found, byte| found | (*byte >= first) | (*byte == b'\\'))
}

/// Lists the texts of a value that have a character of more bytes, and the members whose names do.
pub(crate) fn wide_characters(value: &dyn Value, most: usize) -> Violations {
    let mut walk = Walk { most, violations: Violations::new() };
    walk.node(&value.node(), &Path::DOCUMENT);
    walk.violations
}

struct Walk {
    most: usize,
    violations: Violations,
}

impl Walk {
    fn node(&mut self, node: &Node<'_>, path: &Path<'_>) {
        match node {
            Node::Text(text) => self.text(text, path),
            Node::Secret(text) | Node::Enum { text, json: false, .. } => self.text(text, path),
            Node::Enum { text, json: true, .. } => self.json(text, path),
            Node::Json(json) | Node::Unknown { json, .. } => self.json(json.text(), path),
            Node::List(list) => {
                for (index, item) in list.items().enumerate() {
                    self.node(&item.node(), &Path::Index(path, index));
                }
            }
            Node::Map(map) => {
                for (name, value) in map.entries() {
                    self.member(name, path);
                    self.node(&value.node(), &Path::Member(path, name));
                }
            }
            Node::Object(_) | Node::Union(_) => each_sent_member(node, &mut |name, node| {
                self.member(name, path);
                self.node(node, &Path::Member(path, name));
            }),
            Node::Absent | Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Decimal(_) | Node::Bytes(..) => {}
            // Its name is no text of the document, its content is anything.
            Node::File(_) => {}
        }
    }

    fn text(&mut self, text: &str, path: &Path<'_>) {
        if let Some(bytes) = widest(text).filter(|bytes| *bytes > self.most) {
            let most = self.most;
            self.violations
                .push(path, format!("has a character of {bytes} bytes in UTF-8, at most {most} are allowed"));
        }
    }

    fn member(&mut self, name: &str, path: &Path<'_>) {
        if let Some(bytes) = widest(name).filter(|bytes| *bytes > self.most) {
            let message =
                format!("has a name with a character of {bytes} bytes in UTF-8, at most {} are allowed", self.most);
            self.violations.push(Path::Member(path, name), message);
        }
    }

    /// Looks through JSON of the caller's, in which a character may be escaped.
    fn json(&mut self, text: &str, path: &Path<'_>) {
        // It was checked when the value was made.
        let _ = self.any(&mut JsonReader::new(text), path);
    }

    fn any(&mut self, reader: &mut JsonReader<'_>, path: &Path<'_>) -> Result<(), ReadError> {
        match reader.kind()? {
            Kind::Text => {
                let text = reader.str()?;
                self.text(&text, path);
                Ok(())
            }
            Kind::List => reader.list(&mut |index, reader| self.any(reader, &Path::Index(path, index))),
            Kind::Object => reader.members(|name, reader| {
                self.member(&name, path);
                self.any(reader, &Path::Member(path, &name))
            }),
            Kind::Null | Kind::Bool | Kind::Number => reader.skip().map(drop),
        }
    }
}

fn widest(text: &str) -> Option<usize> {
    text.chars().map(char::len_utf8).max()
}

#[cfg(test)]
mod tests {
    use super::super::decimal::Decimal;
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::super::json::Json;
    use super::super::tests::models::{Parcel, ParcelRequest};
    use super::{may_be_wide, wide_characters};

    fn shown(value: &dyn super::Value, most: usize) -> Vec<String> {
        let found: Vec<_> = wide_characters(value, most).iter().map(ToString::to_string).collect();
        // What looks quickly must not pass over what is found.
        assert!(found.is_empty() || may_be_wide(&encode(value), most));
        found
    }

    #[test]
    fn long_characters_are_found_wherever_they_stand() {
        let request = ParcelRequest::new(Decimal::new(1, 0), "A1");
        let flaw = "has a character of 4 bytes in UTF-8, at most 3 are allowed";
        assert_eq!(shown(&request.clone().note("Grüße, 你好 €"), 3), [""; 0]);
        assert_eq!(shown(&request.clone().note("thanks 😀"), 3), [format!("$.note {flaw}")]);
        assert_eq!(shown(&request.clone().labels([("a", "𝒳")]), 3), [format!("$.labels.a {flaw}")]);
        let name = "$.labels[\"😀\"] has a name with a character of 4 bytes in UTF-8, at most 3 are allowed";
        assert_eq!(shown(&request.clone().labels([("😀", "a")]), 3), [name]);
        assert_eq!(
            shown(&request.clone().note("€"), 2),
            ["$.note has a character of 3 bytes in UTF-8, at most 2 are allowed"]
        );
        assert_eq!(shown(&request.note("é"), 1), ["$.note has a character of 2 bytes in UTF-8, at most 1 are allowed"]);
    }

    #[test]
    fn escaped_characters_are_found_in_json_of_the_caller() {
        let flaw = "has a character of 4 bytes in UTF-8, at most 3 are allowed";
        let escaped = Json::parse(r#"{"a":[1,"\ud83d\ude00"]}"#).unwrap();
        assert_eq!(shown(&escaped, 3), [format!("$.a[1] {flaw}")]);
        let parcel: Parcel = decode(r#"{"id":"p","x":["😀","\u20ac"]}"#.as_bytes()).unwrap();
        assert_eq!(shown(&parcel, 3), [format!("$.x[0] {flaw}")]);
    }

    #[test]
    fn plain_text_is_not_looked_at_twice() {
        for (text, most, expected) in [
            ("plain", 1, false),
            ("é", 1, true),
            ("é", 2, false),
            ("€", 2, true),
            ("€", 3, false),
            ("😀", 3, true),
            ("😀", 4, false),
            ("a\\n", 3, true),
        ] {
            assert_eq!(may_be_wide(text.as_bytes(), most), expected, "{text}");
        }
    }
}
