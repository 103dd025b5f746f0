//! What clients other than the SDK send and expect, the official ones among them.

use crate::support::*;
use serde_json::json;
use zuora_simulator::Simulator;

#[tokio::test]
async fn a_token_request_with_the_token_before_is_served_unless_that_is_strict() {
    for (strict, status) in [(false, 200), (true, 400)] {
        let simulator = Simulator::builder().strict_token_requests(strict).start().await.unwrap();
        let bearer = format!("Bearer {}", token(&simulator).await);
        let form = form(simulator.client_id(), simulator.client_secret());
        let headers = [FORM, ("authorization", &*bearer)];
        let reply = send(&simulator, "POST", "/oauth/token", &headers, form.into()).await.unwrap();
        assert_eq!(reply.status, status);
    }
}

#[tokio::test]
async fn keys_have_up_to_255_characters() {
    let caller = Caller::new().await;
    for (length, status) in [(255, 200), (256, 400)] {
        let key = "k".repeat(length);
        assert_eq!(caller.post(PAYMENTS, &[NEW, ("idempotency-key", &key)], PAYMENT).await.status, status);
    }
}

#[tokio::test]
async fn custom_rates_are_numbers_or_their_text_and_need_a_version() {
    let caller = Caller::new().await;
    let payment = |rate| {
        json!({"type": "External", "accountId": "a1", "amount": 1, "currency": "USD",
            "customRates": [{"currency": "EUR", "customFxRate": rate, "rateDate": "2026-01-01"}]})
        .to_string()
    };
    for (version, rate, success) in [
        ("224.0", json!("1.10"), true),
        ("224.0", json!(1.1), true),
        ("2025-08-12", json!("1.10"), true),
        ("224.0", json!("much"), false),
        ("223.0", json!(1.1), false),
    ] {
        let reply = caller.post(PAYMENTS, &[("zuora-version", version)], payment(rate.clone())).await;
        assert_eq!(reply.json()["success"], success, "{version} {rate}: {}", reply.text());
    }
}

#[tokio::test]
async fn amounts_that_are_no_charge_are_refused() {
    let caller = Caller::new().await;
    let body = |amount: &str, rest: &str| format!(r#"{{"accountId":"a1","amount":{amount},{rest}}}"#);
    let payment = r#""currency":"USD","type":"External""#;
    let session = r#""currency":"USD","processPayment":true"#;
    for (path, rest, amount, status) in [
        (PAYMENTS, payment, "0", 400),
        (PAYMENTS, payment, "-0.01", 400),
        (PAYMENTS, payment, "0.01", 200),
        (SESSIONS, session, "-1", 400),
        (AUTHORIZE, r#""gatewayOrderId":"A1""#, "-1", 400),
        (AUTHORIZE, r#""gatewayOrderId":"A1""#, "0", 200),
    ] {
        let reply = caller.post(path, &[NEW], body(amount, rest)).await;
        assert_eq!(reply.status, status, "{path} {amount}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_payment_can_be_declined_whose_authorization_was_not() {
    let caller = Caller::new().await;
    let authorization = r#"{"accountId":"a1","amount":1.90,"gatewayOrderId":"payment-declined-13"}"#;
    let held = caller.post(AUTHORIZE, &[NEW], authorization).await.json();
    assert_eq!((&held["success"], &held["resultCode"]), (&json!(true), &json!(0)));
    let capture = json!({"type": "Electronic", "accountId": "a1", "amount": 1.90, "currency": "USD",
        "authTransactionId": held["transactionId"], "gatewayOrderId": "payment-declined-13"});
    let declined = caller.post(PAYMENTS, &[OLD], capture.to_string()).await;
    assert_eq!((declined.status, declined.code()), (200, json!("53000060")));
    assert_eq!(caller.simulator.ledger().money_moved(), 0);
}

#[tokio::test]
async fn a_pending_payment_has_no_response_of_the_gateway() {
    let caller = Caller::new().await;
    let payment =
        r#"{"type":"Electronic","accountId":"a1","amount":1,"currency":"USD","paymentMethodId":"pm-pending"}"#;
    let pending = caller.post(PAYMENTS, &[], payment).await.json();
    assert_eq!((&pending["status"], &pending["gatewayState"]), (&json!("Pending"), &json!("Submitted")));
    assert!(pending["gatewayResponse"].is_null() && pending["gatewayResponseCode"].is_null());
}

#[tokio::test]
async fn failures_can_be_a_code_and_a_message() {
    let caller = Caller::with(Simulator::builder().plain_failures(true)).await;
    let session = r#"{"amount":1,"currency":"USD","processPayment":true}"#;
    let reply = caller.post(SESSIONS, &[], session).await;
    let expected = json!({"code": 400, "message": "'accountId' is required when 'processPayment' is true"});
    assert_eq!((reply.status, reply.json()), (400, expected));
    let forbidden = caller.post(AUTHORIZE, &[NEW], AUTHORIZATION.replace("A001", "category-10")).await;
    assert_eq!((forbidden.status, forbidden.json()["code"].clone()), (403, json!(403)));
    let invalid = caller.post(PAYMENTS, &[NEW], r#"{"type":"External","currency":"USD"}"#).await;
    assert_eq!((invalid.status, invalid.json()["success"].clone()), (400, json!(false)));
}

#[tokio::test]
async fn another_method_is_told_the_right_one() {
    let caller = Caller::new().await;
    let bearer = format!("Bearer {}", caller.token);
    for path in [PAYMENTS, SESSIONS, AUTHORIZE, "/oauth/token"] {
        let reply = send(&caller.simulator, "GET", path, &[("authorization", &bearer)], "".into()).await.unwrap();
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{path}");
    }
}
