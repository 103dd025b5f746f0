//! A call kept as data, to be sent again under the same key.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::key::IdempotencyKey;

/// A call that can be kept, in a database say, and sent again later, also by another process: the same bytes under the same
/// idempotency key.
///
/// There are two ways to one: from the call before it is sent, by its own `resumable()`, so that even a process that is killed leaves it
/// behind, and from the [error](crate::Error::resumable) of a call whose outcome is unknown. The client's `resume` sends it, and the response
/// tells what became of the call: a server that has acted on it before gives the same response again, and one that has not
/// acts now. Either way there is one effect, as long as nobody else sends it at the same time.
///
/// The server forgets a key after a time, commonly 24 hours; from then on the same request would act anew. So a call can be
/// resumed until five minutes before that and not later, only against the base URL it was made for, and only by a client with
/// the credentials it was made with, unless the caller [says](crate::ResumedCall::same_tenant) that others are of the same tenant.
///
/// It serialises to a plain structure of texts, numbers and booleans, in any format that has lists. It holds the request's body, and
/// whatever is sensitive in that; keep it as you would the data the request was made from. It holds no credentials and no token,
/// but a digest of them. `Debug` shows neither body nor headers.
#[derive(Clone, PartialEq, Eq)]
pub struct ResumableCall {
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) base_url: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) key: IdempotencyKey,
    /// In whole milliseconds since 1970, so that it survives being written and read.
    pub(crate) first_used_millis: u64,
    pub(crate) key_use: KeyUse,
    pub(crate) in_doubt: bool,
    /// A digest of the credentials it was made with.
    pub(crate) sender: String,
}

/// What was known of the key of a kept call when the call was first made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyUse {
    /// It was made for the call, so that all requests under it are those of the call.
    New,
    /// It was the caller's, who said when it was first used.
    Dated,
    /// It was the caller's, and may have been used before at an unknown time.
    Undated,
}

impl ResumableCall {
    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// When the key was first used, or the call was made resumable, if that was before. The age of the key counts from then. Under a key
    /// of the caller's own of which the first use is not known, it is the time of this call.
    #[must_use]
    pub fn first_used(&self) -> SystemTime {
        // A time beyond what the platform can tell counts as long ago.
        UNIX_EPOCH.checked_add(Duration::from_millis(self.first_used_millis)).unwrap_or(UNIX_EPOCH)
    }

    /// Tells whether both send the same request under the same key.
    pub(crate) fn sends_same(&self, other: &Self) -> bool {
        let request =
            |call: &Self| (call.operation.clone(), call.method.clone(), call.base_url.clone(), call.path.clone());
        request(self) == request(other)
            && self.headers == other.headers
            && self.body == other.body
            && self.key == other.key
    }

    /// Whether an attempt may have reached the server when the call was kept. When it is resumed it is in doubt in any case, since
    /// it may have been sent after that.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }
}

impl fmt::Debug for ResumableCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumableCall")
            .field("operation", &self.operation)
            .field("idempotency_key", &self.key)
            .field("first_used", &self.first_used())
            .finish_non_exhaustive()
    }
}
