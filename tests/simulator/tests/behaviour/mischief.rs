//! Each fault: its effects, the kept response, and what the caller receives. In process, on simulated time.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::support::*;
use serde_json::{Value, json};
use tokio::time::Instant;
use zuora_simulator::{Category, Failure, Fault, Simulator, Target};

/// Pays with a fault after which the same key finds the true response; returns what the caller saw.
pub(crate) async fn found_out(near: &Near, fault: Fault) -> Result<Reply, Failure> {
    near.simulator.reset();
    let seen = near.try_pay(fault.clone()).await;
    assert_eq!(near.moved(), 1, "{fault:?}");
    let again = near.pay_again().await;
    assert_eq!((again.status, &again.json()["success"]), (200, &json!(true)), "{fault:?}");
    assert_eq!(near.moved(), 1, "{fault:?}");
    seen
}

/// Pays with a fault that processes nothing and keeps nothing; returns what the caller saw.
pub(crate) async fn without_effect(near: &Near, fault: Fault) -> Result<Reply, Failure> {
    near.simulator.reset();
    let seen = near.try_pay(fault.clone()).await;
    assert_eq!(near.moved(), 0, "{fault:?}");
    assert_eq!(near.pay_again().await.status, 200, "{fault:?}");
    assert_eq!(near.moved(), 1, "{fault:?}");
    seen
}

/// Pays with a fault whose response is kept in place of the true one.
pub(crate) async fn kept_instead(near: &Near, fault: Fault, moved: usize) -> Reply {
    near.simulator.reset();
    let first = near.pay(fault.clone()).await;
    let again = near.pay_again().await;
    assert_eq!((first.status, &first.body), (again.status, &again.body), "{fault:?}");
    assert_eq!(first.header("zuora-request-id"), again.header("zuora-request-id"));
    assert!(again.header("date").is_some(), "the date is never kept");
    assert_eq!(near.moved(), moved, "{fault:?}");
    first
}

/// After no response at all the same key must be used: it has no effect yet, or one that it finds.
#[tokio::test(start_paused = true)]
async fn lost_connections() {
    let near = Near::new().await;
    assert_eq!(without_effect(&near, Fault::Refuse).await.unwrap_err(), Failure::Refused);
    assert_eq!(near.simulator.requests().len(), 1, "what was refused was never sent");
    assert_eq!(without_effect(&near, Fault::CloseBeforeReading).await.unwrap_err(), Failure::Cut);
    assert_eq!(near.simulator.requests()[0].body.len(), 0);
    assert_eq!(without_effect(&near, Fault::CloseBefore).await.unwrap_err(), Failure::Cut);
    assert_eq!(near.simulator.requests()[0].body.len(), PAYMENT.len());
    assert_eq!(found_out(&near, Fault::CloseAfterProcessing).await.unwrap_err(), Failure::Cut);
    let Err(Failure::CutInBody { status, headers }) = found_out(&near, Fault::Truncate).await else {
        panic!("the response's head has to come");
    };
    assert_eq!((status.as_u16(), &headers["content-type"]), (200, &"application/json".parse().unwrap()));
    assert!(headers["content-length"].to_str().unwrap().parse::<usize>().unwrap() > 500);
}

/// A client read timeout below Zuora's own 120 s can abandon a payment that goes through.
#[tokio::test(start_paused = true)]
async fn late_responses() {
    let near = Near::new().await;
    let wait = Duration::from_secs(119);
    for fault in [Fault::Delay(wait), Fault::DelayResponse(wait), Fault::Trickle(wait)] {
        let start = Instant::now();
        assert_eq!(found_out(&near, fault.clone()).await.unwrap().json()["success"], true);
        assert_eq!(start.elapsed().as_secs(), 119, "{fault:?}");
    }
    for (fault, moved_at_once) in [(Fault::Delay(wait), 0), (Fault::DelayResponse(wait), 1), (Fault::Trickle(wait), 1)]
    {
        near.simulator.reset();
        let hasty = tokio::time::timeout(Duration::from_secs(60), near.try_pay(fault.clone())).await;
        assert!(hasty.is_err());
        assert_eq!(near.moved(), moved_at_once, "{fault:?}");
        tokio::time::sleep(wait).await;
        assert_eq!(near.moved(), 1, "{fault:?}");
        assert_eq!(near.pay_again().await.status, 200);
        assert_eq!(near.moved(), 1, "{fault:?}");
    }
}

