//! Responses that are server-sent events, each of which is read as it comes.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::download::Download;
use super::response::Response;
use super::response_value::{ResponseValue, Slot};
use crate::contract::ResponseContent;
use crate::error::Error;
use crate::model::{Json, Node, Value, decode_into};
use crate::response::BodyFlaw;

/// A server-sent event (WHATWG HTML, Server-sent events).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSentEvent<T> {
    /// The type of the event; `message` unless the server sent one.
    pub event: String,
    /// The ID of this event, or of the last one that had an ID; empty if none had.
    pub id: String,
    /// The time to wait before a new connection, if the server sent it.
    pub retry: Option<Duration>,
    /// The data.
    pub data: T,
}

/// A response that is a stream of server-sent events, with data in JSON or text.
///
/// Each event is decoded when it has come. The timeouts of the call end with the head of the response; after that each chunk has the
/// attempt timeout, so a call of a stream that can be silent for longer needs a longer one.
pub struct EventStream<T> {
    download: Download,
    events: sseer::EventStream<Chunks>,
    chunks: Chunks,
    /// The bytes since the last event.
    pending: usize,
    item: PhantomData<fn() -> T>,
}

/// The data of the last event, by a convention of services that send parts of a text.
const DONE: &str = "[DONE]";

/// The chunk that has come and is not parsed yet.
#[derive(Default)]
struct NextChunk {
    bytes: Option<Bytes>,
    is_over: bool,
}

/// The chunks as the parser takes them. It owns them, and the stream adds to them.
#[derive(Clone, Default)]
struct Chunks(Arc<Mutex<NextChunk>>);

impl Chunks {
    /// Adds a chunk, or the end.
    fn add(&self, chunk: Option<Bytes>) {
        let is_over = chunk.is_none();
        // A panic never leaves a chunk inconsistent.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = NextChunk { bytes: chunk, is_over };
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match next.bytes.take() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if next.is_over => Poll::Ready(None),
            // The one who polls brings the next chunk, so that nobody has to be woken.
            None => Poll::Pending,
        }
    }
}

impl<T: Value> EventStream<T> {
    /// Returns the next event; `None` at the end, or behind an event whose data is `[DONE]` and no value of the type.
    ///
    /// # Errors
    ///
    /// Those of [`Download::chunk`]; and when data is not of its type, or an event is larger than the client's `max_response_bytes`. Data
    /// that cannot be decoded is in [`Error::body`], and the next event can be read.
    pub async fn next(&mut self) -> Result<Option<ServerSentEvent<T>>, Error> {
        loop {
            let parsed = poll_fn(|context| match Pin::new(&mut self.events).poll_next(context) {
                Poll::Ready(parsed) => Poll::Ready(Some(parsed)),
                Poll::Pending => Poll::Ready(None),
            });
            match parsed.await {
                Some(Some(Ok(event))) => {
                    self.pending = 0;
                    return self.decoded(&event);
                }
                Some(Some(Err(_))) => self.download.fail(Bytes::new(), BodyFlaw::Encoding)?,
                Some(None) => return Ok(None),
                None => self.read().await?,
            }
        }
    }

    /// Reads the next chunk.
    async fn read(&mut self) -> Result<(), Error> {
        let chunk = self.download.chunk().await?;
        self.pending += chunk.as_ref().map_or(0, Bytes::len);
        let limit = self.download.limit();
        if self.pending > limit {
            return self.download.fail(Bytes::new(), BodyFlaw::TooLarge { limit });
        }
        self.chunks.add(chunk);
        Ok(())
    }

    fn decoded(&self, event: &sseer::event::Event) -> Result<Option<ServerSentEvent<T>>, Error> {
        let mut data = T::blank();
        // Text is what was sent, and not a string in JSON.
        let is_text = matches!(data.node(), Node::Text(_));
        let json = if is_text { Json::from(&*event.data) } else { Json::null() };
        let text = if is_text { json.text() } else { &event.data };
        match decode_into(&mut data, text.as_bytes()) {
            Ok(()) => {
                let (event_type, id) = (event.event.to_string(), event.id.to_string());
                Ok(Some(ServerSentEvent { event: event_type, id, retry: event.retry, data }))
            }
            Err(_) if event.data.trim() == DONE => Ok(None),
            Err(error) => {
                let body = Bytes::copy_from_slice(event.data.as_bytes());
                self.download.fail(body, BodyFlaw::Json(error)).map(|()| None)
            }
        }
    }
}

impl<T: Value> Response<EventStream<T>> {
    /// Returns the next event, as [`EventStream::next`].
    ///
    /// # Errors
    ///
    /// Those of [`EventStream::next`].
    pub async fn next(&mut self) -> Result<Option<ServerSentEvent<T>>, Error> {
        self.value_mut().next().await
    }
}

impl<T: Value + 'static> ResponseValue for EventStream<T> {
    const CONTENTS: &'static [ResponseContent] = &[ResponseContent::download("default", &["text/event-stream"])];

    fn blank(content: usize) -> Self {
        let chunks = Chunks::default();
        let events = sseer::EventStream::new(chunks.clone());
        Self { download: Download::blank(content), events, chunks, pending: 0, item: PhantomData }
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Download(&mut self.download)
    }
}

/// Shows nothing of the events.
impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}
