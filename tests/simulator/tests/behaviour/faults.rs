//! Faults on demand, limits, and the endpoints of a simulator that runs alone.

use std::time::{Duration, Instant};

use crate::support::*;
use serde_json::json;
use zuora_simulator::{Fault, Simulator};

#[tokio::test]
async fn closed_before() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::CloseBefore);
    assert!(caller.try_post(PAYMENTS, &[KEY], PAYMENT).await.is_err());
    assert!(caller.simulator.ledger().is_empty());
    let seen = caller.simulator.requests().pop().unwrap();
    assert_eq!((seen.status, &seen.fault), (None, &Some(Fault::CloseBefore)));
    assert_eq!(seen.key.as_deref(), Some("key-1"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(&seen.body[..], PAYMENT.as_bytes());
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 200);
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

#[tokio::test]
async fn lost_after_processing() {
    for fault in [Fault::CloseAfterProcessing, Fault::Truncate, Fault::Garbage, Fault::StatusAfterProcessing(504)] {
        let caller = Caller::new().await;
        caller.simulator.fault(fault.clone());
        let first = caller.try_post(PAYMENTS, &[KEY], PAYMENT).await;
        match (&fault, &first) {
            (Fault::CloseAfterProcessing | Fault::Truncate, reply) => assert!(reply.is_err()),
            (Fault::Garbage, Ok(reply)) => {
                assert_eq!(reply.status, 200);
                assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
            }
            (_, Ok(reply)) => assert_eq!(reply.status, 504),
            (_, Err(error)) => panic!("{fault:?}: {error}"),
        }
        assert_eq!(caller.simulator.ledger().money_moved(), 1, "{fault:?}");
        let second = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
        assert_eq!(second.json()["success"], true);
        assert_eq!(caller.simulator.ledger().money_moved(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn truncated_responses_arrive_in_part() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::Truncate);
    let response = raw_payment(&caller).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap();
    assert_eq!(body.len(), length.parse::<usize>().unwrap() / 2);
}

/// Over a socket: a refused connection closes without a byte, and what follows the head is never read.
#[tokio::test]
async fn closed_unread() {
    let caller = Caller::new().await;
    for fault in [Fault::Refuse, Fault::CloseBeforeReading] {
        caller.simulator.fault(fault);
        assert!(caller.try_post(PAYMENTS, &[KEY], PAYMENT).await.is_err());
    }
    let requests = caller.simulator.requests();
    assert_eq!(requests.len(), 2, "of the refused one nothing is noted");
    assert_eq!((&requests[1].fault, requests[1].body.len()), (&Some(Fault::CloseBeforeReading), 0));
    assert!(caller.simulator.ledger().is_empty());
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 200);
}

/// Over a socket: the head comes at once, and then one byte after the other.
#[tokio::test]
async fn byte_by_byte() {
    use http_body_util::BodyExt;
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::Trickle(Duration::from_millis(1000)));
    let start = Instant::now();
    let mut response = caller.open(PAYMENTS, &[KEY], PAYMENT).await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(700));
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
    let (mut frames, mut body) = (0, Vec::new());
    while let Some(frame) = response.frame().await {
        frames += 1;
        body.extend_from_slice(frame.unwrap().data_ref().unwrap());
    }
    assert!(start.elapsed() >= Duration::from_millis(950) && frames > 50, "{:?} {frames}", start.elapsed());
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.body, body);
}

/// Over a socket: the length announced is the one sent; it is the gzip stream that is not whole.
#[tokio::test]
async fn gzip_that_breaks_off() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::TruncateGzip);
    let reply = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(reply.header("content-length").unwrap(), reply.body.len().to_string());
}

#[tokio::test]
async fn ordered_by_header() {
    let caller = Caller::new().await;
    let order = ("simulator-fault", "close-after-processing");
    assert!(caller.try_post(PAYMENTS, &[KEY, order], PAYMENT).await.is_err());
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
    let wrong = caller.post(PAYMENTS, &[KEY, ("simulator-fault", "fire")], PAYMENT).await;
    assert_eq!((wrong.status, &wrong.json()["message"]), (400, &json!("Simulator-Fault: there is no fault `fire`")));
}

