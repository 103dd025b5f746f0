//! What the calls of all operations have in common, so that it does not stand in the file of each.
//!
//! The macros make methods of a type that holds a `call` of the seam. They are written out in its file, one line each, and say
//! what kind of call it is.

/// Names the operation of a call, and lets the caller change the client's settings for it.
#[macro_export]
macro_rules! call_settings {
    ($call:ident, $id:literal $(,)?) => {
        impl $call {
            #[doc = concat!("The name of the operation, as errors and calls that are kept have it: `", $id, "`.")]
            pub const OPERATION: &'static str = $id;

            /// Overrides the client's timeout of an attempt. Once it has run out after the request was sent, nobody knows what became of
            /// the call.
            pub fn attempt_timeout(self, timeout: ::std::time::Duration) -> Self {
                Self { call: self.call.attempt_timeout(timeout) }
            }

            /// Overrides the client's timeout of the whole call, all attempts and the waits between them included.
            pub fn total_timeout(self, timeout: ::std::time::Duration) -> Self {
                Self { call: self.call.total_timeout(timeout) }
            }

            /// Overrides when the client sends the call again after an attempt that failed.
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self { call: self.call.retry(policy) }
            }
        }
    };
}

/// Lets a call be sent again under its idempotency key, by this process or another one.
#[macro_export]
macro_rules! call_key {
    ($call:ident $(,)?) => {
        impl $call {
            /// Returns the idempotency key of this call. Note it down before the call is sent: whoever stops waiting for the response, or
            /// dies, needs it to find out what became of the call.
            #[must_use]
            pub fn key(&self) -> ::std::option::Option<&$crate::IdempotencyKey> {
                self.call.key()
            }

            /// Sends this idempotency key instead of a random one, for a call that another process may repeat. One key, one call, one
            /// body.
            ///
            /// Unless [`key_first_used`](Self::key_first_used) says how old the key is, nobody knows what the server keeps under it:
            /// the call is attempted once and ends `Ok` or [`Unknown`](crate::Outcome::Unknown), and
            /// [`NotSent`](crate::Outcome::NotSent) holds for this call alone.
            pub fn idempotency_key(self, idempotency_key: $crate::IdempotencyKey) -> Self {
                Self { call: self.call.idempotency_key(idempotency_key) }
            }

            /// Says when the key of [`idempotency_key`](Self::idempotency_key) was used first, so that its age is known: the call is
            /// sent again while the server still knows the key. What an earlier call under it did stays open until the server tells.
            ///
            /// A key of unknown age is attempted once and ends `Ok` or [`Unknown`](crate::Outcome::Unknown).
            pub fn key_first_used(self, at: ::std::time::SystemTime) -> Self {
                Self { call: self.call.key_first_used(at) }
            }

            /// Returns this call in a form that can be kept, to be [resumed](crate::Client::resume) when its response is lost. Kept before
            /// the call is sent, it outlives even a process that is killed. Resume it when this call has ended, not beside it: what errors
            /// say of a call leaves out what another does under its key.
            ///
            /// # Errors
            ///
            /// When the call breaks a rule of the service.
            pub fn resumable(&self) -> ::std::result::Result<$crate::ResumableCall, $crate::Error> {
                self.call.resumable()
            }
        }
    };
}

/// Lets a call be awaited, or waited for, until its response is read as a value.
#[macro_export]
macro_rules! call_answer {
    ($call:ident, $declaration:ident, $answer:ty $(,)?) => {
        impl $call {
            /// Sends the call and blocks this thread until it has ended.
            ///
            /// # Errors
            ///
            /// As when the call is awaited. On a thread of an async runtime, which must not be blocked, nothing is sent.
            #[cfg(feature = "blocking")]
            pub fn wait(self) -> ::std::result::Result<$crate::Response<$answer>, $crate::Error> {
                self.call.wait()
            }
        }

        impl $crate::seam::OperationCall for $call {
            type Answer = $answer;
            const DECLARATION: &'static $crate::seam::Operation = &$declaration;
        }

        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<$crate::Response<$answer>, $crate::Error>;
            type IntoFuture = $crate::CallFuture<$answer>;

            fn into_future(self) -> Self::IntoFuture {
                self.call.send()
            }
        }
    };
}

/// Lets a call be awaited until its response begins, whose body is read as it comes.
#[macro_export]
macro_rules! call_download {
    ($call:ident $(,)?) => {
        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<$crate::Response<$crate::Download>, $crate::Error>;
            type IntoFuture = $crate::DownloadFuture;

            fn into_future(self) -> Self::IntoFuture {
                self.call.download()
            }
        }
    };
}
