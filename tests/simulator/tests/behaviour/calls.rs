//! The three operations: accepted requests, refusals and responses.

use std::time::{Duration, UNIX_EPOCH};

use crate::support::*;
use serde_json::{Value, json};
use zuora_simulator::{Category, CodeSpelling, DeclineStyle, Movement, Simulator};

/// Returns a body with some members set, or removed where the value is null.
fn with(body: &str, changes: Value) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body.to_string()
}

#[tokio::test]
async fn every_example_of_the_document_is_taken() {
    let caller = Caller::new().await;
    let document = include_str!("../../zuora-payments.yaml");
    let document: Value = serde_yaml::from_str(document).unwrap();
    let mut taken = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{payment-method-id}", "pm1");
        let content = &item["post"]["requestBody"]["content"]["application/json"];
        for (name, example) in content["examples"].as_object().unwrap() {
            // A capture needs its authorization first; a test of its own makes one.
            if name != "captureAuthorization" {
                let reply = caller.post(&path, &[NEW], example["value"].to_string());
                let reply = reply.await;
                assert_eq!(reply.status, 200, "{path} {name}: {}", reply.text());
                taken += 1;
            }
        }
    }
    assert_eq!(caller.simulator.ledger().entries().len(), taken);
    assert!(taken >= 9);
}

#[tokio::test]
async fn a_session_gives_a_token() {
    let caller = Caller::new().await;
    let reply = caller.post(SESSIONS, &[], SESSION).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["token"].as_str().unwrap().len(), 32);
    assert_eq!(reply.json().as_object().unwrap().len(), 1);
    assert_eq!(reply.header("concurrency-limit-limit"), None);
    assert_eq!(reply.header("ratelimit-remaining"), Some("49999"));
    let ledger = caller.simulator.ledger();
    assert_eq!(ledger.count(Movement::Session), 1);
    assert_eq!(ledger.money_moved(), 0);
}

#[tokio::test]
async fn a_payment_keeps_the_text_of_its_amount() {
    let caller = Caller::new().await;
    let body = r#"{"type":"External","accountId":"a1","amount":10.10,"currency":"USD",
        "invoices":[{"invoiceId":"i1","amount":4.0},{"invoiceId":"i2","items":[{"amount":0.1,"taxItemId":"t"}]}],
        "channel__c":{"a":[1.50]},"Origin__NS":"x","unheardOf":1}"#;
    let reply = caller.post(PAYMENTS, &[NEW], body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    for part in [
        r#""amount":10.10"#,
        r#""appliedAmount":4.1"#,
        r#""unappliedAmount":6.00"#,
        r#""channel__c":{"a":[1.50]}"#,
        r#""Origin__NS":"x""#,
        r#""transferredToAccounting":"No""#,
    ] {
        assert!(reply.text().contains(part), "{part} in {}", reply.text());
    }
    assert!(!reply.text().contains("unheardOf"));
    let ledger = caller.simulator.ledger();
    assert_eq!(ledger.entries()[0].amount, "10.10");
    assert_eq!(ledger.entries()[0].reference, reply.json()["id"]);
    assert_eq!(ledger.total(Movement::Payment, "USD"), "10.10");
    assert_eq!(ledger.total(Movement::Payment, "EUR"), "0");
}

