//! Bodies whose bytes are not quite what they should be.

use std::io::Read;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::read::{DeflateEncoder, ZlibEncoder};

use super::{GOOD, NewParcel, builder, call};
use crate::observe::{Drift, DriftKind};
use crate::syntax::gzip;
use crate::testing::ScriptedTransport;
use crate::{Error, Json, Map, Outcome};

const REFUSED: &str = r#"{"success": false, "reasons": [{"code": 53000022}]}"#;
const OPEN: &str = r#"{"success": false, "reasons": [{"code": 53000060}]}"#;

async fn outcome(status: u16, codings: &[(&str, &str)], body: impl Into<bytes::Bytes>) -> Outcome {
    call(&ScriptedTransport::new().response(status, codings, body)).await.unwrap_err().outcome()
}

async fn error(status: u16, codings: &[(&str, &str)], body: impl Into<bytes::Bytes>) -> Error {
    call(&ScriptedTransport::new().response(status, codings, body)).await.unwrap_err()
}

#[tokio::test]
async fn a_byte_order_mark_is_passed_over() {
    let marked = |text: &str| format!("\u{feff}{text}");
    for status in [200, 409] {
        let parcel = call(&ScriptedTransport::new().json(status, marked(GOOD))).await.unwrap();
        assert_eq!(parcel.number.as_deref(), Some("P-1"));
    }
    // A failure says what it says, and proves nothing: no document shows one with a mark.
    for text in [REFUSED, OPEN] {
        let error = error(400, &[], marked(text)).await;
        assert_eq!((error.outcome(), error.reasons().len()), (Outcome::Unknown, 1));
        assert_eq!(error.body(), Some(marked(text).as_bytes()));
        assert!(error.decode_body::<Map<Json>>().unwrap().is_ok());
    }
    for body in ["\u{feff}", "\u{feff}\u{feff}{}"] {
        assert_eq!(outcome(400, &[], body).await, Outcome::Unknown);
        assert_eq!(outcome(200, &[], body).await, Outcome::Unknown);
    }
}

