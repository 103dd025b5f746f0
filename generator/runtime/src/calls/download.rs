//! Responses that are text or bytes, and may be too large for memory.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
#[cfg(feature = "item-streams")]
use http::header::CONTENT_TYPE;

use super::partial_file::PartialFile;
use super::response::Response;
use super::success::DownloadBody;
use crate::classification::{FailureKind, UndecodableResponse};
use crate::client::Shared;
use crate::environment::Permit;
use crate::error::{CallContext, Error};
use crate::response::{BodyFlaw, Head, Unpacking};

/// The body of a successful response, which is read in chunks.
///
/// The timeouts of the call end with the head of the response; after that each chunk has the attempt timeout. A truncated body is an
/// error. Until it is read or dropped, the call counts toward the client's concurrency.
#[derive(Default)]
pub struct Download {
    /// `None` until the response has begun.
    open: Option<Box<OpenDownload>>,
}

/// A download whose response has begun.
struct OpenDownload {
    body: Unpacking,
    /// The request is under way until the body has come.
    permit: Option<Permit>,
    /// The time in which each chunk has to come.
    chunk_timeout: Duration,
    shared: Arc<Shared>,
    head: Head,
    call: CallContext,
}

impl Download {
    pub(super) fn new(begun: DownloadBody, head: &Head, shared: &Arc<Shared>) -> Self {
        let DownloadBody { body, permit, call, chunk_timeout } = begun;
        let body = Unpacking::new(&head.headers, body);
        let (head, shared) = (head.clone(), Arc::clone(shared));
        Self { open: Some(Box::new(OpenDownload { body, permit, chunk_timeout, shared, head, call })) }
    }

    /// Returns the length of the body, if the server sent it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.open.as_ref()?.body.length()
    }

    /// Returns the next chunk of the body; `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection is lost, when nothing comes for the time of an attempt, or when the body is packed and damaged.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.open {
            Some(open) => open.chunk().await,
            None => Ok(None),
        }
    }

    /// Returns the whole body.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); and when the body is larger than the client's `max_response_bytes`.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        match &mut self.open {
            Some(open) => open.bytes().await,
            None => Ok(Bytes::new()),
        }
    }

    /// Returns the whole body as text. What is not UTF-8 is replaced.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes).
    pub async fn text(self) -> Result<String, Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes the body to a file and returns its length. An existing file is replaced only once the whole body is written, under a temporary
    /// name in the same folder.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); and when the file cannot be written.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        match &mut self.open {
            Some(open) => open.save(path.as_ref()).await,
            None => Ok(0),
        }
    }
}

#[cfg(feature = "item-streams")]
impl Download {
    /// Returns the most bytes that may be held in memory.
    pub(super) fn limit(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.shared.max_response_bytes)
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.open.as_ref()?.head.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Fails because of a part of the body. A download that has not begun has none.
    pub(super) fn fail(&self, part: Bytes, flaw: BodyFlaw) -> Result<(), Error> {
        self.open.as_ref().map_or(Ok(()), |open| Err(open.error_of(part, flaw)))
    }
}

impl OpenDownload {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let deadline = self.shared.time.now().after(self.chunk_timeout);
        let flaw = match self.shared.time.until(deadline, self.body.chunk()).await {
            Some(Ok(Some(piece))) => return Ok(Some(piece)),
            Some(Ok(None)) => {
                self.permit = None;
                return Ok(None);
            }
            Some(Err(flaw)) => flaw,
            None => BodyFlaw::Stalled(self.chunk_timeout),
        };
        self.permit = None;
        Err(self.error(flaw))
    }

    async fn bytes(&mut self) -> Result<Bytes, Error> {
        let limit = self.shared.max_response_bytes;
        let mut whole = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            if piece.len() > limit - whole.len() {
                return Err(self.error(BodyFlaw::TooLarge { limit }));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    async fn save(&mut self, path: &Path) -> Result<u64, Error> {
        let mut file = match PartialFile::create(path, (self.shared.random)()).await {
            Ok(file) => file,
            Err(error) => return Err(self.error(BodyFlaw::Unsaved(error))),
        };
        let mut length = 0;
        while let Some(piece) = self.chunk().await? {
            length += piece.len() as u64;
            file = match file.append(piece).await {
                Ok(file) => file,
                Err(error) => return Err(self.error(BodyFlaw::Unsaved(error))),
            };
        }
        match file.finish().await {
            Ok(()) => Ok(length),
            Err(error) => Err(self.error(BodyFlaw::Unsaved(error))),
        }
    }

    /// Creates the error of a download that broke off; the server has acted on the call.
    fn error(&self, flaw: BodyFlaw) -> Error {
        self.error_of(Bytes::new(), flaw)
    }

    /// Creates the error of a part of the body.
    fn error_of(&self, body: Bytes, flaw: BodyFlaw) -> Error {
        let unreadable = UndecodableResponse { head: self.head.clone(), body, flaw, confirmed: true, is_kept: false };
        Error::new(FailureKind::Decode(Box::new(unreadable)), self.call.clone())
    }
}

/// Shows how long the body is, and nothing of it.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("length", &self.length()).finish_non_exhaustive()
    }
}

impl Response<Download> {
    /// Returns the next piece of the body, as [`Download::chunk`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::chunk`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.value_mut().chunk().await
    }

    /// Returns the whole body, as [`Download::bytes`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::bytes`].
    pub async fn bytes(self) -> Result<Bytes, Error> {
        self.into_inner().bytes().await
    }

    /// Returns the whole body as text, as [`Download::text`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::text`].
    pub async fn text(self) -> Result<String, Error> {
        self.into_inner().text().await
    }

    /// Writes the body to a file, as [`Download::save`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::save`].
    pub async fn save(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.into_inner().save(path).await
    }
}
