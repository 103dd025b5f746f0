//! Undocumented responses that look like refusals, successes or kept results.

use sdk_tests::calls::{ACCOUNT, Call, METHOD, Operation};
use zuora_payments::Outcome::{Accepted, Rejected, Unknown};
use zuora_payments::RetryPolicy;

use crate::bodies::{HELD, ID, category, coded, good};
use crate::harness::{Hands, Reply, Run, Service, builder, client, key};
use crate::success::collect;

/// Returns the result of one attempt with a fresh key that gets this response.
async fn once(operation: Operation, reply: Reply) -> Result<(), zuora_payments::Outcome> {
    let service = Service::of([reply]);
    let call = operation.call(&client(&service), ACCOUNT).retry(RetryPolicy::never());
    call.send().await.map(|_| ()).map_err(|error| error.outcome())
}

/// The category is that of exactly eight digits, and of nothing that could be read as them.
#[tokio::test(start_paused = true)]
async fn a_refusing_code_in_another_form_is_no_refusal() {
    let codes = [
        "5.3000022e7",
        "5.3000022E+7",
        "53000022.0",
        "53000022.00000001",
        "\"+53000022\"",
        "\" 53000022\"",
        "\"53000022\\n\"",
        "\"53000022.\"",
        "\"５３００００２２\"",
        "-53000022",
        "-5300022",
        "\"5300 022\"",
        "\"0x530022\"",
        "true",
        "null",
        "[53000022]",
        "{\"code\": 53000022}",
        "\"53000022,53000060\"",
        "53000022022",
        "022",
        "\"70.0\"",
        "70.0",
        "170",
        "\"070\"",
    ];
    for code in codes {
        for status in [200, 400, 403] {
            let ended = once(Operation::Payment, Reply::json(status, coded(code, Some(ID)))).await;
            assert_eq!(ended, Err(Unknown), "{status} {code}");
        }
    }
}

