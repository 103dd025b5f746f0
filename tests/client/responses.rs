//! The meaning of real responses.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{Authorization, Error, ErrorKind, ErrorResponse, FailureResponse, Outcome, Payment, Response};

use crate::support::{HELD, KEY, METHOD, OPEN, Operation, PAID, authorization, payment, scripted, session};

/// Every failure that was seen in the wild, returned for a payment: at the status it came with, and at 200.
///
/// The columns: file, status, kind, outcome, whether the same call may be sent again, codes, process id, request id, sentence.
const FAILURES: &str = "\
01-success-false-numeric-code  400 Api    Rejected never 53100320          CBCFED6580B4E076 -                                    -
01-success-false-numeric-code  200 Api    Rejected never 53100320          CBCFED6580B4E076 -                                    -
02-success-false-two-reasons   400 Api    Rejected never 53100320,53100321 7F2E4C89A1B3C4D5 -                                    -
02-success-false-two-reasons   200 Api    Rejected never 53100320,53100321 7F2E4C89A1B3C4D5 -                                    -
03-4xx-string-code             400 Api    Rejected never 58730222          738CBB9234B47A47 d7479cf6-b410-4630-b841-268ccd48f0d2 -
03-4xx-string-code             200 Api    Rejected never 58730222          738CBB9234B47A47 d7479cf6-b410-4630-b841-268ccd48f0d2 -
04-500-system-error            500 Api    Unknown  never SystemError       -                -                                    -
04-500-system-error            200 Api    Unknown  never SystemError       -                -                                    -
05-object-not-found-word-code  404 Api    Unknown  never ObjectNotFound    -                -                                    -
05-object-not-found-word-code  200 Api    Unknown  never ObjectNotFound    -                -                                    -
06-401-proxy                   401 Api    Rejected new   -                 -                -                                    Authentication error
06-401-proxy                   200 Decode Unknown  never -                 -                -                                    -
07-401-reasons                 401 Api    Rejected new   90000011          -                -                                    -
07-401-reasons                 200 Api    Rejected new   90000011          -                -                                    -
08-90000011-numeric            401 Api    Rejected new   90000011          -                -                                    -
08-90000011-numeric            200 Api    Rejected new   90000011          -                -                                    -
09-90000010                    403 Api    Rejected never 90000010          -                -                                    -
09-90000010                    200 Api    Rejected never 90000010          -                -                                    -
10-empty-field                 400 Api    Rejected never 59010220          1AA4FDFC25059EAD -                                    -
10-empty-field                 200 Api    Rejected never 59010220          1AA4FDFC25059EAD -                                    -
11-not-found-http200           404 Api    Rejected never 50000040          747E0D5A53240416 359b0b97-c59b-439d-be52-f004f4c5e817 -
11-not-found-http200           200 Api    Rejected never 50000040          747E0D5A53240416 359b0b97-c59b-439d-be52-f004f4c5e817 -
12-429-rate-limit              429 Api    Rejected new   70                -                -                                    -
12-429-rate-limit              200 Api    Rejected new   70                -                -                                    -
13-429-concurrency             429 Api    Rejected new   50000070          -                -                                    -
13-429-concurrency             200 Api    Rejected new   50000070          -                -                                    -
14-400-unknown-fields          400 Api    Unknown  never -                 -                -                                    Error - unrecognised fields
14-400-unknown-fields          200 Decode Unknown  never -                 -                -                                    -
15-object-query-500            500 Api    Unknown  never 50000060          -                d7479cf6-b410-4630-b841-268ccd48f0d2 -
15-object-query-500            200 Api    Unknown  never 50000060          -                d7479cf6-b410-4630-b841-268ccd48f0d2 -
16-object-query-4xx            400 Api    Rejected never 50000027          -                d7479cf6-b410-4630-b841-268ccd48f0d2 -
16-object-query-4xx            200 Api    Rejected never 50000027          -                d7479cf6-b410-4630-b841-268ccd48f0d2 -
17-crud-pascal-case            400 Api    Unknown  never -                 -                -                                    -
17-crud-pascal-case            200 Decode Unknown  never -                 -                -                                    -
18-fault                       400 Api    Unknown  never -                 -                -                                    -
18-fault                       200 Decode Unknown  never -                 -                -                                    -
19-code-message                400 Api    Rejected never -                 -                -                                    Invalid action 'query1'
19-code-message                200 Decode Unknown  never -                 -                -                                    -
20-nested-failure-in-success   200 Ok
";

