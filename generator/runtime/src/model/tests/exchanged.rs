//! Objects that are received, and sent back.

use super::models::{Item, Kind};
use crate::codegen::Rule;
use crate::model::drift::{DriftKind, drift};
use crate::model::{decode, encode, validate};
use crate::{Date, Map};

crate::object! {
    /// Read, changed and written.
    exchanged struct Shelf {
        id: i64 = "id".required();
        name: Option<String> = "name".required().max_length(3);
        kind: Option<Kind> = "kind";
        made: Option<Date> = "made".required();
        kinds: Option<Vec<Kind>> = "kinds";
        item: Option<Item> = "item";
    }
    .rules(&[Rule::any_of(&[&["kind"], &["kinds"]])])
}

fn read(json: &str) -> Shelf {
    decode(json.as_bytes()).unwrap()
}

fn wrong(shelf: &Shelf) -> Vec<String> {
    validate(shelf).err().iter().flatten().map(ToString::to_string).collect()
}

#[test]
fn what_was_received_can_go_back() {
    let json = r#"{"id":1,"name":"abc","kind":"Crate","kinds":["Bag","Sack"],"colour":{"a" : 1},"made":"0000-00-00"}"#;
    let shelf = read(json);
    assert_eq!(encode(&shelf), json.as_bytes());
    assert_eq!(wrong(&shelf), [""; 0]);
}

#[test]
fn what_we_may_have_put_in_is_checked() {
    let mut shelf = read(r#"{"id":1}"#);
    shelf.item = Some(Item::new(0));
    assert_eq!(
        wrong(&shelf),
        ["$.name is required", "$.made is required", "$.item.size must be at least 0.5", "$ needs kind or kinds"]
    );
    shelf = read(r#"{"id":1,"made":"2024-01-02","kind":"Bag"}"#);
    shelf.name = Some("canary".to_owned());
    assert_eq!(wrong(&shelf), ["$.name is 6 characters long, at most 3 are allowed"]);
}

#[test]
fn reading_is_lenient_but_makes_nothing_up() {
    let shelf = read(r#"{"id":1,"name":null,"made":[],"item":7}"#);
    assert_eq!((shelf.name, shelf.made, shelf.item), (None, None, None));
    assert_eq!(shelf.extra.len(), 2);
    for json in ["{}", r#"{"id":null}"#, r#"{"id":"x"}"#, r#"{"id":1,"id":[]}"#] {
        assert_eq!(decode::<Shelf>(json.as_bytes()).unwrap_err().path(), "$.id", "{json}");
    }
    let error = decode::<Shelf>(br#"{"id":1,"name":[tru]}"#).unwrap_err();
    assert_eq!(error.path(), "$.name");
}

#[test]
fn a_required_member_that_is_missing_within_fails_the_whole_value() {
    for json in [r#"{"id":1,"item":{}}"#, r#"{"id":1,"item":{"size":null}}"#, r#"{"id":1,"item":{"size":[]}}"#] {
        assert_eq!(decode::<Shelf>(json.as_bytes()).unwrap_err().path(), "$.item.size", "{json}");
    }
    let error = decode::<Rack>(br#"{"id":1,"weights":{}}"#).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the JSON document at $.kinds (byte 21): a required member is missing");
}

crate::object! {
    /// Whose lists are promised.
    exchanged struct Rack {
        id: i64 = "id".required();
        kinds: Vec<Kind> = "kinds".required();
        weights: Map<i64> = "weights".required();
    }
}

#[test]
fn drift_is_found() {
    let mut found = Vec::new();
    drift(&read(r#"{"id":1,"kind":"Crate","made":[],"x":1}"#), &mut |kind, path| found.push((path, kind)));
    let expected = [
        ("/kind", DriftKind::UnknownEnumValue),
        ("/made", DriftKind::UnreadableValue),
        ("/x", DriftKind::UnknownField),
    ];
    assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)));
}
