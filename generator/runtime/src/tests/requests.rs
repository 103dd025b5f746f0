//! What is sent, and what is refused before it is.

use std::io::Read;

use super::{GOOD, NewParcel, PING, Parcel, builder, call, client, key};
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, IdempotencyKey, Outcome};

#[tokio::test]
async fn a_call_sends_what_it_says_and_reads_the_response() {
    let server = ScriptedTransport::new().response(
        200,
        &[
            ("X-Request-Id", "R-1"),
            ("X-Track-Id", "key-1"),
            ("RateLimit-Limit", "50, 50;w=60"),
            ("RateLimit-Remaining", "49"),
            ("RateLimit-Reset", "12.5"),
            ("Concurrency-Type", "Default"),
            ("Concurrency-Limit", "40"),
            ("Concurrency-Remaining", "39"),
        ],
        GOOD,
    );
    let response = call(&server).await.unwrap();
    assert_eq!(response.number.as_deref(), Some("P-1"));
    assert_eq!(response.status(), 200);
    assert_eq!(response.request_id(), Some("R-1"));
    assert_eq!(response.track_id(), Some("key-1"));
    assert_eq!(response.idempotency_key(), Some(&key("key-1")));
    let rate = response.rate_limit().unwrap();
    assert_eq!(rate.limit(), Some("50, 50;w=60"));
    assert_eq!(rate.remaining(), Some(49));
    assert_eq!(rate.reset().unwrap().as_secs(), 12);
    let concurrency = response.concurrency().unwrap();
    assert_eq!(concurrency.kind(), Some("Default"));
    assert_eq!(concurrency.limit(), Some(40));
    assert_eq!(concurrency.remaining(), Some(39));
    assert_eq!(response.headers().len(), 8);
    assert_eq!(response.into_inner().number.as_deref(), Some("P-1"));

    let [request] = &server.requests()[..] else {
        panic!("one request");
    };
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://api.example.com/base/v1/depots/D1/parcels");
    assert_eq!(request.text(), r#"{"weight":1}"#);
    let mut sent: Vec<_> =
        request.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    sent.sort();
    assert_eq!(
        sent,
        [
            "accept-encoding: gzip",
            "accept: application/json",
            "authorization: Bearer fixed",
            "content-type: application/json",
            "idempotency-key: key-1",
            "user-agent: parcels-sdk/1.0.0",
            "x-track-id: key-1",
            "x-version: 7",
        ]
    );
}

#[tokio::test]
async fn headers_of_a_response_are_read_as_an_object() {
    let server = ScriptedTransport::new().response(200, &[("Number", "H-7"), ("x-other", "1")], GOOD);
    let response = call(&server).await.unwrap();
    let headers: Parcel = response.headers_as();
    assert_eq!((headers.number.as_deref(), headers.secret), (Some("H-7"), None));
    assert!(headers.extra.is_empty());
}

#[tokio::test]
async fn a_response_without_the_headers_has_no_limits() {
    let response = call(&ScriptedTransport::new().json(200, GOOD)).await.unwrap();
    assert_eq!(response.request_id(), None);
    assert_eq!(response.rate_limit(), None);
    assert_eq!(response.concurrency(), None);
}

#[tokio::test]
async fn a_random_key_is_made_once_a_call() {
    let server = ScriptedTransport::new().json(200, GOOD).interrupted();
    let client = super::ClientBuilder::<super::Client>::new(
        &super::SERVICE,
        super::BaseUrl::new("https://api.example.com").unwrap(),
    )
    .transport(server.clone())
    .access_token("fixed")
    .build()
    .unwrap();
    let response = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    let sent: Vec<_> =
        server.requests().iter().map(|request| request.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(response.idempotency_key().unwrap().as_str(), sent[0]);
    assert_eq!(error.idempotency_key().unwrap().as_str(), sent[1]);
    assert_ne!(sent[0], sent[1]);
    assert_eq!(sent[0].len(), 36);
}

#[tokio::test]
async fn the_caller_s_key_is_sent() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let parcel = client(&server).send_parcel("D1", &NewParcel::new(1));
    let response = parcel.0.idempotency_key(key("mine")).send::<Parcel>().await.unwrap();
    assert_eq!(response.idempotency_key(), Some(&key("mine")));
    let request = &server.requests()[0];
    assert_eq!(request.headers().get_all("idempotency-key").iter().count(), 1);
    assert_eq!(request.header("idempotency-key"), Some("mine"));
}

#[tokio::test]
async fn a_key_the_service_does_not_take_is_refused() {
    let server = ScriptedTransport::new();
    let long = IdempotencyKey::new("x".repeat(101)).unwrap();
    let parcel = client(&server).send_parcel("D1", &NewParcel::new(1));
    let error = parcel.0.idempotency_key(long).send::<Parcel>().await.unwrap_err();
    assert_violations(&error, &["idempotency key is 101 characters long, at most 100 are allowed"]);

    let ping = client(&server).ping().header("X-Reason", "why");
    let error = ping.idempotency_key(key("k")).send::<Parcel>().await.unwrap_err();
    assert_violations(&error, &["idempotency key was given, but the operation takes none"]);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_operation_without_body_and_key_sends_neither() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let ping = client(&server).ping().header("x-reason", "why");
    let response = ping.send::<Parcel>().await.unwrap();
    assert_eq!(response.idempotency_key(), None);
    let request = &server.requests()[0];
    assert_eq!(request.method(), "GET");
    assert_eq!(request.header("x-reason"), Some("why"));
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.header("idempotency-key"), None);
    assert!(request.body().is_empty());
}

