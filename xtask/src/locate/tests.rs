//! The names of our document, and errors for unknown names.

use std::fs;

use super::*;

fn own() -> Subject {
    Subject::own(&crate::root(), &input::Overlays::default()).unwrap()
}

/// Returns the text at a place.
fn text_at(file: &str, line: usize, column: usize) -> String {
    let text = fs::read_to_string(crate::root().join(file)).unwrap();
    text.lines().nth(line - 1).unwrap().chars().skip(column - 1).collect()
}

/// A name, the kind and the path of what it refers to, and the begin of the lines that declare it in the document and in the code.
type Spelling = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const SPELLINGS: &[Spelling] = &[
    ("CreatePaymentRequest", "type", "CreatePaymentRequest", "CreatePaymentRequest:", &["CreatePaymentRequest {"]),
    (
        "zuora_payments::CreatePaymentRequest::amount",
        "field",
        "CreatePaymentRequest::amount",
        "amount:",
        &["amount: Decimal"],
    ),
    ("CreatePaymentRequest::r#type", "field", "CreatePaymentRequest::type", "type:", &["r#type: PaymentType"]),
    ("CreatePaymentRequest.accountId", "field", "CreatePaymentRequest::account_id", "accountId:", &["account_id"]),
    ("PaymentStatus=Error", "value", "PaymentStatus::Error", "Error", &["Error = "]),
    ("PaymentStatus::Error", "value", "PaymentStatus::Error", "Error", &["Error = "]),
    (
        "Client::create_payment",
        "operation",
        "Client::create_payment",
        "post:",
        &["create_payment(", "CreatePayment: idempotent"],
    ),
    (
        "createPayment",
        "operation",
        "Client::create_payment",
        "post:",
        &["create_payment(", "CreatePayment: idempotent"],
    ),
    (
        "POST /v1/payments",
        "operation",
        "Client::create_payment",
        "post:",
        &["create_payment(", "CreatePayment: idempotent"],
    ),
    (
        "/paths/~1v1~1payments/post",
        "operation",
        "Client::create_payment",
        "post:",
        &["create_payment(", "CreatePayment: idempotent"],
    ),
    (
        "operations::CreatePayment::track_id",
        "header",
        "operations::CreateAuthorization::track_id",
        "TrackId:",
        &["track_id: impl"; 3],
    ),
    ("zuora-track-id", "header", "operations::CreateAuthorization::track_id", "TrackId:", &["track_id: impl"; 3]),
    (
        "Client::with_zuora_version",
        "header",
        "Client::with_zuora_version",
        "ZuoraVersion:",
        &["with_zuora_version(", "zuora_version: impl", "zuora_version: impl"],
    ),
    (
        "Idempotency-Key",
        "header",
        "operations::CreateAuthorization::idempotency_key",
        "IdempotencyKey:",
        &["pub struct Create"; 3],
    ),
    (
        "payment-method-id",
        "parameter",
        "Client::create_authorization(payment_method_id)",
        "name: payment-method-id",
        &["create_authorization("],
    ),
    (
        "#/components/schemas/Payment/properties/amount",
        "field",
        "Payment::amount",
        "amount:",
        &["amount: Option<Decimal>"],
    ),
    (
        "spec/zuora-payments.yaml#/components/schemas/PaymentStatus/enum/3",
        "value",
        "PaymentStatus::Error",
        "Error",
        &["Error = "],
    ),
    (
        "CreatePaymentSessionRequest::pay_once",
        "constructor",
        "CreatePaymentSessionRequest::pay_once",
        "name:",
        &["pay_once("],
    ),
    ("https://rest.zuora.com", "server", "Environment::UsProductionCloud2", "", &["UsProductionCloud2,"]),
];

#[test]
fn every_spelling_leads_to_the_lines_that_have_it() {
    let subject = own();
    for (asked, kind, rust, in_document, in_code) in SPELLINGS.iter().copied() {
        let found = subject.find(asked).unwrap_or_else(|error| panic!("{asked}: {error}"));
        let first = &found[0];
        assert_eq!((first.entity.kind.as_str(), first.entity.rust[0].as_str()), (kind, rust), "{asked}");
        let (file, place) = first.document.as_ref().unwrap();
        let line = text_at(file, place.line, place.column);
        assert!(line.starts_with(in_document), "{asked}: {line}");
        let code: Vec<_> = first.code.iter().map(|place| text_at(&place.file, place.line, place.column)).collect();
        assert_eq!(code.len(), in_code.len(), "{asked}: {code:?}");
        let begins = |(text, begin): (&String, &&str)| text.starts_with(*begin);
        assert!(code.iter().zip(in_code).all(begins), "{asked}: {code:?}");
    }
}

#[test]
fn what_touches_a_thing_is_found_by_its_names() {
    let subject = own();
    for (asked, file) in [
        ("createPayment", "README.md"),
        ("createPayment", "generated/examples/quickstart.rs"),
        ("CreatePaymentRequest", "tests/wire.rs"),
        ("CreatePaymentRequest::amount", "tests/wire/payment-request-02-tutorial-external.json"),
        ("PaymentStatus::Error", "tests/client/end_to_end.rs"),
        ("Zuora-Track-Id", "tests/property/texts.rs"),
        ("PaymentType::External", "tests/wire/payment-request-02-tutorial-external.json"),
    ] {
        let found = subject.find(asked).unwrap();
        let uses = &found[0].uses;
        assert!(uses.iter().any(|touching| touching.file == file), "{asked}: {file}");
        for touching in uses {
            let line = text_at(&touching.file, touching.line, 1);
            assert_eq!(line.trim(), touching.text);
        }
        assert!(
            !uses.iter().any(|touching| touching.file.contains("/snapshots/") || touching.file.contains("/fixtures/"))
        );
    }
}

