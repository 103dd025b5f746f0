//! A service with scripted replies, a clock for tests, and clients of both.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use sdk_tests::calls::{ACCOUNT, Ended, Operation};
use sdk_tests::in_process::BoxFuture;
use tokio::time::Instant;
use zuora_payments::{
    BaseUrl, Client, ClientBuilder, Clock, Error, IdempotencyKey, Outcome, ResumableCall, RetryBudget, RetryPolicy,
    Transport, TransportError,
};

pub(crate) const TRACK_ID: &str = "zuora-track-id";
const TOKEN: &str = r#"{"access_token": "c652cbc0ea384b9f", "token_type": "bearer", "expires_in": 3599}"#;

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

/// A clock over the runtime's time. Its time of day can be wrong by any number of seconds.
#[derive(Clone, Debug)]
pub(crate) struct Hands {
    origin: Instant,
    wrong_by: Arc<AtomicI64>,
}

impl Hands {
    /// Begins at 2026-01-01, and is right.
    pub(crate) fn begin() -> Self {
        Self { origin: Instant::now(), wrong_by: Arc::default() }
    }

    /// Returns what time it really is.
    pub(crate) fn truth(&self) -> SystemTime {
        UNIX_EPOCH + seconds(1_767_225_600) + self.origin.elapsed()
    }

    /// Sets how many seconds the time of day is ahead of the truth.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.wrong_by.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        let wrong_by = self.wrong_by.load(Ordering::SeqCst);
        let distance = seconds(wrong_by.unsigned_abs());
        if wrong_by < 0 { self.truth() - distance } else { self.truth() + distance }
    }

    fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What the service does with one request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    end: End,
    after: Duration,
    echo: Echo,
}

#[derive(Clone, Debug)]
enum End {
    Response { status: u16, headers: Vec<(String, String)>, body: Bytes },
    NoConnection,
    Lost,
    BodyLost(u16),
    Silence,
}

/// The track ID of a response.
#[derive(Clone, Copy, Debug)]
enum Echo {
    Own,
    Missing,
    Other(&'static str),
}

impl Reply {
    fn new(end: End) -> Self {
        Self { end, after: Duration::ZERO, echo: Echo::Own }
    }

    /// Creates a response with a whole JSON body.
    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        Self::raw(status, body).header("content-type", "application/json").header("content-length", &length)
    }

    /// Creates a response with a body and no headers that describe it.
    pub(crate) fn raw(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(End::Response { status, headers: Vec::new(), body: body.into() })
    }

    /// Creates a response with an empty body that says so.
    pub(crate) fn empty(status: u16) -> Self {
        Self::raw(status, "").header("content-length", "0")
    }

    /// Creates a reply without a connection.
    pub(crate) fn no_connection() -> Self {
        Self::new(End::NoConnection)
    }

    /// Creates a reply that loses the connection after the request was sent.
    pub(crate) fn lost() -> Self {
        Self::new(End::Lost)
    }

    /// Creates a reply that loses the connection after the head of the response.
    pub(crate) fn body_lost(status: u16) -> Self {
        Self::new(End::BodyLost(status))
    }

    /// Creates a reply that never comes.
    pub(crate) fn silence() -> Self {
        Self::new(End::Silence)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let End::Response { headers, .. } = &mut self.end {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Returns a response with the server's time.
    pub(crate) fn date(self, time: SystemTime) -> Self {
        self.header("date", &httpdate::fmt_http_date(time))
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }

    pub(crate) fn without_echo(mut self) -> Self {
        self.echo = Echo::Missing;
        self
    }

    pub(crate) fn with_echo(mut self, track_id: &'static str) -> Self {
        self.echo = Echo::Other(track_id);
        self
    }

    async fn play(self, track_id: Option<HeaderValue>) -> Result<Response<Bytes>, TransportError> {
        if !self.after.is_zero() {
            tokio::time::sleep(self.after).await;
        }
        match self.end {
            End::NoConnection => Err(TransportError::not_sent("connection refused")),
            End::Lost => Err(TransportError::interrupted("connection reset")),
            End::BodyLost(status) => {
                Err(TransportError::body_lost(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), "reset"))
            }
            End::Silence => std::future::pending().await,
            End::Response { status, headers, body } => {
                let mut response = Response::new(body);
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                for (name, value) in headers {
                    let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                    response.headers_mut().append(name, HeaderValue::from_str(&value).unwrap());
                }
                let echo = match self.echo {
                    Echo::Own => track_id,
                    Echo::Missing => None,
                    Echo::Other(text) => Some(HeaderValue::from_static(text)),
                };
                if let Some(echo) = echo {
                    response.headers_mut().insert(TRACK_ID, echo);
                }
                Ok(response)
            }
        }
    }
}

/// A request that the service was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentRequest {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl SentRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A service that replies by a list, and hands out tokens by another.
///
/// Requests beyond the list get the last reply if it stays, and no connection otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Service(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    replies: VecDeque<Reply>,
    stays: Option<Reply>,
    token_replies: VecDeque<Reply>,
    requests: Vec<SentRequest>,
    token_requests: usize,
}

impl Service {
    pub(crate) fn of(replies: impl IntoIterator<Item = Reply>) -> Self {
        let service = Self::default();
        service.add(replies);
        service
    }

    /// Puts further replies at the end of the list.
    pub(crate) fn add(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().replies.extend(replies);
    }

