//! Models within the JSON of their users.

use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::models::{Kind, Parcel};
use crate::model::serde_impls::trees_keep_digits;
use crate::{Date, Decimal, Json, Nullable, Secret};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    attempt: u32,
    parcel: Parcel,
    kinds: Vec<Kind>,
    total: Decimal,
    due: Option<Date>,
    key: Secret,
    note: Json,
    limit: Nullable<Decimal>,
}

const JOB: &str = r#"{"attempt":2,"parcel":{"id":"p","weight":0.10,"x__c":12345678901234567890.120},"kinds":["Bag","New"],"total":1234567890123456789012345.10,"due":"2024-02-29","key":"k","note":{"a":1e400},"limit":null}"#;

#[test]
fn models_cross_serde_with_every_digit() {
    let job: Job = serde_json::from_str(JOB).unwrap();
    assert_eq!(job.parcel.weight.unwrap().to_string(), "0.10");
    assert_eq!(job.kinds[0], Kind::Bag);
    assert_eq!(serde_json::to_string(&job).unwrap(), JOB);
    assert_eq!(serde_json::from_reader::<_, Job>(JOB.as_bytes()).unwrap(), job);
}

#[test]
fn models_cross_json_values() {
    let parcel: Parcel = serde_json::from_value(serde_json::json!({"id": "p", "count": 3, "x": {"y": [1]}})).unwrap();
    assert_eq!(parcel.count, Some(3));
    assert_eq!(serde_json::to_value(&parcel).unwrap(), serde_json::json!({"id": "p", "count": 3, "x": {"y": [1]}}));
}