#[tokio::test]
async fn headers_come_from_the_call_or_the_client_or_the_operation() {
    let good = || ScriptedTransport::new().json(200, GOOD);
    let sent = async |server: &ScriptedTransport, from_client: Option<&str>, from_call: Option<&str>| {
        let mut client = client(server);
        if let Some(value) = from_client {
            client.core = client.core.with_header("X-Version", "0").with_header("x-version", value);
        }
        let mut call = client.send_parcel("D1", &NewParcel::new(1)).0;
        if let Some(value) = from_call {
            call = call.header("X-Version", "0").header("X-Version", value);
        }
        call.send::<Parcel>().await.unwrap();
        server.requests()[0].header("x-version").unwrap().to_owned()
    };
    assert_eq!(sent(&good(), None, None).await, "7");
    assert_eq!(sent(&good(), Some("8"), None).await, "8");
    assert_eq!(sent(&good(), Some("8"), Some("9")).await, "9");
    assert_eq!(sent(&good(), None, Some("9")).await, "9");
}

#[tokio::test]
async fn a_header_of_the_client_goes_only_where_it_is_taken() {
    let server = ScriptedTransport::new().json(200, GOOD).json(200, GOOD);
    let mut client = client(&server);
    client.core = client.core.with_header("X-Tenant", "north");
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    let ping = client.ping().header("X-Reason", "why");
    ping.send::<Parcel>().await.unwrap();
    let tenants: Vec<_> =
        server.requests().iter().map(|request| request.header("x-tenant").map(str::to_owned)).collect();
    assert_eq!(tenants, [Some("north".to_owned()), None]);
}

