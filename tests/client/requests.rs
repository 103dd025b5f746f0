//! The bytes of requests, and requests that are refused before sending.

use std::collections::BTreeSet;

use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{ErrorKind, IdempotencyKey, Json, Outcome, Violations};

use crate::support::{
    HELD, KEY, METHOD, OPEN, Operation, PAID, TOKEN, amount, authorization, key, payment, scripted, scripted_builder,
    session, sole, wire,
};

#[tokio::test]
async fn a_payment_session_on_the_wire() {
    let server = ScriptedTransport::new().json(200, OPEN);
    scripted(&server).create_payment_session(&session().payment_gateway("g1")).await.unwrap();
    assert_eq!(
        wire(&sole(&server)),
        "\
POST https://rest.test.zuora.com/web-payments/sessions
accept-encoding: gzip
accept: application/json
authorization: Bearer access-t0ken
content-type: application/json
idempotency-key: key-1
user-agent: zuora-payments/VERSION
zuora-track-id: key-1

{\"accountId\":\"402881e861bd8a7e0161c6a453750026\",\"amount\":100,\"currency\":\"USD\",\"paymentGateway\":\"g1\",\
\"processPayment\":true,\"storePaymentMethod\":true}"
    );
}

#[tokio::test]
async fn a_payment_on_the_wire() {
    let server = ScriptedTransport::new().json(200, PAID);
    let request = payment()
        .comment("größe \"9\"\n")
        .gateway_options([("SecCode", "WEB")])
        .additional_property("orderRef__c", Json::from("7"));
    scripted(&server).create_payment(&request).await.unwrap();
    assert_eq!(
        wire(&sole(&server)),
        "\
POST https://rest.test.zuora.com/v1/payments
accept-encoding: gzip
accept: application/json
authorization: Bearer access-t0ken
content-type: application/json
idempotency-key: key-1
user-agent: zuora-payments/VERSION
zuora-track-id: key-1
zuora-version: 2025-08-12

{\"accountId\":\"402881e861bd8a7e0161c6a453750026\",\"amount\":44.10,\"comment\":\"größe \\\"9\\\"\\n\",\
\"currency\":\"USD\",\"gatewayOptions\":{\"SecCode\":\"WEB\"},\"type\":\"External\",\"orderRef__c\":\"7\"}"
    );
}

#[tokio::test]
async fn an_authorization_on_the_wire() {
    let server = ScriptedTransport::new().json(200, HELD);
    let client = scripted_builder(&server).access_token(TOKEN).idempotency_key_source(|| key(KEY)).app_name("shop/2.1");
    let client = client.build().unwrap();
    client.create_authorization(METHOD, &authorization().currency("EUR")).track_id("order 1138").await.unwrap();
    assert_eq!(
        wire(&sole(&server)),
        "\
POST https://rest.test.zuora.com/v1/payment-methods/402881e522cf4f9b0122cf5dc4020045/authorize
accept-encoding: gzip
accept: application/json
authorization: Bearer access-t0ken
content-type: application/json
idempotency-key: key-1
user-agent: zuora-payments/VERSION shop/2.1
zuora-track-id: order 1138
zuora-version: 2025-08-12

{\"accountId\":\"402881e861bd8a7e0161c6a453750026\",\"amount\":1.90,\"currency\":\"EUR\",\"gatewayOrderId\":\"A001\"}"
    );
}

#[tokio::test]
async fn headers_come_from_the_call_or_else_from_the_client() {
    let server = ScriptedTransport::new().json(200, PAID).json(200, PAID).json(200, OPEN).json(200, PAID);
    let plain = scripted(&server);
    let client = plain.with_entity_ids("entity-1").with_org_ids("org-1,org-2").with_zuora_version("239.0");
    client.create_payment(&payment()).await.unwrap();
    let call = client.create_payment(&payment()).entity_ids("entity-2").org_ids("org-3");
    call.zuora_version("341.0").zuora_version("338.0").track_id("t").await.unwrap();
    client.create_payment_session(&session()).org_ids("org-4").await.unwrap();
    plain.create_payment(&payment()).await.unwrap();

    let names = ["zuora-entity-ids", "zuora-org-ids", "zuora-version", "zuora-track-id"];
    let sent: Vec<_> = server.requests();
    let sent: Vec<[Option<&str>; 4]> = sent.iter().map(|request| names.map(|name| request.header(name))).collect();
    assert_eq!(
        sent,
        [
            [Some("entity-1"), Some("org-1,org-2"), Some("239.0"), Some(KEY)],
            [Some("entity-2"), Some("org-3"), Some("338.0"), Some("t")],
            // The session has no version: its path is not below /v1.
            [Some("entity-1"), Some("org-4"), None, Some(KEY)],
            [None, None, Some("2025-08-12"), Some(KEY)],
        ]
    );
}

#[tokio::test]
async fn a_path_parameter_stays_one_segment() {
    for (given, sent) in [
        ("../x", "..%2Fx"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2f%2e", "%252f%252e"),
        ("é €", "%C3%A9%20%E2%82%AC"),
        ("...", "..."),
        ("a\r\nb", "a%0D%0Ab"),
    ] {
        let server = ScriptedTransport::new().json(200, HELD);
        scripted(&server).create_authorization(given, &authorization()).await.unwrap();
        let uri = sole(&server).uri().to_string();
        assert_eq!(uri, format!("https://rest.test.zuora.com/v1/payment-methods/{sent}/authorize"));
    }
    for given in ["", ".", "..", "%2e%2e", "%252E."] {
        let server = ScriptedTransport::new();
        let error = scripted(&server).create_authorization(given, &authorization()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
        assert_eq!(paths(error.violations().unwrap()), ["path parameter payment-method-id"], "{given:?}");
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn every_call_has_one_key_and_tells_it() {
    let mut keys = BTreeSet::new();
    for operation in Operation::ALL {
        let good = operation.good();
        let server = ScriptedTransport::new().json(200, good).json(500, "").interrupted().not_sent();
        let client = scripted_builder(&server).access_token(TOKEN).build().unwrap();
        for index in 0..4 {
            let told = match operation.call(&client, None).await {
                Ok(key) => key,
                Err(error) => error.idempotency_key().unwrap().clone(),
            };
            let sent = &server.requests()[index];
            assert_eq!(sent.headers().get_all("idempotency-key").iter().count(), 1);
            assert_eq!(sent.header("idempotency-key"), Some(told.as_str()));
            assert_eq!((told.as_str().len(), &told.as_str()[14..15]), (36, "4"), "a UUID of version 4");
            keys.insert(told.to_string());
        }
    }
    assert_eq!(keys.len(), 12, "never the same key twice");
}

#[tokio::test]
async fn a_key_of_the_callers_is_sent_as_it_is() {
    for operation in Operation::ALL {
        let server = ScriptedTransport::new().json(200, operation.good()).json(504, "");
        let client = scripted_builder(&server).access_token(TOKEN).build().unwrap();
        let given = key("order/1138 #2");
        assert_eq!(operation.call(&client, Some(given.clone())).await.unwrap(), given);
        let error = operation.call(&client, Some(given.clone())).await.unwrap_err();
        assert_eq!(error.idempotency_key(), Some(&given));
        assert!(error.to_string().contains("order/1138 #2"), "{error}");
        for request in server.requests() {
            assert_eq!(request.header("idempotency-key"), Some("order/1138 #2"));
        }
    }
}

#[test]
fn a_key_is_checked_when_it_is_made() {
    for bad in ["", " x", "x ", "a\nb", "schlüssel", &"k".repeat(255)] {
        let error = IdempotencyKey::new(bad).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent), "{bad:?}");
        assert!(error.to_string().contains("idempotency key"), "{error}");
    }
    IdempotencyKey::new("k".repeat(254)).unwrap();
}

#[tokio::test]
async fn all_that_is_wrong_with_a_call_is_said_at_once() {
    let server = ScriptedTransport::new();
    let body = payment().comment("x".repeat(256)).gateway_options([("SecCode", "y".repeat(256))]);
    for (track_id, says) in [
        ("t".repeat(65), "is 65 characters long, at most 64 are allowed"),
        ("a:b".to_owned(), "does not match"),
        ("a;b".to_owned(), "does not match"),
        ("a\"b".to_owned(), "does not match"),
        ("a'b".to_owned(), "does not match"),
        ("spaß".to_owned(), "does not match"),
        ("a\tb".to_owned(), "does not match"),
    ] {
        let error = scripted(&server).create_payment(&body).track_id(track_id).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
        assert!(!error.is_retryable());
        let violations = error.violations().unwrap();
        let mut paths_found = paths(violations);
        paths_found.dedup();
        assert_eq!(paths_found, ["$.comment", "$.gatewayOptions.SecCode", "header Zuora-Track-Id"], "{error}");
        let of_track = violations.iter().find(|violation| violation.path().starts_with("header"));
        assert!(of_track.unwrap().message().contains(says), "{error}");
    }
    let empty = scripted(&server).create_payment(&payment()).track_id("").await.unwrap_err();
    assert_eq!(paths(empty.violations().unwrap()), ["header Zuora-Track-Id"]);
    for good in ["t", "t".repeat(64).as_str(), "order-1138/2 (again) ~!@#$%^&*"] {
        let server = ScriptedTransport::new().json(200, PAID);
        scripted(&server).create_payment(&payment()).track_id(good).await.unwrap();
        assert_eq!(sole(&server).header("zuora-track-id"), Some(good));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_path_the_headers_and_the_body_are_told_together() {
    let server = ScriptedTransport::new();
    let mut body = authorization();
    body.account_id = None;
    let call = scripted(&server).with_org_ids("a\nb").create_authorization("", &body.currency("eur"));
    let error = call.track_id("x'").entity_ids("é").await.unwrap_err();
    let mut paths_found = paths(error.violations().unwrap());
    paths_found.sort_unstable();
    assert_eq!(
        paths_found,
        [
            "$",
            "$.currency",
            "header Zuora-Entity-Ids",
            "header Zuora-Org-Ids",
            "header Zuora-Track-Id",
            "path parameter payment-method-id"
        ],
        "{error}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_without_a_token() {
    let secret = "s+e=c/r&e t%20é";
    let token = r#"{"access_token": "fresh-t0ken", "token_type": "bearer", "expires_in": 3599}"#;
    let server = ScriptedTransport::new().json(200, token).json(200, PAID).json(200, OPEN).json(200, HELD);
    let client = scripted_builder(&server).client_credentials("b64e42ba-7e1a-4bc6-9146-5e1b420306b5", secret);
    let client = client.build().unwrap();
    for operation in [Operation::Payment, Operation::Session, Operation::Authorization] {
        operation.call(&client.with_entity_ids("e").clone(), None).await.unwrap();
    }
    let requests = server.requests();
    assert_eq!(
        wire(&requests[0]),
        "\
POST https://rest.test.zuora.com/oauth/token
accept-encoding: gzip
accept: application/json
content-type: application/x-www-form-urlencoded
user-agent: zuora-payments/VERSION

client_id=b64e42ba-7e1a-4bc6-9146-5e1b420306b5&client_secret=s%2Be%3Dc%2Fr%26e%20t%2520%C3%A9\
&grant_type=client_credentials"
    );
    assert_eq!(requests.len(), 4);
    for request in &requests[1..] {
        assert_eq!(request.header("authorization"), Some("Bearer fresh-t0ken"));
    }
}

#[tokio::test]
async fn calls_that_start_together_share_one_token() {
    let token = r#"{"access_token": "fresh-t0ken", "expires_in": "3599"}"#;
    let mut server = ScriptedTransport::new().json(200, token).after(std::time::Duration::from_millis(50));
    for _ in 0..8 {
        server = server.json(200, PAID);
    }
    let client = scripted_builder(&server).client_credentials("id", "secret").build().unwrap();
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(client.create_payment(&payment()).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let tokens = server.requests().iter().filter(|request| request.uri().path() == "/oauth/token").count();
    assert_eq!((tokens, server.requests().len()), (1, 9));
}

#[tokio::test]
async fn a_call_can_be_sent_from_any_task_after_its_request_is_gone() {
    fn is_sendable<F: Future + Send + 'static>(future: F) -> F {
        future
    }
    let server = ScriptedTransport::new().json(200, PAID).json(200, HELD).json(200, OPEN);
    let client = scripted(&server);
    let payment = is_sendable(client.create_payment(&payment()).into_future());
    let authorization = is_sendable(client.create_authorization(String::from("pm"), &authorization()).into_future());
    let session = is_sendable(client.create_payment_session(&session()).into_future());
    drop(client);
    assert_eq!(tokio::spawn(payment).await.unwrap().unwrap().number.as_deref(), Some("P-00000001"));
    assert_eq!(tokio::spawn(authorization).await.unwrap().unwrap().transaction_id.as_deref(), Some("5231"));
    assert_eq!(tokio::spawn(session).await.unwrap().unwrap().token.expose(), "LTljuuLaDQnHxeVpWaX6zq2xY2FJ6sSE");
}

#[tokio::test]
async fn a_call_that_is_dropped_sends_nothing() {
    let server = ScriptedTransport::new().json(200, PAID);
    let client = scripted(&server);
    let _ = client.create_payment(&payment());
    drop(client.create_payment(&payment()).into_future());
    assert!(server.requests().is_empty());
    assert_eq!(server.remaining(), 1);
}

#[tokio::test]
async fn amounts_are_sent_digit_by_digit() {
    for text in
        ["0.1", "10.10", "100", "1e2", "79228162514264337593543950335", "0.0000000000000000000000000001", "-1.50"]
    {
        let server = ScriptedTransport::new().json(200, PAID);
        let mut request = payment();
        request.amount = amount(text);
        scripted(&server).create_payment(&request).await.unwrap();
        let body = sole(&server).text();
        let sent = if text == "1e2" { "100" } else { text };
        assert!(body.contains(&format!("\"amount\":{sent},")), "{body}");
    }
}

fn paths(violations: &Violations) -> Vec<&str> {
    violations.iter().map(|violation| violation.path()).collect()
}

#[tokio::test]
async fn characters_that_the_service_does_not_take_are_refused() {
    let server = ScriptedTransport::new().json(200, PAID).json(200, PAID);
    let client = scripted(&server);
    let pays = async |comment: &str| client.create_payment(&payment().comment(comment)).await;
    for comment in ["thanks 😀", "𝒳", "\u{10ffff}"] {
        let error = pays(comment).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
        let shown = error.to_string();
        assert!(shown.contains("$.comment has a character of 4 bytes in UTF-8, at most 3 are allowed"), "{shown}");
        assert!(!shown.contains(comment), "{shown}");
    }
    let escaped = Json::parse(r#"{"a":"\ud83d\ude00"}"#).unwrap();
    let error = client.create_payment(&payment().additional_property("note__c", escaped)).await.unwrap_err();
    assert!(error.to_string().contains("$.note__c.a has a character of 4 bytes"), "{error}");
    let error = client.create_payment_session(&session().gateway_options([("a", "😀")])).await.unwrap_err();
    assert!(error.to_string().contains("$.gatewayOptions.a has a character of 4 bytes"), "{error}");
    let error = client.create_authorization(METHOD, &authorization().soft_descriptor("😀")).await.unwrap_err();
    assert!(error.to_string().contains("$.softDescriptor has a character of 4 bytes"), "{error}");
    assert!(server.requests().is_empty());

    pays("你好, größe € \u{ffff}").await.unwrap();
    let plain = Json::parse(r#"{"a":"\u4f60\n"}"#).unwrap();
    client.create_payment(&payment().additional_property("note__c", plain)).await.unwrap();
}
