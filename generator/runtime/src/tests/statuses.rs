//! Responses whose type depends on their status, and responses without a body.

use std::sync::{Arc, Mutex};

use super::{Client, NewParcel, POKE, Parcel, builder, client};
use crate::observe::Drift;
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Json, Outcome, RetryPolicy};

crate::response! {
    /// As generated code would declare it for an operation that responds 201 with a parcel and otherwise with anything.
    #[derive(Debug)]
    enum Poked {
        Created(Parcel) = json("201", &["application/json"]);
        Other(Json) = json("default", &["application/json"]);
    }
}

const PARCEL: &str = r#"{"success": true, "number": "P-1", "colour": "red"}"#;

#[tokio::test]
async fn the_status_chooses_the_place_of_the_value() {
    let server = ScriptedTransport::new().json(201, PARCEL).json(200, "[true]");
    let client = client(&server);
    let response = client.core.call(&POKE).send::<Poked>().await.unwrap();
    assert!(matches!(&*response, Poked::Created(parcel) if parcel.number.as_deref() == Some("P-1")), "{response:?}");
    let response = client.core.call(&POKE).send::<Poked>().await.unwrap();
    assert!(matches!(&*response, Poked::Other(json) if json.text() == "[true]"), "{response:?}");
}

#[tokio::test(start_paused = true)]
async fn the_response_that_counts_is_the_last() {
    let drifts: Arc<Mutex<Vec<Drift>>> = Arc::default();
    let (hook, server) = (Arc::clone(&drifts), ScriptedTransport::new().json(503, "[]").json(201, PARCEL));
    let builder = builder(&server).access_token("t").retry(RetryPolicy::default());
    let client: Client = builder.on_drift(move |drift| hook.lock().unwrap().push(drift.clone())).build().unwrap();
    let sent = client.send_parcel("D1", &NewParcel::new(1)).0.send::<Poked>();
    assert!(matches!(sent.await.unwrap().into_inner(), Poked::Created(parcel) if parcel.number.is_some()));
    // Told of the value that was read, and once.
    let paths: Vec<_> = drifts.lock().unwrap().iter().map(|drift| drift.path().to_owned()).collect();
    assert_eq!(paths, ["/colour", "/success"]);
}

#[tokio::test]
async fn an_empty_body_is_taken_where_nothing_may_come() {
    let server =
        ScriptedTransport::new().response(204, &[], "").response(200, &[], "").json(200, "null").json(200, PARCEL);
    let client = client(&server);
    let call = || client.core.call(&POKE);
    assert_eq!(call().send::<()>().await.unwrap().status(), 204);
    assert_eq!(call().send::<Option<Parcel>>().await.unwrap().into_inner(), None);
    call().send::<()>().await.unwrap();
    assert!(call().send::<Option<Parcel>>().await.unwrap().is_some());
}

#[tokio::test]
async fn an_empty_body_is_no_object() {
    let server = ScriptedTransport::new().response(204, &[], "");
    let error = client(&server).core.call(&POKE).send::<Parcel>().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
    assert!(error.to_string().contains("its body is not what was expected"), "{error}");
}

#[tokio::test]
async fn a_failure_is_one_whatever_the_place() {
    let server = ScriptedTransport::new().json(404, PARCEL).json(200, r#"{"success": false}"#).json(200, "{}");
    let client = client(&server);
    let call = || client.core.call(&POKE);
    for _ in 0..2 {
        assert_eq!(call().send::<()>().await.unwrap_err().kind(), ErrorKind::Api);
    }
    // where nothing is expected, whatever does not deny it is a success
    call().send::<()>().await.unwrap();
}