#[tokio::test]
async fn failures_seen_in_the_wild() {
    let folder = sdk_tests::root().join("tests/wire");
    let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut table = String::new();
    for file in files.filter(|file| file.starts_with("error-")).collect::<BTreeSet<_>>() {
        let body = fs::read_to_string(folder.join(&file)).unwrap();
        let name = file.strip_prefix("error-response-").unwrap().strip_suffix(".json").unwrap();
        for status in BTreeSet::from([status_of(name), 200]).into_iter().rev() {
            let server = ScriptedTransport::new().json(status, body.clone());
            let response = scripted(&server).create_payment(&payment()).await;
            table += format!("{name:<30} {status} {}", line(&response)).trim_end();
            table += "\n";
            if let Err(error) = response {
                assert_eq!(error.status().unwrap(), status, "{name}");
                assert_eq!(error.idempotency_key().unwrap().as_str(), KEY, "{name}");
                assert_eq!(error.operation(), Some("createPayment"), "{name}");
                assert_eq!(error.body(), Some(body.as_bytes()), "{name}");
            }
        }
    }
    assert_eq!(table, FAILURES, "\n{table}");
}

/// Returns the status a failure came with, as its name says or its code suggests.
fn status_of(name: &str) -> u16 {
    let named = name.split('-').find_map(|word| word.parse().ok().filter(|status| (400..600).contains(status)));
    named.unwrap_or(match &name[..2] {
        "05" | "11" => 404,
        "07" | "08" => 401,
        "09" => 403,
        "20" => 200,
        _ => 400,
    })
}

fn line(response: &Result<Response<Payment>, Error>) -> String {
    let error = match response {
        Ok(_) => return "Ok".to_owned(),
        Err(error) => error,
    };
    let codes: Vec<_> = error.reasons().iter().map(|reason| reason.code()).collect();
    let codes = if codes.is_empty() { "-".to_owned() } else { codes.join(",") };
    let retry = if error.is_retryable() { "new" } else { "never" };
    let (kind, outcome) = (format!("{:?}", error.kind()), format!("{:?}", error.outcome()));
    let [process, request, sentence] =
        [error.process_id(), error.request_id(), error.server_message()].map(|text| text.unwrap_or("-"));
    format!("{kind:<6} {outcome:<8} {retry:<5} {codes:<17} {process:<16} {request:<36} {sentence}")
}

