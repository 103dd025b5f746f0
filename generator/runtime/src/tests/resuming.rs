//! Calls that are kept and sent again.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::{Client, GOOD, NewParcel, PING, Parcel, SEND_PARCEL, builder, key};
use crate::testing::ScriptedTransport;
use crate::{BaseUrl, BoxFuture, Clock, Error, ErrorKind, Outcome, Response, ResumableCall, RetryPolicy};

const REFUSED: &str = r#"{"reasons": [{"code": 53000022}], "processId": "P-22"}"#;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The system's clock, moved by hand.
#[derive(Clone)]
struct Moved(Arc<Mutex<SystemTime>>);

impl Moved {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(SystemTime::UNIX_EPOCH + 1_000_000 * HOUR)))
    }

    fn by(&self, change: impl FnOnce(SystemTime) -> SystemTime) {
        let mut now = self.0.lock().unwrap();
        *now = change(*now);
    }
}

impl Clock for Moved {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            // Its monotonic side stands still, so that only no time at all ever passes.
            if !duration.is_zero() {
                std::future::pending::<()>().await;
            }
        })
    }
}

fn client(server: &ScriptedTransport, clock: &Moved) -> Client {
    builder(server).access_token("fixed").clock(clock.clone()).build().unwrap()
}

async fn resume(client: &Client, call: ResumableCall) -> Result<Response<Parcel>, Error> {
    client.core.resume(&SEND_PARCEL, call).await
}

/// Returns the kept call of a call that lost its response.
async fn lost(server: &ScriptedTransport, clock: &Moved) -> ResumableCall {
    let call = client(server, clock).send_parcel("Depot 9/b", &NewParcel::new(7)).0;
    let call = call.header("X-Tenant", "north").header("X-Track-Id", "t-1");
    call.send::<Parcel>().await.unwrap_err().resumable().unwrap()
}

#[tokio::test]
async fn the_same_bytes_go_out_under_the_same_key() {
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let kept = lost(&server, &clock).await;
    assert_eq!((kept.operation(), kept.idempotency_key().as_str()), ("sendParcel", "key-1"));
    assert_eq!(kept.first_used(), clock.now());
    let written = serde_json::to_string(&kept).unwrap();
    let read: ResumableCall = serde_json::from_str(&written).unwrap();
    assert_eq!(read, kept);

    // Another process, whose keys and headers differ.
    let other = builder(&server).access_token("other").idempotency_key_source(|| key("key-2")).clock(clock.clone());
    let mut other: Client = other.build().unwrap();
    other.core = other.core.with_header("X-Tenant", "south");
    let refused = resume(&other, read.clone()).await.unwrap_err();
    assert_eq!((refused.outcome(), refused.unsent_call()), (Outcome::Unknown, Some(&read)));
    assert!(refused.to_string().contains("was made with other credentials"), "{refused}");
    let parcel = other.core.resume::<Parcel>(&SEND_PARCEL, read).same_tenant().await.unwrap();
    assert_eq!((parcel.number.as_deref(), parcel.idempotency_key().unwrap().as_str()), (Some("P-1"), "key-1"));

    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.method(), first.uri(), first.body()), (second.method(), second.uri(), second.body()));
    assert_eq!(second.header("authorization"), Some("Bearer other"));
    let without = |request: &crate::testing::RecordedRequest| {
        let mut headers = request.headers().clone();
        headers.remove("authorization");
        headers
    };
    assert_eq!(without(first), without(second));
    assert!(!written.contains("fixed"), "{written}");
    let sender = written.rsplit_once(r#""sender":"#).unwrap().1.to_owned();
    assert_eq!(sender.len(), 64 + 3, "{sender}");
    assert_eq!(
        written.replace(&sender, "#"),
        concat!(
            r#"{"version":2,"operation":"sendParcel","method":"POST","base_url":"https://api.example.com/base","#,
            r#""path":"/v1/depots/Depot%209%2Fb/parcels","headers":[["content-type","application/json"],"#,
            r#"["x-track-id","t-1"],["x-version","7"],["x-tenant","north"]],"body":"{\"weight\":7}","#,
            r#""body_is_hex":false,"idempotency_key":"key-1","first_used_millis":3600000000000,"#,
            r#""key_use":"new","in_doubt":true,"sender":#"#
        )
    );
}

