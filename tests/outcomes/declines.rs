//! Done, open and declined, told apart; and what is needed to look a call up.

use std::time::Duration;

use sdk_tests::calls::{ACCOUNT, Call, Operation};
use zuora_payments::Outcome::{Rejected, Unknown};
use zuora_payments::{
    CreatePaymentRequest, Decimal, Error, ErrorKind, Outcome, Payment, PaymentStatus, PaymentType, RetryPolicy,
};

use crate::bodies::{HELD, ID, OPEN_RESULT_CODES, category, coded, result_code, result_code_and_reason};
use crate::harness::{Hands, Reply, Run, Service, builder, client, hours};
use crate::success::{DECLINED, collect, pay, payment, record};

#[tokio::test(start_paused = true)]
async fn processed_is_done() {
    assert!(collect(&payment("Electronic", r#""status": "Processed""#)).await.unwrap().is_done());
    for state in ["Settled", "Submitted", "MarkedForSubmission"] {
        let members = format!(r#""status": "Processed", "gatewayState": "{state}""#);
        assert!(collect(&payment("Electronic", &members)).await.unwrap().is_done(), "{state}");
    }
    let members = r#""status": "Processed", "gatewayState": "NotSubmitted""#;
    assert!(record(&payment("External", members)).await.unwrap().is_done(), "an external payment");
    let flagless = r#"{"id": "8ad0", "amount": 44.1, "status": "Processed"}"#;
    assert!(collect(flagless).await.unwrap().is_done(), "without a flag");
}

#[tokio::test(start_paused = true)]
async fn everything_else_is_open() {
    for status in ["\"Pending\"", "\"Processing\"", "\"Draft\"", "\"Posted\"", "\"SomethingNew\"", "null", "7", "\"\""]
    {
        let response = collect(&payment("Electronic", &format!(r#""status": {status}"#))).await;
        let response = response.unwrap_or_else(|error| panic!("{status}: {error}"));
        assert!(!response.is_done(), "{status}");
    }
    assert!(!collect(&payment("Electronic", r#""comment": null"#)).await.unwrap().is_done(), "no status");
    assert!(!record(r#"{"success": true, "id": "8ad0", "amount": 1}"#).await.unwrap().is_done(), "no status");
}

/// The case of a value is part of it: what is written otherwise is new.
#[tokio::test(start_paused = true)]
async fn a_value_in_another_case_is_never_done() {
    for status in ["processed", "PROCESSED", " Processed"] {
        let ended = collect(&payment("Electronic", &format!(r#""status": "{status}""#))).await;
        assert!(ended.is_ok_and(|response| !response.is_done()), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorization_and_a_session_are_done() {
    let service = Service::of([Reply::json(200, HELD)]);
    let client = client(&service);
    let Call::Authorization(call) = Operation::Authorization.call(&client, ACCOUNT) else { unreachable!() };
    assert!(call.await.unwrap().is_done());
}

#[track_caller]
fn assert_declined(error: &Error, outcome: Outcome, what: &str) {
    assert_eq!(error.outcome(), outcome, "{what}: {error}");
    assert!(error.is_decline(), "{what}: {error}");
    assert!(!error.is_retryable(), "{what}: {error}");
    let text = error.to_string().to_lowercase();
    assert!(!text.contains("correct what the server names"), "{what}: {text}");
    assert!(text.contains("declin"), "{what}: {text}");
}

#[tokio::test(start_paused = true)]
async fn a_declined_payment_is_a_kind_of_its_own_with_its_body() {
    for (members, outcome) in DECLINED {
        let error = collect(&payment("Electronic", members)).await.map(|_| ()).expect_err(members);
        assert_eq!(error.kind(), ErrorKind::Declined, "{members}: {error}");
        assert_declined(&error, outcome, members);
        let body = error.decode_body::<Payment>().expect("a body").unwrap();
        assert_eq!(body.number.as_deref(), Some("P-00000001"), "{members}");
        assert!(body.status.is_some(), "{members}");
    }
}

/// The first example of README: the body says that it went well, and the status that it did not.
#[tokio::test(start_paused = true)]
async fn a_success_with_status_error_is_declined() {
    let body = payment(
        "Electronic",
        r#""status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "51", "gatewayResponse": "Funds""#,
    );
    let error = collect(&body).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Declined, Rejected), "{error}");
    let decoded = error.decode_body::<Payment>().unwrap().unwrap();
    assert_eq!(decoded.status, Some(PaymentStatus::Error));
}

#[tokio::test(start_paused = true)]
async fn a_refusing_result_code_is_a_decline() {
    for status in [200, 400] {
        for code in ["1", "\"1\"", "41", "45"] {
            let run = Run::of(Operation::Authorization, [Reply::json(status, result_code(code, Some(ID)))]).await;
            assert_declined(run.error(), Rejected, code);
        }
        let both = Reply::json(status, result_code_and_reason("1", "53000099", ID));
        assert_declined(Run::of(Operation::Authorization, [both]).await.error(), Rejected, "with a reason");
    }
    // A whole 500 that was kept is declined, too.
    let said = || Reply::json(500, result_code("1", Some(ID)));
    assert_declined(Run::of(Operation::Authorization, [said(), said()]).await.error(), Rejected, "kept 500");
    assert_eq!(Run::of(Operation::Authorization, [said()]).await.error().outcome(), Unknown, "asked in vain");
}

#[tokio::test(start_paused = true)]
async fn an_authorization_that_contradicts_itself_is_a_decline_and_unknown() {
    let body = r#"{"success": true, "resultCode": 1, "resultMessage": "Request ID: 5231", "transactionId": "5231"}"#;
    let run = Run::of(Operation::Authorization, [Reply::json(200, body)]).await;
    assert_declined(run.error(), Unknown, body);
}

/// A result code that nobody knows is open beside a success, too.
#[tokio::test(start_paused = true)]
async fn an_authorization_with_an_unknown_result_code_is_never_done() {
    for code in ["77", "\"a word\"", "-9", "0.5", "null", "[0]", "\"00\"", "\" 0\""] {
        let body = format!(r#"{{"success": true, "resultCode": {code}, "transactionId": "5231"}}"#);
        let service = Service::of([Reply::json(200, body)]);
        let client = client(&service);
        let Call::Authorization(call) = Operation::Authorization.call(&client, ACCOUNT) else { unreachable!() };
        match call.await {
            Ok(response) => assert!(!response.is_done(), "{code}"),
            Err(error) => assert_eq!(error.outcome(), Unknown, "{code}: {error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn code_53000060_of_a_payment_is_a_decline_and_unknown() {
    for status in [200, 400, 500] {
        for code in ["53000060", "\"53000060\""] {
            let run = Run::of(Operation::Payment, [Reply::json(status, coded(code, Some(ID)))]).await;
            assert_declined(run.error(), Unknown, code);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_decline_is_none() {
    let rows = [
        ("category 22", Reply::json(400, category("22", Some(ID)))),
        ("category 61", Reply::json(500, category("61", Some(ID)))),
        ("404", Reply::empty(404)),
        ("401", Reply::empty(401)),
        ("429", Reply::empty(429)),
        ("lost", Reply::lost()),
        ("502", Reply::empty(502)),
        ("unreadable", Reply::json(200, "{")),
    ];
    for (name, reply) in rows {
        let service = Service::of([reply]);
        let call = Operation::Payment.call(&client(&service), ACCOUNT).retry(RetryPolicy::never());
        let error = call.send().await.map(|_| ()).expect_err(name);
        assert!(!error.is_decline() && error.kind() != ErrorKind::Declined, "{name}: {error}");
    }
    // A timeout of the gateway is no decline of it.
    for code in ["10", "11", "12", "13", "500", "-1"] {
        assert!(OPEN_RESULT_CODES.contains(&code));
        let run = Run::of(Operation::Authorization, [Reply::json(200, result_code(code, Some(ID)))]).await;
        assert!(!run.error().is_decline(), "{code}: {}", run.error());
    }
}

/// Asking again brings nothing new here: the caller has to look.
#[tokio::test(start_paused = true)]
async fn what_stays_open_says_what_to_look_up() {
    let open = [
        Reply::json(500, category("60", Some(ID))),
        Reply::json(200, category("99", Some(ID))),
        Reply::json(400, coded("53000012", Some(ID))),
        Reply::json(200, payment("Electronic", r#""status": "Error""#)),
    ];
    for reply in open {
        let error = pay(PaymentType::Electronic, reply.clone()).await.unwrap_err();
        assert_eq!(error.outcome(), Unknown, "{error}");
        let look_up = error.look_up().unwrap_or_else(|| panic!("{reply:?}: {error}"));
        assert_eq!(look_up.member("amount"), Some("44.10"));
        assert_eq!(look_up.member("currency"), Some("USD"));
        assert_eq!(look_up.member("accountId"), Some(ACCOUNT));
        assert_eq!(look_up.member("gatewayOrderId"), Some("order-4711"));
        assert_eq!(look_up.member("comment"), None);
    }
}

/// The track ID and the time are those of the call.
#[tokio::test(start_paused = true)]
async fn what_to_look_up_has_the_track_id_and_the_time() {
    let (service, hands) = (Service::of([Reply::json(500, category("60", Some(ID)))]), Hands::begin());
    let client = builder(&service, &hands).build().unwrap();
    tokio::time::sleep(hours(3)).await;
    let amount: Decimal = "0.10".parse().unwrap();
    let request = CreatePaymentRequest::new(amount, "EUR", PaymentType::External).account_number("A00000001");
    let error = client.create_payment(&request).track_id("order-4711").await.unwrap_err();
    let look_up = error.look_up().unwrap();
    assert_eq!(look_up.track_id(), Some("order-4711"));
    let sent_at = look_up.sent_at().expect("it was sent");
    let apart = sent_at.duration_since(hands.truth() - Duration::from_secs(5)).unwrap();
    assert!(apart <= Duration::from_secs(6), "{apart:?}");
    assert_eq!(look_up.member("accountNumber"), Some("A00000001"));
    assert_eq!(look_up.member("amount"), Some("0.10"));
    assert_eq!(look_up.member("accountId"), None);
}
