//! A server that responds by what it is asked: where the order of the requests is not the test's to say, a script will
//! not do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};

use super::{GOOD, TOKEN};
use crate::{BoxFuture, Transport, TransportError};

/// Hands out the tokens `tok-1`, `tok-2`, and so on, and takes them all, until it is told of troubles.
#[derive(Clone, Default)]
pub(super) struct Depot(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    delay: Duration,
    void: Option<&'static str>,
    troubles: VecDeque<Trouble>,
    tokens: usize,
    /// The `Authorization` of each call.
    calls: Vec<String>,
    under_way: usize,
    most_under_way: usize,
}

/// What goes wrong with a call.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    Status(u16),
    Interrupted,
}

impl Depot {
    /// Delays every response.
    pub(super) fn slow(self, delay: Duration) -> Self {
        self.state().delay = delay;
        self
    }

    /// Refuses this token.
    pub(super) fn refusing(self, token: &'static str) -> Self {
        self.state().void = Some(token);
        self
    }

    /// Lets the first calls with a valid token fail, in this order; all later ones succeed.
    pub(super) fn troubled(self, troubles: impl IntoIterator<Item = Trouble>) -> Self {
        self.state().troubles.extend(troubles);
        self
    }

    /// Returns the number of token requests.
    pub(super) fn tokens(&self) -> usize {
        self.state().tokens
    }

    /// Returns the `Authorization` of each call so far.
    pub(super) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Returns the highest number of concurrent calls.
    pub(super) fn most_under_way(&self) -> usize {
        self.state().most_under_way
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    async fn token(&self) -> Result<Response<Bytes>, TransportError> {
        let (number, delay) = {
            let mut state = self.state();
            state.tokens += 1;
            (state.tokens, state.delay)
        };
        pass(delay).await;
        Ok(Response::new(TOKEN.replace("tok-1", &format!("tok-{number}")).into()))
    }

    async fn call(&self, authorization: String) -> Result<Response<Bytes>, TransportError> {
        let _under_way = UnderWay::new(self);
        let (trouble, delay) = {
            let mut state = self.state();
            let is_void = state.void.is_some_and(|token| authorization.ends_with(token));
            let trouble = if is_void { Some(Trouble::Status(401)) } else { state.troubles.pop_front() };
            state.calls.push(authorization);
            (trouble, state.delay)
        };
        pass(delay).await;
        let mut response = Response::new(Bytes::from_static(GOOD.as_bytes()));
        match trouble {
            Some(Trouble::Interrupted) => return Err(TransportError::interrupted("connection reset")),
            Some(Trouble::Status(status)) => {
                *response.status_mut() = status.try_into().unwrap();
                *response.body_mut() = Bytes::new();
            }
            None => {}
        }
        Ok(response)
    }
}

async fn pass(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

impl Transport for Depot {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        match request.headers().get(AUTHORIZATION) {
            None => Box::pin(self.token()),
            Some(authorization) => Box::pin(self.call(authorization.to_str().unwrap().to_owned())),
        }
    }
}

/// One call under way, until it is dropped.
struct UnderWay<'a>(&'a Depot);

impl<'a> UnderWay<'a> {
    fn new(depot: &'a Depot) -> Self {
        let mut state = depot.state();
        state.under_way += 1;
        state.most_under_way = state.most_under_way.max(state.under_way);
        Self(depot)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}
