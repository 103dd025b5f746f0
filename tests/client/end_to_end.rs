//! The operations end to end over real HTTP, compared with the ledger of the simulator.

use std::time::{Duration, SystemTime};

use zuora_payments::{
    CreatePaymentRequest, Date, Decimal, ErrorKind, Json, Outcome, Payment, PaymentInvoice, PaymentOption,
    PaymentStatus, PaymentType, RetryPolicy, SessionInvoice, decimal,
};
use zuora_simulator::{CodeSpelling, DeclineStyle, Fault, Movement, ReplayStyle, Simulator};

use crate::support::{ACCOUNT, METHOD, Operation, Stage, amount, authorization, key, payment, session};

const ZERO: Duration = Duration::ZERO;

fn electronic(text: &str) -> CreatePaymentRequest {
    CreatePaymentRequest::new(amount(text), "USD", PaymentType::Electronic).account_id(ACCOUNT)
}

#[tokio::test]
async fn an_authorization_is_captured() {
    let stage = Stage::new().await;
    let held = stage.client.create_authorization(METHOD, &authorization()).track_id("order-7").await.unwrap();
    assert_eq!((held.success, held.result_code.as_deref()), (Some(true), Some("0")));
    assert_eq!((held.track_id(), held.request_id().map(str::len)), (Some("order-7"), Some(36)));
    assert_eq!((stage.ledger().money_moved(), stage.moved()), (0, 1));

    let capture = electronic("1.90")
        .payment_method_id(METHOD)
        .auth_transaction_id(held.transaction_id.as_deref().unwrap())
        .gateway_order_id("A001");
    let paid = stage.client.create_payment(&capture).await.unwrap();
    assert_eq!(paid.status, Some(PaymentStatus::Processed));
    assert_eq!(paid.amount, Some(amount("1.90")));
    assert_eq!(paid.auth_transaction_id, held.transaction_id);
    let ledger = stage.ledger();
    assert_eq!((ledger.count(Movement::Authorization), ledger.count(Movement::Capture)), (1, 1));
    let entry = ledger.entries().last().unwrap();
    assert_eq!((entry.amount.as_str(), entry.captured.as_deref()), ("1.90", held.transaction_id.as_deref()));
    assert_eq!(entry.idempotency_key.as_deref(), paid.idempotency_key().map(AsRef::as_ref));

    // What is captured cannot be captured again.
    let error = stage.client.create_payment(&capture).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Rejected));
    stage.assert_honest(2, &error);
}

#[tokio::test]
async fn a_session_gives_a_token() {
    let stage = Stage::new().await;
    let request = session().invoices([SessionInvoice::new().invoice_number("INV00001274")]);
    let first = stage.client.create_payment_session(&request).await.unwrap();
    let second = stage.client.create_payment_session(&request).await.unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(stage.ledger().entries()[0].reference, first.token.expose());
    assert_eq!((stage.ledger().money_moved(), stage.ledger().count(Movement::Session)), (0, 2));
    assert!(first.rate_limit().is_some() && first.concurrency().is_none());
    let versions: Vec<_> = stage.calls().iter().map(|call| call.header("zuora-version").map(str::to_owned)).collect();
    assert_eq!(versions, [None, None]);
}

