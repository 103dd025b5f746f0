//! Drift: the parts of a response that the document does not describe.

use super::models::{Item, Kind, Parcel, ParcelRequest};
use crate::Map;
use crate::model::drift::{DriftKind, drift};
use crate::model::{Additional, Extra, Field, Object, Slots, Table, Value, decode};

fn found<T: Value>(text: &str) -> Vec<(String, DriftKind)> {
    let mut found = Vec::new();
    drift(&decode::<T>(text.as_bytes()).unwrap(), &mut |kind, path| found.push((path, kind)));
    found
}

#[test]
fn a_response_as_the_document_has_it_does_not_drift() {
    let text =
        r#"{"id":"p","weight":1.5,"kind":"Bag","boxes":[{"id":"q","kind":"Flat"}],"count":null,"any":{"x":[1]}}"#;
    assert_eq!(found::<Parcel>(text), []);
}

#[test]
fn everything_the_document_does_not_know_is_found_at_its_place() {
    let text = r#"{
        "id": "p", "kind": "Crate", "count": "canary", "colour": "canary",
        "boxes": [{"id": "q"}, {"id": "r", "kind": "Sack", "a/b~c": 1, "sentOn": "canary"}]
    }"#;
    let expected = [
        ("/kind", DriftKind::UnknownEnumValue),
        ("/boxes/1/kind", DriftKind::UnknownEnumValue),
        ("/boxes/1/a~1b~0c", DriftKind::UnknownField),
        ("/boxes/1/sentOn", DriftKind::UnreadableValue),
        ("/colour", DriftKind::UnknownField),
        ("/count", DriftKind::UnreadableValue),
    ];
    assert_eq!(found::<Parcel>(text), expected.map(|(path, kind)| (path.to_owned(), kind)));
}

#[test]
fn a_list_with_an_unreadable_element_is_unreadable() {
    let unreadable = |path: &str| vec![(path.to_owned(), DriftKind::UnreadableValue)];
    assert_eq!(found::<Parcel>(r#"{"id":"p","boxes":[{"id":"q"},7]}"#), unreadable("/boxes"));
    assert_eq!(found::<Parcel>(r#"{"id":"p","weights":{"a":1,"b":[]}}"#), unreadable("/weights"));
    assert_eq!(found::<Parcel>(r#"{"id":"p","request":7}"#), unreadable("/request"));
}

#[test]
fn a_member_that_comes_again_and_is_readable_then_does_not_drift() {
    assert_eq!(found::<Parcel>(r#"{"id":"p","count":"x","count":2}"#), []);
}

#[test]
fn what_we_send_is_not_looked_into() {
    assert_eq!(found::<Item>(r#"{"size":1,"colour":2}"#), []);
    assert_eq!(found::<ParcelRequest>(r#"{"weight":1,"shelf":"A1","kind":"Crate"}"#), []);
    assert_eq!(found::<Parcel>(r#"{"id":"p","request":{"size":1,"colour":2}}"#), []);
}

#[test]
fn names_in_maps_are_data_and_not_shown() {
    let expected = [("/*".to_owned(), DriftKind::UnknownEnumValue)];
    assert_eq!(found::<Map<Kind>>(r#"{"canary":"Crate","b":"Bag"}"#), expected);
}

#[test]
fn names_of_the_servers_are_bounded_and_tamed() {
    let [(path, _)] = &found::<Parcel>(r#"{"id":"p","a\nb\u001b\u202ec":1}"#)[..] else { panic!("one") };
    assert_eq!(path, "/a\u{fffd}b\u{fffd}\u{fffd}c");
    let [(path, _)] = &found::<Parcel>("{\"id\":\"p\",\"a\u{200b}b\u{feff}\":1}")[..] else { panic!("one") };
    assert_eq!(path, "/a\u{fffd}b\u{fffd}");
    for (length, shown) in [(64, 64), (65, 65), (100_000, 65)] {
        let [(path, _)] = &found::<Parcel>(&format!(r#"{{"id":"p","{}":1}}"#, "é".repeat(length)))[..] else {
            panic!("one")
        };
        assert_eq!((path.chars().count(), path.ends_with('…')), (1 + shown, length > 64));
    }
}

#[test]
fn declared_additional_members_do_not_drift() {
    let expected = [("/d__x".to_owned(), DriftKind::UnknownField)];
    assert_eq!(found::<Loose<false>>(r#"{"c__c":1,"d__x":2}"#), expected);
    assert_eq!(found::<Loose<true>>(r#"{"c__c":1,"d__x":2}"#), []);
}

#[test]
fn kinds_have_names() {
    let kinds = [DriftKind::UnknownEnumValue, DriftKind::UnknownField, DriftKind::UnreadableValue];
    assert_eq!(kinds.map(|kind| kind.to_string()), ["unknown enum value", "unknown field", "unreadable value"]);
}

/// A tolerant object that takes custom members, or any.
#[derive(Default)]
struct Loose<const ANY: bool>(Extra);

impl<const ANY: bool> Object for Loose<ANY> {
    fn table(&self) -> &'static Table {
        static FIELDS: &[Field] = &[];
        static CUSTOM: Table = Table::lenient("Loose", FIELDS, &[]).additional(Additional::Named("^[a-z]+__c$"));
        static OPEN: Table = Table::lenient("Loose", FIELDS, &[]).additional(Additional::Any);
        if ANY { &OPEN } else { &CUSTOM }
    }

    fn blank() -> Self {
        Self::default()
    }

    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
        visit(&[]);
    }

    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
        visit(Slots::new(&mut [], &mut self.0));
    }

    fn extra(&self) -> &Extra {
        &self.0
    }
}

impl<const ANY: bool> Value for Loose<ANY> {
    fn node(&self) -> crate::model::Node<'_> {
        crate::model::Node::Object(self)
    }

    fn read(&mut self, reader: &mut crate::model::JsonReader<'_>) -> Result<(), crate::model::ReadError> {
        crate::model::read_object(self, reader)
    }

    fn blank() -> Self {
        Self::default()
    }
}