/// Empty or non-JSON bodies must be expected; gzip goes both ways.
#[tokio::test(start_paused = true)]
async fn bodies_that_are_hard_to_read() {
    let near = Near::new().await;
    let truth = near.pay_again().await;
    let seen = async |fault| found_out(&near, fault).await.unwrap();

    let reply = seen(Fault::TruncateGzip).await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(reply.header("content-length").unwrap(), reply.body.len().to_string());
    let mut plain = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(reply.body.as_slice());
    assert!(std::io::Read::read_to_end(&mut decoder, &mut plain).is_err());

    let reply = seen(Fault::WrongEncoding).await;
    assert_eq!(reply.header("content-encoding"), Some("br"));
    assert_eq!(reply.json()["success"], true);

    let reply = seen(Fault::Garbage).await;
    assert!(reply.status == 200 && serde_json::from_slice::<Value>(&reply.body).is_err());
    for fault in [Fault::Html, Fault::HtmlOk] {
        let reply = seen(fault).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html")));
        assert!(reply.text().starts_with("<html>"));
    }
    let reply = seen(Fault::Empty).await;
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    let reply = seen(Fault::WrongType).await;
    assert_eq!(reply.header("content-type"), Some("text/plain"));
    assert_eq!(reply.json()["success"], true);
    let reply = seen(Fault::Huge(3_000_000)).await;
    assert_eq!(reply.body.len(), 3_000_000);
    assert_eq!(reply.json()["amount"], truth.json()["amount"]);
    let zipped = [NEW, KEY, ("accept-encoding", "gzip")];
    near.simulator.fault(Fault::Huge(3_000_000));
    let reply = near.post(PAYMENTS, &zipped, PAYMENT).await;
    assert!(reply.body.len() < 100_000 && reply.unzipped().len() == 3_000_000);
}

/// A page may stand in for a failure too: with the status of the failure, or with one that hides it.
#[tokio::test(start_paused = true)]
async fn pages_in_place_of_failures() {
    let near = Near::new().await;
    for (fault, status) in [(Fault::Html, 404), (Fault::HtmlOk, 200)] {
        near.simulator.fault(fault);
        let reply = near.post(PAYMENTS, &[NEW], PAYMENT.replace("a1", "unknown")).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, Some("text/html")));
    }
}

/// New response fields, new enum values and changed order are no breaking changes by policy; sources show codes as text
/// and as numbers.
#[tokio::test(start_paused = true)]
async fn responses_of_another_make() {
    let near = Near::new().await;
    let truth = near.pay_again().await.json();
    let seen = async |fault| found_out(&near, fault).await.unwrap().json();

    let body = seen(Fault::UnknownEnums).await;
    for name in ["status", "type", "gatewayState"] {
        assert_eq!(body[name], "unheardOf", "{name}");
    }
    assert_eq!(body["financeInformation"]["transferredToAccounting"], "unheardOf");
    assert_eq!((&body["amount"], &body["success"]), (&truth["amount"], &json!(true)));

    let body = seen(Fault::UnknownFields).await;
    assert!(body["unheardOf"].is_object() && body["financeInformation"]["unheardOf"].is_object());
    assert_eq!(body["status"], truth["status"]);

    let body = seen(Fault::Nulls).await;
    let left = body.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    assert_eq!(left.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["success"]);
    assert_eq!(body.as_object().unwrap().len(), truth.as_object().unwrap().len());

    assert_eq!(seen(Fault::NumbersAsText).await["amount"], "10.10");
    let body = seen(Fault::TextAsNumbers).await;
    assert_eq!((&body["id"], &body["currency"]), (&json!(32), &json!(3)));
}

