//! A successful call, apart from its value.

use std::time::Duration;

use crate::environment::Permit;
use crate::error::CallContext;
use crate::idempotency::IdempotencyKey;
use crate::response::Head;
use crate::transport_api::Body;

/// A successful call, apart from its value.
pub(crate) struct Success {
    pub(crate) head: Head,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) attempts: u32,
    /// The request is done, not still in progress.
    pub(crate) is_done: bool,
    /// The body of a download.
    pub(crate) download: Option<Box<DownloadBody>>,
}

/// The unread body of a download, and its concurrency permit.
pub(crate) struct DownloadBody {
    pub(crate) body: Body,
    pub(crate) permit: Option<Permit>,
    pub(crate) call: CallContext,
    pub(crate) chunk_timeout: Duration,
}
