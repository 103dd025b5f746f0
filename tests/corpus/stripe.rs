//! Stripe: forms with a way to each value, deep objects in queries, references that may be expanded.

#![recursion_limit = "256"]

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{
    ApiErrorsSource, Charge, ChargeBalanceTransaction, ChargeCustomer, ChargeStatus, Client, CustomerDefaultSource,
    Environment, ErrorModel, GetChargesCreated, GetChargesCreatedRangeQuerySpecs, GetCustomersCustomer200Response, Map,
    Outcome, PostCustomersRequest, PostCustomersRequestAddressChoice, PostCustomersRequestAddressOptionalFieldsAddress,
    PostCustomersRequestShippingCustomerShipping, PostCustomersRequestShippingCustomerShippingAddress,
    PostCustomersRequestTaxExempt, PostCustomersRequestTaxIdDataItem, PostCustomersRequestTaxIdDataItemType,
};
use serde_json::json;
use support::{assert_form, assert_headers, assert_line, builder, failed, round, sent};

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::ApiStripeCom).basic_auth("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "").build().unwrap()
}

#[tokio::test]
async fn a_form_holds_the_way_to_each_value() {
    let server = ScriptedTransport::new().json(200, r#"{"id": "cus_1", "object": "customer"}"#);
    let address = PostCustomersRequestAddressOptionalFieldsAddress::new().city("Zürich").line1("1 & 2");
    let shipping = PostCustomersRequestShippingCustomerShipping::new(
        PostCustomersRequestShippingCustomerShippingAddress::new().country("CH"),
        "Jenny Rosen",
    );
    let request = PostCustomersRequest::new()
        .address(address)
        .balance(-100)
        .email("jenny+1@example.com")
        .expand(["default_source", "invoice_settings.default_payment_method"])
        .metadata(Map::from([("order id".to_owned(), "6735".to_owned()), ("x[y]".to_owned(), "=".to_owned())]))
        .preferred_locales(["de", "en"])
        .shipping(shipping)
        .tax_exempt(PostCustomersRequestTaxExempt::None)
        .tax_id_data([
            PostCustomersRequestTaxIdDataItem::new(PostCustomersRequestTaxIdDataItemType::EuVat, "DE123456789"),
            PostCustomersRequestTaxIdDataItem::new(PostCustomersRequestTaxIdDataItemType::ChVat, "CHE-1"),
        ]);
    let customer = client(&server).post_customers().body(&request).await.unwrap();
    assert_eq!(customer.id.as_deref(), Some("cus_1"));
    let request = sent(&server);
    assert_line(&request, "POST https://api.stripe.com/v1/customers");
    assert_headers(
        &request,
        &[
            "accept: application/json",
            "authorization: Basic c2tfdGVzdF80ZUMzOUhxTHlqV0Rhcmp0VDF6ZHA3ZGM6",
            "content-type: application/x-www-form-urlencoded",
        ],
    );
    assert_form(
        &request.text(),
        &[
            "address[city]=Zürich",
            "address[line1]=1 & 2",
            "balance=-100",
            "email=jenny+1@example.com",
            "expand[0]=default_source",
            "expand[1]=invoice_settings.default_payment_method",
            "metadata[order id]=6735",
            "metadata[x[y]]==",
            "preferred_locales[0]=de",
            "preferred_locales[1]=en",
            "shipping[address][country]=CH",
            "shipping[name]=Jenny Rosen",
            "tax_exempt=none",
            "tax_id_data[0][type]=eu_vat",
            "tax_id_data[0][value]=DE123456789",
            "tax_id_data[1][type]=ch_vat",
            "tax_id_data[1][value]=CHE-1",
        ],
    );
    assert!(request.text().starts_with("address%5Bcity%5D=Z%C3%BCrich&address%5Bline1%5D=1%20%26%202&balance=-100"));
}

#[tokio::test]
async fn an_empty_text_takes_a_value_away() {
    let server = ScriptedTransport::new().json(200, "{}");
    let request = PostCustomersRequest::new().address(PostCustomersRequestAddressChoice::Empty).name("");
    client(&server).post_customers().body(&request).await.unwrap();
    assert_eq!(sent(&server).text(), "address=&name=");
}

#[tokio::test]
async fn a_deep_object_stands_in_a_query() {
    let list = json!({"object": "list", "url": "/v1/charges", "has_more": false, "data": [{"id": "ch_1", "object": "charge"}]});
    let server = ScriptedTransport::new().json(200, list.to_string()).json(200, list.to_string());
    let client = client(&server);
    let range = GetChargesCreatedRangeQuerySpecs::new().gte(1_650_000_000).lt(1_700_000_000);
    let call = client.get_charges().created(&range.into()).customer("cus_1").expand(["data.customer", "data.a b"]);
    let charges = call.limit(3).await.unwrap();
    assert_eq!(charges.data.as_ref().unwrap()[0].id.as_deref(), Some("ch_1"));
    let request = sent(&server);
    assert_line(
        &request,
        "GET https://api.stripe.com/v1/charges?created%5Bgte%5D=1650000000&created%5Blt%5D=1700000000&customer=cus_1\
         &expand%5B0%5D=data.customer&expand%5B1%5D=data.a%20b&limit=3",
    );
    assert!(request.body().is_empty());
    assert_eq!(request.header("content-type"), None);

    client.get_charges().created(&GetChargesCreated::Integer(7)).await.unwrap();
    assert_line(&sent(&server), "GET https://api.stripe.com/v1/charges?created=7");
}

fn charge(customer: serde_json::Value) -> serde_json::Value {
    json!({
        "id": "ch_3Kn", "object": "charge", "amount": 2000, "amount_captured": 0, "amount_refunded": 0,
        "application": null, "application_fee": null, "application_fee_amount": null,
        "balance_transaction": "txn_1Kn",
        "billing_details": {
            "address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null},
            "email": null, "name": "Jenny Rosen", "phone": null,
        },
        "calculated_statement_descriptor": null, "captured": true, "created": 1_649_705_436, "currency": "usd",
        "customer": customer, "description": "My First Test Charge", "disputed": false,
        "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {},
        "invoice": null, "livemode": false, "metadata": {"order": "6735"}, "on_behalf_of": null, "order": null,
        "outcome": null, "paid": true, "payment_intent": null, "payment_method": "card_1Kn",
        "payment_method_details": {"card": {
            "brand": "visa", "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
            "country": "US", "exp_month": 8, "exp_year": 2023, "fingerprint": "Xt5EWLLDS7FJjR1c", "funding": "credit",
            "installments": null, "last4": "4242", "mandate": null, "network": "visa", "three_d_secure": null, "wallet": null,
        }, "type": "card"},
        "receipt_email": null, "receipt_number": null, "receipt_url": "https://pay.stripe.com/r", "refunded": false,
        "refunds": {"object": "list", "data": [], "has_more": false, "url": "/v1/charges/ch_3Kn/refunds"},
        "review": null, "shipping": null, "source": null, "source_transfer": null, "statement_descriptor": null,
        "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null, "transfer_group": null,
        "radar_options": {"session": 1e2},
    })
}

#[test]
fn a_reference_is_a_text_an_object_or_what_is_left_of_one() {
    let read = round::<Charge>(&charge(json!("cus_1")));
    assert!(matches!(&read.customer, Some(ChargeCustomer::Text(id)) if id == "cus_1"));
    assert!(matches!(&read.balance_transaction, Some(ChargeBalanceTransaction::Text(id)) if id == "txn_1Kn"));
    assert_eq!(read.status, Some(ChargeStatus::Succeeded));
    let card = read.payment_method_details.as_ref().unwrap().card.as_ref().unwrap();
    assert_eq!((card.last4.as_deref(), card.exp_month), (Some("4242"), Some(8)));
    assert!(read.billing_details.as_ref().unwrap().address.as_ref().unwrap().city.is_none());
    assert_eq!(read.extra().get("radar_options").unwrap().text(), r#"{"session":100.0}"#);

    let deleted = json!({"id": "cus_2", "object": "customer", "deleted": true});
    let read = round::<Charge>(&charge(deleted));
    let Some(ChargeCustomer::DeletedCustomer(customer)) = &read.customer else { panic!("{:?}", read.customer) };
    assert_eq!((customer.id.as_deref(), customer.deleted), (Some("cus_2"), Some(true)));

    let there = json!({
        "id": "cus_3", "object": "customer", "created": 1, "livemode": false, "default_source": "card_1", "email": null,
    });
    let read = round::<Charge>(&charge(there));
    let Some(ChargeCustomer::Customer(customer)) = &read.customer else { panic!("{:?}", read.customer) };
    assert!(matches!(&customer.default_source, Some(CustomerDefaultSource::Text(id)) if id == "card_1"));
}

#[tokio::test]
async fn a_response_may_be_what_is_left_of_an_object() {
    let card =
        json!({"id": "card_1", "object": "card", "brand": "Visa", "last4": "4242", "exp_month": 1, "exp_year": 30});
    let full = json!({"id": "cus_3", "object": "customer", "created": 1, "livemode": false, "default_source": card});
    let gone = json!({"id": "cus_3", "object": "customer", "deleted": true});
    let server =
        ScriptedTransport::new().json(200, full.to_string()).json(200, gone.to_string()).json(200, gone.to_string());
    let client = client(&server);
    let response = client.get_customers_customer("cus_3").expand(["default_source"]).await.unwrap();
    assert_line(&sent(&server), "GET https://api.stripe.com/v1/customers/cus_3?expand%5B0%5D=default_source");
    let GetCustomersCustomer200Response::Customer(customer) = &*response else { panic!("{response:?}") };
    let Some(CustomerDefaultSource::Card(card)) = &customer.default_source else { panic!("{customer:?}") };
    assert_eq!(card.last4.as_deref(), Some("4242"));

    let response = client.get_customers_customer("cus_3").await.unwrap();
    assert!(matches!(&*response, GetCustomersCustomer200Response::DeletedCustomer(_)));
    let response = client.delete_customers_customer("a/b?").await.unwrap();
    assert_line(&sent(&server), "DELETE https://api.stripe.com/v1/customers/a%2Fb%3F");
    assert_eq!(response.deleted, Some(true));
}

#[tokio::test]
async fn a_failure_has_a_body_with_a_type() {
    let body = json!({"error": {
        "type": "card_error", "code": "card_declined", "decline_code": "generic_decline", "message": "Your card was declined.",
        "charge": "ch_1", "source": {"id": "card_1", "object": "card", "last4": "0002"},
    }});
    let server = ScriptedTransport::new().json(402, body.to_string());
    let error = failed(client(&server).get_charges().await);
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (402, Outcome::Unknown));
    let body: ErrorModel = error.decode_body().unwrap().unwrap();
    let errors = body.error.unwrap();
    assert_eq!(errors.decline_code.as_deref(), Some("generic_decline"));
    assert!(matches!(errors.source, Some(ApiErrorsSource::Card(card)) if card.last4.as_deref() == Some("0002")));
}

#[tokio::test]
async fn a_document_is_downloaded() {
    let server = ScriptedTransport::new().response(200, &[("content-type", "application/pdf")], "%PDF-1.4\n");
    let response = client(&server).get_quotes_quote_pdf("qt_1").await.unwrap();
    assert_eq!(&response.bytes().await.unwrap()[..], b"%PDF-1.4\n");
    let request = sent(&server);
    assert_line(&request, "GET https://api.stripe.com/v1/quotes/qt_1/pdf");
    assert_eq!(request.header("accept"), Some("application/pdf, application/json"));
}