/// Other forms of what is kept: by the order of the fields, and by their index.
#[tokio::test]
async fn a_list_of_the_fields_is_read_too() {
    let (server, clock) = (ScriptedTransport::new().interrupted(), Moved::new());
    let kept = lost(&server, &clock).await;
    let value = serde_json::to_value(&kept).unwrap();
    let order = ["version", "operation", "method", "base_url", "path", "headers", "body", "body_is_hex"];
    let order = order.into_iter().chain(["idempotency_key", "first_used_millis", "key_use", "in_doubt", "sender"]);
    let mut list: Vec<_> = order.map(|name| value[name].clone()).collect();
    let read = |list: &[serde_json::Value]| serde_json::from_value::<ResumableCall>(list.to_vec().into());
    assert_eq!(read(&list).unwrap(), kept);
    assert!(read(&list[..12]).unwrap_err().to_string().contains("invalid length 12"));
    list.push(true.into());
    assert!(read(&list).unwrap_err().to_string().contains("invalid length 14"));
}

/// A clock that is ahead when the call is kept makes it no younger than it is.
#[tokio::test]
async fn the_server_dates_what_is_kept() {
    let date = |time: SystemTime| httpdate::fmt_http_date(time);
    let (server, clock) = (ScriptedTransport::new(), Moved::new());
    let real = clock.now();
    clock.by(|now| now + 3 * HOUR);
    let server = server.response(503, &[("date", &date(real))], "").json(200, GOOD);
    let wrong = client(&server, &clock);
    let kept = wrong.send_parcel("D1", &NewParcel::new(7)).await.unwrap_err().resumable().unwrap();
    assert_eq!(kept.first_used(), real);
    // The next call is dated by the server before it is sent.
    assert_eq!(wrong.send_parcel("D1", &NewParcel::new(7)).0.resumable().unwrap().first_used(), real);
    clock.by(|_| real + 23 * HOUR);
    resume(&client(&server, &clock), kept.clone()).await.unwrap();
    clock.by(|_| real + 24 * HOUR);
    let error = resume(&client(&server, &clock), kept).await.unwrap_err();
    assert!(error.to_string().contains("the server may have forgotten its key"), "{error}");
}

/// What another call tells of the server's time in between does not make it another call.
#[tokio::test]
async fn a_call_that_was_kept_is_sent_though_the_server_has_told_its_time() {
    let (server, clock) = (ScriptedTransport::new(), Moved::new());
    let date = httpdate::fmt_http_date(clock.now() - Duration::from_secs(1));
    let server = server.response(200, &[("date", &date)], GOOD).json(200, GOOD);
    let client = client(&server, &clock);
    let call = client.send_parcel("D1", &NewParcel::new(7)).0;
    let kept = call.resumable().unwrap();
    client.send_parcel("D1", &NewParcel::new(7)).await.unwrap();
    assert_eq!(call.resumable().unwrap(), kept);
    call.send::<Parcel>().await.unwrap();
}