#[tokio::test]
async fn a_path_parameter_is_one_segment_whatever_it_holds() {
    for (given, sent) in [
        ("a/b", "a%2Fb"),
        ("a/../../b", "a%2F..%2F..%2Fb"),
        ("...", "..."),
        ("%2f%2e", "%252f%252e"),
        ("Zürich ✓", "Z%C3%BCrich%20%E2%9C%93"),
        ("a?b#c;d&e=f+g", "a%3Fb%23c%3Bd%26e%3Df%2Bg"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
    ] {
        let server = ScriptedTransport::new().json(200, GOOD);
        client(&server).send_parcel(given, &NewParcel::new(1)).await.unwrap();
        let uri = server.requests()[0].uri().to_string();
        assert_eq!(uri, format!("https://api.example.com/base/v1/depots/{sent}/parcels"));
    }
}

#[tokio::test]
async fn a_path_parameter_that_is_no_segment_is_refused() {
    let server = ScriptedTransport::new();
    for (given, flaw) in [
        ("", "path parameter depot-id is empty"),
        (".", "path parameter depot-id is a path step, not a value"),
        ("..", "path parameter depot-id is a path step, not a value"),
        ("%2e%2e", "path parameter depot-id is a path step, not a value"),
        (".%2E", "path parameter depot-id is a path step, not a value"),
        ("%252E%252e", "path parameter depot-id is a path step, not a value"),
    ] {
        let error = client(&server).send_parcel(given, &NewParcel::new(1)).await.unwrap_err();
        assert_violations(&error, &[flaw]);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn all_violations_are_reported_at_once_and_nothing_is_sent() {
    let server = ScriptedTransport::new();
    let mut client = client(&server);
    client.core = client.core.with_header("X-Tenant", "canary\r\nHost: evil");
    let mut parcel = NewParcel::new(0);
    parcel.label = Some("canary".repeat(10));
    let call = client.send_parcel("..", &parcel).0;
    let call = call.header("X-Track-Id", "canary-too-long").header("X-Other", "canary");
    let error = call.attempt_timeout(std::time::Duration::ZERO).send::<Parcel>().await.unwrap_err();
    let paths: Vec<_> = error.violations().unwrap().iter().map(|v| v.path().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "$.weight",
            "$.label",
            "path parameter depot-id",
            "header X-Other",
            "header X-Track-Id",
            "header X-Tenant",
            "attempt timeout",
        ]
    );
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("sendParcel"));
    assert!(!error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn header_values_are_checked() {
    let server = ScriptedTransport::new();
    for (value, flaw) in [
        ("123456789", "header X-Track-Id is 9 characters long, at most 8 are allowed"),
        ("a\nb", "header X-Track-Id contains a character that is not printable ASCII"),
        ("é", "header X-Track-Id contains a character that is not printable ASCII"),
        (" a", "header X-Track-Id begins or ends with a space"),
    ] {
        let call = client(&server).send_parcel("D1", &NewParcel::new(1)).0;
        let error = call.header("X-Track-Id", value).send::<Parcel>().await.unwrap_err();
        assert_violations(&error, &[flaw]);
    }
    let error = client(&server).core.call(&PING).send::<Parcel>().await.unwrap_err();
    assert_violations(&error, &["header X-Reason is required, but was not set"]);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn bodies_are_packed_on_demand() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let client = builder(&server).access_token("fixed").compress_requests(true).build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&request.body()[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, r#"{"weight":1}"#);
}

#[tokio::test]
async fn the_calling_program_is_named() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let client = builder(&server).access_token("fixed").app_name("shop/2.1").build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    let agent = server.requests()[0].header("user-agent").map(str::to_owned);
    assert_eq!(agent.as_deref(), Some("parcels-sdk/1.0.0 shop/2.1"));
}

#[test]
fn a_client_that_cannot_work_is_not_built() {
    let server = ScriptedTransport::new();
    let built = [
        (builder(&server).build(), "there are no credentials"),
        (builder(&server).client_credentials("", "s").build(), "is empty"),
        (builder(&server).client_credentials("i", "").build(), "is empty"),
        (builder(&server).client_credentials("i", "hunter2\n").build(), "the client secret holds a line break"),
        (builder(&server).client_credentials("i", "hunter2\r").build(), "the client secret holds a line break"),
        (builder(&server).client_credentials("i", "hun\nter2").build(), "the client secret holds a line break"),
        (builder(&server).client_credentials("i\n", "hunter2").build(), "the client id holds a line break"),
        (builder(&server).client_credentials("i", " hunter2").build(), "the client secret begins or ends with a blank"),
        (builder(&server).client_credentials("i", "hunter2\u{a0}").build(), "begins or ends with a blank"),
        (
            builder(&server).client_credentials("\u{feff}i", "hunter2").build(),
            "the client id begins or ends with a char",
        ),
        (builder(&server).client_credentials("i", "\u{feff}hunter2").build(), "such as a byte order mark"),
        (builder(&server).client_credentials("i", "hunter2\u{200b}").build(), "a character that is not seen"),
        (builder(&server).client_credentials("i", "\u{2060}hunter2").build(), "a character that is not seen"),
        (builder(&server).client_credentials("i\u{ad}", "hunter2").build(), "a character that is not seen"),
        (builder(&server).client_credentials("i", "hunter2\u{e0041}").build(), "a character that is not seen"),
        (builder(&server).access_token("hunter2\u{180e}").build(), "a character that is not seen"),
        (builder(&server).api_key("k", "\u{feff}hunter2").build(), "a character that is not seen"),
        (builder(&server).basic_auth("u\u{200d}", "hunter2").build(), "a character that is not seen"),
        (builder(&server).basic_auth("u", "hunter2\u{34f}").build(), "a character that is not seen"),
        (builder(&server).client_credentials("i", "hun\0ter2").build(), "the client secret holds a control character"),
        (builder(&server).access_token("hunter2\n").build(), "the access token holds a line break"),
        (builder(&server).access_token("hunter2 ").build(), "the access token begins or ends with a blank"),
        (builder(&server).access_token("hunter2 2").build(), "the access token holds a character"),
        (builder(&server).access_token("t").app_name("a\nb").build(), "calling program"),
        (builder(&server).access_token("t").total_timeout(std::time::Duration::ZERO).build(), "zero"),
    ];
    for (client, why) in built {
        let error = client.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(error.to_string().contains(why), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn without_a_runtime_a_call_says_so() {
    let server = ScriptedTransport::new();
    let mut future = std::pin::pin!(std::future::IntoFuture::into_future(call(&server)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = future.as_mut().poll(&mut context) else {
        panic!("an error at once");
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("no Tokio runtime"), "{error}");
}

pub(super) fn assert_violations(error: &crate::Error, expected: &[&str]) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.outcome(), Outcome::NotSent);
    let violations = error.violations().expect("violations");
    let found: Vec<_> = violations.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}
