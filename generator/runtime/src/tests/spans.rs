//! Spans of calls and attempts, as a subscriber sees them.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Instrument, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::{Client, GOOD, NewParcel, TOKEN, builder, key};
use crate::testing::ScriptedTransport;
use crate::{BaseUrl, RetryPolicy};

/// Keeps every span and every event of this thread, at all levels.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Vec<Kept>>>);

/// One span or event.
#[derive(Default)]
struct Kept {
    name: String,
    target: String,
    depth: usize,
    fields: Fields,
    open: bool,
}

/// Numbers as they are, texts in quotes, and everything else behind a tilde. Unsigned numbers are among that: exporters
/// take them for texts.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name(), value.to_string());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("~{value:?}"));
    }
}

/// Where a span is kept.
struct Indent(usize);

impl Recorder {
    pub(super) fn start() -> (Self, DefaultGuard) {
        let recorder = Self::default();
        let guard = tracing::subscriber::set_default(Registry::default().with(recorder.clone()));
        (recorder, guard)
    }

    /// Returns all spans and events so far, in order, indented below their parents.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |kept: &Kept| {
            let mut line = format!("{}{}", "  ".repeat(kept.depth), kept.name);
            for (name, value) in &kept.fields.0 {
                let _ = write!(line, " {name}={value}");
            }
            line
        };
        self.kept().iter().map(line).collect()
    }

    /// Returns the names of spans that are not closed.
    fn open(&self) -> Vec<String> {
        self.kept().iter().filter(|kept| kept.open).map(|kept| kept.name.clone()).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap()
    }

    fn keep(&self, kept: Kept) -> Indent {
        let mut all = self.kept();
        all.push(kept);
        Indent(all.len() - 1)
    }

    fn depth<S: Subscriber + for<'a> LookupSpan<'a>>(&self, id: &Id, context: &Context<'_, S>) -> usize {
        let place = context.span(id).unwrap().extensions().get::<Indent>().unwrap().0;
        self.kept()[place].depth
    }

    fn change<S: Subscriber + for<'a> LookupSpan<'a>>(
        &self,
        id: &Id,
        context: &Context<'_, S>,
        change: impl FnOnce(&mut Kept),
    ) {
        let place = context.span(id).unwrap().extensions().get::<Indent>().unwrap().0;
        change(&mut self.kept()[place]);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let depth = span.parent().map_or(0, |parent| self.depth(&parent.id(), &context) + 1);
        let target = attributes.metadata().target().to_owned();
        let mut kept = Kept { name: span.name().to_owned(), target, depth, open: true, ..Kept::default() };
        attributes.record(&mut kept.fields);
        span.extensions_mut().insert(self.keep(kept));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        self.change(id, &context, |kept| values.record(&mut kept.fields));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let depth = context.event_span(event).map_or(0, |parent| self.depth(&parent.id(), &context) + 1);
        let (name, target) = (event.metadata().level().to_string(), event.metadata().target().to_owned());
        let mut kept = Kept { name, target, depth, ..Kept::default() };
        event.record(&mut kept.fields);
        self.keep(kept);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.change(&id, &context, |kept| kept.open = false);
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn patient(server: &ScriptedTransport) -> Client {
    let builder = builder(server).access_token("fixed").retry(RetryPolicy::default());
    builder.random_source(|| u64::MAX / 2 + 1).build().unwrap()
}

/// What every first attempt at a call of [`patient`] has.
const ATTEMPT: &str = concat!(
    r#"http.request.method="POST" idempotency_key="key-1" otel.kind="client" "#,
    r#"otel.name="POST /v1/depots/{depot-id}/parcels""#
);
const SERVER: &str = concat!(
    r#"server.address="api.example.com" server.port=443 url.scheme="https" "#,
    r#"url.template="/v1/depots/{depot-id}/parcels""#
);

#[tokio::test(start_paused = true)]
async fn a_call_is_a_span_and_holds_one_for_each_attempt() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().response(503, &[("x-request-id", "r-1")], "").interrupted();
    let server = server.response(200, &[("x-request-id", "r-3")], GOOD);
    let call = patient(&server).send_parcel("D1", &NewParcel::new(1));
    async { call.await.unwrap() }.instrument(tracing::info_span!("order")).await;
    let again = |attempt: u32, kind: &str, status: &str, wait: u32| {
        let message = "message=~the attempt failed, the call is sent again";
        format!(r#"    WARN attempt={attempt} error.type="{kind}"{status} {message} wait_ms={wait}"#)
    };
    let attempt = |number: u32, end: &str, status: &str, request: &str| {
        let (method, others) = ATTEMPT.split_once(' ').unwrap();
        let resend = if number == 1 { String::new() } else { format!(" http.request.resend_count={}", number - 1) };
        format!("    attempt attempt={number}{end} {method}{resend}{status} {others}{request} {SERVER}")
    };
    let failed = |kind: &str| format!(r#" error.type="{kind}""#);
    // Fields in the order of their names: the status of a span stands behind its name.
    let error = r#" otel.status_code="ERROR""#;
    assert_eq!(
        recorder.lines(),
        [
            "order".to_owned(),
            concat!(
                r#"  sendParcel attempts=3 http.response.status_code=200 idempotency_key="key-1" "#,
                r#"otel.kind="internal" request_id="r-3""#
            )
            .to_owned(),
            attempt(1, &failed("api"), " http.response.status_code=503", &format!(r#"{error} request_id="r-1""#)),
            again(1, "api", " http.response.status_code=503", 500),
            attempt(2, &failed("interrupted"), "", error),
            again(2, "interrupted", "", 1000),
            attempt(3, "", " http.response.status_code=200", r#" request_id="r-3""#),
        ]
    );
    assert!(recorder.open().is_empty());
}

/// A program selects spans and events by the name of the crate that it depends on.
#[tokio::test(start_paused = true)]
async fn all_spans_and_events_have_the_name_of_the_crate_as_their_target() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(200, TOKEN).json(401, "").json(200, TOKEN).interrupted().json(200, GOOD);
    let client: Client =
        builder(&server).client_credentials("id", "secret").retry(RetryPolicy::default()).build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    let kept: Vec<_> = recorder.kept().iter().map(|kept| (kept.name.clone(), kept.target.clone())).collect();
    let names: Vec<_> = kept.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["sendParcel", "attempt", "WARN", "attempt", "WARN", "attempt"]);
    assert!(kept.iter().all(|(_, target)| target == env!("CARGO_CRATE_NAME")), "{kept:?}");
    let refreshed = &recorder.lines()[2];
    assert!(refreshed.contains("http.response.status_code=401") && refreshed.contains("wait_ms=0"), "{refreshed}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_by_both_spans() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(400, r#"{"reasons": [{"code": 53000022}], "requestId": "r-9"}"#);
    patient(&server).send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    patient(&server).send_parcel("", &NewParcel::new(1)).await.unwrap_err();
    let [call, attempt, unfit] = &recorder.lines()[..] else { panic!("{:?}", recorder.lines()) };
    assert_eq!(
        call,
        concat!(
            r#"sendParcel attempts=1 error.type="api" http.response.status_code=400 idempotency_key="key-1" "#,
            r#"otel.kind="internal" otel.status_code="ERROR" outcome="rejected" request_id="r-9""#
        )
    );
    assert!(attempt.contains("http.response.status_code=400"), "{attempt}");
    assert!(attempt.contains(r#"error.type="api""#) && attempt.contains(r#"otel.status_code="ERROR""#), "{attempt}");
    assert_eq!(
        unfit,
        concat!(
            r#"sendParcel attempts=0 error.type="invalid_request" otel.kind="internal" "#,
            r#"otel.status_code="ERROR" outcome="not_sent""#
        )
    );
}

/// A success that cannot be read comes to light when the attempt is over.
#[tokio::test]
async fn a_response_that_cannot_be_read_fails_the_call() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(200, r#"{"success": true, "number": 1.5e}"#).json(200, "{}");
    for _ in 0..2 {
        patient(&server).send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    }
    for call in recorder.lines().iter().filter(|line| line.starts_with("sendParcel")) {
        assert!(call.contains(r#"error.type="decode" http.response.status_code=200"#), "{call}");
    }
    assert!(recorder.open().is_empty());
}

#[tokio::test]
async fn the_status_of_the_token_endpoint_is_not_that_of_the_call() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(401, "");
    let client: Client = builder(&server).client_credentials("id", "secret").build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(recorder.lines().len(), 2);
    for span in recorder.lines() {
        assert!(span.contains(r#"error.type="authentication""#), "{span}");
        assert!(!span.contains("http.response.status_code"), "{span}");
    }
}

#[tokio::test(start_paused = true)]
async fn simultaneous_calls_keep_their_attempts_apart() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(503, "").after(SECOND).json(503, "").after(SECOND);
    let server = server.json(200, GOOD).json(200, GOOD);
    let client = patient(&server);
    let call = |name: &str| {
        let call = client.send_parcel("D1", &NewParcel::new(1)).0.idempotency_key(key(name));
        call.key_first_used(std::time::SystemTime::now())
    };
    let (one, two) = tokio::join!(call("one").send::<super::Parcel>(), call("two").send::<super::Parcel>());
    assert_eq!((one.unwrap().attempts(), two.unwrap().attempts()), (2, 2));
    let kept = recorder.kept();
    let with = |depth: usize, name: &str, text: &str| {
        let is = |kept: &&Kept| kept.depth == depth && kept.name == name && kept.fields.0["idempotency_key"] == text;
        kept.iter().filter(is).count()
    };
    for text in ["\"one\"", "\"two\""] {
        assert_eq!((with(0, "sendParcel", text), with(1, "attempt", text)), (1, 2));
    }
    assert_eq!(kept.iter().filter(|kept| kept.depth == 1 && kept.name == "WARN").count(), 2);
}

#[tokio::test(start_paused = true)]
async fn spans_of_a_call_that_is_dropped_are_closed() {
    let (recorder, _guard) = Recorder::start();
    let server = ScriptedTransport::new().json(503, "").after(SECOND).no_response();
    let unpolled = patient(&server).send_parcel("D1", &NewParcel::new(1));
    drop(unpolled.into_future());
    assert!(recorder.lines().is_empty());
    // While the first response is waited for, between the attempts, and during the second.
    for (after, spans) in [(500, 2), (700, 3), (2000, 4)] {
        let server = ScriptedTransport::new().json(503, "").after(Duration::from_millis(600)).no_response();
        let call = patient(&server).send_parcel("D1", &NewParcel::new(1)).into_future();
        let before = recorder.lines().len();
        tokio::time::timeout(Duration::from_millis(after), call).await.unwrap_err();
        assert_eq!(recorder.lines().len() - before, spans, "{after}");
        assert!(recorder.open().is_empty());
    }
    assert!(!recorder.lines().iter().any(|line| line.contains("outcome")));
}

#[tokio::test]
async fn addresses_and_ports_are_told_as_they_are() {
    for (base, told) in [
        ("https://api.example.com", r#"server.address="api.example.com" server.port=443 url.scheme="https""#),
        ("https://api.example.com:8443/x", r#"server.address="api.example.com" server.port=8443 url.scheme="https""#),
        ("http://127.0.0.1:80", r#"server.address="127.0.0.1" server.port=80 url.scheme="http""#),
        ("http://[::1]:8080", r#"server.address="::1" server.port=8080 url.scheme="http""#),
    ] {
        let (recorder, _guard) = Recorder::start();
        let server = ScriptedTransport::new().json(200, GOOD);
        let builder = crate::ClientBuilder::<Client>::new(&super::SERVICE, BaseUrl::new(base).unwrap());
        let client = builder.transport(server).access_token("t").build().unwrap();
        client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
        assert!(recorder.lines()[1].contains(told), "{:?}", recorder.lines());
    }
}