/// Two members of one name: readers differ in which of them they take.
#[tokio::test(start_paused = true)]
async fn members_that_stand_twice_prove_nothing() {
    let reasons = |code: &str| format!(r#""reasons": [{{"code": {code}, "message": "m"}}]"#);
    let (refusing, open) = (reasons("53000022"), reasons("53000060"));
    let bodies = [
        format!(r#"{{"success": false, {refusing}, {open}}}"#),
        format!(r#"{{"success": false, {open}, {refusing}}}"#),
        r#"{"success": false, "reasons": [{"code": 53000022, "code": 53000060, "message": "m"}]}"#.to_owned(),
        r#"{"success": false, "reasons": [{"code": 53000060, "code": 53000022, "message": "m"}]}"#.to_owned(),
    ];
    for body in bodies {
        for status in [200, 400] {
            assert_eq!(once(Operation::Payment, Reply::json(status, body.clone())).await, Err(Unknown), "{body}");
        }
    }
    for (first, second) in [("1", "11"), ("11", "1")] {
        let body = format!(r#"{{"success": false, "resultCode": {first}, "resultCode": {second}}}"#);
        assert_eq!(once(Operation::Authorization, Reply::json(200, body.clone())).await, Err(Unknown), "{body}");
    }
}

/// A flag that says both, or says it in another type, is no success and no refusal of its own.
#[tokio::test(start_paused = true)]
async fn a_flag_that_is_no_plain_truth_is_no_success() {
    for flag in ["\"false\"", "0", "\"\"", "[]", "{}"] {
        let body = format!(r#"{{"success": {flag}, "id": "8ad0", "amount": 44.1, "status": "Processed"}}"#);
        let ended = collect(&body).await.map(|_| ()).map_err(|error| error.outcome());
        assert_eq!(ended, Err(Unknown), "{body}");
    }
}

/// `{code, message}` explains why there are no reasons only where nothing else is said.
#[tokio::test(start_paused = true)]
async fn a_plain_failure_that_says_more_is_none() {
    for body in [
        r#"{"code": "ClientError", "message": "m", "success": true}"#,
        r#"{"code": "ClientError", "message": "m", "success": true, "id": "8ad0", "amount": 44.1}"#,
        r#"{"code": "ClientError", "message": "m", "reasons": [{"code": 53000060, "message": "m"}]}"#,
        r#"{"code": 53000099, "message": "m"}"#,
        r#"{"code": "53000060", "message": "m"}"#,
    ] {
        for status in [400, 403] {
            assert_eq!(once(Operation::Payment, Reply::json(status, body)).await, Err(Unknown), "{status} {body}");
        }
    }
}

/// A body that is shorter than its head says, as a transport of the caller's may hand it on.
#[tokio::test(start_paused = true)]
async fn a_body_that_is_shorter_than_announced_is_no_witness() {
    for status in [400, 403, 404, 405, 415] {
        let reply = Reply::raw(status, "").header("content-length", "57");
        assert_eq!(once(Operation::Payment, reply).await, Err(Unknown), "{status}");
    }
    let cut = &good(Operation::Payment)[..20];
    let reply = Reply::raw(200, cut).header("content-length", "99").header("content-type", "application/json");
    assert_eq!(once(Operation::Payment, reply).await, Err(Unknown));
}

/// No text of the request is an ID, wherever it was sent.
#[tokio::test(start_paused = true)]
async fn a_text_of_the_request_is_no_id() {
    const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let upper = KEY.to_uppercase();
    for text in [ACCOUNT, METHOD, "A001", KEY, &upper, " ", "\\t"] {
        let service = Service::of([Reply::lost()]);
        service.stay(Reply::json(400, category("22", Some(text))));
        let client = builder(&service, &Hands::begin()).idempotency_key_source(|| key(KEY)).build().unwrap();
        let Call::Authorization(call) = Operation::Authorization.call(&client, ACCOUNT) else { unreachable!() };
        let error = call.await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{text}: {error}");
    }
}

/// What was lost between two copies of the kept result does not take the verdict away.
#[tokio::test(start_paused = true)]
async fn a_loss_between_two_asks_does_not_cancel() {
    let refusal = || Reply::json(400, category("22", Some(ID)));
    for between in [Reply::lost(), Reply::empty(503), Reply::body_lost(200), Reply::silence()] {
        let replies = [Reply::lost(), refusal(), between.clone(), refusal()];
        Run::of(Operation::Payment, replies).await.failed(Rejected, 4, &format!("{between:?}"));
    }
    let replies = [Reply::lost(), refusal(), Reply::lost(), Reply::lost(), Reply::lost()];
    Run::of(Operation::Payment, replies).await.failed(Unknown, 5, "the second ask is lost for good");
}

/// A declined payment that comes back as a kept result is no success either.
#[tokio::test(start_paused = true)]
async fn a_declined_payment_in_a_409_is_not_ok() {
    let body = r#"{"success": true, "id": "8ad0", "amount": 44.1, "status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05"}"#;
    for replies in [vec![Reply::json(409, body)], vec![Reply::lost(), Reply::json(409, body)]] {
        let service = Service::of(replies);
        service.stay(Reply::json(409, body));
        let ended = Operation::Payment.call(&client(&service), ACCOUNT).send().await;
        assert!(ended.is_err(), "{ended:?}");
    }
}

/// A success of another operation is none of this one.
#[tokio::test(start_paused = true)]
async fn a_success_of_another_operation_is_not_done_here() {
    let ended = once(Operation::Session, Reply::json(200, HELD)).await;
    assert!(matches!(ended, Err(Unknown | Accepted)), "an authorization in place of a session: {ended:?}");
    let bare = r#"{"token": "LTljuuLaDQnHxeVpWaX6zq2xY2FJ6sSE"}"#;
    for operation in [Operation::Payment, Operation::Authorization] {
        assert_eq!(once(operation, Reply::json(200, bare)).await, Err(Unknown), "a session: {operation:?}");
    }
}

/// What declines is heard, whatever else of the body cannot be read.
#[tokio::test(start_paused = true)]
async fn a_decline_beside_what_cannot_be_read_is_no_effect() {
    for member in [r#""amount": {}"#, r#""currency": 7"#, r#""number": []"#, r#""effectiveDate": "never""#] {
        let body = format!(r#"{{"success": true, "id": "8ad0", {member}, "status": "Error"}}"#);
        assert_eq!(once(Operation::Payment, Reply::json(200, body.clone())).await, Err(Unknown), "{body}");
        let coded = format!(
            r#"{{"success": true, "id": "8ad0", {member}, "status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05"}}"#
        );
        let ended = once(Operation::Payment, Reply::json(200, coded.clone())).await;
        assert!(matches!(ended, Err(Rejected | Unknown)), "{coded}: {ended:?}");
    }
    for member in [r#""transactionId": {}"#, r#""resultMessage": 7"#] {
        let body = format!(r#"{{"success": true, "resultCode": 1, {member}}}"#);
        assert_eq!(once(Operation::Authorization, Reply::json(200, body.clone())).await, Err(Unknown), "{body}");
    }
}

/// Where the state that speaks against it is none that is known, or says two things, a decline does not prove that no money moved.
#[tokio::test(start_paused = true)]
async fn a_decline_beside_a_state_that_is_not_known_proves_nothing() {
    let decline = r#""success": true, "id": "8ad0", "amount": 44.1, "status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "51""#;
    let ended = once(Operation::Payment, Reply::json(200, format!("{{{decline}}}"))).await;
    assert_eq!(ended, Err(Rejected));
    for state in [
        r#""gatewayState": "Captured""#,
        r#""gatewayState": "settled""#,
        r#""gatewayState": ["Settled"]"#,
        r#""GatewayState": "Settled""#,
        r#""gatewayState": "Settled", "gatewayState": null"#,
        r#""status": "Processed""#,
        r#""Status": "Processed""#,
        r#""success": false"#,
    ] {
        for body in [format!("{{{state}, {decline}}}"), format!("{{{decline}, {state}}}")] {
            let ended = once(Operation::Payment, Reply::json(200, body.clone())).await;
            assert!(!matches!(ended, Err(Rejected)), "{body} {ended:?}");
        }
    }
}

/// No status turns a call away that brought what was asked for.
#[tokio::test(start_paused = true)]
async fn a_payment_is_not_turned_away() {
    for status in [400, 401, 403, 429] {
        let ended = once(Operation::Payment, Reply::json(status, good(Operation::Payment))).await;
        assert_eq!(ended, Err(Unknown), "{status}");
    }
}

/// A session has no success flag. One that comes all the same speaks against it, also behind what had to be repaired.
#[tokio::test(start_paused = true)]
async fn a_session_that_denies_its_success_is_none() {
    for length in [10, 300_000] {
        for flaw in ["x", "\u{1}"] {
            for flag in [r#""success":false"#, r#""Success":false"#, r#""success":"no""#] {
                let body = format!(r#"{{"pad":"{}{flaw}",{flag},"token":"t"}}"#, "x".repeat(length));
                let ended = once(Operation::Session, Reply::json(200, body)).await;
                assert_eq!(ended, Err(Unknown), "{length} {flaw:?} {flag}");
            }
        }
    }
}

/// What says that it succeeded was not turned away.
#[tokio::test(start_paused = true)]
async fn a_success_is_not_turned_away() {
    for status in [401, 403, 429] {
        for operation in Operation::ALL {
            let ended =
                once(operation, Reply::json(status, r#"{"success":true,"resultCode":0,"transactionId":"5231"}"#)).await;
            assert_eq!(ended, Err(Unknown), "{operation:?} {status}");
        }
    }
}

/// A success that lists reasons, or may list them where it was cut, is not known to be done.
#[tokio::test(start_paused = true)]
async fn a_session_with_reasons_is_not_accepted() {
    for body in [
        r#"{"success":true,"reasons":[{"code":50000060,"message":"m"}]}"#,
        r#"{"success":true,"rea"#,
        r#"{"success":true,"Success":false,"token":"t"}"#,
    ] {
        let ended = once(Operation::Session, Reply::json(200, body)).await;
        assert_eq!(ended, Err(Unknown), "{body}");
    }
    for body in [r#"{"Success":true,"token":"t"}"#, r#"{"success":[],"token":"t"}"#] {
        assert_eq!(once(Operation::Session, Reply::json(200, body)).await, Ok(()), "{body}");
    }
}