#[tokio::test]
async fn everything_a_payment_says_arrives() {
    let stage = Stage::new().await;
    let request = payment()
        .comment("größe")
        .effective_date("2024-02-29".parse::<Date>().unwrap())
        .gateway_options([("SecCode", "WEB"), ("Größe", "\"1\"")])
        .invoices([PaymentInvoice::new().invoice_id("i1").amount(amount("44.10"))])
        .integration_id_ns("ns-1")
        .additional_property("orderRef__c", Json::from("7"))
        .additional_property("limits__c", Json::parse(r#"{"max": 10.10, "list": [1, null]}"#).unwrap());
    let client = stage.client.with_entity_ids("entity-1").with_org_ids("org-1,org-2");
    let response = client.create_payment(&request).await.unwrap();

    let call = stage.calls().remove(0);
    assert_eq!((call.method.as_str(), call.path.as_str(), call.status), ("POST", "/v1/payments", Some(200)));
    assert_eq!(call.header("accept-encoding"), Some("gzip"));
    assert_eq!(call.header("user-agent"), Some(concat!("zuora-payments/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(
        (call.header("zuora-entity-ids"), call.header("zuora-org-ids")),
        (Some("entity-1"), Some("org-1,org-2"))
    );
    assert_eq!(call.key.as_deref(), response.idempotency_key().map(AsRef::as_ref));
    let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(body["gatewayOptions"], serde_json::json!({"SecCode": "WEB", "Größe": "\"1\""}));
    assert_eq!(body["orderRef__c"], "7");
    assert_eq!(body["IntegrationId__NS"], "ns-1");
    assert_eq!(body["effectiveDate"], "2024-02-29");
    assert!(String::from_utf8_lossy(&call.body).contains(r#"{"max": 10.10, "list": [1, null]}"#));

    assert_eq!(response.integration_id_ns.as_deref(), Some("ns-1"));
    assert_eq!(response.extra().get("orderRef__c").and_then(Json::as_text).as_deref(), Some("7"));
    let limits = response.extra().get("limits__c").unwrap().members().unwrap();
    assert_eq!(limits["max"].as_decimal(), Some(amount("10.10")));
    assert_eq!(response.applied_amount, Some(amount("44.10")));
}

#[tokio::test]
async fn amounts_arrive_digit_by_digit() {
    let stage = Stage::new().await;
    for text in ["0.1", "0.2", "10.10", "12345678901234567.89"] {
        let mut request = payment();
        request.amount = amount(text);
        let response = stage.client.create_payment(&request).await.unwrap();
        assert_eq!(response.amount.as_ref().map(Decimal::to_string).as_deref(), Some(text));
    }
    let spelled: Vec<_> = stage.ledger().entries().iter().map(|entry| entry.amount.clone()).collect();
    assert_eq!(spelled, ["0.1", "0.2", "10.10", "12345678901234567.89"]);
    assert_eq!(stage.ledger().total(Movement::Payment, "USD"), "12345678901234578.29");
}

#[tokio::test]
async fn large_responses_come_packed_and_requests_go_packed_on_demand() {
    let stage = Stage::new().await;
    let packing = Stage::builder(&stage.simulator).compress_requests(true).build().unwrap();
    let options =
        (0..200).map(|index| PaymentOption::new().r#type("GatewayOptions").detail([(format!("k{index}"), "v")]));
    let request = payment().payment_option(options).additional_property("note__c", Json::from("n".repeat(50_000)));
    for client in [&stage.client, &packing] {
        let response = client.create_payment(&request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.payment_option.as_ref().map(Vec::len), Some(200));
        assert_eq!(response.extra().get("note__c").and_then(Json::as_text).map(|text| text.len()), Some(50_000));
    }
    let calls = stage.calls();
    assert_eq!((calls[0].header("content-encoding"), calls[1].header("content-encoding")), (None, Some("gzip")));
    assert!(calls[1].body.starts_with(b"\x1f\x8b") && calls[1].body.len() < calls[0].body.len() / 10);
    assert_eq!(stage.ledger().money_moved(), 2);
}

#[tokio::test]
async fn a_key_that_is_used_twice_moves_money_once() {
    for replays in [ReplayStyle::AsItWas, ReplayStyle::Conflict] {
        let stage = Stage::with(Simulator::builder().replays(replays)).await;
        let first = stage.client.create_payment(&payment()).idempotency_key(key("order-1")).await.unwrap();
        let second = stage.client.create_payment(&payment()).idempotency_key(key("order-1")).await.unwrap();
        assert_eq!(first.number, second.number);
        assert_eq!(first.request_id(), second.request_id());
        assert_eq!(stage.ledger().money_moved(), 1);
        let replayed: Vec<_> = stage.calls().iter().map(|call| call.replayed).collect();
        assert_eq!(replayed, [false, true]);
        // A packed request is the same request.
        let packing = Stage::builder(&stage.simulator).compress_requests(true).build().unwrap();
        packing.create_payment(&payment()).idempotency_key(key("order-1")).await.unwrap();
        assert_eq!(stage.ledger().money_moved(), 1);
    }
}

#[tokio::test]
async fn a_key_that_is_used_for_something_else_is_refused() {
    let stage = Stage::new().await;
    stage.client.create_payment(&payment()).idempotency_key(key("order-1")).await.unwrap();
    let other = stage.client.create_payment(&payment().comment("another")).idempotency_key(key("order-1")).await;
    let elsewhere = stage.client.create_authorization(METHOD, &authorization()).idempotency_key(key("order-1")).await;
    for error in [other.unwrap_err(), elsewhere.unwrap_err()] {
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 422));
        assert!(error.server_message().unwrap().starts_with("This idempotency key was first used with"));
        assert!(!error.is_retryable());
        stage.assert_honest(1, &error);
    }
}

#[tokio::test]
async fn of_two_calls_with_one_key_at_a_time_one_is_told_to_wait() {
    let stage = Stage::new().await;
    stage.client.create_payment(&payment()).await.unwrap();
    stage.simulator.fault(Fault::Delay(Duration::from_millis(600)));
    let first = tokio::spawn(stage.client.create_payment(&payment()).idempotency_key(key("order-1")).into_future());
    stage.until_called(2).await;
    let second = stage.client.create_payment(&payment()).idempotency_key(key("order-1"));
    let second = second.key_first_used(SystemTime::now()).await.unwrap_err();
    assert_eq!((second.kind(), second.status().unwrap().as_u16()), (ErrorKind::Api, 409));
    assert_eq!(second.outcome(), Outcome::Unknown, "the first call may go through at any moment");
    assert!(!second.is_retryable() && second.resumable().is_some());
    let first = first.await.unwrap().unwrap();
    let third = stage.client.create_payment(&payment()).idempotency_key(key("order-1")).await.unwrap();
    assert_eq!(first.number, third.number);
    assert_eq!(stage.ledger().money_moved(), 2);
}

/// Old versions tell every failure under 200, new ones under its own status: the error is the same.
#[tokio::test]
async fn both_styles_of_failures_mean_the_same() {
    use Outcome::{Rejected, Unknown};
    for spelling in [CodeSpelling::Text, CodeSpelling::Number] {
        let stage = Stage::with(Simulator::builder().codes(spelling)).await;
        let old = stage.client.with_zuora_version("239.0");
        for (category, status, outcome) in [
            (10, 403, Rejected),
            (11, 401, Rejected),
            (20, 400, Rejected),
            (21, 400, Rejected),
            (22, 400, Rejected),
            (30, 400, Rejected),
            (40, 404, Rejected),
            (45, 405, Rejected),
            (60, 500, Unknown),
            (61, 500, Unknown),
            (70, 429, Rejected),
            (90, 400, Rejected),
            (99, 500, Unknown),
        ] {
            let request = payment().account_id(format!("acc-category-{category}"));
            for (client, status) in [(&stage.client, status), (&old, 200)] {
                let error = client.create_payment(&request).await.unwrap_err();
                // The code of category 60 has been seen with declines.
                let kind = if category == 60 { ErrorKind::Declined } else { ErrorKind::Api };
                assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
                assert_eq!(error.status().unwrap(), status, "{error}");
                assert_eq!(error.reasons()[0].code(), format!("530000{category}"));
                assert_eq!(error.process_id().is_some(), status < 500, "{error}");
                stage.assert_honest(0, &error);
            }
        }
    }
}

#[tokio::test]
async fn a_lock_is_told_in_both_styles() {
    let stage = Stage::new().await;
    for client in [&stage.client, &stage.client.with_zuora_version("239.0")] {
        let error = client.create_payment(&payment().account_id("acc-category-50")).await.unwrap_err();
        assert_eq!(error.reasons()[0].meaning(), Some("object locked by another request"));
        stage.assert_honest(0, &error);
    }
}

#[tokio::test]
async fn declines_are_errors_that_say_what_became_of_the_funds() {
    for (declines, codes) in [
        (DeclineStyle::Documented, CodeSpelling::Number),
        (DeclineStyle::Documented, CodeSpelling::Text),
        (DeclineStyle::ByVersion, CodeSpelling::Number),
    ] {
        let stage = Stage::with(Simulator::builder().declines(declines).result_codes(codes)).await;
        for (method, code, outcome) in [
            ("pm-declined", "1", Outcome::Rejected),
            ("pm-declined-45", "45", Outcome::Rejected),
            ("pm-declined-11", "11", Outcome::Unknown),
            // The funds are held, and the response says that nobody heard the end of it.
            ("pm-held-10", "10", Outcome::Unknown),
            ("pm-held-12", "12", Outcome::Unknown),
            ("pm-held-13", "13", Outcome::Unknown),
            ("pm-held-65", "65", Outcome::Unknown),
            ("pm-held-500", "500", Outcome::Unknown),
            ("pm-held--1", "-1", Outcome::Unknown),
        ] {
            let before = stage.moved();
            let error = stage.client.create_authorization(method, &authorization()).await.unwrap_err();
            let kind = if outcome == Outcome::Rejected { ErrorKind::Declined } else { ErrorKind::Api };
            // Under 500 a code that refuses is no verdict before it was asked about, which this client does not.
            let by_version = declines == DeclineStyle::ByVersion && outcome == Outcome::Rejected;
            let outcome = if by_version { Outcome::Unknown } else { outcome };
            assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
            assert_eq!(error.result_code().unwrap().code(), code);
            assert!(!error.is_retryable());
            stage.assert_honest(before, &error);
            assert_eq!(stage.moved() - before, usize::from(method.starts_with("pm-held")));
        }
    }
}

#[tokio::test]
async fn a_declined_payment_comes_in_three_ways() {
    let stage = Stage::new().await;
    // As a failure of the category "internal error", which proves nothing.
    for client in [&stage.client, &stage.client.with_zuora_version("239.0")] {
        let error = client.create_payment(&electronic("5").payment_method_id("pm-declined")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Declined, Outcome::Unknown), "{error}");
        assert!(!error.is_retryable() && error.resumable().is_none());
        assert_eq!(error.look_up().unwrap().member("amount"), Some("5"));
        stage.assert_honest(0, &error);
    }
    // And as a payment with a status of its own.
    let error = stage.client.create_payment(&electronic("5").payment_method_id("pm-status-error")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Declined, Outcome::Rejected), "{error}");
    stage.assert_honest(0, &error);
    let refused: Payment = error.decode_body().unwrap().unwrap();
    assert_eq!((refused.success, refused.status.as_ref()), (Some(true), Some(&PaymentStatus::Error)));
    assert_eq!(refused.gateway_response_code.as_deref(), Some("51"));
    assert_eq!(stage.moved(), 0);
    let pending = stage.client.create_payment(&electronic("5").payment_method_id("pm-pending")).await.unwrap();
    assert_eq!((pending.status.as_ref(), pending.is_done()), (Some(&PaymentStatus::Pending), false));
    assert_eq!(stage.moved(), 1);
}

#[tokio::test]
async fn a_stored_failure_comes_back_under_its_key() {
    let stage = Stage::new().await;
    // A key that may have been used before is in doubt, until the failure is seen to be kept.
    let call = stage.client.create_authorization("pm-declined", &authorization()).idempotency_key(key("k"));
    let error =
        call.key_first_used(SystemTime::now()).retry(RetryPolicy::default().backoff(ZERO, ZERO)).await.unwrap_err();
    assert_eq!((error.outcome(), error.result_code().unwrap().code()), (Outcome::Rejected, "1"));
    assert_eq!(error.attempts(), 2);
    assert!(stage.calls()[1].replayed);
    stage.client.create_authorization(METHOD, &authorization()).await.unwrap();
    assert_eq!(stage.moved(), 1);
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let stage = Stage::new().await;
    let none = [
        stage
            .client
            .create_payment(&CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::Electronic))
            .await
            .unwrap_err(),
        stage.client.create_payment(&payment().comment("x".repeat(256))).await.unwrap_err(),
        stage.client.create_payment(&payment().additional_property("orderRef", Json::from("7"))).await.unwrap_err(),
    ];
    for error in none {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent), "{error}");
        stage.assert_honest(0, &error);
    }
    assert!(stage.simulator.requests().is_empty(), "not even a token was asked for");
}

#[tokio::test]
async fn all_operations_at_once_share_one_token() {
    let stage = Stage::new().await;
    let mut calls = Vec::new();
    for operation in Operation::ALL.into_iter().cycle().take(12) {
        let client = stage.client.clone();
        calls.push(tokio::spawn(async move { operation.call(&client, None).await }));
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((stage.token_requests(), stage.moved()), (1, 12));
}
