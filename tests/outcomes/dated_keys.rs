//! Keys with a first use from the caller, and refusals of kept calls.

use std::time::Duration;

use sdk_tests::calls::{ACCOUNT, Call, Operation};
use zuora_payments::Outcome::{NotSent, Rejected, Unknown};
use zuora_payments::operations::CreatePayment;
use zuora_payments::{Client, Error, Payment, Response};

use crate::bodies::{ID, OTHER_ID, PAID, category};
use crate::harness::{ATTEMPTS, Hands, Reply, Service, builder, fetching_builder, hours, key, lost_call, seconds};

fn paid() -> Reply {
    Reply::json(200, PAID)
}

fn refusal(id: &str) -> Reply {
    Reply::json(400, category("22", Some(id)))
}

/// Returns a call with a key of the caller's that was used first so long ago.
async fn with_a_key_of(
    age: Duration,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Response<Payment>, Error>, usize) {
    let (service, hands) = (Service::of(replies), Hands::begin());
    let client = builder(&service, &hands).build().unwrap();
    let Call::Payment(call) = Operation::Payment.call(&client, ACCOUNT) else { unreachable!("a payment") };
    let ended = call.idempotency_key(key("order-4711")).key_first_used(hands.truth() - age).await;
    (ended, service.count())
}

#[tokio::test(start_paused = true)]
async fn a_dated_key_begins_in_doubt() {
    let age = hours(1);
    let (ended, requests) = with_a_key_of(age, [refusal(ID), refusal(ID)]).await;
    assert_eq!((ended.unwrap_err().outcome(), requests), (Rejected, 2), "kept");
    let (ended, _) = with_a_key_of(age, [refusal(ID), refusal(OTHER_ID)]).await;
    assert_eq!(ended.unwrap_err().outcome(), Unknown, "not kept");
    for (name, reply) in [
        ("404", Reply::empty(404)),
        ("403", Reply::empty(403)),
        ("category 10", Reply::json(403, category("10", Some(ID)))),
    ] {
        let (ended, requests) = with_a_key_of(age, [reply, paid()]).await;
        assert_eq!((ended.unwrap_err().outcome(), requests), (Unknown, 1), "{name}");
    }
    let (ended, requests) = with_a_key_of(age, vec![Reply::empty(429); ATTEMPTS as usize]).await;
    assert_eq!((ended.unwrap_err().outcome(), requests), (Unknown, ATTEMPTS as usize), "429");
}

/// Unlike an undated one it is repeated, since its day is known.
#[tokio::test(start_paused = true)]
async fn a_dated_key_is_repeated_within_its_day() {
    for age in [Duration::ZERO, hours(1), hours(20)] {
        let (ended, requests) = with_a_key_of(age, [Reply::lost(), paid()]).await;
        assert_eq!((ended.is_ok(), requests), (true, 2), "{age:?}");
    }
}

