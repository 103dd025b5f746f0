//! The SDK and the simulator without a connection between them, on one clock.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;
use zuora_payments::{BaseUrl, Client, ClientBuilder, Clock, Transport, TransportError};
use zuora_simulator::{Failure, Simulator};

/// What a transport's method returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A transport that hands requests to a simulator, and says of its accidents what a connection would.
#[derive(Clone, Debug)]
pub struct InProcess(pub Arc<Simulator>);

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move { self.0.respond(request).await.map_err(accident) })
    }
}

fn accident(failure: Failure) -> TransportError {
    match failure {
        Failure::Refused => TransportError::not_sent(failure),
        Failure::Cut => TransportError::interrupted(failure),
        Failure::CutInBody { status, headers } => TransportError::body_lost(status, headers, "cut off"),
    }
}

/// Returns a builder with a simulator's address and credentials.
///
/// # Panics
///
/// When the simulator's address is none, which only the simulator can help.
pub fn builder(simulator: &Simulator) -> ClientBuilder {
    let address = BaseUrl::new(simulator.base_url()).expect("the simulator has an address");
    Client::builder(address).client_credentials(simulator.client_id(), simulator.client_secret())
}

/// A time of day that goes with the runtime's time, so that the two ends of a call agree on it when that is paused.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedTime(Instant);

impl SimulatedTime {
    /// Begins now, on 2026-01-01.
    #[must_use]
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// Returns the time of day.
    #[must_use]
    pub fn of_day(self) -> SystemTime {
        const START: Duration = Duration::from_secs(1_767_225_600);
        UNIX_EPOCH + START + self.0.elapsed()
    }
}

impl Clock for SimulatedTime {
    fn now(&self) -> SystemTime {
        self.of_day()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
