//! The simulator in process: simulated time, seeds, dropped calls, and many calls.

use std::time::Duration;

use crate::support::*;
use zuora_simulator::{Fault, Simulator};

/// A token is good for one hour; a key is removed 24 hours after it was set. Both in no time.
#[tokio::test(start_paused = true)]
async fn days_pass_in_no_time() {
    let mut near = Near::new().await;
    assert_eq!(near.pay_again().await.json()["createdDate"], "2026-01-01 00:00:00");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(near.pay_again().await.status, 401);
    tokio::time::sleep(Duration::from_secs(23 * 3600 - 1)).await;
    near.token = near.ask_for_token().await.unwrap().json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!((near.pay_again().await.status, near.moved()), (200, 1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let late = near.pay_again().await;
    assert_eq!((&late.json()["createdDate"], near.moved()), (&"2026-01-02 00:00:00".into(), 2));
    near.simulator.with_ledger(|ledger| {
        assert_eq!(ledger.effects_of("key-1"), 2);
        assert_eq!(ledger.repeated_keys().collect::<Vec<_>>(), ["key-1"]);
    });
}

#[tokio::test(start_paused = true)]
async fn one_seed_one_story() {
    let story = async |seed| {
        let near = Near::with(Simulator::builder().seed(seed)).await;
        let mut told = near.token.clone();
        for fault in [Fault::Status(503), Fault::Failure(zuora_simulator::Category::Internal), Fault::ClockSkew(1)] {
            let reply = near.pay(fault).await;
            told += &format!("{:?} {}", reply.headers, reply.text());
        }
        told + near.post(SESSIONS, &[], SESSION).await.text()
    };
    assert_eq!(story(1).await, story(1).await);
    assert_ne!(story(1).await, story(2).await);
}

/// A client that no longer waits can abandon a payment that goes through: it does, as over a connection.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_goes_through() {
    let near = Near::new().await;
    let call = near.try_pay(Fault::Delay(Duration::from_secs(60)));
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!(near.moved(), 0);
    assert_eq!(near.pay_again().await.status, 409);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(near.moved(), 1);
    assert_eq!((near.pay_again().await.status, near.moved()), (200, 1));
}

/// Header by header and byte by byte what a connection brings, compression included.
#[tokio::test(start_paused = true)]
async fn the_same_as_over_a_connection() {
    let builder = || Simulator::builder().simulated_time().seed(1);
    let (near, far) = (Near::with(builder()).await, Caller::with(builder()).await);
    let headers = [NEW, KEY, ("accept-encoding", "gzip"), ("zuora-track-id", "t")];
    for (path, body) in [(PAYMENTS, PAYMENT), (PAYMENTS, "{"), (AUTHORIZE, AUTHORIZATION), ("/v1/none", "{}")] {
        let here = near.post(path, &headers, body).await;
        let there = far.post(path, &headers, body).await;
        assert_eq!((here.status, &here.body), (there.status, &there.body), "{path}");
        let sorted = |reply: &Reply| {
            let mut lines: Vec<String> = reply.headers.iter().map(|(n, v)| format!("{n}: {v:?}")).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&here), sorted(&there), "{path}");
    }
    let help = near.simulator.respond(http::Request::get("/_simulator").body(bytes::Bytes::new()).unwrap());
    assert!(String::from_utf8_lossy(help.await.unwrap().body()).contains("Simulator-Fault"));
    assert_eq!((near.simulator.base_url(), near.simulator.address().port()), ("http://127.0.0.1".to_owned(), 0));
}

/// Many calls with every other one in trouble, and each key with one effect. Nothing is noted, everything is counted.
#[tokio::test(start_paused = true)]
async fn a_thousand_payments_in_trouble() {
    let near = Near::with(Simulator::builder().log(false).token_life(Duration::from_secs(1_000_000))).await;
    let mut number = 0;
    near.simulator.fault_source(move |request| {
        number += 1;
        match (request.attempt, number % 4) {
            (1, 0) => Some(Fault::CloseAfterProcessing),
            (1, 1) => Some(Fault::DelayResponse(Duration::from_secs(100))),
            (1, 2) => Some(Fault::Status(503)),
            _ => None,
        }
    });
    for n in 0..1000 {
        let key = format!("key-{n}");
        let headers = [NEW, ("idempotency-key", key.as_str())];
        let mut responded = false;
        for _ in 0..3 {
            let call = near.try_post(PAYMENTS, &headers, PAYMENT);
            let call = tokio::time::timeout(Duration::from_secs(60), call).await;
            responded |= call.is_ok_and(|reply| reply.is_ok_and(|reply| reply.status == 200));
        }
        assert!(responded && near.simulator.with_ledger(|ledger| ledger.effects_of(&key)) == 1);
    }
    assert_eq!(near.moved(), 1000);
    assert!(near.simulator.requests().is_empty());
    let faults = near.simulator.faults_injected();
    assert_eq!(near.simulator.responses_by_status()[&503], faults["status"]);
    assert!(faults.len() == 3 && faults.values().sum::<u64>() <= 1000, "{faults:?}");
}
