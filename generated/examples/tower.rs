//! A layer of tower around the transport that ships with the crate: it prints what each request came to, and how long
//! it took.
//!
//! ```text
//! cargo run -p zuora-payments --example tower --features tower
//! ```
//!
//! runs against an embedded simulator.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use tower::{Layer, Service, ServiceBuilder};
use zuora_payments::transport::{HyperTransport, TowerTransport, TransportService};
use zuora_payments::{BaseUrl, Client, CreatePaymentSessionRequest, decimal};
use zuora_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let simulator = Simulator::start().await?;
    let service = ServiceBuilder::new().layer(PrintLayer).service(TransportService::new(HyperTransport::new()?));
    let client = Client::builder(BaseUrl::new(simulator.base_url())?)
        .client_credentials(simulator.client_id(), simulator.client_secret())
        .transport(TowerTransport::new(service))
        .build()?;
    let amount = decimal!("1.99");
    let request = CreatePaymentSessionRequest::pay_and_save("402881e861bd8a7e0161c6a453750026", amount, "USD");
    let session = client.create_payment_session(&request).await?;
    println!("session: token {:?}", session.token);
    Ok(())
}

/// Puts [`Print`] around a service.
#[derive(Clone)]
struct PrintLayer;

impl<S> Layer<S> for PrintLayer {
    type Service = Print<S>;

    fn layer(&self, inner: S) -> Print<S> {
        Print { inner }
    }
}

/// Prints method, path, status and time of every request. Headers and bodies stay unseen: they hold credentials.
#[derive(Clone)]
struct Print<S> {
    inner: S,
}

impl<S, Body, Response> Service<http::Request<Body>> for Print<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Response>>,
    S::Future: Send + 'static,
    S::Error: std::fmt::Display,
{
    type Response = S::Response;
    // The error passes through unchanged: it says whether the request may have reached the server.
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let call = format!("{} {}", request.method(), request.uri().path());
        let start = Instant::now();
        let response = self.inner.call(request);
        Box::pin(async move {
            let response = response.await;
            let time = start.elapsed();
            match &response {
                Ok(response) => println!("{call}: {} in {time:?}", response.status()),
                Err(error) => println!("{call}: {error} after {time:?}"),
            }
            response
        })
    }
}
