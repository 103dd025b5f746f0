//! What is shown: neither credentials nor data.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

use super::{BaseUrl, Client, ClientBuilder, GOOD, NewParcel, Parcel, SEND_PARCEL, SERVICE, TOKEN, builder};
use crate::codegen::{Constraints, HeaderField, Operation, Parameter, Segment, Style, decode, encode, validate};
use crate::environment::LocalLimiter;
use crate::model::drift;
use crate::observe::{AttemptReport, CallReport, Metrics};
use crate::testing::ScriptedTransport;
use crate::{
    Base64, BoxFuture, DateTime, Error, ErrorKind, IdempotencyKey, Map, ResumableCall, RetryBudget, RetryPolicy,
    Secret, Transport, TransportError,
};

pub(super) const CANARY: &str = "canary-4711";

/// What is shown is kept here, and that what it is about may be shown by others.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<String>>>);

impl Shown {
    fn text(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn debug(&self, value: &impl Debug) {
        self.text(format!("{value:?} {value:#?}"));
    }

    /// Adds the error in every form, including the panic of `unwrap`.
    fn error(&self, error: &Error) {
        all_of(error).into_iter().for_each(|text| self.text(text));
        self.text(panic_of_unwrap(Err(error)));
        if let Some(call) = error.resumable() {
            self.debug(&call);
        }
    }

    fn assert_clean(&self) {
        assert_clean(&self.0.lock().unwrap());
    }
}

impl Metrics for Shown {
    fn attempt_ended(&self, attempt: &AttemptReport) {
        self.debug(attempt);
    }

    fn call_ended(&self, call: &CallReport<'_>) {
        self.debug(call);
        call.error().into_iter().for_each(|error| self.error(error));
    }
}

/// Returns the panic message of `unwrap` on this error.
fn panic_of_unwrap(result: Result<(), impl Debug>) -> String {
    let unwrap = AssertUnwindSafe(|| result.unwrap());
    text_of(&*catch_unwind(unwrap).unwrap_err())
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap()
}

pub(super) fn assert_clean(shown: &[String]) {
    for text in shown {
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("y-4711"), "{text}");
        assert!(text.len() > 5, "{text}");
    }
}

fn all_of(error: &Error) -> [String; 4] {
    let source = std::error::Error::source(error);
    let source = source.map_or_else(String::new, |source| format!("{source} {source:?}"));
    [format!("{error}"), format!("{error:?}"), format!("{error:#?}"), format!("source: {source}")]
}

fn label() -> NewParcel {
    let mut parcel = NewParcel::new(1);
    parcel.label = Some(CANARY.into());
    parcel
}

