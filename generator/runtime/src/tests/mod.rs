//! Calls of a made-up service, as generated code would make them.

#![expect(unreachable_pub, dead_code, reason = "the declaring macros make members of every type, and make them public")]

mod bodies;
mod bounds;
mod cancelling;
mod depot;
mod downloads;
mod hooks;
#[cfg(feature = "item-streams")]
mod item_streams;
mod limiter;
#[cfg(feature = "hyper-transport")]
mod network;
mod odd_bytes;
mod parameters;
mod requests;
mod responses;
mod resuming;
mod retries;
mod schemes;
mod secrecy;
mod sentences;
#[cfg(feature = "tracing")]
mod spans;
mod statuses;
mod timeouts;
mod tokens;
mod uploads;
#[cfg(feature = "blocking")]
mod waiting;

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::codegen::{
    Call, Code, CodeClass, Constraints, Core, CredentialsIn, FailureFormat, HeaderField, HeaderRoles, Idempotency,
    Object, Operation, PlainFailure, Reasons, ResultCodes, Segment, Service, TokenEndpoint,
};
use crate::testing::ScriptedTransport;
use crate::{BaseUrl, BoxFuture, CallFuture, ClientBuilder, Clock, Error, IdempotencyKey, Response, RetryPolicy};

static SERVICE: Service = Service {
    telemetry: crate::codegen::telemetry!(),
    name: "Parcels",
    user_agent: "parcels-sdk/1.0.0",
    token: Some(TokenEndpoint { path: "/token", credentials: CredentialsIn::Body }),
    idempotency: Some(Idempotency { header: "Idempotency-Key", max_length: 100, kept_seconds: 86_400 }),
    roles: HeaderRoles {
        request_id: Some("X-Request-Id"),
        track_id: Some("X-Track-Id"),
        rate_limit: Some("RateLimit-Limit"),
        rate_limit_remaining: Some("RateLimit-Remaining"),
        rate_limit_reset: Some("RateLimit-Reset"),
        concurrency_type: Some("Concurrency-Type"),
        concurrency_limit: Some("Concurrency-Limit"),
        concurrency_remaining: Some("Concurrency-Remaining"),
    },
    failure: FailureFormat {
        success_flag: Some("success"),
        reasons: Some(Reasons { member: "reasons", code: "code", message: "message" }),
        message: Some("message"),
        plain: Some(PlainFailure { code: "code", message: "message", statuses: &[400, 403] }),
        process_id: Some("processId"),
        request_id: Some("requestId"),
        code_digits: 8,
        categories: &[
            Code::new("10", "not allowed", CodeClass::Denied),
            Code::new("11", "authentication failed", CodeClass::Unauthorized),
            Code::new("22", "missing field", CodeClass::Refused),
            Code::new("50", "locked", CodeClass::Locked),
            Code::new("60", "internal error", CodeClass::Open),
            Code::new("61", "temporary error", CodeClass::Open),
            Code::new("70", "too many calls", CodeClass::TooMany).bare(),
        ],
        result_codes: Some(ResultCodes {
            member: "resultCode",
            message: Some("resultMessage"),
            codes: &[
                Code::new("1", "declined", CodeClass::Declined),
                Code::new("-2", "no word from the carrier", CodeClass::Open),
            ],
        }),
    },
};

static BASIC: Service =
    Service { token: Some(TokenEndpoint { path: "/token", credentials: CredentialsIn::Basic }), ..SERVICE };

static SEND_PARCEL: Operation = Operation::new(
    "sendParcel",
    "POST",
    &[Segment::Literal("/v1/depots/"), Segment::Parameter("depot-id"), Segment::Literal("/parcels")],
)
.headers(&[
    HeaderField::new("X-Track-Id").constraints(Constraints::new().max_length(8)),
    HeaderField::new("X-Version").send("7"),
    HeaderField::new("X-Tenant"),
])
.idempotent()
.result_codes()
.span(crate::codegen::call_span!("sendParcel"));

static PING: Operation =
    Operation::new("ping", "GET", &[Segment::Literal("/ping")]).headers(&[HeaderField::new("X-Reason").required()]);

/// Takes no key and may not be repeated.
static POKE: Operation = Operation::new("poke", "POST", &[Segment::Literal("/poke")]);

crate::object! {
    strict struct NewParcel {
        weight: i64 = "weight".required().minimum("1");
        label: Option<String> = "label".sensitive().max_length(40);
    }
}

impl NewParcel {
    fn new(weight: i64) -> Self {
        Self { weight, ..Object::blank() }
    }
}

crate::object! {
    lenient struct Parcel: Default {
        number: Option<String> = "number".required();
        secret: Option<String> = "secret".sensitive();
    }
}

#[derive(Clone, Debug)]
struct Client {
    core: Core,
}

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Self { core }
    }
}

impl Client {
    fn send_parcel(&self, depot: &str, parcel: &NewParcel) -> SendParcel {
        SendParcel(self.core.call(&SEND_PARCEL).path_parameter(depot).body(parcel))
    }

    fn ping(&self) -> Call {
        self.core.call(&PING)
    }
}

#[derive(Debug)]
struct SendParcel(Call);

impl IntoFuture for SendParcel {
    type Output = Result<Response<Parcel>, Error>;
    type IntoFuture = CallFuture<Parcel>;

    fn into_future(self) -> CallFuture<Parcel> {
        self.0.send()
    }
}

const GOOD: &str = r#"{"success": true, "number": "P-1"}"#;
const TOKEN: &str = r#"{"access_token": "tok-1", "token_type": "bearer", "expires_in": 3599}"#;

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// Returns a client that sends every call once, so that a script shows what one attempt does.
fn builder(server: &ScriptedTransport) -> ClientBuilder<Client> {
    ClientBuilder::new(&SERVICE, BaseUrl::new("https://api.example.com/base").unwrap())
        .transport(server.clone())
        .idempotency_key_source(|| key("key-1"))
        .retry(RetryPolicy::never())
}

/// Returns a client with a token of its own, so that a script need not begin with one.
fn client(server: &ScriptedTransport) -> Client {
    builder(server).access_token("fixed").build().unwrap()
}

fn call(server: &ScriptedTransport) -> SendParcel {
    client(server).send_parcel("D1", &NewParcel::new(1))
}

/// Time that is moved by hand: waiting for it never ends by itself.
#[derive(Clone, Default)]
struct Still(Arc<Mutex<Duration>>);

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}
