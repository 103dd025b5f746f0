//! Parses JSON.

use std::sync::Arc;

use jiter::{Jiter, JiterError, Peek};

use super::text_error::{KeyInterner, TextError};
use crate::diagnostics::Diagnostics;
use crate::document::{MAX_DEPTH, Members, NodePath, Pointer, Value};
use crate::mode::Mode;
use crate::source::locations;

/// The text is not JSON; it may be YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotJson;

impl From<JiterError> for NotJson {
    fn from(_: JiterError) -> Self {
        Self
    }
}

/// A text that is JSON.
#[derive(Debug)]
pub(super) struct Read {
    /// `None` after an error.
    pub(super) value: Option<Value>,
    pub(super) found: Diagnostics,
}

pub(super) fn parse(text: &str, root: &Pointer, mode: Mode) -> Result<Read, NotJson> {
    let json = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        json: Jiter::new(json.as_bytes()),
        text: json,
        keys: KeyInterner::default(),
        duplicates: Vec::new(),
        too_deep: None,
    };
    let read = reader.json.peek().map_err(Stop::from).and_then(|peek| reader.value(peek, &NodePath::Start(root), 0));
    let mut value = match read {
        Ok(value) => {
            reader.json.finish()?;
            Some(value)
        }
        Err(Stop::NotJson) => return Err(NotJson),
        Err(Stop::TooDeep) => None,
    };
    let mut found = Diagnostics::new();
    let skipped = text.len() - json.len();
    let offsets: Vec<_> =
        reader.duplicates.iter().map(|duplicate| duplicate.offset + skipped).chain(reader.too_deep).collect();
    let mut locations = locations(text, &offsets).into_iter();
    for (duplicate, location) in reader.duplicates.iter().zip(&mut locations) {
        TextError::DuplicateKey(&duplicate.key).report(&duplicate.at, Some(location), mode, &mut found);
    }
    if reader.too_deep.is_some() {
        TextError::TooDeep.report(root, locations.next(), mode, &mut found);
    }
    value.take_if(|_| found.has_errors());
    Ok(Read { value, found })
}

/// A key that its mapping has already.
struct DuplicateKey {
    key: Arc<str>,
    at: Pointer,
    offset: usize,
}

/// Why a reading ends early.
enum Stop {
    NotJson,
    TooDeep,
}

impl From<JiterError> for Stop {
    fn from(_: JiterError) -> Self {
        Self::NotJson
    }
}

struct Reader<'j> {
    json: Jiter<'j>,
    text: &'j str,
    keys: KeyInterner,
    duplicates: Vec<DuplicateKey>,
    /// Where the document is nested too deep.
    too_deep: Option<usize>,
}

impl Reader<'_> {
    fn value(&mut self, peek: Peek, node_path: &NodePath<'_>, depth: usize) -> Result<Value, Stop> {
        Ok(match peek {
            Peek::Null => {
                self.json.known_null()?;
                Value::Null
            }
            Peek::True | Peek::False => Value::Bool(self.json.known_bool(peek)?),
            Peek::String => Value::Text(self.json.known_str()?.to_owned()),
            Peek::Array | Peek::Object if depth == MAX_DEPTH => {
                self.too_deep = Some(self.json.current_index());
                return Err(Stop::TooDeep);
            }
            Peek::Array => Value::List(self.list(node_path, depth)?),
            Peek::Object => Value::Object(self.object(node_path, depth)?),
            _ => {
                let digits = std::str::from_utf8(self.json.known_number_bytes(peek)?).map_err(|_| Stop::NotJson)?;
                Value::Number(digits.to_owned())
            }
        })
    }

    fn list(&mut self, node_path: &NodePath<'_>, depth: usize) -> Result<Vec<Value>, Stop> {
        let mut elements = Vec::new();
        let mut next = self.json.known_array()?;
        while let Some(peek) = next {
            elements.push(self.value(peek, &NodePath::Element(node_path, elements.len()), depth + 1)?);
            next = self.json.array_step()?;
        }
        elements.shrink_to_fit();
        Ok(elements)
    }

    fn object(&mut self, node_path: &NodePath<'_>, depth: usize) -> Result<Members, Stop> {
        let mut members = Members::new();
        let mut before = self.json.current_index();
        let mut next = self.json.known_object()?.map(|key| self.keys.share(key));
        while let Some(key) = next {
            if members.contains_key(&key) {
                let gap = self.text.as_bytes()[before..].iter().take_while(|byte| **byte != b'"').count();
                self.duplicates.push(DuplicateKey {
                    key: key.clone(),
                    at: node_path.pointer().join(&key),
                    offset: before + gap,
                });
            }
            let peek = self.json.peek()?;
            let value = self.value(peek, &NodePath::Member(node_path, &key), depth + 1)?;
            members.insert(key, value);
            before = self.json.current_index();
            next = self.json.next_key()?.map(|key| self.keys.share(key));
        }
        members.shrink();
        Ok(members)
    }
}