/// Statuses worth knowing: nothing is processed, or a gateway lost patience after it was.
#[tokio::test(start_paused = true)]
async fn statuses_before_and_after() {
    let near = Near::new().await;
    for status in [400, 403, 404, 405, 406, 409, 415, 422, 429, 500, 502, 503, 504] {
        assert_eq!(without_effect(&near, Fault::Status(status)).await.unwrap().status, status);
        assert_eq!(found_out(&near, Fault::StatusAfterProcessing(status)).await.unwrap().status, status);
    }
}

/// On 401 get a new token and retry once: one request may be hit, or the token be void.
#[tokio::test(start_paused = true)]
async fn a_token_in_mid_life() {
    let near = Near::new().await;
    assert_eq!(without_effect(&near, Fault::Status(401)).await.unwrap().status, 401);
    assert_eq!(near.pay(Fault::ExpireTokens).await.status, 401);
    assert_eq!(near.pay_again().await.status, 401, "the token is void, whatever the key");
}

/// The first result (status, headers, body) is stored whether it succeeded or failed, and repeated for the same key: so
/// is a 500, moved or not.
#[tokio::test(start_paused = true)]
async fn errors_that_are_kept() {
    let near = Near::new().await;
    for (fault, moved) in [(Fault::StoredError, 0), (Fault::StoredErrorAfterProcessing, 1)] {
        let reply = kept_instead(&near, fault, moved).await;
        assert_eq!((reply.status, reply.code()), (500, json!("SystemError")));
    }
    assert_eq!(without_effect(&near, Fault::Status(500)).await.unwrap().status, 500);
}

/// Below version 2024-05-20 any error with a category is 200 with `success: false`, from then on it has its status.
#[tokio::test(start_paused = true)]
async fn failures_of_each_category() {
    let near = Near::new().await;
    for digits in [10, 11, 20, 21, 22, 23, 27, 30, 40, 45, 50, 60, 61, 70, 90, 99] {
        let category = Category::from_digits(digits).unwrap();
        let code = json!(format!("530000{digits}"));
        let body = kept_instead(&near, Fault::Failure(category), 0).await;
        assert_eq!((body.status, &body.json()["success"], body.code()), (200, &json!(false), code.clone()));
        let status = kept_instead(&near, Fault::FailureStatus(category), 0).await;
        assert_eq!((status.status, status.code()), (category.status().as_u16(), code));
    }
}

/// Declines have come as category 60, and an unknown outcome at the gateway can be 99: the money may have moved.
#[tokio::test(start_paused = true)]
async fn failures_of_calls_that_went_through() {
    let near = Near::new().await;
    for category in [Category::Internal, Category::Temporary, Category::ExternalSystem] {
        let reply = kept_instead(&near, Fault::FailureAfterProcessing(category), 1).await;
        assert_eq!(reply.status, 500);
        near.simulator.reset();
        near.simulator.fault(Fault::FailureAfterProcessing(category));
        let old = near.post(PAYMENTS, &[OLD, KEY], PAYMENT).await;
        assert_eq!((old.status, &old.json()["success"]), (200, &json!(false)));
        assert_eq!(near.moved(), 1);
    }
}

