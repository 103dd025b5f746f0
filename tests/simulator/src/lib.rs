//! A simulated Zuora with three operations, which counts every effect and injects faults on demand.
//!
//! A test that wants to know whether its program pays once, whatever the network does, needs the ten lines of the README:
//!
//! ```
//! use zuora_payments::{BaseUrl, Client, CreatePaymentRequest, PaymentType, decimal};
//! use zuora_simulator::{Fault, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let zuora = Simulator::start().await?;
//! let client = Client::builder(zuora.base_url().parse::<BaseUrl>()?)
//!     .client_credentials(zuora.client_id(), zuora.client_secret())
//!     .build()?;
//! let request = CreatePaymentRequest::new(decimal!("44.10"), "USD", PaymentType::External).account_id("account-1");
//!
//! zuora.fault(Fault::CloseAfterProcessing); // The money moves, and the response is lost.
//! let payment = client.create_payment(&request).await?;
//!
//! assert!(payment.is_done());
//! assert_eq!(zuora.ledger().money_moved(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Tests depend on the crate without its default features: `zuora-simulator = { version = "0.1", default-features = false }`. A
//! client of any other language uses the program, `cargo install zuora-simulator`:
//!
//! ```text
//! zuora-simulator --port 8080
//! ```
//!
//! It serves `POST /oauth/token`, `POST /web-payments/sessions`, `POST /v1/payments` and
//! `POST /v1/payment-methods/{payment-method-id}/authorize`. Requests are held against the OpenAPI document of the SDK by a
//! JSON Schema library, and against the rules that no keyword says by plain code. Nothing is shared with the generator or
//! the runtime of the SDK, so that a mistake there cannot excuse itself here.
//!
//! # What it keeps
//!
//! Accounts, invoices, payment methods and gateways are made up when they are first named; an invoice's balance is
//! whatever is paid. An account's id and number, once given together, belong together. Authorizations are known: a
//! capture needs one that was made here, with its `gatewayOrderId` and currency, for no more than it holds, once.
//! The [`Ledger`] counts every movement, with the amount as the request spelled it.
//!
//! The first response of an `Idempotency-Key` is kept for 24 hours and repeated: status, `Zuora-Request-Id` and body.
//! 409 while the first request runs, in the form of [`Builder::conflicts`]; 422 for another path or method. For another payload no source names the response:
//! here it is 422 too. What never reached the call (401, 404, 415, 429, bad headers, faults that process nothing) is
//! not kept.
//!
//! # Magic inputs
//!
//! An identifier of this form says how the call ends. Looked at, in this order: the payment method (in the path or the
//! body), `gatewayOrderId`, `accountId`, `accountNumber`; of a session only `accountId`, and only the last two lines.
//! Any of them may begin with `pm-` or `acc-`.
//!
//! | input | end |
//! |---|---|
//! | `decline`, `declined`, `decline…-<n>` | declined, with result code `n` (1 unless given): an authorization returns 200, `success: false`, `resultCode`, `reasons`; a payment fails with code 53000060 in the style of the version |
//! | `payment-declined`, `payment-declined-<n>` | payment only: declined, with result code `n` (1 unless given); an authorization holds the funds |
//! | `held-<n>` | authorization only: the funds are held, yet the response is the decline with result code `n` |
//! | `status-error`, `status-error-<n>` | payment only: `success: true`, status `Error`, with `gatewayResponseCode` `n`, or else 51 of an electronic payment and none of an external one; nothing moves |
//! | `canceled`, `canceled-<n>` | the same with status `Canceled` |
//! | `failed-to-settle` | payment only: `success: true`, status `Processed`, `gatewayState` `FailedToSettle`; counts as moved |
//! | `result-<n>` | authorization only: `success: true` with result code `n`; nothing is held |
//! | `pending` | payment only: `success: true`, status `Pending`, without a response of the gateway; counts as moved |
//! | `unknown` | not found, category 40 |
//! | `category-<nn>` | refused with that error category: `category-50`, `category-61`, … |
//!
//! A payment of zero or less is refused, and so is an authorization or a session of less than zero. No source names these
//! responses; here they have category 20. `customRates` needs `Zuora-Version` 224.0.
//!
//! # Other clients
//!
//! The official Python client works against it. It repeats its token request with the token it has, which is served unless
//! [`Builder::strict_token_requests`] is set, sends `customFxRate` as text, and declares some failures as `{code, message}`:
//! [`Builder::plain_failures`]. Keys of 255 characters are taken, as its schema has them; the guide asks for fewer.
//!
//! # Styles
//!
//! `Zuora-Version` from 2024-05-20 on: failures by the status of their category. Older or absent (see
//! [`Builder::tenant_version`]): HTTP 200 with `success: false`. Versions apply below `/v1` only, so that the session
//! operation always uses statuses; 401, 409 and 422 of keys, 429, unknown paths and methods are statuses everywhere.
//!
//! # Faults
//!
//! [`Simulator::fault`] queues a [`Fault`] for the next call of an operation, [`Simulator::token_fault`] for the next
//! token request, [`Simulator::fault_source`] asks a function. A request may order its own in the header
//! `Simulator-Fault`. Alone: `POST /_simulator/faults` with `{"fault": "close-after-processing"}`, optionally `"on":
//! "token"`, `"times": 3`, and what the fault needs; `GET /_simulator` lists them all.
//!
//! | fault | moved | kept under the key | the caller sees |
//! |---|---|---|---|
//! | `refuse` | no | no | no connection |
//! | `close-before-reading`, `close-before` | no | no | a connection that closes |
//! | `close-after-processing` | yes | true response | a connection that closes |
//! | `truncate` | yes | true response | half of the body |
//! | `late` | yes, late | true response, late | a connection that closes at once |
//! | `repeat` | yes | true response | what the second copy gets: the kept response |
//! | `repeat-at-once` | yes | true response | what the second copy gets: 409, or the kept response |
//! | `delay` | yes, late | true response, late | the true response, late |
//! | `delay-response`, `trickle` | yes, at once | true response, at once | the true response, late or slowly |
//! | `truncate-gzip`, `wrong-encoding`, `garbage`, `broken-json`, `html`, `html-ok`, `empty`, `wrong-type`, `huge` | yes | true response | a body that is hard to read |
//! | `unknown-enums`, `unknown-fields`, `nulls`, `numbers-as-text`, `text-as-numbers` | yes | true response | the response, distorted |
//! | `odd-bytes` | yes | true response | the response, in a form that no client expects |
//! | `status` | no | no | that status |
//! | `status-after-processing` | yes | true response | that status |
//! | `stored-error`, `stored-error-after-processing` | no, yes | 500 | 500 |
//! | `failure`, `failure-status`, `failure-after-processing` | no, no, yes | the failure | 200 with `success: false`, the category's status, either by version |
//! | `codes-after-processing` | yes | the failure | 400 or 200 with `success: false`, with several codes or none that is known |
//! | `odd-failure-after-processing` | yes | the failure | the same with 53000060, in a form that no client expects |
//! | `gateway-failure-after-processing` | yes | true response | 504 with a code |
//! | `refuse-before-key` | no | no | the failure, with IDs of its own each time |
//! | `in-progress` | no | no | 409, with or without a code and IDs |
//! | `other-response` | no | no | the success of another call, with its track ID |
//! | `other-response-after-processing` | yes | true response | the refusal of another call, with its track ID |
//! | `rate-limit`, `rate-limit-remaining`, `rate-limit-text`, `retry-after`, `retry-after-date`, `concurrency-limit` | no | no | 429, in each style of headers |
//! | `expire-tokens` | no | no | 401, from now on |
//! | `clock-skew` | yes | true response | a `Date` that is off |
//!
//! `GET /_simulator/ledger`, `/_simulator/requests` and `/_simulator/counters` show what happened, `POST
//! /_simulator/clock` with `{"advanceSeconds": 3600}` lets time pass, `POST /_simulator/reset` forgets.
//!
//! # Without a connection, and without waiting
//!
//! [`Builder::in_process`] makes a simulator that listens nowhere: [`Simulator::response`] takes requests and gives
//! responses. With [`Builder::simulated_time`] and [`Builder::seed`], in a runtime of one thread whose time is paused,
//! days pass in no time, and each run is like the one before.