#[tokio::test]
async fn an_authorization_is_captured_once() {
    let caller = Caller::new().await;
    let held = caller.post(AUTHORIZE, &[NEW], AUTHORIZATION).await.json();
    assert_eq!((&held["success"], &held["resultCode"]), (&json!(true), &json!(0)));
    let capture = |changes: Value| {
        let base = json!({"type": "Electronic", "accountId": "a1", "amount": 1.9, "currency": "USD",
            "authTransactionId": held["transactionId"], "gatewayOrderId": "A001"});
        with(&base.to_string(), changes)
    };
    for (changes, code) in [
        (json!({"amount": 1.91}), "53000030"),
        (json!({"gatewayOrderId": "A002"}), "53000030"),
        (json!({"gatewayOrderId": null}), "53000022"),
        (json!({"currency": "EUR"}), "53000030"),
        (json!({"authTransactionId": "1"}), "53000030"),
    ] {
        let reply = caller.post(PAYMENTS, &[NEW], capture(changes)).await;
        assert_eq!((reply.status, reply.code()), (400, json!(code)));
    }
    let reply = caller.post(PAYMENTS, &[NEW], capture(json!({}))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let again = caller.post(PAYMENTS, &[NEW], capture(json!({}))).await;
    assert_eq!(again.code(), "53000030");
    let ledger = caller.simulator.ledger();
    assert_eq!(ledger.count(Movement::Authorization), 1);
    assert_eq!(ledger.count(Movement::Capture), 1);
    assert_eq!(ledger.money_moved(), 1);
}

#[tokio::test]
async fn an_empty_order_id_is_replaced() {
    let caller = Caller::new().await;
    let body = with(AUTHORIZATION, json!({"gatewayOrderId": ""}));
    let reply = caller.post(AUTHORIZE, &[], body).await.json();
    assert!(reply["gatewayOrderId"].as_str().unwrap().len() > 2);
}

#[tokio::test]
async fn what_the_document_forbids() {
    let caller = Caller::new().await;
    let track = "x".repeat(65);
    let long = "x".repeat(36);
    for (path, header, body, code) in [
        (PAYMENTS, NEW, with(PAYMENT, json!({"amount": null})), "53000022"),
        (PAYMENTS, NEW, with(PAYMENT, json!({"amount": "1"})), "53000020"),
        (PAYMENTS, NEW, with(PAYMENT, json!({"type": "Cash"})), "53000020"),
        (PAYMENTS, NEW, with(PAYMENT, json!({"softDescriptor": long})), "53000020"),
        (PAYMENTS, NEW, with(PAYMENT, json!({"effectiveDate": "2023-02-29"})), "53000020"),
        (PAYMENTS, NEW, with(PAYMENT, json!({"invoices": [{"items": [{"amount": 1}]}]})), "53000022"),
        (PAYMENTS, NEW, "{".to_owned(), "53000090"),
        (AUTHORIZE, NEW, with(AUTHORIZATION, json!({"accountId": null})), "50000022"),
        (AUTHORIZE, NEW, with(AUTHORIZATION, json!({"currency": "usd"})), "50000020"),
        (SESSIONS, NEW, with(SESSION, json!({"authAmount": 0})), "50000020"),
        (SESSIONS, ("zuora-track-id", "a:b"), SESSION.to_owned(), "50000020"),
        (SESSIONS, ("zuora-track-id", &track), SESSION.to_owned(), "50000020"),
    ] {
        let reply = caller.post(path, &[header], body.clone()).await;
        // Without a version header on /v1 the failure is a 200; all of these ask for statuses.
        assert_eq!((reply.status, reply.code()), (400, json!(code)), "{path} {body}");
    }
    let key = "k".repeat(256);
    let headers = [NEW, ("idempotency-key", &key)];
    let reply = caller.post(PAYMENTS, &headers, PAYMENT).await;
    assert_eq!(reply.status, 400);
    assert!(caller.simulator.ledger().is_empty());
}

#[tokio::test]
async fn rules_that_no_keyword_says() {
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let caller = Caller::with(Simulator::builder().clock(move || now)).await;
    let items: Vec<Value> = (0..1000).map(|n| json!({"amount": 0, "taxItemId": n.to_string()})).collect();
    let documents = |count: usize| vec![json!({"invoiceId": "i", "items": items}); count];
    let electronic = json!({"type": "Electronic"});
    let electronic = with(PAYMENT, electronic);
    for (path, body, code) in [
        (PAYMENTS, with(&electronic, json!({"accountId": null})), "53000022"),
        (PAYMENTS, with(&electronic, json!({"effectiveDate": "2023-11-13"})), "53000030"),
        (PAYMENTS, with(PAYMENT, json!({"standalone": true})), "53000030"),
        (PAYMENTS, with(PAYMENT, json!({"comment": "thanks \u{1f600}"})), "53000020"),
        (PAYMENTS, with(PAYMENT, json!({"invoices": [{"amount": 10.11}]})), "53000030"),
        (PAYMENTS, PAYMENT.replace("10.10", "0.12345678901234567890123456789012"), "53000020"),
        (
            PAYMENTS,
            with(
                PAYMENT,
                json!({"invoices": documents(15), "debitMemos": [{"items": [{"amount": 0, "taxItemId": "x"}]}]}),
            ),
            "53000030",
        ),
        (SESSIONS, with(SESSION, json!({"accountId": null})), "50000022"),
        (SESSIONS, with(SESSION, json!({"processPayment": false, "storePaymentMethod": false})), "50000030"),
    ] {
        let reply = caller.post(path, &[NEW], body).await;
        assert_eq!((reply.status, reply.code()), (400, json!(code)), "{}", reply.text());
    }
    assert!(caller.simulator.ledger().is_empty());
    for body in [
        with(&electronic, json!({"effectiveDate": "2023-11-14"})),
        with(&electronic, json!({"standalone": true, "accountId": "a2"})),
        with(PAYMENT, json!({"accountId": null})),
        with(PAYMENT, json!({"invoices": documents(15)})),
    ] {
        let reply = caller.post(PAYMENTS, &[NEW], body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

#[tokio::test]
async fn accounts_hold_together() {
    let caller = Caller::new().await;
    let both = |number: &str| with(AUTHORIZATION, json!({"accountNumber": number}));
    assert_eq!(caller.post(AUTHORIZE, &[NEW], both("A1")).await.status, 200);
    let other = caller.post(AUTHORIZE, &[NEW], both("A2")).await;
    assert_eq!((other.status, other.code()), (400, json!("50000030")));
    let payment = caller.post(PAYMENTS, &[NEW], PAYMENT).await.json();
    assert_eq!(payment["accountNumber"], "A1");
}

#[tokio::test]
async fn both_styles_of_failures() {
    let caller = Caller::new().await;
    let refused = with(PAYMENT, json!({"currency": null}));
    for header in [OLD, ("zuora-version", "186.0"), ("zuora-version", "nonsense"), ("x-none", "")] {
        let reply = caller.post(PAYMENTS, &[header], refused.clone()).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json()["success"], false);
        assert_eq!(reply.json()["processId"].as_str().unwrap().len(), 16);
        assert_eq!(reply.code(), "53000022");
    }
    let reply = caller.post(PAYMENTS, &[NEW], refused.clone()).await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.json()["requestId"].as_str().unwrap().len(), 36);
    let upgraded = Simulator::builder().tenant_version("2024-05-20").codes(CodeSpelling::Number);
    let upgraded = Caller::with(upgraded).await;
    let reply = upgraded.post(PAYMENTS, &[], refused).await;
    assert_eq!((reply.status, reply.code()), (400, json!(53_000_022)));
}

#[tokio::test]
async fn every_category_on_demand() {
    let caller = Caller::new().await;
    for (category, status) in [
        (10, 403),
        (11, 401),
        (20, 400),
        (21, 400),
        (22, 400),
        (23, 400),
        (27, 400),
        (30, 400),
        (40, 404),
        (45, 405),
        (50, 409),
        (60, 500),
        (61, 500),
        (70, 429),
        (90, 400),
        (99, 500),
    ] {
        let wish = format!("category-{category}");
        for (path, body) in [
            (PAYMENTS, with(PAYMENT, json!({"gatewayOrderId": wish}))),
            (AUTHORIZE, with(AUTHORIZATION, json!({"gatewayOrderId": wish}))),
            (SESSIONS, with(SESSION, json!({"accountId": wish}))),
        ] {
            let reply = caller.post(path, &[NEW], body.clone()).await;
            assert_eq!(reply.status, status, "{path} {category}");
            assert!(reply.code().as_str().unwrap().ends_with(&category.to_string()));
            let old = caller.post(path, &[OLD], body).await;
            assert_eq!(old.status, if path == SESSIONS { status } else { 200 });
        }
    }
    assert!(caller.simulator.ledger().is_empty());
}

#[tokio::test]
async fn declined_authorizations() {
    let caller = Caller::new().await;
    let path = "/v1/payment-methods/pm-declined/authorize";
    let reply = caller.post(path, &[NEW], AUTHORIZATION).await;
    let body = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!((&body["success"], &body["resultCode"]), (&json!(false), &json!(1)));
    assert_eq!(body["reasons"][0]["code"], "53000060");
    assert_eq!(body["paymentGatewayResponse"]["gatewayResponseCode"], "402");
    assert_eq!(body.get("transactionId"), None);
    let order = with(AUTHORIZATION, json!({"gatewayOrderId": "decline-65"}));
    assert_eq!(caller.post(AUTHORIZE, &[], order).await.json()["resultCode"], 65);
    assert!(caller.simulator.ledger().is_empty());
    let order = with(AUTHORIZATION, json!({"gatewayOrderId": "held-11"}));
    let reply = caller.post(AUTHORIZE, &[], order).await.json();
    assert_eq!((&reply["success"], &reply["resultCode"]), (&json!(false), &json!(11)));
    assert_eq!(caller.simulator.ledger().count(Movement::Authorization), 1);

    let other = Simulator::builder()
        .declines(DeclineStyle::ByVersion)
        .decline_category(Category::ExternalSystem)
        .result_codes(CodeSpelling::Text)
        .gateway_details(false);
    let other = Caller::with(other).await;
    let reply = other.post(path, &[NEW], AUTHORIZATION).await;
    assert_eq!((reply.status, reply.code()), (500, json!("53000099")));
    assert_eq!(reply.json()["resultCode"], "1");
    assert_eq!(reply.json().get("paymentGatewayResponse"), None);
    assert_eq!(other.post(path, &[OLD], AUTHORIZATION).await.status, 200);
}

#[tokio::test]
async fn declined_payments() {
    let caller = Caller::new().await;
    let by = |method: &str| with(PAYMENT, json!({"type": "Electronic", "paymentMethodId": method}));
    let reply = caller.post(PAYMENTS, &[NEW], by("pm-declined")).await;
    assert_eq!((reply.status, reply.code()), (500, json!("53000060")));
    let reply = caller.post(PAYMENTS, &[OLD], by("pm-declined")).await;
    assert_eq!((reply.status, &reply.json()["success"]), (200, &json!(false)));
    let reply = caller.post(PAYMENTS, &[NEW], by("pm-unknown")).await;
    assert_eq!(reply.status, 404);
    let reply = caller.post(PAYMENTS, &[NEW], by("pm-status-error")).await.json();
    assert_eq!((&reply["success"], &reply["status"]), (&json!(true), &json!("Error")));
    assert!(caller.simulator.ledger().is_empty());
    let reply = caller.post(PAYMENTS, &[NEW], by("pm-pending")).await.json();
    assert_eq!(reply["status"], "Pending");
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

#[tokio::test]
async fn paths_methods_and_media_types() {
    let caller = Caller::new().await;
    assert_eq!(caller.post("/v1/orders", &[], "{}").await.status, 404);
    assert_eq!(caller.post("/v1/payment-methods//authorize", &[], "{}").await.status, 404);
    let text = [NEW, ("content-type", "text/plain")];
    assert_eq!(caller.post(PAYMENTS, &text, PAYMENT).await.status, 415);
    let deflate = [NEW, ("content-encoding", "deflate")];
    assert_eq!(caller.post(PAYMENTS, &deflate, PAYMENT).await.status, 415);
    let bearer = format!("Bearer {}", caller.token);
    let headers = [("authorization", bearer.as_str())];
    let reply = send(&caller.simulator, "PUT", PAYMENTS, &headers, PAYMENT.into());
    assert_eq!(reply.await.unwrap().status, 405);
}

#[tokio::test]
async fn response_headers() {
    let caller = Caller::new().await;
    let reply = caller.post(PAYMENTS, &[("zuora-track-id", "order 7")], PAYMENT).await;
    assert_eq!(reply.header("zuora-track-id"), Some("order 7"));
    assert_eq!(reply.header("zuora-request-id").unwrap().len(), 36);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let windows = "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400";
    assert_eq!(reply.header("ratelimit-limit"), Some(windows));
    let reset: u64 = reply.header("ratelimit-reset").unwrap().parse().unwrap();
    assert!((1..=60).contains(&reset));
    assert_eq!(reply.header("concurrency-limit-type"), Some("Default"));
    assert_eq!(reply.header("concurrency-limit-limit"), Some("40"));
    assert_eq!(reply.header("concurrency-limit-remaining"), Some("39"));
    let reply = caller.post(PAYMENTS, &[], PAYMENT).await;
    assert_eq!(reply.header("zuora-track-id"), None);
}

#[tokio::test]
async fn gzip_both_ways() {
    use std::io::Write;
    let caller = Caller::new().await;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(PAYMENT.as_bytes()).unwrap();
    let zipped = encoder.finish().unwrap();
    let headers = [("content-encoding", "gzip"), ("accept-encoding", "deflate, gzip;q=0.8")];
    let reply = caller.post(PAYMENTS, &headers, zipped).await;
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    let plain: Value = serde_json::from_slice(&reply.unzipped()).unwrap();
    assert_eq!(plain["success"], true);
    let small = caller.post(AUTHORIZE, &headers[1..], AUTHORIZATION).await;
    assert_eq!(small.header("content-encoding"), None);
    let broken = caller.post(PAYMENTS, &[NEW, headers[0]], PAYMENT).await;
    assert_eq!(broken.code(), "53000090");
}

#[tokio::test]
async fn rates() {
    let caller = Caller::with(Simulator::builder().calls_per_minute(1)).await;
    let first = caller.post(PAYMENTS, &[], PAYMENT).await;
    assert_eq!((first.status, first.header("ratelimit-remaining")), (200, Some("0")));
    let second = caller.post(PAYMENTS, &[], PAYMENT).await;
    assert_eq!((second.status, second.code()), (429, json!("70")));
    caller.simulator.advance(Duration::from_secs(60));
    assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, 200);
}
