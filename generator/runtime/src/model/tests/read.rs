//! Reading and writing.

use super::models::{Choice, Item, Kind, Level, Parcel, ParcelBox, ParcelRequest};
use crate::codegen::Value;
use crate::model::{DecodeError, decode, encode};
use crate::{Date, Decimal, Json, Map, Nullable};

fn text(value: &dyn Value) -> String {
    String::from_utf8(encode(value)).unwrap()
}

fn read<T: Value>(json: &str) -> T {
    decode(json.as_bytes()).unwrap()
}

#[track_caller]
fn refused<T: Value>(json: impl AsRef<[u8]>) -> DecodeError {
    decode::<T>(json.as_ref()).err().expect("the document should be refused")
}

/// Reads and writes again.
#[track_caller]
fn echo<T: Value>(json: &str, expected: &str) {
    assert_eq!(text(&read::<T>(json)), expected);
}

#[test]
fn a_request_is_written_with_declared_members_first_and_absent_ones_left_out() {
    let request = ParcelRequest::new("10.10".parse::<Decimal>().unwrap(), "A1")
        .note("ab\"c\n")
        .labels([("b", "2"), ("a", "1")])
        .kind(Kind::Bag)
        .boxes([ParcelBox::of([Item::new(1)])])
        .additional_property("own__c", true)
        .additional_property("own a", "x");
    assert_eq!(
        text(&request),
        r#"{"weight":10.10,"shelf":"A1","note":"ab\"c\n","labels":{"a":"1","b":"2"},"kind":"Bag","boxes":[{"items":[{"size":1}]}],"own a":"x","own__c":true}"#
    );
    assert_eq!(read::<ParcelRequest>(&text(&request)), request);
    assert_eq!(request.extra().get("own__c").and_then(Json::as_bool), Some(true));
}

#[test]
fn a_response_comes_back_as_it_was() {
    let json = r#"{"id":"p-1","weight":10.10,"code":"7","kind":"Flat","sentOn":"2024-02-29","count":3,"boxes":[{"id":"p-2"}],"weights":{"a":0.1,"b":-0.00100},"open":false,"any":[1, {"x":1e5}]}"#;
    echo::<Parcel>(json, json);
    let parcel: Parcel = read(json);
    assert_eq!(parcel.sent_on, Date::new(2024, 2, 29));
    assert!(parcel.extra().is_empty());
}

#[test]
fn unknown_members_are_kept_letter_by_letter() {
    echo::<Parcel>(
        r#" {"x__c": {"b":1.50e3 , "a":[null,"\u00e9\/"]} ,"id":"p", "w":123456789012345678901234567890.10} "#,
        r#"{"id":"p","w":123456789012345678901234567890.10,"x__c":{"b":1.50e3 , "a":[null,"\u00e9\/"]}}"#,
    );
}

