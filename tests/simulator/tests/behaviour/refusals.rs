//! Failures that say less, or more, than what happened; and declines inside of successes.

use crate::arrivals::assert_conflict;
use crate::mischief::{found_out, kept_instead, without_effect};
use crate::support::*;
use serde_json::{Value, json};
use zuora_simulator::{Category, Codes, ConflictStyle, Fault, Oddity};

/// 409: another request with this key is still running. Here there is none.
#[tokio::test(start_paused = true)]
async fn in_progress_although_nothing_runs() {
    let near = Near::new().await;
    for style in [ConflictStyle::Sentence, ConflictStyle::Coded, ConflictStyle::CodeOnly] {
        let reply = without_effect(&near, Fault::InProgress(style)).await.unwrap();
        assert_conflict(style, &reply);
    }
}

/// A service that looks at the state of things before it looks at the key refuses a repetition of what it has done.
#[tokio::test(start_paused = true)]
async fn refused_before_the_key_is_looked_at() {
    let near = Near::new().await;
    for (category, status) in
        [(Category::BusinessRule, 400), (Category::LockContention, 409), (Category::Internal, 500)]
    {
        let fault = Fault::RefuseBeforeKey(category);
        let first = without_effect(&near, fault.clone()).await.unwrap();
        let again = near.pay(fault.clone()).await;
        assert_eq!((first.status, again.status, near.moved()), (status, status, 1), "the key has its result");
        assert_eq!(first.code(), again.code());
        assert_ne!(first.header("zuora-request-id"), again.header("zuora-request-id"));
        if status < 500 {
            assert_ne!(first.json()["processId"], again.json()["processId"]);
            assert_ne!(first.json()["requestId"], again.json()["requestId"]);
        }
        near.simulator.fault(fault);
        let old = near.post(PAYMENTS, &[OLD, KEY], PAYMENT).await;
        assert_eq!((old.status, &old.json()["success"]), (200, &json!(false)));
    }
}

/// The first result is stored whether it succeeded or failed, and repeated to the letter: the same IDs say that it is the
/// same failure. A lock (category 50) is a failure like any other.
#[tokio::test(start_paused = true)]
async fn a_kept_failure_has_the_same_ids() {
    let near = Near::new().await;
    for category in [Category::BusinessRule, Category::LockContention, Category::NotFound] {
        for fault in [Fault::Failure(category), Fault::FailureStatus(category)] {
            near.simulator.reset();
            let (first, again) = (near.pay(fault).await, near.pay_again().await);
            assert!(first.json()["processId"].is_string());
            for name in ["processId", "requestId"] {
                assert_eq!(first.json()[name], again.json()[name], "{category:?} {name}");
            }
            assert_eq!(first.header("zuora-request-id"), again.header("zuora-request-id"));
            assert_eq!((first.status, first.body), (again.status, again.body));
        }
    }
}

/// Several faults may be listed at once; a code is eight digits, and may be another.
#[tokio::test(start_paused = true)]
async fn codes_of_a_call_that_went_through() {
    let near = Near::new().await;
    for (codes, expected) in [
        (Codes::RefusalAndOpen, ["53000020", "53000060"].as_slice()),
        (Codes::OpenAndUnknown, &["53000099", "53000012"]),
        (Codes::RefusalAndWord, &["53000020", "SystemError"]),
        (Codes::ThreeDigits, &["522"]),
    ] {
        let reply = kept_instead(&near, Fault::CodesAfterProcessing(codes), 1).await;
        let reasons = reply.json()["reasons"].as_array().unwrap().clone();
        let told: Vec<_> = reasons.iter().map(|reason| reason["code"].as_str().unwrap()).collect();
        assert_eq!((reply.status, told.as_slice()), (400, expected));
        near.simulator.reset();
        near.simulator.fault(Fault::CodesAfterProcessing(codes));
        let old = near.post(PAYMENTS, &[OLD, KEY], PAYMENT).await;
        assert_eq!((old.status, &old.json()["success"], near.moved()), (200, &json!(false), 1));
    }
}

