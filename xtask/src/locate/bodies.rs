//! The members of real bodies, and the types that they may belong to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use sdk_generator::document::Pointer;
use sdk_generator::source::Source;
use serde_json::Value;

use super::index::{Entity, Kind};

/// The names of the members of each type, as the wire has them.
pub(super) struct Members(BTreeMap<String, BTreeSet<String>>);

impl Members {
    pub(super) fn of(entities: &[Entity]) -> Self {
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entity in entities.iter().filter(|entity| entity.kind == Kind::Field) {
            for owner in entity.rust.iter().filter_map(|path| path.split_once("::")).map(|(owner, _)| owner) {
                members.entry(owner.to_owned()).or_default().insert(entity.wire.clone());
            }
        }
        Self(members)
    }

    /// Returns the lines of a body on which a member of a type stands: in each object that has no more in common with
    /// another type that has the member, too.
    pub(super) fn lines(&self, body: &str, owner: &str, name: &str) -> BTreeSet<usize> {
        if !body.contains(&format!("\"{name}\"")) {
            return BTreeSet::new();
        }
        let Ok(value) = serde_json::from_str(body) else { return BTreeSet::new() };
        let mut found = Vec::new();
        walk(&value, &Pointer::root(), &mut |at, object| {
            if object.contains_key(name) && self.is_of(object, owner, name) {
                found.push(at.join(name));
            }
        });
        Source::new("", body).locate_all(&found).iter().map(|place| place.line).collect()
    }

    fn is_of(&self, object: &serde_json::Map<String, Value>, owner: &str, name: &str) -> bool {
        let common = |members: &BTreeSet<String>| object.keys().filter(|key| members.contains(*key)).count();
        // Of two that have as much in common with it, the one that has less besides.
        let fit = |members: &BTreeSet<String>| (common(members), Reverse(members.len()));
        let others = self.0.values().filter(|members| members.contains(name)).map(fit);
        self.0.get(owner).is_some_and(|own| others.max() == Some(fit(own)))
    }
}

/// Shows each object with its place.
fn walk(value: &Value, at: &Pointer, visit: &mut impl FnMut(&Pointer, &serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(at, object);
            object.iter().for_each(|(key, inner)| walk(inner, &at.join(key), visit));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, inner)| walk(inner, &at.join(index), visit));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_that_of_the_type_that_fits_best() {
        let field = |path: &str, wire: &str| Entity {
            kind: Kind::Field,
            wire: wire.to_owned(),
            rust: vec![path.to_owned()],
            at: None,
            aliases: Vec::new(),
        };
        let entities = [
            field("Order::total", "total"),
            field("Order::lines", "lines"),
            field("Line::total", "total"),
            field("Line::number", "number"),
        ];
        let members = Members::of(&entities);
        let body = "{\n  \"total\": 1,\n  \"lines\": [\n    {\"number\": 1,\n     \"total\": 2}],\n  \"other\": {\n    \"total\": 3}\n}";
        let lines = |owner, name| members.lines(body, owner, name).into_iter().collect::<Vec<_>>();
        assert_eq!(lines("Order", "total"), [2, 7]);
        assert_eq!(lines("Line", "total"), [5, 7]);
        assert_eq!(lines("Line", "number"), [4]);
        assert!(lines("Line", "lines").is_empty() && members.lines("no JSON \"total\"", "Line", "total").is_empty());
    }
}
