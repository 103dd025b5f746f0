//! The table of evidence: what a call claims, and what is done next, where doubt is left from an earlier attempt and where
//! there is none.

use std::time::Duration;

use sdk_tests::calls::Operation;
use zuora_payments::Outcome::{self, NotSent, Rejected, Unknown};

use crate::bodies::{
    ID, OPEN_CATEGORIES, OPEN_RESULT_CODES, OTHER_ID, REFUSING_CATEGORIES, REFUSING_RESULT_CODES, UNKNOWN_CODES,
    category, coded, good, result_code, status,
};
use crate::degraded::closed_before_the_body as closed_before_the_body_of;
use crate::harness::{ATTEMPTS, Reply, Run, seconds};

/// What an attempt saw.
struct Evidence {
    name: String,
    operation: Operation,
    reply: Reply,
}

impl Evidence {
    fn new(name: impl Into<String>, reply: Reply) -> Self {
        Self { name: name.into(), operation: Operation::Payment, reply }
    }

    fn of(operation: Operation, name: impl Into<String>, reply: Reply) -> Self {
        Self { name: name.into(), operation, reply }
    }

    fn then_success(&self) -> [Reply; 2] {
        [self.reply.clone(), Reply::json(200, good(self.operation))]
    }

    fn lost_before_and_then_success(&self) -> [Reply; 3] {
        let [first, second] = self.then_success();
        [Reply::lost(), first, second]
    }

    /// Expects another attempt; the outcome counts where no attempt is left.
    async fn leads_to_another_attempt(&self, fresh: Outcome, in_doubt: Outcome) {
        let (name, operation) = (&self.name, self.operation);
        Run::of(operation, self.then_success()).await.succeeded(2, name);
        Run::of(operation, self.lost_before_and_then_success()).await.succeeded(3, name);
        let last = Run::staying(operation, [], self.reply.clone()).await;
        last.failed(fresh, ATTEMPTS as usize, name);
        let last = Run::staying(operation, [Reply::lost()], self.reply.clone()).await;
        last.failed(in_doubt, ATTEMPTS as usize, &format!("in doubt: {name}"));
    }

    /// Expects that the call ends.
    async fn ends_the_call(&self, fresh: Outcome, in_doubt: Outcome) -> [Run; 2] {
        let (name, operation) = (&self.name, self.operation);
        let first = Run::of(operation, self.then_success()).await;
        first.failed(fresh, 1, name);
        let second = Run::of(operation, self.lost_before_and_then_success()).await;
        second.failed(in_doubt, 2, &format!("in doubt: {name}"));
        [first, second]
    }
}

#[tokio::test(start_paused = true)]
async fn no_connection() {
    let evidence = Evidence::new("no connection", Reply::no_connection());
    evidence.leads_to_another_attempt(NotSent, Unknown).await;
}

