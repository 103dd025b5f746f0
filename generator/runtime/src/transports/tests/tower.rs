//! Services around transports.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use ::tower::{Service, ServiceBuilder, service_fn};
use http::StatusCode;

use super::*;
use crate::BoxFuture;
use crate::transport::{TowerTransport, TransportService};
use crate::transport_api::BoxError;

/// A transport that fails in a given way.
struct Failing(Make);

impl Transport for Failing {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        let error = (self.0)();
        Box::pin(async move { Err(error) })
    }
}

/// An error of a layer's own.
#[derive(Debug)]
struct Wrapped(BoxError);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer failed")
    }
}

impl StdError for Wrapped {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref())
    }
}

type Make = fn() -> TransportError;

/// One error of each kind, and its name.
const KINDS: &[(Make, &str)] = &[
    (|| TransportError::not_sent("x"), "not sent"),
    (|| TransportError::interrupted("x"), "interrupted"),
    (|| TransportError::body_lost(StatusCode::CREATED, Default::default(), "x"), "body lost"),
    (|| TransportError::body_too_large(StatusCode::CREATED, Default::default()), "too large"),
];

async fn send(transport: impl Transport) -> Exchange {
    post(&transport, "https://api.invalid/".to_owned()).await
}

#[tokio::test]
async fn a_transport_error_keeps_its_phase_through_layers() {
    for &(error, expected) in KINDS {
        let service = TransportService::new(Failing(error));
        assert_eq!(verdict(&send(TowerTransport::new(service.clone())).await), expected);

        let boxed = ServiceBuilder::new().map_err(BoxError::from).service(service.clone());
        assert_eq!(verdict(&send(TowerTransport::new(boxed)).await), expected);

        let wrap = |error: TransportError| Wrapped(Box::new(Wrapped(error.into())));
        let response = send(TowerTransport::new(ServiceBuilder::new().map_err(wrap).service(service))).await;
        assert_eq!(verdict(&response), expected);
        if let Err(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) = &response {
            assert_eq!(head.0, StatusCode::CREATED);
        }
        if matches!(expected, "not sent" | "interrupted") {
            assert!(shown(&response).contains("a layer failed"), "{response:?}");
        }
    }
}

#[tokio::test]
async fn an_error_that_says_nothing_leaves_the_outcome_open() {
    let service = service_fn(|_| async { Err::<Response<Bytes>, BoxError>("overloaded".into()) });
    assert_eq!(verdict(&send(TowerTransport::new(service)).await), "interrupted");
    let service = service_fn(|_| async { Err::<Response<Bytes>, _>(Wrapped("other".into())) });
    assert_eq!(verdict(&send(TowerTransport::new(service)).await), "interrupted");
}

/// Never ready, and never called.
#[derive(Clone)]
struct Closed;

impl Service<Request<Bytes>> for Closed {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Exchange>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Err(TransportError::interrupted("closed")))
    }

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        unreachable!("called without being ready")
    }
}

#[tokio::test]
async fn a_service_that_is_not_ready_was_not_given_the_request() {
    assert_eq!(verdict(&send(TowerTransport::new(Closed)).await), "not sent");
}

/// Must be ready before every call, as the contract of services has it.
#[derive(Clone, Default)]
struct Strict {
    ready: bool,
    log: Arc<Mutex<Vec<&'static str>>>,
}

impl Service<Request<Bytes>> for Strict {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Exchange>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        let mut log = self.log.lock().unwrap();
        if log.last() == Some(&"waits") {
            log.push("ready");
            self.ready = true;
            return Poll::Ready(Ok(()));
        }
        log.push("waits");
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without being ready");
        assert_eq!(request.extensions().get(), Some(&MaxResponseBytes(1000)));
        self.log.lock().unwrap().push("called");
        Box::pin(async { Ok(Response::new(Bytes::new())) })
    }
}

#[tokio::test]
async fn a_service_is_called_when_it_is_ready() {
    let service = Strict::default();
    let log = Arc::clone(&service.log);
    let transport = TowerTransport::new(service);
    for _ in 0..2 {
        assert_eq!(verdict(&post(&transport, "https://api.invalid/".to_owned()).await), "response");
    }
    assert_eq!(*log.lock().unwrap(), ["waits", "ready", "called", "waits", "ready", "called"]);
}
