//! The call over hyper, written by hand.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use zuora_payments::Transport;

use crate::REQUEST;
use crate::call::Call;
use crate::memory::Memory;
use crate::models::{CreatePaymentRequest, Payment};

pub(crate) const TOKEN: &str = "f4c1a2b7d6e84f0f9a1c3b5d7e9f1a2c";
pub(crate) const NOWHERE: &str = "https://payments.example.com";
pub(crate) const TIMEOUT: Duration = Duration::from_secs(130);
pub(crate) const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Hand {
    base: Arc<str>,
    bearer: HeaderValue,
    request: Arc<CreatePaymentRequest>,
    pool: Pool,
}

/// How requests leave.
#[derive(Clone)]
enum Pool {
    Hyper(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
    Memory(Arc<dyn Transport>),
}

impl Hand {
    /// Creates a client with a pool like that of the SDK's transport.
    pub(crate) fn to(url: &str) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .expect("TLS can be set up")
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .http1_title_case_headers(true)
            .build(tls);
        Self::new(url, Pool::Hyper(client))
    }

    pub(crate) fn in_memory(transport: Memory) -> Self {
        Self::new(NOWHERE, Pool::Memory(Arc::new(transport)))
    }

    fn new(base: &str, pool: Pool) -> Self {
        let mut bearer = HeaderValue::try_from(format!("Bearer {TOKEN}")).expect("the token fits a header");
        bearer.set_sensitive(true);
        let request = serde_json::from_str(REQUEST).expect("the example can be read");
        Self { base: base.into(), bearer, request: Arc::new(request), pool }
    }

    async fn create_payment(&self, request: &CreatePaymentRequest) -> Result<Payment, Failure> {
        let request = Request::post(format!("{}/v1/payments", self.base))
            .header(USER_AGENT, HeaderValue::from_static("shop/1.0"))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(AUTHORIZATION, self.bearer.clone())
            .header("Zuora-Version", HeaderValue::from_static("2025-08-12"))
            .header("Idempotency-Key", uuid::Uuid::new_v4().to_string())
            .body(Bytes::from(serde_json::to_vec(request)?))?;
        let response = tokio::time::timeout(TIMEOUT, self.send(request)).await??;
        read(response.status(), response.body())
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        match &self.pool {
            Pool::Hyper(client) => {
                let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
                let body = Limited::new(body, MAX_RESPONSE_BYTES).collect().await?.to_bytes();
                Ok(Response::from_parts(head, body))
            }
            Pool::Memory(transport) => Ok(transport.send(request).await?),
        }
    }
}

/// Checks what a careful caller checks.
pub(crate) fn read(status: http::StatusCode, body: &[u8]) -> Result<Payment, Failure> {
    if !status.is_success() {
        return Err(format!("the server responded with {status}").into());
    }
    let payment: Payment = serde_json::from_slice(body)?;
    if payment.success != Some(true) { Err("the call failed".into()) } else { Ok(payment) }
}

impl Call for Hand {
    async fn call(&self) {
        let payment = self.create_payment(&self.request).await.expect("the server accepts the call");
        drop(black_box(payment));
    }
}