#[tokio::test(start_paused = true)]
async fn no_response_or_one_that_says_nothing() {
    let mut rows = vec![
        Evidence::new("lost", Reply::lost()),
        Evidence::new("lost behind the head of a 400", Reply::body_lost(400)),
        Evidence::new("lost behind the head of a 200", Reply::body_lost(200)),
    ];
    for status in [408, 425, 444, 460, 499, 500, 502, 503, 504] {
        rows.push(Evidence::new(format!("empty {status}"), Reply::empty(status)));
        rows.push(Evidence::new(format!("{status} without a length"), Reply::raw(status, "")));
        let page = Reply::raw(status, "<html>").header("content-type", "text/html");
        rows.push(Evidence::new(format!("page of a {status}"), page));
    }
    for evidence in rows {
        evidence.leads_to_another_attempt(Unknown, Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn no_response_in_time() {
    let evidence = Evidence::new("silence", Reply::silence());
    Run::of(Operation::Payment, evidence.then_success()).await.succeeded(2, "silence");
    Run::of(Operation::Payment, evidence.lost_before_and_then_success()).await.succeeded(3, "silence");
    Run::staying(Operation::Payment, [], Reply::silence()).await.failed_anyhow(Unknown, "silence");
    Run::staying(Operation::Payment, [Reply::lost()], Reply::silence()).await.failed_anyhow(Unknown, "silence");
}

#[tokio::test(start_paused = true)]
async fn status_429() {
    let bodies = [coded("70", None), category("70", Some(ID)), category("60", Some(ID)), category("22", Some(ID))];
    for body in bodies {
        for operation in Operation::ALL {
            let evidence = Evidence::of(operation, format!("429 {body}"), Reply::json(429, body.clone()));
            evidence.leads_to_another_attempt(Rejected, Unknown).await;
        }
    }
    let evidence = Evidence::new("429 without a body", Reply::raw(429, ""));
    evidence.leads_to_another_attempt(Rejected, Unknown).await;
    let waits = Reply::empty(429).header("retry-after", "7");
    let run = Run::of(Operation::Payment, [waits, Reply::json(200, good(Operation::Payment))]).await;
    run.succeeded(2, "429 with a wait");
    assert!(run.took >= seconds(7) && run.took < seconds(20), "{:?}", run.took);
}

/// The category of the rate limiter goes with HTTP 200, too.
#[tokio::test(start_paused = true)]
async fn category_70_at_status_200() {
    for body in [coded("70", None), category("70", None), category("70", Some(ID))] {
        let evidence = Evidence::new(format!("200 {body}"), Reply::json(200, body));
        evidence.leads_to_another_attempt(Rejected, Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn status_401() {
    let bodies = [
        r#"{"message": "Authentication error"}"#.to_owned(),
        coded("90000011", None),
        coded("\"90000011\"", Some(ID)),
        category("60", Some(ID)),
        category("22", Some(ID)),
        String::new(),
        "<html>".to_owned(),
    ];
    for body in bodies {
        for operation in Operation::ALL {
            let name = format!("401 {body}");
            let evidence = Evidence::of(operation, &name, Reply::json(401, body.clone()));
            let run = Run::of(operation, evidence.then_success()).await;
            run.succeeded(2, &name);
            assert_eq!(run.tokens, 2, "a new token, {name}");
            let run = Run::staying(operation, [], evidence.reply.clone()).await;
            run.failed(Rejected, 2, &name);
            assert_eq!(run.tokens, 2, "a new token once, {name}");
            Run::of(operation, evidence.lost_before_and_then_success()).await.succeeded(3, &name);
            let run = Run::staying(operation, [Reply::lost()], evidence.reply.clone()).await;
            run.failed(Unknown, 3, &format!("in doubt: {name}"));
        }
    }
}

/// The statuses of the door, with the two bodies that explain why they have no code.
#[tokio::test(start_paused = true)]
async fn listed_statuses_without_a_code() {
    let mut rows = Vec::new();
    for status in [400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 426, 428, 431, 451] {
        rows.push(Evidence::new(format!("empty {status}"), Reply::empty(status)));
    }
    for status in [400, 403] {
        for body in [r#"{"code": "ClientError", "message": "m"}"#, r#"{"code": 400, "message": "m"}"#] {
            rows.push(Evidence::new(format!("{status} {body}"), Reply::json(status, body)));
        }
    }
    for evidence in rows {
        evidence.ends_the_call(Rejected, Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn category_10() {
    for http_status in [200, 403] {
        for body in [category("10", None), category("10", Some(ID)), coded("\"90000010\"", None)] {
            for operation in Operation::ALL {
                let evidence = Evidence::of(operation, &body, Reply::json(http_status, body.clone()));
                evidence.ends_the_call(Rejected, Unknown).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn status_409_without_a_code() {
    let flag = format!(r#"{{"success": false, "processId": "{ID}"}}"#);
    for (name, reply) in [
        ("empty", Reply::empty(409)),
        ("without a body", Reply::raw(409, "")),
        ("a page", Reply::raw(409, "<html>").header("content-type", "text/html")),
        (
            "with an ID in the head",
            Reply::empty(409).header("zuora-request-id", "d7479cf6-b410-4630-b841-268ccd48f0d2"),
        ),
        ("with an ID in the body", Reply::json(409, flag)),
    ] {
        let evidence = Evidence::new(format!("409 {name}"), reply);
        evidence.leads_to_another_attempt(Unknown, Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn category_50() {
    for http_status in [200, 400, 403, 409, 500] {
        for operation in Operation::ALL {
            let name = format!("{operation:?} {http_status}");
            let said = |id| Reply::json(http_status, category("50", id));
            let success = || Reply::json(200, good(operation));
            // Kept: the same bytes, with the same ID.
            let run = Run::of(operation, [said(Some(ID)), said(Some(ID)), success()]).await;
            run.failed(Rejected, 2, &name);
            assert!(run.error().is_retryable(), "{name}");
            let run = Run::of(operation, [Reply::lost(), said(Some(ID)), said(Some(ID)), success()]).await;
            run.failed(Rejected, 3, &name);
            assert!(run.error().is_retryable(), "{name}");
            // Not kept.
            Run::of(operation, [said(Some(ID)), success()]).await.succeeded(2, &name);
            Run::of(operation, [Reply::lost(), said(Some(ID)), success()]).await.succeeded(3, &name);
            Run::staying(operation, [], said(None)).await.failed_anyhow(Unknown, &name);
            Run::staying(operation, [Reply::lost()], said(None)).await.failed_anyhow(Unknown, &name);
        }
    }
}

/// Returns a code that refuses: its name and its responses in both HTTP styles, by the ID they carry.
async fn refuses(operation: Operation, name: &str, said: impl Fn(Option<&str>) -> Reply) {
    let success = || Reply::json(200, good(operation));
    for id in [Some(ID), None] {
        let run = Run::of(operation, [said(id), success()]).await;
        run.failed(Rejected, 1, name);
        assert!(!run.error().is_retryable(), "{name}");
    }
    let run = Run::of(operation, [Reply::lost(), said(Some(ID)), said(Some(ID)), success()]).await;
    run.failed(Rejected, 3, &format!("kept: {name}"));
    assert!(!run.error().is_retryable(), "kept: {name}");
    Run::of(operation, [Reply::lost(), said(Some(ID)), success()]).await.succeeded(3, name);
    let others = ["0000000000000001", "0000000000000002", "0000000000000003", "0000000000000004"];
    let each_other = [Reply::lost()].into_iter().chain(others.map(|id| said(Some(id))));
    Run::of(operation, each_other).await.failed_anyhow(Unknown, &format!("never kept: {name}"));
    let run = Run::staying(operation, [Reply::lost()], said(None)).await;
    run.failed_anyhow(Unknown, &format!("without an ID: {name}"));
}

#[tokio::test(start_paused = true)]
async fn refusing_categories() {
    for refusing in REFUSING_CATEGORIES {
        for http_status in [200, status(refusing)] {
            for operation in Operation::ALL {
                let name = format!("{operation:?} {http_status} category {refusing}");
                refuses(operation, &name, |id| Reply::json(http_status, category(refusing, id))).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn refusing_result_codes() {
    for code in REFUSING_RESULT_CODES {
        for http_status in [200, 400] {
            let name = format!("{http_status} result {code}");
            refuses(Operation::Authorization, &name, |id| Reply::json(http_status, result_code(code, id))).await;
        }
    }
}

/// Ends, is not resumable, and stays open when it is repeated.
async fn leaves_open(evidence: &Evidence) {
    for run in evidence.ends_the_call(Unknown, Unknown).await {
        let error = run.error();
        assert!(error.resumable().is_none(), "not resumable: {}", evidence.name);
        assert!(!error.is_retryable(), "not retryable: {}", evidence.name);
    }
}

#[tokio::test(start_paused = true)]
async fn open_categories() {
    for open in OPEN_CATEGORIES {
        for http_status in [200, 400, 403, 404, status(open)] {
            for operation in Operation::ALL {
                let name = format!("{operation:?} {http_status} category {open}");
                leaves_open(&Evidence::of(operation, name, Reply::json(http_status, category(open, Some(ID))))).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn open_result_codes() {
    for code in OPEN_RESULT_CODES {
        for http_status in [200, 400, 500] {
            let name = format!("{http_status} result {code}");
            let reply = Reply::json(http_status, result_code(code, Some(ID)));
            leaves_open(&Evidence::of(Operation::Authorization, name, reply)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_codes() {
    for code in UNKNOWN_CODES {
        for http_status in [200, 400, 403, 404] {
            let name = format!("{http_status} code {code}");
            leaves_open(&Evidence::new(name, Reply::json(http_status, coded(code, Some(OTHER_ID))))).await;
        }
    }
}

/// One open or unknown code among the reasons opens all of them.
#[tokio::test(start_paused = true)]
async fn mixed_reasons() {
    let reasons = |codes: [&str; 2]| {
        let [first, second] = codes;
        format!(
            r#"{{"success": false, "processId": "{ID}", "reasons": [{{"code": {first}, "message": "a"}}, {{"code": {second}, "message": "b"}}]}}"#
        )
    };
    for codes in [["53000022", "53000060"], ["53000060", "53000022"], ["53000022", "53000012"], ["10", "53000022"]] {
        for http_status in [200, 400, 403] {
            let body = reasons(codes);
            leaves_open(&Evidence::new(format!("{http_status} {body}"), Reply::json(http_status, body))).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn status_422_with_a_key() {
    let bodies = [String::new(), category("22", Some(ID)), r#"{"message": "key mismatch"}"#.to_owned()];
    for body in bodies {
        let evidence = Evidence::new(format!("422 {body}"), Reply::json(422, body));
        evidence.ends_the_call(Unknown, Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn unreadable_bodies_and_other_statuses() {
    let mut rows = Vec::new();
    for status in [402, 407, 416, 418, 423, 424, 450, 498] {
        rows.push(Evidence::new(format!("empty {status}"), Reply::empty(status)));
    }
    for status in [200, 400, 403, 404, 405, 415] {
        for body in ["{", "[]", "\"text\"", "null", "{}", "nonsense", r#"{"success": false}"#, r#"{"reasons": []}"#] {
            rows.push(Evidence::new(format!("{status} {body}"), Reply::json(status, body)));
        }
    }
    for evidence in rows {
        evidence.ends_the_call(Unknown, Unknown).await;
    }
}

/// Nothing tells an empty body from one that was never begun, where its end is that of the connection.
#[tokio::test(start_paused = true)]
async fn closed_before_the_body() {
    for status in [200, 400, 403, 404, 405, 415] {
        let closed = closed_before_the_body_of(status);
        let name = format!("{status} closed before the body");
        Run::staying(Operation::Payment, [], closed.clone()).await.failed_anyhow(Unknown, &name);
        Run::staying(Operation::Payment, [Reply::lost()], closed).await.failed_anyhow(Unknown, &name);
    }
}

/// What began the doubt does not matter.
#[tokio::test(start_paused = true)]
async fn every_beginning_of_doubt_lasts() {
    let beginnings = [
        ("lost", Reply::lost()),
        ("lost behind the head", Reply::body_lost(400)),
        ("silence", Reply::silence()),
        ("408", Reply::empty(408)),
        ("499", Reply::empty(499)),
        ("502", Reply::empty(502)),
        ("503 with a wait", Reply::empty(503).header("retry-after", "1")),
        ("504", Reply::empty(504)),
        ("504 with category 10", Reply::json(504, category("10", Some(ID)))),
        ("409", Reply::empty(409)),
        ("409 with a code", Reply::json(409, category("50", Some(ID)))),
    ];
    for (beginning, first) in beginnings {
        for second in [404, 405, 415] {
            let run = Run::of(Operation::Payment, [first.clone(), Reply::empty(second)]).await;
            run.failed_anyhow(Unknown, &format!("{beginning}, then {second}"));
        }
        let refusal = Reply::json(400, category("22", Some(OTHER_ID)));
        let run = Run::of(Operation::Payment, [first.clone(), refusal]).await;
        run.failed_anyhow(Unknown, &format!("{beginning}, then category 22"));
    }
}

/// The outcome is the worst over the whole call.
#[tokio::test(start_paused = true)]
async fn the_outcome_is_the_worst_of_all_attempts() {
    let limited = || Reply::empty(429);
    let rows: [(&str, Vec<Reply>, Outcome); 5] = [
        ("429, then no connection", vec![limited()], Rejected),
        ("no connection, then 429, then no connection", vec![Reply::no_connection(), limited()], Rejected),
        ("lost, then no connection", vec![Reply::lost()], Unknown),
        ("429, lost, then no connection", vec![limited(), Reply::lost()], Unknown),
        ("never a connection", vec![], NotSent),
    ];
    for (name, replies, outcome) in rows {
        Run::of(Operation::Payment, replies).await.failed(outcome, ATTEMPTS as usize, name);
    }
    let run = Run::of(Operation::Payment, [Reply::empty(401), Reply::no_connection()]).await;
    run.failed_anyhow(Rejected, "401, then no connection");
}

/// A wait that was asked for does not take the place of a verdict.
#[tokio::test(start_paused = true)]
async fn a_wait_between_the_attempts_is_kept() {
    for status in [429, 503] {
        let reply = Reply::empty(status).header("retry-after", "20");
        let run = Run::of(Operation::Payment, [reply, Reply::json(200, good(Operation::Payment))]).await;
        run.succeeded(2, "after a wait");
        assert!(run.took >= Duration::from_secs(20), "{status}: {:?}", run.took);
    }
}
