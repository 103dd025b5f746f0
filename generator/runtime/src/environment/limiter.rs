//! How many requests may be under way at the same time.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::Semaphore;

use super::future::BoxFuture;
use super::guarded::guarded;

/// Why a limiter gives no permit.
type Refusal = Box<dyn StdError + Send + Sync>;

/// Limits how many requests are under way at the same time, over whatever shares the limiter: one client, one process, several machines.
///
/// The client asks before each attempt, and holds the permit until the response has come, of a download until its body has. It waits
/// within the total timeout of the call. An attempt without a permit is not sent: an error of the limiter is like one of the
/// connection, [`NotSent`](crate::Outcome::NotSent) unless an earlier attempt was sent, and the call tries again as its retry policy says. A
/// panic is such an error, too. A call that is dropped drops its permit, or the future that waits for one.
///
/// Token requests ask for no permit.
///
/// # Examples
///
/// Machines that share a limit keep its count where all of them reach it. Here `Leases` stands for that place, such as a table or a
/// server of keys and values, whose entries end by themselves should a machine die:
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use sdk_runtime::transport::{BoxFuture, Limiter, Permit};
///
/// # #[derive(Default)]
/// # struct Leases(std::sync::Mutex<usize>);
/// # impl Leases {
/// #     async fn take(&self, most: usize) -> Result<bool, std::io::Error> {
/// #         let mut taken = self.0.lock().unwrap();
/// #         let is_free = *taken < most;
/// #         *taken += usize::from(is_free);
/// #         Ok(is_free)
/// #     }
/// #     fn give_back(&self) { *self.0.lock().unwrap() -= 1; }
/// # }
/// struct Tenant {
///     leases: Arc<Leases>,
/// }
///
/// /// Gives its lease back when the request has ended.
/// struct Lease(Arc<Leases>);
///
/// impl Drop for Lease {
///     fn drop(&mut self) {
///         self.0.give_back();
///     }
/// }
///
/// impl Limiter for Tenant {
///     fn permit(&self) -> BoxFuture<'_, Result<Permit, Box<dyn std::error::Error + Send + Sync>>> {
///         Box::pin(async {
///             while !self.leases.take(40).await? {
///                 tokio::time::sleep(Duration::from_millis(50)).await;
///             }
///             Ok(Permit::new(Lease(Arc::clone(&self.leases))))
///         })
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let tenant = Tenant { leases: Arc::default() };
/// #     let permit = tenant.permit().await.unwrap();
/// #     assert_eq!(*tenant.leases.0.lock().unwrap(), 1);
/// #     drop(permit);
/// #     assert_eq!(*tenant.leases.0.lock().unwrap(), 0);
/// # }
/// ```
pub trait Limiter: Send + Sync + 'static {
    /// Waits until another request may be under way, and permits it.
    ///
    /// # Errors
    ///
    /// When it cannot be known whether one may. The text of the error becomes part of the message.
    fn permit(&self) -> BoxFuture<'_, Result<Permit, Box<dyn StdError + Send + Sync>>>;
}

impl<T: Limiter + ?Sized> Limiter for Arc<T> {
    fn permit(&self) -> BoxFuture<'_, Result<Permit, Box<dyn StdError + Send + Sync>>> {
        (**self).permit()
    }
}

/// The permit of one request, which ends when this is dropped.
pub struct Permit(Option<Box<dyn Any + Send + Sync>>);

impl Permit {
    /// Creates a permit that holds a value, and drops it when the request has ended.
    pub fn new(held: impl Send + Sync + 'static) -> Self {
        Self(Some(Box::new(held)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // A panic of the caller's must not take a response with it.
        guarded(|| drop(self.0.take()));
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// A limit for all clients of one process that have a clone of it. Requests get their permits in the order in which they asked.
#[derive(Clone, Debug)]
pub struct LocalLimiter(Arc<Semaphore>);

impl LocalLimiter {
    /// Creates a limit of so many requests at the same time; 0 counts as 1.
    #[must_use]
    pub fn new(requests: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Returns how many more requests may be under way now.
    #[must_use]
    pub fn available(&self) -> usize {
        self.0.available_permits()
    }
}

impl Limiter for LocalLimiter {
    fn permit(&self) -> BoxFuture<'_, Result<Permit, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async { Ok(Permit::new(Arc::clone(&self.0).acquire_owned().await?)) })
    }
}

/// Waits for a permit; a panic of the limiter is an error of it.
pub(crate) async fn permitted(limiter: &dyn Limiter) -> Result<Permit, Refusal> {
    let panicked = || Err(Refusal::from("the limiter panicked"));
    let Some(permit) = guarded(|| limiter.permit()) else { return panicked() };
    let mut waiting = Waiting(Some(permit));
    poll_fn(|context| {
        let poll = |permit: &mut BoxFuture<'_, _>| guarded(|| permit.as_mut().poll(context));
        waiting.0.as_mut().and_then(poll).unwrap_or_else(|| Poll::Ready(panicked()))
    })
    .await
}

/// A limiter's future, which may panic when it is dropped, too: a call whose time is up still has its error to give.
struct Waiting<'a>(Option<BoxFuture<'a, Result<Permit, Refusal>>>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        guarded(|| drop(self.0.take()));
    }
}
