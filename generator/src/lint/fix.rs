//! Applies edits to a document's text, one scalar each.

use crate::document::{Pointer, Value, files};
use crate::read::tree;
use crate::source::{Location, Source, locations};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use saphyr_parser::ScalarStyle;

use super::findings::{Edit, Fix};
use super::rules::Rule;
use super::scalars::{Scalar, is_json, scan};

/// A text with its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text; all but the edited scalars is as it was, byte for byte.
    pub text: String,
    /// What was done, in the order of the text.
    pub done: Vec<AppliedFix>,
}

/// One edit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFix {
    /// Where the scalar stood.
    pub place: Location,
    /// The rule that asked for it.
    pub rule: Rule,
    /// The scalar as it was.
    pub before: String,
    /// The scalar as it is.
    pub after: String,
}

/// An error: the edits would change more of the document than their scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the edits would change more than the scalars in question, so none is made: make them by hand")
    }
}

impl std::error::Error for Refused {}

/// Makes the edits that can be made in the document's own text; those in files that it refers to are left.
///
/// The text is read again afterwards: but for the scalars in question it says the same.
///
/// # Errors
///
/// When it does not; then nothing is edited.
pub fn fix(source: &Source, fixes: &[Fix]) -> Result<Fixed, Refused> {
    let own = fixes.iter().filter(|fix| files::file_of(&fix.at).0.is_none());
    let wanted: HashMap<(&Pointer, bool), &Fix> = own.map(|fix| ((&fix.at, fix.edit == Edit::QuoteKey), fix)).collect();
    if wanted.is_empty() {
        return Ok(Fixed { text: source.text().to_owned(), done: Vec::new() });
    }
    let quote = if is_json(source.text()) { '"' } else { '\'' };
    let mut changes: Vec<Change> = Vec::new();
    scan(source.text(), &mut |scalar| {
        let fix = wanted.get(&(&scalar.at, scalar.is_key));
        changes.extend(fix.and_then(|fix| Change::of(fix, &scalar, quote)));
    });
    let text = apply(source.text(), &changes);
    let mut expected = tree(source.text()).ok_or(Refused)?;
    changes.iter().filter_map(|change| change.becomes.as_ref()).for_each(|(at, value)| {
        if let Some(node) = expected.at_mut(at) {
            *node = value.clone();
        }
    });
    if tree(&text).is_none_or(|found| found != expected) {
        return Err(Refused);
    }
    let offsets: Vec<_> = changes.iter().map(|change| change.range.start).collect();
    let locations = locations(source.text(), &offsets);
    let done = changes.into_iter().zip(locations).map(|(change, place)| AppliedFix {
        place,
        rule: change.rule,
        before: source.text()[change.range].to_owned(),
        after: change.after,
    });
    Ok(Fixed { text, done: done.collect() })
}

/// The edit of one scalar.
struct Change {
    rule: Rule,
    range: Range<usize>,
    after: String,
    /// What the tree has afterwards; keys are text before and after.
    becomes: Option<(Pointer, Value)>,
}

impl Change {
    /// Returns the edit of a scalar; `None` if it cannot be edited.
    fn of(fix: &Fix, scalar: &Scalar<'_>, quote: char) -> Option<Self> {
        let (after, text) = match &fix.edit {
            Edit::QuoteValue | Edit::QuoteKey if scalar.style == ScalarStyle::Plain => {
                (format!("{quote}{}{quote}", scalar.text), scalar.text.as_ref())
            }
            Edit::Text(text) => (spelt(text, scalar.style)?, text.as_str()),
            Edit::QuoteValue | Edit::QuoteKey => return None,
        };
        let becomes = (fix.edit != Edit::QuoteKey).then(|| (fix.at.clone(), Value::from(text)));
        Some(Self { rule: fix.rule, range: scalar.range.clone(), after, becomes })
    }
}

/// Returns a text in the style of the scalar that it replaces.
fn spelt(text: &str, style: ScalarStyle) -> Option<String> {
    match style {
        ScalarStyle::Plain => Some(text.to_owned()),
        ScalarStyle::SingleQuoted => Some(format!("'{}'", text.replace('\'', "''"))),
        ScalarStyle::DoubleQuoted => serde_json::to_string(text).ok(),
        ScalarStyle::Literal | ScalarStyle::Folded => None,
    }
}

/// Returns the text with all changes, which are in its order.
fn apply(text: &str, changes: &[Change]) -> String {
    let mut edited = String::with_capacity(text.len() + 2 * changes.len());
    let mut end = 0;
    for Change { range, after, .. } in changes {
        edited.push_str(&text[end..range.start]);
        edited.push_str(after);
        end = range.end;
    }
    edited + &text[end..]
}
