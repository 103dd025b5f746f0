//! What success means: which responses are `Ok`, and which are not.

use zuora_payments::Outcome::{Rejected, Unknown};
use zuora_payments::{CreatePaymentRequest, Decimal, Error, Outcome, Payment, PaymentType, Response};

use sdk_tests::calls::{ACCOUNT, Operation};

use crate::bodies::{ID, category, result_code};
use crate::harness::{Reply, Run, Service, client};

/// Makes a payment that is collected, with one response.
pub(crate) async fn collect(body: &str) -> Result<Response<Payment>, Error> {
    pay(PaymentType::Electronic, Reply::json(200, body.to_owned())).await
}

/// Makes a payment that is only recorded, with one response.
pub(crate) async fn record(body: &str) -> Result<Response<Payment>, Error> {
    pay(PaymentType::External, Reply::json(200, body.to_owned())).await
}

pub(crate) async fn pay(kind: PaymentType, reply: Reply) -> Result<Response<Payment>, Error> {
    let service = Service::of([reply]);
    let amount: Decimal = "44.10".parse().unwrap();
    let request = CreatePaymentRequest::new(amount, "USD", kind).account_id(ACCOUNT).gateway_order_id("order-4711");
    client(&service).create_payment(&request).await
}

/// Returns a payment as the service returns it, with these members besides.
pub(crate) fn payment(kind: &str, members: &str) -> String {
    format!(
        r#"{{"success": true, "id": "4028905f5a87c0ff015a87eb6b75007f", "number": "P-00000001", "type": "{kind}", "amount": 44.1, {members}}}"#
    )
}

