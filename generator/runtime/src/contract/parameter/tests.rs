//! The styles, one by one.

use crate::contract::parameter::*;
use crate::model::{Node, Value, decode};
use crate::syntax::percent_decode;
use crate::{Base64, Json, Map, Nullable, Secret};

const NAME: &str = "color";

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn members(members: &[(&str, i64)]) -> Map<i64> {
    members.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

fn json(text: &str) -> Json {
    text.parse().unwrap()
}

fn in_path(style: Style, explode: bool, value: &dyn Value) -> String {
    Parameter::new(NAME).style(style).explode(explode).in_path(&value.node())
}

fn in_query(style: Style, explode: bool, value: &dyn Value) -> String {
    Parameter::new(NAME).style(style).explode(explode).in_query(&value.node()).unwrap()
}

/// The examples of OpenAPI 3.0.4, with an empty text, a text, a list and an object.
#[test]
fn paths_are_those_of_the_specification() {
    let (empty, text) = (String::new(), "blue".to_owned());
    let (list, object) = (list(&["blue", "black", "brown"]), members(&[("B", 150), ("G", 200), ("R", 100)]));
    let values: [&dyn Value; 4] = [&empty, &text, &list, &object];
    for (style, explode, expected) in [
        (Style::Matrix, false, [";color", ";color=blue", ";color=blue,black,brown", ";color=B,150,G,200,R,100"]),
        (Style::Matrix, true, [";color", ";color=blue", ";color=blue;color=black;color=brown", ";B=150;G=200;R=100"]),
        (Style::Label, false, [".", ".blue", ".blue,black,brown", ".B,150,G,200,R,100"]),
        (Style::Label, true, [".", ".blue", ".blue.black.brown", ".B=150.G=200.R=100"]),
        (Style::Simple, false, ["", "blue", "blue,black,brown", "B,150,G,200,R,100"]),
        (Style::Simple, true, ["", "blue", "blue,black,brown", "B=150,G=200,R=100"]),
    ] {
        assert_eq!(values.map(|value| in_path(style, explode, value)), expected, "{style:?} {explode}");
    }
}

#[test]
fn queries_are_those_of_the_specification() {
    let (empty, text) = (String::new(), "blue".to_owned());
    let (list, object) = (list(&["blue", "black", "brown"]), members(&[("B", 150), ("G", 200), ("R", 100)]));
    let values: [&dyn Value; 4] = [&empty, &text, &list, &object];
    let exploded = "color=blue&color=black&color=brown";
    for (style, explode, expected) in [
        (Style::Form, false, ["color=", "color=blue", "color=blue,black,brown", "color=B,150,G,200,R,100"]),
        (Style::Form, true, ["color=", "color=blue", exploded, "B=150&G=200&R=100"]),
        (
            Style::SpaceDelimited,
            false,
            ["color=", "color=blue", "color=blue%20black%20brown", "color=B%20150%20G%20200%20R%20100"],
        ),
        (Style::SpaceDelimited, true, ["color=", "color=blue", exploded, "B=150&G=200&R=100"]),
        (
            Style::PipeDelimited,
            false,
            ["color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=B%7C150%7CG%7C200%7CR%7C100"],
        ),
        (
            Style::DeepObject,
            true,
            [
                "color=",
                "color=blue",
                "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
                "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100",
            ],
        ),
    ] {
        assert_eq!(values.map(|value| in_query(style, explode, value)), expected, "{style:?} {explode}");
    }
}

#[test]
fn the_usual_form_explodes_and_other_styles_do_not() {
    let value = list(&["a", "b"]);
    assert_eq!(Parameter::new(NAME).in_query(&value.node()).unwrap(), "color=a&color=b");
    assert_eq!(Parameter::new(NAME).style(Style::PipeDelimited).in_query(&value.node()).unwrap(), "color=a%7Cb");
    assert_eq!(Parameter::new(NAME).style(Style::Label).in_path(&value.node()), ".a,b");
    assert_eq!(
        Parameter::new(NAME).style(Style::Label).style(Style::Form).in_query(&value.node()).unwrap(),
        "color=a&color=b"
    );
}

#[test]
fn nothing_can_break_out_of_its_place() {
    let evil = list(&["a,b", "c&d=e", "f/../g?h#i", "j;k|l m", "é\r\n%2F"]);
    let encoded = "a%2Cb,c%26d%3De,f%2F..%2Fg%3Fh%23i,j%3Bk%7Cl%20m,%C3%A9%0D%0A%252F";
    assert_eq!(in_query(Style::Form, false, &evil), format!("color={encoded}"));
    assert_eq!(in_path(Style::Simple, false, &evil), encoded);
    let names = members(&[("a&b=c", 1), ("é]", 2)]);
    assert_eq!(in_query(Style::Form, true, &names), "a%26b%3Dc=1&%C3%A9%5D=2");
    assert_eq!(in_query(Style::DeepObject, true, &names), "color%5Ba%26b%3Dc%5D=1&color%5B%C3%A9%5D%5D=2");
    assert_eq!(in_path(Style::Matrix, true, &names), ";a%26b%3Dc=1;%C3%A9%5D=2");
}

#[test]
fn punctuation_may_be_allowed_where_it_changes_nothing() {
    let parameter = Parameter::new("q").allow_reserved();
    let value = "a:b/c?d@e!f$g'h(i)j*k,l;m=n&o+p#q[r]s %2F".to_owned();
    assert_eq!(parameter.in_query(&value.node()).unwrap(), "q=a:b/c?d@e!f$g'h(i)j*k,l;m=n%26o%2Bp%23q%5Br%5Ds%20%2F");
    assert_eq!(parameter.in_path(&"a/b".to_owned().node()), "a%2Fb");
}

#[test]
fn scalars_of_every_kind_have_a_text() {
    let values: [(&dyn Value, &str); 10] = [
        (&true, "true"),
        (&-7_i64, "-7"),
        (&u64::MAX, "18446744073709551615"),
        (&"10.10".parse::<crate::Decimal>().unwrap(), "10.10"),
        (&"2024-02-29".parse::<crate::Date>().unwrap(), "2024-02-29"),
        (&"2024-02-29T00:00:00+01:00".parse::<crate::DateTime>().unwrap(), "2024-02-29T00%3A00%3A00%2B01%3A00"),
        (&Base64::new(*b"\xff\xfe"), "%2F%2F4%3D"),
        (&Secret::new("s t"), "s%20t"),
        (&json(r#""a b""#), "a%20b"),
        (&json("1.50"), "1.50"),
    ];
    for (value, text) in values {
        assert_eq!(in_query(Style::Form, true, value), format!("color={text}"));
        assert_eq!(in_path(Style::Simple, false, value), text);
    }
}

#[test]
fn what_is_absent_is_left_out() {
    let parameter = Parameter::new(NAME);
    for absent in [&None::<String> as &dyn Value, &Nullable::<i64>::Null, &json("null"), &()] {
        assert_eq!(parameter.in_query(&absent.node()), None);
        assert_eq!(parameter.in_cookies(&absent.node()), None);
        assert_eq!(parameter.in_path(&absent.node()), "");
        assert_eq!(header_text(&absent.node(), false), None);
    }
    for empty in [&Vec::<String>::new() as &dyn Value, &Map::<i64>::new(), &json("[]"), &json("{}")] {
        for explode in [false, true] {
            assert_eq!(in_query(Style::Form, explode, empty), "");
            assert_eq!(in_path(Style::Matrix, explode, empty), "");
            assert_eq!(header_text(&empty.node(), explode), None);
        }
        assert_eq!(in_query(Style::DeepObject, true, empty), "");
    }
    let gaps = json(r#"["a",null,"b"]"#);
    assert_eq!(in_query(Style::Form, false, &gaps), "color=a,b");
    assert_eq!(in_query(Style::Form, true, &json(r#"{"a":null,"b":1}"#)), "b=1");
    assert_eq!(in_query(Style::Form, true, &vec![None, Some(1_i64)]), "color=1");
}

#[test]
fn deep_objects_say_the_way_to_each_value() {
    let value = json(r#"{"a":{"b":"c d","e":[1,{"f":true},[2]]},"g":null,"h":{},"i":"&"}"#);
    let expected = ["a][b]=c%20d", "a][e][0]=1", "a][e][1][f]=true", "a][e][2][0]=2", "g]=", "i]=%26"];
    let expected = expected.map(|pair| format!("color[{pair}").replace('[', "%5B").replace(']', "%5D"));
    assert_eq!(in_query(Style::DeepObject, true, &value), expected.join("&"));
    assert_eq!(in_query(Style::DeepObject, true, &vec![None, Some(1_i64)]), "color%5B0%5D=&color%5B1%5D=1");
    let none = Parameter::new(NAME).style(Style::DeepObject);
    assert_eq!(none.in_query(&None::<i64>.node()), None);
    assert_eq!(none.in_query(&Node::Null).as_deref(), Some("color="));
}

#[test]
fn what_no_style_has_a_place_for_is_json() {
    assert_eq!(
        in_query(Style::Form, true, &json(r#"[[1,2],{"a":"b"}]"#)),
        "color=%5B1%2C2%5D&color=%7B%22a%22%3A%22b%22%7D"
    );
    assert_eq!(in_query(Style::Form, true, &json(r#"{"a":[1]}"#)), "a=%5B1%5D");
    let parameter = Parameter::new(NAME).json();
    for (value, text) in
        [(&list(&["a"]) as &dyn Value, "%5B%22a%22%5D"), (&"a".to_owned(), "%22a%22"), (&Nullable::<i64>::Null, "null")]
    {
        assert_eq!(parameter.in_query(&value.node()), Some(format!("color={text}")));
        assert_eq!(parameter.in_path(&value.node()), text);
    }
    assert_eq!(parameter.in_query(&None::<i64>.node()), None);
}

#[test]
fn cookies_and_headers_have_styles_of_their_own() {
    let cookies = |parameter: Parameter, value: &dyn Value| parameter.in_cookies(&value.node()).unwrap();
    assert_eq!(cookies(Parameter::new("c"), &"a;b, c".to_owned()), "c=a%3Bb%2C%20c");
    assert_eq!(cookies(Parameter::new("c"), &list(&["a", "b"])), "c=a; c=b");
    assert_eq!(cookies(Parameter::new("c").explode(false), &list(&["a", "b"])), "c=a,b");
    let header = |value: &dyn Value, explode| header_text(&value.node(), explode).unwrap();
    assert_eq!(header(&list(&["a b", "c"]), false), "a b,c");
    assert_eq!(header(&members(&[("a", 1), ("b", 2)]), false), "a,1,b,2");
    assert_eq!(header(&members(&[("a", 1), ("b", 2)]), true), "a=1,b=2");
    assert_eq!(header(&7_i64, false), "7");
}

/// Returns the decoded names and values of a form.
fn form(body: &str, encodings: &[Encoding]) -> Vec<String> {
    let body: Json = json(body);
    let decoded = |text: String| percent_decode(&text).unwrap();
    let pairs = form_pairs(&body, encodings).into_iter();
    pairs.map(|(name, value)| format!("{}={}", decoded(name), decoded(value))).collect()
}

/// OpenAPI 3.0.4 and 3.1.1, Encoding Object: without `style`, `explode` and `allowReserved`, a property is written by its content type,
/// which is `application/json` for an object, and that of the items for a list.
#[test]
fn forms_repeat_lists_and_write_objects_as_json() {
    let body = r#"{"a":1,"b":["x","y"],"c":{"d":[1,2],"e":{"f":"g&h"}},"i":[{"j":1},{"j":2}],"k":null,"l":[],"m":"","n":[null]}"#;
    assert_eq!(
        form(body, &[]),
        ["a=1", "b=x", "b=y", r#"c={"d":[1,2],"e":{"f":"g&h"}}"#, r#"i={"j":1}"#, r#"i={"j":2}"#, "k=", "m="]
    );
}

#[test]
fn forms_follow_their_encodings() {
    let body =
        r#"{"a":["x","y"],"b":["x","y"],"c":["x","y"],"d":{"e":1,"f":[2]},"g":{"h":1},"i":{"j":1},"k":null,"l":"t"}"#;
    let encodings = [
        Encoding::new("a").style(Style::DeepObject).explode(true),
        Encoding::new("b").explode(false),
        Encoding::new("c").style(Style::PipeDelimited),
        Encoding::new("d").content_type("application/json"),
        Encoding::new("g").style(Style::Form),
        Encoding::new("i").content_type("application/json").style(Style::DeepObject),
        Encoding::new("k").explode(false),
        Encoding::new("l").content_type("text/plain"),
    ];
    assert_eq!(
        form(body, &encodings),
        ["a[0]=x", "a[1]=y", "b=x,y", "c=x|y", r#"d={"e":1,"f":[2]}"#, "h=1", "i[j]=1", "k=", "l=t"]
    );
}

#[test]
fn forms_are_made_of_objects() {
    let body: Map<Vec<i64>> = decode(br#"{"b":[1,2],"a c":[3]}"#).unwrap();
    let pairs = form_pairs(&body, &[]);
    assert_eq!(form_urlencode(&pairs), "a%20c=3&b=1&b=2");
    assert_eq!(form_pairs(&list(&["a"]), &[]), []);
    assert_eq!(form_urlencode(&[]), "");
    let body: Map<String> = decode(r#"{"a[b]":"é=&+"}"#.as_bytes()).unwrap();
    assert_eq!(form_urlencode(&form_pairs(&body, &[])), "a%5Bb%5D=%C3%A9%3D%26%2B");
    // The delimiters of a style stand as they are, so that they can be told from those of a value (RFC 6570, 3.2.1).
    let list: Map<Vec<String>> = decode(br#"{"tags":["a","b,c","d e"]}"#).unwrap();
    assert_eq!(form_urlencode(&form_pairs(&list, &[Encoding::new("tags").explode(false)])), "tags=a,b%2Cc,d%20e");
    let link: Map<String> = decode(br#"{"link":"/a/b?c:d&e"}"#).unwrap();
    let encodings = [Encoding::new("link").style(Style::Form).allow_reserved()];
    assert_eq!(form_urlencode(&form_pairs(&link, &encodings)), "link=/a/b?c:d%26e");
}
