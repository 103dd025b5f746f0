//! The call over reqwest, written by hand.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT};

use crate::REQUEST;
use crate::call::Call;
use crate::hand::{Failure, MAX_RESPONSE_BYTES, TIMEOUT, TOKEN, read};
use crate::models::{CreatePaymentRequest, Payment};

#[derive(Clone)]
pub(crate) struct Reqwest {
    base: Arc<str>,
    request: Arc<CreatePaymentRequest>,
    client: reqwest::Client,
}

impl Reqwest {
    pub(crate) fn to(url: &str) -> Self {
        let client = reqwest::Client::builder()
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_keepalive(Duration::from_secs(30))
            .http1_title_case_headers()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client can be made");
        let request = serde_json::from_str(REQUEST).expect("the example can be read");
        Self { base: url.into(), request: Arc::new(request), client }
    }

    async fn create_payment(&self, request: &CreatePaymentRequest) -> Result<Payment, Failure> {
        let mut response = self
            .client
            .post(format!("{}/v1/payments", self.base))
            .timeout(TIMEOUT)
            .bearer_auth(TOKEN)
            .header(USER_AGENT, HeaderValue::from_static("shop/1.0"))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("Zuora-Version", HeaderValue::from_static("2025-08-12"))
            .header("Idempotency-Key", uuid::Uuid::new_v4().to_string())
            .body(serde_json::to_vec(request)?)
            .send()
            .await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                return Err("the response is too large".into());
            }
            body.extend_from_slice(&chunk);
        }
        read(response.status(), &body)
    }
}

impl Call for Reqwest {
    async fn call(&self) {
        let payment = self.create_payment(&self.request).await.expect("the server accepts the call");
        drop(black_box(payment));
    }
}
