//! Where tokens come from and how long they are used.

use std::time::Duration;

use super::{BASIC, BaseUrl, Client, ClientBuilder, GOOD, NewParcel, Still, TOKEN, builder};
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Outcome, Response};

const SECRET: &str = "s3cr=t+/&";

fn client(server: &ScriptedTransport) -> Client {
    builder(server).client_credentials("id 1", SECRET).build().unwrap()
}

async fn send(client: &Client) -> Result<Response<super::Parcel>, crate::Error> {
    client.send_parcel("D1", &NewParcel::new(1)).await
}

/// Returns the `Authorization` of each request; `-` where there is none.
fn authorizations(server: &ScriptedTransport) -> Vec<String> {
    let requests = server.requests();
    let header = |request: &crate::testing::RecordedRequest| request.header("authorization").unwrap_or("-").to_owned();
    requests.iter().map(header).collect()
}

fn token(text: &str, expires_in: &str) -> String {
    format!(r#"{{"access_token": "{text}", "token_type": "Bearer", "expires_in": {expires_in}}}"#)
}

#[tokio::test]
async fn a_token_is_fetched_with_the_first_call_and_kept() {
    let server = ScriptedTransport::new().json(200, TOKEN).json(200, GOOD).json(200, GOOD);
    let client = client(&server);
    send(&client).await.unwrap();
    let mut tenant = client.clone();
    tenant.core = tenant.core.with_header("X-Tenant", "north");
    send(&tenant).await.unwrap();
    assert_eq!(authorizations(&server), ["-", "Bearer tok-1", "Bearer tok-1"]);

    let request = &server.requests()[0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://api.example.com/base/token");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("user-agent"), Some("parcels-sdk/1.0.0"));
    assert_eq!(request.header("idempotency-key"), None);
    assert_eq!(request.text(), "client_id=id%201&client_secret=s3cr%3Dt%2B%2F%26&grant_type=client_credentials");
}

#[tokio::test]
async fn credentials_can_stand_in_a_header() {
    let server = ScriptedTransport::new().json(200, TOKEN).json(200, GOOD);
    let base = BaseUrl::new("https://api.example.com").unwrap();
    let client: Client =
        ClientBuilder::new(&BASIC, base).transport(server.clone()).client_credentials("id", "secret").build().unwrap();
    send(&client).await.unwrap();
    assert_eq!(authorizations(&server), ["Basic aWQ6c2VjcmV0", "Bearer tok-1"]);
    assert_eq!(server.requests()[0].text(), "grant_type=client_credentials");
    assert!(!format!("{server:?}").contains("aWQ6c2VjcmV0"));
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_share_one_fetch() {
    let mut server = ScriptedTransport::new().json(200, TOKEN).after(Duration::from_secs(1));
    for _ in 0..20 {
        server = server.json(200, GOOD);
    }
    let client = client(&server);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { send(&client).await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let fetches = authorizations(&server).iter().filter(|value| *value == "-").count();
    assert_eq!(fetches, 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_the_same_fetch_share_its_failure() {
    let server = ScriptedTransport::new().json(503, "").after(Duration::from_secs(1)).json(200, TOKEN).json(200, GOOD);
    let client = client(&server);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { send(&client).await.map(drop) })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
    }
    assert_eq!(server.requests().len(), 1);
    // The next call does not suffer for it, but for a short pause.
    let start = tokio::time::Instant::now();
    send(&client).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

/// Makes many calls at once, all of which fail, and returns how many requests the token endpoint has had by then.
async fn requests_of_many_calls(refusal: impl Fn(ScriptedTransport) -> ScriptedTransport) -> usize {
    let server = (0..600).fold(ScriptedTransport::new(), |server, _| refusal(server));
    let client = client(&server);
    let calls = (0..500).map(|_| {
        let client = client.clone();
        async move { send(&client).await.map(drop) }
    });
    for ended in calls.collect::<tokio::task::JoinSet<_>>().join_all().await {
        let error = ended.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Authentication, Outcome::NotSent), "{error}");
    }
    server.requests().len()
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_refuses_at_once_is_asked_once() {
    for status in [400, 401, 403, 200] {
        assert_eq!(requests_of_many_calls(|server| server.json(status, "{}")).await, 1, "{status}");
    }
    for header in ["0", "20"] {
        let refused = requests_of_many_calls(|server| server.response(429, &[("retry-after", header)], "")).await;
        assert_eq!(refused, 1, "{header}");
    }
    assert_eq!(requests_of_many_calls(|server| server.json(503, "")).await, 1);
    assert_eq!(requests_of_many_calls(ScriptedTransport::not_sent).await, 1);
}

/// Time stands still, so that a slow machine does not end the pause after the refusal.
#[test]
fn an_endpoint_that_refuses_at_once_is_asked_at_most_once_by_each_runtime() {
    const RUNTIMES: usize = 10;
    let server = (0..600).fold(ScriptedTransport::new(), |server, _| server.json(401, "{}"));
    let client = builder(&server).client_credentials("id 1", SECRET).clock(Still::default()).build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..RUNTIMES {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                for _ in 0..50 {
                    let error = runtime.block_on(send(&client)).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Authentication);
                }
            });
        }
    });
    let asked = server.requests().len();
    assert!((1..=RUNTIMES).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_tried_again_after_a_pause() {
    let server = ScriptedTransport::new().json(401, r#"{"error": "invalid_client"}"#).json(200, TOKEN).json(200, GOOD);
    let client = client(&server);
    let first = send(&client).await.unwrap_err();
    let second = send(&client).await.unwrap_err();
    assert_eq!((first.to_string(), first.status()), (second.to_string(), second.status()));
    assert_eq!((server.requests().len(), second.retry_after()), (1, None));
    tokio::time::advance(Duration::from_secs(1)).await;
    send(&client).await.unwrap();
}

/// Lets tasks that are ready run.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_while_it_still_serves() {
    for (random, still_good) in [(0, 3298), (u64::MAX, 3447)] {
        let server = ScriptedTransport::new()
            .json(200, token("one", "3599"))
            .json(200, GOOD)
            .json(200, GOOD)
            .json(200, GOOD)
            .json(200, token("two", "\"3599.0\""))
            .json(200, GOOD);
        let client = builder(&server).client_credentials("id", SECRET).random_source(move || random).build().unwrap();
        send(&client).await.unwrap();
        tokio::time::advance(Duration::from_secs(still_good)).await;
        send(&client).await.unwrap();
        settle().await;
        assert_eq!(server.requests().len(), 3);
        tokio::time::advance(Duration::from_secs(2)).await;
        // This call does not wait for the renewal that it begins.
        send(&client).await.unwrap();
        settle().await;
        send(&client).await.unwrap();
        assert_eq!(
            authorizations(&server),
            ["-", "Bearer one", "Bearer one", "Bearer one", "-", "Bearer two"],
            "{random}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_holds_nobody_up() {
    let server = ScriptedTransport::new().json(200, token("one", "3600")).json(200, GOOD);
    let server = server.json(200, GOOD).no_response().json(200, GOOD).json(200, GOOD).json(200, TOKEN).json(200, GOOD);
    let client = client(&server);
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(3500)).await;
    let start = tokio::time::Instant::now();
    send(&client).await.unwrap();
    settle().await;
    send(&client).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    // It is given up, and another begins once there was a pause.
    tokio::time::sleep(Duration::from_secs(36)).await;
    send(&client).await.unwrap();
    settle().await;
    send(&client).await.unwrap();
    assert_eq!(
        authorizations(&server),
        ["-", "Bearer one", "Bearer one", "-", "Bearer one", "Bearer one", "-", "Bearer tok-1"]
    );
}

#[tokio::test(start_paused = true)]
async fn odd_lives_are_bounded() {
    for (expires_in, life) in [
        ("60", 60),
        ("\"60\"", 60),
        ("null", 300),
        ("\"soon\"", 300),
        ("18446744073709551615", 86_400),
        ("99999999999999999999999", 300),
        ("-5", 300),
        ("0", 300),
    ] {
        let server = ScriptedTransport::new().json(200, token("one", expires_in)).json(200, GOOD);
        let server = server.json(200, TOKEN).json(200, GOOD);
        let client = client(&server);
        send(&client).await.unwrap();
        tokio::time::advance(Duration::from_secs(life)).await;
        send(&client).await.unwrap();
        assert_eq!(authorizations(&server), ["-", "Bearer one", "-", "Bearer tok-1"], "{expires_in}");
    }
}

/// Where a service refuses every token, the endpoint that gives them must not pay for it.
#[tokio::test(start_paused = true)]
async fn tokens_that_are_refused_at_once_are_fetched_once_a_second() {
    let mut server = ScriptedTransport::new();
    for _ in 0..40 {
        server = server.json(200, TOKEN).json(401, "{}");
    }
    let client = client(&server);
    let start = tokio::time::Instant::now();
    for _ in 0..10 {
        assert_eq!(send(&client).await.unwrap_err().kind(), ErrorKind::Api);
    }
    let fetched = authorizations(&server).iter().filter(|sent| *sent == "-").count();
    // A first refusal is met with a new token at once.
    assert_eq!((fetched, start.elapsed().as_secs()), (20, 18));
}

#[tokio::test(start_paused = true)]
async fn a_token_beside_a_member_that_is_no_value_is_used() {
    let odd = r#"{"scope": NaN, "access_token": "one", "expires_in": 60}"#;
    let server = ScriptedTransport::new().json(200, odd).json(200, GOOD);
    send(&client(&server)).await.unwrap();
    assert_eq!(authorizations(&server), ["-", "Bearer one"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_serves_when_it_cannot_be_renewed() {
    let server = ScriptedTransport::new()
        .json(200, token("one", "3600"))
        .json(200, GOOD)
        .json(200, GOOD)
        .json(503, "")
        .json(200, GOOD)
        .json(503, "");
    let client = client(&server);
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(3585)).await;
    send(&client).await.unwrap();
    settle().await;
    // The endpoint is left alone for a moment.
    send(&client).await.unwrap();
    settle().await;
    tokio::time::advance(Duration::from_secs(10)).await;
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(authorizations(&server), ["-", "Bearer one", "Bearer one", "-", "Bearer one", "-"]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_first_calls_make_one_token_request() {
    let mut server = ScriptedTransport::new().json(200, TOKEN).after(Duration::from_secs(1));
    for _ in 0..1000 {
        server = server.json(200, GOOD);
    }
    let client = client(&server);
    let calls = (0..1000).map(|_| {
        let client = client.clone();
        async move { send(&client).await.map(drop) }
    });
    let calls: tokio::task::JoinSet<_> = calls.collect();
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    let fetches = authorizations(&server).iter().filter(|value| *value == "-").count();
    assert_eq!((fetches, server.requests().len()), (1, 1001));
}

#[tokio::test(start_paused = true)]
async fn all_who_saw_a_token_refused_share_one_renewal() {
    let mut server = ScriptedTransport::new().json(200, token("one", "3600")).json(200, GOOD);
    for _ in 0..100 {
        server = server.json(401, "").after(Duration::from_secs(1));
    }
    server = server.json(200, token("two", "3600")).after(Duration::from_secs(1));
    for _ in 0..100 {
        server = server.json(200, GOOD);
    }
    let client = client(&server);
    send(&client).await.unwrap();
    let calls = (0..100).map(|_| {
        let client = client.clone();
        async move { send(&client).await.map(|response| response.attempts()) }
    });
    let calls: tokio::task::JoinSet<_> = calls.collect();
    assert!(calls.join_all().await.iter().all(|attempts| *attempts.as_ref().unwrap() == 2));
    let authorizations = authorizations(&server);
    let of = |value: &str| authorizations.iter().filter(|known| *known == value).count();
    assert_eq!((of("-"), of("Bearer one"), of("Bearer two")), (2, 101, 100));
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_asks_for_time_is_given_it() {
    let server = ScriptedTransport::new().response(429, &[("retry-after", "20")], "").json(200, TOKEN);
    let server = server.json(200, GOOD).json(200, GOOD);
    let client = client(&server);
    let error = send(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Authentication, Some(Duration::from_secs(20))));
    tokio::time::advance(Duration::from_secs(19)).await;
    // The next call does not even ask, and knows how long it has to wait.
    let error = send(&client).await.unwrap_err();
    assert_eq!((server.requests().len(), error.retry_after()), (1, Some(Duration::from_secs(1))));
    let start = tokio::time::Instant::now();
    let patient = client.send_parcel("D1", &NewParcel::new(1)).0.retry(crate::RetryPolicy::default());
    let parcel = patient.send::<super::Parcel>().await.unwrap();
    assert_eq!((start.elapsed().as_secs(), parcel.attempts()), (1, 2));
    send(&client).await.unwrap();
}

/// A transport with a mistake in it.
#[derive(Clone, Default)]
struct Panicking(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl crate::Transport for Panicking {
    fn send(
        &self,
        _: http::Request<bytes::Bytes>,
    ) -> crate::BoxFuture<'_, Result<http::Response<bytes::Bytes>, crate::TransportError>> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        panic!("a mistake in the transport");
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_panics_is_not_begun_again_and_again() {
    let transport = Panicking::default();
    let client = builder(&ScriptedTransport::new()).transport(transport.clone());
    let client = client.client_credentials("id", SECRET).build().unwrap();
    let error = send(&client).await.unwrap_err();
    assert!(error.to_string().contains("the task that fetches it came to no end"), "{error}");
    assert_eq!((error.outcome(), transport.0.load(std::sync::atomic::Ordering::Relaxed)), (Outcome::NotSent, 2));
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_cannot_lock_a_client_out() {
    let server = ScriptedTransport::new().response(503, &[("retry-after", "99999999")], "").json(200, TOKEN);
    let client = client(&server.json(200, GOOD));
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(365 * 24 * 60 * 60)));
    tokio::time::advance(Duration::from_secs(5 * 60)).await;
    send(&client).await.unwrap();
}

#[test]
fn a_fetch_on_a_runtime_that_stands_still_holds_nobody_up() {
    let server = ScriptedTransport::new().json(200, TOKEN).after(Duration::from_secs(10)).json(200, TOKEN);
    let client = client(&server.json(200, GOOD).json(200, GOOD));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = runtime();
    first.block_on(async {
        tokio::time::timeout(Duration::from_secs(1), send(&client)).await.unwrap_err();
    });
    // The first runtime is still there, and nobody runs it.
    let waited = runtime().block_on(async {
        let begun = tokio::time::Instant::now();
        send(&client).await.unwrap();
        begun.elapsed()
    });
    assert_eq!(waited, Duration::ZERO);
    // What its fetch brings once it runs again is a token like any other.
    first.block_on(send(&client)).unwrap();
}

#[test]
fn a_fetch_that_went_down_with_its_runtime_is_begun_anew() {
    let server = ScriptedTransport::new().no_response().json(200, TOKEN).json(200, GOOD);
    let client = client(&server);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = runtime();
    first.block_on(async {
        tokio::time::timeout(Duration::from_secs(1), send(&client)).await.unwrap_err();
    });
    drop(first);
    runtime().block_on(send(&client)).unwrap();
}

#[tokio::test]
async fn a_failure_of_the_token_endpoint_sends_nothing_and_is_explained() {
    for (status, body, retryable, said) in [
        (401, r#"{"error": "invalid_client", "error_description": "x"}"#, false, "401 Unauthorized: invalid_client;"),
        (
            400,
            r#"{"reasons": [{"code": 90000011, "message": "bad credentials"}]}"#,
            false,
            "90000011 \"bad credentials\" (authentication failed);",
        ),
        (
            401,
            r#"{"message": "no s3cr=t+/& like this or s3cr%3Dt%2B%2F%26"}"#,
            false,
            "\"no [redacted] like this or [redacted]\"",
        ),
        (403, "<html>", false, "403 Forbidden;"),
        (302, "", false, "302 Found;"),
        (429, "", true, "429 Too Many Requests;"),
        (500, "", true, "500 Internal Server Error;"),
        (200, "", false, "its body holds no access token"),
        (200, r#"{"access_token": ""}"#, false, "cannot stand in a header"),
        (200, r#"{"access_token": "a\nb"}"#, false, "cannot stand in a header"),
        (200, r#"{"access_token": "a", "token_type": "mac"}"#, false, "another type than bearer"),
    ] {
        let server = ScriptedTransport::new().json(status, body);
        let error = send(&client(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.is_retryable(), retryable, "{error}");
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.idempotency_key().unwrap().as_str(), "key-1");
        assert_eq!(error.body(), None);
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("s3cr"));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_token_endpoint_says_is_not_told_without_end() {
    let sentence = format!(r#"{{"message": "{}"}}"#, "no ".repeat(20_000));
    let reason = r#"{"code": 53000022, "message": "no"}"#;
    let reasons = format!(r#"{{"reasons": [{}]}}"#, vec![reason; 1000].join(","));
    for body in [sentence, reasons] {
        let error = send(&client(&ScriptedTransport::new().json(400, body))).await.unwrap_err();
        assert!(error.to_string().len() < 1000 && error.to_string().contains("no"), "{error}");
    }
}

/// Texts are cut after 300 characters.
#[tokio::test(start_paused = true)]
async fn a_secret_in_what_is_cut_is_not_shown_in_part() {
    for before in 270..300 {
        let text = format!("{}{SECRET} is wrong", "x".repeat(before));
        for body in [format!(r#"{{"message": "{text}"}}"#), format!(r#"{{"reasons": [{{"message": "{text}"}}]}}"#)] {
            let error = send(&client(&ScriptedTransport::new().json(400, body))).await.unwrap_err();
            assert!(error.to_string().contains("xxx") && !error.to_string().contains("xs3"), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_not_shown_as_it_stood_in_the_header() {
    let server = ScriptedTransport::new().json(401, r#"{"message": "no such user: Basic aWQ6c2VjcmV0"}"#);
    let base = BaseUrl::new("https://api.example.com").unwrap();
    let client: Client =
        ClientBuilder::new(&BASIC, base).transport(server.clone()).client_credentials("id", "secret").build().unwrap();
    let error = send(&client).await.unwrap_err();
    assert!(error.to_string().contains("no such user: Basic [redacted]"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_out_of_reach_sends_nothing() {
    for server in [
        ScriptedTransport::new().not_sent(),
        ScriptedTransport::new().interrupted(),
        ScriptedTransport::new().no_response(),
    ] {
        let error = send(&client(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn a_packed_token_is_read() {
    let server = ScriptedTransport::new()
        .response(200, &[("content-encoding", "gzip")], crate::syntax::gzip::pack(TOKEN.as_bytes()))
        .json(200, GOOD);
    send(&client(&server)).await.unwrap();
}

/// Status and headers are there, and say all that matters.
#[tokio::test(start_paused = true)]
async fn a_refusal_whose_body_does_not_come_is_one() {
    use http::{HeaderMap, StatusCode};

    use crate::TransportError;
    type Fault = fn(StatusCode, HeaderMap) -> TransportError;
    let faults: [Fault; 2] =
        [|status, headers| TransportError::body_lost(status, headers, "reset"), TransportError::body_too_large];
    for fault in faults {
        let server = ScriptedTransport::new().fault(fault(StatusCode::UNAUTHORIZED, HeaderMap::new()));
        let patient = client(&server).send_parcel("D1", &NewParcel::new(1)).0.retry(crate::RetryPolicy::default());
        let error = patient.send::<super::Parcel>().await.unwrap_err();
        assert_eq!((server.requests().len(), error.is_retryable()), (1, false), "{error}");
        assert!(error.to_string().contains("the token endpoint responded with 401 Unauthorized"), "{error}");

        let headers = HeaderMap::from_iter([(http::header::RETRY_AFTER, "20".parse().unwrap())]);
        let server = ScriptedTransport::new().fault(fault(StatusCode::TOO_MANY_REQUESTS, headers)).json(200, TOKEN);
        let client = client(&server);
        let error = send(&client).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(20)), "{error}");
        tokio::time::advance(Duration::from_secs(19)).await;
        send(&client).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

/// The same would happen again, and neither the network nor the credentials are to blame.
#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_not_trusted_is_asked_once() {
    let untrusted = || crate::TransportError::tls("the server's certificate is not trusted: expired");
    let server = (0..6).fold(ScriptedTransport::new(), |server, _| server.fault(untrusted()));
    let patient = client(&server).send_parcel("D1", &NewParcel::new(1)).0.retry(crate::RetryPolicy::default());
    let error = patient.send::<super::Parcel>().await.unwrap_err();
    assert_eq!((server.requests().len(), error.outcome(), error.is_retryable()), (1, Outcome::NotSent, false));
    let text = error.to_string();
    assert!(text.contains("certificate is not trusted: expired") && text.contains("check the base URL"), "{text}");
    assert!(!text.contains("credentials"), "{text}");
}
