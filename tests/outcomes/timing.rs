//! Time and budget: an attempt begins only with enough time left, and asks after a received response are free.

use std::time::Duration;

use sdk_tests::calls::{ACCOUNT, Operation, resume};
use zuora_payments::Outcome::{self, Rejected, Unknown};
use zuora_payments::{Client, RetryBudget};

use crate::bodies::{ID, OTHER_ID, PAID, category};
use crate::harness::{Hands, Reply, Service, builder, lost_call};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn paid() -> Reply {
    Reply::json(200, PAID)
}

fn refusal(id: &str) -> Reply {
    Reply::json(400, category("22", Some(id)))
}

/// When the first response comes, and whether another attempt begins then.
struct Case {
    attempt: Duration,
    total: Duration,
    first: Reply,
    after: Duration,
    repeated: bool,
    outcome: Outcome,
}

async fn check(cases: impl IntoIterator<Item = Case>) {
    for Case { attempt, total, first, after, repeated, outcome } in cases {
        let service = Service::of([first.after(after), paid()]);
        let client = builder(&service, &Hands::begin()).attempt_timeout(attempt).total_timeout(total).build().unwrap();
        let ended = Operation::Payment.call(&client, ACCOUNT).send().await;
        let what = format!("{attempt:?} of {total:?}, after {after:?}");
        assert_eq!(service.count(), 1 + usize::from(repeated), "{what}");
        match ended {
            Ok(_) => assert!(repeated, "{what}"),
            Err(error) => assert_eq!((repeated, error.outcome()), (false, outcome), "{what}: {error}"),
        }
    }
}

/// Returns the case of an early refusal, which leaves no doubt.
fn door(attempt: Duration, total: Duration, after: Duration, repeated: bool) -> Case {
    Case { attempt, total, first: Reply::empty(429), after, repeated, outcome: Rejected }
}

/// Returns the case of a call in doubt, which uses every second.
fn doubt(attempt: Duration, total: Duration, after: Duration, repeated: bool) -> Case {
    Case { attempt, total, first: Reply::empty(503), after, repeated, outcome: Unknown }
}

