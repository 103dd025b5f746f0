//! Whether any bytes of a request have left.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a request has got on its way out: an extension of every request.
///
/// A transport that uses it makes more calls end as [`NotSent`](crate::Outcome::NotSent): when time runs out while a connection is made,
/// nobody but the transport knows that nothing was sent. One that does not use it is right, too; then a call whose time runs out may have
/// reached the server.
///
/// ```
/// # use sdk_runtime::{SendProgress, TransportError};
/// # async fn connect() -> Result<(), TransportError> { Ok(()) }
/// # async fn exchange(request: http::Request<bytes::Bytes>) -> Result<(), TransportError> {
/// let progress = request.extensions().get::<SendProgress>().cloned().unwrap_or_default();
/// progress.hold();
/// connect().await?;
/// if !progress.begin() {
///     return Err(TransportError::not_sent("the time of the request is up"));
/// }
/// // From here on bytes are written.
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct SendProgress(Arc<AtomicU8>);

/// The transport has said nothing.
const UNTOLD: u8 = 0;
/// Nothing has left, nor does it before the transport says so.
const HELD: u8 = 1;
/// It has left, or leaves now.
const BEGUN: u8 = 2;
/// It must not leave any more, and has not left.
const GIVEN_UP: u8 = 3;
/// It must not leave any more; it may have left without a word.
const ENDED: u8 = 4;

impl SendProgress {
    /// Says that nothing of the request leaves this machine before [`begin`](Self::begin) is called.
    pub fn hold(&self) {
        self.change(|state| (state == UNTOLD).then_some(HELD));
    }

    /// Says that the request leaves now. Returns false when it must not: its time is up.
    #[must_use = "a request that was given up must not be sent"]
    pub fn begin(&self) -> bool {
        self.change(|state| matches!(state, UNTOLD | HELD).then_some(BEGUN)) == BEGUN
    }

    /// Takes [`hold`](Self::hold) back, since the transport that said so no longer has the request: another one may.
    #[cfg_attr(
        not(any(feature = "hyper-transport", feature = "reqwest")),
        allow(dead_code, reason = "there is no transport that holds")
    )]
    pub(crate) fn release(&self) {
        self.change(|state| (state == HELD).then_some(UNTOLD));
    }

    /// Gives the request up. Returns whether it is certain that nothing of it has left, nor will.
    pub(crate) fn give_up(&self) -> bool {
        let next = |state| match state {
            HELD => Some(GIVEN_UP),
            UNTOLD => Some(ENDED),
            _ => None,
        };
        self.change(next) == GIVEN_UP
    }

    /// Goes on from the present state, if there is a next one, and returns the state after that. Two threads cannot both go on from the same
    /// state.
    fn change(&self, next: impl Fn(u8) -> Option<u8>) -> u8 {
        let changed = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, &next);
        // Where there is no next state, the present one stays.
        changed.map_or_else(|present| present, |before| next(before).unwrap_or(before))
    }
}

#[cfg(test)]
mod tests {
    use super::SendProgress;

    #[test]
    fn what_was_released_may_be_sent_by_another() {
        let released = SendProgress::default();
        released.hold();
        released.release();
        assert!(!released.give_up());
        let given_up = SendProgress::default();
        given_up.hold();
        assert!(given_up.give_up());
        given_up.release();
        assert!(given_up.give_up() && !given_up.begin());
    }

    #[test]
    fn only_what_was_held_back_can_be_given_up_for_certain() {
        assert!(!SendProgress::default().give_up());
        let held = SendProgress::default();
        held.hold();
        assert!(held.give_up() && held.give_up() && !held.begin() && held.give_up());
        let begun = SendProgress::default();
        begun.hold();
        assert!(begun.begin() && begun.begin() && !begun.give_up());
        begun.hold();
        assert!(!begun.give_up());
    }
}