/// The call that was kept and is sent late is as old as what was kept.
#[tokio::test]
async fn a_call_that_was_kept_counts_from_then() {
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let call = client(&server, &clock).send_parcel("D1", &NewParcel::new(7)).0;
    let kept = call.resumable().unwrap();
    assert!(!kept.in_doubt());
    clock.by(|now| now + 23 * HOUR);
    let error = call.send::<Parcel>().await.unwrap_err();
    assert_eq!(error.resumable().unwrap().first_used(), kept.first_used());
    clock.by(|now| now + 2 * HOUR);
    let error = resume(&client(&server, &clock), kept.clone()).await.unwrap_err();
    assert_eq!((error.resumable(), error.unsent_call()), (None, Some(&kept)));

    // One that is sent only when its key is too old is not sent at all.
    let call = client(&server, &clock).send_parcel("D1", &NewParcel::new(7)).0;
    call.resumable().unwrap();
    clock.by(|now| now + 24 * HOUR);
    let error = call.send::<Parcel>().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_packed_body_stays_as_it_is() {
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let packing = builder(&server).access_token("fixed").clock(clock.clone()).compress_requests(true);
    let packing: Client = packing.build().unwrap();
    let error = packing.send_parcel("D1", &NewParcel::new(7)).await.unwrap_err();
    let written = serde_json::to_string(&error.resumable().unwrap()).unwrap();
    resume(&client(&server, &clock), serde_json::from_str(&written).unwrap()).await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!(first.body(), second.body());
    assert_eq!(second.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn a_call_can_be_kept_before_it_is_sent() {
    let (server, clock) = (ScriptedTransport::new().json(200, GOOD).json(200, GOOD), Moved::new());
    let client = client(&server, &clock);
    let call = client.send_parcel("D1", &NewParcel::new(7)).0;
    let kept = call.resumable().unwrap();
    call.send::<Parcel>().await.unwrap();
    resume(&client, kept).await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.headers(), first.body()), (second.headers(), second.body()));

    let wrong = client.send_parcel("", &NewParcel::new(7)).0.resumable().unwrap_err();
    assert_eq!((wrong.kind(), wrong.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
    let keyless = client.core.call(&PING).header("X-Reason", "why").resumable().unwrap_err();
    assert!(keyless.to_string().contains("without which a call cannot be resumed"), "{keyless}");
}

#[tokio::test]
async fn it_is_not_sent_once_the_server_may_have_forgotten_the_key() {
    let day = 24 * HOUR;
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    for (age, is_sent) in
        [(Duration::ZERO, true), (day - minutes(6), true), (day - minutes(5), false), (day, false), (1000 * day, false)]
    {
        let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
        let kept = lost(&server, &clock).await;
        clock.by(|now| now + age);
        let resumed = resume(&client(&server, &clock), kept).await;
        assert_eq!((resumed.is_ok(), server.requests().len()), (is_sent, if is_sent { 2 } else { 1 }), "{age:?}");
        if let Err(error) = resumed {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::Unknown));
            assert!(error.to_string().contains("the server may have forgotten its key"), "{error}");
            assert!(error.to_string().contains("find out what became of it before you call again"), "{error}");
        }
    }
    // A clock that was set back a little does no harm; one that is far off cannot tell the age.
    for (back, is_sent) in [(minutes(4), true), (minutes(6), false)] {
        let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
        let kept = lost(&server, &clock).await;
        clock.by(|now| now - back);
        assert_eq!(resume(&client(&server, &clock), kept).await.is_ok(), is_sent);
    }
}

/// A retry is not sent either once the key may be forgotten.
#[tokio::test(start_paused = true)]
async fn the_life_of_the_key_bounds_the_attempts() {
    let (server, clock) = (ScriptedTransport::new().interrupted(), Moved::new());
    let kept = lost(&server, &clock).await;
    let server = ScriptedTransport::new().response(503, &[("retry-after", "120")], "").json(200, GOOD);
    clock.by(|now| now + 24 * HOUR - Duration::from_secs(6 * 60));
    let client: Client = builder(&server).access_token("fixed").clock(clock).build().unwrap();
    let call = client.core.resume::<Parcel>(&SEND_PARCEL, kept).retry(RetryPolicy::default());
    let error = call.total_timeout(HOUR).await.unwrap_err();
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
    assert!(error.to_string().contains("the next attempt would have to wait 120 s"), "{error}");
}

/// Whatever a call waits for, it is not sent any more once the server may have forgotten its key.
#[tokio::test]
async fn the_life_of_the_key_is_looked_at_just_before_it_is_sent() {
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let kept = lost(&server, &clock).await;
    let resumed = client(&server, &clock).core.resume::<Parcel>(&SEND_PARCEL, kept.clone()).into_future();
    clock.by(|now| now + 25 * HOUR);
    let error = resumed.await.unwrap_err();
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
    assert!(error.to_string().contains("may be forgotten by the server, which would act anew"), "{error}");

    // A machine that is suspended while it waits for the next attempt.
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let suspended = Suspended(clock);
    let call = builder(&server).access_token("fixed").clock(suspended).build().unwrap();
    let call = call.send_parcel("D1", &NewParcel::new(7)).0.retry(RetryPolicy::default());
    let error = call.send::<Parcel>().await.unwrap_err();
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
}

/// A clock whose every wait takes a day of which its monotonic side notices nothing.
struct Suspended(Moved);

impl Clock for Suspended {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        Box::pin(async move {
            // Timeouts, which are longer, never come.
            if duration > Duration::from_secs(60) {
                std::future::pending::<()>().await;
            }
            clock.by(|now| now + 25 * HOUR);
        })
    }
}

#[tokio::test]
async fn only_what_the_service_says_settles_it() {
    for (server, outcome) in [
        (ScriptedTransport::new().not_sent(), Outcome::Unknown),
        (ScriptedTransport::new().json(401, ""), Outcome::Unknown),
        (ScriptedTransport::new().json(429, ""), Outcome::Unknown),
        (ScriptedTransport::new().json(404, "<html>"), Outcome::Unknown),
        (ScriptedTransport::new().json(400, REFUSED), Outcome::Unknown),
        (ScriptedTransport::new().json(400, REFUSED).json(400, REFUSED), Outcome::Rejected),
    ] {
        let clock = Moved::new();
        let kept = lost(&ScriptedTransport::new().interrupted(), &clock).await;
        let policy = RetryPolicy::default().max_attempts(server.remaining().try_into().unwrap());
        let call = client(&server, &clock).core.resume::<Parcel>(&SEND_PARCEL, kept.clone());
        let call = call.retry(policy.backoff(Duration::ZERO, Duration::ZERO));
        let error = call.await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        // It can be tried again, and stays as old as it is.
        assert_eq!(error.resumable(), (outcome == Outcome::Unknown).then_some(kept));
    }
}

