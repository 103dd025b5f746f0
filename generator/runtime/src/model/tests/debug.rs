//! What programmers get to see.

use super::models::{Kind, Level, Parcel, ParcelRequest};
use crate::model::decode;

#[test]
fn objects_look_derived_without_what_is_absent() {
    let parcel: Parcel = decode(
        br#"{"id":"p","weight":10.10,"kind":"Flat","boxes":[{"id":"q","kind":"New"}],"weights":{"a":1},"open":true}"#,
    )
    .unwrap();
    assert_eq!(
        format!("{parcel:?}"),
        r#"Parcel { id: "p", weight: 10.10, kind: Flat, boxes: [Parcel { id: "q", kind: Unknown("New") }], weights: {"a": 1}, open: true }"#
    );
    assert_eq!(format!("{:#?}", Parcel::default()), "Parcel {\n    id: \"\",\n}");
    let levels = decode::<Vec<Level>>(br#"[1,"auto",true]"#).unwrap();
    assert_eq!(format!("{levels:?}"), r#"[1, "auto", Unknown("true")]"#);
    assert_eq!(format!("{:?} {:?}", Kind::Bag, decode::<Kind>(b"\"New\"").unwrap()), r#"Bag Unknown("New")"#);
}

#[test]
fn nothing_secret_and_nothing_unknown_is_shown() {
    let request: ParcelRequest = decode(
        br#"{"weight":1,"shelf":"A1","pin":"canary1","door code":"canary2","labels":{"canary3":"canary4"},"inner":{"weight":2,"shelf":"B1","pin":"canary5"},"own__c":"canary6"}"#,
    )
    .unwrap();
    let shown = format!("{request:?}");
    assert_eq!(
        shown,
        r#"ParcelRequest { weight: 1, shelf: "A1", labels: [redacted], pin: [redacted], door code: [redacted], inner: ParcelRequest { weight: 2, shelf: "B1", pin: [redacted] }, extra: {"own__c": [redacted]} }"#
    );
    let parcel: Parcel = decode(br#"{"id":"p","any":{"a":"canary7"},"sentOn":"canary8"}"#).unwrap();
    for shown in [shown, format!("{request:#?}"), format!("{parcel:?}"), format!("{parcel:#?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
}
