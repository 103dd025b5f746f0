//! From a transport to a service of tower and back, so that layers can be put around it.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::environment::BoxFuture;
use crate::transport_api::{BoxError, Fault, Transport, TransportError};

/// Sends requests through a service of tower.
///
/// A service that is [`TransportService`] at its core makes layers of the transport that ships with the crate:
///
/// ```
/// # #[cfg(feature = "rustls-ring")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// # use sdk_runtime::transport::{HyperTransport, TowerTransport, TransportService};
/// use tower::ServiceBuilder;
///
/// let service = ServiceBuilder::new()
///     .map_request(|request: http::Request<bytes::Bytes>| {
///         println!("{} {}", request.method(), request.uri().path());
///         request
///     })
///     .map_response(|response: http::Response<bytes::Bytes>| {
///         println!("{}", response.status());
///         response
///     })
///     .service(TransportService::new(HyperTransport::new()?));
/// let transport = TowerTransport::new(service);
/// # let _ = transport;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "rustls-ring"))]
/// # fn main() {}
/// ```
///
/// Services take and return bodies that are there as a whole, so what is uploaded or downloaded through one is collected in
/// memory on its way.
///
/// # What layers must not do
///
/// The rules of [`Transport`] hold for the whole service: no layer may send a request twice (no retry, no hedging),
/// follow redirects or unpack bodies. Headers of a request hold credentials; a layer that logs them should leave out
/// those that are marked sensitive.
///
/// # What becomes of errors
///
/// An error of `call` that is a [`TransportError`], or has one among its sources, says what that one says about the
/// request. Any other error says nothing about it, so the request counts as one that may have reached the server
/// ([`interrupted`](TransportError::interrupted)); a layer that refuses a request before it is sent can say so by
/// [`TransportError::not_sent`]. An error of `poll_ready` comes before the service has the request and counts as not
/// sent.
#[derive(Clone)]
pub struct TowerTransport<S> {
    service: S,
}

impl<S> TowerTransport<S> {
    /// Takes a service. Every request is sent by a clone of it.
    pub fn new(service: S) -> Self {
        Self { service }
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}

impl<S> Transport for TowerTransport<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
{
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut service = self.service.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(TransportError::not_sent)?;
            service.call(request).await.map_err(|error| judged(error.into()))
        })
    }
}

/// Returns what the error of a service says about the request.
fn judged(error: BoxError) -> TransportError {
    let error = match error.downcast::<TransportError>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    match phase(error.as_ref()) {
        Some(fault) => TransportError(fault(error)),
        None => TransportError::interrupted(error),
    }
}

/// Returns what the first transport error among the sources of an error says.
fn phase(error: &(dyn StdError + 'static)) -> Option<Box<dyn FnOnce(BoxError) -> Fault>> {
    std::iter::successors(error.source(), |&error| error.source())
        .find_map(|source| Some(source.downcast_ref::<TransportError>()?.0.seen_through()))
}

/// A transport as a service of tower, the core of what a [`TowerTransport`] sends through. Clones share the transport.
pub struct TransportService<T> {
    transport: Arc<T>,
}

impl<T: Transport> TransportService<T> {
    /// Creates a service that sends its requests through this transport. It is always ready.
    pub fn new(transport: T) -> Self {
        Self { transport: Arc::new(transport) }
    }
}

impl<T> Clone for TransportService<T> {
    fn clone(&self) -> Self {
        Self { transport: Arc::clone(&self.transport) }
    }
}

impl<T> fmt::Debug for TransportService<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportService").finish_non_exhaustive()
    }
}

impl<T: Transport> Service<Request<Bytes>> for TransportService<T> {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let transport = Arc::clone(&self.transport);
        Box::pin(async move { transport.send(request).await })
    }
}
