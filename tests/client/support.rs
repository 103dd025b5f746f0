//! Clients, valid requests, and the simulator with its ledger.

use std::time::Duration;

use zuora_payments::testing::{RecordedRequest, ScriptedTransport};
use zuora_payments::{
    BaseUrl, Client, ClientBuilder, CreateAuthorizationRequest, CreatePaymentRequest, CreatePaymentSessionRequest,
    Decimal, Environment, Error, IdempotencyKey, Outcome, PaymentType, RetryPolicy, decimal,
};
use zuora_simulator::{Builder, Ledger, Simulator};

pub(crate) const TOKEN: &str = "access-t0ken";
pub(crate) const KEY: &str = "key-1";
pub(crate) const ACCOUNT: &str = "402881e861bd8a7e0161c6a453750026";
pub(crate) const METHOD: &str = "402881e522cf4f9b0122cf5dc4020045";

/// Responses that are in order.
pub(crate) const PAID: &str = r#"{"success": true, "id": "8ad0", "number": "P-00000001", "status": "Processed"}"#;
pub(crate) const HELD: &str = r#"{"success": true, "resultCode": 0, "transactionId": "5231"}"#;
pub(crate) const OPEN: &str = r#"{"token": "LTljuuLaDQnHxeVpWaX6zq2xY2FJ6sSE"}"#;

pub(crate) fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Returns a payment that is only recorded.
pub(crate) fn payment() -> CreatePaymentRequest {
    CreatePaymentRequest::new(amount("44.10"), "USD", PaymentType::External).account_id(ACCOUNT)
}

pub(crate) fn authorization() -> CreateAuthorizationRequest {
    CreateAuthorizationRequest::new(amount("1.90"), "A001").account_id(ACCOUNT)
}

pub(crate) fn session() -> CreatePaymentSessionRequest {
    CreatePaymentSessionRequest::pay_and_save(ACCOUNT, decimal!("100"), "USD")
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// Returns a client over a script, with a token and a key that are known.
pub(crate) fn scripted(server: &ScriptedTransport) -> Client {
    scripted_builder(server).access_token(TOKEN).idempotency_key_source(|| key(KEY)).build().unwrap()
}

/// Limits every call to one attempt, so that a script shows what an attempt does.
pub(crate) fn scripted_builder(server: &ScriptedTransport) -> ClientBuilder {
    Client::builder(Environment::UsCentralSandbox).transport(server.clone()).retry(RetryPolicy::never())
}

/// Returns a request as it stands on the wire, headers sorted by name.
pub(crate) fn wire(request: &RecordedRequest) -> String {
    let headers = request.headers().iter();
    let mut lines: Vec<_> = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    lines.sort();
    let lines =
        lines.join("\n").replace(concat!("zuora-payments/", env!("CARGO_PKG_VERSION")), "zuora-payments/VERSION");
    format!("{} {}\n{lines}\n\n{}", request.method(), request.uri(), request.text())
}

/// Returns the one request that was sent.
pub(crate) fn sole(server: &ScriptedTransport) -> RecordedRequest {
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

/// One of the three operations, for what holds for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Session,
    Payment,
    Authorization,
}

impl Operation {
    pub(crate) const ALL: [Self; 3] = [Self::Session, Self::Payment, Self::Authorization];

    /// Makes the call with a request that is in order; the response is told by its idempotency key.
    pub(crate) async fn call(self, client: &Client, key: Option<IdempotencyKey>) -> Result<IdempotencyKey, Error> {
        macro_rules! made {
            ($call:expr) => {{
                let call = $call;
                let response = match key {
                    Some(key) => call.idempotency_key(key).await?,
                    None => call.await?,
                };
                Ok(response.idempotency_key().unwrap().clone())
            }};
        }
        match self {
            Self::Session => made!(client.create_payment_session(&session())),
            Self::Payment => made!(client.create_payment(&payment())),
            Self::Authorization => made!(client.create_authorization(METHOD, &authorization())),
        }
    }

    /// Returns a response that is in order.
    pub(crate) fn good(self) -> &'static str {
        match self {
            Self::Session => OPEN,
            Self::Payment => PAID,
            Self::Authorization => HELD,
        }
    }
}

/// A simulator and a client of it. Whatever a test is about: every response conforms to the document, and no key moves money twice.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(Simulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let simulator = builder.start().await.unwrap();
        let client = Self::builder(&simulator).build().unwrap();
        Self { simulator, client }
    }

    /// Returns a builder with the simulator's credentials. Every call is one attempt; what several come to is for
    /// `--test faults`.
    pub(crate) fn builder(simulator: &Simulator) -> ClientBuilder {
        Client::builder(BaseUrl::new(simulator.base_url()).unwrap())
            .client_credentials(simulator.client_id(), simulator.client_secret())
            .retry(RetryPolicy::never())
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.simulator.ledger()
    }

    /// Returns how often anything moved.
    pub(crate) fn moved(&self) -> usize {
        self.ledger().entries().len()
    }

    /// Returns the requests to operations, without those for tokens.
    pub(crate) fn calls(&self) -> Vec<zuora_simulator::Request> {
        let requests = self.simulator.requests().into_iter();
        requests.filter(|request| request.path != "/oauth/token").collect()
    }

    /// Returns how often a token was asked for.
    pub(crate) fn token_requests(&self) -> usize {
        self.simulator.requests().iter().filter(|request| request.path == "/oauth/token").count()
    }

    /// Waits until something has moved so many times, and the response that says so is kept.
    pub(crate) async fn until_moved(&self, times: usize) {
        self.until("movements", times, || self.moved()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// Waits until so many calls have reached the simulator.
    pub(crate) async fn until_called(&self, times: usize) {
        self.until("calls", times, || self.calls().len()).await;
    }

    #[allow(clippy::panic, reason = "a test that waited in vain can only stop")]
    async fn until(&self, what: &str, wanted: usize, count: impl Fn() -> usize) {
        for _ in 0..500 {
            if count() == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} {what}, not {wanted}", count());
    }

    /// Holds what an error claims against the ledger; `before` is how often something had moved before the call.
    pub(crate) fn assert_honest(&self, before: usize, error: &Error) {
        let moved = self.moved() - before;
        match error.outcome() {
            Outcome::NotSent | Outcome::Rejected => assert_eq!(moved, 0, "{error}"),
            Outcome::Accepted => assert_eq!(moved, 1, "{error}"),
            _ => assert!(moved <= 1, "{error}"),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for request in self.simulator.requests() {
            let none: [String; 0] = [];
            assert_eq!(request.deviations, none, "{} {:?}", request.path, request.status);
        }
        for (key, entries) in self.ledger().by_key() {
            assert_eq!(entries.len(), 1, "one key, one movement: {key} {entries:?}");
        }
    }
}
