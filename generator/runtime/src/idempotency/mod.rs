//! Idempotency keys, their age, and the calls that are kept under them.
//!
//! Invariant: only data and pure functions over it; nothing here sends or knows a client.

mod key;
mod key_age;
mod look_up;
mod resumable_call;
mod resumable_call_serde;

pub use self::key::IdempotencyKey;
pub(crate) use self::key::is_uuid;
pub(crate) use self::key_age::{CLOCK_MARGIN, FirstUse, Key, KeyLifetime, KeyOrigin, Now};
pub use self::look_up::LookUp;
pub(crate) use self::resumable_call::KeyUse;
pub use self::resumable_call::ResumableCall;
