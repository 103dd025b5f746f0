//! Zuora's own document with the overlay of this repository: failures, keys and secrets are treated as in the published crate.

mod support;

use std::fmt::Debug;
use std::future::IntoFuture;
use std::time::Duration;

use sdk::testing::ScriptedTransport;
use sdk::{BaseUrl, Client, CreatePaymentType, Error, Outcome, Response, RetryPolicy};
use sdk_runtime::codegen::{self, Value};
use serde_json::{Value as Tree, json};
use support::{failed, sent};

/// What no log may show: as the number of a card, and as the access token.
const CARD: &str = "4111000011110000";
const TOKEN: &str = "acce55-t0ken";

fn client(server: &ScriptedTransport, retry: RetryPolicy) -> Client {
    let url = BaseUrl::new("https://rest.test.zuora.com").unwrap();
    Client::builder(url).transport(server.clone()).retry(retry).access_token(TOKEN).build().unwrap()
}

fn patient() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

#[track_caller]
fn assert_discreet(shown: &str) {
    assert!(!shown.contains(CARD) && !shown.contains(TOKEN), "{shown}");
}

fn decoded<T: Value>(json: &Tree) -> T {
    codegen::decode(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}\n{json:#}"))
}

/// Drives an operation: the service refuses it with status 200, and is disturbed before it succeeds.
async fn drive<B, T, C>(request: Tree, success: Tree, call: impl Fn(&Client, &B) -> C)
where
    B: Value + Debug,
    T: Debug,
    C: IntoFuture<Output = Result<Response<T>, Error>>,
{
    let body: B = decoded(&request);
    assert_discreet(&format!("{body:?}"));

    let reason = json!({ "code": 50000030, "message": format!("{TOKEN} may not") });
    let refusal = json!({ "success": false, "processId": "P-1", "reasons": [reason] });
    let server = ScriptedTransport::new().json(200, refusal.to_string());
    let error = failed(call(&client(&server, patient()), &body).await);
    assert_eq!((error.outcome(), error.process_id()), (Outcome::Rejected, Some("P-1")), "{error:?}");
    assert_eq!(error.reasons()[0].code(), "50000030");
    assert_eq!(error.reasons()[0].meaning(), Some("business rule violated"));
    assert_discreet(&format!("{error} {error:?} {:?}", error.reasons()));
    let request = sent(&server);
    assert!(request.text().contains(CARD), "{}", request.text());
    let key = error.idempotency_key().expect("the call has a key").as_str().to_owned();
    assert_eq!(request.header("idempotency-key"), Some(&*key));
    assert!((1..=254).contains(&key.len()), "{key}");

    let server = ScriptedTransport::new().json(503, "").json(200, success.to_string());
    let response = call(&client(&server, patient()), &body).await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_discreet(&format!("{response:?}"));
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|request| request.header("idempotency-key").unwrap_or_default()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1] && !keys[0].is_empty() && keys[0] != key, "{keys:?}");
    assert_eq!(requests[0].body(), requests[1].body());
}

fn card() -> Tree {
    json!({ "type": "CreditCard", "cardNumber": CARD, "cardType": "Visa", "expirationMonth": 1, "expirationYear": 2030,
        "cardHolderInfo": { "cardHolderName": "A" } })
}

fn contact() -> Tree {
    json!({ "firstName": "A", "lastName": "B", "country": "C", "state": "D" })
}

/// The success flag is a member of the body's own schema.
#[tokio::test]
async fn operations_that_declare_the_flag_themselves() {
    let holder = json!({ "cardHolderName": "A", "addressLine1": "B", "city": "C", "country": "D", "state": "E", "zipCode": "F" });
    let card_of_account = json!({ "cardNumber": CARD, "cardType": "Visa", "expirationMonth": "01", "expirationYear": "2030",
        "cardHolderInfo": holder });
    let account = json!({ "name": "A", "currency": "EUR", "billToContact": contact(), "billCycleDay": 1,
        "creditCard": card_of_account });
    drive(account, json!({ "success": true, "accountId": "1" }), Client::post_account).await;

    let method = json!({ "type": "CreditCard", "cardNumber": CARD });
    let account = json!({ "name": "A", "currency": "EUR", "billToContact": contact(), "billCycleDay": 1,
        "paymentMethod": method });
    let sign_up = json!({ "accountData": account });
    drive(sign_up, json!({ "success": true }), Client::post_sign_up).await;

    let authorization = json!({ "amount": 1, "gatewayOrderId": "1", "gatewayOptions": { "key": CARD } });
    let approval = json!({ "success": true, "resultCode": 0 });
    drive(authorization, approval, |client, body| client.post_create_authorization("1", body)).await;

    let decryption = json!({ "integrationType": "ApplePay", "merchantID": "1", "paymentToken": { "data": CARD } });
    drive(decryption, json!({ "success": true }), Client::post_payment_methods_decryption).await;
}

