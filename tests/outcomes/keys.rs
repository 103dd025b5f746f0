//! Keys and time: how old a key is, and what follows from it.

use std::time::Duration;

use sdk_tests::calls::{ACCOUNT, Operation, resume};
use zuora_payments::Outcome::{NotSent, Rejected, Unknown};
use zuora_payments::{Client, RetryPolicy};

use crate::bodies::{ID, PAID, category};
use crate::harness::{
    ATTEMPTS, Hands, Reply, Service, builder, client, fetching_builder, hours, key, lost_call, seconds, token,
};

fn paid() -> Reply {
    Reply::json(200, PAID)
}

fn refusal() -> Reply {
    Reply::json(400, category("22", Some(ID)))
}

/// A client with its service and its clock.
struct Stage {
    service: Service,
    hands: Hands,
    client: Client,
}

impl Stage {
    fn new() -> Self {
        let (service, hands) = (Service::default(), Hands::begin());
        let client = builder(&service, &hands).build().unwrap();
        Self { service, hands, client }
    }

    /// Returns another process, with the same credentials and a clock that agrees.
    fn another_process(&self) -> Client {
        builder(&self.service, &self.hands).build().unwrap()
    }
}

/// Returns a key of the caller's, of which nobody says when it was used first.
async fn with_an_undated_key(replies: impl IntoIterator<Item = Reply>) -> (sdk_tests::calls::Ended, usize, usize) {
    let service = Service::of(replies);
    let client = fetching_builder(&service, &Hands::begin()).build().unwrap();
    let call = Operation::Payment.call(&client, ACCOUNT).idempotency_key(key("order-4711"));
    let ended = call.send().await;
    (ended, service.count(), service.token_count())
}

