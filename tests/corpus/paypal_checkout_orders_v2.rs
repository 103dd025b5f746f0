//! PayPal's orders: tokens for client credentials, parameters in headers, parts that are put together, bodies of failures.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{
    AmountWithBreakdown, CheckoutPaymentIntent, Client, Environment, Item, Json, Money, Order, OrderCaptureRequest,
    OrderRequest, OrderStatus, OrdersCapture422DetailsItem, OrdersCapture422Response, Outcome, Patch, PatchOp,
    PurchaseUnitRequest,
};
use serde_json::json;
use support::{assert_headers, assert_json, assert_line, builder, failed, in_document, round, sent};

const TOKEN: &str =
    r#"{"scope": "https://uri.paypal.com/a", "access_token": "A21AA", "token_type": "Bearer", "expires_in": 31668}"#;

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::PayPalSandboxEnvironment).client_credentials("id", "s:cret").build().unwrap()
}

fn request() -> OrderRequest {
    let item = Item::new("T-Shirt", Money::new("USD", "100.00"), "1").sku("a/b");
    let unit = PurchaseUnitRequest::new(AmountWithBreakdown::new("USD", "100.00"));
    OrderRequest::new(CheckoutPaymentIntent::Capture, [unit.reference_id("d9f80740").items([item])])
}

#[tokio::test]
async fn a_token_is_fetched_from_another_path() {
    let order = json!({"id": "5O190127TN364715T", "status": "CREATED", "links": [
        {"href": "https://api-m.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T", "rel": "self", "method": "GET"},
    ]});
    let server = ScriptedTransport::new().json(200, TOKEN).json(201, order.to_string()).json(200, order.to_string());
    let client = client(&server);
    let call = client.orders_create(&request()).pay_pal_request_id("7b92603e").prefer("return=minimal");
    let response = call.await.unwrap();
    let requests = server.requests();
    assert_line(&requests[0], "POST https://api-m.sandbox.paypal.com/v1/oauth2/token");
    assert_eq!(requests[0].header("authorization"), Some("Basic aWQ6cyUzQWNyZXQ="));
    assert_eq!(requests[0].text(), "grant_type=client_credentials");
    assert_line(&requests[1], "POST https://api-m.sandbox.paypal.com/v2/checkout/orders");
    assert_headers(
        &requests[1],
        &[
            "accept: application/json",
            "authorization: Bearer A21AA",
            "content-type: application/json",
            "paypal-request-id: 7b92603e",
            "prefer: return=minimal",
        ],
    );
    assert_json(
        requests[1].body(),
        json!({"intent": "CAPTURE", "purchase_units": [{
            "reference_id": "d9f80740",
            "amount": {"currency_code": "USD", "value": "100.00"},
            "items": [{
                "name": "T-Shirt", "unit_amount": {"currency_code": "USD", "value": "100.00"}, "quantity": "1", "sku": "a/b",
            }],
        }]}),
    );
    assert_eq!((response.status().as_u16(), response.id.as_deref()), (201, Some("5O190127TN364715T")));
    assert_eq!(response.status, Some(OrderStatus::Created));
    assert_eq!(response.links.as_ref().unwrap()[0].rel, "self");

    client.orders_get("5O190127TN364715T").fields("payment_source").await.unwrap();
    assert_line(
        &sent(&server),
        "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T?fields=payment_source",
    );
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn the_examples_of_the_document_are_read() {
    let create = "/paths/~1v2~1checkout~1orders/post";
    let request = in_document(&format!("{create}/requestBody/content/application~1json/examples/order_request/value"));
    let request = round::<OrderRequest>(&request);
    assert_eq!(request.intent, CheckoutPaymentIntent::Capture);
    assert_eq!(request.purchase_units[0].amount.value, "100.00");
    let context = request.payment_source.unwrap().paypal.unwrap().experience_context.unwrap();
    assert_eq!(context.brand_name.as_deref(), Some("EXAMPLE INC"));
    assert_eq!(context.return_url.as_deref(), Some("https://example.com/returnUrl"));
    let response = "responses/201/content/application~1json/examples/orders_request_create/value";
    let order = round::<Order>(&in_document(&format!("{create}/{response}")));
    assert_eq!(order.purchase_units.unwrap()[0].reference_id.as_deref(), Some("d9f80740-38f0-11e8-b467-0ed5f89f718b"));
}

#[test]
fn a_whole_order_is_read() {
    let order = json!({
        "id": "5O190127TN364715T", "status": "COMPLETED", "intent": "CAPTURE",
        "payment_source": {"paypal": {
            "name": {"given_name": "John", "surname": "Doe"}, "email_address": "customer@example.com",
            "account_id": "QYR5Z8XDVJNXQ", "account_status": "VERIFIED",
        }},
        "purchase_units": [{
            "reference_id": "d9f80740-38f0-11e8-b467-0ed5f89f718b",
            "shipping": {"address": {
                "address_line_1": "2211 N First Street", "admin_area_2": "San Jose", "admin_area_1": "CA",
                "postal_code": "95131", "country_code": "US",
            }},
            "payments": {"captures": [{
                "id": "3C679366HH908993F", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "100.00"},
                "seller_protection": {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED"]},
                "final_capture": true, "disbursement_mode": "INSTANT", "create_time": "2018-04-01T21:20:49Z",
                "seller_receivable_breakdown": {
                    "gross_amount": {"currency_code": "USD", "value": "100.00"},
                    "paypal_fee": {"currency_code": "USD", "value": "3.00"},
                    "net_amount": {"currency_code": "USD", "value": "97.00"},
                },
                "links": [{"href": "https://api-m.paypal.com/v2/payments/captures/3C", "rel": "self", "method": "GET"}],
                "settled_by": "robot",
            }]},
        }],
        "payer": {"name": {"given_name": "John", "surname": "Doe"}, "payer_id": "QYR5Z8XDVJNXQ"},
    });
    let order = round::<Order>(&order);
    let wallet = order.payment_source.as_ref().unwrap().paypal.as_ref().unwrap();
    assert_eq!(wallet.name.as_ref().unwrap().given_name.as_deref(), Some("John"));
    let payer = order.payer.as_ref().unwrap();
    assert_eq!(payer.payer_id.as_deref(), Some("QYR5Z8XDVJNXQ"));
    let unit = &order.purchase_units.as_ref().unwrap()[0];
    let capture = &unit.payments.as_ref().unwrap().captures.as_ref().unwrap()[0];
    assert_eq!(capture.amount.as_ref().unwrap().value, "100.00");
    assert_eq!(capture.create_time.as_deref(), Some("2018-04-01T21:20:49Z"));
    let fee = capture.seller_receivable_breakdown.as_ref().unwrap().paypal_fee.as_ref().unwrap();
    assert_eq!(fee.value, "3.00");
    assert_eq!(capture.extra().get("settled_by").unwrap().as_text().as_deref(), Some("robot"));
}

#[tokio::test]
async fn a_failure_has_a_body_with_a_type() {
    let body = json!({
        "name": "UNPROCESSABLE_ENTITY",
        "message": "The requested action could not be performed, semantically incorrect, or failed business validation.",
        "details": [
            {"issue": "INSTRUMENT_DECLINED", "description": "The instrument presented was either declined."},
            {"issue": "ORDER_ALREADY_CAPTURED", "description": "Order already captured."},
            {"issue": "SOMETHING_NEW", "description": "?"},
        ],
        "debug_id": "90957fca61718",
        "links": [{"href": "https://developer.paypal.com/docs/", "rel": "information_link", "method": "GET"}],
    });
    let server = ScriptedTransport::new().json(200, TOKEN).json(422, body.to_string());
    let call = client(&server).orders_capture("5O190127TN364715T").body(&OrderCaptureRequest::new());
    let error = failed(call.pay_pal_request_id("a").await);
    let request = sent(&server);
    assert_line(&request, "POST https://api-m.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T/capture");
    assert_eq!(request.text(), "{}");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (422, Outcome::Rejected));
    let read: OrdersCapture422Response = error.decode_body().unwrap().unwrap();
    assert_eq!(read.debug_id.as_deref(), Some("90957fca61718"));
    let details = read.details.as_ref().unwrap();
    assert!(matches!(details[0], OrdersCapture422DetailsItem::InstrumentDeclined(_)), "{details:?}");
    assert!(matches!(details[1], OrdersCapture422DetailsItem::OrderAlreadyCaptured(_)), "{details:?}");
    round::<OrdersCapture422Response>(&body);
}

