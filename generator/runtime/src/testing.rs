//! A scripted transport for tests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};

use crate::environment::BoxFuture;
use crate::model::REDACTED;
use crate::transport_api::{Transport, TransportError};

/// A transport that sends nothing: it plays a script of responses in order, and records the requests.
///
/// Clones share the script and the record. A request beyond the end of the script fails as not sent.
///
/// # Examples
///
/// A response is lost, and the call is sent again. `Client` is that of a generated crate, whose calls have an idempotency key:
///
/// ```
/// use sdk_runtime::testing::ScriptedTransport;
/// # use sdk_runtime::codegen::{Core, FailureFormat, HeaderRoles, Idempotency, Operation, Segment, Service, telemetry};
/// # use sdk_runtime::{BaseUrl, ClientBuilder, Error, Json, Response};
/// #
/// # static SHOP: Service = Service {
/// #     name: "Shop",
/// #     user_agent: "shop/1.0.0",
/// #     token: None,
/// #     idempotency: Some(Idempotency { header: "Idempotency-Key", max_length: 64, kept_seconds: 86400 }),
/// #     roles: HeaderRoles::NONE,
/// #     failure: FailureFormat::NONE,
/// #     telemetry: telemetry!(),
/// # };
/// # static CREATE_ORDER: Operation = Operation::new("createOrder", "POST", &[Segment::Literal("/orders")]).idempotent();
/// # struct Client(Core);
/// # impl From<Core> for Client {
/// #     fn from(core: Core) -> Self { Self(core) }
/// # }
/// # impl Client {
/// #     fn builder(url: BaseUrl) -> ClientBuilder<Self> { ClientBuilder::new(&SHOP, url) }
/// #     async fn create_order(&self) -> Result<Response<Json>, Error> { self.0.call(&CREATE_ORDER).send().await }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = ScriptedTransport::new().interrupted().json(200, r#"{"id": "1"}"#);
/// let client = Client::builder("https://api.example.com".parse()?).transport(server.clone()).build()?;
///
/// let order = client.create_order().await?;
/// assert_eq!(order.attempts(), 2);
/// let keys = server.requests().iter().map(|request| request.header("idempotency-key").map(str::to_owned)).collect::<Vec<_>>();
/// assert!(keys[0].is_some() && keys[0] == keys[1]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: VecDeque<Step>,
    requests: Vec<RecordedRequest>,
}

struct Step {
    delay: Duration,
    end: End,
}

enum End {
    Response(Response<Bytes>),
    Fault(TransportError),
    NoResponse,
}

impl ScriptedTransport {
    /// Creates a transport with an empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a response with a JSON body.
    #[must_use]
    pub fn json(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.response(status, &[("content-type", "application/json")], body)
    }

    /// Adds a response with these headers.
    ///
    /// # Panics
    ///
    /// If the status or a header is no valid one.
    #[must_use]
    pub fn response(self, status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).expect("a script holds valid statuses");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(value);
            response
                .headers_mut()
                .append(name.expect("a script holds valid headers"), value.expect("a script holds valid headers"));
        }
        self.step(End::Response(response))
    }

    /// Adds a failed connection.
    #[must_use]
    pub fn not_sent(self) -> Self {
        self.fault(TransportError::not_sent("connection refused, says the script"))
    }

    /// Adds a connection that is lost after the request was sent.
    #[must_use]
    pub fn interrupted(self) -> Self {
        self.fault(TransportError::interrupted("connection reset, says the script"))
    }

    /// Adds this error.
    #[must_use]
    pub fn fault(self, fault: TransportError) -> Self {
        self.step(End::Fault(fault))
    }

    /// Adds a request without a response.
    #[must_use]
    pub fn no_response(self) -> Self {
        self.step(End::NoResponse)
    }

    /// Delays the last step so far.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        if let Some(step) = self.state().script.back_mut() {
            step.delay = delay;
        }
        self
    }

    /// Returns the requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state().requests.clone()
    }

    /// Returns the number of remaining steps.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.state().script.len()
    }

    fn step(self, end: End) -> Self {
        let delay = Duration::ZERO;
        self.state().script.push_back(Step { delay, end });
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing here can be left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, request: Request<Bytes>) -> Option<Step> {
        let (parts, body) = request.into_parts();
        let mut state = self.state();
        state.requests.push(RecordedRequest { method: parts.method, uri: parts.uri, headers: parts.headers, body });
        state.script.pop_front()
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let Some(Step { delay, end }) = self.next(request) else {
                return Err(TransportError::not_sent("the script has come to its end"));
            };
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            match end {
                End::Response(response) => Ok(response),
                End::Fault(fault) => Err(fault),
                End::NoResponse => std::future::pending().await,
            }
        })
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("ScriptedTransport")
            .field("remaining", &state.script.len())
            .field("requests", &state.requests)
            .finish()
    }
}

/// A request a [`ScriptedTransport`] was handed.
#[derive(Clone)]
pub struct RecordedRequest {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl RecordedRequest {
    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the whole URL.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the headers, credentials included.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the value of a header that is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body as it was sent.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the body as text; what is not text is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Returns the URL as it may be shown: what a query holds may be secret.
fn without_query(uri: &Uri) -> String {
    let mut shown = uri.to_string();
    if let Some(start) = shown.find('?') {
        shown.replace_range(start + 1.., REDACTED);
    }
    shown
}

/// Shows neither credentials nor the query nor the body, which may hold some.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut headers = self.headers.clone();
        for name in [http::header::AUTHORIZATION, http::header::COOKIE] {
            if let Some(value) = headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("uri", &format_args!("{}", without_query(&self.uri)))
            .field("headers", &headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}
