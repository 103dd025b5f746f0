//! Responses that are a sequence of values in JSON, each of which is read as it comes.

use std::fmt;
use std::marker::PhantomData;

use bytes::{Bytes, BytesMut};

use super::download::Download;
use super::response::Response;
use super::response_value::{ResponseValue, Slot};
use crate::contract::ResponseContent;
use crate::error::Error;
use crate::model::{Value, decode_into};
use crate::response::BodyFlaw;
use crate::syntax::essence;

/// A response that is a sequence of values: JSON Lines, NDJSON, or a JSON text sequence (RFC 7464).
///
/// Each value is decoded when it has come. The timeouts of the call end with the head of the response; after that each chunk has the
/// attempt timeout.
pub struct ItemStream<T> {
    download: Download,
    buffer: BytesMut,
    /// The bytes of the buffer that are known to have no separator.
    searched: usize,
    is_over: bool,
    item: PhantomData<fn() -> T>,
}

/// The byte that begins each value of a JSON text sequence.
const RECORD_SEPARATOR: u8 = 0x1e;

impl<T: Value> ItemStream<T> {
    /// Returns the next value; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Download::chunk`]; and when a value is not of its type or larger than the client's `max_response_bytes`. The text of a
    /// value that cannot be decoded is in [`Error::body`], and the next one can be read.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        loop {
            while let Some(text) = self.take_text() {
                if let Some(value) = self.decoded(&text)? {
                    return Ok(Some(value));
                }
            }
            if self.is_over {
                return Ok(None);
            }
            self.read().await?;
        }
    }

    /// Reads the next chunk.
    async fn read(&mut self) -> Result<(), Error> {
        let Some(chunk) = self.download.chunk().await? else {
            self.is_over = true;
            return Ok(());
        };
        let limit = self.download.limit();
        if chunk.len() > limit.saturating_sub(self.buffer.len()) {
            self.buffer.clear();
            self.is_over = true;
            return self.download.fail(Bytes::new(), BodyFlaw::TooLarge { limit });
        }
        self.buffer.extend_from_slice(&chunk);
        Ok(())
    }

    /// Takes the next text from the buffer, with its separators. What is left at the end is a text, too.
    fn take_text(&mut self) -> Option<Bytes> {
        let is_sequence = self.is_sequence();
        let separator = if is_sequence { RECORD_SEPARATOR } else { b'\n' };
        // In a sequence the separator begins the text.
        let from = self.searched.max(usize::from(is_sequence));
        let found = self.buffer.iter().skip(from).position(|byte| *byte == separator).map(|at| from + at);
        self.searched = self.buffer.len();
        let end = match found {
            Some(at) if is_sequence => at,
            Some(at) => at + 1,
            None if self.is_over && !self.buffer.is_empty() => self.buffer.len(),
            None => return None,
        };
        self.searched = 0;
        Some(self.buffer.split_to(end).freeze())
    }

    fn is_sequence(&self) -> bool {
        self.download.content_type().is_some_and(|content_type| essence(content_type).ends_with("json-seq"))
    }

    /// Decodes a text. Blanks are no value, and neither is a number or a literal at the end of a sequence that may be cut off
    /// (RFC 7464, 2.4).
    fn decoded(&self, text: &Bytes) -> Result<Option<T>, Error> {
        let is_sequence = self.is_sequence();
        let trimmed = text.strip_prefix(&[RECORD_SEPARATOR]).filter(|_| is_sequence).unwrap_or(text).trim_ascii();
        let has_end = trimmed.first().is_some_and(|first| b"{[\"".contains(first));
        let is_complete = !is_sequence || has_end || text.ends_with(b"\n");
        if trimmed.is_empty() || !is_complete {
            return Ok(None);
        }
        let mut value = T::blank();
        match decode_into(&mut value, trimmed) {
            Ok(()) => Ok(Some(value)),
            Err(error) => self.download.fail(text.slice_ref(trimmed), BodyFlaw::Json(error)).map(|()| None),
        }
    }
}

impl<T: Value> Response<ItemStream<T>> {
    /// Returns the next value, as [`ItemStream::next`].
    ///
    /// # Errors
    ///
    /// Those of [`ItemStream::next`].
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        self.value_mut().next().await
    }
}

impl<T: Value + 'static> ResponseValue for ItemStream<T> {
    const CONTENTS: &'static [ResponseContent] = Download::CONTENTS;

    fn blank(content: usize) -> Self {
        let download = Download::blank(content);
        Self { download, buffer: BytesMut::new(), searched: 0, is_over: false, item: PhantomData }
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Download(&mut self.download)
    }
}

/// Shows nothing of the values.
impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").finish_non_exhaustive()
    }
}