/// Two effects by one call: the second attempt would begin after the key was forgotten.
#[tokio::test(start_paused = true)]
async fn a_dated_key_is_not_repeated_beyond_its_day() {
    let (ended, requests) = with_a_key_of(hours(24) - seconds(30), [Reply::lost().after(seconds(60)), paid()]).await;
    assert_eq!(ended.unwrap_err().outcome(), Unknown);
    assert!(requests <= 1, "{requests}");
    let (ended, requests) = with_a_key_of(hours(24) - seconds(30), [Reply::silence(), paid()]).await;
    assert_eq!(ended.unwrap_err().outcome(), Unknown);
    assert!(requests <= 1, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn a_dated_key_is_not_sent_after_its_day() {
    for age in [hours(24), hours(25), hours(1000)] {
        let (ended, requests) = with_a_key_of(age, [paid()]).await;
        let error = ended.unwrap_err();
        assert_eq!(requests, 0, "{age:?}: {error}");
        assert_ne!(error.outcome(), Rejected, "{age:?}: {error}");
        assert!(matches!(error.outcome(), Unknown | NotSent), "{age:?}: {error}");
    }
}

/// A first use that lies ahead lends no more than a day.
#[tokio::test(start_paused = true)]
async fn a_first_use_that_lies_ahead_lends_no_time() {
    let (service, hands) = (Service::of([Reply::lost()]), Hands::begin());
    let client = builder(&service, &hands).build().unwrap();
    let Call::Payment(call) = Operation::Payment.call(&client, ACCOUNT) else { unreachable!("a payment") };
    let call = call.idempotency_key(key("order-4711")).key_first_used(hands.truth() + hours(10));
    let Ok(kept) = call.resumable() else { return };
    tokio::time::sleep(hours(25)).await;
    service.forget();
    service.stay(paid());
    let ended = client.resume::<CreatePayment>(kept).await;
    assert_eq!((ended.is_err(), service.count()), (true, 0));
}

/// What was kept and what it is refused by.
struct Refused {
    service: Service,
    error: Error,
    kept: zuora_payments::ResumableCall,
    other: Client,
}

/// Returns a call of one tenant, refused by the client of another.
async fn refused_by_another_tenant() -> Refused {
    let (service, hands) = (Service::default(), Hands::begin());
    let mine = builder(&service, &hands).access_token("mine").build().unwrap();
    let kept = lost_call(&service, &mine, Operation::Payment).await;
    let other = builder(&service, &hands).access_token("rotated").build().unwrap();
    service.forget();
    service.stay(paid());
    let error = other.resume::<CreatePayment>(kept.clone()).await.unwrap_err();
    Refused { service, error, kept, other }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_another_tenant_gives_the_call_back() {
    let Refused { service, error, kept, .. } = refused_by_another_tenant().await;
    assert_eq!((error.outcome(), service.count()), (Unknown, 0), "{error}");
    assert_eq!(error.unsent_call(), Some(&kept));
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_state_that_the_tenant_is_the_same() {
    let Refused { service, error, other, .. } = refused_by_another_tenant().await;
    let back = error.unsent_call().unwrap().clone();
    other.resume::<CreatePayment>(back).same_tenant().await.unwrap();
    assert_eq!(service.count(), 1);
}

/// It is stated of the tenant, and of nothing else.
#[tokio::test(start_paused = true)]
async fn the_same_tenant_does_not_make_a_call_younger() {
    let Refused { service, kept, other, .. } = refused_by_another_tenant().await;
    tokio::time::sleep(hours(25)).await;
    let error = other.resume::<CreatePayment>(kept.clone()).same_tenant().await.unwrap_err();
    assert_eq!((error.outcome(), service.count()), (Unknown, 0), "{error}");
    assert_eq!(error.unsent_call(), Some(&kept));
}

/// Each way to refuse a kept call.
#[tokio::test(start_paused = true)]
async fn every_refusal_gives_the_call_back() {
    let (service, hands) = (Service::default(), Hands::begin());
    let client = fetching_builder(&service, &hands).build().unwrap();
    let kept = lost_call(&service, &client, Operation::Payment).await;
    service.forget();
    service.stay(paid());
    let error = client.resume::<zuora_payments::operations::CreateAuthorization>(kept.clone()).await.unwrap_err();
    assert_eq!(error.unsent_call(), Some(&kept), "another operation: {error}");
    let zero = client.resume::<CreatePayment>(kept.clone()).total_timeout(Duration::ZERO).await;
    if let Err(error) = zero {
        assert_eq!(error.unsent_call(), Some(&kept), "no time: {error}");
    }
    service.forget();
    tokio::time::sleep(hours(25)).await;
    let error = client.resume::<CreatePayment>(kept.clone()).await.unwrap_err();
    assert_eq!((error.outcome(), service.count()), (Unknown, 0), "too old: {error}");
    assert_eq!(error.unsent_call(), Some(&kept), "too old: {error}");
}

/// An error of a call that was sent is resumed by what it holds itself.
#[tokio::test(start_paused = true)]
async fn what_is_refused_by_nobody_has_no_kept_call() {
    let (service, hands) = (Service::of([refusal(ID)]), Hands::begin());
    let client = builder(&service, &hands).build().unwrap();
    let error = Operation::Payment.call(&client, ACCOUNT).send().await.unwrap_err();
    assert_eq!(error.unsent_call(), None);
}