#[tokio::test(start_paused = true)]
async fn an_undated_key_is_attempted_once() {
    let rows = [
        ("lost", Reply::lost()),
        ("lost behind the head", Reply::body_lost(200)),
        ("silence", Reply::silence()),
        ("429", Reply::empty(429)),
        ("408", Reply::empty(408)),
        ("503", Reply::empty(503)),
        ("409", Reply::empty(409)),
        ("category 50", Reply::json(409, category("50", Some(ID)))),
        ("category 22", refusal()),
        ("404", Reply::empty(404)),
        ("category 60", Reply::json(500, category("60", Some(ID)))),
        ("422", Reply::empty(422)),
    ];
    for (name, reply) in rows {
        let (ended, requests, _) = with_an_undated_key([reply, paid()]).await;
        let error = ended.map(|_| ()).expect_err(name);
        assert_eq!((error.outcome(), requests), (Unknown, 1), "{name}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_undated_key_is_repeated_after_no_connection_and_for_a_new_token() {
    let (ended, requests, _) = with_an_undated_key([Reply::no_connection(), paid()]).await;
    assert_eq!((ended.is_ok(), requests), (true, 2), "no connection");
    let (ended, requests, tokens) = with_an_undated_key([Reply::empty(401), paid()]).await;
    assert_eq!((ended.is_ok(), requests, tokens), (true, 2, 2), "a new token");
    let (ended, requests, _) = with_an_undated_key([Reply::empty(401), Reply::empty(401)]).await;
    assert_eq!((ended.unwrap_err().outcome(), requests), (Unknown, 2), "no better token");
    let (ended, _, _) = with_an_undated_key([Reply::no_connection(), Reply::empty(404)]).await;
    assert_eq!(ended.unwrap_err().outcome(), Unknown, "no connection, then 404");
    // This says of the call that it was not sent, and nothing of an earlier one under its key.
    let (ended, requests, _) = with_an_undated_key([]).await;
    assert_eq!((ended.unwrap_err().outcome(), requests), (NotSent, ATTEMPTS as usize), "never a connection");
    let (ended, requests, _) = with_an_undated_key([paid()]).await;
    assert_eq!((ended.is_ok(), requests), (true, 1), "a success");
}

/// Two effects by the repetition of one call: its key's day ended between the two.
#[tokio::test(start_paused = true)]
async fn nothing_is_repeated_beyond_the_end_of_the_keys_day() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    stage.service.forget();
    tokio::time::sleep(hours(24) - seconds(30)).await;
    // The first attempt ends after the key was forgotten; a second one would be a second payment.
    stage.service.add([Reply::lost().after(seconds(60)), paid()]);
    let error = resume(&stage.another_process(), kept).await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{error}");
    assert!(stage.service.count() <= 1, "{} requests", stage.service.count());
}

/// The same by one of the caller's own keys, whose first use nobody told.
#[tokio::test(start_paused = true)]
async fn a_callers_key_is_not_repeated_when_its_day_may_have_ended() {
    let (ended, requests, _) = with_an_undated_key([Reply::lost().after(seconds(60)), paid()]).await;
    assert_eq!((ended.unwrap_err().outcome(), requests), (Unknown, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_resumed_within_a_day_and_not_after_it() {
    for (age, resumed) in
        [(hours(1), true), (hours(20), true), (hours(24), false), (hours(25), false), (hours(99), false)]
    {
        let stage = Stage::new();
        let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
        stage.service.forget();
        tokio::time::sleep(age).await;
        stage.service.stay(paid());
        let ended = resume(&stage.another_process(), kept).await;
        assert_eq!((ended.is_ok(), stage.service.count()), (resumed, usize::from(resumed)), "{age:?}");
        if let Err(error) = ended {
            assert_eq!(error.outcome(), Unknown, "it may have acted when it was sent first: {error}");
        }
    }
}

/// The day begins when the call is kept, for the original as well.
#[tokio::test(start_paused = true)]
async fn a_call_that_was_kept_before_it_was_sent_dates_from_the_keeping() {
    let stage = Stage::new();
    let call = Operation::Payment.call(&stage.client, ACCOUNT).retry(RetryPolicy::never());
    let kept = call.kept();
    tokio::time::sleep(hours(23)).await;
    stage.service.add([Reply::lost()]);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.outcome(), stage.service.count()), (Unknown, 1), "{error}");
    let sent = error.resumable();
    stage.service.forget();
    stage.service.stay(paid());
    tokio::time::sleep(hours(2)).await;
    for (name, kept) in [("before sending", Some(kept)), ("after sending", sent)] {
        let Some(kept) = kept else { continue };
        let error = resume(&stage.another_process(), kept).await.map(|_| ()).expect_err(name);
        assert_eq!((error.outcome(), stage.service.count()), (Unknown, 0), "{name}: {error}");
    }
}

/// A call that was kept and is sent after its day is not sent at all: who kept it may have resumed it before.
#[tokio::test(start_paused = true)]
async fn an_original_is_not_sent_beyond_its_day() {
    let stage = Stage::new();
    let call = Operation::Payment.call(&stage.client, ACCOUNT);
    let _kept = call.kept();
    stage.service.stay(paid());
    tokio::time::sleep(hours(25)).await;
    let ended = call.send().await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
}

/// Keeping a call is no attempt at it.
#[tokio::test(start_paused = true)]
async fn keeping_does_not_put_the_original_in_doubt() {
    let stage = Stage::new();
    let call = Operation::Payment.call(&stage.client, ACCOUNT);
    let kept = call.kept();
    stage.service.add([refusal()]);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.outcome(), stage.service.count()), (Rejected, 1), "{error}");
    // The copy does not know what became of the original.
    stage.service.forget();
    stage.service.add([refusal(), Reply::empty(404)]);
    let error = resume(&stage.client, kept).await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{error}");
}

/// A clock that is three hours ahead when the call is kept makes it look younger than it is.
#[tokio::test(start_paused = true)]
async fn a_clock_that_was_ahead_when_the_call_was_kept_lends_no_time() {
    for before_sending in [true, false] {
        let stage = Stage::new();
        stage.hands.set_ahead(3 * 3600);
        // A response brings the server's time.
        stage.service.add([paid().date(stage.hands.truth())]);
        Operation::Payment.call(&stage.client, ACCOUNT).send().await.unwrap();
        let kept = if before_sending {
            Operation::Payment.call(&stage.client, ACCOUNT).kept()
        } else {
            lost_call(&stage.service, &stage.client, Operation::Payment).await
        };
        stage.hands.set_ahead(0);
        tokio::time::sleep(hours(25)).await;
        stage.service.forget();
        stage.service.stay(paid());
        let ended = resume(&stage.another_process(), kept).await;
        assert_eq!((ended.is_err(), stage.service.count()), (true, 0), "before sending: {before_sending}");
    }
}

/// A clock that is behind when the call is resumed makes it look younger, too: the server's time is asked for first.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_behind_when_the_call_is_resumed_lends_no_time() {
    let (service, hands) = (Service::default(), Hands::begin());
    let first = fetching_builder(&service, &hands).build().unwrap();
    let kept = lost_call(&service, &first, Operation::Payment).await;
    tokio::time::sleep(hours(25)).await;
    hands.set_ahead(-2 * 3600);
    service.forget();
    service.stay(paid());
    let second = fetching_builder(&service, &hands).build().unwrap();
    service.add_token_replies([token().date(hands.truth())]);
    let ended = resume(&second, kept).await;
    assert_eq!((ended.is_err(), service.count()), (true, 0), "the token's response tells the time");
}

