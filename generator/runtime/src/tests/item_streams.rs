//! Responses whose items are read one by one. The right values come from WHATWG HTML ("Server-sent events"), jsonlines.org and RFC 7464.

use std::collections::VecDeque;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};

use super::{Client, builder};
use crate::codegen::{Operation, Segment};
use crate::model::Value;
use crate::testing::ScriptedTransport;
use crate::{
    Body, BoxFuture, Error, ErrorKind, EventStream, ItemStream, Map, Outcome, ServerSentEvent, Transport,
    TransportError,
};

static WATCH: Operation = Operation::new("watch", "GET", &[Segment::Literal("/watch")]).accept("text/event-stream");

/// A server that sends these chunks, and then nothing more.
#[derive(Clone)]
struct Chunked {
    content_type: &'static str,
    chunks: Vec<&'static [u8]>,
    ends: bool,
}

impl Transport for Chunked {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async { Err(TransportError::not_sent("item streams are streamed")) })
    }

    fn stream(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let (mut chunks, ends) = (VecDeque::from(self.chunks.clone()), self.ends);
        let body = Body::from_fn(None, move |_| match chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(Bytes::from_static(chunk)))),
            None if ends => Poll::Ready(None),
            None => Poll::Pending,
        });
        let response = Response::builder().header("content-type", self.content_type).body(body);
        Box::pin(async { Ok(response.expect("the head is valid")) })
    }
}

fn server(content_type: &'static str, chunks: &[&'static [u8]], ends: bool) -> Client {
    let transport = Chunked { content_type, chunks: chunks.to_vec(), ends };
    builder(&ScriptedTransport::new()).access_token("t").transport(transport).build().unwrap()
}

type Item = Map<i64>;

/// Returns what each item of a stream is: its price, or the text that could not be decoded.
async fn items(content_type: &'static str, chunks: &[&'static [u8]]) -> Vec<Result<i64, String>> {
    let call = server(content_type, chunks, true).core.call(&WATCH);
    let mut response = call.send::<ItemStream<Item>>().await.unwrap();
    let mut found = Vec::new();
    while let Some(item) = response.next().await.map_err(body).transpose() {
        found.push(item.map(|item| item["c"]));
    }
    found
}

fn body(error: Error) -> String {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Accepted));
    String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned()
}

/// Returns the events of a stream, with data as text.
async fn events<T: Value + 'static>(chunks: &[&'static [u8]]) -> Vec<Result<ServerSentEvent<T>, String>> {
    let call = server("text/event-stream", chunks, true).core.call(&WATCH);
    let mut response = call.send::<EventStream<T>>().await.unwrap();
    let mut found = Vec::new();
    while let Some(event) = response.next().await.map_err(body).transpose() {
        found.push(event);
    }
    found
}

async fn texts(chunks: &[&'static [u8]]) -> Vec<String> {
    events::<String>(chunks).await.into_iter().map(|event| event.unwrap().data).collect()
}

#[tokio::test]
async fn events_are_parsed_by_the_standard() {
    for (chunks, expected) in [
        (&[&b"data: a\n\n"[..]][..], &["a"][..]),
        (&[b": hello\ndata: a\ndata: b\n\n"], &["a\nb"]),
        (&[b"data:a\r\n\r\ndata:  b\r\n\r\n"], &["a", " b"]),
        (&[b"data:a\r", b"\n\r", b"\ndata:  b\r", b"\n\r", b"\n"], &["a", " b"]),
        (&[b"data: a\r\rdata: b\r\r"], &["a", "b"]),
        (&[b"\xEF", b"\xBB\xBFdata: a\n\n"], &["a"]),
        (&[b"data: \xC3", b"\xA9\n\n"], &["\u{e9}"]),
        // An event without its blank line is incomplete, and one without data is none.
        (&[b"data: a\n\ndata: b\n"], &["a"]),
        (&[b"retry: 10\n\n: ping\n\nevent: bid\n\ndata: a\n\n"], &["a"]),
        (&[b"foo: bar\nDATA: no\ndata\n\n"], &[""]),
        (&[b""], &[]),
    ] {
        assert_eq!(texts(chunks).await, expected, "{chunks:?}");
    }
}

#[tokio::test]
async fn an_event_has_a_type_an_id_and_a_wait() {
    let found = events::<String>(&[b"event: bid\nid: e1\nretry: 3000\ndata: a\n\nretry: 3s\ndata: b\n\n"]).await;
    let [Ok(first), Ok(second)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.event.as_str(), first.id.as_str()), ("bid", "e1"));
    assert_eq!(first.retry, Some(std::time::Duration::from_secs(3)));
    // The last ID stays, and a wait that is no number is passed over.
    assert_eq!((second.event.as_str(), second.id.as_str(), second.retry), ("message", "e1", None));
}