#[tokio::test]
async fn a_caller_who_hangs_up_has_paid_all_the_same() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::Delay(Duration::from_millis(200)));
    let call = caller.try_post(PAYMENTS, &[KEY], PAYMENT);
    let gone = tokio::time::timeout(Duration::from_millis(50), call).await;
    assert!(gone.is_err());
    assert!(caller.simulator.ledger().is_empty());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 200);
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

#[tokio::test]
async fn statuses_and_limits() {
    let caller = Caller::new().await;
    for status in [400, 401, 404, 429, 500, 502, 503, 504] {
        caller.simulator.fault(Fault::Status(status));
        assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, status);
    }
    caller.simulator.fault(Fault::RateLimit(Duration::from_secs(600)));
    let reply = caller.post(PAYMENTS, &[], PAYMENT).await;
    assert_eq!((reply.status, reply.code()), (429, json!("70")));
    assert_eq!(reply.header("ratelimit-remaining"), Some("0"));
    assert_eq!(reply.header("ratelimit-reset"), Some("600"));
    assert_eq!(reply.header("retry-after"), None);
    caller.simulator.fault(Fault::ConcurrencyLimit(Duration::from_secs(120)));
    let reply = caller.post(PAYMENTS, &[], PAYMENT).await;
    assert_eq!((reply.status, reply.code()), (429, json!("50000070")));
    assert_eq!(reply.header("retry-after"), Some("120"));
    assert!(caller.simulator.ledger().is_empty());
}

#[tokio::test]
async fn too_many_at_once() {
    let caller = Caller::with(Simulator::builder().calls_at_once(1)).await;
    caller.simulator.fault(Fault::Delay(Duration::from_millis(300)));
    let slow = caller.post(PAYMENTS, &[], PAYMENT);
    let others = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let payment = caller.post(PAYMENTS, &[], PAYMENT).await;
        (payment, caller.post(SESSIONS, &[], SESSION).await)
    };
    let (slow, (payment, session)) = tokio::join!(slow, others);
    assert_eq!((slow.status, payment.status, session.status), (200, 429, 200));
    assert_eq!(payment.header("retry-after"), Some("120"));
    assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, 200);
}

#[tokio::test]
async fn endpoints_of_a_simulator_that_runs_alone() {
    let caller = Caller::new().await;
    let control = async |method: &str, path: &str, body: &'static str| {
        let path = format!("/_simulator/{path}");
        send(&caller.simulator, method, &path, &[], body.into()).await.unwrap()
    };
    let fault = r#"{"fault": "status", "status": 503, "times": 2}"#;
    assert_eq!(control("POST", "faults", fault).await.status, 204);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 503);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 503);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 200);
    for wrong in ["", r#"{"fault":"fire"}"#, r#"{"fault":"delay"}"#, r#"{"fault":"status","status":99}"#] {
        assert_eq!(control("POST", "faults", wrong).await.status, 400, "{wrong}");
    }
    let ledger = control("GET", "ledger", "").await;
    assert_eq!(ledger.json()[0]["amount"], "10.10");
    assert_eq!(ledger.json()[0]["idempotencyKey"], "key-1");
    let requests = control("GET", "requests", "").await.json();
    let statuses: Vec<u64> = requests.as_array().unwrap().iter().map(|r| r["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    let counters = control("GET", "counters", "").await;
    assert_eq!(counters.text(), r#"{"statuses":{"200":2,"503":2},"faults":{"status":2}}"#);
    let step = r#"{"advanceSeconds": 86400}"#;
    assert_eq!(control("POST", "clock", step).await.status, 204);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 401);
    assert_eq!(control("POST", "reset", "").await.status, 204);
    assert_eq!(control("GET", "ledger", "").await.text(), "[]");
    assert_eq!(control("GET", "counters", "").await.text(), r#"{"statuses":{},"faults":{}}"#);
    let help = control("GET", "", "").await;
    assert!(help.text().contains("\nclose-after-processing\n") && help.text().contains("\ndelay, `milliseconds`\n"));
    assert_eq!(control("GET", "nothing", "").await.status, 404);
}

#[tokio::test]
async fn stopping() {
    let caller = Simulator::start().await.unwrap();
    let address = caller.address();
    caller.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    let dropped = Simulator::start().await.unwrap();
    let address = dropped.address();
    drop(dropped);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
