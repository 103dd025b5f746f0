//! Calls that are sent again: what follows what, and when.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Client, GOOD, NewParcel, Parcel, SendParcel, TOKEN, builder};
use crate::observe::{AttemptReport, CallReport, Metrics};
use http::StatusCode;

use crate::codegen::{Call, Operation, Segment};
use crate::testing::ScriptedTransport;
use crate::{BoxFuture, ClientBuilder, Clock, ErrorKind, Outcome, RetryBudget, RetryPolicy, TransportError};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns a client that waits half of what it may.
fn patient(server: &ScriptedTransport) -> ClientBuilder<Client> {
    builder(server).access_token("fixed").retry(RetryPolicy::default()).random_source(|| u64::MAX / 2 + 1)
}

fn call(server: &ScriptedTransport) -> SendParcel {
    patient(server).build().unwrap().send_parcel("D1", &NewParcel::new(1))
}

#[tokio::test(start_paused = true)]
async fn every_attempt_sends_the_same_bytes_under_the_same_key() {
    let server = ScriptedTransport::new().interrupted().not_sent().json(503, "").json(429, "").json(200, GOOD);
    let start = Instant::now();
    let parcel = call(&server).await.unwrap();
    assert_eq!(parcel.attempts(), 5);
    assert_eq!(start.elapsed(), Duration::from_millis(500 + 1000 + 2000 + 4000));
    let requests = server.requests();
    assert_eq!(requests.len(), 5);
    for request in &requests {
        assert_eq!(request.header("idempotency-key"), Some("key-1"));
        assert_eq!((request.uri(), request.headers()), (requests[0].uri(), requests[0].headers()));
        assert_eq!(request.body(), requests[0].body());
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_by_which_the_call_failed_ends_it() {
    for (status, body) in [
        (400, ""),
        (404, ""),
        (422, ""),
        (302, ""),
        (200, r#"{"success": false}"#),
        (400, r#"{"reasons": [{"code": 53000022}]}"#),
        (500, r#"{"reasons": [{"code": 53000022}]}"#),
        (200, r#"{"success": false, "reasons": [{"code": 53000061}]}"#),
        (200, r#"{"success": false, "resultCode": "1"}"#),
        (200, "<html>"),
        (200, r#"{"success": true}"#),
    ] {
        let server = ScriptedTransport::new().json(status, body);
        let error = call(&server).await.unwrap_err();
        assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_key_only_what_surely_did_nothing_is_repeated() {
    let ping = |server: &ScriptedTransport| {
        let client = patient(server).build().unwrap();
        client.core.call(&super::POKE).send::<Parcel>()
    };
    for server in [ScriptedTransport::new().not_sent(), ScriptedTransport::new().json(429, "")] {
        assert_eq!(ping(&server.json(200, GOOD)).await.unwrap().attempts(), 2);
    }
    for server in [
        ScriptedTransport::new().interrupted(),
        ScriptedTransport::new().json(503, ""),
        ScriptedTransport::new().json(409, ""),
        ScriptedTransport::new().no_response(),
        ScriptedTransport::new().json(400, r#"{"reasons": [{"code": 53000050}]}"#),
        ScriptedTransport::new().json(500, r#"{"success": true, "reasons": [{"code": 70}]}"#),
    ] {
        let error = ping(&server.json(200, GOOD)).await.unwrap_err();
        assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Unknown));
        assert!(!error.is_retryable() && error.resumable().is_none());
    }
    // A safe method needs no key.
    let server = ScriptedTransport::new().interrupted().json(503, "").json(200, GOOD);
    let ping = patient(&server).build().unwrap().ping().header("X-Reason", "why");
    assert_eq!(ping.send::<Parcel>().await.unwrap().attempts(), 3);
}

/// The second of two requests may have another result than the first, so an idempotent method is repeated only on demand.
#[tokio::test(start_paused = true)]
async fn an_idempotent_method_is_repeated_on_demand() {
    static DROP: Operation = Operation::new("drop", "DELETE", &[Segment::Literal("/parcels/1")]);
    let gone = || ScriptedTransport::new().interrupted().json(404, "");
    let delete = |server: &ScriptedTransport, policy| {
        let client = patient(server).retry(policy).build().unwrap();
        client.core.call(&DROP).send::<Parcel>()
    };
    let error = delete(&gone(), RetryPolicy::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.outcome()), (ErrorKind::Interrupted, 1, Outcome::Unknown));
    let error = delete(&gone(), RetryPolicy::default().repeat_idempotent_methods()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.outcome()), (ErrorKind::Api, 2, Outcome::Unknown));
}

const LOCKED: &str = r#"{"reasons": [{"code": 53000050}], "processId": "P-50"}"#;
const REFUSED: &str = r#"{"reasons": [{"code": 53000022}], "processId": "P-22"}"#;

#[tokio::test(start_paused = true)]
#[allow(clippy::too_many_lines, reason = "one row for each sequence of responses")]
async fn doubt_stays_until_a_verdict() {
    let doubt = || ScriptedTransport::new().interrupted();
    let lost = |server: ScriptedTransport| server.not_sent().not_sent().not_sent().not_sent();
    let without_id = r#"{"reasons": [{"code": 53000022}]}"#;
    let of_header = |server: ScriptedTransport, id| server.response(400, &[("X-Request-Id", id)], without_id);
    for (server, kind, outcome) in [
        // nothing that comes later tells what became of the first attempt
        (lost(doubt()), ErrorKind::Connect, Outcome::Unknown),
        (doubt().json(401, ""), ErrorKind::Api, Outcome::Unknown),
        (doubt().json(403, r#"{"reasons": [{"code": 53000010}]}"#), ErrorKind::Api, Outcome::Unknown),
        (doubt().json(404, "<html>"), ErrorKind::Api, Outcome::Unknown),
        (doubt().json(400, r#"{"reasons": [{"code": "odd"}]}"#), ErrorKind::Api, Outcome::Unknown),
        (doubt().json(422, REFUSED), ErrorKind::Api, Outcome::Unknown),
        // a refusal without an ID is compared with nothing
        (doubt().json(400, without_id), ErrorKind::Api, Outcome::Unknown),
        // the same refusal once more is the result that is kept
        (doubt().json(400, REFUSED).json(400, REFUSED), ErrorKind::Api, Outcome::Rejected),
        (of_header(of_header(doubt(), "R-1"), "R-1"), ErrorKind::Api, Outcome::Rejected),
        (
            doubt()
                .json(200, r#"{"success": false, "resultCode": 1, "processId": "P-7"}"#)
                .json(200, r#"{"success": false, "resultCode": 1, "processId": "P-7"}"#),
            ErrorKind::Declined,
            Outcome::Rejected,
        ),
        (ScriptedTransport::new().json(409, LOCKED).json(409, LOCKED), ErrorKind::Api, Outcome::Rejected),
        (
            ScriptedTransport::new()
                .json(200, r#"{"success": false, "reasons": [{"code": 53000050}], "requestId": "R-7"}"#)
                .json(200, r#"{"success": false, "reasons": [{"code": 53000050}], "requestId": "R-7"}"#),
            ErrorKind::Api,
            Outcome::Rejected,
        ),
        // a refusal at the door between two of them changes nothing
        (doubt().json(400, REFUSED).json(429, "").json(400, REFUSED), ErrorKind::Api, Outcome::Rejected),
        // one with another ID is another refusal
        (
            of_header(of_header(of_header(of_header(doubt(), "R-1"), "R-2"), "R-3"), "R-4"),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        // an ID that repeats what was sent is none
        (of_header(doubt(), "key-1"), ErrorKind::Api, Outcome::Unknown),
        (of_header(doubt(), "D1"), ErrorKind::Api, Outcome::Unknown),
        // what is open when it is said once, stays so when it is repeated
        (
            doubt().json(400, r#"{"reasons": [{"code": 53000060}], "processId": "P-7"}"#),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        // a failure of the service's own with a code that refuses is asked about once
        (
            ScriptedTransport::new()
                .json(500, r#"{"resultCode": 1, "processId": "P-7"}"#)
                .json(500, r#"{"resultCode": 1, "processId": "P-7"}"#),
            ErrorKind::Declined,
            Outcome::Rejected,
        ),
        (
            ScriptedTransport::new()
                .json(500, r#"{"resultCode": 1, "processId": "P-7"}"#)
                .json(500, r#"{"resultCode": 1, "processId": "Q-7"}"#),
            ErrorKind::Declined,
            Outcome::Unknown,
        ),
        (ScriptedTransport::new().json(500, r#"{"resultCode": 1}"#), ErrorKind::Declined, Outcome::Unknown),
        // a lock beside a refusal at the door, or under its status, is no result
        (
            (0..5).fold(ScriptedTransport::new(), |server, _| {
                server.json(400, r#"{"reasons": [{"code": 53000050}, {"code": 53000010}], "processId": "P-7"}"#)
            }),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        (
            (0..5).fold(ScriptedTransport::new(), |server, _| {
                server.json(409, r#"{"reasons": [{"code": 70}], "processId": "P-7"}"#)
            }),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        // one ID with two codes is none
        (
            doubt()
                .json(400, r#"{"reasons": [{"code": 53000022}], "processId": "P-7"}"#)
                .json(400, r#"{"reasons": [{"code": "53000022"}, {"code": 53000022}], "processId": "P-7"}"#)
                .json(429, "")
                .json(403, ""),
            ErrorKind::Api,
            Outcome::Unknown,
        ),
        // what surely did nothing leaves no doubt behind, and the worst of it counts
        (
            ScriptedTransport::new().not_sent().json(429, "").response(404, &[("content-length", "0")], ""),
            ErrorKind::Api,
            Outcome::Rejected,
        ),
        (lost(ScriptedTransport::new().json(429, "")), ErrorKind::Connect, Outcome::Rejected),
        (lost(ScriptedTransport::new().not_sent()), ErrorKind::Connect, Outcome::NotSent),
    ] {
        let steps = server.remaining();
        let error = call(&server).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
        assert_eq!(error.attempts() as usize, steps, "{error}");
        let retryable = outcome == Outcome::NotSent || outcome == Outcome::Rejected && error.is_retryable();
        assert_eq!(error.is_retryable(), retryable);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_kept_is_worth_a_new_call() {
    let error = call(&ScriptedTransport::new().json(409, LOCKED).json(409, LOCKED)).await.unwrap_err();
    assert!(error.is_retryable() && error.resumable().is_none(), "{error}");
}

/// To ask again takes nothing from the budget.
#[tokio::test(start_paused = true)]
async fn asking_again_is_not_in_the_budget() {
    let server = ScriptedTransport::new().json(409, LOCKED).json(409, "").json(409, LOCKED);
    let client = patient(&server).retry_budget(RetryBudget::new(0, 1)).build().unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (2, Outcome::Unknown));
    assert!(error.to_string().contains("the client has used up its budget of retries"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_key_of_unknown_age_is_sent_once() {
    let undated = |server: &ScriptedTransport| call(server).0.idempotency_key(super::key("mine")).send::<Parcel>();
    for (server, outcome, attempts) in [
        (ScriptedTransport::new().json(409, LOCKED), Outcome::Unknown, 1),
        (ScriptedTransport::new().interrupted(), Outcome::Unknown, 1),
        (ScriptedTransport::new().json(400, REFUSED), Outcome::Unknown, 1),
        (ScriptedTransport::new().json(429, ""), Outcome::Unknown, 1),
        (ScriptedTransport::new().not_sent().json(503, ""), Outcome::Unknown, 2),
        (ScriptedTransport::new().not_sent(), Outcome::NotSent, 5),
    ] {
        let error = undated(&server).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (outcome, attempts), "{error}");
        assert!(error.resumable().is_none(), "{error}");
    }
    assert_eq!(undated(&ScriptedTransport::new().not_sent().json(200, GOOD)).await.unwrap().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_of_known_age_is_in_doubt_from_the_start() {
    let dated = |server: &ScriptedTransport, age| {
        let call = call(server).0.idempotency_key(super::key("mine"));
        call.key_first_used(SystemTime::now() - age).send::<Parcel>()
    };
    for (server, outcome) in [
        (ScriptedTransport::new().json(400, REFUSED).json(400, REFUSED), Outcome::Rejected),
        (ScriptedTransport::new().json(403, REFUSED), Outcome::Unknown),
    ] {
        let steps = server.remaining();
        let error = dated(&server, s(3600)).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts() as usize), (outcome, steps), "{error}");
    }
    let server = ScriptedTransport::new().json(200, GOOD);
    let error = dated(&server, s(25 * 3600)).await.unwrap_err();
    assert_eq!((error.outcome(), server.remaining()), (Outcome::Unknown, 1));
    assert!(error.to_string().contains("may be forgotten by the server"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_response_to_another_call_is_none() {
    let track = |server: ScriptedTransport, id| server.response(200, &[("x-track-id", id)], GOOD);
    let server = track(track(ScriptedTransport::new(), "other"), "key-1");
    assert_eq!(call(&server).await.unwrap().attempts(), 2);
    assert!(server.requests().iter().all(|request| request.header("x-track-id") == Some("key-1")));
    let error = call(&track(ScriptedTransport::new(), "other")).0.retry(RetryPolicy::never()).send::<Parcel>().await;
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.body()), (ErrorKind::Interrupted, Outcome::Unknown, None));
}

/// A response that is cut off, or too long, can be another call's as well.
#[tokio::test(start_paused = true)]
async fn a_part_of_a_response_to_another_call_is_none() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-track-id", "other".parse().unwrap());
    for fault in [
        TransportError::body_lost(StatusCode::TOO_MANY_REQUESTS, headers.clone(), "cut off"),
        TransportError::body_too_large(StatusCode::UNAUTHORIZED, headers.clone()),
    ] {
        let server = ScriptedTransport::new().fault(fault);
        let error = call(&server).0.retry(RetryPolicy::never()).send::<Parcel>().await.unwrap_err();
        assert_eq!((error.outcome(), error.track_id()), (Outcome::Unknown, None));
    }
}

/// What was sent before under a key of the caller's may have had its effect.
#[tokio::test(start_paused = true)]
async fn a_call_under_a_used_key_denies_nothing() {
    let refused = ScriptedTransport::new().not_sent();
    let undated = call(&refused).0.idempotency_key(super::key("mine")).retry(RetryPolicy::never());
    let error = undated.send::<Parcel>().await.unwrap_err();
    assert_eq!((error.outcome(), error.is_retryable()), (Outcome::NotSent, false));
    assert!(error.look_up().is_some());
    assert!(error.to_string().contains("call again with this idempotency key only"), "{error}");
    let server = ScriptedTransport::new();
    let dated = |call: Call| call.idempotency_key(super::key("mine")).key_first_used(SystemTime::now());
    let client = patient(&server).build().unwrap();
    let error = dated(client.send_parcel("", &NewParcel::new(1)).0).send::<Parcel>().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::Unknown));
    // Another key has no date.
    let other = dated(client.send_parcel("D1", &NewParcel::new(1)).0).idempotency_key(super::key("other"));
    let error = other.key_first_used(SystemTime::now() + s(3600)).send::<Parcel>().await.unwrap_err();
    assert!(error.to_string().contains("first use of the key lies ahead"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_kept_is_not_changed() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let made = call(&server).0;
    made.resumable().unwrap();
    let error = made.header("X-Tenant", "south").send::<Parcel>().await.unwrap_err();
    assert_eq!((error.outcome(), server.remaining()), (Outcome::NotSent, 1));
    assert!(error.to_string().contains("was changed after it was made resumable"), "{error}");
    let made = call(&server).0;
    made.resumable().unwrap();
    made.resumable().unwrap();
    made.header("X-Tenant", "south").resumable().unwrap_err();
}

/// An attempt that breaks off would only leave the call in doubt, so none begins with little time left.
#[tokio::test(start_paused = true)]
async fn an_attempt_needs_time() {
    let late = |server: ScriptedTransport| server.response(429, &[("retry-after", "291")], "").json(200, GOOD);
    let error = call(&late(ScriptedTransport::new())).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Rejected));
    let in_doubt = ScriptedTransport::new().response(503, &[("retry-after", "291")], "").json(200, GOOD);
    assert_eq!(call(&in_doubt).await.unwrap().attempts(), 2);
    let short = |server: &ScriptedTransport| call(server).0.total_timeout(s(4)).send::<Parcel>();
    let server = ScriptedTransport::new().response(429, &[("retry-after", "1")], "").json(200, GOOD);
    assert_eq!(short(&server).await.unwrap().attempts(), 2);
    let server = ScriptedTransport::new().response(429, &[("retry-after", "2")], "").json(200, GOOD);
    assert_eq!(short(&server).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once() {
    let with_credentials = |server: &ScriptedTransport| {
        let client = patient(server).client_credentials("id", "secret").build().unwrap();
        client.send_parcel("D1", &NewParcel::new(1))
    };
    for refusal in [(401, ""), (200, r#"{"success": false, "reasons": [{"code": "90000011"}]}"#)] {
        let server = ScriptedTransport::new().json(200, TOKEN).json(refusal.0, refusal.1);
        let server = server.json(200, TOKEN.replace("tok-1", "tok-2")).json(200, GOOD);
        let start = Instant::now();
        assert_eq!(with_credentials(&server).await.unwrap().attempts(), 2);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(server.requests()[3].header("authorization"), Some("Bearer tok-2"));
    }
    let server = ScriptedTransport::new().json(200, TOKEN).json(401, "").json(200, TOKEN).json(401, "").json(200, GOOD);
    let error = with_credentials(&server).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome(), error.is_retryable()), (2, Outcome::Rejected, false));
    // A token of the caller's cannot be renewed.
    let server = ScriptedTransport::new().json(401, "").json(200, GOOD);
    let error = call(&server).await.unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_leaves_nothing_in_the_response_that_follows() {
    let refusal = r#"{"success": false, "secret": "old", "other": 1, "reasons": [{"code": "90000011"}]}"#;
    let server = ScriptedTransport::new().json(200, TOKEN).json(200, refusal).json(200, TOKEN).json(200, GOOD);
    let client = patient(&server).client_credentials("id", "secret").build().unwrap();
    let parcel = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    assert_eq!((parcel.number.as_deref(), &parcel.secret, parcel.extra.len()), (Some("P-1"), &None, 1));
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait() {
    for (headers, waited) in [
        (&[("retry-after", "17")][..], Duration::from_secs(17)),
        (&[("retry-after", "0")], Duration::from_millis(500)),
        (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "40")], s(40)),
        (&[("ratelimit-remaining", "1"), ("ratelimit-reset", "40")], Duration::from_millis(500)),
        (
            &[("retry-after", "Sun, 22 Nov 2026 12:00:45 GMT"), ("date", "Sun, 22 Nov 2026 12:00:00 GMT")],
            Duration::from_secs(45),
        ),
    ] {
        for status in [429, 503] {
            let server = ScriptedTransport::new().response(status, headers, "").json(200, GOOD);
            let start = Instant::now();
            call(&server).await.unwrap();
            assert_eq!(start.elapsed(), waited, "{status} {headers:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_total_timeout_is_not_begun() {
    let server = ScriptedTransport::new().response(429, &[("retry-after", "301")], "").json(200, GOOD);
    let start = Instant::now();
    let error = call(&server).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!((error.attempts(), error.outcome(), error.retry_after()), (1, Outcome::Rejected, Some(s(301))));
    assert_eq!(
        error.to_string(),
        "sendParcel failed: the server responded with 429 Too Many Requests; the next attempt would have to wait 301 s, longer than the call \
         has; the server did not act on the call; wait, then make a new call (idempotency key key-1)"
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_and_time_run_out() {
    let silent = || (0..9).fold(ScriptedTransport::new(), |server, _| server.no_response());
    let start = Instant::now();
    let error = call(&silent()).await.unwrap_err();
    // Two attempts of 130 s, waits of 0.5 and 1 s, and what is left for the third.
    assert_eq!((start.elapsed(), error.attempts()), (s(300), 3));
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
    assert_eq!(
        error.to_string(),
        "sendParcel failed: no response came within the total timeout of 300 s; that was attempt 3; the server may have acted on the \
         call; do not make a new call, resume this one: the same request with the same idempotency key finds out, within 24 h of the key's first use \
         (idempotency key key-1)"
    );
    let hasty = call(&silent()).0.attempt_timeout(s(1)).retry(RetryPolicy::default().max_attempts(2));
    let error = hasty.send::<Parcel>().await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("within the attempt timeout of 1 s; that was attempt 2; "), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_budget_bounds_the_retries_of_all_calls() {
    let faults = (0..4).fold(ScriptedTransport::new(), |server, _| server.not_sent());
    let server = faults.json(200, GOOD).json(200, GOOD).not_sent().json(200, GOOD).not_sent();
    let client = patient(&server).retry_budget(RetryBudget::new(3, 2)).build().unwrap();
    let send = |client: &Client| client.send_parcel("D1", &NewParcel::new(1));
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert!(error.to_string().contains("the client has used up its budget of retries"), "{error}");
    // Two successes bring one back, for clones as well.
    for _ in 0..2 {
        send(&client.clone()).await.unwrap();
    }
    assert_eq!(send(&client).await.unwrap().attempts(), 2);
    assert_eq!(send(&client).await.unwrap_err().attempts(), 1);
    let beyond = send(&client).0.retry(RetryPolicy::default().ignore_budget());
    assert_eq!(beyond.send::<Parcel>().await.unwrap_err().attempts(), 5);
}

/// The limit is fair: requests get permits in order, and one that stops waiting takes none.
#[tokio::test(start_paused = true)]
async fn simultaneous_requests_can_be_limited() {
    let server = (0..6).fold(ScriptedTransport::new(), |server, _| server.json(200, GOOD).after(s(10)));
    let client = patient(&server).max_concurrent_requests(2).build().unwrap();
    let ended = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let calls = (0..7).map(|number| {
        let (client, ended) = (client.clone(), Arc::clone(&ended));
        async move {
            let call = client.send_parcel("D1", &NewParcel::new(number + 1)).0;
            // The third gives up before it is its turn.
            let call = if number == 2 { call.total_timeout(s(5)) } else { call };
            let outcome = call.send::<Parcel>().await.map_err(|error| (error.outcome(), error.to_string()));
            ended.lock().unwrap().push((number, start.elapsed().as_secs(), outcome.map(drop)));
        }
    });
    let calls: tokio::task::JoinSet<_> = calls.collect();
    calls.join_all().await;
    let mut ended = Arc::try_unwrap(ended).unwrap().into_inner().unwrap();
    let (_, _, given_up) = ended.remove(0);
    let (outcome, sentence) = given_up.unwrap_err();
    assert_eq!(outcome, Outcome::NotSent);
    assert!(sentence.contains("used up its concurrency within the total timeout of 5 s"), "{sentence}");
    let mut when: Vec<_> = ended.iter().map(|(number, at, _)| (*at, *number)).collect();
    when.sort_unstable();
    assert_eq!(when, [(10, 0), (10, 1), (20, 3), (20, 4), (30, 5), (30, 6)]);
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_dropped_at_any_time() {
    for after in [s(0), Duration::from_millis(1), s(1), Duration::from_millis(1200), s(3), s(5)] {
        let server = ScriptedTransport::new().json(200, TOKEN).after(s(1)).interrupted().json(200, GOOD).after(s(2));
        let server = (0..3).fold(server, |server, _| server.json(200, GOOD));
        let client = patient(&server).client_credentials("id", "secret").max_concurrent_requests(1).build().unwrap();
        let dropped = client.send_parcel("D1", &NewParcel::new(1)).0.send::<Parcel>();
        let _ = tokio::time::timeout(after, dropped).await;
        let call = client.send_parcel("D1", &NewParcel::new(1)).0;
        call.total_timeout(s(20)).send::<Parcel>().await.unwrap();
        let tokens = server.requests().iter().filter(|request| request.header("authorization").is_none()).count();
        assert_eq!(tokens, 1, "{after:?}");
    }
}

/// A clock of the caller: time that passes only while a call waits.
#[derive(Clone, Default)]
struct Leaping(Arc<Mutex<Duration>>);

impl Clock for Leaping {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            // Whatever else is ready goes first.
            tokio::task::yield_now().await;
            *clock.0.lock().unwrap() += duration;
        })
    }
}

#[tokio::test]
async fn time_can_be_replaced() {
    let clock = Leaping::default();
    let server = ScriptedTransport::new().json(503, "").no_response().json(200, GOOD);
    let client = patient(&server).clock(clock.clone()).build().unwrap();
    let parcel = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    assert_eq!((parcel.attempts(), clock.elapsed()), (3, Duration::from_millis(500 + 130_000 + 1000)));
}

#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<String>>>);

impl Metrics for Record {
    fn attempt_ended(&self, attempt: &AttemptReport) {
        let AttemptReport { operation, number, duration, status, error_kind } = attempt;
        let status = status.map_or(0, |status| status.as_u16());
        let failure = error_kind.map(ErrorKind::as_str);
        self.0.lock().unwrap().push(format!("{operation} {number} {}s {status} {failure:?}", duration.as_secs()));
    }

    fn call_ended(&self, call: &CallReport<'_>) {
        let outcome = call.error().map(|error| error.outcome());
        let (attempts, seconds) = (call.attempts(), call.duration().as_secs());
        self.0.lock().unwrap().push(format!("{} ended: {attempts} {seconds}s {outcome:?}", call.operation()));
    }
}

#[tokio::test(start_paused = true)]
async fn measurements_are_taken() {
    let record = Record::default();
    let server = ScriptedTransport::new().json(503, "").after(s(2)).interrupted().json(200, GOOD);
    let server = server.response(400, &[("content-length", "0")], "").json(200, "");
    let client = patient(&server).metrics(record.clone()).build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    client.send_parcel("", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(
        *record.0.lock().unwrap(),
        [
            "sendParcel 1 2s 503 Some(\"api\")",
            "sendParcel 2 0s 0 Some(\"interrupted\")",
            "sendParcel 3 0s 200 None",
            "sendParcel ended: 3 3s None",
            "sendParcel 1 0s 400 Some(\"api\")",
            "sendParcel ended: 1 0s Some(Rejected)",
            "sendParcel 1 0s 200 Some(\"decode\")",
            "sendParcel ended: 1 0s Some(Unknown)",
            "sendParcel ended: 0 0s Some(NotSent)",
        ]
    );
}

#[tokio::test]
async fn what_the_document_does_not_know_is_told_by_its_place() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    let server = ScriptedTransport::new().json(200, r#"{"success": true, "number": "P-1", "colour": "canary"}"#);
    let many: String = (0..500).map(|index| format!(r#", "member{index}": 1"#)).collect();
    let server = server.json(200, format!(r#"{{"number": "P-1"{many}}}"#)).json(400, r#"{"colour": "canary"}"#);
    let client = patient(&server).on_drift(move |drift| hook.lock().unwrap().push(drift.to_string())).build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    assert_eq!(
        std::mem::take(&mut *told.lock().unwrap()),
        [
            "unknown field at /colour in a response of sendParcel",
            "unknown field at /success in a response of sendParcel"
        ]
    );
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    assert_eq!(told.lock().unwrap().len(), 100);
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(told.lock().unwrap().len(), 100);
}
