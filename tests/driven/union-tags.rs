//! Unions with a discriminator. OpenAPI 3.0.4, "Discriminator Object".

use std::sync::{Arc, Mutex};

use sdk::testing::ScriptedTransport;
use sdk::{
    BankPayment, BaseUrl, Booked, CardPayment, Cash, Client, Coin, Crypto, Error, Map, Payment, Refund, RetryPolicy, ToCard,
    Voucher,
};

fn client(server: &ScriptedTransport) -> Client {
    let base_url = BaseUrl::new("https://api.example.com/v1").unwrap();
    Client::builder(base_url).transport(server.clone()).retry(RetryPolicy::never()).build().unwrap()
}

/// Returns the body that a payment is sent as.
fn sent(payment: &Payment) -> Result<String, Error> {
    let server = ScriptedTransport::new().json(200, "{}");
    let sent = client(&server).pay(payment).wait();
    match server.requests().pop() {
        Some(request) => Ok(request.text()),
        None => Err(sent.expect_err("nothing was sent")),
    }
}

/// Returns what a response is read as.
fn read(body: &str) -> Payment {
    let server = ScriptedTransport::new().json(200, body.to_owned());
    client(&server).pay(&Cash::new().into()).wait().unwrap().into_inner()
}

/// "The discriminator value is used as the schema name unless a mapping is present for that value"; "It is RECOMMENDED that the
/// property be required", so it is expected in each payload.
#[test]
fn the_tag_is_sent_by_the_key_of_the_mapping_or_by_the_name_of_the_schema() {
    assert_eq!(sent(&CardPayment::new().number("4").into()).unwrap(), r#"{"method":"card","number":"4"}"#);
    assert_eq!(sent(&BankPayment::new("DE1").into()).unwrap(), r#"{"method":"iban","account":"DE1"}"#);
    assert_eq!(sent(&Cash::new().till(2).into()).unwrap(), r#"{"method":"cash","till":2}"#);
    assert_eq!(sent(&Voucher::new().code("X").into()).unwrap(), r#"{"method":"Voucher","code":"X"}"#);
    // What the caller says is sent once, and only where it is a tag of the variant.
    assert_eq!(sent(&CardPayment::new().method("debit").into()).unwrap(), r#"{"method":"debit"}"#);
    assert_eq!(sent(&CardPayment::new().method("CardPayment").into()).unwrap(), r#"{"method":"CardPayment"}"#);
}

#[test]
fn unions_within_unions_have_one_tag_for_each_discriminator() {
    let coin = Payment::from(Crypto::from(Coin::new().wallet("w")));
    assert_eq!(sent(&coin).unwrap(), r#"{"method":"coin","wallet":"w"}"#);
    let token = Payment::from(Crypto::from(Map::from([("id".to_owned(), "7".to_owned())])));
    assert_eq!(sent(&token).unwrap(), r#"{"method":"token","id":"7"}"#);
    let Payment::Crypto(crypto) = read(r#"{"method":"coin","wallet":"w"}"#) else { panic!("it is crypto") };
    assert!(matches!(*crypto, Crypto::Coin(coin) if coin.wallet.as_deref() == Some("w")));
}

/// A contradiction between the variant and the tag in it is refused with the path of the tag, and nothing is sent.
#[test]
fn a_tag_of_another_variant_is_refused() {
    for (payment, demand) in [
        (BankPayment::new("DE1").method("card").into(), "must be one of iban, BankPayment in this variant"),
        (CardPayment::new().method("bitcoin").into(), "must be one of card, debit, CardPayment in this variant"),
    ] {
        let error = sent(&payment).unwrap_err();
        let violations: Vec<_> = error.violations().expect("it is refused").iter().map(ToString::to_string).collect();
        assert_eq!(violations, [format!("$.method {demand}")]);
    }
}

#[test]
fn the_tag_decides_what_a_value_is_read_as() {
    assert!(matches!(read(r#"{"method":"card"}"#), Payment::CardPayment(_)));
    assert!(matches!(read(r#"{"method":"iban","account":"DE1"}"#), Payment::BankPayment(bank) if bank.account.as_deref() == Some("DE1")));
    assert!(matches!(read(r#"{"method":"BankPayment","account":"DE1"}"#), Payment::BankPayment(_)));
    assert!(matches!(read(r#"{"code":"X","method":"Voucher"}"#), Payment::Voucher(one) if one.code.as_deref() == Some("X")));
    let debit = read(r#"{"method":"debit","number":"4"}"#);
    assert!(matches!(&debit, Payment::CardPayment(card) if card.method.as_deref() == Some("debit")));
    assert_eq!(sent(&debit).unwrap(), r#"{"method":"debit","number":"4"}"#);
    assert_eq!(sent(&read(r#"{"method":"Voucher","code":"X"}"#)).unwrap(), r#"{"code":"X","method":"Voucher"}"#);
}

/// "If the discriminating value does not match an implicit or explicit mapping, no schema can be determined and validation SHOULD fail."
#[test]
fn a_tag_without_a_mapping_is_unknown_and_goes_back_as_it_came() {
    for json in [
        r#"{"method":"gold","account":"w","code":"r"}"#,
        r#"{"method":"CARD","number":"4"}"#,
        r#"{"method":"Cash","till":2}"#,
        // "tooling MAY convert response values to strings for comparison"
        r#"{"method":5,"code":"X"}"#,
    ] {
        let payment = read(json);
        assert!(matches!(&payment, Payment::Unknown(value) if value.text() == json), "{json}");
        assert_eq!(sent(&payment).unwrap(), json);
    }
    let Payment::Unknown(gold) = read(r#"{"method":"gold"}"#) else { panic!("it is unknown") };
    assert_eq!(gold.members().unwrap()["method"].as_text().as_deref(), Some("gold"));
}

/// "This property SHOULD be required in the payload schema, as the behavior when the property is absent is undefined": the variant that
/// the rest fits, but none that requires the tag.
#[test]
fn a_value_without_a_tag_is_of_the_variant_that_fits() {
    assert!(matches!(read(r#"{"code":"X"}"#), Payment::Voucher(_)));
    assert!(!matches!(read(r#"{"number":"4"}"#), Payment::CardPayment(_)));
    let server = ScriptedTransport::new().json(200, r#"{"of":{"price":3}}"#);
    let refund = client(&server).refund(&ToCard::new().number("4").into()).wait().unwrap();
    assert!(matches!(refund.of, Some(Booked::Lease(_))));
    assert_eq!(server.requests()[0].text(), "to=card&number=4");
}

#[test]
fn the_tag_of_a_union_is_no_drift() {
    let found = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let found = found.clone();
        move |drift: &sdk::observe::Drift| found.lock().unwrap().push(drift.to_string())
    };
    let json = r#"{"of":{"kind":"lease","price":3}}"#;
    let server = ScriptedTransport::new().json(200, json).json(200, r#"{"of":{"kind":"gift"}}"#);
    let base_url = BaseUrl::new("https://api.example.com/v1").unwrap();
    let client = Client::builder(base_url).transport(server).on_drift(hook).build().unwrap();
    let refund = Refund::from(ToCard::new());
    assert!(matches!(client.refund(&refund).wait().unwrap().of, Some(Booked::Lease(_))));
    assert_eq!(found.lock().unwrap().len(), 0, "{found:?}");
    assert!(matches!(client.refund(&refund).wait().unwrap().of, Some(Booked::Unknown(_))));
    assert_eq!(found.lock().unwrap().len(), 1);
}
