//! Idempotency keys.

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use simulator::{Fault, Movement, ReplayStyle, Simulator};

const KEY: (&str, &str) = ("idempotency-key", "key-1");

#[tokio::test]
async fn a_repetition_gets_the_first_answer() {
    let caller = Caller::new().await;
    let first = caller.post(PAYMENTS, &[KEY, ("zuora-track-id", "one")], PAYMENT).await;
    let second = caller.post(PAYMENTS, &[KEY, ("zuora-track-id", "two")], PAYMENT).await;
    assert_eq!(first.status, 200);
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    for name in ["zuora-request-id", "zuora-track-id", "content-type"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(second.header("ratelimit-remaining"), Some("49998"));
    let ledger = caller.simulator.ledger();
    assert_eq!(ledger.money_moved(), 1);
    assert_eq!(ledger.by_key()["key-1"].len(), 1);
    let replayed: Vec<bool> = caller.simulator.requests().iter().map(|r| r.replayed).collect();
    assert_eq!(replayed, [false, false, true]);
}

#[tokio::test]
async fn failures_are_kept_too() {
    let caller = Caller::new().await;
    let body = PAYMENT.replace("a1", "category-61");
    let first = caller.post(PAYMENTS, &[NEW, KEY], body.clone()).await;
    let second = caller.post(PAYMENTS, &[OLD, KEY], body).await;
    assert_eq!((first.status, second.status), (500, 500));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let caller = Simulator::builder().token_life(Duration::from_secs(1_000_000));
    let caller = Caller::with(caller).await;
    let hour = Duration::from_secs(3600);
    caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    caller.simulator.advance(hour * 24 - Duration::from_secs(5));
    caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
    caller.simulator.advance(Duration::from_secs(5));
    caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    assert_eq!(caller.simulator.ledger().money_moved(), 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_call() {
    let caller = Caller::new().await;
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    let elsewhere = "/v1/payment-methods/pm2/authorize";
    assert_eq!(caller.post(elsewhere, &[KEY], AUTHORIZATION).await.status, 422);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 422);
    let dearer = AUTHORIZATION.replace("1.90", "1.91");
    assert_eq!(caller.post(AUTHORIZE, &[KEY], dearer).await.status, 422);
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    assert_eq!(caller.simulator.ledger().entries().len(), 1);
}

#[tokio::test]
async fn a_key_in_progress() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::Delay(Duration::from_millis(300)));
    let headers = [KEY];
    let slow = caller.post(PAYMENTS, &headers, PAYMENT);
    let quick = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        caller.post(PAYMENTS, &headers, PAYMENT).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!((slow.status, quick.status), (200, 409));
    assert_eq!(caller.post(PAYMENTS, &headers, PAYMENT).await.body, slow.body);
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

#[tokio::test]
async fn what_never_got_in_is_not_kept() {
    let mut caller = Caller::new().await;
    caller.simulator.fault(Fault::Status(503));
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 503);
    caller.simulator.expire_tokens();
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 401);
    caller.token = token(&caller.simulator).await;
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 200);
    assert_eq!(caller.simulator.ledger().count(Movement::Session), 1);
}

#[tokio::test]
async fn replays_as_the_other_guide_has_it() {
    let caller = Caller::with(Simulator::builder().replays(ReplayStyle::Conflict)).await;
    let first = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    let second = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    assert_eq!((first.status, second.status), (200, 409));
    assert_eq!(first.body, second.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_move_money_once() {
    let caller = Arc::new(Caller::new().await);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let caller = Arc::clone(&caller);
        calls.spawn(async move { caller.post(PAYMENTS, &[KEY], PAYMENT).await.status });
    }
    let statuses = calls.join_all().await;
    assert!(statuses.contains(&200));
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}
