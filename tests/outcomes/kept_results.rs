//! Repeat and compare: which failures are kept results, and which never are.

use sdk_tests::calls::{ACCOUNT, Call, Operation, resume};
use zuora_payments::Outcome::{Rejected, Unknown};
use zuora_payments::RetryPolicy;

use crate::bodies::{ID, OPEN_CATEGORIES, OTHER_ID, PAID, category, coded, good, result_code, result_code_and_reason};
use crate::degraded::Degradation;
use crate::harness::{Hands, Reply, Run, Service, builder, client, key, lost_call};

const REQUEST_ID: &str = "d7479cf6-b410-4630-b841-268ccd48f0d2";
const KEY: &str = "key-of-this-call";
const TRACK: &str = "order-4711";
const OTHER_REQUEST_ID: &str = "359b0b97-c59b-439d-be52-f004f4c5e817";

/// Returns a refusal: category 22 at status 400.
fn refusal(id: Option<&str>) -> Reply {
    Reply::json(400, category("22", id))
}

fn paid() -> Reply {
    Reply::json(200, PAID)
}

async fn run(replies: impl IntoIterator<Item = Reply>) -> Run {
    Run::of(Operation::Payment, replies).await
}

#[tokio::test(start_paused = true)]
async fn the_same_id_settles_and_another_or_none_does_not() {
    run([Reply::lost(), refusal(Some(ID)), refusal(Some(ID)), paid()]).await.failed(Rejected, 3, "the same ID");
    let two = run([Reply::lost(), refusal(Some(ID)), refusal(Some(OTHER_ID))]).await;
    two.failed_anyhow(Unknown, "another ID");
    run([Reply::lost(), refusal(None), refusal(None)]).await.failed_anyhow(Unknown, "no ID");
    run([Reply::lost(), refusal(Some(ID)), refusal(None)]).await.failed_anyhow(Unknown, "an ID and then none");
    run([Reply::lost(), refusal(Some("")), refusal(Some(""))]).await.failed_anyhow(Unknown, "an empty ID");
}