#[tokio::test]
async fn a_call_is_resumed_at_the_same_place_in_another_spelling() {
    let (server, clock) = (ScriptedTransport::new().interrupted().json(200, GOOD), Moved::new());
    let kept = lost(&server, &clock).await;
    let url = BaseUrl::new("HTTPS://API.Example.COM:443/base/").unwrap();
    let spelt = crate::ClientBuilder::<Client>::new(&super::SERVICE, url);
    let spelt = spelt.transport(server.clone()).access_token("fixed").clock(clock.clone()).build().unwrap();
    resume(&spelt, kept).await.unwrap();
}

#[tokio::test]
async fn a_call_of_another_service_or_operation_is_refused() {
    let (server, clock) = (ScriptedTransport::new().interrupted(), Moved::new());
    let kept = lost(&server, &clock).await;
    let here = client(&server, &clock);
    let error = here.core.resume::<Parcel>(&PING, kept.clone()).await.unwrap_err();
    assert!(error.to_string().contains("is one of \"sendParcel\", not of ping"), "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown);

    let elsewhere =
        crate::ClientBuilder::<Client>::new(&super::SERVICE, BaseUrl::new("https://other.example").unwrap());
    let elsewhere = elsewhere.transport(server.clone()).access_token("t").clock(clock.clone()).build().unwrap();
    let error = resume(&elsewhere, kept.clone()).await.unwrap_err();
    assert!(error.to_string().contains("was made for another base URL than https://other.example"), "{error}");

    let written = serde_json::to_string(&kept).unwrap();
    for (from, to, why) in [
        ("/v1/depots/Depot%209%2Fb/parcels", "/v1/admin", "a path that the operation does not have"),
        ("Depot%209%2Fb", "a/../b", "a path that the operation does not have"),
        ("Depot%209%2Fb", "a?b=c", "a path that the operation does not have"),
        ("Depot%209%2Fb", "", "a path that the operation does not have"),
        ("Depot%209%2Fb", "..", "a path that the operation does not have"),
        ("Depot%209%2Fb", ".", "a path that the operation does not have"),
        ("Depot%209%2Fb", "%2e%2e", "a path that the operation does not have"),
        ("Depot%209%2Fb", "a;x=y", "a path that the operation does not have"),
        ("Depot%209%2Fb", "%zz", "a path that the operation does not have"),
        ("POST", "DELETE", "a method or a path"),
        ("x-tenant", "authorization", "header authorization cannot be one of a call"),
        ("north", "no\\nrth", "header x-tenant cannot be one of a call"),
    ] {
        let tampered: ResumableCall = serde_json::from_str(&written.replace(from, to)).unwrap();
        let error = resume(&here, tampered).await.unwrap_err();
        assert!(error.to_string().contains(why), "{from} {error}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_kept_call_is_not_read() {
    let (server, clock) = (ScriptedTransport::new().interrupted(), Moved::new());
    let written = serde_json::to_string(&lost(&server, &clock).await).unwrap();
    for (from, to, why) in [
        (r#""version":2"#, r#""version":1"#, "written in version 1 of its layout"),
        (r#""version":2,"#, "", "missing field `version`"),
        (r#""method":"POST","#, "", "missing field `method`"),
        (r#""body_is_hex":false"#, r#""body_is_hex":true"#, "not made of pairs of hex digits"),
        (r#""body":"#, r#""bodies":"#, "unknown field `bodies`"),
        (r#""method":"POST""#, r#""method":"POST","method":"POST""#, "duplicate field `method`"),
        ("key-1", "", "is no idempotency key"),
        (r#""body":"{\"weight\":7}","#, "", "missing field `body`"),
    ] {
        let error = serde_json::from_str::<ResumableCall>(&written.replace(from, to)).unwrap_err();
        assert!(error.to_string().contains(why), "{from} {error}");
    }
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    serde_json::from_value::<ResumableCall>(value).unwrap();
}

#[tokio::test]
async fn it_shows_neither_body_nor_headers() {
    let (server, clock) = (ScriptedTransport::new().interrupted(), Moved::new());
    let kept = lost(&server, &clock).await;
    let resumed = client(&server, &clock).core.resume::<Parcel>(&SEND_PARCEL, kept.clone());
    for shown in [format!("{kept:?}"), format!("{resumed:?}")] {
        assert!(shown.contains("sendParcel") && shown.contains("key-1"), "{shown}");
        assert!(!shown.contains("weight") && !shown.contains("north"), "{shown}");
    }
}
