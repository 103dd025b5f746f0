//! Sequences with a wrong outcome in the past: `Rejected` for a payment that may have been made.

use sdk_tests::calls::{ACCOUNT, Operation};
use zuora_payments::Outcome::{Rejected, Unknown};
use zuora_payments::RetryPolicy;

use crate::bodies::{ID, OTHER_ID, category, coded, good};
use crate::degraded::{Degradation, closed_before_the_body, gzip};
use crate::harness::{ATTEMPTS, Reply, Run, Service, client};

/// Returns the result of one attempt with a fresh key that gets this response.
async fn once(what: String, reply: Reply) {
    let service = Service::of([reply]);
    let client = client(&service);
    let error = Operation::Payment.call(&client, ACCOUNT).retry(RetryPolicy::never()).send().await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{what}: {error}");
}

/// Returns a decline that reads as an internal error, at a status that refuses.
fn declined() -> String {
    category("60", Some(ID))
}

macro_rules! degraded {
    ($($name:ident: $degradation:ident;)*) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let degradation = Degradation::$degradation;
            let body = degradation.body(&declined()).unwrap();
            once(format!("{degradation:?}"), degradation.reply(400, body)).await;
        }
    )*};
}

degraded! {
    code_60_behind_a_byte_order_mark: ByteOrderMark;
    code_60_in_utf_16: Utf16LittleEndian;
    code_60_in_utf_16_of_the_other_order: Utf16BigEndian;
    code_60_in_utf_16_without_a_mark: Utf16WithoutMark;
    code_60_behind_a_guard_against_scripts: GuardedPrefix;
    code_60_in_a_list: InAList;
    code_60_in_a_string: InAString;
    code_60_in_gzip_without_its_header: GzipWithoutHeader;
    code_60_in_gzip_of_two_headers: GzipTwiceInTwoHeaders;
    code_60_in_reasons_that_are_an_object: ReasonsAsObject;
    code_60_with_a_null_behind_it: NullAmongReasons;
    code_60_with_a_null_before_it: NullBeforeReasons;
    code_60_with_a_fraction: CodeWithFraction;
    code_60_between_blanks: CodeWithBlanks;
    code_60_with_a_blank_inside: CodeAsTextWithBlanks;
    code_60_in_members_of_upper_case: UpperCase;
    code_60_in_members_with_capitals: Capitals;
}

/// A coding that is not known, or that does not say what was done: with the bytes as they are, and packed.
#[tokio::test(start_paused = true)]
async fn code_60_in_an_unknown_coding() {
    let codings = ["br", "zstd", "deflate", "x-unknown", "gzip;q=1", "identity, br", "gzip, br", "identity", "", ", ,"];
    for coding in codings {
        for body in [declined().into_bytes(), gzip(declined().as_bytes())] {
            let reply = Reply::json(400, body).header("content-encoding", coding);
            once(format!("coding {coding}"), reply).await;
        }
    }
}