/// What is kept is a response the document knows, whatever the operation and the version: the end of the test looks.
#[tokio::test(start_paused = true)]
async fn kept_failures_of_each_operation() {
    let near = Near::new().await;
    for (path, body) in [(PAYMENTS, PAYMENT), (AUTHORIZE, AUTHORIZATION), (SESSIONS, SESSION)] {
        for (moved, fault) in [
            (0, Fault::StoredError),
            (1, Fault::StoredErrorAfterProcessing),
            (0, Fault::Failure(Category::Temporary)),
            (0, Fault::FailureStatus(Category::LockContention)),
            (1, Fault::FailureAfterProcessing(Category::ExternalSystem)),
        ] {
            for version in [OLD, NEW] {
                let key = format!("{path} {} {}", fault.name(), version.1);
                let headers = [version, ("idempotency-key", key.as_str())];
                near.simulator.fault(fault.clone());
                let first = near.post(path, &headers, body).await;
                assert_eq!(near.post(path, &headers, body).await.body, first.body, "{key}");
                assert_eq!(near.simulator.with_ledger(|ledger| ledger.effects_of(&key)), moved, "{key}");
            }
        }
    }
}

/// The rate-limit page shows no Retry-After but `RateLimit-Remaining: 0` and `RateLimit-Reset`; the error-handling
/// guide says 429 has one; the older page gives `Retry-After: 120` for concurrency, and puts the seconds for rates in
/// the text.
#[tokio::test(start_paused = true)]
async fn limits_in_each_style() {
    let wait = Duration::from_secs(120);
    let names = ["retry-after", "ratelimit-remaining", "ratelimit-reset"];
    for (fault, code, headers) in [
        (Fault::RateLimit(wait), "70", [None, Some("0"), Some("120")]),
        (Fault::RateLimitRemaining(wait), "70", [None, Some("49998"), Some("120")]),
        (Fault::RateLimitText(wait), "70", [None, None, None]),
        (Fault::RetryAfter(wait), "70", [Some("120"), Some("49998"), Some("60")]),
        (Fault::RetryAfterDate(wait), "70", [Some("Thu, 01 Jan 2026 00:02:00 GMT"), Some("49998"), Some("60")]),
        (Fault::ConcurrencyLimit(wait), "50000070", [Some("120"), Some("49998"), Some("60")]),
    ] {
        let near = Near::with(Simulator::builder()).await;
        near.post(SESSIONS, &[], SESSION).await;
        let reply = without_effect(&near, fault.clone()).await.unwrap();
        assert_eq!((reply.status, reply.code()), (429, json!(code)), "{fault:?}");
        assert_eq!(names.map(|name| reply.header(name)), headers, "{fault:?}");
        let text = reply.json()["reasons"][0]["message"].as_str().unwrap().to_owned();
        assert_eq!(text.contains("120 seconds"), code == "70", "{text}");
    }
}

