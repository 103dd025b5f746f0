//! Request bodies that are sent as they are, from memory or streamed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use bytes::Bytes;
use tokio::io::AsyncRead;

use super::file_reader;
use crate::model::UploadContent;
use crate::transport_api::Body;

/// A request body that is sent as it is: bytes or text, a file on disk, or anything that can be read.
///
/// Bytes and text are sent like any body, text in the charset of the content type. A file is read while it is sent, so it need not fit
/// into memory; it is opened anew for each attempt, and must not change meanwhile. What is read from elsewhere can be sent once only: such a call is repeated
/// only as long as nothing of it was read. The last two are neither packed nor kept in a
/// [`ResumableCall`](crate::ResumableCall), and a large one needs an attempt timeout that fits.
///
/// ```
/// # use sdk_runtime::{Body, Payload};
/// use std::path::PathBuf;
///
/// let text = Payload::from("to: you");
/// let file = Payload::from(PathBuf::from("photo.png"));
/// let reader = Payload::reader(tokio::io::empty());
/// let announced = Payload::from(Body::from_reader(Some(0), tokio::io::empty()));
/// ```
pub struct Payload(Content);

/// The body of a call.
pub(crate) enum Content {
    /// In memory, as it is sent.
    Whole(Bytes),
    /// Text in UTF-8, which is sent in the charset of the content type.
    Text(Bytes),
    Streamed(Streamed),
}

/// A body that is read while it is sent.
pub(crate) enum Streamed {
    /// Opened anew for each attempt.
    Segments(Vec<UploadContent>),
    /// Taken out by the attempt that begins to read it.
    Once { length: Option<u64>, body: Arc<Mutex<Option<Body>>> },
}

impl Payload {
    /// Creates a payload from a file on disk.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Content::Streamed(Streamed::Segments(vec![UploadContent::File(path.into())])))
    }

    /// Creates a payload from a reader, read to its end. Where its length is known, [`Body::from_reader`] announces it, which
    /// some servers want.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Body::from_reader(None, reader).into()
    }

    pub(crate) fn into_content(self) -> Content {
        self.0
    }
}

impl Streamed {
    /// Returns the body for an attempt. What can be opened anew is opened.
    pub(crate) async fn open(&self) -> io::Result<Body> {
        match self {
            Self::Segments(segments) => file_reader::open(segments.clone()).await,
            Self::Once { length, body } => Ok(lazily(*length, Arc::clone(body))),
        }
    }

    /// Returns whether the body can be sent, for the first time or again.
    pub(crate) fn is_there(&self) -> bool {
        match self {
            Self::Segments(_) => true,
            Self::Once { body, .. } => body.lock().unwrap_or_else(PoisonError::into_inner).is_some(),
        }
    }
}

/// Creates a body that is taken out of the mutex at its first read, and stays there if that never happens.
fn lazily(length: Option<u64>, place: Arc<Mutex<Option<Body>>>) -> Body {
    let mut taken = None;
    Body::from_fn(length, move |context| {
        let body: &mut Body = taken.get_or_insert_with(|| {
            let found = place.lock().unwrap_or_else(PoisonError::into_inner).take();
            found.unwrap_or_else(|| Body::failed("the body was read before"))
        });
        body.poll_chunk(context)
    })
}

impl From<Body> for Payload {
    fn from(body: Body) -> Self {
        let length = body.length();
        Self(Content::Streamed(Streamed::Once { length, body: Arc::new(Mutex::new(Some(body))) }))
    }
}

impl From<PathBuf> for Payload {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

/// What is in memory already.
macro_rules! from_memory {
    ($content:ident: $($memory:ty)*) => {$(
        impl From<$memory> for Payload {
            fn from(memory: $memory) -> Self {
                Self(Content::$content(memory.into()))
            }
        }
    )*};
}

from_memory!(Whole: Bytes Vec<u8> &'static [u8]);
from_memory!(Text: String &'static str);

/// Shows what kind of payload it is, and nothing of it.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Content::Whole(_) | Content::Text(_) => "Payload(bytes)",
            Content::Streamed(Streamed::Segments(_)) => "Payload(file)",
            Content::Streamed(Streamed::Once { .. }) => "Payload(reader)",
        })
    }
}
