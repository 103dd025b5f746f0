//! The stability policy as `docs/stability.md` shows it, read back.

use std::collections::BTreeMap;
use std::fs;

use sdk_generator::compare::{Change, Direction, Effect, Part, Verdict, table};
use sdk_tests::root;

const BEGIN: &str = "<!-- policy -->\n";
const END: &str = "<!-- /policy -->";

/// What rows say, by their rule and way.
#[derive(Debug)]
pub(crate) struct Policy(BTreeMap<(String, String), Verdict>);

impl Policy {
    pub(crate) fn read() -> Self {
        let rows = shown().lines().skip(2).map(row).collect::<BTreeMap<_, _>>();
        assert!(!rows.is_empty(), "docs/stability.md has no rows between {BEGIN} and {END}");
        Self(rows)
    }

    /// Returns the names of all rows, such as `field-added sent`.
    pub(crate) fn rows(&self) -> impl Iterator<Item = String> {
        self.0.keys().map(|(rule, way)| format!("{rule} {way}"))
    }

    /// Returns what a change means: of what goes both ways, the worse.
    pub(crate) fn verdict(&self, change: &Change) -> Verdict {
        let of = |way: &str| self.0.get(&(change.rule.id().to_owned(), way.to_owned())).copied();
        let both = [of(Direction::Sent.as_str()), of(Direction::Received.as_str())];
        let verdict = match change.way {
            Direction::Exchanged => both.into_iter().flatten().reduce(|one, other| Verdict {
                wire: one.wire.max(other.wire),
                document: one.document.max(other.document),
                rust: one.rust.max(other.rust),
            }),
            way => of(way.as_str()),
        };
        verdict.unwrap_or_else(|| panic!("docs/stability.md has no row for {} {}", change.rule.id(), change.way))
    }
}

/// Returns the table in `docs/stability.md`.
fn shown() -> String {
    let text = fs::read_to_string(root().join("docs/stability.md")).expect("it is in the repository");
    let (_, rest) = text.split_once(BEGIN).unwrap_or_else(|| panic!("docs/stability.md has no line {BEGIN}"));
    let (table, _) = rest.split_once(END).unwrap_or_else(|| panic!("docs/stability.md has no line {END}"));
    table.to_owned()
}

fn row(line: &str) -> ((String, String), Verdict) {
    let cells: Vec<_> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
    let [rule, _, way, wire, document, rust] = cells[..] else { panic!("no row of the policy: {line}") };
    let effect = |word: &str| {
        let all = [Effect::None, Effect::Compatible, Effect::Behavior, Effect::Breaking];
        all.into_iter().find(|effect| effect.as_str() == word).unwrap_or_else(|| panic!("no effect: {word}"))
    };
    let parts = [Part::Order, Part::Words, Part::Name, Part::Contract];
    let document = parts.into_iter().find(|part| part.as_str() == document);
    let document = document.unwrap_or_else(|| panic!("no part of a document: {line}"));
    ((rule.to_owned(), way.to_owned()), Verdict { wire: effect(wire), document, rust: effect(rust) })
}

#[test]
fn the_page_shows_the_policy() {
    if std::env::var_os("UPDATE_POLICY").is_some() {
        let path = root().join("docs/stability.md");
        let text = fs::read_to_string(&path).expect("it is in the repository");
        fs::write(path, text.replacen(&(BEGIN.to_owned() + &shown()), &(BEGIN.to_owned() + &table()), 1))
            .expect("it can be written");
    }
    assert_eq!(shown(), table(), "write the table anew with UPDATE_POLICY=1");
}