/// Bodies of which one value is none, and what is kept of it.
const FLAWED: [(&[u8], &str); 9] = [
    (b"\"a\xffb\"", "\"a\u{fffd}b\""),
    (br#""\ud83d""#, r#""\ufffd""#),
    (b"\"a\nb\"", r#""a\u000ab""#),
    (b"\"a\0b\"", r#""a\u0000b""#),
    (br#""\x""#, r#""\\x""#),
    (b"NaN", r#""NaN""#),
    (b"-Infinity", r#""-Infinity""#),
    (b"undefined", r#""undefined""#),
    (b"1\xff2", "\"1\u{fffd}2\""),
];

#[tokio::test]
async fn a_value_that_is_none_costs_its_member() {
    for (value, kept) in FLAWED {
        for body in [
            [b"{\"success\": true, \"number\": \"P-1\", \"secret\": ", value, b"}"].concat(),
            [b"{\"secret\": ", value, b", \"success\": true, \"number\": \"P-1\"}"].concat(),
            [b"{\"secret\": ", value, b", \"number\": \"P-1\"}"].concat(),
            [b"\xef\xbb\xbf{\"success\": true, \"number\": \"P-1\", \"secret\": ", value, b"}"].concat(),
            [
                b"{\"success\": true, \"other\": 1",
                &[b'0'; 100][..],
                b", \"number\": \"P-1\", \"secret\": ",
                value,
                b"}",
            ]
            .concat(),
        ] {
            let drifts = Arc::new(Mutex::new(Vec::new()));
            let sink = Arc::clone(&drifts);
            let client = builder(&ScriptedTransport::new().json(200, body.clone())).access_token("fixed");
            let client = client.on_drift(move |drift: &Drift| sink.lock().unwrap().push(drift.clone()));
            let parcel = client.build().unwrap().send_parcel("D1", &NewParcel::new(1)).await;
            let parcel = parcel.unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(&body)));
            assert_eq!((parcel.number.as_deref(), parcel.secret.as_deref()), (Some("P-1"), None));
            assert_eq!(parcel.extra.get("secret").map(Json::text), Some(kept));
            serde_json::to_value(&*parcel).unwrap();
            let drifts = drifts.lock().unwrap();
            assert!(drifts.iter().any(|drift| drift.path() == "/secret" && drift.kind() == DriftKind::UnreadableValue));
        }
    }
}

/// It is a witness no more, since a value that counts may be the one that is none.
#[tokio::test]
async fn a_failure_with_a_value_that_is_none_proves_nothing() {
    for (value, _) in FLAWED {
        for status in [200, 400] {
            for code in [&b"53000022"[..], b"53000060", value] {
                let front: &[u8] = b"{\"success\": false, \"other\": ";
                let body = [front, value, b", \"reasons\": [{\"code\": ", code, b"}]}"].concat();
                let outcome = outcome(status, &[], body.clone()).await;
                assert_eq!(outcome, Outcome::Unknown, "{status} {}", String::from_utf8_lossy(&body));
            }
        }
    }
}

#[tokio::test]
async fn what_is_broken_beyond_a_value_is_unreadable() {
    for body in [
        &b"{\"success\": true, \"number\": \"P-1\", \"secret\": \"a\xff"[..],
        b"{\"success\": true, \"number\": \"P-1\", secret: 1}",
        b"{\"success\": true, \"number\": \"P-1\", \"secret\": NaN",
        b"{\"success\": true, \"number\": NaN}",
    ] {
        let error = error(200, &[], body).await;
        assert_eq!(error.kind(), crate::ErrorKind::Decode, "{error}");
        assert_eq!(error.body(), Some(body));
    }
}

type Headers = Vec<(&'static str, &'static str)>;

/// Headers that name another coding than the body has, and bodies of that kind.
fn misnamed(text: &str) -> Vec<(Headers, Vec<u8>)> {
    let packed = gzip::pack(text.as_bytes()).to_vec();
    let twice = gzip::pack(&packed).to_vec();
    let named = |coding| vec![("content-encoding", coding)];
    vec![
        (named("UTF-8"), text.into()),
        (named("none"), text.into()),
        (named("string"), text.into()),
        (named("br"), text.into()),
        (named("br"), packed.clone()),
        (named("gzip"), text.into()),
        (vec![], packed.clone()),
        (named("gzip, gzip"), twice.clone()),
        (named("gzip, gzip"), packed.clone()),
        ([named("gzip"), named("gzip")].concat(), twice.clone()),
        (named("gzip"), twice),
        (named("gzip"), [&packed[..], b"\0\0\0\0"].concat()),
        (named("gzip"), packed[..packed.len() - 8].into()),
        (named("gzip"), [&packed[..], b"\r\n"].concat()),
    ]
}

#[tokio::test]
async fn a_success_is_read_however_its_coding_is_named() {
    for (headers, body) in misnamed(GOOD) {
        let parcel = call(&ScriptedTransport::new().response(200, &headers, body)).await;
        let parcel = parcel.unwrap_or_else(|error| panic!("{headers:?}: {error}"));
        assert_eq!(parcel.number.as_deref(), Some("P-1"));
    }
}

/// What it says is told, and proves nothing.
#[tokio::test]
async fn a_failure_whose_coding_is_misnamed_is_no_witness() {
    for text in [REFUSED, OPEN] {
        for (headers, body) in misnamed(text) {
            for status in [200, 400] {
                let error = error(status, &headers, body.clone()).await;
                assert_eq!(error.outcome(), Outcome::Unknown, "{status} {headers:?}");
                assert_eq!((error.reasons().len(), error.body()), (1, Some(text.as_bytes())), "{status} {headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn bytes_that_cannot_be_read_are_in_the_error() {
    let packed = gzip::pack(GOOD.as_bytes());
    // `deflate` is zlib by the standard, and without its head from some servers.
    let (mut zlib, mut bare) = (Vec::new(), Vec::new());
    ZlibEncoder::new(REFUSED.as_bytes(), Compression::fast()).read_to_end(&mut zlib).unwrap();
    DeflateEncoder::new(REFUSED.as_bytes(), Compression::fast()).read_to_end(&mut bare).unwrap();
    for (coding, body) in [
        ("gzip", &packed[..packed.len() / 2]),
        ("br", b"\x8b\x03\x80\xff\xfe"),
        ("gzip", b"\x1f\x8b"),
        ("deflate", &zlib),
        ("deflate", &bare),
        ("identity", &zlib),
    ] {
        for status in [200, 400] {
            let error = error(status, &[("content-encoding", coding)], body.to_vec()).await;
            assert_eq!((error.outcome(), error.body()), (Outcome::Unknown, Some(body)), "{status} {coding}");
        }
    }
}

/// Returns the forms of a text in UTF-16: in both orders, with and without a mark.
fn utf_16(text: &str) -> Vec<Vec<u8>> {
    let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
    let texts = [format!("\u{feff}{text}"), text.to_owned()];
    let forms = orders.iter().flat_map(|order| texts.iter().map(move |text| (order, text)));
    forms.map(|(order, text)| text.encode_utf16().flat_map(order).collect()).collect()
}

const TYPES: [&[(&str, &str)]; 3] = [
    &[],
    &[("content-type", "application/json; charset=utf-16")],
    &[("content-type", "application/json;charset=UTF-16LE")],
];

/// JSON between systems is UTF-8 (RFC 8259, 8.1). Nothing is guessed of another encoding.
#[tokio::test]
async fn utf_16_proves_nothing_and_is_in_the_error_as_it_came() {
    for text in [REFUSED, OPEN, GOOD, "{}", r#"{"code": "x", "message": "é€😀"}"#] {
        for (body, headers) in utf_16(text).iter().flat_map(|body| TYPES.map(|headers| (body, headers))) {
            for cut in [body.len(), body.len() - 1, 2, 1] {
                let body = &body[..cut];
                for status in [200, 400, 403, 409, 422, 500] {
                    let error = error(status, headers, body.to_vec()).await;
                    let case = format!("{status} {headers:?} {body:?}");
                    assert_eq!((error.outcome(), error.body()), (Outcome::Unknown, Some(body)), "{case}");
                    assert!(error.reasons().is_empty(), "{case}");
                    // Neither panics.
                    drop((error.to_string(), format!("{error:?}"), error.decode_body::<Map<Json>>()));
                }
            }
        }
    }
}

/// The parameter has no meaning for JSON (RFC 8259, 11), and no text of JSON is one in both encodings.
#[tokio::test]
async fn utf_8_counts_whatever_charset_its_type_names() {
    for headers in TYPES {
        let parcel = call(&ScriptedTransport::new().response(200, headers, GOOD)).await.unwrap();
        assert_eq!(parcel.number.as_deref(), Some("P-1"));
        assert_eq!(outcome(400, headers, REFUSED).await, Outcome::Rejected);
        assert_eq!(outcome(400, headers, OPEN).await, Outcome::Unknown);
    }
}