#[tokio::test]
async fn data_that_cannot_be_decoded_costs_its_event() {
    let found =
        events::<Item>(&[b"data: {\"c\":\ndata: 5}\n\ndata: oops\n\ndata: {\"c\":6}\n\ndata: [DONE]\n\n"]).await;
    let found: Vec<_> = found.into_iter().map(|event| event.map(|event| event.data["c"])).collect();
    assert_eq!(found, [Ok(5), Err("oops".to_owned()), Ok(6)]);
    assert_eq!(texts(&[b"data: [DONE]\n\n"]).await, ["[DONE]"]);
}

#[tokio::test]
async fn lines_are_values() {
    for (chunks, expected) in [
        (&[&b"{\"c\":1}\n{\"c\":2}\n"[..]][..], &[Ok(1), Ok(2)][..]),
        (&[b"{\"c\":1}\n{\"c\":2}"], &[Ok(1), Ok(2)]),
        (&[b" {\"c\" : 1} \r", b"\n\n{\"c\":2}\r\n"], &[Ok(1), Ok(2)]),
        (&[b"{\"c\":1}\noops\n{\"c\":3}\n"], &[Ok(1), Err("oops".to_owned()), Ok(3)]),
        (&[b"{\"c\":1}\n{\"c\":"], &[Ok(1), Err("{\"c\":".to_owned())]),
        (&[b""], &[]),
    ] {
        assert_eq!(items("application/jsonl", chunks).await, expected, "{chunks:?}");
        assert_eq!(items("application/x-ndjson; charset=utf-8", chunks).await, expected, "{chunks:?}");
    }
}

#[tokio::test]
async fn sequences_have_separators_of_their_own() {
    for (chunks, expected) in [
        (&[&b"\x1e{\"c\":1}\n\x1e{\"c\":2}\n"[..]][..], &[Ok(1), Ok(2)][..]),
        (&[b"\x1e{\n  \"c\"", b": 1\n}\n"], &[Ok(1)]),
        (&[b"\x1e\x1e\x1e{\"c\":1}"], &[Ok(1)]),
        (&[b"\x1e{\"c\":1\x1e{\"c\":2}\n"], &[Err("{\"c\":1".to_owned()), Ok(2)]),
    ] {
        assert_eq!(items("application/json-seq", chunks).await, expected, "{chunks:?}");
    }
    // A number at the end that may be cut off is dropped (RFC 7464, 2.4).
    let call = server("application/json-seq", &[b"\x1e12\n\x1e3"], true).core.call(&WATCH);
    let mut levels = call.send::<ItemStream<i64>>().await.unwrap();
    assert_eq!(levels.next().await.unwrap(), Some(12));
    assert_eq!(levels.next().await.unwrap(), None);
}

#[tokio::test]
async fn an_item_comes_before_the_body_ends() {
    let call = server("application/jsonl", &[b"{\"c\":1}\n"], false).core.call(&WATCH);
    let mut lines = call.send::<ItemStream<Item>>().await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap()["c"], 1);
    let call = server("text/event-stream", &[b"data: a\n\n"], false).core.call(&WATCH);
    let mut events = call.send::<EventStream<String>>().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().data, "a");
}

#[tokio::test]
async fn an_item_has_a_bound() {
    let long = &[b"data: 0123456789"; 3][..];
    let long: Vec<&'static [u8]> = long.iter().map(|chunk| &chunk[..]).collect();
    let transport = Chunked { content_type: "text/event-stream", chunks: long, ends: true };
    let builder = builder(&ScriptedTransport::new()).access_token("t").transport(transport).max_response_bytes(40);
    let client: Client = builder.build().unwrap();
    let mut lines = client.core.call(&WATCH).send::<ItemStream<Item>>().await.unwrap();
    assert!(lines.next().await.unwrap_err().to_string().contains("larger than the 40 bytes"));
    assert_eq!(lines.next().await.unwrap(), None);
    let mut events = client.core.call(&WATCH).send::<EventStream<String>>().await.unwrap();
    assert!(events.next().await.unwrap_err().to_string().contains("larger than the 40 bytes"));
}