mod admission;
mod amount;
mod authorizations;
mod call;
mod clock;
mod codes;
mod control;
mod distortion;
mod document;
mod encoding;
mod exchange;
mod expiring_map;
mod failure;
mod faults;
mod idempotency;
mod ids;
mod in_process;
mod injection;
mod json;
mod ledger;
mod limits;
mod log;
mod magic_inputs;
mod odd_forms;
mod options;
mod payments;
mod server;
mod sessions;
mod simulated_response;
mod state;
mod tenant;
mod tokens;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use clock::Clock;
pub use codes::Codes;
pub use failure::{Category, CodeSpelling};
pub use faults::{Fault, RequestInfo, Target};
pub use in_process::Failure;
pub use ledger::{Entry, Ledger, Movement};
pub use log::Request;
pub use odd_forms::Oddity;
pub use options::{Builder, CLIENT_ID, CLIENT_SECRET, ConflictStyle, DeclineStyle, ReplayStyle};

use options::Options;
use state::State;

/// A running simulator. It stops when it is dropped; requests under way are still served.
pub struct Simulator {
    state: Arc<State>,
    /// `None` when it runs in process only.
    listener: Option<Listener>,
}

/// The end of a simulator that others connect to.
struct Listener {
    address: SocketAddr,
    /// Dropping it tells the server to stop.
    stop: watch::Sender<()>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts a simulator with default options on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// When no port can be had, or when the OpenAPI document does not describe the three operations.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a simulator with other options.
    pub fn builder() -> Builder {
        Builder::new()
    }