#[test]
fn errors_say_where_and_not_what() {
    let error = serde_json::from_str::<Vec<Parcel>>(r#"[{"id":["canary"]}]"#).unwrap_err().to_string();
    assert!(error.contains("$.id") && !error.contains("canary"), "{error}");
}

/// Numbers that are not read from a binary floating-point number, and such that are.
const EXACT: [&str; 7] = [
    "12345678901234567890.12",
    "0.1000000000000000000000001",
    "9007199254740993.5",
    "79228162514264337593543950335",
    "0.30000000000000001",
    // They are held, and cannot be told from others that are not.
    "12345678901234.56",
    "0.12345678901234568",
];
const HELD: [&str; 8] =
    ["10.10", "-0.01", "0", "44.1", "123456789012345", "9007199254740993", "18446744073709551615", "1234567890123.45"];

#[test]
fn a_tree_takes_a_number_as_it_is_or_not_at_all() {
    let keeps_all = trees_keep_digits();
    for text in HELD.into_iter().chain(EXACT) {
        let number: Decimal = text.parse().unwrap();
        let mut parcel: Parcel = serde_json::from_str(r#"{"id":"p"}"#).unwrap();
        parcel.weight = Some(number);
        match (serde_json::to_value(number), serde_json::to_value(&parcel)) {
            (Ok(one), Ok(whole)) => {
                assert_eq!(serde_json::from_value::<Decimal>(one).unwrap(), number);
                assert_eq!(serde_json::from_value::<Parcel>(whole).unwrap(), parcel);
            }
            (Err(one), Err(whole)) => {
                assert!(!keeps_all && EXACT.contains(&text), "{text}");
                for error in [one.to_string(), whole.to_string()] {
                    assert!(error.contains("more digits than its place can hold") && !error.contains(text), "{error}");
                }
            }
            other => panic!("{text}: {other:?}"),
        }
        assert_eq!(serde_json::to_string(&number).unwrap(), text);
    }
}

#[test]
fn undeclared_members_are_held_by_a_tree_or_refused() {
    for (text, held) in [
        (r#"{"id":"p","x":{"y":[1,-2.50,"a\u0020b",true,null]}}"#, true),
        (r#"{"id":"p","x":[1e2]}"#, true),
        (r#"{"id":"p","x":[0.12345678901234567890]}"#, false),
        (r#"{"id":"p","x":{"y":1e400}}"#, false),
    ] {
        let parcel: Parcel = serde_json::from_str(text).unwrap();
        let tree = serde_json::to_value(&parcel);
        assert_eq!(tree.is_ok(), held || trees_keep_digits(), "{text}");
        if let Ok(tree) = tree {
            assert_eq!(tree, serde_json::from_str::<serde_json::Value>(text).unwrap());
        }
    }
}

#[test]
fn a_number_that_has_lost_digits_is_not_read() {
    let tree: serde_json::Value = serde_json::from_str("0.1234567890123456789").unwrap();
    match serde_json::from_value::<Decimal>(tree) {
        // With `arbitrary_precision`.
        Ok(number) => assert_eq!(number.to_string(), "0.1234567890123456789"),
        Err(error) => assert!(error.to_string().contains("does not hold all its digits"), "{error}"),
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    attempt: u32,
    #[serde(flatten)]
    parcel: Parcel,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Parcel(Box<Parcel>),
    Total(Decimal),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is")]
enum Tagged {
    Parcel(Parcel),
}

#[test]
fn models_can_be_flattened_and_be_in_enums_of_any_kind() {
    let parcel: Parcel = serde_json::from_str(r#"{"id":"p","weight":0.10,"x":{"b":[1.50],"a":"é"}}"#).unwrap();
    let flat = Flat { attempt: 1, parcel: parcel.clone() };
    let text = r#"{"attempt":1,"id":"p","weight":0.10,"x":{"b":[1.50],"a":"é"}}"#;
    assert_eq!(serde_json::to_string(&flat).unwrap(), text);
    let read: Flat = serde_json::from_str(text).unwrap();
    assert_eq!((read.attempt, &read.parcel.id, read.parcel.weight), (1, &parcel.id, parcel.weight));

    for either in [Either::Parcel(Box::new(parcel.clone())), Either::Total("44.10".parse().unwrap())] {
        let text = serde_json::to_string(&either).unwrap();
        match (serde_json::from_str(&text).unwrap(), either) {
            (Either::Parcel(read), Either::Parcel(parcel)) => assert_eq!(read.weight, parcel.weight),
            (Either::Total(read), Either::Total(total)) => assert_eq!(read, total),
            other => panic!("{other:?}"),
        }
    }

    let text = serde_json::to_string(&Tagged::Parcel(parcel)).unwrap();
    assert_eq!(text, r#"{"is":"Parcel","id":"p","weight":0.10,"x":{"b":[1.50],"a":"é"}}"#);
    let Tagged::Parcel(read) = serde_json::from_str(&text).unwrap();
    assert_eq!(read.weight.unwrap(), "0.10".parse().unwrap());
}

#[test]
fn what_is_no_object_cannot_be_flattened() {
    #[derive(Serialize)]
    struct Odd<T> {
        #[serde(flatten)]
        inner: T,
    }
    let fails = |text: &str| serde_json::to_string(&Odd { inner: Json::parse(text).unwrap() }).unwrap_err().to_string();
    for text in ["1.5", "[1]", r#""a""#, "true"] {
        assert!(fails(text).contains("can only flatten"), "{text}: {}", fails(text));
    }
    assert!(serde_json::to_string(&Odd { inner: Decimal::ZERO }).is_err());
    assert_eq!(
        serde_json::to_string(&Odd { inner: Json::parse(r#"{"b":1.50, "a":[ 2 ]}"#).unwrap() }).unwrap(),
        r#"{"b":1.50,"a":[ 2 ]}"#
    );
}

#[test]
fn a_binary_format_has_every_digit() {
    let job: Job = serde_json::from_str(JOB).unwrap();
    let bytes = rmp_serde::to_vec(&job).unwrap();
    assert_eq!(rmp_serde::from_slice::<Job>(&bytes).unwrap(), job);

    let either = Either::Parcel(Box::new(job.parcel));
    let bytes = rmp_serde::to_vec_named(&either).unwrap();
    assert_eq!(rmp_serde::from_slice::<Either>(&bytes).unwrap(), either);
}

#[test]
fn raw_text_stays_within_its_place() {
    let error = serde_json::from_str::<Either>(r#"{"id":{"$serde_json::private::RawValue":"\"p\",\"count\":7"}}"#);
    assert!(error.is_err(), "{error:?}");
}

/// Writes what hides its type to what hides its format.
fn written(value: &dyn erased_serde::Serialize) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    value.erased_serialize(&mut <dyn erased_serde::Serializer>::erase(&mut serializer)).map_err(Error::custom)?;
    Ok(String::from_utf8(text).unwrap())
}

fn read<'de, T: Deserialize<'de>>(from: impl Deserializer<'de>) -> Result<T, erased_serde::Error> {
    erased_serde::deserialize(&mut <dyn erased_serde::Deserializer<'_>>::erase(from))
}

fn read_text<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, erased_serde::Error> {
    read(&mut serde_json::Deserializer::from_str(text))
}

#[test]
fn a_hidden_format_has_a_number_as_it_is_or_not_at_all() {
    let keeps_all = trees_keep_digits();
    for text in HELD.into_iter().chain(EXACT) {
        let whole = format!(r#"{{"id":"p","weight":{text},"x":[{text},"\\\"0.12345678901234567890"]}}"#);
        let (number, parcel): (Decimal, Parcel) = (text.parse().unwrap(), serde_json::from_str(&whole).unwrap());
        let may_fail = !keeps_all && EXACT.contains(&text);
        let hidden: [&dyn erased_serde::Serialize; 2] = [&number, &parcel];
        for value in hidden {
            match (written(value), serde_json::to_string(value), serde_json::to_value(value)) {
                (Ok(one), Ok(other), Ok(_)) => {
                    assert_eq!(one, other);
                    let is_equal = match serde_json::from_str(&one) {
                        Ok(Parcel { weight, .. }) => weight == parcel.weight,
                        Err(_) => number == serde_json::from_str::<Decimal>(&one).unwrap(),
                    };
                    assert!(is_equal, "{text}: {one}");
                }
                (Err(one), Err(other), Err(tree)) => {
                    for error in [one, other, tree] {
                        assert!(
                            may_fail && error.to_string().contains("more digits than its place can hold"),
                            "{error}"
                        );
                    }
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        match (read_text::<Decimal>(text), read_text::<Parcel>(&whole)) {
            (Ok(one), Ok(all)) => {
                assert_eq!((one.to_string(), all.weight.unwrap().to_string()), (text.to_owned(), text.to_owned()));
                assert_eq!(all, parcel);
            }
            (Err(one), Err(all)) => {
                for error in [one, all] {
                    assert!(may_fail && error.to_string().contains("does not hold all its digits"), "{text}: {error}");
                }
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    // An integer cannot be told from one that a tree holds.
    assert_eq!(read_text::<Decimal>("79228162514264337593543950335").unwrap().to_string(), EXACT[3]);
}

#[test]
fn a_hidden_tree_has_a_number_as_it_is_or_not_at_all() {
    for text in HELD.into_iter().chain(EXACT) {
        let tree: serde_json::Value = serde_json::from_str(text).unwrap();
        match (read::<Decimal>(&tree), serde_json::from_value::<Decimal>(tree)) {
            (Ok(hidden), Ok(plain)) => assert_eq!(hidden, plain),
            (Err(hidden), Err(plain)) => assert_eq!(hidden.to_string(), plain.to_string()),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn models_within_others_cross_hidden_formats() {
    let text = r#"{"attempt":2,"parcel":{"id":"p","weight":0.5,"x__c":{"b":[1.5,null,true]}},"kinds":["Bag","New"],"total":44.1,"due":"2024-02-29","key":"k","note":{"a":1e2},"limit":null}"#;
    let job: Job = read_text(text).unwrap();
    assert_eq!(job, serde_json::from_str(text).unwrap());
    assert_eq!(read_text::<Job>(&written(&job).unwrap()).unwrap().total, job.total);

    // A binary format has the text itself.
    let job: Job = serde_json::from_str(JOB).unwrap();
    let bytes = rmp_serde::to_vec(&job as &dyn erased_serde::Serialize).unwrap();
    assert_eq!(bytes, rmp_serde::to_vec(&job).unwrap());
    assert_eq!(read::<Job>(&mut rmp_serde::Deserializer::new(&bytes[..])).unwrap(), job);
}
