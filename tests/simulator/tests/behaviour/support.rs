//! A plain HTTP client for the simulator's own tests.

use std::io::Read;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use zuora_simulator::{Builder, Failure, Fault, Simulator};

pub(crate) const NEW: (&str, &str) = ("zuora-version", "2025-08-12");
pub(crate) const OLD: (&str, &str) = ("zuora-version", "341.0");
pub(crate) const KEY: (&str, &str) = ("idempotency-key", "key-1");
pub(crate) const SESSIONS: &str = "/web-payments/sessions";
pub(crate) const PAYMENTS: &str = "/v1/payments";
pub(crate) const AUTHORIZE: &str = "/v1/payment-methods/pm1/authorize";

/// An external payment of 10.10 USD.
pub(crate) const PAYMENT: &str = r#"{"type":"External","accountId":"a1","amount":10.10,"currency":"USD"}"#;
/// An authorization of 1.90 in the account's currency.
pub(crate) const AUTHORIZATION: &str = r#"{"accountId":"a1","amount":1.90,"gatewayOrderId":"A001"}"#;
/// A session that pays 100 and keeps the method.
pub(crate) const SESSION: &str = r#"{"accountId":"a1","amount":100,"currency":"USD","processPayment":true}"#;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn code(&self) -> Value {
        self.json()["reasons"][0]["code"].clone()
    }

    pub(crate) fn unzipped(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(self.body.as_slice());
        decoder.read_to_end(&mut plain).unwrap();
        plain
    }
}

/// A simulator and a token for it.
pub(crate) struct Caller {
    pub(crate) simulator: Simulator,
    pub(crate) token: String,
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(Simulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let simulator = builder.start().await.unwrap();
        let token = token(&simulator).await;
        Self { simulator, token }
    }

    /// Posts JSON with the token; `Err` when the response did not come whole.
    pub(crate) async fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Reply, hyper::Error> {
        read(self.open(path, headers, body).await?).await
    }

    /// Returns the same, up to the head of the response.
    pub(crate) async fn open(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Response<Incoming>, hyper::Error> {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        all.extend(headers);
        open(&self.simulator, "POST", path, &all, body.into()).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
        self.try_post(path, headers, body).await.unwrap()
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        assert_conforms(&self.simulator);
    }
}

/// Asserts in every test that each response conforms to the document before a fault changes it.
fn assert_conforms(simulator: &Simulator) {
    if std::thread::panicking() {
        return;
    }
    for request in simulator.requests() {
        let none: [String; 0] = [];
        assert_eq!(request.deviations, none, "{} {:?}", request.path, request.status);
    }
}

/// A simulator in process, on simulated time, and a token for it.
pub(crate) struct Near {
    pub(crate) simulator: Simulator,
    pub(crate) token: String,
}

impl Near {
    pub(crate) async fn new() -> Self {
        Self::with(Simulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let simulator = builder.simulated_time().in_process().unwrap();
        let mut near = Self { simulator, token: String::new() };
        let reply = near.ask_for_token().await.unwrap();
        near.token = reply.json()["access_token"].as_str().unwrap().to_owned();
        near
    }

    pub(crate) async fn ask_for_token(&self) -> Result<Reply, Failure> {
        let form = form(self.simulator.client_id(), self.simulator.client_secret());
        self.send("/oauth/token", &[FORM], form).await
    }

    /// Posts whatever it is.
    pub(crate) async fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Reply, Failure> {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.simulator.respond(request.body(body.into()).unwrap()).await?;
        let (head, body) = response.into_parts();
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: body.to_vec() })
    }

    /// Posts JSON with the token.
    pub(crate) async fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Reply, Failure> {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        all.extend(headers);
        self.send(path, &all, body).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
        self.try_post(path, headers, body).await.unwrap()
    }

    /// Pays under the key, with a fault.
    pub(crate) async fn try_pay(&self, fault: Fault) -> Result<Reply, Failure> {
        self.simulator.fault(fault);
        self.try_post(PAYMENTS, &[NEW, KEY], PAYMENT).await
    }

    /// Pays under the key, with a fault that leaves a response.
    pub(crate) async fn pay(&self, fault: Fault) -> Reply {
        self.try_pay(fault).await.unwrap()
    }

    /// Pays under the key once more, with no fault.
    pub(crate) async fn pay_again(&self) -> Reply {
        self.post(PAYMENTS, &[NEW, KEY], PAYMENT).await
    }

    /// Returns how often money moved.
    pub(crate) fn moved(&self) -> usize {
        self.simulator.with_ledger(|ledger| ledger.money_moved())
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        assert_conforms(&self.simulator);
    }
}

pub(crate) fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn form(id: &str, secret: &str) -> String {
    let (id, secret) = (escaped(id), escaped(secret));
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
}

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(crate) async fn token(simulator: &Simulator) -> String {
    let form = form(simulator.client_id(), simulator.client_secret());
    let reply = send(simulator, "POST", "/oauth/token", &[FORM], form.into());
    let reply = reply.await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// Sends one request over a connection of its own.
pub(crate) async fn send(
    simulator: &Simulator,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<Reply, hyper::Error> {
    read(open(simulator, method, path, headers, body).await?).await
}

async fn read(response: Response<Incoming>) -> Result<Reply, hyper::Error> {
    let (head, body) = response.into_parts();
    Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: body.collect().await?.to_bytes().to_vec() })
}

/// Returns the same, up to the head of the response.
async fn open(
    simulator: &Simulator,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<Response<Incoming>, hyper::Error> {
    let stream = TcpStream::connect(simulator.address()).await.unwrap();
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.unwrap();
    tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header("host", "localhost").body(Full::new(body));
    sender.send_request(request.unwrap()).await
}

/// Sends a payment over a plain connection, and returns the bytes of the response.
pub(crate) async fn raw_payment(caller: &Caller) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(caller.simulator.address()).await.unwrap();
    let head = format!(
        "POST {PAYMENTS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{PAYMENT}",
        caller.token,
        PAYMENT.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}
