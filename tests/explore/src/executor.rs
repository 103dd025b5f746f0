//! Runs a call without an async runtime: polls it by hand, and advances the time while it waits.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::runtime::Runtime;
use tokio::task::yield_now;

use crate::judge::Ended;
use crate::world::Shared;

/// A call that is under way.
pub(crate) type Call = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// When the process of a call crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// It does not.
    Never,
    /// Each step of the call is a chance to.
    Perhaps,
    /// Once its first request has left.
    OnceSent,
}

/// Runs a call to its end, or to the crash of its process.
pub(crate) fn drive(world: &Shared, mut call: Call, crash: Crash, runtime: Option<&Runtime>) -> Ended {
    let mut asked = None;
    loop {
        if let Poll::Ready(ended) = poll(&mut call, runtime) {
            return ended;
        }
        let mut world = world.lock();
        let at = (world.exchanges.len(), world.exchanges.last().is_some_and(|exchange| exchange.over));
        let crashes = match crash {
            Crash::Never => false,
            Crash::Perhaps => asked.replace(at) != Some(at) && world.choose(2) == 1,
            Crash::OnceSent => at.0 > 0,
        };
        if crashes {
            world.tell(|| "the process crashes".into());
            return Ended::Crashed;
        }
        if !world.step() {
            return Ended::Stuck;
        }
    }
}

/// Polls a call once. A client that fetches tokens does so in a task of a runtime, which gets its turn then.
fn poll(call: &mut Call, runtime: Option<&Runtime>) -> Poll<Ended> {
    let Some(runtime) = runtime else { return call.as_mut().poll(&mut Context::from_waker(Waker::noop())) };
    runtime.block_on(async {
        if let Poll::Ready(ended) = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
            return Poll::Ready(ended);
        }
        yield_now().await;
        poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await
    })
}

/// Runs two calls at the same time.
pub(crate) fn drive_both(world: &Shared, calls: [Call; 2]) -> [Ended; 2] {
    let mut context = Context::from_waker(Waker::noop());
    let mut running = calls.map(Some);
    let mut ended = [Ended::Stuck, Ended::Stuck];
    loop {
        for (call, ended) in running.iter_mut().zip(&mut ended) {
            if let Some(Poll::Ready(end)) = call.as_mut().map(|call| call.as_mut().poll(&mut context)) {
                *ended = end;
                *call = None;
            }
        }
        if running.iter().all(Option::is_none) || !world.lock().step() {
            return ended;
        }
    }
}