#[tokio::test]
async fn what_the_service_would_refuse_is_not_sent() {
    let server = ScriptedTransport::new();
    let client = client(&server);
    let error = failed(client.orders_get("5o/../x").fields("a b").await);
    let paths: Vec<_> = error.violations().unwrap().iter().map(|violation| violation.path().to_owned()).collect();
    assert_eq!(paths, ["path parameter id", "query parameter fields"]);
    let unit = PurchaseUnitRequest::new(AmountWithBreakdown::new("USDOLLAR", "1,00"));
    let order = OrderRequest::new(CheckoutPaymentIntent::Capture, [unit]);
    let error = failed(client.orders_create(&order).prefer("return minimal").await);
    let paths: Vec<_> = error.violations().unwrap().iter().map(|violation| violation.path().to_owned()).collect();
    assert_eq!(
        paths,
        ["$.purchase_units[0].amount.currency_code", "$.purchase_units[0].amount.value", "header Prefer"]
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_patch_is_a_list_and_its_response_is_nothing() {
    let server = ScriptedTransport::new().json(200, TOKEN).response(204, &[], "");
    let value = Json::parse(r#"{"address_line_1": "2211 N First Street", "country_code": "US"}"#).unwrap();
    let path = "/purchase_units/@reference_id=='PUHF'/shipping/address";
    let patches = vec![Patch::new(PatchOp::Replace).path(path).value(value)];
    let response = client(&server).orders_patch("5O190127TN364715T").body(&patches).await.unwrap();
    assert_eq!(response.status().as_u16(), 204);
    assert_json(
        sent(&server).body(),
        json!([{"op": "replace", "path": path, "value": {"address_line_1": "2211 N First Street", "country_code": "US"}}]),
    );
}
