//! A call kept as data, to be sent again under the same key.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::key::IdempotencyKey;

/// A call as data, to be stored, in a database for example, and sent again later, also by another process: the same bytes under the
/// same idempotency key.
///
/// It is created from a call before that is sent, by its `resumable()`, so that it survives a killed process, or from the
/// [error](crate::Error::resumable) of a call whose outcome is unknown. The client's `resume` sends it. A server that has already acted on
/// the call repeats its response; one that has not acts now. Either way there is one effect, as long as no other process sends it at the
/// same time.
///
/// The server forgets a key after a time, commonly 24 hours; after that the same request would act again. So a call can be resumed until
/// five minutes before the key expires, only against the base URL it was made for, and only by a client with the same credentials, unless
/// the caller [asserts](crate::ResumedCall::same_tenant) that both belong to the same tenant.
///
/// It serializes to a flat structure of strings, numbers and booleans, in any format that has lists. It contains the request body; store
/// it as securely as the data of the request. It contains no credentials and no token, only a digest of them. `Debug` shows neither
/// body nor headers.
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
    /// Returns the name of the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// Returns the start of the key's lifetime: when the key was first used, or the call was made resumable, whichever was earlier. For a
    /// caller's own key of unknown age it is counted from this call.
    #[must_use]
    pub fn first_used(&self) -> SystemTime {
        // A time beyond what the platform can tell counts as long ago.
        UNIX_EPOCH.checked_add(Duration::from_millis(self.first_used_millis)).unwrap_or(UNIX_EPOCH)
    }

    /// Returns whether both send the same request under the same key.
    pub(crate) fn sends_same(&self, other: &Self) -> bool {
        let request =
            |call: &Self| (call.operation.clone(), call.method.clone(), call.base_url.clone(), call.path.clone());
        request(self) == request(other)
            && self.headers == other.headers
            && self.body == other.body
            && self.key == other.key
    }

    /// Returns whether an attempt may have reached the server before the call was kept. A resumed call is always in doubt, since it may have
    /// been sent after that.
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
