//! The three operations as values, for tests of all of them.

use std::time::{Duration, SystemTime};

use zuora_payments::operations::{CreateAuthorization, CreatePayment, CreatePaymentSession};
use zuora_payments::{
    Authorization, Client, CreateAuthorizationRequest, CreatePaymentRequest, CreatePaymentSessionRequest, Decimal,
    Error, IdempotencyKey, Payment, PaymentSession, PaymentType, Response, ResumableCall, RetryPolicy,
};

/// An account about which nothing is special.
pub const ACCOUNT: &str = "402881e861bd8a7e0161c6a453750026";
/// A payment method about which nothing is special.
pub const METHOD: &str = "402881e522cf4f9b0122cf5dc4020045";

/// One of the three operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Creates a payment session.
    Session,
    /// Creates a payment.
    Payment,
    /// Creates an authorization.
    Authorization,
}

/// A call of one of the operations, to be sent.
#[derive(Debug)]
#[must_use]
pub enum Call {
    /// Creates a payment session.
    Session(CreatePaymentSession),
    /// Creates a payment.
    Payment(CreatePayment),
    /// Creates an authorization.
    Authorization(CreateAuthorization),
}

/// What a call told that succeeded.
#[derive(Clone, Debug)]
pub struct Finished {
    /// What the ledger calls the effect: the payment's id, the authorization's transaction id, the session's token.
    pub reference: Option<String>,
    /// How many attempts it took.
    pub attempts: u32,
    /// Whether what was asked for is done.
    pub is_done: bool,
}

/// How a call ended.
pub type Ended = Result<Finished, Error>;

impl Operation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Session, Self::Payment, Self::Authorization];

    /// Returns a call for an account, whose request is in order.
    pub fn call(self, client: &Client, account: &str) -> Call {
        match self {
            Self::Session => {
                let request = CreatePaymentSessionRequest::pay_and_save(account, decimal("100"), "USD");
                Call::Session(client.create_payment_session(&request))
            }
            Self::Payment => {
                let request = CreatePaymentRequest::new(decimal("44.10"), "USD", PaymentType::External);
                Call::Payment(client.create_payment(&request.account_id(account)))
            }
            Self::Authorization => {
                let request = CreateAuthorizationRequest::new(decimal("1.90"), "A001").account_id(account);
                Call::Authorization(client.create_authorization(METHOD, &request))
            }
        }
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("the amounts here are decimals")
}

/// Changes the call inside.
macro_rules! change {
    ($outer:expr, $call:ident => $changed:expr) => {
        match $outer {
            Self::Session($call) => Self::Session($changed),
            Self::Payment($call) => Self::Payment($changed),
            Self::Authorization($call) => Self::Authorization($changed),
        }
    };
}

/// Looks at the call inside.
macro_rules! look {
    ($outer:expr, $call:ident => $seen:expr) => {
        match $outer {
            Self::Session($call) => $seen,
            Self::Payment($call) => $seen,
            Self::Authorization($call) => $seen,
        }
    };
}

impl Call {
    /// Sends this key.
    pub fn idempotency_key(self, key: IdempotencyKey) -> Self {
        change!(self, call => call.idempotency_key(key))
    }

    /// Says when the key was used first.
    pub fn key_first_used(self, at: SystemTime) -> Self {
        change!(self, call => call.key_first_used(at))
    }

    /// Gives up on an attempt after this time.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        change!(self, call => call.attempt_timeout(timeout))
    }

    /// Gives up on the call after this time.
    pub fn total_timeout(self, timeout: Duration) -> Self {
        change!(self, call => call.total_timeout(timeout))
    }

    /// Sends the call again by another policy than the client's.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        change!(self, call => call.retry(policy))
    }

    /// Returns the key it is sent with.
    ///
    /// # Panics
    ///
    /// When it has none, which no call of these operations may.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        look!(self, call => call.key().cloned()).expect("every call has a key")
    }

    /// Returns the call as it is kept.
    ///
    /// # Panics
    ///
    /// When the request is not in order, which those made here are.
    #[must_use]
    pub fn kept(&self) -> ResumableCall {
        look!(self, call => call.resumable()).expect("the request is in order")
    }

    /// Sends the call.
    ///
    /// # Errors
    ///
    /// As the call itself.
    pub async fn send(self) -> Ended {
        match self {
            Self::Session(call) => call.await.map(|session| finished(&session, token)),
            Self::Payment(call) => call.await.map(|payment| finished(&payment, id)),
            Self::Authorization(call) => call.await.map(|authorization| finished(&authorization, transaction)),
        }
    }
}

/// Sends a call that was kept, whichever operation it is of.
///
/// # Errors
///
/// As the call itself.
pub async fn resume(client: &Client, kept: ResumableCall) -> Ended {
    match kept.operation() {
        CreatePaymentSession::OPERATION => {
            client.resume::<CreatePaymentSession>(kept).await.map(|session| finished(&session, token))
        }
        CreatePayment::OPERATION => client.resume::<CreatePayment>(kept).await.map(|payment| finished(&payment, id)),
        _ => client.resume::<CreateAuthorization>(kept).await.map(|held| finished(&held, transaction)),
    }
}

fn finished<T>(response: &Response<T>, reference: impl Fn(&T) -> Option<String>) -> Finished {
    Finished { reference: reference(response), attempts: response.attempts(), is_done: response.is_done() }
}

fn token(session: &PaymentSession) -> Option<String> {
    Some(session.token.expose().to_owned())
}

fn id(payment: &Payment) -> Option<String> {
    payment.id.clone()
}

fn transaction(authorization: &Authorization) -> Option<String> {
    authorization.transaction_id.clone()
}
