//! Bodies with files, and those that are read while they are sent.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;

use super::secrecy::{CANARY, assert_clean};
use super::{Client, GOOD, NewParcel, Parcel, builder, client};
use crate::codegen::{Encoding, Media, Object, Operation, Segment};
use crate::testing::{RecordedRequest, ScriptedTransport};
use crate::{Base64, Body, Error, ErrorKind, Json, Map, Outcome, Payload, RetryPolicy, Secret, Upload};

static ALBUM: Operation =
    Operation::new("album", "POST", &[Segment::Literal("/album")]).idempotent().request(Media::Multipart(
        "multipart/form-data",
        &[
            Encoding::new("thumb").content_type("image/png"),
            Encoding::new("numbers").content_type("application/json"),
            Encoding::new("photos").content_type("image/png, image/jpeg"),
        ],
    ));
static JSON: Operation = Operation::new("json", "POST", &[Segment::Literal("/json")]);
static FORM: Operation = Operation::new("form", "POST", &[Segment::Literal("/form")]).request(Media::Form(&[]));
static RAW: Operation = Operation::new("raw", "PUT", &[Segment::Literal("/raw")]).request(Media::Raw(&["text/plain"]));

crate::object! {
    strict struct Album {
        title: Option<String> = "title";
        thumb: Option<Upload> = "thumb";
        photos: Vec<Upload> = "photos";
        tags: Vec<Json> = "tags";
        numbers: Option<Vec<i64>> = "numbers";
        parcel: Option<NewParcel> = "parcel";
        pin: Option<Secret> = "pin";
    }
}

/// A folder of its own, gone with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("sdk-runtime-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn counting(server: &ScriptedTransport) -> Client {
    builder(server).access_token("t").random_source(|| 0xab).build().unwrap()
}

const BOUNDARY: &str = "00000000000000ab00000000000000ab";

/// Returns the parts of a request, and checks that nothing is around them.
fn parts(request: &RecordedRequest) -> Vec<String> {
    assert_eq!(request.header("content-type"), Some(&*format!("multipart/form-data; boundary={BOUNDARY}")));
    let text = request.text();
    let inner = text.strip_prefix(&format!("--{BOUNDARY}\r\n")).unwrap();
    let inner = inner.strip_suffix(&format!("\r\n--{BOUNDARY}--\r\n")).unwrap();
    inner.split(&format!("\r\n--{BOUNDARY}\r\n")).map(str::to_owned).collect()
}

#[tokio::test]
async fn members_become_parts() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let album = Album {
        title: Some("Zoë \"1\"".to_owned()),
        thumb: Some(Upload::bytes("tiny")),
        photos: vec![
            Upload::bytes("one").file_name("a\"b\r\n.jpg").content_type("image/jpeg"),
            Upload::bytes("two").file_name("zwei ü.jpg"),
        ],
        tags: vec!["x".into(), 7_i64.into(), Json::parse(r#"{"y":[1]}"#).unwrap(), Json::null()],
        numbers: Some(vec![1, 2]),
        parcel: Some(NewParcel::new(3)),
        pin: Some("1234".into()),
        ..Object::blank()
    };
    counting(&server).core.call(&ALBUM).body(&album).send::<Parcel>().await.unwrap();
    let field = |name: &str, rest: &str| format!("Content-Disposition: form-data; name=\"{name}\"{rest}");
    assert_eq!(
        parts(&server.requests()[0]),
        [
            field("title", "\r\n\r\nZoë \"1\""),
            field("thumb", "; filename=\"file\"\r\nContent-Type: image/png\r\n\r\ntiny"),
            field("photos", "; filename=\"a%22b%0D%0A.jpg\"\r\nContent-Type: image/jpeg\r\n\r\none"),
            field("photos", "; filename=\"zwei ü.jpg\"\r\nContent-Type: image/png\r\n\r\ntwo"),
            field("tags", "\r\n\r\nx"),
            field("tags", "\r\n\r\n7"),
            field("tags", "\r\nContent-Type: application/json\r\n\r\n{\"y\":[1]}"),
            field("numbers", "\r\nContent-Type: application/json\r\n\r\n[1,2]"),
            field("parcel", "\r\nContent-Type: application/json\r\n\r\n{\"weight\":3}"),
            field("pin", "\r\n\r\n1234"),
        ]
    );
}

#[tokio::test]
async fn bytes_that_are_no_file_are_their_text() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let body = Map::from([("thumb".to_owned(), Base64::new("tiny")), ("x".to_owned(), Base64::new(*b"\xff"))]);
    counting(&server).core.call(&ALBUM).body(&body).send::<Parcel>().await.unwrap();
    let field = |name: &str, rest: &str| format!("Content-Disposition: form-data; name=\"{name}\"{rest}");
    let encoding = "Content-Transfer-Encoding: base64";
    let expected = [
        field("thumb", &format!("\r\nContent-Type: image/png\r\n{encoding}\r\n\r\ndGlueQ==")),
        field("x", &format!("\r\nContent-Type: application/octet-stream\r\n{encoding}\r\n\r\n/w==")),
    ];
    assert_eq!(parts(&server.requests()[0]), expected);
}