/// A gateway that lost patience may have a code of its own for that.
#[tokio::test(start_paused = true)]
async fn codes_of_a_gateway() {
    let near = Near::new().await;
    let reply = found_out(&near, Fault::GatewayFailureAfterProcessing).await.unwrap();
    assert_eq!((reply.status, reply.code()), (504, json!("50000010")));
}

/// What is kept is plain; only the response to the request with the fault is odd.
#[tokio::test(start_paused = true)]
async fn an_odd_failure_is_kept_as_a_plain_one() {
    let near = Near::new().await;
    let reply = near.pay(Fault::OddFailureAfterProcessing(Oddity::InList)).await;
    let again = near.pay_again().await;
    assert_eq!((reply.status, again.status, near.moved()), (400, 400, 1));
    assert_eq!(again.code(), json!("53000060"));
    assert_eq!(reply.json(), Value::Array(vec![again.json()]));
}

/// Responses that are mixed up on the way: the success, or the refusal, of another request.
#[tokio::test(start_paused = true)]
async fn responses_of_other_calls() {
    let near = Near::new().await;
    let track = ("zuora-track-id", "mine");
    let pay = async |fault| {
        near.simulator.reset();
        near.simulator.fault(fault);
        near.post(PAYMENTS, &[NEW, KEY, track], PAYMENT).await
    };
    let reply = pay(Fault::OtherResponse).await;
    assert_eq!((reply.status, &reply.json()["success"], near.moved()), (200, &json!(true), 0));
    assert!(reply.header("zuora-track-id").is_some_and(|echo| echo != "mine"));
    let mine = near.post(PAYMENTS, &[NEW, KEY, track], PAYMENT).await;
    assert_eq!((mine.header("zuora-track-id"), near.moved()), (Some("mine"), 1));
    assert_ne!(mine.json()["id"], reply.json()["id"]);

    let reply = pay(Fault::OtherResponseAfterProcessing).await;
    assert_eq!((reply.status, reply.code(), near.moved()), (400, json!("53000030"), 1));
    assert!(reply.header("zuora-track-id").is_some_and(|echo| echo != "mine"));
    let mine = near.post(PAYMENTS, &[NEW, KEY, track], PAYMENT).await;
    assert_eq!((mine.status, mine.header("zuora-track-id"), near.moved()), (200, Some("mine"), 1));
}

/// `success: true` says that there is a payment, not that it is paid.
#[tokio::test(start_paused = true)]
async fn payments_that_are_declined_inside_of_a_success() {
    let near = Near::new().await;
    for (input, status, state, code, moved) in [
        ("status-error", "Error", "NotSubmitted", Value::Null, 0),
        ("status-error-51", "Error", "NotSubmitted", json!("51"), 0),
        ("canceled", "Canceled", "NotSubmitted", Value::Null, 0),
        ("canceled-51", "Canceled", "NotSubmitted", json!("51"), 0),
        ("failed-to-settle", "Processed", "FailedToSettle", json!("0"), 1),
    ] {
        near.simulator.reset();
        let body = near.post(PAYMENTS, &[NEW], PAYMENT.replace("a1", input)).await.json();
        assert_eq!((&body["success"], &body["status"]), (&json!(true), &json!(status)), "{input}");
        assert_eq!((&body["gatewayState"], &body["gatewayResponseCode"]), (&json!(state), &code), "{input}");
        assert_eq!(near.moved(), moved, "{input}");
    }
    let electronic = PAYMENT.replace("External", "Electronic").replace("a1", "canceled");
    let body = near.post(PAYMENTS, &[NEW], electronic).await.json();
    assert_eq!((&body["status"], &body["gatewayResponseCode"]), (&json!("Canceled"), &json!("51")));
}

/// A result code that is no approval, beside `success: true`.
#[tokio::test(start_paused = true)]
async fn authorizations_that_are_declined_inside_of_a_success() {
    let near = Near::new().await;
    let body = near.post(AUTHORIZE, &[NEW], AUTHORIZATION.replace("a1", "result-1")).await.json();
    assert_eq!((&body["success"], &body["resultCode"]), (&json!(true), &json!(1)));
    assert!(near.simulator.ledger().is_empty());
}