#[test]
fn null_and_absent_are_the_same_in_a_response() {
    let nulls: Parcel = read(r#"{"id":"p","weight":null,"kind":null,"boxes":null,"request":null,"any":null}"#);
    assert_eq!(nulls, read(r#"{"id":"p"}"#));
    assert_eq!(text(&nulls), r#"{"id":"p"}"#);
}

#[test]
fn null_and_absent_differ_where_a_contract_says_so() {
    let json = |until: &str| format!(r#"{{"weight":1,"shelf":"A1"{until}}}"#);
    for (until, expected) in [
        ("", None),
        (r#","until":null"#, Some(Nullable::Null)),
        (r#","until":"2024-01-02""#, Date::new(2024, 1, 2).map(Nullable::Value)),
    ] {
        let request: ParcelRequest = read(&json(until));
        assert_eq!(request.until, expected);
        assert_eq!(text(&request), json(until));
    }
    echo::<Vec<Nullable<i64>>>("[1,null]", "[1,null]");
    echo::<Vec<Option<i64>>>("[1,null]", "[1,null]");
    echo::<Option<bool>>("null", "null");
}

#[test]
fn scalars_of_another_kind_are_read() {
    for (json, code) in [("7", "7"), ("7.00", "7.00"), ("1e2", "1e2"), ("true", "true"), (r#""7""#, "7")] {
        let parcel: Parcel = read(&format!(r#"{{"id":1,"code":{json}}}"#));
        assert_eq!((parcel.id.as_str(), parcel.code.as_deref()), ("1", Some(code)));
    }
    let parcel: Parcel = read(r#"{"id":"p","weight":"10.10","count":"3","open":"true","kind":5}"#);
    assert_eq!(text(&parcel), r#"{"id":"p","weight":10.10,"kind":"5","count":3,"open":true}"#);
    assert_eq!(read::<i32>("5.0"), 5);
    assert_eq!(
        refused::<i32>("2147483648").to_string(),
        "cannot read the JSON document at $ (byte 0): expected a whole number of 32 bits, found a number"
    );
    assert!(refused::<i64>("1.5").to_string().ends_with("expected a whole number of 64 bits, found a number"));
    assert!(refused::<bool>("1").to_string().ends_with("expected a boolean, found a number"));
}

#[test]
fn whole_numbers_keep_to_their_type() {
    echo::<Vec<u64>>("[0,18446744073709551615,\"7\",7.0]", "[0,18446744073709551615,7,7]");
    echo::<Vec<u32>>("[0,4294967295]", "[0,4294967295]");
    echo::<Vec<i64>>("[-9223372036854775808,9223372036854775807]", "[-9223372036854775808,9223372036854775807]");
    assert!(
        refused::<u32>("-1").to_string().ends_with("a whole number of 32 bits that is not negative, found a number")
    );
    for json in ["-1", "18446744073709551616", "1.5"] {
        refused::<u64>(json);
    }
    refused::<u32>("4294967296");
    refused::<i64>("9223372036854775808");
    assert_eq!((Json::from(u64::MAX).text(), Json::from(7_u32).text()), ("18446744073709551615", "7"));
}

#[test]
fn nothing_is_null() {
    echo::<()>(" null ", "null");
    for whatever in ["", " 0", "{}", "whatever, ["] {
        decode::<()>(whatever.as_bytes()).unwrap();
    }
}

#[test]
fn enums_keep_what_they_do_not_know() {
    let kind: Kind = read(r#""Crate""#);
    assert_eq!((kind.as_str(), kind.to_string()), ("Crate", "Crate".to_owned()));
    assert!(matches!(kind, Kind::Unknown(_)));
    assert_eq!(text(&kind), r#""Crate""#);
    assert_eq!(read::<Kind>(r#""B\u0061g""#), Kind::Bag);
    assert_eq!("Bag".parse(), Ok(Kind::Bag));
    assert_eq!("Crate".parse::<Kind>().unwrap_err().to_string(), "not a Kind, which is one of Flat, Bag");
}

#[test]
fn enums_may_hold_values_that_are_no_strings() {
    let json = r#"[1,0.5,false,"auto"]"#;
    assert_eq!(read::<Vec<Level>>(json), [Level::One, Level::Half, Level::Off, Level::Auto]);
    echo::<Vec<Level>>(json, json);
    // the same numbers and strings in other words
    echo::<Vec<Level>>(r#"[1.0,10e-1,0.50,"\u0061uto"]"#, r#"[1,1,0.5,"auto"]"#);
    // and scalars of another kind
    echo::<Vec<Level>>(r#"["1","1.0","false"]"#, "[1,1,false]");
    let unknown = r#"[2,true,"Auto","",1e400,"a\u0062c"]"#;
    echo::<Vec<Level>>(unknown, unknown);
    assert!(read::<Vec<Level>>(unknown).iter().all(|level| matches!(level, Level::Unknown(_))));
    let message = refused::<Level>("[1]").to_string();
    assert!(message.ends_with("expected a string, a number or a boolean, found a list"), "{message}");
    refused::<Level>("tru");
    assert_eq!(text(&Level::blank()), "null");
}

#[test]
fn texts_of_enums_that_are_json_are_parsed_with_and_without_quotes() {
    for (text, level) in [("1", Level::One), ("false", Level::Off), ("auto", Level::Auto), ("\"auto\"", Level::Auto)] {
        assert_eq!(text.parse(), Ok(level));
    }
    assert_eq!((Level::Auto.as_str(), Level::One.to_string()), ("\"auto\"", "1".to_owned()));
    let error = "1.0".parse::<Level>().unwrap_err().to_string();
    assert_eq!(error, r#"not a Level, which is one of 1, 0.5, false, "auto""#);
}

#[test]
fn booleans_are_read_as_the_word_they_were() {
    assert_eq!(read::<Vec<Choice>>(r#"[true,false,"Yes","No"]"#), [Choice::Yes, Choice::No, Choice::Yes, Choice::No]);
    assert_eq!(read::<Choice>(r#""true""#).as_str(), "true");
    assert_eq!(read::<Kind>("true").as_str(), "true");
}

#[test]
fn what_a_response_cannot_read_is_kept_as_it_came() {
    let json = r#"{"id":"p","boxes":[{"id":"q"},7],"count":1.5,"kind":["Flat"],"sentOn":"0000-00-00","weight":1e-40,"weights":{"a":1,"b":{}}}"#;
    let parcel: Parcel = read(json);
    assert!(parcel.weight.is_none() && parcel.sent_on.is_none() && parcel.boxes.is_none() && parcel.weights.is_none());
    assert_eq!(parcel.extra().len(), 6);
    assert_eq!(parcel.extra().get("sentOn").and_then(Json::as_text).as_deref(), Some("0000-00-00"));
    assert_eq!(text(&parcel), json);
}

#[test]
fn a_field_that_is_set_wins_over_what_could_not_be_read_into_it() {
    let mut parcel: Parcel = read(r#"{"id":"p","sentOn":"soon"}"#);
    parcel.sent_on = Date::new(2024, 1, 2);
    assert_eq!(text(&parcel), r#"{"id":"p","sentOn":"2024-01-02"}"#);
}

#[test]
fn of_twins_the_last_one_counts() {
    echo::<Parcel>(r#"{"id":"a","id":"b","count":1,"count":2,"x":1,"x":2}"#, r#"{"id":"b","count":2,"x":2}"#);
    echo::<Parcel>(r#"{"id":"a","count":1,"count":"one"}"#, r#"{"id":"a","count":"one"}"#);
    echo::<Parcel>(r#"{"id":"a","count":"one","count":1}"#, r#"{"id":"a","count":1}"#);
    echo::<Parcel>(r#"{"id":"a","count":1,"count":null}"#, r#"{"id":"a"}"#);
    echo::<Map<i64>>(r#"{"a":1,"a":2}"#, r#"{"a":2}"#);
}

#[test]
fn a_response_needs_its_required_members() {
    assert_eq!(
        refused::<Parcel>(r#"{"count":1}"#).to_string(),
        "cannot read the JSON document at $.id (byte 11): a required member is missing"
    );
    for json in [r#"{"id":null}"#, r#"{"id":{}}"#, r#"{"id":"a","id":[]}"#] {
        assert_eq!(refused::<Parcel>(json).path(), "$.id");
    }
}

#[test]
fn a_request_is_read_strictly_and_the_error_has_a_path() {
    let json = r#"{"weight":1,"shelf":"A","boxes":[{"items":[{"size":1},{"size":2},{"size":[]}]}]}"#;
    let wrong = refused::<ParcelRequest>(json);
    assert_eq!(wrong.path(), "$.boxes[0].items[2].size");
    assert_eq!(Some(wrong.offset()), json.find("[]"));
    assert!(wrong.to_string().ends_with("expected a number of at most 28 digits, found a list"), "{wrong}");
    let missing = refused::<ParcelRequest>(r#"{"weight":1,"shelf":"A","boxes":[{"items":[{}]}]}"#);
    assert_eq!(missing.path(), "$.boxes[0].items[0].size");
    assert_eq!(refused::<ParcelRequest>(r#"{"weight":1,"shelf":"A","door code":{}}"#).path(), r#"$["door code"]"#);
    assert_eq!(refused::<Map<i64>>(r#"{"a\"b":"canary"}"#).path(), r#"$["a\"b"]"#);
    let wrong = refused::<Map<i64>>(r#"{"a":"canary"}"#);
    assert!(!format!("{wrong} {wrong:?}").contains("canary"));
}

#[test]
fn escapes_are_read_in_names_and_values() {
    let parcel: Parcel = read(r#"{"\u0069d":"\ud83d\ude00\t\"\\","a\nb":1}"#);
    assert_eq!(parcel.id, "😀\t\"\\");
    assert_eq!(parcel.extra().get("a\nb").map(Json::text), Some("1"));
    assert_eq!(text(&parcel), "{\"id\":\"😀\\t\\\"\\\\\",\"a\\nb\":1}");
}

#[test]
fn broken_documents_are_refused_wherever_they_break() {
    let whole = r#"{"id":"p","count":1,"boxes":[{"id":"q","x":[1,{"y":"\u00e9"}]}],"z":{"a":-1.5e3,"b":null}}"#;
    assert!(decode::<Parcel>(whole.as_bytes()).is_ok());
    for end in 0..whole.len() {
        refused::<Parcel>(&whole[..end]);
        refused::<Json>(&whole[..end]);
    }
    for json in [
        r#"{"id":"p"} x"#,
        r#"{"id":"p",}"#,
        r#"{"id" "p"}"#,
        r#"{id:"p"}"#,
        r#"{"id":"p","x":01}"#,
        r#"{"id":"p","x":NaN}"#,
        r#"{"id":"p","count":Infinity}"#,
        r#"{"id":"p","count":-Infinity}"#,
        r#"{"id":"p","x":[1 2]}"#,
        r#"{"id":"p","x":[1,]}"#,
        r#"{"id":"p","x":"\q"}"#,
        r#"{"id":"p","x":"\ud800"}"#,
        "{\"id\":\"p\",\"x\":\"\u{1}\"}",
        r#"{"id":"p","x":tru}"#,
        r#"{"id":"p","count":tru}"#,
        r#"{"id":"p","count":1.}"#,
        r#"{"id":"p","x":+1}"#,
        r#"{"id":"p"}{}"#,
        "",
        "   ",
    ] {
        refused::<Parcel>(json);
    }
    let broken = refused::<Parcel>(r#"{"id":"p","boxes":[{"id":"q","x":[tru]}]}"#);
    assert_eq!(broken.path(), "$.boxes[0].x");
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let error = refused::<Parcel>(b"{\"id\":\"p\",\"x\":\"\xff\"}");
    assert_eq!(error.to_string(), "cannot read the JSON document at $ (byte 15): the text is not UTF-8");
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(decode::<Json>(nested(128).as_bytes()).is_ok());
    let error = refused::<Json>(nested(129));
    assert!(error.to_string().ends_with("lists and objects nest deeper than 128 levels"), "{error}");
    refused::<Json>(nested(1_000_000));
    refused::<Json>("[".repeat(1_000_000));
    // one level less within an object, declared or not
    assert!(decode::<Parcel>(format!(r#"{{"id":"p","x":{}}}"#, nested(127)).as_bytes()).is_ok());
    refused::<Parcel>(format!(r#"{{"id":"p","x":{}}}"#, nested(128)));
    refused::<Parcel>(format!(r#"{{"id":"p","count":{}}}"#, nested(128)));
    let boxes =
        |depth: usize| format!("{}{{\"id\":\"p\"}}{}", r#"{"id":"p","boxes":["#.repeat(depth), "]}".repeat(depth));
    assert!(decode::<Parcel>(boxes(63).as_bytes()).is_ok());
    refused::<Parcel>(boxes(64));
}

#[test]
fn whatever_is_read_is_json_and_is_read_alike_again() {
    let whole =
        r#"{"id":"p\n","count":1,"weight":-1.50e3,"boxes":[{"id":"q","x":[1,"\u00e9"]}],"open":true,"z":{"a":null}}"#;
    let mut read_again = 0;
    for at in 0..whole.len() {
        for byte in *b"\"\\{}[]:,01-.enu \x00\xc3" {
            let mut garbled = whole.as_bytes().to_vec();
            garbled[at] = byte;
            let Ok(parcel) = decode::<Parcel>(&garbled) else { continue };
            assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&garbled).is_ok());
            assert!(decode::<Parcel>(&encode(&parcel)).unwrap() == parcel);
            read_again += 1;
        }
    }
    assert!(read_again > 300, "{read_again}");
}

#[test]
fn json_is_looked_into() {
    let json: Json = r#" {"a":[1,"x",true,null],"b":10.10} "#.parse().unwrap();
    assert_eq!(json.text(), r#"{"a":[1,"x",true,null],"b":10.10}"#);
    let members = json.members().unwrap();
    let items = members["a"].items().unwrap();
    assert_eq!(items[0].as_decimal(), Some(Decimal::new(1, 0)));
    assert_eq!((items[0].as_text(), items[0].as_scalar()), (None, Some("1".to_owned())));
    assert_eq!((items[1].as_text(), items[1].as_decimal()), (Some("x".to_owned()), None));
    assert_eq!((items[2].as_bool(), items[2].as_scalar()), (Some(true), Some("true".to_owned())));
    assert!(items[3].is_null() && items[3].as_scalar().is_none());
    assert_eq!(members["b"].to_string(), "10.10");
    assert_eq!(json.items(), None);
    assert!(Json::parse("{").is_err() && Json::parse("1 2").is_err());
    assert_eq!(Json::from("a\"b").text(), r#""a\"b""#);
    assert_eq!(Json::from("0.10".parse::<Decimal>().unwrap()).text(), "0.10");
    assert_eq!((Json::from(7_i64).text(), Json::from(false).text(), Json::null().text()), ("7", "false", "null"));
}
