//! The forms in which bodies are sent.

use super::{GOOD, NewParcel, Parcel, builder, client, key};
use crate::codegen::{Encoding, Media, Operation, Segment};
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Json, Map, Outcome, ResumableCall};

const fn operation(id: &'static str, media: Media) -> Operation {
    Operation::new(id, "POST", &[Segment::Literal("/x")]).request(media)
}

static MERGE: Operation = operation("merge", Media::Json(&["application/merge-patch+json", "application/json"]))
    .accept("application/vnd.x+json, application/json;q=0.5")
    .idempotent();
static FORM: Operation = operation("form", Media::Form(&[Encoding::new("label")]));
static LABEL: Operation = operation("label", Media::Raw(&["image/png", "text/*"]));
static PHOTO: Operation = operation("photo", Media::Raw(&["image/*"]));

fn good() -> ScriptedTransport {
    ScriptedTransport::new().json(200, GOOD)
}

fn parcel() -> NewParcel {
    NewParcel { label: Some("a&b ü".to_owned()), ..NewParcel::new(7) }
}

#[tokio::test]
async fn json_goes_under_the_name_the_operation_gives_it() {
    let server = good().json(200, GOOD);
    let client = client(&server);
    client.core.call(&MERGE).body(&parcel()).send::<Parcel>().await.unwrap();
    client.core.call(&MERGE).body(&parcel()).content_type("application/json").send::<Parcel>().await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!(first.header("content-type"), Some("application/merge-patch+json"));
    assert_eq!(second.header("content-type"), Some("application/json"));
    for request in [first, second] {
        assert_eq!(request.text(), r#"{"weight":7,"label":"a&b ü"}"#);
        assert_eq!(request.headers().get_all("accept").iter().count(), 1);
        assert_eq!(request.header("accept"), Some("application/vnd.x+json, application/json;q=0.5"));
    }
}

#[tokio::test]
async fn a_kept_call_keeps_both_content_types() {
    let server = ScriptedTransport::new().interrupted().json(200, GOOD);
    let client = client(&server);
    let error = client.core.call(&MERGE).body(&parcel()).send::<Parcel>().await.unwrap_err();
    let written = serde_json::to_string(&error.resumable().unwrap()).unwrap();
    let kept: ResumableCall = serde_json::from_str(&written).unwrap();
    assert_eq!(kept.idempotency_key(), &key("key-1"));
    client.core.resume::<Parcel>(&MERGE, kept).await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.headers(), first.body()), (second.headers(), second.body()));
}

#[tokio::test]
async fn a_form_is_written_as_one() {
    let server = good();
    client(&server).core.call(&FORM).body(&parcel()).send::<Parcel>().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.text(), "weight=7&label=a%26b%20%C3%BC");
}

#[tokio::test]
async fn a_form_is_checked_like_any_body() {
    let error = client(&good()).core.call(&FORM).body(&NewParcel::new(0)).send::<Parcel>().await.unwrap_err();
    assert_eq!(error.violations().unwrap().iter().next().unwrap().path(), "$.weight");
}

#[tokio::test]
async fn a_payload_goes_as_it_is() {
    let server = good().json(200, GOOD);
    let client = client(&server);
    client.core.call(&LABEL).payload(&b"\x89PNG\0"[..]).send::<Parcel>().await.unwrap();
    client.core.call(&LABEL).payload("to: you").content_type("text/markdown").send::<Parcel>().await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.header("content-type"), &first.body()[..]), (Some("image/png"), &b"\x89PNG\0"[..]));
    assert_eq!((second.header("content-type"), &second.body()[..]), (Some("text/markdown"), &b"to: you"[..]));
}

#[tokio::test]
async fn payloads_are_packed_on_demand() {
    let server = good();
    let client = builder(&server).access_token("fixed").compress_requests(true).build().unwrap();
    client.core.call(&LABEL).payload(vec![0; 9000]).send::<Parcel>().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!((request.header("content-encoding"), request.header("content-type")), (Some("gzip"), Some("image/png")));
    assert!(request.body().len() < 100);
}

#[tokio::test]
async fn a_body_that_does_not_fit_the_operation_is_refused() {
    let server = ScriptedTransport::new();
    let client = client(&server);
    let value: Map<Json> = Map::new();
    let call = |operation| client.core.call(operation);
    for (call, flaw) in [
        (call(&LABEL).body(&value), "body is one that the operation takes as it is, and not as a value"),
        (call(&MERGE).payload("{}"), "body is a value to the operation, and cannot be given as it is"),
        (call(&MERGE).content_type("application/json"), "content type was given, but there is no body"),
        (
            call(&MERGE).body(&value).content_type("canary"),
            "content type is none that the operation takes, which are application/merge-patch+json, application/json",
        ),
        (call(&PHOTO).payload("x"), "content type has to be set, since the operation takes image/*"),
        (
            call(&PHOTO).payload("x").content_type("image/canary\n"),
            "content type contains a character that is not printable ASCII",
        ),
    ] {
        let error = call.send::<Parcel>().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
        let flaws: Vec<_> = error.violations().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(flaws, [flaw]);
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    assert!(server.requests().is_empty());
}