/// The bodies of declined payments, and what became of them.
pub(crate) const DECLINED: [(&str, Outcome); 10] = [
    (
        r#""status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05", "gatewayResponse": "Do not honor""#,
        Rejected,
    ),
    (r#""status": "Error", "gatewayResponseCode": null"#, Unknown),
    (r#""status": "Error""#, Unknown),
    // Some codes of gateways say that the outcome is not clear.
    (r#""status": "Error", "gatewayResponseCode": "104""#, Unknown),
    (r#""status": "Error", "gatewayState": null, "gatewayResponseCode": "104""#, Unknown),
    (r#""status": "Error", "gatewayState": "Submitted", "gatewayResponseCode": "05""#, Unknown),
    (r#""status": "Canceled", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05""#, Rejected),
    (r#""status": "Canceled""#, Unknown),
    (r#""status": "Processed", "gatewayState": "FailedToSettle""#, Unknown),
    (r#""status": "Processed", "gatewayState": "FailedToSettle", "gatewayResponseCode": "05""#, Unknown),
];

#[tokio::test(start_paused = true)]
async fn a_declined_payment_is_not_ok() {
    for (members, outcome) in DECLINED {
        let error = collect(&payment("Electronic", members)).await.map(|_| ()).expect_err(members);
        assert_eq!(error.outcome(), outcome, "{members}: {error}");
        assert!(!error.is_retryable(), "{members}");
        let body = error.decode_body::<Payment>().expect("the body of the response").unwrap();
        assert_eq!(body.id.as_deref(), Some("4028905f5a87c0ff015a87eb6b75007f"), "{members}");
        assert!(!error.to_string().contains("correct what the server names"), "{error}");
    }
}

/// It is not sent again: the payment exists.
#[tokio::test(start_paused = true)]
async fn a_declined_payment_is_not_repeated() {
    for (members, outcome) in DECLINED {
        let declined = Reply::json(200, payment("Electronic", members));
        Run::of(Operation::Payment, [declined]).await.failed(outcome, 1, members);
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_or_a_done_payment_is_ok() {
    for status in ["Processed", "Pending", "Processing", "Draft", "Posted", "SomethingNew"] {
        collect(&payment("Electronic", &format!(r#""status": "{status}""#))).await.unwrap();
        record(&payment("External", &format!(r#""status": "{status}""#))).await.unwrap();
    }
    collect(&payment("Electronic", r#""comment": null"#)).await.unwrap();
    record(&payment("External", r#""status": "Processed", "gatewayState": "NotSubmitted""#)).await.unwrap();
}

/// The body contradicts itself: neither of the two can be believed.
#[tokio::test(start_paused = true)]
async fn an_authorization_that_succeeded_with_a_refusing_result_code_is_not_ok() {
    for code in ["1", "\"1\"", "22", "45"] {
        let body = format!(
            r#"{{"success": true, "resultCode": {code}, "resultMessage": "Request ID: 5231", "transactionId": "5231"}}"#
        );
        Run::of(Operation::Authorization, [Reply::json(200, body)]).await.failed_anyhow(Unknown, code);
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorization_that_succeeded_with_an_open_result_code_is_not_ok() {
    for code in ["11", "500", "-1"] {
        let body = format!(
            r#"{{"success": true, "resultCode": {code}, "resultMessage": "Request ID: 5231", "transactionId": "5231"}}"#
        );
        Run::of(Operation::Authorization, [Reply::json(200, body)]).await.failed_anyhow(Unknown, code);
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorization_with_result_code_0_is_ok() {
    for code in ["0", "\"0\""] {
        let body = format!(
            r#"{{"success": true, "resultCode": {code}, "resultMessage": "Request ID: 5231", "transactionId": "5231"}}"#
        );
        Run::of(Operation::Authorization, [Reply::json(200, body)]).await.succeeded(1, code);
    }
}

/// It has an ID, an amount or a number, and nothing that says otherwise.
#[tokio::test(start_paused = true)]
async fn a_payment_without_a_success_flag_is_a_payment() {
    for body in [
        r#"{"id": "8ad0", "amount": 44.1, "status": "Processed"}"#,
        r#"{"id": "8ad0", "number": "P-00000001", "status": "Processed"}"#,
        r#"{"id": "8ad0", "number": "P-00000001", "amount": 44.1, "status": "Processed", "type": "Electronic"}"#,
    ] {
        let response = collect(body).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(response.id.as_deref(), Some("8ad0"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_lacks_a_part_of_a_payment_or_says_otherwise_is_none() {
    for body in [
        r#"{"id": "8ad0"}"#,
        r#"{"amount": 44.1}"#,
        r#"{"number": "P-00000001", "amount": 44.1}"#,
        r#"{"Success": false, "id": "8ad0", "amount": 44.1}"#,
        r#"{"SUCCESS": false, "id": "8ad0", "amount": 44.1}"#,
        r#"{"id": "8ad0", "amount": 44.1, "reasons": [{"code": 53000060, "message": "m"}]}"#,
        r#"{"id": "8ad0", "amount": 44.1, "success": null, "reasons": [{"code": 53000060, "message": "m"}]}"#,
        r#"{"id": null, "amount": 44.1}"#,
        r#"{"id": "8ad0", "amount": null, "number": null}"#,
        "[]",
    ] {
        let error = collect(body).await.map(|_| ()).expect_err(body);
        assert_eq!(error.outcome(), Unknown, "{body}: {error}");
    }
}

/// Without the flag, the other members mean what they mean with it.
#[tokio::test(start_paused = true)]
async fn a_declined_payment_without_a_success_flag_is_declined() {
    let body = r#"{"id": "8ad0", "amount": 44.1, "status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05"}"#;
    let error = collect(body).await.unwrap_err();
    assert_eq!(error.outcome(), Rejected, "{error}");
}

/// The three forms of a decline that are failures by their body or status, too.
#[tokio::test(start_paused = true)]
async fn a_decline_in_a_failure_claims_no_more_than_its_code() {
    let (declined, open) = (result_code("1", Some(ID)), category("60", Some(ID)));
    for status in [200, 400] {
        let replies = [Reply::json(status, declined.clone())];
        Run::of(Operation::Authorization, replies).await.failed(Rejected, 1, "result code 1");
        Run::of(Operation::Payment, [Reply::json(status, open.clone())]).await.failed(Unknown, 1, "53000060");
    }
}
