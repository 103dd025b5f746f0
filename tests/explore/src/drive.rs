//! Runs a call to its end without a runtime: it is polled by hand, and time passes when it waits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::judge::Ended;
use crate::world::Shared;

/// A call that is under way.
pub(crate) type Call = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// Runs a call to its end. Where its process may crash, each step of the call is a chance to.
pub(crate) fn drive(world: &Shared, mut call: Call, may_crash: bool) -> Ended {
    let mut context = Context::from_waker(Waker::noop());
    let mut asked = None;
    loop {
        if let Poll::Ready(ended) = call.as_mut().poll(&mut context) {
            return ended;
        }
        let mut world = world.lock();
        let at = (world.exchanges.len(), world.exchanges.last().is_some_and(|exchange| exchange.over));
        if may_crash && asked.replace(at) != Some(at) && world.choose(2) == 1 {
            world.tell(|| "the process crashes".into());
            return Ended::Crashed;
        }
        if !world.step() {
            return Ended::Stuck;
        }
    }
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
