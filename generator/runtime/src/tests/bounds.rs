//! What a response may cost, whatever is in it.

use std::time::{Duration, Instant};

use super::call;
use crate::syntax::gzip;
use crate::testing::ScriptedTransport;
use crate::{Error, Outcome};

async fn error(server: ScriptedTransport) -> Error {
    call(&server).await.expect_err("an error")
}

fn failure(reasons: &str, count: usize) -> String {
    format!(r#"{{"success": false, "processId": "P-1", "reasons": [{}]}}"#, vec![reasons; count].join(","))
}

#[tokio::test]
async fn a_small_body_with_millions_of_reasons_costs_little() {
    for status in [200, 400, 401, 409, 500] {
        for reason in ["{}", "1", r#"{"code": 53000022}"#, "[[]]"] {
            let body = failure(reason, 5_000_000 / reason.len());
            let packed = gzip::pack(body.as_bytes());
            assert!(packed.len() < 64 * 1024);
            let start = Instant::now();
            let error = error(ScriptedTransport::new().response(status, &[("content-encoding", "gzip")], packed)).await;
            assert!(start.elapsed() < Duration::from_secs(5), "{status} {reason}: {:?}", start.elapsed());
            let expected = if status == 401 { Outcome::Rejected } else { Outcome::Unknown };
            assert_eq!(error.outcome(), expected, "{status} {reason}");
            assert!(error.reasons().len() <= 32 && error.to_string().len() < 4_000);
            assert!(error.body().unwrap().len() <= 256 * 1024);
        }
    }
}

#[tokio::test]
async fn the_first_reasons_are_kept_and_fewer_are_shown() {
    let few = error(ScriptedTransport::new().json(400, failure(r#"{"code": 53000022, "message": "m"}"#, 5))).await;
    assert!(few.reasons().len() == 5 && !few.to_string().contains("more"), "{few}");
    let many = error(ScriptedTransport::new().json(400, failure(r#"{"code": 53000022, "message": "m"}"#, 100))).await;
    assert_eq!((many.reasons().len(), many.outcome()), (32, Outcome::Rejected));
    let message = many.to_string();
    assert_eq!((message.matches("53000022").count(), message.contains(", and 95 more")), (5, true), "{message}");
}

/// Each reason counts for the outcome, also one that is not kept.
#[tokio::test]
async fn a_reason_beyond_those_that_are_kept_is_judged() {
    for (count, last, outcome) in [
        (40, "53000022", Outcome::Rejected),
        (40, "53000060", Outcome::Unknown),
        (255, "53000022", Outcome::Rejected),
        (256, "53000022", Outcome::Unknown),
        (1000, "53000060", Outcome::Unknown),
    ] {
        let body = failure(r#"{"code": 53000022}"#, count);
        let body = body.replace("}]}", &format!("}}, {{\"code\": {last}}}]}}"));
        let error = error(ScriptedTransport::new().json(400, body)).await;
        assert_eq!(error.outcome(), outcome, "{count} {last}");
    }
}

#[tokio::test]
async fn a_failure_that_is_too_large_proves_nothing() {
    for status in [200, 400] {
        for (length, outcome) in [(200 * 1024, Outcome::Rejected), (300 * 1024, Outcome::Unknown)] {
            let body = failure(r#"{"code": 53000022}"#, 1) + &" ".repeat(length);
            for (headers, bytes) in
                [(&[][..], body.clone().into()), (&[("content-encoding", "gzip")], gzip::pack(body.as_bytes()))]
            {
                let error = error(ScriptedTransport::new().response(status, headers, bytes)).await;
                assert_eq!(error.outcome(), outcome, "{status} {length} {headers:?}");
                assert!(error.body().unwrap().len() <= 256 * 1024);
            }
        }
    }
}

/// A success is not cut.
#[tokio::test]
async fn a_success_may_be_larger_than_a_failure() {
    for status in [200, 409] {
        let padding = "x".repeat(2 * 1024 * 1024);
        let body = format!(r#"{{"other": "{padding}", "number": "P-1", "success": true}}"#);
        let parcel = call(&ScriptedTransport::new().json(status, body)).await.unwrap();
        assert_eq!(parcel.number.as_deref(), Some("P-1"));
    }
}

/// A wait that is added to the present moment gives one that exists.
#[tokio::test]
async fn no_wait_is_beyond_what_a_clock_can_tell() {
    let digits = "9".repeat(200);
    for name in ["retry-after", "ratelimit-reset"] {
        for value in ["18446744073709551615", "99999999999999999999", &digits, "9223372036854775807.5", "-1", "1e9"] {
            let headers = [(name, value), ("ratelimit-remaining", "0")];
            let error = error(ScriptedTransport::new().response(429, &headers, "")).await;
            let waits = [error.retry_after(), error.rate_limit().unwrap().reset()];
            for wait in waits.into_iter().flatten() {
                assert!(wait <= Duration::from_secs(365 * 24 * 60 * 60), "{name} {value}: {wait:?}");
                let _ = Instant::now() + wait;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_moment_of_a_reset_is_waited_for() {
    let now = std::time::SystemTime::now();
    let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let (reset, date) = ((seconds + 20).to_string(), httpdate::fmt_http_date(now));
    let headers = [("ratelimit-remaining", "0"), ("ratelimit-reset", &*reset), ("date", &*date)];
    let server = ScriptedTransport::new().response(429, &headers, "").json(200, super::GOOD);
    let start = tokio::time::Instant::now();
    let patient = call(&server).0.retry(crate::RetryPolicy::default());
    let parcel = patient.send::<super::Parcel>().await.unwrap();
    assert_eq!((start.elapsed().as_secs(), parcel.attempts()), (20, 2));
}

/// Each ID is looked for in the request. What is far longer than any ID is none.
#[tokio::test]
async fn a_long_id_is_not_looked_for_in_a_large_request() {
    let depot = "A".repeat(60_000);
    let id = format!("{}B", "A".repeat(30_000));
    let body = format!(r#"{{"success": false, "processId": "{id}", "reasons": [{{"code": 53000022}}]}}"#);
    let client = super::client(&ScriptedTransport::new().json(400, body));
    let start = Instant::now();
    let error = client.send_parcel(&depot, &super::NewParcel::new(1)).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!((error.outcome(), error.process_id()), (Outcome::Rejected, None));
}