#[test]
fn a_name_of_several_things_leads_to_all_of_them() {
    let subject = own();
    let amounts = subject.find("amount").unwrap();
    assert!(amounts.len() > 5 && amounts.iter().all(|found| found.entity.wire == "amount"));
    let errors: Vec<_> = subject.find("Error").unwrap().iter().map(|found| found.entity.rust.join(", ")).collect();
    assert_eq!(errors, ["Error", "TransferredToAccounting::Error", "PaymentStatus::Error"]);
    let text = report::human(&amounts, Style::Plain);
    assert_eq!(text.matches("\n\n").count(), amounts.len() - 1);
}

#[test]
fn what_the_model_has_no_name_for_is_a_node() {
    let subject = own();
    let found = subject.find("#/components/schemas/PaymentStatus/enum").unwrap();
    let kinds: Vec<_> = found.iter().map(|found| found.entity.kind.as_str()).collect();
    assert_eq!(kinds, ["node", "type"]);
    assert!(subject.find("Zuora-Request-Id").unwrap().iter().all(|found| found.entity.kind == Kind::Node));
    let written_by_hand = &subject.find("ClientBuilder::total_timeout").unwrap()[0];
    assert_eq!((written_by_hand.entity.kind, written_by_hand.code.len()), (Kind::Item, 1));
}

#[test]
fn an_unknown_name_is_an_error_with_the_nearest_names() {
    let subject = own();
    for (asked, help) in [
        ("CreatePaymentRequst::amont", "`CreatePaymentRequest::amount`"),
        ("creatPayment", "`createPayment`"),
        ("Zuora-Trak-Id", "`Zuora-Track-Id`"),
        ("#/components/schemas/Paymnt", "`#/components/schemas/Payment`"),
        ("#/paths/~1v1~1payment/post", "`#/paths/~1v1~1payments`"),
        ("qqqqqqqqqqqqqqq", "ask for a Rust item"),
    ] {
        let error = subject.find(asked).err().unwrap_or_else(|| panic!("{asked} was found")).to_string();
        assert!(error.starts_with(&format!("nothing is called `{asked}` in spec/zuora-payments.yaml: ")), "{error}");
        assert!(error.contains(help), "{error}");
    }
}

#[test]
fn a_program_is_told_the_same() {
    let found = own().find("PaymentStatus::Error").unwrap();
    let report: serde_json::Value = serde_json::from_str(&report::json(&found).unwrap()).unwrap();
    assert_eq!(report[0]["kind"], "value");
    assert_eq!(report[0]["rust"][0], "PaymentStatus::Error");
    assert_eq!(report[0]["document"]["pointer"], "#/components/schemas/PaymentStatus/enum/3");
    assert_eq!(report[0]["code"][0]["file"], "generated/src/models/payment_status.rs");
    assert!(report[0]["uses"].as_array().unwrap().len() >= 2);
}

#[test]
fn other_documents_are_looked_into_with_the_files_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.yaml");
    let text = "
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: page-size, in: query, schema: {type: integer}}
      responses:
        '200':
          description: Orders.
          content: {application/json: {schema: {$ref: 'order.yaml#/Order'}}}
";
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("order.yaml"), "\nOrder:\n  type: object\n  properties:\n    total: {type: string}\n")
        .unwrap();
    let subject = Subject::third_party(&path, &input::Overlays::default()).unwrap();
    let total = &subject.find("total").unwrap()[0];
    let (file, place) = total.document.as_ref().unwrap();
    assert_eq!((Path::new(file), place.line), (folder.path().join("order.yaml").as_path(), 5));
    let size = &subject.find("page_size").unwrap()[0];
    assert_eq!(size.entity.rust, ["operations::ListOrders::page_size"]);
    assert_eq!(size.document.as_ref().map(|(file, place)| (Path::new(file), place.line)), Some((path.as_path(), 9)));
    assert!(size.code.is_empty() && size.uses.is_empty());
    fs::write(&path, "paths: [").unwrap();
    let error = Subject::third_party(&path, &input::Overlays::default()).err().unwrap().to_string();
    assert!(error.ends_with("shop.yaml cannot be read"), "{error}");

    let source = Source::with_files("shops/shop.yaml", text, |_| Ok("Order: {type: object}".to_owned()));
    let subject = Subject::of(source, Mode::Lenient).unwrap();
    let order = &subject.find("Order").unwrap()[0];
    assert_eq!(order.document.as_ref().unwrap().0, "shops/order.yaml");
}

#[test]
fn an_element_is_touched_by_nothing() {
    let found = own().find("#/x-sdk-failure/categories/0").unwrap();
    assert!(found[0].uses.is_empty(), "{}", report::human(&found, Style::Plain));
}
