//! Equality of objects and unions.

use super::models::{Parcel, ParcelRequest};
use crate::model::decode;
use crate::{Decimal, Json};

crate::object! {
    /// Holds what is compared each in a way of its own.
    lenient struct Mixed: Default {
        any: Option<Json> = "any";
        names: Option<Vec<Label>> = "names";
        ..rest: crate::Map<Decimal>;
    }
}

crate::union! {
    /// A number or a text.
    enum Label {
        Number(Decimal) = number();
        Text(String) = text();
    }
}

/// Asserts that of values that are read from different texts only each one and itself are equal.
fn assert_told_apart<T: crate::codegen::Value + PartialEq + Clone>(texts: &[&str]) {
    let values: Vec<T> = texts.iter().map(|text| decode(text.as_bytes()).unwrap()).collect();
    for (index, one) in values.iter().enumerate() {
        assert!(*one == one.clone(), "{}", texts[index]);
        for (other_index, other) in values.iter().enumerate() {
            assert_eq!(one == other, index == other_index, "{} and {}", texts[index], texts[other_index]);
        }
    }
}

#[test]
fn objects_are_equal_where_all_members_are() {
    assert_told_apart::<Parcel>(&[
        r#"{"id": "1"}"#,
        r#"{"id": "2"}"#,
        r#"{"id": "1", "weight": 1.5}"#,
        r#"{"id": "1", "weight": 1.6}"#,
        r#"{"id": "1", "count": 2}"#,
        r#"{"id": "1", "kind": "Flat"}"#,
        r#"{"id": "1", "kind": "Round"}"#,
        r#"{"id": "1", "sentOn": "2026-11-30"}"#,
        r#"{"id": "1", "sentOn": "soon"}"#,
        r#"{"id": "1", "open": true}"#,
        r#"{"id": "1", "open": false}"#,
        r#"{"id": "1", "any": {"a": 1}}"#,
        r#"{"id": "1", "boxes": []}"#,
        r#"{"id": "1", "boxes": [{"id": "2"}]}"#,
        r#"{"id": "1", "boxes": [{"id": "2"}, {"id": "2"}]}"#,
        r#"{"id": "1", "boxes": [{"id": "3"}]}"#,
        r#"{"id": "1", "weights": {"a": 1}}"#,
        r#"{"id": "1", "weights": {"b": 1}}"#,
        r#"{"id": "1", "weights": {"a": 1, "b": 1}}"#,
        r#"{"id": "1", "request": {"size": 1}}"#,
        r#"{"id": "1", "more": 1}"#,
    ]);
    assert_told_apart::<ParcelRequest>(&[
        r#"{"weight": 1, "shelf": "A1"}"#,
        r#"{"weight": 1, "shelf": "A1", "pin": "1234"}"#,
        r#"{"weight": 1, "shelf": "A1", "pin": "1235"}"#,
        r#"{"weight": 1, "shelf": "A1", "until": null}"#,
        r#"{"weight": 1, "shelf": "A1", "until": "2026-11-30"}"#,
        r#"{"weight": 1, "shelf": "A1", "inner": {"weight": 1, "shelf": "A1"}}"#,
    ]);
}

#[test]
fn unions_and_typed_members_are_compared() {
    assert_told_apart::<Mixed>(&[
        r#"{"names": [1, "1"]}"#,
        r#"{"names": ["1", 1]}"#,
        r#"{"names": [{"a": 1}]}"#,
        r#"{"names": [{"a": 2}]}"#,
        r#"{"other": 1}"#,
        r#"{"other": 2}"#,
        r#"{"others": 1}"#,
        r#"{"other": "x"}"#,
        "{}",
    ]);
}

/// Numbers are the same however many zeros they end with.
#[test]
fn numbers_are_compared_by_their_value() {
    let read = |text: &str| decode::<Parcel>(text.as_bytes()).unwrap();
    assert!(read(r#"{"id": "1", "weight": 1.50}"#) == read(r#"{"weight": 1.5, "id": "1"}"#));
}