    async fn listen(options: Options, port: u16) -> io::Result<Self> {
        let state = Arc::new(State::new(options).map_err(io::Error::other)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(());
        let server = tokio::spawn(server::serve(listener, Arc::clone(&state), stopped));
        Ok(Self { state, listener: Some(Listener { address, stop, server }) })
    }

    fn unconnected(options: Options) -> io::Result<Self> {
        let state = Arc::new(State::new(options).map_err(io::Error::other)?);
        Ok(Self { state, listener: None })
    }

    /// Returns `http://127.0.0.1:<port>`, without a slash at the end; without a port when it runs in process only.
    pub fn base_url(&self) -> String {
        match &self.listener {
            Some(listener) => format!("http://{}", listener.address),
            None => format!("http://{}", Ipv4Addr::LOCALHOST),
        }
    }

    /// Returns the address it listens on; its port is 0 when it runs in process only.
    pub fn address(&self) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        self.listener.as_ref().map_or(nowhere, |listener| listener.address)
    }

    /// Returns the id of the client that gets tokens.
    pub fn client_id(&self) -> &str {
        &self.state.options.client_id
    }

    /// Returns the secret of the client that gets tokens.
    pub fn client_secret(&self) -> &str {
        &self.state.options.client_secret
    }

    /// Returns what moved so far.
    pub fn ledger(&self) -> Ledger {
        self.with_ledger(Ledger::clone)
    }

    /// Looks at what moved so far, without a copy of it. Nothing is processed meanwhile.
    pub fn with_ledger<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&lock(&self.state.books).ledger)
    }

    /// Returns what was asked so far, oldest first; token requests included. Empty when no log is kept.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state.log).requests.clone()
    }

    /// Returns how many responses had each status; requests without a response are not counted.
    pub fn responses_by_status(&self) -> BTreeMap<u16, u64> {
        lock(&self.state.log).statuses.clone()
    }

    /// Returns how many requests took each fault, by [name](Fault::name).
    pub fn faults_injected(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.state.log).faults.clone()
    }

    /// Queues a fault for the next call of an operation that has none yet.
    pub fn fault(&self, fault: Fault) {
        self.state.push_fault(Target::Operation, fault);
    }

    /// Queues a fault for the next token request that has none yet.
    pub fn token_fault(&self, fault: Fault) {
        self.state.push_fault(Target::Token, fault);
    }

    /// Asks `source` about each request that brings no fault of its own and finds none in its queue. Takes the place of
    /// an earlier source; [`reset`](Self::reset) leaves it.
    ///
    /// Requests are asked about one after the other. The source must not call this simulator, which waits for it.
    pub fn fault_source(&self, source: impl FnMut(&RequestInfo<'_>) -> Option<Fault> + Send + 'static) {
        self.state.ask_for_faults(source);
    }

    /// Makes every token issued so far void.
    pub fn expire_tokens(&self) {
        lock(&self.state.tokens).expire();
    }

    /// Lets time pass: for tokens, kept responses, rate windows and dates.
    pub fn advance(&self, step: Duration) {
        self.state.options.clock.advance(step);
    }

    /// Forgets movements, kept responses, queued faults, the log and its counters. Tokens stay good.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Stops accepting, and waits until requests under way have their response.
    pub async fn stop(self) {
        if let Some(Listener { stop, server, .. }) = self.listener {
            drop(stop);
            // It only fails when the server panicked, which each test would have noticed by then.
            let _ = server.await;
        }
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

/// Locks, also after a panic elsewhere: what one failed request leaves behind is whole, for it is changed in one go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