/// The latest time of the server counts; one that a replayed response carries does not turn it back.
#[tokio::test(start_paused = true)]
async fn the_servers_time_never_runs_backwards() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    let then = stage.hands.truth();
    tokio::time::sleep(hours(25)).await;
    stage.hands.set_ahead(-2 * 3600);
    let second = stage.another_process();
    stage.service.add([paid().date(stage.hands.truth()), paid().date(then)]);
    for _ in 0..2 {
        Operation::Payment.call(&second, ACCOUNT).send().await.unwrap();
    }
    stage.service.forget();
    stage.service.stay(paid());
    let ended = resume(&second, kept).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
}

/// In one process the monotonic clock goes on, whatever is done to the time of day.
#[tokio::test(start_paused = true)]
async fn the_time_of_day_turned_back_in_one_process_lends_no_time() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    tokio::time::sleep(hours(25)).await;
    stage.hands.set_ahead(-2 * 3600);
    stage.service.forget();
    stage.service.stay(paid());
    let ended = resume(&stage.client, kept).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
}

/// A call that was kept and sent while its clock jumps forward is not resumed too early, only too late.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_ahead_when_the_call_is_resumed_refuses() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    stage.service.forget();
    stage.service.stay(paid());
    stage.hands.set_ahead(25 * 3600);
    let ended = resume(&stage.another_process(), kept.clone()).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
    stage.hands.set_ahead(0);
    let ended = resume(&stage.another_process(), kept).await;
    assert_eq!((ended.is_ok(), stage.service.count()), (true, 1));
}

/// A process that died after it kept the call, and before it told what became of it.
#[tokio::test(start_paused = true)]
async fn a_call_that_was_kept_before_a_crash_begins_in_doubt() {
    let rows: [(&str, Vec<Reply>); 5] = [
        ("404", vec![Reply::empty(404)]),
        ("429", vec![Reply::empty(429); ATTEMPTS as usize]),
        ("401", vec![Reply::empty(401); 2]),
        ("no connection", vec![]),
        ("category 22 once, then no connection", vec![refusal()]),
    ];
    for (name, replies) in rows {
        let stage = Stage::new();
        let kept = Operation::Payment.call(&stage.client, ACCOUNT).kept();
        stage.service.add(replies);
        let error = resume(&stage.another_process(), kept).await.map(|_| ()).expect_err(name);
        assert_eq!(error.outcome(), Unknown, "{name}: {error}");
    }
}

/// Without a token nothing is sent, and what was sent before stays in doubt.
#[tokio::test(start_paused = true)]
async fn no_token() {
    let unreachable =
        [("no connection", Reply::no_connection()), ("503", Reply::empty(503)), ("401", Reply::empty(401))];
    for (name, reply) in unreachable {
        let (service, hands) = (Service::default(), Hands::begin());
        service.add_token_replies(vec![reply.clone(); 20]);
        let client = fetching_builder(&service, &hands).build().unwrap();
        let error = Operation::Payment.call(&client, ACCOUNT).send().await.map(|_| ()).expect_err(name);
        assert_eq!((error.outcome(), service.count()), (NotSent, 0), "{name}: {error}");

        let (service, hands) = (Service::default(), Hands::begin());
        let first = fetching_builder(&service, &hands).build().unwrap();
        let kept = lost_call(&service, &first, Operation::Payment).await;
        service.forget();
        service.add_token_replies(vec![reply; 20]);
        let second = fetching_builder(&service, &hands).build().unwrap();
        let error = resume(&second, kept).await.map(|_| ()).expect_err(name);
        assert_eq!((error.outcome(), service.count()), (Unknown, 0), "in doubt, {name}: {error}");
    }
}

