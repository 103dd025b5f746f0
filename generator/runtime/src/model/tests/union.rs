//! Values of one of several types.

use super::models::{Item, Kind};
use crate::codegen::{Additional, Union, Value};
use crate::model::drift::{DriftKind, drift};
use crate::model::{decode, encode, validate};
use crate::{Date, Json, Map, Secret};

crate::object! {
    /// Named by its discriminator, and by nothing else.
    lenient struct Circle {
        shape: Option<String> = "shape";
        size: Option<i64> = "size".expected();
        key: Option<Secret> = "key";
    }
}

crate::object! {
    /// A shape around others.
    lenient struct Group {
        shape: Option<String> = "shape";
        size: Option<i64> = "size";
        parts: Option<Vec<Shape>> = "parts".expected();
    }
}

crate::union! {
    /// A union with a discriminator.
    enum Shape {
        Circle(Circle) = object(&["circle", "disc"]);
        Group(Box<Group>) = object(&["group"]);
        Name(String) = text();
    }
    .discriminator("shape")
}

crate::object! {
    /// Told apart by what it has.
    lenient struct Bag {
        kind: Option<Kind> = "kind".expected();
        handle: Option<String> = "handle".expected();
        made: Option<Date> = "made";
    }
}

crate::object! {
    /// Told apart by what it has.
    lenient struct Crate {
        kind: Option<String> = "kind";
        boards: Option<i64> = "boards".expected();
        handle: Option<String> = "handle";
    }
}

crate::union! {
    /// A union without a discriminator, of values of every kind.
    enum Thing {
        Bag(Bag) = object(&[]);
        Crate(Crate) = object(&[]);
        Kind(Kind) = text();
        Day(Date) = text();
        Text(String) = text();
        Count(i64) = number();
        Flag(bool) = boolean();
        Days(Vec<Date>) = list();
        Things(Vec<Thing>) = list();
    }
}

fn text(value: &dyn Value) -> String {
    String::from_utf8(encode(value)).unwrap()
}

/// Reads a value, and makes sure that it is written as it came.
#[track_caller]
fn read<T: Value>(json: &str) -> T {
    let value: T = decode(json.as_bytes()).unwrap();
    assert_eq!(text(&value), json);
    value
}

fn found(value: &dyn Value) -> Vec<(String, DriftKind)> {
    let mut found = Vec::new();
    drift(value, &mut |kind, path| found.push((path, kind)));
    found
}