#[tokio::test]
async fn success_false_at_200_is_a_failure_of_every_operation() {
    for operation in Operation::ALL {
        for (body, outcome) in [
            (r#"{"success": false, "reasons": [{"code": 53000020, "message": "'amount' is odd"}]}"#, Outcome::Rejected),
            (r#"{"success": false, "reasons": [{"code": "53000060"}]}"#, Outcome::Unknown),
            (r#"{"success": false, "token": "t", "id": "1", "transactionId": "2"}"#, Outcome::Unknown),
            (r#"{"reasons": [{"code": "53000030"}], "token": "t", "id": "1"}"#, Outcome::Rejected),
        ] {
            let server = ScriptedTransport::new().json(200, body);
            let error = operation.call(&scripted(&server), None).await.unwrap_err();
            // A decline of a payment has been seen with this code.
            let declined = operation == Operation::Payment && body.contains("53000060");
            let kind = if declined { ErrorKind::Declined } else { ErrorKind::Api };
            assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{operation:?} {body}");
            assert_eq!(error.status().unwrap(), 200);
        }
    }
}

#[tokio::test]
async fn a_session_without_its_token_is_none() {
    for body in [r#"{}"#, r#"{"token": null}"#, r#"{"token": {}}"#, r#"{"message": "Error"}"#, "", "<html>", "[]"] {
        let server = ScriptedTransport::new().json(200, body);
        let error = scripted(&server).create_payment_session(&session()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{body}");
        assert_eq!(error.idempotency_key().unwrap().as_str(), KEY);
    }
    let server = ScriptedTransport::new().json(200, r#"{"success": true, "token": null}"#);
    let error = scripted(&server).create_payment_session(&session()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Accepted));
}

/// A body in which nothing is known proves nothing: it comes from something in front of the API.
#[tokio::test]
async fn a_body_that_holds_nothing_of_the_response_is_none() {
    for body in ["{}", r#"{"message": "Error"}"#, r#"{"code": 400, "message": "Error"}"#, r#"{"Success": false}"#] {
        for operation in Operation::ALL {
            let server = ScriptedTransport::new().json(200, body);
            let error = operation.call(&scripted(&server), None).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{operation:?} {body}");
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }
}

#[tokio::test]
async fn a_decline_tells_its_result_code_however_it_is_spelled() {
    for (result, outcome, meaning) in [
        ("1", Outcome::Rejected, Some("declined")),
        ("\"1\"", Outcome::Rejected, Some("declined")),
        ("45", Outcome::Rejected, Some("refused by fraud protection")),
        ("\"11\"", Outcome::Unknown, Some("host connection timed out")),
        ("500", Outcome::Unknown, Some("queued for submission")),
        ("-1", Outcome::Unknown, Some("communication with the gateway failed")),
        ("12345", Outcome::Unknown, None),
    ] {
        for status in [200, 402, 500] {
            let body = format!(
                r#"{{"success": false, "processId": "P1", "resultCode": {result}, "resultMessage": "Request ID: 5",
                "gatewayOrderId": "A001", "reasons": [{{"code": "53000060", "message": "51 - Insufficient funds"}}]}}"#
            );
            let server = ScriptedTransport::new().json(status, body);
            let error = scripted(&server).create_authorization(METHOD, &authorization()).await.unwrap_err();
            // A failure of the service's own settles nothing.
            let outcome = if status == 500 { Outcome::Unknown } else { outcome };
            let declined = matches!(result, "1" | "\"1\"" | "45");
            let kind = if declined { ErrorKind::Declined } else { ErrorKind::Api };
            assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{result} at {status}");
            let told = error.result_code().unwrap();
            assert_eq!((told.code(), told.message()), (result.trim_matches('"'), "Request ID: 5"));
            assert_eq!(told.meaning(), meaning);
            assert_eq!(error.reasons()[0].message(), "51 - Insufficient funds");
            assert_eq!(error.process_id(), Some("P1"));
            let whole: Authorization = error.decode_body().unwrap().unwrap();
            assert_eq!(whole.gateway_order_id.as_deref(), Some("A001"));
        }
    }
}

#[tokio::test]
async fn an_approval_reads_its_result_code_however_it_is_spelled() {
    for result in ["0", "\"0\""] {
        let body = format!(r#"{{"success": true, "resultCode": {result}, "transactionId": 5231}}"#);
        let server = ScriptedTransport::new().json(200, body);
        let response = scripted(&server).create_authorization(METHOD, &authorization()).await.unwrap();
        assert_eq!(response.result_code.as_deref(), Some("0"));
        assert_eq!(response.transaction_id.as_deref(), Some("5231"));
    }
}

/// One of Zuora's guides says that the stored response of a key comes back under 409, another that it comes back as it was.
#[tokio::test]
async fn a_stored_success_under_409_is_the_response() {
    for (operation, body) in [(Operation::Payment, PAID), (Operation::Authorization, HELD)] {
        let server = ScriptedTransport::new().json(409, body);
        operation.call(&scripted(&server), None).await.unwrap();
    }
    for body in [r#"{"message": "in progress"}"#, "", "<html>", r#"{"success": false}"#, OPEN] {
        let server = ScriptedTransport::new().json(409, body);
        let error = scripted(&server).create_payment(&payment()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Unknown), "{body}");
    }
}

/// Other services have members of the same name: what does not say that it succeeded, and could, is no response of this one.
#[tokio::test]
async fn a_response_that_does_not_say_so_is_no_success() {
    for body in [
        r#"{"status": "error", "message": "upstream unavailable"}"#,
        r#"{"type": "about:blank", "status": 503, "title": "Service Unavailable"}"#,
        r#"{"id": "edge-1", "error": "no route"}"#,
        r#"{"success": null, "id": "8ad0"}"#,
        "{}",
    ] {
        for operation in [Operation::Payment, Operation::Authorization] {
            let server = ScriptedTransport::new().json(200, body);
            let error = operation.call(&scripted(&server), None).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{operation:?} {body}");
        }
    }
}

const HEADERS: [(&str, &str); 8] = [
    ("Zuora-Request-Id", "d7479cf6-b410-4630-b841-268ccd48f0d2"),
    ("Zuora-Track-Id", "order-1138"),
    ("RateLimit-Limit", "2250000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"),
    ("RateLimit-Remaining", "49999"),
    ("RateLimit-Reset", "26"),
    ("Concurrency-Limit-Type", "Default"),
    ("Concurrency-Limit-Limit", "40"),
    ("Concurrency-Limit-Remaining", "39"),
];

#[tokio::test]
async fn a_response_tells_what_came_with_it() {
    let server = ScriptedTransport::new().response(200, &HEADERS, PAID).json(200, PAID);
    let client = scripted(&server);
    let response = client.create_payment(&payment()).track_id("order-1138").await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.request_id(), Some("d7479cf6-b410-4630-b841-268ccd48f0d2"));
    assert_eq!(response.track_id(), Some("order-1138"));
    let rate = response.rate_limit().unwrap();
    assert_eq!(rate.limit(), Some("2250000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"));
    assert_eq!((rate.remaining(), rate.reset()), (Some(49_999), Some(Duration::from_secs(26))));
    let concurrency = response.concurrency().unwrap();
    assert_eq!(
        (concurrency.kind(), concurrency.limit(), concurrency.remaining()),
        (Some("Default"), Some(40), Some(39))
    );
    assert_eq!(response.idempotency_key().unwrap().as_str(), KEY);
    assert_eq!(response.headers()["concurrency-limit-type"], "Default");
    assert_eq!(response.into_inner().number.as_deref(), Some("P-00000001"));

    let bare = client.create_payment(&payment()).await.unwrap();
    assert_eq!((bare.request_id(), bare.track_id()), (None, None));
    assert_eq!((bare.rate_limit(), bare.concurrency()), (None, None));
}

#[tokio::test]
async fn an_error_tells_what_came_with_it() {
    let body = fs::read_to_string(sdk_tests::root().join("tests/wire/error-response-12-429-rate-limit.json")).unwrap();
    let mut headers = HEADERS;
    headers[3] = ("RateLimit-Remaining", "0");
    headers[4] = ("RateLimit-Reset", "600");
    let server = ScriptedTransport::new().response(429, &headers, body);
    let error = scripted(&server).create_payment(&payment()).track_id("order-1138").await.unwrap_err();
    assert_eq!(error.request_id(), Some("d7479cf6-b410-4630-b841-268ccd48f0d2"));
    let rate = error.rate_limit().unwrap();
    assert_eq!(rate.limit(), Some("2250000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"));
    assert_eq!((rate.remaining(), rate.reset()), (Some(0), Some(Duration::from_secs(600))));
    assert_eq!(error.headers().unwrap()["zuora-track-id"], "order-1138");
    assert_eq!(error.outcome(), Outcome::Rejected);
}

#[tokio::test]
async fn the_body_of_a_failure_can_be_read_as_its_type() {
    let folder = sdk_tests::root().join("tests/wire");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let server = ScriptedTransport::new()
        .json(400, read("error-response-03-4xx-string-code.json"))
        .json(400, read("error-response-19-code-message.json"))
        .json(500, read("error-response-15-object-query-500.json"))
        .json(502, "<html>")
        .json(503, "");
    let client = scripted(&server);
    let mut errors = Vec::new();
    for _ in 0..5 {
        errors.push(client.create_payment(&payment()).await.unwrap_err());
    }
    let failure: FailureResponse = errors[0].decode_body().unwrap().unwrap();
    assert_eq!(failure.process_id.as_deref(), Some("738CBB9234B47A47"));
    assert_eq!(failure.reasons.unwrap()[0].code.as_deref(), Some("58730222"));
    let failure = errors[1].decode_body::<FailureResponse>().unwrap().unwrap();
    assert_eq!(
        (failure.code.as_deref(), failure.message.as_deref()),
        (Some("ClientError"), Some("Invalid action 'query1'"))
    );
    let failure: ErrorResponse = errors[2].decode_body().unwrap().unwrap();
    assert_eq!(failure.reasons.unwrap()[0].code.as_deref(), Some("50000060"));
    errors[3].decode_body::<FailureResponse>().unwrap().unwrap_err();
    assert!(errors[4].decode_body::<FailureResponse>().is_none());
}

/// What the caller chose as a track ID comes back as it was sent, commas and all.
#[tokio::test]
async fn a_track_id_with_a_comma_is_echoed() {
    for id in ["order-1138,attempt-2", "a, b"] {
        let server = ScriptedTransport::new().response(200, &[("zuora-track-id", id)], PAID);
        scripted(&server).create_payment(&payment()).track_id(id).await.unwrap();
    }
}
