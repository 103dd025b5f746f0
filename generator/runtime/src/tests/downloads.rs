//! Responses that are text or bytes.

use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::secrecy::{CANARY, assert_clean};
use super::uploads::Folder;
use super::{Client, builder, client};
use crate::codegen::{Operation, Segment};
use crate::environment::LocalLimiter;
use crate::syntax::gzip;
use crate::testing::ScriptedTransport;
use crate::{Body, BoxFuture, ErrorKind, Outcome, RetryPolicy, Transport, TransportError};

static FETCH: Operation = Operation::new("fetch", "GET", &[Segment::Literal("/file")]).accept("text/csv, image/*");

const CSV: [(&str, &str); 1] = [("content-type", "text/csv")];

#[tokio::test]
async fn a_response_comes_as_it_is() {
    let script = || ScriptedTransport::new().response(200, &CSV, "a;b\n\u{e9}");
    let server = script();
    let response = client(&server).core.call(&FETCH).download().await.unwrap();
    assert_eq!((response.status(), response.length(), response.attempts()), (StatusCode::OK, Some(6), 1));
    assert_eq!(response.headers()["content-type"], "text/csv");
    assert_eq!(response.text().await.unwrap(), "a;b\né");
    let request = &server.requests()[0];
    assert_eq!(request.header("accept"), Some("text/csv, image/*"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert_eq!(request.header("authorization"), Some("Bearer fixed"));

    let mut response = client(&script()).core.call(&FETCH).download().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "a;b\né");
    assert_eq!(response.chunk().await.unwrap(), None);
    assert_eq!(response.chunk().await.unwrap(), None);
    let response = client(&script()).core.call(&FETCH).download().await.unwrap().into_inner();
    assert_eq!(response.bytes().await.unwrap(), "a;b\né");
}

#[tokio::test]
async fn no_body_is_an_empty_one() {
    let server = ScriptedTransport::new().response(204, &[], "").response(200, &[("content-encoding", "gzip")], "");
    let client = client(&server);
    for _ in 0..2 {
        assert_eq!(client.core.call(&FETCH).download().await.unwrap().bytes().await.unwrap(), "");
    }
}

#[tokio::test]
async fn what_is_packed_all_the_same_is_unpacked() {
    let long = "0123456789".repeat(100_000);
    let packed = gzip::pack(long.as_bytes());
    let damaged = packed.slice(..packed.len() - 9);
    let script = |body: Bytes| ScriptedTransport::new().response(200, &[("content-encoding", "GZIP")], body);
    let response = client(&script(packed)).core.call(&FETCH).download().await.unwrap();
    assert_eq!(response.length(), None);
    assert!(response.text().await.unwrap() == long);

    let response = client(&script(damaged)).core.call(&FETCH).download().await.unwrap();
    let error = response.text().await.unwrap_err();
    assert!(error.to_string().contains("its body is damaged gzip data"), "{error}");
    let response = client(&script("no gzip".into())).core.call(&FETCH).download().await.unwrap();
    assert!(response.text().await.unwrap_err().to_string().contains("damaged gzip"));

    let unknown = ScriptedTransport::new().response(200, &[("content-encoding", "br")], "?");
    let response = client(&unknown).core.call(&FETCH).download().await.unwrap();
    assert!(response.text().await.unwrap_err().to_string().contains("a content encoding other than gzip"));
}

#[tokio::test(start_paused = true)]
async fn failures_are_failures_as_ever() {
    let json = [("content-type", "application/json; charset=utf-8")];
    let server = ScriptedTransport::new().json(503, "").interrupted().response(200, &CSV, "x");
    let client = builder(&server).access_token("t").retry(RetryPolicy::default()).build().unwrap();
    assert_eq!(client.core.call(&FETCH).download().await.unwrap().attempts(), 3);

    for (server, kind, outcome) in [
        (ScriptedTransport::new().json(404, r#"{"message": "gone"}"#), ErrorKind::Api, Outcome::Unknown),
        (
            ScriptedTransport::new().response(302, &[("location", "https://x.example/")], ""),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        // A service may say it under the status of a success, too.
        (ScriptedTransport::new().response(200, &json, r#"{"success": false}"#), ErrorKind::Api, Outcome::Unknown),
        (
            ScriptedTransport::new().response(200, &json, r#"{"reasons": [{"code": 53000022}]}"#),
            ErrorKind::Api,
            Outcome::Rejected,
        ),
        (ScriptedTransport::new().not_sent(), ErrorKind::Connect, Outcome::NotSent),
    ] {
        let error = super::client(&server).core.call(&FETCH).download().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
    }
    // What only looks like it is handed on, whatever its size.
    let long = format!(r#"{{"success": false, "rest": "{}"}}"#, "x".repeat(70_000));
    for body in [r#"[{"success": false}]"#, r#"{"success": true}"#, "{", &long] {
        let server = ScriptedTransport::new().response(200, &json, body.to_owned());
        let response = super::client(&server).core.call(&FETCH).download().await.unwrap();
        assert!(response.text().await.unwrap() == body);
    }
}

#[tokio::test]
async fn the_limit_holds_for_what_is_in_memory() {
    let server =
        ScriptedTransport::new().response(200, &CSV, "12345").response(200, &CSV, "12345").response(200, &CSV, "1234");
    let client = builder(&server).access_token("t").max_response_bytes(4).build().unwrap();
    let error = client.core.call(&FETCH).download().await.unwrap().bytes().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.operation()),
        (ErrorKind::Decode, Outcome::Accepted, Some("fetch"))
    );
    assert!(error.to_string().contains("larger than the 4 bytes allowed"), "{error}");
    let folder = Folder::new();
    assert_eq!(client.core.call(&FETCH).download().await.unwrap().save(folder.path("a")).await.unwrap(), 5);
    assert_eq!(client.core.call(&FETCH).download().await.unwrap().bytes().await.unwrap(), "1234");
}

#[tokio::test]
async fn a_file_is_there_as_a_whole() {
    let folder = Folder::new();
    let path = folder.file("report.csv", "old");
    let server = ScriptedTransport::new().response(200, &CSV, "new").response(200, &CSV, "new");
    let client = client(&server);
    let response = client.core.call(&FETCH).download().await.unwrap();
    assert_eq!(response.save(&path).await.unwrap(), 3);
    assert_eq!((std::fs::read(&path).unwrap(), folder.names()), (b"new".to_vec(), vec!["report.csv".to_owned()]));

    let error = client.core.call(&FETCH).download().await.unwrap();
    let error = error.save(folder.path("none").join(CANARY)).await.unwrap_err();
    assert!(error.to_string().contains("its body could not be saved: "), "{error}");
    assert_clean(&[format!("{error} {error:?}")]);
}

/// Serves with a piece, and then with what follows, if ever.
#[derive(Clone, Copy)]
enum After {
    Fault,
    NoResponse,
}

impl Transport for After {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async { Err(TransportError::not_sent("downloads are streamed")) })
    }

    fn stream(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let (mut first, after) = (Some(Bytes::from("first")), *self);
        Box::pin(async move {
            Ok(Response::new(Body::from_fn(Some(10), move |_| match (first.take(), after) {
                (Some(piece), _) => Poll::Ready(Some(Ok(piece))),
                (None, After::Fault) => Poll::Ready(Some(Err("reset".into()))),
                (None, After::NoResponse) => Poll::Pending,
            })))
        })
    }
}

fn broken(after: After) -> Client {
    limited(after, LocalLimiter::new(1))
}

fn limited(after: After, limiter: LocalLimiter) -> Client {
    let builder = builder(&ScriptedTransport::new()).access_token("t").transport(after).limiter(limiter);
    builder.attempt_timeout(Duration::from_secs(7)).build().unwrap()
}

#[tokio::test]
async fn what_breaks_off_is_no_file() {
    let folder = Folder::new();
    let path = folder.file("a", "old");
    let response = broken(After::Fault).core.call(&FETCH).download().await.unwrap();
    let error = response.save(&path).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Accepted));
    assert!(error.to_string().contains("the connection was lost in the middle of its body"), "{error}");
    assert_eq!((std::fs::read(&path).unwrap(), folder.names()), (b"old".to_vec(), vec!["a".to_owned()]));

    // Nor does one stay that nobody waits for any more.
    let response = broken(After::NoResponse).core.call(&FETCH).download().await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(300), response.save(folder.path("b"))).await;
    assert!(waited.is_err());
    assert_eq!(folder.names(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn each_piece_has_the_time_of_an_attempt() {
    let mut response = broken(After::NoResponse).core.call(&FETCH).download().await.unwrap();
    let begun = tokio::time::Instant::now();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "first");
    let error = response.chunk().await.unwrap_err();
    assert!(error.to_string().contains("no more of its body came within 7 s"), "{error}");
    assert_eq!(begun.elapsed().as_secs(), 7);
}

#[tokio::test]
async fn a_download_keeps_its_place_until_it_ends() {
    let limiter = LocalLimiter::new(1);
    let client = limited(After::Fault, limiter.clone());
    let free = || limiter.available();
    let mut response = client.core.call(&FETCH).download().await.unwrap();
    assert_eq!(free(), 0);
    response.chunk().await.unwrap();
    assert_eq!(free(), 0);
    response.chunk().await.unwrap_err();
    assert_eq!(free(), 1);
    drop(client.core.call(&FETCH).download().await.unwrap());
    assert_eq!(free(), 1);
}

#[tokio::test]
async fn a_download_shows_nothing() {
    let server = ScriptedTransport::new().response(200, &[("x-other", CANARY)], CANARY);
    let future = client(&server).core.call(&FETCH).download();
    let mut shown = vec![format!("{future:?}")];
    let response = future.await.unwrap();
    shown.push(format!("{response:?}"));
    shown.push(format!("{:?}", response.into_inner()));
    assert!(shown[2].contains("length: Some(11)"), "{}", shown[2]);
    assert_clean(&shown);
}