/// More than one header of codings.
#[tokio::test(start_paused = true)]
async fn code_60_with_two_headers_of_codings() {
    let packed = gzip(declined().as_bytes());
    let bodies = [declined().into_bytes(), packed.clone(), gzip(&packed)];
    for codings in [["gzip", "gzip"], ["identity", "gzip"], ["gzip", "identity"], ["gzip", "br"], ["br", "gzip"]] {
        for body in &bodies {
            let reply = Reply::json(400, body.clone());
            let reply = reply.header("content-encoding", codings[0]).header("content-encoding", codings[1]);
            once(format!("codings {codings:?}"), reply).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn code_60_cut_at_any_byte() {
    let body = declined();
    for end in 0..body.len() {
        let reply = Degradation::Plain.reply(400, body.as_bytes()[..end].to_vec().into());
        once(format!("cut at {end}"), reply).await;
    }
}

#[tokio::test(start_paused = true)]
async fn code_60_closed_before_the_body_began() {
    once("closed before the body".to_owned(), closed_before_the_body(400)).await;
}

/// An unknown category, and one that is open, each alone and both together.
#[tokio::test(start_paused = true)]
async fn status_400_with_53000099_and_53000012() {
    let both =
        r#"{"success": false, "reasons": [{"code": 53000099, "message": "a"}, {"code": 53000012, "message": "b"}]}"#;
    once("99 and 12".to_owned(), Reply::json(400, both)).await;
    once("99".to_owned(), Reply::json(400, coded("53000099", Some(ID)))).await;
    once("12".to_owned(), Reply::json(400, coded("53000012", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn code_522_is_no_category() {
    once("522 at 400".to_owned(), Reply::json(400, coded("522", Some(ID)))).await;
    once("522 at 200".to_owned(), Reply::json(200, coded("522", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn code_2010_is_no_category() {
    once("2010 at 400".to_owned(), Reply::json(400, coded("2010", Some(ID)))).await;
    once("2010 at 200".to_owned(), Reply::json(200, coded("2010", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn code_10_is_no_category() {
    once("10 at 403".to_owned(), Reply::json(403, coded("10", Some(ID)))).await;
    once("10 at 200".to_owned(), Reply::json(200, coded("10", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn status_504_with_category_10() {
    once("504 with category 10".to_owned(), Reply::json(504, category("10", Some(ID)))).await;
}

/// A hop that repeated the request gets this for its second copy, while the first one acts.
#[tokio::test(start_paused = true)]
async fn a_coded_409_on_the_first_attempt() {
    once("409 with category 50".to_owned(), Reply::json(409, category("50", Some(ID)))).await;
    once("409 without an ID".to_owned(), Reply::json(409, category("50", None))).await;
    once("category 50 at 200".to_owned(), Reply::json(200, category("50", Some(ID)))).await;
}

async fn second_after_a_first_that_was_lost(what: &str, second: Reply) {
    for operation in Operation::ALL {
        let run = Run::of(operation, [Reply::lost(), second.clone()]).await;
        run.failed_anyhow(Unknown, &format!("{operation:?}: {what}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_after_a_first_attempt_that_was_lost() {
    second_after_a_first_that_was_lost("404", Reply::empty(404)).await;
    second_after_a_first_that_was_lost("404 with a code", Reply::json(404, category("40", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_405_after_a_first_attempt_that_was_lost() {
    second_after_a_first_that_was_lost("405", Reply::empty(405)).await;
    second_after_a_first_that_was_lost("405 with a code", Reply::json(405, category("45", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_415_after_a_first_attempt_that_was_lost() {
    second_after_a_first_that_was_lost("415", Reply::empty(415)).await;
    second_after_a_first_that_was_lost("415 with a code", Reply::json(415, category("45", Some(ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn category_22_after_a_first_attempt_that_was_lost() {
    second_after_a_first_that_was_lost("22 at 400", Reply::json(400, category("22", Some(ID)))).await;
    second_after_a_first_that_was_lost("22 at 200", Reply::json(200, category("22", Some(OTHER_ID)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_coded_422_after_a_first_attempt_that_was_lost() {
    second_after_a_first_that_was_lost("422", Reply::json(422, category("22", Some(ID)))).await;
}

/// The limiter kept the call out, and nothing of it left the process after that. It said `NotSent`.
#[tokio::test(start_paused = true)]
async fn a_429_and_then_no_connection() {
    for operation in Operation::ALL {
        let run = Run::of(operation, [Reply::json(429, coded("70", None))]).await;
        run.failed(Rejected, ATTEMPTS as usize, "429, then no connection");
    }
}

/// The code of a `{code, message}` body means what it means among reasons.
#[tokio::test(start_paused = true)]
async fn an_open_code_beside_a_message() {
    for status in [400, 403] {
        let body = r#"{"code": 53000060, "message": "Transaction declined"}"#;
        once(format!("{status} {body}"), Reply::json(status, body)).await;
    }
}

/// The ledger's side of it: what is claimed of a success is a success.
#[tokio::test(start_paused = true)]
async fn a_success_after_doubt_is_a_success() {
    for operation in Operation::ALL {
        Run::of(operation, [Reply::lost(), Reply::json(200, good(operation))]).await.succeeded(2, "a success");
    }
    for operation in [Operation::Payment, Operation::Authorization] {
        let in_conflict = [Reply::lost(), Reply::json(409, good(operation))];
        Run::of(operation, in_conflict).await.succeeded(2, "a success that was kept");
    }
}

/// A UUID of zeros, a word or a number in place of an ID does not tell one response from another.
#[tokio::test(start_paused = true)]
async fn a_placeholder_is_no_id() {
    for id in
        ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "(null)", "not available"]
    {
        for operation in Operation::ALL {
            let run = Run::staying(operation, [Reply::lost()], Reply::json(400, category("22", Some(id)))).await;
            run.failed_anyhow(Unknown, &format!("{operation:?}: {id}"));
        }
    }
}
