//! Undeclared members that have a type.

use super::models::{Item, Kind};
use crate::codegen::{Additional, Constraints, Value};
use crate::model::drift::{DriftKind, drift};
use crate::model::{decode, encode, validate};
use crate::{Map, Secret};

crate::object! {
    /// Counts things by name, as a server has it.
    lenient struct Counts {
        total: Option<i64> = "total";
        ..counts: Map<i64>;
    }
    .additional(Additional::Any)
}

crate::object! {
    /// Counts things by name, as we have it.
    strict struct NewCounts {
        total: Option<i64> = "total";
        ..counts: Map<i64>;
    }
    .additional(Additional::Named("^[a-z]+$")).each(&Constraints::new().minimum("1"))
}

crate::object! {
    /// Objects by name.
    lenient struct Boxes {
        id: Option<String> = "id";
        ..boxes: Map<Vec<Kind>>;
    }
    .additional(Additional::Any)
}

crate::object! {
    /// Objects of ours in one that is not.
    lenient struct Given {
        id: Option<String> = "id";
        ..items: Map<Item>;
    }
    .additional(Additional::Any)
}

crate::object! {
    /// Secrets by name.
    lenient struct Keys {
        id: Option<String> = "id";
        ..keys: Map<Secret>;
    }
}

fn read<T: Value>(json: &str) -> T {
    decode(json.as_bytes()).unwrap()
}

fn text(value: &dyn Value) -> String {
    String::from_utf8(encode(value)).unwrap()
}

fn found(value: &dyn Value) -> Vec<(String, DriftKind)> {
    let mut found = Vec::new();
    drift(value, &mut |kind, path| found.push((path, kind)));
    found
}

#[test]
fn members_are_read_into_their_type_and_written_behind_the_declared_ones() {
    let counts: Counts = read(r#"{"b":2,"total":3,"a":1.0,"x":"many"}"#);
    assert_eq!(counts.counts, Map::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    assert_eq!(counts.total, Some(3));
    assert_eq!(text(&counts), r#"{"total":3,"a":1,"b":2,"x":"many"}"#);
    let [(path, kind)] = &found(&counts)[..] else { panic!("one") };
    assert_eq!((path.as_str(), *kind), ("/x", DriftKind::UnreadableValue));
}

#[test]
fn of_twins_the_last_one_counts() {
    assert_eq!(text(&read::<Counts>(r#"{"a":1,"a":2}"#)), r#"{"a":2}"#);
    assert_eq!(text(&read::<Counts>(r#"{"a":1,"a":"x"}"#)), r#"{"a":"x"}"#);
    assert_eq!(text(&read::<Counts>(r#"{"a":"x","a":1}"#)), r#"{"a":1}"#);
    let mut counts: Counts = read(r#"{"a":"x"}"#);
    counts.counts.insert("a".to_owned(), 7);
    counts.counts.insert("total".to_owned(), 8);
    assert_eq!(text(&counts), r#"{"a":7,"total":8}"#);
    counts.total = Some(9);
    assert_eq!(text(&counts), r#"{"total":9,"a":7}"#);
}

#[test]
fn reading_again_begins_anew() {
    let mut counts: Counts = read(r#"{"a":1}"#);
    crate::model::decode_into(&mut counts, br#"{"b":1}"#).unwrap();
    assert_eq!(text(&counts), r#"{"b":1}"#);
}

#[test]
fn what_we_send_is_read_strictly_and_checked() {
    let error = decode::<NewCounts>(br#"{"a":1,"b":"many"}"#).unwrap_err();
    assert_eq!(error.path(), "$.b");
    let mut counts: NewCounts = read(r#"{"a":0,"B":1}"#);
    assert_eq!(counts.extra.len(), 1);
    counts.counts.insert("C".to_owned(), 1);
    counts.counts.insert("total".to_owned(), 1);
    let violations: Vec<_> = validate(&counts).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        violations,
        [
            "$.C is not a member of NewCounts, and its name does not match the pattern ^[a-z]+$",
            "$.a must be at least 1",
            "$.total is declared, set its own field instead",
            "$.B is not a member of NewCounts, and its name does not match the pattern ^[a-z]+$",
        ]
    );
}

#[test]
fn what_is_ours_is_found_among_what_is_not() {
    let given: Given = read(r#"{"a":{"size":0.1},"b":{"size":1}}"#);
    assert_eq!(validate(&given).unwrap_err().to_string(), "$.a.size must be at least 0.5");
}

#[test]
fn drift_is_found_within() {
    let boxes: Boxes = read(r#"{"canary":["Bag","Crate"],"x":1}"#);
    let expected = [("/*/1", DriftKind::UnknownEnumValue), ("/x", DriftKind::UnreadableValue)];
    assert_eq!(found(&boxes), expected.map(|(path, kind)| (path.to_owned(), kind)));
}

#[test]
fn members_are_shown_and_secrets_are_not() {
    let counts: Counts = read(r#"{"a":1,"x":"canary"}"#);
    assert_eq!(format!("{counts:?}"), r#"Counts { additional: {"a": 1}, extra: {"x": [redacted]} }"#);
    let keys: Keys = read(r#"{"id":"k","a":"canary"}"#);
    assert_eq!(format!("{keys:?}"), r#"Keys { id: "k", additional: {"a": [redacted]} }"#);
    assert_eq!(format!("{:?}", read::<Counts>("{}")), "Counts");
}
