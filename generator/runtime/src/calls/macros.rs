//! The macros that declare calls: the operation they are of, the type that sends them, and what all calls have in common.

/// Declares the call of an operation: its wire contract, and a type with a setter for each thing that it can do without.
///
/// ```text
/// /// A call of `Client::list_orders`, to be awaited.
/// pub struct ListOrders: idempotent -> Orders {
///     /// Sends `limit`.
///     limit: i32 => query("limit", &limit);
///
///     /// Sends `tags`.
///     tags: impl IntoIterator<Item = impl Into<String>>
///         = tags.into_iter().map(Into::into).collect(), as Vec<String> => query("tags", &tags);
/// }
/// LIST_ORDERS("listOrders", "GET", &[Segment::Literal("/orders")])
/// .headers(&[HeaderField::new("X-Track-Id")])
/// ```
///
/// - `: idempotent` says that the operation takes an idempotency key: the call can be sent again under it.
/// - The type behind `->` is read from the response. A call without one cannot be awaited; `call_download!` adds that.
/// - A row is a setter, the type of its argument, and the method of [`Call`](crate::codegen::Call) that it is handed to. Where the
///   argument is not handed over as it is, what becomes of it and the type of that stand between.
/// - What follows the braces is the static [`Operation`](crate::codegen::Operation): its name in Rust, the arguments of its constructor,
///   and what is added.
#[macro_export]
macro_rules! call {
    (
        $(#[$about:meta])*
        $vis:vis struct $call:ident $(: $idempotent:ident)? $(-> $response:ty)? {
            $(
                $(#[$setter_about:meta])*
                $setter:ident: $argument:ty $(= $value:expr, as $into:ty)? => $step:ident($($of:tt)*);
            )*
        }
        $declaration:ident($id:literal, $($route:tt)*)
        $(.$term:ident($($term_of:tt)*))*
    ) => {
        static $declaration: $crate::codegen::Operation = $crate::codegen::Operation::new($id, $($route)*)
            $(.$idempotent())?
            $(.$term($($term_of)*))*
            .span($crate::codegen::call_span!($id));

        $(#[$about])*
        #[derive(Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        $vis struct $call {
            call: $crate::codegen::Call,
        }

        impl $call {
            $(
                $(#[$setter_about])*
                pub fn $setter(self, $setter: $argument) -> Self {
                    $(let $setter: $into = $value;)?
                    Self { call: self.call.$step($($of)*) }
                }
            )*

            /// The name of the operation, as errors and kept calls report it.
            pub const OPERATION: &'static str = $id;

            /// Overrides the client's per-attempt timeout. If it fires after the request was sent, the outcome is unknown.
            pub fn attempt_timeout(self, timeout: ::std::time::Duration) -> Self {
                Self { call: self.call.attempt_timeout(timeout) }
            }

            /// Overrides the client's timeout of the whole call, including all attempts and the waits between them.
            pub fn total_timeout(self, timeout: ::std::time::Duration) -> Self {
                Self { call: self.call.total_timeout(timeout) }
            }

            /// Overrides the client's retry policy for this call.
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self { call: self.call.retry(policy) }
            }
        }

        $($crate::__call_key!($call, $idempotent);)?
        $($crate::__call_response!($call, $declaration, $response);)?
    };
}

/// Lets a call be sent again under its idempotency key, by this process or another one.
#[doc(hidden)]
#[macro_export]
macro_rules! __call_key {
    ($call:ident, $idempotent:ident) => {
        impl $call {
            /// Returns the idempotency key of this call. Store it before the call is sent: a program that stops waiting for the response
            /// needs it to find out the outcome.
            #[must_use]
            pub fn key(&self) -> ::std::option::Option<&$crate::IdempotencyKey> {
                self.call.key()
            }

            /// Sends this idempotency key instead of a random one, for a call that another process may repeat. One key belongs to one call
            /// with one body.
            ///
            /// Unless [`key_first_used`](Self::key_first_used) tells the age of the key, the server may have forgotten it: the call is
            /// attempted once and ends `Ok` or [`Unknown`](crate::Outcome::Unknown). [`NotSent`](crate::Outcome::NotSent) then says
            /// nothing of earlier calls under the key.
            pub fn idempotency_key(self, idempotency_key: $crate::IdempotencyKey) -> Self {
                Self { call: self.call.idempotency_key(idempotency_key) }
            }

            /// Sets when the key of [`idempotency_key`](Self::idempotency_key) was first used, so that its age is known: the call is
            /// retried while the server still remembers the key. The outcome of earlier calls under it stays unknown until the server
            /// responds.
            ///
            /// A call under a key of unknown age is attempted once and ends `Ok` or [`Unknown`](crate::Outcome::Unknown).
            pub fn key_first_used(self, at: ::std::time::SystemTime) -> Self {
                Self { call: self.call.key_first_used(at) }
            }

            /// Returns this call as data that can be stored and [resumed](crate::Client::resume) when its response is lost. Stored before
            /// the call is sent, it survives a killed process. Resume it only after this call has ended: the outcome that an error
            /// reports does not include other calls under the same key.
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
#[doc(hidden)]
#[macro_export]
macro_rules! __call_response {
    ($call:ident, $declaration:ident, $response:ty) => {
        impl $call {
            /// Sends the call and blocks this thread until it has ended.
            ///
            /// # Errors
            ///
            /// As when the call is awaited. On a thread of an async runtime, which must not be blocked, nothing is sent.
            #[cfg(feature = "blocking")]
            pub fn wait(self) -> ::std::result::Result<$crate::Response<$response>, $crate::Error> {
                self.call.wait()
            }
        }

        impl $crate::codegen::OperationCall for $call {
            type Response = $response;
            const DECLARATION: &'static $crate::codegen::Operation = &$declaration;
        }

        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<$crate::Response<$response>, $crate::Error>;
            type IntoFuture = $crate::CallFuture<$response>;

            fn into_future(self) -> Self::IntoFuture {
                self.call.send()
            }
        }
    };
}

/// Lets a call be awaited until its response begins, whose body may be a download. It cannot be waited for in synchronous code, where
/// nobody would read the body.
#[macro_export]
macro_rules! call_download {
    ($call:ident, $response:ty $(,)?) => {
        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<$crate::Response<$response>, $crate::Error>;
            type IntoFuture = $crate::CallFuture<$response>;

            fn into_future(self) -> Self::IntoFuture {
                self.call.send()
            }
        }
    };
}