#[tokio::test(start_paused = true)]
async fn not_in_doubt_an_attempt_needs_ten_seconds() {
    let (attempt, total) = (ms(60_000), ms(60_000));
    check([
        door(attempt, total, ms(1_000), true),
        door(attempt, total, ms(49_000), true),
        door(attempt, total, ms(51_000), false),
        door(attempt, total, ms(59_000), false),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn not_in_doubt_an_attempt_needs_no_more_than_its_timeout() {
    let (attempt, total) = (ms(3_000), ms(60_000));
    let first = Reply::empty(429).header("retry-after", "54");
    let late = Reply::empty(429).header("retry-after", "58");
    check([
        Case { attempt, total, first, after: ms(1_000), repeated: true, outcome: Rejected },
        Case { attempt, total, first: late, after: ms(1_000), repeated: false, outcome: Rejected },
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn not_in_doubt_an_attempt_needs_no_more_than_half_of_the_whole() {
    let (attempt, total) = (ms(8_000), ms(8_000));
    check([door(attempt, total, ms(3_500), true), door(attempt, total, ms(4_500), false)]).await;
}

#[tokio::test(start_paused = true)]
async fn in_doubt_an_attempt_needs_one_second() {
    let (attempt, total) = (ms(60_000), ms(60_000));
    check([
        doubt(attempt, total, ms(1_000), true),
        doubt(attempt, total, ms(51_000), true),
        doubt(attempt, total, ms(58_800), true),
        doubt(attempt, total, ms(59_200), false),
    ])
    .await;
}

/// A lost connection and silence leave doubt as a status does.
#[tokio::test(start_paused = true)]
async fn in_doubt_by_a_lost_connection_an_attempt_needs_one_second() {
    let (attempt, total) = (ms(60_000), ms(60_000));
    let lost = |after, repeated| Case { attempt, total, first: Reply::lost(), after, repeated, outcome: Unknown };
    check([lost(ms(55_000), true), lost(ms(59_500), false)]).await;
    let silence = |attempt, repeated| Case {
        attempt,
        total,
        first: Reply::silence(),
        after: Duration::ZERO,
        repeated,
        outcome: Unknown,
    };
    check([silence(ms(55_000), true), silence(ms(59_500), false)]).await;
}

/// Returns a client whose budget has this much for repetitions, and gets nothing back.
fn with_budget(service: &Service, most: u32) -> Client {
    builder(service, &Hands::begin()).retry_budget(RetryBudget::new(most, 1_000_000)).build().unwrap()
}

async fn pay(client: &Client) -> Result<(), Outcome> {
    Operation::Payment.call(client, ACCOUNT).send().await.map(|_| ()).map_err(|error| error.outcome())
}

/// Takes the one repetition that the budget had.
async fn spend(service: &Service, client: &Client) {
    service.add([Reply::lost(), paid()]);
    assert_eq!(pay(client).await, Ok(()));
    assert_eq!(service.count(), 2);
    service.forget();
}

#[tokio::test(start_paused = true)]
async fn asks_after_silence_take_from_the_budget() {
    for first in [Reply::lost(), Reply::body_lost(200), Reply::silence(), Reply::no_connection()] {
        let service = Service::default();
        let client = with_budget(&service, 1);
        service.add([first.clone(), paid()]);
        assert_eq!((pay(&client).await, service.count()), (Ok(()), 2), "{first:?}");
        service.forget();
        service.add([Reply::lost()]);
        assert_eq!((pay(&client).await, service.count()), (Err(Unknown), 1), "{first:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn asks_after_a_coded_response_take_nothing_from_the_budget() {
    let service = Service::default();
    let client = with_budget(&service, 1);
    spend(&service, &client).await;
    // Category 50 is asked about without a budget.
    let locked = || Reply::json(409, category("50", Some(ID)));
    service.add([locked(), locked()]);
    assert_eq!((pay(&client).await, service.count()), (Err(Rejected), 2));
    service.forget();
    service.add([locked(), paid()]);
    assert_eq!((pay(&client).await, service.count()), (Ok(()), 2));
    service.forget();
    // After silence there is none.
    service.add([Reply::lost()]);
    assert_eq!((pay(&client).await, service.count()), (Err(Unknown), 1));
}

/// The repetition after the loss takes the last of the budget, and the ask behind it takes nothing.
#[tokio::test(start_paused = true)]
async fn an_ask_in_doubt_takes_nothing_from_the_budget() {
    let service = Service::default();
    let client = with_budget(&service, 1);
    service.add([Reply::lost(), refusal(ID), refusal(ID)]);
    assert_eq!((pay(&client).await, service.count()), (Err(Rejected), 3));
    // A resumed call is in doubt from its beginning.
    let service = Service::default();
    let client = with_budget(&service, 1);
    let kept = lost_call(&service, &client, Operation::Payment).await;
    service.forget();
    spend(&service, &client).await;
    service.add([refusal(ID), refusal(ID)]);
    let error = resume(&client, kept).await.unwrap_err();
    assert_eq!((error.outcome(), service.count()), (Rejected, 2), "{error}");
}

/// All of them count as attempts.
#[tokio::test(start_paused = true)]
async fn asks_are_attempts() {
    let service = Service::of([Reply::lost(), refusal(OTHER_ID), refusal(ID), refusal(ID)]);
    let client = builder(&service, &Hands::begin()).build().unwrap();
    let error = Operation::Payment.call(&client, ACCOUNT).send().await.unwrap_err();
    assert_eq!(error.attempts() as usize, service.count(), "{error}");
    let service = Service::default();
    service.add([Reply::lost(), refusal(OTHER_ID), refusal(ID)]);
    let policy = crate::harness::patient().max_attempts(2);
    let client = builder(&service, &Hands::begin()).retry(policy).build().unwrap();
    let error = Operation::Payment.call(&client, ACCOUNT).send().await.unwrap_err();
    assert_eq!((error.outcome(), service.count()), (Unknown, 2), "no attempt is left to ask with");
}