/// The success flag is a member of a schema in `allOf`.
#[tokio::test]
async fn operations_that_inherit_the_flag() {
    drive(card(), json!({ "success": true, "id": "1" }), Client::post_payment_methods).await;

    let payment = json!({ "amount": 1, "currency": "EUR", "type": "External", "gatewayOptions": { "key": CARD } });
    let processed =
        json!({ "success": true, "id": "1", "amount": 1, "status": "Processed", "bankIdentificationNumber": CARD });
    drive(payment, processed, Client::post_create_payment).await;

    let account = json!({ "name": "A", "currency": "EUR", "billToContact": contact(), "billCycleDay": 1,
        "paymentMethod": card() });
    let order = json!({ "orderDate": "2030-01-01", "newAccount": account });
    drive(order, json!({ "success": true, "orderNumber": "1" }), Client::post_order).await;

    let refund = json!({ "totalAmount": 1, "type": "External", "softDescriptorPhone": CARD });
    let refunded = json!({ "success": true, "id": "1", "softDescriptorPhone": CARD });
    drive(refund, refunded, |client, body| client.post_refund_payment("1", body)).await;
}

/// The body of a success has no flag; that of a failure has.
#[tokio::test]
async fn operations_without_a_flag() {
    let session = json!({ "amount": 1, "currency": "EUR", "processPayment": true, "gatewayOptions": { "a": CARD } });
    drive(session, json!({ "token": CARD }), Client::post_create_payment_session).await;

    let provider = json!({ "name": "A", "provider": "Sovos", "apiKey": CARD, "secretKey": CARD });
    drive(provider, json!({ "id": "1", "apiKey": CARD }), Client::post_e_invoicing_service_provider).await;

    let template = json!({ "name": "A", "calloutBaseurl": "https://a.example", "eventTypeName": "A", "httpMethod": "POST",
        "requiredAuth": false, "hmacKey": CARD });
    let made = json!({ "id": "1", "hmacKey": CARD, "calloutAuth": { "username": "A", "password": CARD } });
    drive(template, made, Client::create_callout_template).await;

    let query = json!({ "compression": "NONE", "output": { "target": "S3" }, "outputFormat": "JSON", "query": "A",
        "encryptionKey": CARD });
    drive(query, json!({ "data": { "id": "1" } }), Client::post_data_query_job).await;
}

#[tokio::test]
async fn declines_are_told_from_other_failures() {
    let payment: CreatePaymentType = decoded(&json!({ "amount": 1, "currency": "EUR", "type": "Electronic" }));
    for (body, outcome) in [
        (
            json!({ "success": true, "id": "1", "amount": 1, "status": "Error", "gatewayState": "NotSubmitted", "gatewayResponseCode": "05" }),
            Outcome::Rejected,
        ),
        (json!({ "success": true, "id": "1", "amount": 1, "status": "Error" }), Outcome::Unknown),
        (json!({ "success": false, "reasons": [{ "code": 53000060, "message": "declined" }] }), Outcome::Unknown),
    ] {
        let server = ScriptedTransport::new().json(200, body.to_string());
        let error = failed(client(&server, RetryPolicy::never()).post_create_payment(&payment).await);
        assert!(error.is_decline() && error.outcome() == outcome, "{body} {error:?}");
    }
    let server = ScriptedTransport::new().json(200, json!({ "success": false, "resultCode": "1" }).to_string());
    let body = decoded(&json!({ "amount": 1, "gatewayOrderId": "1" }));
    let error = failed(client(&server, RetryPolicy::never()).post_create_authorization("1", &body).await);
    assert!(error.is_decline() && error.outcome() == Outcome::Rejected, "{error:?}");
}

#[tokio::test]
async fn nothing_is_repeated_without_a_key() {
    let server = ScriptedTransport::new().json(503, "");
    let error = failed(client(&server, patient()).put_cancel_payment("1").await);
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
    assert_eq!(sent(&server).header("idempotency-key"), None);
}
