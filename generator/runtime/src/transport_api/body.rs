//! Bodies that are read in chunks.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::error::BoxError;

/// How much of a reader is asked for at a time.
const PIECE: usize = 64 * 1024;

/// What comes next of a body; nothing at its end.
pub(crate) type Next = Option<Result<Bytes, BoxError>>;

/// A body that comes piece by piece, of a request or of a response, without being in memory as a whole.
pub struct Body {
    /// What was read ahead.
    ahead: Bytes,
    /// How long all of it is together, if that is known.
    length: Option<u64>,
    /// The lock is never contended: a reader has exclusive access. It makes any body `Sync`, as some clients require.
    rest: Option<Mutex<Pieces>>,
}

type Pieces = Box<dyn FnMut(&mut Context<'_>) -> Poll<Next> + Send>;

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self { ahead: Bytes::new(), length: Some(0), rest: None }
    }

    /// Creates a body whose pieces a function gives, which is polled like a stream: until it gives nothing, or an error. `length`
    /// is how long they are together, if that is known.
    pub fn from_fn<F>(length: Option<u64>, pieces: F) -> Self
    where
        F: FnMut(&mut Context<'_>) -> Poll<Option<Result<Bytes, Box<dyn StdError + Send + Sync>>>> + Send + 'static,
    {
        Self { ahead: Bytes::new(), length, rest: Some(Mutex::new(Box::new(pieces))) }
    }

    /// Creates a body that is read to its end. `length` is how long it is, if that is known.
    pub fn from_reader(length: Option<u64>, reader: impl AsyncRead + Send + 'static) -> Self {
        let mut reader = Box::pin(reader);
        let mut space = vec![MaybeUninit::uninit(); PIECE];
        Self::from_fn(length, move |context| poll_read(reader.as_mut(), &mut space, context))
    }

    /// Creates a body that only yields this error.
    pub(crate) fn failed(message: &'static str) -> Self {
        Self::from_fn(None, move |_| Poll::Ready(Some(Err(message.into()))))
    }

    /// Returns how long the body is, if that is known before it has come. What was read of it counts.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns the next piece, which is never empty; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the source fails. Nothing comes after that.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, Box<dyn StdError + Send + Sync>>> {
        poll_fn(|context| self.poll_chunk(context)).await
    }

    /// Returns what [`chunk`](Self::chunk) waits for.
    pub fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Box<dyn StdError + Send + Sync>>>> {
        if !self.ahead.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.ahead))));
        }
        loop {
            let Some(rest) = &mut self.rest else {
                return Poll::Ready(None);
            };
            let pieces = rest.get_mut().unwrap_or_else(PoisonError::into_inner);
            match ready!(pieces(context)) {
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                end => {
                    self.rest = None;
                    return Poll::Ready(end);
                }
            }
        }
    }

    /// Returns the whole body, if it is not longer than `limit` bytes; otherwise nothing.
    pub(crate) async fn collect(mut self, limit: usize) -> Result<Option<Bytes>, BoxError> {
        let whole = self.read_ahead(limit).await?;
        Ok(whole.then_some(self.ahead))
    }

    /// Reads until more than `limit` bytes are there, which come again; returns whether that is the whole body.
    pub(crate) async fn read_ahead(&mut self, limit: usize) -> Result<bool, BoxError> {
        let Some(first) = self.chunk().await.transpose()? else {
            return Ok(true);
        };
        let mut more = self.chunk_within(limit, first.len()).await?;
        if more.is_none() {
            // Most bodies come in one piece, which need not be copied.
            let whole = first.len() <= limit;
            self.ahead = first;
            return Ok(whole);
        }
        let mut read = BytesMut::from(first);
        while let Some(piece) = more {
            read.extend_from_slice(&piece);
            more = self.chunk_within(limit, read.len()).await?;
        }
        let whole = read.len() <= limit;
        self.ahead = read.freeze();
        Ok(whole)
    }

    /// Returns the next piece, unless more than `limit` bytes are there already.
    async fn chunk_within(&mut self, limit: usize, read: usize) -> Result<Option<Bytes>, BoxError> {
        if read > limit { Ok(None) } else { self.chunk().await.transpose() }
    }

    /// Returns what was read ahead and has not come yet.
    pub(crate) fn ahead(&self) -> &Bytes {
        &self.ahead
    }
}

fn poll_read(reader: Pin<&mut impl AsyncRead>, space: &mut [MaybeUninit<u8>], context: &mut Context<'_>) -> Poll<Next> {
    let mut piece = ReadBuf::uninit(space);
    Poll::Ready(match ready!(reader.poll_read(context, &mut piece)) {
        Ok(()) if piece.filled().is_empty() => None,
        Ok(()) => Some(Ok(Bytes::copy_from_slice(piece.filled()))),
        Err(error) => Some(Err(error.into())),
    })
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        let length = u64::try_from(bytes.len()).ok();
        Self { ahead: bytes, length, rest: None }
    }
}

/// Shows how long the body is, and nothing of it.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(any(feature = "hyper-transport", feature = "reqwest"))]
mod of_http {
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use bytes::Bytes;
    #[cfg(feature = "reqwest")]
    use http_body::{Body as HttpBody, Frame, SizeHint};
    #[cfg(not(feature = "reqwest"))]
    use hyper::body::{Body as HttpBody, Frame, SizeHint};

    use super::{Body, Next};
    use crate::transport_api::BoxError;

    impl Body {
        /// Creates a body from an `http-body` body. Trailers are ignored.
        pub(crate) fn of_response<B>(mut body: B) -> Self
        where
            B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
            B::Error: Into<BoxError>,
        {
            let length = body.size_hint().exact();
            Self::from_fn(length, move |context| poll_data(&mut body, context))
        }
    }

    fn poll_data<B>(body: &mut B, context: &mut Context<'_>) -> Poll<Next>
    where
        B: HttpBody<Data = Bytes> + Unpin,
        B::Error: Into<BoxError>,
    {
        loop {
            match ready!(Pin::new(&mut *body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
    }

    impl HttpBody for Body {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            self.poll_chunk(context).map(|next| next.map(|piece| piece.map(Frame::data)))
        }

        fn is_end_stream(&self) -> bool {
            self.ahead.is_empty() && self.rest.is_none()
        }

        fn size_hint(&self) -> SizeHint {
            self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
        }
    }
}