    /// Sets the reply to every request beyond the list.
    pub(crate) fn stay(&self, reply: Reply) {
        self.state().stays = Some(reply);
    }

    /// Sets the replies to the next token requests; later ones get a token.
    pub(crate) fn add_token_replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().token_replies.extend(replies);
    }

    /// Returns the requests of operations.
    pub(crate) fn requests(&self) -> Vec<SentRequest> {
        self.state().requests.clone()
    }

    /// Returns how many requests of operations there were.
    pub(crate) fn count(&self) -> usize {
        self.state().requests.len()
    }

    pub(crate) fn token_count(&self) -> usize {
        self.state().token_requests
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        self.state().requests.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn next(&self, request: Request<Bytes>) -> Reply {
        let (parts, body) = request.into_parts();
        let mut state = self.state();
        if parts.uri.path() == "/oauth/token" {
            state.token_requests += 1;
            return state.token_replies.pop_front().unwrap_or_else(token);
        }
        state.requests.push(SentRequest { headers: parts.headers, body });
        let reply = state.replies.pop_front().or_else(|| state.stays.clone());
        reply.unwrap_or_else(Reply::no_connection)
    }
}

/// Returns a response that brings a token.
pub(crate) fn token() -> Reply {
    Reply::json(200, TOKEN)
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let track_id = request.headers().get(TRACK_ID).cloned();
            self.next(request).play(track_id).await
        })
    }
}

/// The attempts that every call here has, unless a test says otherwise.
pub(crate) const ATTEMPTS: u32 = 5;

pub(crate) fn patient() -> RetryPolicy {
    RetryPolicy::default().max_attempts(ATTEMPTS).backoff(Duration::from_millis(1), Duration::from_millis(1))
}

/// Returns a builder without credentials.
pub(crate) fn bare_builder(service: &Service, hands: &Hands) -> ClientBuilder {
    Client::builder(BaseUrl::new("https://service.test").unwrap())
        .transport(service.clone())
        .clock(hands.clone())
        .random_source(|| 0)
        .retry(patient())
        .retry_budget(RetryBudget::unlimited())
}

/// Returns a builder with a token that is never fetched.
pub(crate) fn builder(service: &Service, hands: &Hands) -> ClientBuilder {
    bare_builder(service, hands).access_token("fixed")
}

/// Returns a builder that fetches its token.
pub(crate) fn fetching_builder(service: &Service, hands: &Hands) -> ClientBuilder {
    bare_builder(service, hands).client_credentials("b64e42ba-7e1a-4bc6-9146-5e1b420306b5", "dOFENLWU193EEo")
}

pub(crate) fn client(service: &Service) -> Client {
    builder(service, &Hands::begin()).build().unwrap()
}

/// How a call ended, and what it took.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) ended: Ended,
    pub(crate) requests: usize,
    pub(crate) tokens: usize,
    pub(crate) took: Duration,
}

impl Run {
    /// Makes a call with a fresh key by a client that fetches its token.
    pub(crate) async fn of(operation: Operation, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::against(operation, &Service::of(replies)).await
    }

    /// Runs like [`Run::of`], with the same reply to each request beyond the list.
    pub(crate) async fn staying(operation: Operation, replies: impl IntoIterator<Item = Reply>, stays: Reply) -> Self {
        let service = Service::of(replies);
        service.stay(stays);
        Self::against(operation, &service).await
    }

    async fn against(operation: Operation, service: &Service) -> Self {
        let client = fetching_builder(service, &Hands::begin()).build().unwrap();
        let began = Instant::now();
        let ended = operation.call(&client, ACCOUNT).send().await;
        Self { ended, requests: service.count(), tokens: service.token_count(), took: began.elapsed() }
    }

    pub(crate) fn error(&self) -> &Error {
        match &self.ended {
            Err(error) => error,
            Ok(told) => panic!("an error was expected after {} requests, not {told:?}", self.requests),
        }
    }

    /// Asserts that the call failed with this outcome after this many requests.
    #[track_caller]
    pub(crate) fn failed(&self, outcome: Outcome, requests: usize, what: &str) {
        self.failed_anyhow(outcome, what);
        assert_eq!(self.requests, requests, "requests: {what}: {}", self.error());
    }

    /// Asserts that the call failed with this outcome.
    #[track_caller]
    pub(crate) fn failed_anyhow(&self, outcome: Outcome, what: &str) {
        match &self.ended {
            Ok(told) => panic!("{what}: Ok after {} requests: {told:?}", self.requests),
            Err(error) => assert_eq!(error.outcome(), outcome, "{what}: {error}"),
        }
    }

    /// Asserts that the call succeeded after this many requests.
    #[track_caller]
    pub(crate) fn succeeded(&self, requests: usize, what: &str) {
        if let Err(error) = &self.ended {
            panic!("{what}: failed after {} requests: {error}", self.requests);
        }
        assert_eq!(self.requests, requests, "requests: {what}");
    }
}

/// Returns a call whose first attempt was lost, as it is kept.
pub(crate) async fn lost_call(service: &Service, client: &Client, operation: Operation) -> ResumableCall {
    service.add([Reply::lost()]);
    let call = operation.call(client, ACCOUNT).retry(RetryPolicy::never());
    let error = call.send().await.unwrap_err();
    error.resumable().unwrap()
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}