/// What the clocks of two machines say need not be the same.
#[tokio::test(start_paused = true)]
async fn clocks_that_are_off() {
    let near = Near::new().await;
    assert_eq!(near.pay_again().await.header("date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    let reply = found_out(&near, Fault::ClockSkew(-3600)).await.unwrap();
    assert_eq!(reply.header("date"), Some("Wed, 31 Dec 2025 23:00:00 GMT"));
    let near = Near::with(Simulator::builder().clock_skew(60)).await;
    let reply = near.pay(Fault::RetryAfterDate(Duration::from_secs(5))).await;
    assert_eq!(reply.header("date"), Some("Thu, 01 Jan 2026 00:01:00 GMT"));
    assert_eq!(reply.header("retry-after"), Some("Thu, 01 Jan 2026 00:01:05 GMT"));
}

/// The token endpoint has limits of its own, is no exception to what can happen on a network, and its errors are not
/// documented.
#[tokio::test(start_paused = true)]
async fn the_token_endpoint_down() {
    let near = Near::with(Simulator::builder().token_life(Duration::from_secs(60))).await;
    let ask = async |fault| {
        near.simulator.token_fault(fault);
        near.ask_for_token().await
    };
    assert_eq!(ask(Fault::Refuse).await.unwrap_err(), Failure::Refused);
    assert_eq!(ask(Fault::CloseAfterProcessing).await.unwrap_err(), Failure::Cut);
    assert_eq!(ask(Fault::Status(503)).await.unwrap().status, 503);
    let limited = ask(Fault::RateLimit(Duration::from_secs(9))).await.unwrap();
    assert_eq!((limited.status, limited.header("x-ratelimit-remaining-minute")), (429, Some("0")));
    assert_eq!(ask(Fault::StoredError).await.unwrap().status, 500);
    assert_eq!(ask(Fault::Status(200)).await.unwrap().text(), "{}");
    assert!(ask(Fault::Nulls).await.unwrap().json()["access_token"].is_null());
    assert_eq!(ask(Fault::NumbersAsText).await.unwrap().json()["expires_in"], "60");
    let refused = ask(Fault::FailureStatus(Category::AuthenticationFailed)).await.unwrap();
    assert_eq!((refused.status, refused.code()), (401, json!("90000011")));
    let start = Instant::now();
    assert_eq!(ask(Fault::Delay(Duration::from_secs(30))).await.unwrap().status, 200);
    assert_eq!(start.elapsed().as_secs(), 30);
}

/// A request orders its own fault: by name, or as JSON. Nothing else counts it.
#[tokio::test(start_paused = true)]
async fn by_header() {
    let near = Near::new().await;
    near.simulator.fault(Fault::Status(502));
    let with = async |order| near.try_post(PAYMENTS, &[NEW, KEY, ("simulator-fault", order)], PAYMENT).await;
    assert_eq!(with("close-after-processing").await.unwrap_err(), Failure::Cut);
    assert_eq!(near.moved(), 1);
    let limited = with(r#"{"fault": "retry-after", "milliseconds": 2000}"#).await.unwrap();
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("2")));
    for (wrong, says) in [
        ("fire", "there is no fault `fire`"),
        ("status", "needs `status`"),
        ("", "there is no fault"),
        ("{", "EOF"),
        (r#"{"fault": "refuse", "times": 2}"#, "no `times`"),
    ] {
        let reply = with(wrong).await.unwrap();
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(reply.status == 400 && message.contains(says), "{message}");
    }
    assert_eq!(near.pay_again().await.status, 502, "the queue is still there");
    let injected = BTreeMap::from([("close-after-processing", 1), ("retry-after", 1), ("status", 1)]);
    assert_eq!(near.simulator.faults_injected(), injected);
    assert_eq!(near.moved(), 1);
}

/// A source is asked about every request that brings no fault and finds none, and told which attempt of its key it is.
#[tokio::test(start_paused = true)]
async fn by_source() {
    let near = Near::new().await;
    let (sender, seen) = std::sync::mpsc::channel();
    near.simulator.fault_source(move |request| {
        let key = request.key.map(str::to_owned);
        sender.send((request.path.to_owned(), request.target, key, request.attempt)).unwrap();
        (request.attempt == 1 && request.key.is_some()).then_some(Fault::Status(503))
    });
    assert_eq!(near.pay_again().await.status, 503);
    assert_eq!(near.pay(Fault::Status(502)).await.status, 502);
    assert_eq!(near.pay_again().await.status, 200);
    assert_eq!(near.post(SESSIONS, &[], SESSION).await.status, 200);
    assert_eq!(near.ask_for_token().await.unwrap().status, 200);
    let key = Some("key-1".to_owned());
    let expected = [
        (PAYMENTS, Target::Operation, key.clone(), 1),
        (PAYMENTS, Target::Operation, key, 3),
        (SESSIONS, Target::Operation, None, 1),
        ("/oauth/token", Target::Token, None, 1),
    ];
    let expected = expected.map(|(path, target, key, attempt)| (path.to_owned(), target, key, attempt));
    assert_eq!(seen.try_iter().collect::<Vec<_>>(), expected);
    near.simulator.reset();
    assert_eq!(near.pay_again().await.status, 503, "a reset leaves the source, and forgets the attempts");
}
