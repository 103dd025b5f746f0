//! Responses that are text or bytes, and may be too large for memory.

mod file;
mod unpack;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::OwnedSemaphorePermit;

use self::file::Half;
use self::unpack::Unpacking;
use crate::call::Call;
use crate::client::Shared;
use crate::error::{BodyFlaw, CallContext, Unreadable, What};
use crate::prepare::Prepared;
use crate::response::Head;
use crate::send::{self, Success};
use crate::transport::{Body, BoxFuture};
use crate::{Error, Response};

/// The body of a response that has begun, and the place of its call among the simultaneous ones.
pub(crate) struct Begun {
    pub(crate) body: Body,
    pub(crate) permit: Option<OwnedSemaphorePermit>,
}

/// The body of a successful response, which is still to come.
///
/// The timeouts of the call end with the head of the response; from then on each piece has the time of an attempt. A body that
/// breaks off is an error, and never passes for a whole one. Until it has come or is dropped, the call counts among the
/// simultaneous requests of the client.
pub struct Download {
    body: Unpacking,
    /// The request is under way until the body has come.
    permit: Option<OwnedSemaphorePermit>,
    patience: Duration,
    shared: Arc<Shared>,
    head: Head,
    call: CallContext,
}

impl Download {
    /// How long the body is, if the server says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.body.length()
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection is lost, when nothing comes for the time of an attempt, or when the body is packed and damaged.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let deadline = self.shared.time.now().after(self.patience);
        let flaw = match self.shared.time.until(deadline, self.body.chunk()).await {
            Some(Ok(Some(piece))) => return Ok(Some(piece)),
            Some(Ok(None)) => {
                self.permit = None;
                return Ok(None);
            }
            Some(Err(flaw)) => flaw,
            None => BodyFlaw::Stalled(self.patience),
        };
        self.permit = None;
        Err(self.error(flaw))
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); and when the body is larger than the client's `max_response_bytes`.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
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

    /// The whole body as text. What is not UTF-8 is replaced.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes).
    pub async fn text(self) -> Result<String, Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes the body to a file, in place of one that is there, and returns its length. It is written under another name in
    /// the same folder first: there is the whole file in the end, or what was there before.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); and when the file cannot be written.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let mut file = match Half::create(path.as_ref(), (self.shared.random)()).await {
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

    /// The server has done what it was asked for; only what it sent cannot be had.
    fn error(&self, flaw: BodyFlaw) -> Error {
        let unreadable =
            Unreadable { head: self.head.clone(), body: Bytes::new(), flaw, confirmed: true, stays: false };
        Error::new(What::Decode(Box::new(unreadable)), self.call.clone())
    }
}

/// Shows how long the body is, and nothing of it.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("length", &self.length()).finish_non_exhaustive()
    }
}

impl Response<Download> {
    /// The next piece of the body, as [`Download::chunk`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::chunk`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.value_mut().chunk().await
    }

    /// The whole body, as [`Download::bytes`].
    ///
    /// # Errors
    ///
    /// Those of [`Download::bytes`].
    pub async fn bytes(self) -> Result<Bytes, Error> {
        self.into_inner().bytes().await
    }

    /// The whole body as text, as [`Download::text`].
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

/// The future of a call whose response is text or bytes. It ends as soon as the response begins.
///
/// Nothing happens until it is polled. To drop it stops waiting, not what has been sent.
#[must_use = "a call does nothing until it is awaited"]
pub struct DownloadFuture(BoxFuture<'static, Result<Response<Download>, Error>>);

impl DownloadFuture {
    pub(crate) fn new(call: Call) -> Self {
        let (shared, operation) = (Arc::clone(&call.core.shared), call.operation);
        let prepared = Prepared::new(call).map(Prepared::downloading);
        Self(Box::pin(async move {
            let told = prepared.as_ref().ok().map(|call| (call.context(), call.attempt_timeout));
            let success = send::run(&shared, operation, prepared, &mut ()).await?;
            let (call, patience) = told.unwrap_or_default();
            Ok(begin(success, call, patience, shared))
        }))
    }
}

fn begin(mut success: Success, call: CallContext, patience: Duration, shared: Arc<Shared>) -> Response<Download> {
    let (body, permit) = success.begun.take().map_or_else(Default::default, |begun| (begun.body, begun.permit));
    let body = Unpacking::new(&success.head.headers, body);
    let secrets = Arc::clone(&shared.secrets);
    let download = Download { body, permit, patience, shared, head: success.head.clone(), call };
    Response::new(download, success, &secrets)
}

impl Future for DownloadFuture {
    type Output = Result<Response<Download>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for DownloadFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadFuture").finish_non_exhaustive()
    }
}