#[tokio::test]
async fn a_body_in_memory_is_like_any_other() {
    let server = ScriptedTransport::new().interrupted().json(200, GOOD);
    let client = counting(&server);
    let album = Album { thumb: Some(Upload::bytes(&b"\xff\0"[..])), ..Object::blank() };
    let call = client.core.call(&ALBUM).body(&album);
    let error = call.send::<Parcel>().await.unwrap_err();
    client.core.resume::<Parcel>(&ALBUM, error.resumable().unwrap()).await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.body(), first.headers()), (second.body(), second.headers()));
}

#[tokio::test]
async fn a_file_on_disk_is_sent_under_its_name_and_again_on_each_attempt() {
    let folder = Folder::new();
    let large = "0123456789".repeat(50_000);
    let path = folder.file("cat.png", &large);
    let album = Album { thumb: Some(Upload::file(&path)), title: Some("t".to_owned()), ..Object::blank() };
    let album = Album { photos: vec![Upload::from(folder.file("empty", ""))], ..album };
    let server = ScriptedTransport::new().interrupted().json(503, "").json(200, GOOD);
    let client = builder(&server).access_token("t").random_source(|| 0xab).retry(RetryPolicy::default());
    let client: Client = client.compress_requests(true).build().unwrap();
    let call = client.core.call(&ALBUM).body(&album).retry(RetryPolicy::default().backoff(ZERO, ZERO));
    call.send::<Parcel>().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.header("content-encoding"), None);
        let parts = parts(request);
        assert_eq!(parts.len(), 3);
        let head =
            "Content-Disposition: form-data; name=\"thumb\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n";
        assert!(parts[1] == format!("{head}{large}"), "{:.200}", parts[1]);
        assert!(parts[2].ends_with("filename=\"empty\"\r\nContent-Type: image/png\r\n\r\n"), "{}", parts[2]);
    }
}

const ZERO: std::time::Duration = std::time::Duration::ZERO;

#[tokio::test]
async fn a_file_that_is_missing_is_told_before_anything_is_sent() {
    let folder = Folder::new();
    let server = ScriptedTransport::new();
    let client = client(&server);
    let missing = folder.path(CANARY);
    let album = Album { photos: vec![Upload::bytes("x"), Upload::file(&missing)], ..Object::blank() };
    let errors = [
        client.core.call(&ALBUM).body(&album).send::<Parcel>().await.unwrap_err(),
        client.core.call(&RAW).payload(missing).send::<Parcel>().await.unwrap_err(),
        client.core.call(&RAW).payload(Payload::file(folder.path(""))).send::<Parcel>().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("body cannot be read: "), "{shown}");
        assert_clean(&[shown]);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_streamed_call_cannot_be_kept() {
    let folder = Folder::new();
    let server = ScriptedTransport::new().interrupted();
    let client = client(&server);
    let album = Album { thumb: Some(Upload::file(folder.file("a", "a"))), ..Object::blank() };
    let call = client.core.call(&ALBUM).body(&album);
    let error = call.resumable().unwrap_err();
    assert!(error.to_string().contains("body is read while it is sent, so that it cannot be kept"), "{error}");
    let error = call.send::<Parcel>().await.unwrap_err();
    assert_eq!((error.outcome(), error.resumable()), (Outcome::Unknown, None));
    assert!(error.to_string().contains("find out what became of it before you call again"), "{error}");
}

#[tokio::test]
async fn payloads_of_every_kind_arrive() {
    let folder = Folder::new();
    let path = folder.file("a.txt", "from disk");
    let reader = || std::io::Cursor::new(b"from a reader".to_vec());
    for (payload, expected) in [
        (Payload::from("text"), "text"),
        (Payload::from("text".to_owned()), "text"),
        (Payload::from(vec![b'x']), "x"),
        (Payload::from(Bytes::new()), ""),
        (Payload::from(path), "from disk"),
        (Payload::reader(reader()), "from a reader"),
        (Payload::from(Body::from_reader(Some(13), reader())), "from a reader"),
        (Payload::from(Body::from(Bytes::from("whole"))), "whole"),
        (Payload::from(Body::empty()), ""),
    ] {
        let server = ScriptedTransport::new().json(200, GOOD);
        let shown = format!("{payload:?}");
        client(&server).core.call(&RAW).payload(payload).send::<Parcel>().await.unwrap();
        let request = &server.requests()[0];
        assert_eq!(
            (request.text().as_str(), request.header("content-type")),
            (expected, Some("text/plain")),
            "{shown}"
        );
    }
}

/// A transport that fails before it reads the body, or after.
struct Failing {
    server: ScriptedTransport,
    reads: bool,
}

impl crate::Transport for Failing {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> crate::BoxFuture<'_, Result<http::Response<Bytes>, crate::TransportError>> {
        self.server.send(request)
    }

    fn stream(
        &self,
        request: http::Request<Body>,
    ) -> crate::BoxFuture<'_, Result<http::Response<Body>, crate::TransportError>> {
        if self.reads {
            return self.server.stream(request);
        }
        Box::pin(async move {
            drop(request);
            let response = self.server.send(http::Request::default()).await?;
            Ok(response.map(Body::from))
        })
    }
}