#[tokio::test]
async fn nothing_shows_credentials_or_data() {
    let response = format!(r#"{{"number": "P-1", "secret": "{CANARY}", "other": "{CANARY}"}}"#);
    let token = format!(r#"{{"access_token": "{CANARY}", "expires_in": 3600}}"#);
    let server = ScriptedTransport::new().json(200, token).response(200, &[("set-cookie", CANARY)], response);
    let builder = builder(&server).client_credentials(CANARY, CANARY);
    let mut shown = vec![format!("{builder:?}"), format!("{builder:#?}")];
    let mut client: Client = builder.build().unwrap();
    client.core = client.core.with_header("X-Tenant", CANARY);
    shown.push(format!("{client:?} {client:#?}"));
    let call = client.send_parcel("D1", &label());
    shown.push(format!("{call:?} {call:#?}"));
    let response = call.await.unwrap();
    shown.push(format!("{response:?}"));
    assert!(shown[4].contains("P-1"));
    assert_clean(&shown);

    let requests = server.requests();
    assert!(requests[0].text().contains(CANARY));
    assert_eq!(requests[1].header("authorization"), Some(&*format!("Bearer {CANARY}")));
    let mut tenantless = requests;
    tenantless.truncate(1);
    assert_clean(&[format!("{tenantless:?}")]);
}

#[tokio::test]
async fn a_recorded_request_shows_no_credentials() {
    let server = ScriptedTransport::new().json(200, super::GOOD);
    let client: Client = builder(&server).access_token(CANARY).build().unwrap();
    client.send_parcel("D1", &label()).await.unwrap();
    assert!(server.requests()[0].text().contains(CANARY));
    assert_clean(&[format!("{client:?}"), format!("{server:?}"), format!("{:#?}", server.requests())]);
}

#[tokio::test]
async fn errors_show_no_bodies() {
    let body = |status: u16| {
        let body = format!(r#"{{"number": {{"{CANARY}": 1}}, "success": {}}}"#, status == 200);
        ScriptedTransport::new().response(status, &[("set-cookie", CANARY)], body)
    };
    let lost = |status: u16| {
        let headers = [(http::header::SET_COOKIE, CANARY.parse().unwrap())].into_iter().collect();
        let status = http::StatusCode::from_u16(status).unwrap();
        ScriptedTransport::new().fault(TransportError::body_lost(status, headers, "reset"))
    };
    let html = format!("<html>{CANARY}");
    for server in [
        body(200),
        body(201),
        body(400),
        body(500),
        ScriptedTransport::new().json(200, html.clone()),
        ScriptedTransport::new().json(500, html),
        ScriptedTransport::new().json(200, format!(r#"{{"number": "{CANARY}"#)),
        ScriptedTransport::new().interrupted(),
        lost(200),
        lost(500),
        ScriptedTransport::new().not_sent(),
    ] {
        let client: Client = builder(&server).access_token(CANARY).build().unwrap();
        let error = client.send_parcel("D1", &label()).await.unwrap_err();
        assert_clean(&all_of(&error));
    }
}

#[tokio::test]
async fn token_errors_show_no_bodies() {
    for (status, body) in [
        (200, r#"{"access_token": "canary 4711"}"#),
        (200, r#"{"access_token": "canary-4711", "token_type": "canary"}"#),
        (401, r#"{"error": "canary-4711", "error_description": "canary-4711"}"#),
        (401, r#"{"message": "the secret canary-4711 is wrong"}"#),
        (401, "canary-4711"),
    ] {
        let server = ScriptedTransport::new().json(status, body);
        let client: Client = builder(&server).client_credentials("id", CANARY).build().unwrap();
        let error = client.send_parcel("D1", &label()).await.unwrap_err();
        assert_clean(&all_of(&error));
    }
}

/// Takes data in every place that a request has.
static SEARCH: Operation = Operation::new(
    "search",
    "POST",
    &[Segment::Literal("/search/"), Segment::Styled(&Parameter::new("ids").style(Style::Simple))],
)
.query(&[
    Parameter::new("token").constraints(Constraints::new().max_length(20)),
    Parameter::new("filter").style(Style::DeepObject),
])
.cookies(&[Parameter::new("sid").constraints(Constraints::new().max_length(20))])
.headers(&[HeaderField::new("X-Pin").constraints(Constraints::new().max_length(20))])
.idempotent();

#[tokio::test]
async fn parameters_are_sent_and_not_shown() {
    let (shown, server) = (Shown::default(), ScriptedTransport::new().json(200, GOOD).interrupted());
    let client: Client = builder(&server).access_token(CANARY).metrics(shown.clone()).build().unwrap();
    let search = |secret: &str, id: &str| {
        let call = client.core.call(&SEARCH).path_value(&id.to_owned());
        let call = call.query("token", &Secret::new(secret)).query("filter", &label());
        let call = call.cookie("sid", &Secret::new(secret)).header_value("X-Pin", &Secret::new(secret));
        shown.debug(&call);
        call
    };
    search(CANARY, "1").send::<Parcel>().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.uri().query(), Some("token=canary-4711&filter%5Bweight%5D=1&filter%5Blabel%5D=canary-4711"));
    assert_eq!((request.header("cookie"), request.header("x-pin")), (Some("sid=canary-4711"), Some(CANARY)));
    shown.debug(request);
    shown.debug(&server);
    assert!(format!("{request:?}").contains("/search/1?[redacted],"), "{request:?}");

    let lost = search(CANARY, CANARY).send::<Parcel>().await.unwrap_err();
    shown.error(&lost);
    shown.debug(&client.core.resume::<Parcel>(&SEARCH, lost.resumable().unwrap()));
    let invalid = search(&CANARY.repeat(2), "..").query("other", &1_i64).send::<Parcel>().await.unwrap_err();
    assert_eq!(invalid.violations().unwrap().len(), 5);
    shown.error(&invalid);
    shown.assert_clean();
}

crate::object! {
    /// Holds data in every form.
    exchanged struct Chest {
        thing: Option<Thing> = "thing";
        bytes: Option<Base64> = "bytes";
        opened: Option<DateTime> = "opened";
        hidden: Option<DateTime> = "hidden".sensitive();
        ..keys: Map<Secret>;
    }
}

crate::union! {
    /// Secret, or unknown.
    enum Thing {
        Secret(Secret) = text();
        Parcel(Parcel) = object(&["parcel"]);
    }
    .discriminator("type")
}

#[test]
fn values_of_every_kind_show_nothing() {
    let shown = Shown::default();
    let at = "2024-02-29T12:00:00Z";
    for thing in [r#""canary-4711""#, r#"["canary-4711"]"#, r#"{"type":"parcel","number":"1","secret":"canary-4711"}"#]
    {
        let json = format!(
            r#"{{"thing":{thing},"bytes":"canary47","opened":"canary-4711","hidden":"{at}","a":"canary-4711","b":["canary-4711"]}}"#
        );
        let chest: Chest = decode(json.as_bytes()).unwrap();
        assert_eq!((chest.keys["a"].expose(), chest.extra.len()), (CANARY, 2));
        assert!(String::from_utf8(encode(&chest)).unwrap().contains("canary47"));
        shown.debug(&chest);
        shown.debug(&chest.thing);
        assert!(!format!("{chest:?}").contains(at));
        drift(&chest, &mut |kind, path| shown.text(format!("{kind} {kind:?} {path}")));
        shown.text(validate(&vec![Thing::Unknown(CANARY.into())]).unwrap_err().to_string());
    }
    for error in
        [decode::<DateTime>(b"\"canary-4711\"").unwrap_err(), decode::<Base64>(b"\"canary-4711!\"").unwrap_err()]
    {
        shown.debug(&error);
        shown.text(error.to_string());
    }
    shown.debug(&(CANARY.parse::<DateTime>().unwrap_err(), "canary!".parse::<Base64>().unwrap_err()));
    shown.assert_clean();
}

fn everything_set(server: &ScriptedTransport, shown: &Shown) -> ClientBuilder<Client> {
    let drifts = shown.clone();
    builder(server)
        .client_credentials(CANARY, CANARY)
        .api_key("scheme", CANARY)
        .basic_auth(CANARY, CANARY)
        .scope("all")
        .app_name("shop/1")
        .attempt_timeout(Duration::from_secs(9))
        .retry(RetryPolicy::default())
        .retry_budget(RetryBudget::new(9, 1))
        .max_concurrent_requests(1)
        .random_source(|| 0)
        .compress_requests(true)
        .metrics(shown.clone())
        .on_drift(move |drift| {
            drifts.debug(drift);
            drifts.text(drift.to_string());
        })
}

/// The server repeats what it was told wherever it can, over several attempts; all that can be watched is watched.
#[tokio::test(start_paused = true)]
async fn nothing_is_shown_on_the_way_of_a_call() {
    #[cfg(feature = "tracing")]
    let (recorder, _guard) = super::spans::Recorder::start();
    let (shown, cookie) = (Shown::default(), [("set-cookie", CANARY), ("x-other", CANARY)]);
    let token = format!(r#"{{"access_token": "{CANARY}", "expires_in": 3600, "other": "{CANARY}"}}"#);
    let body = format!(r#"{{"number": "P-1", "secret": "{CANARY}", "other": ["{CANARY}"]}}"#);
    let troubled = |server: ScriptedTransport| {
        let server = server.response(401, &cookie, body.clone()).response(200, &cookie, token.clone());
        server.response(503, &cookie, body.clone()).interrupted().not_sent()
    };
    let server = troubled(ScriptedTransport::new().response(200, &cookie, token.clone()));
    let server = troubled(server.response(200, &cookie, body.clone())).response(400, &cookie, body.clone());
    let server = server.no_response().no_response().interrupted().response(200, &cookie, body.clone());
    let builder = everything_set(&server, &shown);
    shown.debug(&builder);
    let mut client = builder.build().unwrap();
    client.core = client.core.with_header("X-Tenant", CANARY);
    shown.debug(&client);
    let call = || {
        let call = client.send_parcel(CANARY, &label());
        shown.debug(&call);
        let future = call.into_future();
        shown.debug(&future);
        future
    };
    let parcel = call().await.unwrap();
    assert_eq!(parcel.secret.as_deref(), Some(CANARY));
    shown.debug(&parcel);
    shown.text(panic_of_unwrap(Err(&parcel)));
    shown.error(&call().await.unwrap_err());

    // One that loses all its responses, is kept and resumed.
    let impatient = client.send_parcel(CANARY, &label()).0.retry(RetryPolicy::default().max_attempts(3));
    let error = impatient.send::<Parcel>().await.unwrap_err();
    let resumed = client.core.resume::<Parcel>(&SEND_PARCEL, error.resumable().unwrap());
    shown.debug(&resumed);
    shown.debug(&resumed.await.unwrap());
    shown.debug(&(RetryPolicy::default(), RetryBudget::default(), &client.core.shared.base_url));
    assert_eq!(server.remaining(), 0);
    #[cfg(feature = "tracing")]
    {
        assert!(recorder.lines().len() > 20);
        recorder.lines().into_iter().for_each(|line| shown.text(line));
    }
    shown.assert_clean();
}

/// One of every kind that there is, made with a canary in every place that leads to it.
#[tokio::test(start_paused = true)]
async fn errors_of_every_kind_show_nothing() {
    let shown = Shown::default();
    let bad = format!("{CANARY}\n");
    for error in [
        BaseUrl::new(format!("https://{CANARY}@a.example")).unwrap_err(),
        BaseUrl::new(format!("https://a.example?{CANARY}")).unwrap_err(),
        BaseUrl::new(CANARY).unwrap_err(),
        IdempotencyKey::new(&bad).unwrap_err(),
        builder(&ScriptedTransport::new()).access_token(bad.clone()).build().unwrap_err(),
        builder(&ScriptedTransport::new()).client_credentials("", CANARY).build().unwrap_err(),
        builder(&ScriptedTransport::new()).access_token(CANARY).app_name(&bad).build().unwrap_err(),
    ] {
        shown.error(&error);
    }
    let html = format!("<html>{CANARY}");
    for (server, kind) in [
        (ScriptedTransport::new().json(200, TOKEN).json(400, html.clone()), ErrorKind::Api),
        (ScriptedTransport::new().json(200, TOKEN).json(200, html.clone()), ErrorKind::Decode),
        (ScriptedTransport::new().json(200, TOKEN).interrupted(), ErrorKind::Interrupted),
        (ScriptedTransport::new().json(200, TOKEN).not_sent(), ErrorKind::Connect),
        (ScriptedTransport::new().json(200, TOKEN).no_response(), ErrorKind::Timeout),
        (ScriptedTransport::new().json(400, html), ErrorKind::Authentication),
        (ScriptedTransport::new().not_sent(), ErrorKind::Authentication),
    ] {
        let client = everything_set(&server, &shown).retry(RetryPolicy::never()).build().unwrap();
        let error = client.send_parcel(CANARY, &label()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        shown.error(&error);
    }
    let client = everything_set(&ScriptedTransport::new(), &shown).build().unwrap();
    let mut parcel = label();
    parcel.label = Some(CANARY.repeat(9));
    let invalid = client.send_parcel("", &parcel).0.header("X-Track-Id", CANARY).header("X-Tenant", bad);
    let error = invalid.send::<Parcel>().await.unwrap_err();
    assert_eq!(error.violations().unwrap().len(), 4);
    shown.error(&error);
    let kept = client.send_parcel("D1", &label()).0.resumable().unwrap();
    shown.error(&client.core.resume::<Parcel>(&super::PING, kept).await.unwrap_err());
    shown.assert_clean();
}

/// What is kept holds the request, and nothing of the client that sent it.
#[tokio::test]
async fn a_kept_call_holds_no_credentials() {
    let token = TOKEN.replace("tok-1", "canary-token");
    let refused =
        ScriptedTransport::new().json(200, token.clone()).response(401, &[("set-cookie", "canary-cookie")], "");
    let server = refused.json(200, token).interrupted();
    let client: Client = builder(&server).client_credentials("canary-id", "canary-secret").build().unwrap();
    let call = client.send_parcel("D1", &label()).0.retry(RetryPolicy::default().max_attempts(2));
    let before = call.resumable().unwrap();
    let after = call.send::<Parcel>().await.unwrap_err().resumable().unwrap();
    for kept in [before, after] {
        let written = serde_json::to_string(&kept).unwrap();
        assert!(written.contains(CANARY), "{written}");
        assert!(!written.to_ascii_lowercase().contains("authorization"), "{written}");
        let rest = written.replace(CANARY, "");
        assert!(!rest.contains("canary") && !rest.contains("cookie"), "{written}");
        // Nor does it show when it is read back by halves.
        for end in 0..written.len() {
            let error = serde_json::from_str::<ResumableCall>(&written[..end]).unwrap_err();
            assert_clean(&[error.to_string(), format!("{error:?}")]);
        }
    }
}

/// A part of the caller's that panics on its first use.
#[derive(Clone, Copy, PartialEq)]
enum Panicking {
    Transport,
    Attempt,
    Call,
    Randomness,
}

/// Panics once.
#[derive(Clone)]
struct Bomb(Panicking, Arc<Mutex<bool>>, ScriptedTransport);

impl Bomb {
    fn trigger(&self, part: Panicking) {
        let goes_off = part == self.0 && !std::mem::replace(&mut *self.1.lock().unwrap(), true);
        assert!(!goes_off, "the bomb has gone off");
    }
}

impl Transport for Bomb {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        if request.headers().contains_key("authorization") {
            self.trigger(Panicking::Transport);
        }
        self.2.send(request)
    }
}

impl Metrics for Bomb {
    fn attempt_ended(&self, _: &AttemptReport) {
        self.trigger(Panicking::Attempt);
    }

    fn call_ended(&self, _: &CallReport<'_>) {
        self.trigger(Panicking::Call);
    }
}

/// The panic says what its own message says, and that of a hook goes no further; the client stays usable, with its place and its token.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_callers_tells_nothing_and_harms_no_other_call() {
    use Panicking::{Attempt, Call, Randomness, Transport};
    for part in [Transport, Attempt, Call, Randomness] {
        #[cfg(feature = "tracing")]
        let (recorder, _guard) = super::spans::Recorder::start();
        let body = format!(r#"{{"number": "P-1", "secret": "{CANARY}", "other": 1}}"#);
        let server = ScriptedTransport::new().json(200, TOKEN.replace("tok-1", CANARY));
        let server = if part == Randomness { server.not_sent() } else { server };
        let server = server.json(200, body.clone()).json(200, body).json(200, GOOD);
        let limiter = LocalLimiter::new(1);
        let bomb = Bomb(part, Arc::default(), server.clone());
        let random = bomb.clone();
        let client: Client = builder(&server)
            .client_credentials(CANARY, CANARY)
            .retry(RetryPolicy::default())
            .limiter(limiter.clone())
            .transport(bomb.clone())
            .metrics(bomb.clone())
            // The first use is for the token, and not in the call's own task.
            .random_source(move || {
                if server.requests().len() > 1 {
                    random.trigger(Randomness);
                }
                0
            })
            .build()
            .unwrap();
        let call = client.send_parcel("D1", &label()).into_future();
        match tokio::spawn(call).await {
            Ok(ended) => assert!(part != Transport && *bomb.1.lock().unwrap() && ended.is_ok()),
            Err(ended) => {
                assert!(part == Transport);
                assert_eq!(text_of(&*ended.into_panic()), "the bomb has gone off");
            }
        }
        client.send_parcel("D1", &label()).await.unwrap();
        assert_eq!(limiter.available(), 1);
        #[cfg(feature = "tracing")]
        assert_clean(&recorder.lines());
    }
}

#[tokio::test]
async fn a_token_that_the_server_repeats_is_not_shown() {
    let body = format!(
        r#"{{"reasons": [{{"code": "{CANARY}", "message": "no such token: Bearer {CANARY}"}}], "resultCode": "{CANARY}"}}"#
    );
    let sentence = format!(r#"{{"message": "no such token: {CANARY}"}}"#);
    for server in [ScriptedTransport::new().json(401, body), ScriptedTransport::new().json(401, sentence)] {
        let client: Client = builder(&server).access_token(CANARY).build().unwrap();
        let error = client.send_parcel("D1", &label()).await.unwrap_err();
        assert!(error.to_string().contains("no such token: "), "{error}");
        assert_clean(&all_of(&error));
    }
}

/// Spellings of a secret that servers have: in URLs, in forms, in pages and in JSON within JSON.
#[tokio::test(start_paused = true)]
async fn a_secret_is_not_shown_in_another_spelling() {
    let secret = "ca+nary/47=11";
    for spelt in [
        "ca+nary/47=11",
        "ca%2Bnary%2F47%3D11",
        "ca%252bnary%252f47%253d11",
        "ca&#43;nary&#x2F;47&#61;11",
        r"ca\u002bnary\/47\u003d11",
    ] {
        // Once as it is, once escaped as JSON asks for, and in IDs, which go into messages by themselves.
        let text = serde_json::Value::from(format!("no such {spelt}!"));
        let body = format!(
            r#"{{"reasons": [{{"code": "1", "message": {text}}}], "processId": {text}, "requestId": {text}, "message": {text}}}"#
        );
        let header = [("x-request-id", spelt)];
        let refused = ScriptedTransport::new().response(400, &header, body.clone());
        let denied = ScriptedTransport::new().response(401, &header, body.clone());
        let with_token: Client = builder(&refused).access_token(secret).build().unwrap();
        let with_secret: Client = builder(&denied).client_credentials("id", secret).build().unwrap();
        for client in [with_token, with_secret] {
            let error = client.send_parcel("D1", &label()).await.unwrap_err();
            assert!(error.to_string().contains("no such [redacted]!"), "{error}");
            for shown in all_of(&error) {
                assert!(!shown.contains("nary"), "{spelt}: {shown}");
            }
        }
    }
}

/// A server that has logged the first token may name it after a second one has come.
#[tokio::test(start_paused = true)]
async fn a_token_that_was_renewed_is_not_shown_later() {
    let token = format!(r#"{{"access_token": "{CANARY}", "expires_in": 3600}}"#);
    let told = format!(r#"{{"reasons": [{{"code": "1", "message": "not {CANARY}"}}], "processId": "{CANARY}"}}"#);
    let server = ScriptedTransport::new()
        .json(200, token)
        .json(401, "{}")
        .json(200, TOKEN)
        .response(400, &[("x-request-id", CANARY)], told)
        .response(200, &[("x-request-id", CANARY)], GOOD);
    #[cfg(feature = "tracing")]
    let (recorder, _guard) = super::spans::Recorder::start();
    let client: Client = builder(&server).client_credentials("id", "secret").build().unwrap();
    let error = client.send_parcel("D1", &label()).await.unwrap_err();
    assert!(error.to_string().contains("not [redacted]"), "{error}");
    assert_eq!((error.request_id(), error.process_id()), (None, None));
    assert_clean(&all_of(&error));
    let response = client.send_parcel("D1", &label()).await.unwrap();
    // The ID of a success is the caller's to read, and is not shown.
    assert_eq!(response.request_id(), Some(CANARY));
    assert_clean(&[format!("{response:?}")]);
    #[cfg(feature = "tracing")]
    assert_clean(&recorder.lines());
}

/// A transport may name the URL that it could not reach, with what stands in it.
#[tokio::test(start_paused = true)]
async fn a_secret_in_the_error_of_a_transport_is_not_shown() {
    #[derive(Clone, Debug)]
    struct Telling(fn(String) -> TransportError);
    impl Transport for Telling {
        fn send(&self, _: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
            let error = (self.0)(format!("no way to https://a.example/?key={CANARY}\n!"));
            Box::pin(async { Err(error) })
        }
    }
    let lost = |text| TransportError::body_lost(http::StatusCode::OK, http::HeaderMap::new(), text);
    for fault in
        [TransportError::not_sent, TransportError::tls, TransportError::malformed, TransportError::interrupted, lost]
    {
        let builder = || {
            ClientBuilder::<Client>::new(&SERVICE, BaseUrl::new("https://a.example").unwrap()).transport(Telling(fault))
        };
        let with_token = builder().access_token(CANARY).build().unwrap();
        let with_secret = builder().client_credentials("id", CANARY).build().unwrap();
        for client in [with_token, with_secret] {
            let error = client.send_parcel("D1", &label()).await.unwrap_err();
            assert_clean(&all_of(&error));
            assert!(all_of(&error).iter().any(|shown| shown.contains("key=[redacted]")), "{error:?}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
}

#[test]
fn public_types_can_go_anywhere() {
    fn check<T: Send + Sync + Unpin + 'static>() {}
    fn sends<T: Send + 'static>() {}
    check::<Error>();
    check::<Client>();
    check::<crate::Response<Parcel>>();
    check::<TransportError>();
    check::<Secret>();
    check::<ScriptedTransport>();
    check::<crate::Response<crate::Download>>();
    check::<crate::Body>();
    check::<crate::Payload>();
    check::<crate::Upload>();
    sends::<crate::CallFuture<crate::Download>>();
    sends::<crate::codegen::Call>();
    sends::<crate::CallFuture<Parcel>>();
    sends::<crate::ResumedCall<Parcel>>();
    check::<ResumableCall>();
    check::<AttemptReport>();
    check::<crate::observe::Drift>();
    sends::<ClientBuilder<Client>>();
    assert!(std::mem::size_of::<Error>() == std::mem::size_of::<usize>());
    let _ = (&SERVICE, BaseUrl::new("https://a.example"));
}