/// Another tenant's client refuses before sending: its service does not know the key.
#[tokio::test(start_paused = true)]
async fn another_tenants_client_refuses_a_kept_call() {
    let (service, hands) = (Service::default(), Hands::begin());
    let mine = builder(&service, &hands).access_token("mine").build().unwrap();
    let by_token = lost_call(&service, &mine, Operation::Payment).await;
    let ours = || fetching_builder(&service, &hands);
    let by_credentials = lost_call(&service, &ours().build().unwrap(), Operation::Payment).await;
    let other_id = ours().client_credentials("00000000-7e1a-4bc6-9146-5e1b420306b5", "dOFENLWU193EEo").build().unwrap();
    let other_token = builder(&service, &hands).access_token("another").build().unwrap();
    service.forget();
    service.stay(paid());
    let rows = [
        ("another client ID", &other_id, &by_credentials),
        ("a token for credentials", &other_token, &by_credentials),
        ("another token", &other_token, &by_token),
        ("credentials for a token", &other_id, &by_token),
    ];
    for (name, client, kept) in rows {
        let error = resume(client, kept.clone()).await.map(|_| ()).expect_err(name);
        assert_eq!((error.outcome(), service.count()), (Unknown, 0), "{name}: {error}");
    }
    // The same client ID with another secret is the same tenant.
    let rotated = ours().client_credentials("b64e42ba-7e1a-4bc6-9146-5e1b420306b5", "another secret").build().unwrap();
    resume(&rotated, by_credentials).await.unwrap();
    resume(&mine, by_token).await.unwrap();
    assert_eq!(service.count(), 2);
}

/// The call that is resumed is the call that was sent.
#[tokio::test(start_paused = true)]
async fn a_resumed_call_sends_the_same_bytes_under_the_same_key() {
    for operation in Operation::ALL {
        let service = Service::default();
        let client = client(&service);
        let kept = lost_call(&service, &client, operation).await;
        service.add([Reply::lost(), Reply::json(200, crate::bodies::good(operation))]);
        resume(&client, kept.clone()).await.unwrap();
        let requests = service.requests();
        assert_eq!(requests.len(), 3);
        for request in &requests {
            assert_eq!(request.body, requests[0].body);
            assert_eq!(request.header("idempotency-key"), Some(kept.idempotency_key().as_str()));
        }
    }
}

/// Time that passes within a call is part of the key's age.
#[tokio::test(start_paused = true)]
async fn a_call_that_takes_very_long_stops_before_its_keys_day_ends() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    stage.service.forget();
    tokio::time::sleep(hours(20)).await;
    stage.service.add([Reply::lost().after(hours(5)), paid()]);
    let patient = Duration::from_secs(50 * 3600);
    let second = builder(&stage.service, &stage.hands).attempt_timeout(patient).total_timeout(patient).build().unwrap();
    let error = resume(&second, kept).await.unwrap_err();
    assert_eq!((error.outcome(), stage.service.count()), (Unknown, 1), "{error}");
}

/// A call that is kept again when its resumption was lost is as old as it was, and as doubtful.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_again_keeps_its_date_and_its_doubt() {
    let stage = Stage::new();
    let mut kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    for _ in 0..3 {
        tokio::time::sleep(hours(7)).await;
        stage.service.add(vec![Reply::empty(429); ATTEMPTS as usize]);
        let error = resume(&stage.another_process(), kept).await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{error}");
        kept = error.resumable().expect("it can be resumed still");
    }
    stage.service.add([Reply::empty(404)]);
    let error = resume(&stage.another_process(), kept.clone()).await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{error}");
    stage.service.forget();
    stage.service.stay(paid());
    tokio::time::sleep(hours(4)).await;
    let ended = resume(&stage.another_process(), kept).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0), "25 h after its first attempt");
}

/// Keeping a call twice does not make it younger.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_twice_dates_from_the_first_time() {
    let stage = Stage::new();
    let call = Operation::Payment.call(&stage.client, ACCOUNT).retry(RetryPolicy::never());
    let _first = call.kept();
    tokio::time::sleep(hours(10)).await;
    let second = call.kept();
    tokio::time::sleep(hours(15)).await;
    stage.service.stay(paid());
    let ended = resume(&stage.another_process(), second).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
}

/// What is sent in the last moments of the day can arrive after it.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_that_may_arrive_after_the_keys_day() {
    let stage = Stage::new();
    let kept = lost_call(&stage.service, &stage.client, Operation::Payment).await;
    tokio::time::sleep(hours(24) - seconds(1)).await;
    stage.service.forget();
    stage.service.stay(paid());
    let ended = resume(&stage.another_process(), kept).await;
    assert_eq!((ended.is_err(), stage.service.count()), (true, 0));
}

/// A key of the caller's is of unknown age, whether its call was kept before or not.
#[tokio::test(start_paused = true)]
async fn a_callers_key_begins_in_doubt_though_its_call_was_kept() {
    let stage = Stage::new();
    let call = Operation::Payment.call(&stage.client, ACCOUNT).idempotency_key(key("order-4711"));
    let _kept = call.kept();
    stage.service.add([Reply::empty(404)]);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.outcome(), stage.service.count()), (Unknown, 1), "{error}");
}
