//! Track IDs: every request has one, and a response with another belongs to another call.

use sdk_tests::calls::{ACCOUNT, Call, Operation, resume};
use zuora_payments::Outcome::Unknown;
use zuora_payments::RetryPolicy;

use crate::bodies::{PAID, category, good};
use crate::harness::{Hands, Reply, Run, Service, TRACK_ID, builder, client, key, lost_call};

fn track_ids(service: &Service) -> Vec<Option<String>> {
    service.requests().iter().map(|request| request.header(TRACK_ID).map(str::to_owned)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_track_id_is_always_sent_and_the_same_for_all_attempts() {
    for operation in Operation::ALL {
        let service = Service::of([Reply::lost(), Reply::json(200, good(operation))]);
        operation.call(&client(&service), ACCOUNT).send().await.unwrap();
        let ids = track_ids(&service);
        let first = ids[0].clone().expect("a track ID");
        assert!(!first.is_empty() && first.len() <= 64, "{first}");
        assert!(first.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b":;\"'".contains(&byte)), "{first}");
        assert_eq!(ids, [Some(first.clone()), Some(first)], "{operation:?}");
    }
}

/// The key decides, so that a copy of the call from anywhere has the same one. It does not tell the key.
#[tokio::test(start_paused = true)]
async fn a_track_id_is_derived_from_the_key() {
    let mut ids = Vec::new();
    for text in ["key-1", "key-1", "key-2", &"k".repeat(254), "key with 'quotes'; and: colons"] {
        let Ok(key) = zuora_payments::IdempotencyKey::new(text) else { continue };
        let service = Service::of([Reply::json(200, PAID)]);
        let client = builder(&service, &Hands::begin()).build().unwrap();
        Operation::Payment.call(&client, ACCOUNT).idempotency_key(key).send().await.unwrap();
        let id = track_ids(&service)[0].clone().expect("a track ID");
        assert!(id.len() <= 64 && !id.contains([':', ';', '"', '\'']), "{id}");
        ids.push(id);
    }
    assert_eq!(ids[0], ids[1], "the same key");
    assert_ne!(ids[0], ids[2], "another key");
}

#[tokio::test(start_paused = true)]
async fn a_callers_track_id_is_sent_and_kept_with_the_call() {
    let service = Service::of([Reply::lost()]);
    let client = client(&service);
    let Call::Payment(call) = Operation::Payment.call(&client, ACCOUNT) else { unreachable!("a payment") };
    let error = call.track_id("order-4711").retry(RetryPolicy::never()).await.unwrap_err();
    service.add([Reply::json(200, PAID)]);
    resume(&client, error.resumable().unwrap()).await.unwrap();
    let own = Some("order-4711".to_owned());
    assert_eq!(track_ids(&service), [own.clone(), own]);
}

#[tokio::test(start_paused = true)]
async fn a_derived_track_id_is_kept_with_the_call() {
    let service = Service::default();
    let client = client(&service);
    let kept = lost_call(&service, &client, Operation::Payment).await;
    service.add([Reply::json(200, PAID)]);
    resume(&builder(&service, &Hands::begin()).build().unwrap(), kept).await.unwrap();
    let ids = track_ids(&service);
    assert!(ids[0].is_some());
    assert_eq!(ids[0], ids[1]);
}

/// A success and a refusal of another call say nothing of this one.
#[tokio::test(start_paused = true)]
async fn a_response_with_another_echo_belongs_to_another_call() {
    for operation in Operation::ALL {
        let replies = [
            ("a success", Reply::json(200, good(operation))),
            ("a refusal", Reply::json(400, category("22", None))),
            ("an empty refusal", Reply::empty(404)),
        ];
        for (name, reply) in replies {
            let service = Service::of([reply.with_echo("of-another-call")]);
            let call = operation.call(&client(&service), ACCOUNT).retry(RetryPolicy::never());
            let error = call.send().await.map(|_| ()).expect_err(name);
            assert_eq!(error.outcome(), Unknown, "{operation:?} {name}: {error}");
        }
    }
}

/// The same with a track ID of the caller's.
#[tokio::test(start_paused = true)]
async fn another_echo_than_the_callers_belongs_to_another_call() {
    let service = Service::of([Reply::json(200, PAID).with_echo("order-4712")]);
    let client = client(&service);
    let Call::Payment(call) = Operation::Payment.call(&client, ACCOUNT) else { unreachable!("a payment") };
    let error = call.track_id("order-4711").retry(RetryPolicy::never()).await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{error}");
}

/// Nothing is proved by an echo that is missing: a hop may drop it.
#[tokio::test(start_paused = true)]
async fn a_response_without_an_echo_is_taken() {
    for operation in Operation::ALL {
        let reply = Reply::json(200, good(operation)).without_echo();
        Run::of(operation, [reply]).await.succeeded(1, "no echo");
    }
}

/// A key that may have been used before can bring the first result, with what was sent then.
#[tokio::test(start_paused = true)]
async fn a_callers_key_may_bring_an_earlier_echo() {
    let service = Service::of([Reply::json(200, PAID).with_echo("sent-with-the-first-attempt")]);
    let call = Operation::Payment.call(&client(&service), ACCOUNT).idempotency_key(key("order-4711"));
    call.send().await.unwrap();
    assert_eq!(service.count(), 1);
}
