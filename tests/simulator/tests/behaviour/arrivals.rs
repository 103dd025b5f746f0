//! Requests that arrive late, or twice.

use std::time::Duration;

use crate::mischief::found_out;
use crate::support::*;
use serde_json::Value;
use zuora_simulator::{ConflictStyle, Failure, Fault, Simulator, Target};

const STYLES: [ConflictStyle; 3] = [ConflictStyle::Sentence, ConflictStyle::Coded, ConflictStyle::CodeOnly];

/// No response does not mean that nothing is under way: the copy that was lost acts later.
#[tokio::test(start_paused = true)]
async fn a_lost_request_arrives_after_the_call_has_ended() {
    let near = Near::new().await;
    assert_eq!(near.try_pay(Fault::Late(Duration::from_secs(100))).await.unwrap_err(), Failure::Cut);
    let payments = || near.simulator.requests().iter().filter(|request| request.path == PAYMENTS).count();
    tokio::time::sleep(Duration::from_secs(99)).await;
    assert_eq!((near.moved(), payments()), (0, 0), "nothing has arrived");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((near.moved(), payments()), (1, 1));
    assert_eq!((near.pay_again().await.status, near.moved()), (200, 1));
}

/// What arrives late finds what is kept under its key, like any other copy.
#[tokio::test(start_paused = true)]
async fn a_lost_request_arrives_after_the_next_attempt() {
    let near = Near::new().await;
    assert_eq!(near.try_pay(Fault::Late(Duration::from_secs(3))).await.unwrap_err(), Failure::Cut);
    let truth = near.pay_again().await;
    assert_eq!((truth.status, near.moved()), (200, 1));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let late = near.simulator.requests().pop().unwrap();
    assert_eq!((late.status, late.replayed, near.moved()), (Some(200), true, 1));
    assert_eq!(near.pay_again().await.body, truth.body);
}

/// The door sees it when it arrives: a token that was good when it was sent may be void by then.
#[tokio::test(start_paused = true)]
async fn a_lost_request_arrives_with_a_token_that_is_void() {
    let near = Near::with(Simulator::builder().token_life(Duration::from_secs(60))).await;
    assert_eq!(near.try_pay(Fault::Late(Duration::from_secs(90))).await.unwrap_err(), Failure::Cut);
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!((near.simulator.requests().pop().unwrap().status, near.moved()), (Some(401), 0));
}

/// A connection closes at once, whatever is still under way.
#[tokio::test]
async fn a_lost_request_over_a_connection() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::Late(Duration::from_millis(200)));
    assert!(caller.try_post(PAYMENTS, &[KEY], PAYMENT).await.is_err());
    assert!(caller.simulator.ledger().is_empty());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

/// The second copy of a hop finds what the first one did. Without a key both act.
#[tokio::test(start_paused = true)]
async fn a_hop_repeats_what_was_processed() {
    let near = Near::new().await;
    let reply = found_out(&near, Fault::Repeat).await.unwrap();
    assert_eq!((reply.status, reply.json()["success"].clone()), (200, Value::Bool(true)));
    let replayed: Vec<_> = near.simulator.requests().iter().map(|request| request.replayed).collect();
    assert_eq!(replayed, [false, true, true]);
    near.simulator.reset();
    near.simulator.fault(Fault::Repeat);
    assert_eq!(near.post(PAYMENTS, &[NEW], PAYMENT).await.status, 200);
    assert_eq!(near.moved(), 2);
}

/// The second copy meets the first one while that is processed: 409 of a call that acts.
#[tokio::test(start_paused = true)]
async fn a_hop_repeats_what_is_under_way() {
    let near = Near::new().await;
    for style in STYLES {
        let reply = found_out(&near, Fault::RepeatAtOnce(style)).await.unwrap();
        assert_conflict(style, &reply);
        near.simulator.fault(Fault::RepeatAtOnce(style));
        assert_eq!(near.pay_again().await.status, 200, "the key has its result");
    }
    near.simulator.reset();
    near.simulator.fault(Fault::RepeatAtOnce(ConflictStyle::Coded));
    assert_eq!(near.post(PAYMENTS, &[NEW], PAYMENT).await.status, 200);
    assert_eq!(near.moved(), 2);
}

/// Tokens are made for both copies.
#[tokio::test(start_paused = true)]
async fn hops_before_the_token_endpoint() {
    let near = Near::new().await;
    for fault in [Fault::Repeat, Fault::RepeatAtOnce(ConflictStyle::Coded)] {
        near.simulator.reset();
        near.simulator.token_fault(fault);
        assert_eq!(near.ask_for_token().await.unwrap().status, 200);
        let requests = near.simulator.requests();
        assert_eq!(requests.iter().filter(|request| request.status == Some(200)).count(), 2);
    }
}

/// The guides do not show what 409 looks like under a key in progress: it may have a code and IDs.
#[tokio::test(start_paused = true)]
async fn conflicts_in_each_form() {
    for style in STYLES {
        let near = Near::with(Simulator::builder().conflicts(style)).await;
        near.simulator.fault_source(|request| {
            (request.target == Target::Operation && request.attempt == 1)
                .then_some(Fault::Delay(Duration::from_secs(5)))
        });
        let hasty = tokio::time::timeout(Duration::from_secs(1), near.pay_again()).await;
        assert!(hasty.is_err());
        let (one, two) = (near.pay_again().await, near.pay_again().await);
        assert_conflict(style, &one);
        assert_conflict(style, &two);
        if style == ConflictStyle::Coded {
            assert_ne!(one.json()["processId"], two.json()["processId"]);
            assert_ne!(one.json()["requestId"], two.json()["requestId"]);
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!((near.pay_again().await.status, near.moved()), (200, 1));
    }
}

pub(crate) fn assert_conflict(style: ConflictStyle, reply: &Reply) {
    let body = reply.json();
    let (coded, named) = (style != ConflictStyle::Sentence, style == ConflictStyle::Coded);
    assert_eq!(reply.status, 409, "{style:?}");
    assert_eq!(body["reasons"][0]["code"].as_str(), coded.then_some("50000050"), "{style:?}");
    assert_eq!(body["processId"].as_str().map(str::len), named.then_some(16), "{style:?}");
    assert_eq!(body["requestId"].as_str().map(str::len), named.then_some(36), "{style:?}");
}