/// Each of the three places can hold the ID.
#[tokio::test(start_paused = true)]
async fn an_id_is_read_in_the_body_and_in_the_head() {
    let in_head = |id: &str| refusal(None).header("zuora-request-id", id);
    let in_body = |id: &str| {
        let body =
            format!(r#"{{"success": false, "requestId": "{id}", "reasons": [{{"code": 53000022, "message": "m"}}]}}"#);
        Reply::json(400, body)
    };
    let same = [Reply::lost(), in_head(REQUEST_ID), in_head(REQUEST_ID), paid()];
    run(same).await.failed(Rejected, 3, "the same ID in the head");
    let other = [Reply::lost(), in_head(REQUEST_ID), in_head(OTHER_REQUEST_ID)];
    run(other).await.failed_anyhow(Unknown, "another ID in the head");
    let same = [Reply::lost(), in_body(REQUEST_ID), in_body(REQUEST_ID), paid()];
    run(same).await.failed(Rejected, 3, "the same request ID in the body");
    let other = [Reply::lost(), in_body(REQUEST_ID), in_body(OTHER_REQUEST_ID)];
    run(other).await.failed_anyhow(Unknown, "another request ID in the body");
}

/// A text that was sent proves nothing: a hop or a framework may give it back as an ID.
#[tokio::test(start_paused = true)]
async fn a_text_that_was_sent_is_no_id() {
    for (text, in_head) in [(KEY, true), (KEY, false), (TRACK, true), (TRACK, false)] {
        let echoed = if in_head { refusal(None).header("zuora-request-id", text) } else { refusal(Some(text)) };
        let service = Service::of([Reply::lost()]);
        service.stay(echoed);
        let client = builder(&service, &Hands::begin()).idempotency_key_source(|| key(KEY)).build().unwrap();
        let Call::Payment(call) = Operation::Payment.call(&client, ACCOUNT) else { unreachable!("a payment") };
        let error = call.track_id(TRACK).await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{text} in the head: {in_head}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_code_stays_open_when_it_is_repeated() {
    for open in OPEN_CATEGORIES {
        for status in [200, 400, 500] {
            let said = Reply::json(status, category(open, Some(ID)));
            let name = format!("{status} category {open}");
            Run::staying(Operation::Payment, [Reply::lost()], said.clone()).await.failed_anyhow(Unknown, &name);
            // A call that was kept before, and asks the key.
            let service = Service::default();
            let client = client(&service);
            let kept = lost_call(&service, &client, Operation::Payment).await;
            service.stay(said);
            let error = resume(&client, kept.clone()).await.unwrap_err();
            assert_eq!(error.outcome(), Unknown, "{name}: {error}");
            let error = resume(&client, kept).await.unwrap_err();
            assert_eq!(error.outcome(), Unknown, "resumed twice, {name}: {error}");
        }
    }
}

/// What is refused before the key is looked at says nothing about the first attempt, however often it is said.
#[tokio::test(start_paused = true)]
async fn what_is_never_a_verdict() {
    let flag = format!(r#"{{"success": false, "processId": "{ID}"}}"#);
    let rows = [
        ("409 without a code", Reply::json(409, flag)),
        ("409 with an ID in the head", Reply::empty(409).header("zuora-request-id", REQUEST_ID)),
        ("422", Reply::json(422, category("22", Some(ID)))),
        ("401", Reply::json(401, category("22", Some(ID)))),
        ("403", Reply::json(403, category("22", Some(ID)))),
        ("429", Reply::json(429, category("22", Some(ID)))),
        ("category 10 at 200", Reply::json(200, category("10", Some(ID)))),
        ("category 10 at 403", Reply::json(403, category("10", Some(ID)))),
        ("category 11 at 200", Reply::json(200, category("11", Some(ID)))),
        ("category 11 at 401", Reply::json(401, coded("90000011", Some(ID)))),
        ("category 70 at 200", Reply::json(200, category("70", Some(ID)))),
        ("category 70 at 429", Reply::json(429, category("70", Some(ID)))),
        ("bare category 70", Reply::json(200, coded("70", Some(ID)))),
    ];
    for (name, said) in rows {
        let replies = [Reply::lost()];
        Run::staying(Operation::Payment, replies, said).await.failed_anyhow(Unknown, name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_door_refusal_between_two_asks_neither_settles_nor_cancels() {
    let between = [
        ("429", Reply::empty(429)),
        ("429 with the ID", Reply::json(429, category("70", Some(ID)))),
        ("401", Reply::empty(401)),
        ("no connection", Reply::no_connection()),
        ("409 without a code", Reply::empty(409)),
    ];
    for (name, door) in between {
        let replies = [Reply::lost(), refusal(Some(ID)), door.clone(), refusal(Some(ID)), paid()];
        run(replies).await.failed(Rejected, 4, &format!("does not cancel: {name}"));
        let replies = [Reply::lost(), refusal(Some(ID)), door, refusal(Some(OTHER_ID))];
        run(replies).await.failed_anyhow(Unknown, &format!("does not settle: {name}"));
    }
    let replies = [Reply::lost(), refusal(Some(ID)), Reply::empty(429), Reply::empty(429), Reply::empty(429)];
    run(replies).await.failed(Unknown, 5, "the second ask is never let in");
}

/// A code that is open in one of the two responses leaves the call open, though the ID is the same.
#[tokio::test(start_paused = true)]
async fn a_kept_result_keeps_its_own_meaning() {
    let open = || Reply::json(400, category("60", Some(ID)));
    run([Reply::lost(), refusal(Some(ID)), open()]).await.failed_anyhow(Unknown, "refused, then open");
    let locked = || Reply::json(409, category("50", Some(ID)));
    let kept = run([locked(), locked(), paid()]).await;
    kept.failed(Rejected, 2, "a lock that was kept");
    assert!(kept.error().is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_coded_409_at_the_first_attempt_is_no_refusal_yet() {
    let first = Reply::json(409, category("50", Some(ID)));
    let service = Service::of([first.clone()]);
    let client = client(&service);
    let once = Operation::Payment.call(&client, ACCOUNT).retry(RetryPolicy::never());
    assert_eq!(once.send().await.unwrap_err().outcome(), Unknown, "a hop may have repeated it");
    let kept = run([first.clone(), first, paid()]).await;
    kept.failed(Rejected, 2, "kept with the same ID");
    assert!(kept.error().is_retryable());
    let without = Reply::json(409, category("50", None));
    Run::staying(Operation::Payment, [], without).await.failed_anyhow(Unknown, "without an ID");
}

/// The gateway's verdict in a response that is otherwise an internal error.
#[tokio::test(start_paused = true)]
async fn a_whole_500_with_a_refusing_result_code_is_asked_about_once() {
    let held = || Reply::json(200, good(Operation::Authorization));
    let said = |id| Reply::json(500, result_code("1", id));
    let run = |replies: Vec<Reply>| Run::of(Operation::Authorization, replies);
    run(vec![said(Some(ID)), said(Some(ID)), held()]).await.failed(Rejected, 2, "kept");
    run(vec![said(Some(ID)), said(Some(OTHER_ID)), held()]).await.failed(Unknown, 2, "not kept");
    run(vec![said(Some(ID)), held()]).await.succeeded(2, "a success is one");
    run(vec![said(None), said(None)]).await.failed_anyhow(Unknown, "without an ID");
    let open = || Reply::json(500, result_code("11", Some(ID)));
    run(vec![open(), held()]).await.failed(Unknown, 1, "an open result code is not asked about");
    let reason = || Reply::json(500, category("22", Some(ID)));
    run(vec![reason(), reason()]).await.failed_anyhow(Unknown, "a reason is no result code");
    let whole = result_code("1", Some(ID));
    let cut = Reply::raw(500, whole.as_bytes()[..whole.len() - 1].to_vec()).header("content-type", "application/json");
    run(vec![cut.clone(), cut]).await.failed_anyhow(Unknown, "cut");
}

/// The result code goes before the reasons.
#[tokio::test(start_paused = true)]
async fn a_result_code_decides_before_reasons() {
    for status in [200, 400] {
        let name = format!("{status}");
        let declined = Reply::json(status, result_code_and_reason("1", "53000099", ID));
        Run::of(Operation::Authorization, [declined]).await.failed(Rejected, 1, &name);
        let open = Reply::json(status, result_code_and_reason("11", "53000030", ID));
        Run::of(Operation::Authorization, [open]).await.failed(Unknown, 1, &name);
    }
    // Only where the operation declares one.
    let stray = Reply::json(400, result_code_and_reason("1", "53000060", ID));
    Run::of(Operation::Payment, [stray]).await.failed(Unknown, 1, "a result code of a payment");
}

/// A call that was kept in doubt is settled by the same rules in another process.
#[tokio::test(start_paused = true)]
async fn a_resumed_call_is_settled_by_a_kept_result_only() {
    for operation in Operation::ALL {
        let service = Service::default();
        let client = client(&service);
        let kept = lost_call(&service, &client, operation).await;
        service.forget();
        service.add([refusal(Some(ID)), refusal(Some(ID))]);
        let error = resume(&client, kept.clone()).await.unwrap_err();
        assert_eq!((error.outcome(), service.count()), (Rejected, 2), "{operation:?}: {error}");
        service.forget();
        service.stay(refusal(None));
        let error = resume(&client, kept.clone()).await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{operation:?}: {error}");
        service.forget();
        service.stay(Reply::empty(404));
        let error = resume(&client, kept.clone()).await.unwrap_err();
        assert_eq!((error.outcome(), service.count()), (Unknown, 1), "{operation:?}: {error}");
        service.forget();
        service.stay(Reply::no_connection());
        let error = resume(&client, kept).await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{operation:?}: {error}");
    }
}

/// A repetition of which something was lost settles nothing, though its ID can be seen in the head.
#[tokio::test(start_paused = true)]
async fn a_degraded_repetition_settles_nothing() {
    let whole = || refusal(Some(ID)).header("zuora-request-id", REQUEST_ID);
    let body = category("22", Some(ID));
    for degradation in Degradation::ALL {
        // Packed as documented, or named otherwise, it may be read as it is.
        let is_whole = matches!(
            degradation,
            Degradation::Plain
                | Degradation::Gzip
                | Degradation::NoContentType
                | Degradation::NamedAsText
                | Degradation::NamedAsPage
                | Degradation::NamedInAnotherCharset
        );
        if is_whole {
            continue;
        }
        let again = degradation.reply(400, degradation.body(&body).unwrap()).header("zuora-request-id", REQUEST_ID);
        run([Reply::lost(), whole(), again]).await.failed_anyhow(Unknown, &format!("{degradation:?}"));
    }
    for end in 0..body.len() {
        let again = Reply::raw(400, body.as_bytes()[..end].to_vec()).header("zuora-request-id", REQUEST_ID);
        let again = again.header("content-type", "application/json");
        run([Reply::lost(), whole(), again]).await.failed_anyhow(Unknown, &format!("cut at {end}"));
    }
}

/// A hop that numbers each response does not hide what the service says.
#[tokio::test(start_paused = true)]
async fn the_same_id_in_the_body_settles_beside_another_one_in_the_head() {
    let said = |id: &str| refusal(Some(ID)).header("zuora-request-id", id);
    let replies = [Reply::lost(), said(REQUEST_ID), said(OTHER_REQUEST_ID), paid()];
    run(replies).await.failed(Rejected, 3, "the process ID is the same");
}

/// A first result that succeeds late goes before every refusal that was heard.
#[tokio::test(start_paused = true)]
async fn a_success_after_refusals_is_a_success() {
    let rows = [
        vec![Reply::lost(), refusal(Some(ID)), refusal(Some(OTHER_ID)), paid()],
        vec![Reply::lost(), Reply::empty(409), Reply::empty(429), paid()],
        vec![Reply::json(409, category("50", Some(ID))), Reply::json(409, category("50", Some(OTHER_ID))), paid()],
        vec![Reply::lost(), Reply::empty(409), Reply::json(409, PAID)],
    ];
    for replies in rows {
        let requests = replies.len();
        run(replies).await.succeeded(requests, "a success at last");
    }
}
