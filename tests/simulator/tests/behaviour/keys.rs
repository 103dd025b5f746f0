//! Idempotency keys.

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use zuora_simulator::{Fault, Movement, ReplayStyle, Simulator};

/// The first result (status, headers, body) is stored, and repeated for the same key, as it is.
#[tokio::test]
async fn a_repetition_gets_the_first_response() {
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

/// The first result is stored whether it succeeded or failed: a retry after a stored failure returns that failure
/// again, whatever became of its cause, and only a new key makes a new attempt.
#[tokio::test]
async fn failures_are_kept_too() {
    let caller = Caller::new().await;
    let body = PAYMENT.replace("a1", "category-61");
    let first = caller.post(PAYMENTS, &[NEW, KEY], body.clone()).await;
    let second = caller.post(PAYMENTS, &[OLD, KEY], body).await;
    assert_eq!((first.status, second.status), (500, 500));
    assert_eq!(first.body, second.body);
}

/// A key is removed 24 hours after it was set, and not by being used.
#[tokio::test]
async fn a_response_is_kept_for_a_day() {
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

/// 422: the URL or the method differs from the first use.
#[tokio::test]
async fn a_key_belongs_to_one_call() {
    let caller = Caller::new().await;
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    let elsewhere = "/v1/payment-methods/pm2/authorize";
    assert_eq!(caller.post(elsewhere, &[KEY], AUTHORIZATION).await.status, 422);
    assert_eq!(caller.post(PAYMENTS, &[KEY], PAYMENT).await.status, 422);
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    assert_eq!(caller.simulator.ledger().entries().len(), 1);
}

/// No source names the response to another payload under the same key, beyond that it is rejected. 422 is a choice made
/// here.
#[tokio::test]
async fn a_key_belongs_to_one_payload() {
    let caller = Caller::new().await;
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    let dearer = AUTHORIZATION.replace("1.90", "1.91");
    assert_eq!(caller.post(AUTHORIZE, &[KEY], dearer).await.status, 422);
    assert_eq!(caller.post(AUTHORIZE, &[KEY], AUTHORIZATION).await.status, 200);
    assert_eq!(caller.simulator.ledger().entries().len(), 1);
}

/// A session is an effect too: the same key gives the same token.
#[tokio::test]
async fn sessions_are_kept_too() {
    let caller = Caller::new().await;
    let first = caller.post(SESSIONS, &[KEY], SESSION).await;
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.body, first.body);
    caller.simulator.with_ledger(|ledger| {
        assert_eq!((ledger.effects_of("key-1"), ledger.len(), ledger.money_moved()), (1, 1, 0));
        assert_eq!((ledger.effects_of("key-2"), ledger.repeated_keys().count()), (0, 0));
    });
}

/// 409: another request with this key is still running.
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

/// What is stored is the result of the request: one that never reached the call has none. No source says so of each
/// status; that 401, 404 of a path, 405, 415 and 429 are not kept is how it is read here.
#[tokio::test]
async fn what_never_got_in_is_not_kept() {
    let mut caller = Caller::with(Simulator::builder().calls_per_minute(6)).await;
    assert_eq!(caller.post("/v1/orders", &[KEY], SESSION).await.status, 404);
    assert_eq!(caller.post(SESSIONS, &[KEY, ("content-type", "text/plain")], SESSION).await.status, 415);
    let bearer = format!("Bearer {}", caller.token);
    let headers = [KEY, ("authorization", bearer.as_str())];
    assert_eq!(send(&caller.simulator, "PUT", SESSIONS, &headers, SESSION.into()).await.unwrap().status, 405);
    caller.simulator.expire_tokens();
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 401);
    caller.token = token(&caller.simulator).await;
    caller.simulator.fault(Fault::Status(503));
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 503);
    caller.simulator.fault(Fault::RateLimit(Duration::from_secs(1)));
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 429);
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 429);
    caller.simulator.advance(Duration::from_secs(60));
    assert_eq!(caller.post(SESSIONS, &[KEY], SESSION).await.status, 200);
    assert_eq!(caller.simulator.ledger().count(Movement::Session), 1);
}

/// A failure of the call itself, such as an object that is not found, is its result and kept.
#[tokio::test]
async fn what_the_call_does_not_find_is_kept() {
    let caller = Caller::new().await;
    let body = PAYMENT.replace("a1", "unknown");
    let first = caller.post(PAYMENTS, &[NEW, KEY], body.clone()).await;
    let second = caller.post(PAYMENTS, &[NEW, KEY], body).await;
    assert_eq!((first.status, second.status), (404, 404));
    assert_eq!(first.header("zuora-request-id"), second.header("zuora-request-id"));
}

/// The error-handling guide says that a repetition after success returns the original result "as a 409", with the
/// result in its body.
#[tokio::test]
async fn replays_as_the_other_guide_has_it() {
    let caller = Caller::with(Simulator::builder().replays(ReplayStyle::Conflict)).await;
    let first = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    let second = caller.post(PAYMENTS, &[KEY], PAYMENT).await;
    assert_eq!((first.status, second.status), (200, 409));
    assert_eq!(first.body, second.body);
}

/// One key, one effect, however many requests with it are under way.
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