async fn upload_once(server: &ScriptedTransport, reads: bool) -> Result<(), Error> {
    let transport = Failing { server: server.clone(), reads };
    let client = builder(server).access_token("t").transport(transport).build().unwrap();
    let call = client.core.call(&RAW).payload(Payload::reader(std::io::Cursor::new(b"once".to_vec())));
    let policy = RetryPolicy::default().backoff(ZERO, ZERO).repeat_idempotent_methods();
    call.retry(policy).send::<Parcel>().await.map(drop)
}

#[tokio::test]
async fn what_was_read_cannot_be_sent_again() {
    for server in [ScriptedTransport::new().not_sent(), ScriptedTransport::new().interrupted()] {
        let server = server.json(200, GOOD);
        let error = upload_once(&server, true).await.unwrap_err();
        assert_eq!((server.requests().len(), error.attempts()), (1, 1));
        // What was not read is still there.
        let unread = ScriptedTransport::new().not_sent().json(429, "").json(503, "").interrupted().json(200, GOOD);
        upload_once(&unread, false).await.unwrap();
        assert_eq!(unread.requests().len(), 5);
    }
}

/// The body itself fails while it is read.
#[tokio::test]
async fn a_reader_that_fails_is_the_cause() {
    let server = ScriptedTransport::new();
    let failing = Body::from_fn(None, |_| std::task::Poll::Ready(Some(Err("no more tape".into()))));
    let error = client(&server).core.call(&RAW).payload(failing).send::<Parcel>().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent));
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(std::error::Error::source(source).unwrap().to_string(), "no more tape");
}

#[tokio::test]
async fn files_are_refused_where_they_cannot_be() {
    let server = ScriptedTransport::new();
    let client = client(&server);
    let album = Album { thumb: Some(Upload::bytes("x")), photos: vec![Upload::bytes("x")], ..Object::blank() };
    let nested: Map<Map<Upload>> = [("a".to_owned(), [("b".to_owned(), Upload::bytes("x"))].into())].into();
    let crooked = Album { thumb: Some(Upload::bytes("x").content_type("a/b\r\nX: canary")), ..Object::blank() };
    let alone = Upload::bytes("x");
    let file = "is a file, which can only be a member of a multipart body";
    for (call, flaws) in [
        (client.core.call(&JSON).body(&album), vec![format!("$.thumb {file}"), format!("$.photos[0] {file}")]),
        (client.core.call(&FORM).body(&album), vec![format!("$.thumb {file}"), format!("$.photos[0] {file}")]),
        (client.core.call(&ALBUM).body(&nested), vec![format!("$.a.b {file}")]),
        (client.core.call(&ALBUM).body(&alone), vec![format!("$ {file}")]),
        (client.core.call(&ALBUM).body(&1_i64), vec!["$ is no object, so that it has no parts".to_owned()]),
        (client.core.call(&ALBUM).body(&crooked), vec!["part thumb has a content type that cannot be sent".to_owned()]),
    ] {
        let error = call.send::<Parcel>().await.unwrap_err();
        let found: Vec<_> = error.violations().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found, flaws);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn an_upload_is_neither_shown_nor_read() {
    let album = Album {
        thumb: Some(Upload::bytes(CANARY).file_name(CANARY).content_type(CANARY)),
        photos: vec![Upload::file(CANARY)],
        ..Object::blank()
    };
    let shown = format!("{album:?} {:?} {:?}", Payload::file(CANARY), Payload::from(CANARY));
    assert!(shown.contains("Upload(11 bytes)") && shown.contains("Upload(file)"), "{shown}");
    assert_clean(&[shown]);
    let error = crate::codegen::decode::<Upload>(br#""x""#).unwrap_err();
    assert!(error.to_string().contains("a file, which JSON cannot hold"), "{error}");
}
