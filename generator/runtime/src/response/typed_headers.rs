//! Response headers as the fields of an object.

use http::HeaderMap;
use http::header::HeaderName;

use crate::model::{Json, Object, Slots, Value, decode_into, encode};

/// Reads each header that an object declares, under the name of the field, into the field. What is no value of it is kept among
/// the object's extra members, as text.
pub(crate) fn read_headers(object: &mut dyn Object, headers: &HeaderMap) {
    let table = object.table();
    object.slots(&mut |Slots { fields, extra, .. }| {
        for (field, value) in table.fields.iter().zip(fields) {
            if let Some(text) = header_text(headers, field.name).filter(|text| !read_text(*value, text)) {
                extra.insert(field.name, text);
            }
        }
    });
}

/// Returns the value of a header; that of one which comes several times is a list.
fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let values = headers.get_all(name).iter().map(|value| str::from_utf8(value.as_bytes()).map(str::trim).ok());
    values.collect::<Option<Vec<_>>>().filter(|values| !values.is_empty()).map(|values| values.join(", "))
}

/// Reads a text as a scalar, as a list, as JSON, or as an object in the style `simple`, whichever the value can be.
fn read_text(value: &mut dyn Value, text: &str) -> bool {
    let as_text = Json::from(text);
    let items: Vec<_> = text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    decode_into(value, as_text.text().as_bytes()).is_ok()
        || decode_into(value, &encode(&items)).is_ok()
        || decode_into(value, text.as_bytes()).is_ok()
        || object_of(&items).is_some_and(|object| decode_into(value, object.as_bytes()).is_ok())
}

/// Returns the items `R=100`, `G=200` or `R`, `100`, `G`, `200` as an object: the style `simple`, with and without `explode` (OpenAPI
/// 3.0.4, Style Examples).
fn object_of(items: &[String]) -> Option<String> {
    let exploded: Option<Vec<_>> = items.iter().map(|item| item.split_once('=')).collect();
    let in_turn = || items.chunks(2).map(|pair| Some((pair[0].as_str(), pair.get(1)?.as_str()))).collect();
    let members: Vec<_> = exploded.or_else(in_turn)?;
    let members = members.into_iter().map(|(name, value)| format!("{}:{}", Json::from(name), Json::from(value)));
    Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decode;
    use crate::model::tests::models::{Kind, Parcel};

    fn read(headers: &[(&str, &str)]) -> Parcel {
        let mut parcel = Parcel::default();
        let headers = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| {
            map.append(name, value);
        });
        read_headers(&mut parcel, &map);
        parcel
    }

    #[test]
    fn headers_are_read_as_what_they_are_declared_to_be() {
        let parcel = read(&[
            ("ID", "a, \"b\""),
            ("weight", "10.10"),
            ("Kind", "Bag"),
            ("SentOn", "2024-02-29"),
            ("count", " 7 "),
            ("open", "true"),
            ("weights", r#"{"a":1.50}"#),
            ("x-other", "canary"),
        ]);
        let expected = r#"{"id":"a, \"b\"","weight":10.10,"kind":"Bag","sentOn":"2024-02-29","count":7,"weights":{"a":1.50},"open":true}"#;
        assert!(parcel == decode(expected.as_bytes()).unwrap());
        assert_eq!(parcel.kind, Some(Kind::Bag));
    }

    #[test]
    fn what_is_no_value_of_the_field_is_kept() {
        let parcel = read(&[("count", "many"), ("sentOn", "Thu, 29 Feb 2024"), ("weight", "")]);
        assert_eq!((parcel.count, parcel.sent_on, parcel.weight), (None, None, None));
        let kept = ["count", "sentOn", "weight"].map(|name| parcel.extra().get(name).and_then(Json::as_text).unwrap());
        assert_eq!(kept, ["many", "Thu, 29 Feb 2024", ""]);
        assert_eq!(parcel.extra().len(), 3);
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let list = |text: &str| {
            let mut value: Option<Vec<i64>> = None;
            (read_text(&mut value, text), value)
        };
        assert_eq!(list("1,2 , 3"), (true, Some(vec![1, 2, 3])));
        assert_eq!(list("1"), (true, Some(vec![1])));
        assert_eq!(list(""), (true, Some(vec![])));
        assert_eq!(list("1,x"), (false, None));
        let mut texts: Option<Vec<String>> = None;
        assert!(read_text(&mut texts, "a b, c"));
        assert_eq!(texts, Some(vec!["a b".to_owned(), "c".to_owned()]));
        assert_eq!(read(&[("code", "a"), ("Code", "b")]).code.as_deref(), Some("a, b"));
    }

    #[test]
    fn objects_are_names_and_values_in_turn_or_pairs() {
        for (text, expected) in [
            ("id,a,count,7", Some(("a".to_owned(), Some(7)))),
            ("id=a=b, count=7", Some(("a=b".to_owned(), Some(7)))),
            ("id,a,count", None),
        ] {
            let mut parcel = Parcel::default();
            let found = read_text(&mut parcel, text).then_some((parcel.id, parcel.count));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_header_that_is_no_text_is_passed_over() {
        let mut parcel = Parcel::default();
        let mut headers = HeaderMap::new();
        headers.insert("code", http::HeaderValue::from_bytes(b"\xff").unwrap());
        read_headers(&mut parcel, &headers);
        assert!(parcel == Parcel::default());
    }
}