#[test]
fn the_discriminator_names_the_variant() {
    assert!(matches!(read::<Shape>(r#"{"shape":"circle","size":1}"#), Shape::Circle(circle) if circle.size == Some(1)));
    assert!(matches!(read::<Shape>(r#"{"shape":"disc","parts":[]}"#), Shape::Circle(_)));
    // wherever it stands, and whatever else fits better
    assert!(matches!(
        decode::<Shape>(br#"{"size":1,"x":[{"shape":"circle"}],"shape":"gr\u006fup"}"#),
        Ok(Shape::Group(_))
    ));
    assert!(matches!(read::<Shape>("\"circle\""), Shape::Name(_)));
}

#[test]
fn without_a_tag_the_best_fit_is_taken() {
    let decode = |json: &str| decode::<Shape>(json.as_bytes()).unwrap();
    assert!(matches!(decode(r#"{"size":1}"#), Shape::Circle(_)));
    assert!(matches!(decode(r#"{"parts":[]}"#), Shape::Group(_)));
    // an extra member counts less than one that is missing
    assert!(matches!(decode(r#"{"size":1,"width":2}"#), Shape::Circle(_)));
    assert!(matches!(decode(r#"{"shape":["group"],"size":1}"#), Shape::Circle(_)));
    assert!(matches!(decode(r#"{"shape":null,"size":1,"parts":[]}"#), Shape::Group(_)));
    // it has one from then on
    assert_eq!(text(&decode(r#"{"size":1}"#)), r#"{"shape":"circle","size":1}"#);
}

#[test]
fn a_tag_of_no_variant_is_unknown_where_the_document_declares_it() {
    for json in [r#"{"shape":"swarm","size":1,"parts":[]}"#, r#"{"shape":"ring","size":1,"width":2}"#, r#"{"shape":1}"#]
    {
        assert!(matches!(read::<Shape>(json), Shape::Unknown(_)), "{json}");
    }
    crate::union! {
        /// With a tag that the document does not declare.
        enum Guess {
            Circle(Circle) = object(&["circle"]);
            Group(Box<Group>) = object(&["group"]);
        }
        .inferred_tag("shape")
    }
    assert!(matches!(read::<Guess>(r#"{"shape":"swarm","size":1,"parts":[]}"#), Guess::Group(_)));
    assert!(matches!(read::<Guess>(r#"{"size":1}"#), Guess::Circle(_)));
}

#[test]
fn values_of_the_parent_and_of_unknown_children_are_of_the_parent() {
    crate::union! {
        /// A union by inheritance.
        enum Heirs {
            Parent(Circle) = parent(&["parent"]);
            Group(Box<Group>) = object(&["group"]);
        }
        .discriminator("shape")
    }
    for json in [r#"{"shape":"parent"}"#, r#"{"shape":"swarm","parts":[]}"#] {
        assert!(matches!(read::<Heirs>(json), Heirs::Parent(_)), "{json}");
    }
    assert!(matches!(read::<Heirs>(r#"{"shape":"group"}"#), Heirs::Group(_)));
    let mut circle: Circle = decode(br#"{"shape":"swarm"}"#).unwrap();
    assert!(validate(&Heirs::Parent(circle.clone())).is_ok());
    circle.shape = Some("group".to_owned());
    let violations = validate(&Heirs::Parent(circle)).unwrap_err();
    assert_eq!(violations.to_string(), "$.shape must be parent in this variant");
}

#[test]
fn the_tag_is_written_and_checked_wherever_it_is() {
    crate::object! {
        /// Takes texts of any name.
        strict struct Labels {
            ..others: Map<String>;
        }
    }
    crate::union! {
        /// Whose tag no variant declares.
        enum Tagged {
            Labels(Labels) = object(&["labels"]);
            Texts(Map<String>) = object(&["texts"]);
            Bag(Bag) = object(&[]);
            Shape(Shape) = object(&["shaped"]);
            Text(String) = text();
        }
        .discriminator("is")
    }
    let labels = |json: &str| Tagged::Labels(decode(json.as_bytes()).unwrap());
    assert_eq!(text(&labels(r#"{"a":"b"}"#)), r#"{"is":"labels","a":"b"}"#);
    assert_eq!(text(&labels(r#"{"a":"b","is":"labels"}"#)), r#"{"a":"b","is":"labels"}"#);
    assert_eq!(validate(&labels(r#"{"is":"texts"}"#)).unwrap_err().to_string(), "$.is must be labels in this variant");
    assert_eq!(text(&Tagged::Texts(Map::new())), r#"{"is":"texts"}"#);
    let texts = Tagged::Texts(Map::from([("is".to_owned(), "labels".to_owned())]));
    assert_eq!(validate(&texts).unwrap_err().to_string(), "$.is must be texts in this variant");
    // one for each discriminator
    let shape = decode(br#"{"shape":"disc"}"#).map(Tagged::Shape).unwrap();
    assert_eq!(text(&shape), r#"{"is":"shaped","shape":"disc"}"#);
    assert!(validate(&shape).is_ok());
    // one that was read is among the undeclared members, and is written once
    assert!(matches!(read::<Tagged>(r#"{"shape":"disc","is":"shaped"}"#), Tagged::Shape(Shape::Circle(_))));
    // without a tag of its own a variant must not have that of another
    let bag = |json: &str| Tagged::Bag(decode(json.as_bytes()).unwrap());
    assert_eq!(text(&bag(r#"{"handle":"h"}"#)), r#"{"handle":"h"}"#);
    let refusal = validate(&bag(r#"{"is":"labels"}"#)).unwrap_err();
    assert_eq!(refusal.to_string(), "$.is names another variant than the one that is sent");
    assert_eq!(text(&Tagged::Text("a".to_owned())), "\"a\"");
    assert_eq!(serde_json::to_string(&Tagged::Texts(Map::new())).unwrap(), r#"{"is":"texts"}"#);
}

#[test]
fn variants_that_hold_the_same_value_differ_by_their_tags() {
    crate::union! {
        /// Of one type twice.
        enum Twins {
            One(Circle) = object(&["one"]);
            Other(Circle) = object(&["other"]);
        }
        .discriminator("is")
    }
    let circle: Circle = decode(br#"{"size":1}"#).unwrap();
    assert_ne!(Twins::One(circle.clone()), Twins::Other(circle.clone()));
    assert_eq!(Twins::One(circle.clone()), Twins::One(circle));
}

#[test]
fn a_named_variant_that_cannot_be_read_is_kept_as_it_came() {
    crate::object! {
        /// Cannot do without its id.
        strict struct Strict {
            id: i64 = "id".required();
            note: Option<String> = "note";
        }
    }
    crate::union! {
        /// Of one variant.
        enum Single {
            Strict(Strict) = object(&["strict"]);
        }
        .discriminator("type")
    }
    assert!(matches!(decode(br#"{"id":1}"#), Ok(Single::Strict(_))));
    assert!(matches!(read::<Single>(r#"{"type":"strict","id":1,"note":[ ]}"#), Single::Unknown(_)));
    // the tag says what it is, so that another type is no explanation
    for json in [r#"{"type":"strict"}"#, r#"{"type":"strict","id":[ ]}"#] {
        assert_eq!(decode::<Single>(json.as_bytes()).unwrap_err().path(), "$.id", "{json}");
    }
    let both: Vec<Single> = decode(br#"[{"id":"x"},{"id":1}]"#).unwrap();
    assert!(matches!(both[..], [Single::Unknown(_), Single::Strict(_)]));
}

#[test]
fn values_of_every_kind_find_their_variant() {
    assert!(matches!(read::<Thing>("\"Flat\""), Thing::Kind(Kind::Flat)));
    assert!(matches!(read::<Thing>("\"2024-02-29\""), Thing::Day(_)));
    assert!(matches!(read::<Thing>("\"x\""), Thing::Text(_)));
    assert!(matches!(read::<Thing>("7"), Thing::Count(7)));
    assert!(matches!(read::<Thing>("true"), Thing::Flag(true)));
    assert!(matches!(read::<Thing>(r#"["2024-02-29"]"#), Thing::Days(_)));
    assert!(matches!(read::<Thing>(r#"["Flat",["Bag",1]]"#), Thing::Things(things) if things.len() == 2));
    for json in ["null", "1.50", r#"[1,{"a":null}]"#, "[[null]]"] {
        let thing: Thing = read(json);
        assert_eq!(thing.unknown().is_some(), !json.starts_with('['), "{json}");
    }
    assert!(matches!(decode::<Option<Thing>>(b"null"), Ok(None)));
}

#[test]
fn a_scalar_of_another_kind_is_read_where_nothing_else_fits() {
    crate::union! {
        /// Without a variant for text.
        enum Setting {
            Count(i64) = number();
            Flag(bool) = boolean();
            Circle(Circle) = object(&[]);
        }
    }
    assert!(matches!(decode(b"\"12\""), Ok(Setting::Count(12))));
    assert!(matches!(decode(b"\"true\""), Ok(Setting::Flag(true))));
    assert!(matches!(read::<Setting>("\"x\""), Setting::Unknown(_)));
    assert!(matches!(read::<Setting>("[]"), Setting::Unknown(_)));
}

#[test]
fn the_fewest_departures_win() {
    for (json, bag) in [
        (r#"{"kind":"Flat","handle":"h"}"#, true),
        (r#"{"kind":"Sack","handle":"h"}"#, true),
        (r#"{"kind":"Flat","boards":2}"#, false),
        (r#"{"kind":"Flat","boards":2,"handle":"h"}"#, false),
        (r#"{"kind":"Flat","handle":"h","made":"2024-01-02"}"#, true),
        (r#"{"handle":"h","made":"soon","boards":1}"#, false),
        // neither fits, and the first one is as good
        ("{}", false),
        (r#"{"kind":"Flat"}"#, true),
    ] {
        assert_eq!(matches!(decode::<Thing>(json.as_bytes()), Ok(Thing::Bag(_))), bag, "{json}");
    }
    // a member that is null is there, and one of another kind of scalar is not quite
    assert!(matches!(decode(br#"{"kind":null,"handle":null}"#), Ok(Thing::Bag(_))));
    assert!(matches!(decode(br#"{"kind":"Flat","handle":"h","boards":null}"#), Ok(Thing::Crate(_))));
}

#[test]
fn a_scalar_of_the_promised_kind_fits_better() {
    crate::object! {
        /// Has a text.
        lenient struct Texts {
            value: Option<String> = "value";
        }
    }
    crate::object! {
        /// Has a number.
        lenient struct Numbers {
            value: Option<i64> = "value";
        }
    }
    crate::union! {
        /// Told apart by the kind of a scalar.
        enum Either {
            Texts(Texts) = object(&[]);
            Numbers(Numbers) = object(&[]);
        }
    }
    assert!(matches!(read(r#"{"value":"7"}"#), Either::Texts(_)));
    assert!(matches!(read(r#"{"value":7}"#), Either::Numbers(_)));
    let both: Vec<Either> = read(r#"[{"value":"7"},{"value":7},{"value":"7"}]"#);
    assert!(matches!(both[..], [Either::Texts(_), Either::Numbers(_), Either::Texts(_)]));
}

#[test]
fn a_free_form_is_the_last_resort() {
    crate::object! {
        /// Takes anything.
        lenient struct Free {
            id: Option<String> = "id";
        }
        .additional(Additional::Any)
    }
    crate::union! {
        /// The least telling variants come first.
        enum Loose {
            Map(Map<Json>) = object(&[]);
            Free(Free) = object(&[]);
            Circle(Circle) = object(&[]);
            Any(Json) = any();
        }
    }
    assert!(matches!(read(r#"{"shape":"x","size":1}"#), Loose::Circle(_)));
    assert!(matches!(read(r#"{"id":"x","size":1}"#), Loose::Free(_)));
    assert!(matches!(read(r#"{"colour":1}"#), Loose::Map(_)));
    assert!(matches!(read("null"), Loose::Any(json) if json.is_null()));
    assert!(matches!(read("[1]"), Loose::Any(_)));
}

#[test]
fn broken_documents_are_refused() {
    let whole = r#"{"size":1,"shape":"group","parts":[{"parts":[{"size":[1]}]},"x",{"size":"\u00e9"}]}"#;
    read::<Json>(whole);
    for end in 0..whole.len() {
        assert!(decode::<Shape>(&whole.as_bytes()[..end]).is_err(), "{}", &whole[..end]);
        assert!(decode::<Thing>(&whole.as_bytes()[..end]).is_err(), "{}", &whole[..end]);
    }
    assert!(decode::<Thing>("[".repeat(1_000_000).as_bytes()).is_err());
}

/// Tried anew at every level, this would take 3 to the power of 60 readings.
#[test]
fn unions_within_unions_do_not_multiply_the_work() {
    crate::object! {
        /// One way to read a level.
        lenient struct Left {
            x: Option<Level> = "x";
            l: Option<i64> = "l";
        }
    }
    crate::object! {
        /// The other way.
        lenient struct Right {
            x: Option<Level> = "x";
            r: Option<i64> = "r";
        }
    }
    crate::union! {
        /// Nothing tells a level's variants apart but its last member.
        enum Level {
            Left(Box<Left>) = object(&[]);
            Right(Box<Right>) = object(&[]);
        }
    }
    let tails = (0..60).map(|level| if level % 3 == 0 { r#","l":1}"# } else { r#","r":1,"z":2}"# });
    let json = format!("{}{{\"r\":1}}{}", r#"{"x":"#.repeat(60), tails.collect::<String>());
    let mut level = Some(read::<Level>(&json));
    for depth in (0..60).rev() {
        level = match level {
            Some(Level::Left(left)) if depth % 3 == 0 => left.x,
            Some(Level::Right(right)) if depth % 3 != 0 => right.x,
            _ => panic!("another variant at level {depth}"),
        };
    }
    assert!(matches!(level, Some(Level::Right(right)) if right.r == Some(1)));
}

#[test]
fn what_no_variant_can_hold_is_not_sent_by_accident() {
    crate::object! {
        /// Sent by us.
        strict struct Order {
            thing: Thing = "thing".required();
            setting: Option<Vec<Shape>> = "setting";
        }
    }
    let order: Order = read(r#"{"thing":"x","setting":["x"]}"#);
    assert_eq!(validate(&order), Ok(()));
    let order: Order = decode(br#"{"thing":null,"setting":[1.5,["canary"]]}"#).unwrap();
    let violations = validate(&order).unwrap_err().to_string();
    // a number is taken for a text, as elsewhere
    assert_eq!(violations, "$.thing is none of what Thing can be; $.setting[1] is none of what Shape can be");
}

#[test]
fn the_value_of_a_variant_is_validated() {
    crate::union! {
        /// Sent by us.
        enum Size {
            Item(Item) = object(&[]);
        }
    }
    let size: Size = read(r#"{"size":0.1}"#);
    assert_eq!(validate(&size).unwrap_err().to_string(), "$.size must be at least 0.5");
}

#[test]
fn drift_is_found_within_variants() {
    let shape: Shape = read(r#"{"shape":"group","parts":[{"shape":"circle","x":1},["canary"],null]}"#);
    let unknown = |path: &str| (path.to_owned(), DriftKind::UnknownVariant);
    assert_eq!(
        found(&shape),
        [("/parts/0/x".to_owned(), DriftKind::UnknownField), unknown("/parts/1"), unknown("/parts/2")]
    );
    assert_eq!(DriftKind::UnknownVariant.to_string(), "unknown variant");
}

#[test]
fn variants_show_as_their_values_and_unknown_ones_do_not_show() {
    let shape: Shape = read(r#"{"shape":"group","parts":[{"shape":"circle","key":"canary"},["canary"],"x"]}"#);
    assert_eq!(
        format!("{shape:?}"),
        r#"Group { shape: "group", parts: [Circle { shape: "circle", key: [redacted] }, Unknown([redacted]), "x"] }"#
    );
    assert_eq!(format!("{:?}", <Shape as Value>::blank()), "Unknown([redacted])");
}

#[test]
fn unions_cross_serde() {
    let json = r#"[{"shape":"circle","size":1},[1e400],"x"]"#;
    let shapes: Vec<Shape> = serde_json::from_str(json).unwrap();
    assert!(matches!(shapes[..], [Shape::Circle(_), Shape::Unknown(_), Shape::Name(_)]));
    assert_eq!(serde_json::to_string(&shapes).unwrap(), json);
}

#[test]
fn a_union_within_itself_ends() {
    crate::union! {
        /// Has one that has it.
        enum Loop {
            Circle(Box<Circle>) = object(&[]);
            Pool(Box<Pool>) = any();
        }
    }
    crate::union! {
        /// Has one that has it.
        enum Pool {
            Loop(Box<Loop>) = any();
        }
    }
    assert!(matches!(decode(br#"{"size":1}"#), Ok(Pool::Loop(inner)) if matches!(*inner, Loop::Circle(_))));
    let kept: Vec<Pool> = decode(br#"[[1], "a", null]"#).unwrap();
    assert_eq!(kept.iter().map(|kept| text(kept)).collect::<Vec<_>>(), ["[1]", "\"a\"", "null"]);
}
