//! The models of the published crate against real bodies: nothing is lost, no digit changes, nothing secret is shown, and
//! responses that are not what the document promises are read all the same.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;

use sdk_runtime::codegen::{Object, Value, decode, encode, validate};
use sdk_tests::{fixture, root};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zuora_payments::{
    Authorization, CreateAuthorizationRequest, CreatePaymentRequest, CreatePaymentSessionRequest, CustomRate, Decimal,
    DecodeError, ErrorResponse, FailureResponse, GatewayState, MitTransactionSource, Payment, PaymentDebitMemo,
    PaymentDebitMemoItem, PaymentGatewayResponse, PaymentInvoice, PaymentInvoiceItem, PaymentSession, PaymentStatus,
    PaymentType, Secret, SessionInvoice, TransferredToAccounting, Violations, decimal,
};

/// What a file is.
enum Body {
    /// A body we send.
    Request(Model),
    /// A body we receive, and the types it may arrive as.
    Response(&'static [Model]),
    /// No model's body, and why.
    Other(&'static str),
}
use Body::{Other, Request, Response};

/// A model, by what can be done with all of them.
#[derive(Clone, Copy)]
struct Model {
    name: &'static str,
    read: fn(&str) -> Result<Box<dyn AnyModel>, DecodeError>,
}

trait AnyModel: Value + Object + Debug {}
impl<T: Value + Object + Debug> AnyModel for T {}

macro_rules! model {
    ($name:ident) => {
        Model {
            name: stringify!($name),
            read: |text| decode::<$name>(text.as_bytes()).map(|model| Box::new(model) as Box<dyn AnyModel>),
        }
    };
}

const AUTHORIZE: Model = model!(CreateAuthorizationRequest);
const PAY: Model = model!(CreatePaymentRequest);
const OPEN_SESSION: Model = model!(CreatePaymentSessionRequest);
const AUTHORIZATION: Model = model!(Authorization);
const PAYMENT: Model = model!(Payment);
const SESSION: Model = model!(PaymentSession);
const GATEWAY_RESPONSE: Model = model!(PaymentGatewayResponse);
/// A failure may come with status 200, so the types of successes have to bear with it too.
const FAILURE: &[Model] = &[model!(FailureResponse), model!(ErrorResponse), AUTHORIZATION, PAYMENT];

/// What each file of `tests/wire` is.
const FILES: &[(&str, Body)] = &[
    ("authorize-request-01-seed", Request(AUTHORIZE)),
    ("authorize-request-02-minimal", Request(AUTHORIZE)),
    (
        "authorize-request-03-void-for-reference",
        Other("the request of another operation, which cancels authorizations"),
    ),
    ("authorize-response-01-200", Response(&[AUTHORIZATION])),
    ("authorize-response-02-200-with-currency", Response(&[AUTHORIZATION])),
    ("authorize-response-fragment-gateway-additional-info", Response(&[GATEWAY_RESPONSE])),
    ("error-response-01-success-false-numeric-code", Response(FAILURE)),
    ("error-response-02-success-false-two-reasons", Response(FAILURE)),
    ("error-response-03-4xx-string-code", Response(FAILURE)),
    ("error-response-04-500-system-error", Response(FAILURE)),
    ("error-response-05-object-not-found-word-code", Response(FAILURE)),
    ("error-response-06-401-proxy", Response(FAILURE)),
    ("error-response-07-401-reasons", Response(FAILURE)),
    ("error-response-08-90000011-numeric", Response(FAILURE)),
    ("error-response-09-90000010", Response(FAILURE)),
    ("error-response-10-empty-field", Response(FAILURE)),
    ("error-response-11-not-found-http200", Response(FAILURE)),
    ("error-response-12-429-rate-limit", Response(FAILURE)),
    ("error-response-13-429-concurrency", Response(FAILURE)),
    ("error-response-14-400-unknown-fields", Response(FAILURE)),
    ("error-response-15-object-query-500", Response(FAILURE)),
    ("error-response-16-object-query-4xx", Response(FAILURE)),
    ("error-response-17-crud-pascal-case", Response(FAILURE)),
    ("error-response-18-fault", Response(FAILURE)),
    ("error-response-19-code-message", Response(FAILURE)),
    ("error-response-20-nested-failure-in-success", Response(FAILURE)),
    ("headers-response-429-rate-limit", Other("a status and headers, which are no body")),
    ("oauth-request-01-form-fields", Other("form fields that the runtime writes by itself")),
    ("oauth-response-01-200", Other("a token that the runtime reads by itself")),
    ("payment-fragment-01-paymentOption", Response(&[PAYMENT])),
    ("payment-request-01-external-invoice-and-debitmemo-items", Request(PAY)),
    ("payment-request-02-tutorial-external", Request(PAY)),
    ("payment-request-03-external-one-invoice", Request(PAY)),
    ("payment-request-04-external-check-by-account-number", Request(PAY)),
    ("payment-response-01-200-external", Response(&[PAYMENT])),
    ("payment-response-02-200-external", Response(&[PAYMENT])),
    ("session-request-01-pay-and-store-with-invoices", Request(OPEN_SESSION)),
    ("session-request-02-java-sample-onetime", Request(OPEN_SESSION)),
    ("session-response-01-200", Response(&[SESSION])),
];

/// Members that come back in another type than they came in, and why. Each has to be met, or it is not needed any longer.
const RETYPED: &[(&str, &str)] = &[
    ("resultCode", "a number where text is promised: codes are text, with or without letters"),
    ("code", "a number where text is promised: codes are text, with or without letters"),
    ("transferredToAccounting", "a boolean where Yes or No is promised: an unquoted Yes or No, gone through YAML"),
];

fn body(name: &str) -> String {
    let path = root().join("tests/wire").join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}.json cannot be read: {error}"))
}

fn requests() -> impl Iterator<Item = (&'static str, Model)> {
    FILES.iter().filter_map(|(name, body)| if let Request(model) = body { Some((*name, *model)) } else { None })
}

/// Returns every response, once for each type it may arrive as.
fn responses() -> impl Iterator<Item = (&'static str, Model)> {
    FILES.iter().flat_map(|(name, body)| {
        let models = if let Response(models) = body { *models } else { &[] };
        models.iter().map(|model| (*name, *model))
    })
}

/// JSON with the text of its numbers, read by other code than the models are.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
}

impl Tree {
    fn parse(text: &str) -> Self {
        fn read<'a, T: Deserialize<'a>>(text: &'a str) -> T {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON: {error}: {text}"))
        }
        let below = |raw: &RawValue| Self::parse(raw.get());
        let text = text.trim();
        match text.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> = read(text);
                Self::Object(members.into_iter().map(|(name, raw)| (name, below(raw))).collect())
            }
            Some(b'[') => Self::List(read::<Vec<&RawValue>>(text).into_iter().map(below).collect()),
            Some(b'"') => Self::Text(read(text)),
            Some(b't' | b'f') => Self::Bool(read(text)),
            Some(b'n') => Self::Null,
            _ => Self::Number(read::<&RawValue>(text).get().to_owned()),
        }
    }

    fn text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) => text.clone(),
            Self::Text(text) => quoted(text),
            Self::List(items) => format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| format!("{}:{}", quoted(name), value.text()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// Returns the text of a string, a number or a boolean.
    fn scalar(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(text) | Self::Text(text) => Some(text.clone()),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// Returns whether this is what a model may write for `original`, apart from `null`: the same, or the same text in
    /// another type.
    fn stands_for(&self, original: &Self) -> bool {
        let same_text = self.scalar().is_some() && self.scalar() == original.scalar();
        let yes_or_no = match original {
            Self::Bool(value) => *self == Self::Text(if *value { "Yes" } else { "No" }.to_owned()),
            _ => false,
        };
        self == original || same_text || yes_or_no
    }

    /// Returns the ways to all objects and their members and to all elements of lists, the root included.
    fn ways(&self) -> Vec<Vec<String>> {
        let below: Vec<(String, &Self)> = match self {
            Self::List(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
            Self::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
            _ => Vec::new(),
        };
        let below = below.into_iter().flat_map(|(step, value)| {
            value.ways().into_iter().map(move |way| std::iter::once(step.clone()).chain(way).collect())
        });
        std::iter::once(Vec::new()).chain(below).collect()
    }

    fn at(&mut self, way: &[String]) -> &mut Self {
        way.iter().fold(self, |tree, step| match tree {
            Self::List(items) => &mut items[step.parse::<usize>().unwrap()],
            Self::Object(members) => members.get_mut(step).unwrap(),
            _ => panic!("{way:?} leads to nowhere"),
        })
    }

    /// Returns the same with another value at the end of a way.
    fn with(&self, way: &[String], value: Self) -> Self {
        let mut tree = self.clone();
        *tree.at(way) = value;
        tree
    }

    /// Returns the same without the end of a way.
    fn without(&self, way: &[String]) -> Self {
        let mut tree = self.clone();
        let (last, above) = way.split_last().unwrap();
        match tree.at(above) {
            Self::List(items) => drop(items.remove(last.parse::<usize>().unwrap())),
            Self::Object(members) => drop(members.remove(last)),
            _ => panic!("{way:?} leads to nowhere"),
        }
        tree
    }
}

/// Compares a body with what a model writes back, and lists each difference by its path.
///
/// Of members that are `null` nothing has to come back.
fn differences(original: &Tree, written: &Tree, path: &str, found: &mut Vec<(String, Tree, Option<Tree>)>) {
    match (original, written) {
        (Tree::Object(members), Tree::Object(again)) => {
            for (name, value) in members {
                let path = format!("{path}.{name}");
                match again.get(name) {
                    Some(again) => differences(value, again, &path, found),
                    None if *value == Tree::Null => {}
                    None => found.push((path, value.clone(), None)),
                }
            }
            for (name, value) in again.iter().filter(|(name, _)| !members.contains_key(*name)) {
                found.push((format!("{path}.{name}"), Tree::Null, Some(value.clone())));
            }
        }
        (Tree::List(items), Tree::List(again)) if items.len() == again.len() => {
            for (index, (item, again)) in items.iter().zip(again).enumerate() {
                differences(item, again, &format!("{path}[{index}]"), found);
            }
        }
        (original, written) if original == written => {}
        (original, written) => found.push((path.to_owned(), original.clone(), Some(written.clone()))),
    }
}

/// Reads a body and writes it again.
fn through(model: Model, body: &Tree, context: &str) -> (Box<dyn AnyModel>, Tree) {
    let read = (model.read)(&body.text()).unwrap_or_else(|error| panic!("{context} as {}: {error}", model.name));
    let written = String::from_utf8(encode(&*read)).unwrap();
    (read, Tree::parse(&written))
}

/// Asserts that a body comes back, though perhaps with scalars in another type.
fn assert_kept(model: Model, body: &Tree, context: &str) -> Box<dyn AnyModel> {
    let (read, written) = through(model, body, context);
    let mut found = Vec::new();
    differences(body, &written, "$", &mut found);
    found.retain(|(_, original, written)| !written.as_ref().is_some_and(|written| written.stands_for(original)));
    assert!(found.is_empty(), "{context} as {}: {found:?}", model.name);
    let (again, rewritten) = through(model, &written, context);
    assert_eq!(rewritten, written, "{context} as {}: written, it reads differently", model.name);
    assert_eq!(format!("{again:?}"), format!("{read:?}"), "{context} as {}", model.name);
    read
}

#[test]
fn every_file_is_listed() {
    let entries = fs::read_dir(root().join("tests/wire")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = names.collect();
    let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| format!("{name}.json")).collect();
    assert_eq!(there, listed, "every body needs a line in FILES: the types it is, or why it is none");
    for (name, body) in FILES {
        if let Other(reason) = body {
            assert!(!reason.is_empty(), "{name}");
        }
    }
}

#[test]
fn responses_come_back_member_by_member() {
    let mut met = BTreeSet::new();
    for (name, model) in responses() {
        let body = Tree::parse(&body(name));
        let mut found = Vec::new();
        differences(&body, &through(model, &body, name).1, "$", &mut found);
        for (path, original, written) in found {
            let member = path.rsplit('.').next().unwrap();
            let retyped = RETYPED.iter().any(|(allowed, _)| *allowed == member);
            let same = written.as_ref().is_some_and(|written| written.stands_for(&original));
            assert!(retyped && same, "{name} as {}: {path} was {original:?}, is {written:?}", model.name);
            met.insert(member.to_owned());
        }
    }
    let allowed: BTreeSet<String> = RETYPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(met, allowed, "an exception that is not needed goes");
}

#[test]
fn booleans_for_yes_and_no_become_the_words() {
    let payment: Payment = decode(body("payment-response-02-200-external").as_bytes()).unwrap();
    let accounting = payment.finance_information.clone().unwrap().transferred_to_accounting;
    assert_eq!(accounting, Some(TransferredToAccounting::No));
    let written = Tree::parse(&String::from_utf8(encode(&payment)).unwrap());
    let Tree::Object(members) = written else { panic!("a payment is an object") };
    assert_eq!(members["financeInformation"], Tree::parse(r#"{"transferredToAccounting":"No"}"#));
    let yes: TransferredToAccounting = decode(b"true").unwrap();
    assert_eq!(yes, TransferredToAccounting::Yes);
}

#[test]
fn numbers_where_text_is_promised_are_read_as_their_text() {
    let authorization: Authorization = decode(body("authorize-response-01-200").as_bytes()).unwrap();
    assert_eq!(authorization.result_code.as_deref(), Some("0"));
    let failure: FailureResponse = decode(body("error-response-12-429-rate-limit").as_bytes()).unwrap();
    assert_eq!(failure.reasons.unwrap()[0].code.as_deref(), Some("70"));
}

#[test]
fn requests_are_valid_and_come_back_exactly() {
    for (name, model) in requests() {
        let body = Tree::parse(&body(name));
        let (read, written) = through(model, &body, name);
        assert_eq!(written, body, "{name}");
        if let Err(violations) = validate(&*read) {
            panic!("{name}: {violations}");
        }
    }
}

#[test]
fn zeros_after_the_point_stay() {
    let pay: CreatePaymentRequest =
        decode(body("payment-request-04-external-check-by-account-number").as_bytes()).unwrap();
    assert_eq!(pay.amount.to_string(), "100");
    assert_eq!(pay.invoices.unwrap()[0].amount.unwrap().to_string(), "100.0");
    let session: CreatePaymentSessionRequest =
        decode(body("session-request-02-java-sample-onetime").as_bytes()).unwrap();
    assert_eq!(session.amount.to_string(), "1599.0");
}

#[test]
fn amounts_are_exact() {
    for amount in [
        "-2.599999905",
        "10.850000000",
        "0.1",
        "0.10000000000000000000000001",
        "0.30000000000000004",
        "9007199254740993.01",
        "1599.00",
        "0",
        "-0.01",
        "79228162514264337593543950335",
    ] {
        let body = format!(r#"{{"amount":{amount},"appliedAmount":"{amount}"}}"#);
        let payment: Payment = decode(body.as_bytes()).unwrap();
        for read in [payment.amount, payment.applied_amount] {
            assert_eq!(read.unwrap().to_string(), amount);
        }
        assert_eq!(
            String::from_utf8(encode(&payment)).unwrap(),
            format!(r#"{{"amount":{amount},"appliedAmount":{amount}}}"#)
        );
        let request = CreatePaymentRequest::new(amount.parse::<Decimal>().unwrap(), "USD", PaymentType::External);
        assert_eq!(
            String::from_utf8(encode(&request)).unwrap(),
            format!(r#"{{"amount":{amount},"currency":"USD","type":"External"}}"#)
        );
    }
}

/// Values that a reader with binary floating-point numbers or fixed types would spoil or refuse.
const STRANGE: &[&str] = &[
    "1e400",
    "-0.0",
    "1234567890123456789012345678901234567890",
    "0.1234567890123456789012345678901234567890",
    r#""canary""#,
    r#"{"a":["canary",1e400,null]}"#,
    "true",
    "null",
];

#[test]
fn unknown_members_are_kept_wherever_they_stand() {
    for (name, model) in responses() {
        let body = Tree::parse(&body(name));
        for way in body.ways() {
            for strange in STRANGE {
                let mut more = body.clone();
                let Tree::Object(members) = more.at(&way) else { continue };
                // text keys take any member; a map of texts is no place for other values
                members.insert("notYetInvented".to_owned(), Tree::parse(strange));
                let read = assert_kept(model, &more, &format!("{name} with {strange} at {way:?}"));
                if way.is_empty() {
                    assert_eq!(Object::extra(&*read).get("notYetInvented").map(|json| json.text()), Some(*strange));
                }
                assert!(!format!("{read:?}{read:#?}").contains("canary"), "{name} with {strange} at {way:?}");
            }
        }
    }
}

/// Values of every kind; at most members one of them is of the wrong kind, and at some all are.
const WRONG: &[&str] = &[
    "null",
    "true",
    "7",
    "-12345678901234567890123456789012345678901.50",
    "1e400",
    r#""""#,
    r#""neither a number nor a date""#,
    r#""2023-02-29""#,
    "[]",
    r#"["canary",1e400]"#,
    "[null]",
    "[[]]",
    "{}",
    r#"{"a":"canary","b":1e400}"#,
];

#[test]
fn no_member_of_a_response_can_make_it_unreadable() {
    for (name, model) in responses().filter(|(_, model)| model.name != SESSION.name) {
        let body = Tree::parse(&body(name));
        for way in body.ways().into_iter().skip(1) {
            assert_kept(model, &body.without(&way), &format!("{name} without {way:?}"));
            for wrong in WRONG {
                let value = Tree::parse(wrong);
                let read = assert_kept(model, &body.with(&way, value.clone()), &format!("{name}: {way:?} is {wrong}"));
                let shown = format!("{read:?}{read:#?}");
                assert!(!shown.contains("canary"), "{name}: {way:?} is {wrong}: {shown}");
            }
        }
    }
}

#[test]
fn what_cannot_be_read_is_kept_as_it_came() {
    let body = Tree::parse(&body("payment-response-01-200-external"));
    let Tree::Object(members) = &body else { panic!("a payment is an object") };
    let unfit = |original: &Tree| match original {
        Tree::Object(_) | Tree::List(_) => ["1e400", r#""canary""#, "true", "[1.50]"],
        _ => [r#"{ "a" : 1e400 }"#, "[ ]", "[1.50 , 2]", "{}"],
    };
    for (name, original) in members {
        for unfit in unfit(original) {
            let more = body.without(std::slice::from_ref(name)).text();
            // as text, so that white space has to survive as well
            let more = format!(r#"{{"{name}":{unfit},{}"#, more.strip_prefix('{').unwrap());
            let payment: Payment = decode(more.as_bytes()).unwrap_or_else(|error| panic!("{name} is {unfit}: {error}"));
            assert_eq!(payment.extra().get(name).map(|json| json.text()), Some(unfit), "{name}");
            let written = String::from_utf8(encode(&payment)).unwrap();
            assert!(written.contains(&format!(r#""{name}":{unfit}"#)), "{name} is {unfit}: {written}");
        }
    }
}

#[test]
fn a_session_without_its_token_is_no_session() {
    for body in
        [r#"{}"#, r#"{"token":null}"#, r#"{"token":{}}"#, r#"{"token":["canary"]}"#, r#"{"success":true}"#, "[]"]
    {
        let error = decode::<PaymentSession>(body.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    let error = decode::<PaymentSession>(b"{}").unwrap_err();
    assert_eq!(error.to_string(), "cannot read the JSON document at $.token (byte 2): a required member is missing");
}

#[test]
fn unknown_values_of_enums_are_kept() {
    const NEW: &str = "InventedYesterday";
    let body = Tree::parse(&body("payment-response-01-200-external"));
    let ways: [&[&str]; 4] =
        [&["status"], &["type"], &["gatewayState"], &["financeInformation", "transferredToAccounting"]];
    let invented = ways.iter().fold(body, |body, way| {
        let way: Vec<String> = way.iter().map(|step| (*step).to_owned()).collect();
        body.with(&way, Tree::Text(NEW.to_owned()))
    });
    assert_kept(PAYMENT, &invented, "a payment with invented values");
    let payment: Payment = decode(invented.text().as_bytes()).unwrap();
    let Some(PaymentStatus::Unknown(status)) = &payment.status else { panic!("{:?}", payment.status) };
    let Some(PaymentType::Unknown(kind)) = &payment.r#type else { panic!("{:?}", payment.r#type) };
    let Some(GatewayState::Unknown(gateway)) = &payment.gateway_state else { panic!("{:?}", payment.gateway_state) };
    let accounting = payment.finance_information.as_ref().and_then(|it| it.transferred_to_accounting.as_ref());
    let Some(TransferredToAccounting::Unknown(accounting)) = accounting else { panic!("{accounting:?}") };
    for unknown in [status, kind, gateway, accounting] {
        assert_eq!(unknown.as_str(), NEW);
    }
}

#[test]
fn nothing_sensitive_is_shown() {
    let payment: Payment = decode(
        br#"{"bankIdentificationNumber":"canary1","invented":"canary2","amount":{"a":"canary3"},
            "paymentOption":[{"type":"GatewayOptions","detail":{"SecCode":"canary4"},"invented":"canary5"}],
            "financeInformation":{"invented":"canary6"}}"#,
    )
    .unwrap();
    let session: PaymentSession = decode(br#"{"token":"canary7","invented":"canary8"}"#).unwrap();
    assert_eq!(session.token.expose(), "canary7");
    let options = [("SecCode", "canary9")];
    let pay = CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::External)
        .gateway_options(options)
        .additional_property("own__c", "canary10");
    let authorize = CreateAuthorizationRequest::new(decimal!("1"), "A001").gateway_options(options);
    let open = CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USD").gateway_options(options);
    let shown: [&dyn Debug; 5] = [&payment, &session, &pay, &authorize, &open];
    for shown in shown {
        let shown = format!("{shown:?}{shown:#?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }
}

#[test]
fn declared_members_are_shown() {
    let payment: Payment = decode(br#"{"number":"P-00000001","amount":10.10,"status":"Processed"}"#).unwrap();
    assert_eq!(format!("{payment:?}"), r#"Payment { number: "P-00000001", status: Processed, amount: 10.10 }"#);
}

/// What a user may keep in a queue or a file of their own.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    attempt: u32,
    request: CreatePaymentRequest,
    response: Option<Payment>,
    session: PaymentSession,
    states: Vec<PaymentStatus>,
    total: Decimal,
    key: Secret,
}

const JOB: &str = r#"{"attempt":2,"request":{"amount":10.850000000,"currency":"USD","invoices":[{"invoiceId":"I","amount":0.10000000000000000000000001}],"type":"Electronic","own__c":1234567890123456789012345678901234567890},"response":{"status":"Processed","amount":-2.599999905,"invented":{"a":1e400}},"session":{"token":"t"},"states":["Draft","Invented"],"total":9007199254740993.10,"key":"k"}"#;

#[test]
fn models_stand_in_the_json_of_users() {
    let job: Job = serde_json::from_str(JOB).unwrap();
    assert_eq!(job.request.amount.to_string(), "10.850000000");
    assert_eq!(job.response.as_ref().unwrap().amount.unwrap().to_string(), "-2.599999905");
    assert_eq!(serde_json::to_string(&job).unwrap(), JOB);
    assert_eq!(serde_json::from_reader::<_, Job>(JOB.as_bytes()).unwrap(), job);
    let mut written = Vec::new();
    serde_json::to_writer(&mut written, &job).unwrap();
    assert_eq!(written, JOB.as_bytes());
    let pretty: Job = serde_json::from_str(&serde_json::to_string_pretty(&job).unwrap()).unwrap();
    assert_eq!(pretty, job);
}

#[test]
fn models_cross_the_json_values_of_users() {
    let value = serde_json::json!({"amount": 44.1, "currency": "USD", "type": "External", "own__c": [1, {"a": null}]});
    let request: CreatePaymentRequest = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(request.amount.to_string(), "44.1");
    assert_eq!(serde_json::to_value(&request).unwrap(), value);
}

#[test]
fn numbers_survive_a_neighbour_that_changes_serde_json() {
    // only with the neighbour's feature does a `Value` keep the digits; without it, what has lost some is not read
    let exact = cfg!(feature = "arbitrary-precision-neighbour");
    let tree: serde_json::Value = serde_json::from_str(&JOB.replace("1e400", "1")).unwrap();
    match serde_json::from_value::<Job>(tree) {
        Ok(job) => assert_eq!((exact, job.total.to_string().as_str()), (true, "9007199254740993.10")),
        Err(error) => assert!(!exact && error.to_string().contains("does not hold all its digits"), "{error}"),
    }
}

fn written(request: &dyn Value) -> String {
    validate(request).unwrap_or_else(|violations| panic!("{violations}"));
    String::from_utf8(encode(request)).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    number: u32,
    #[serde(flatten)]
    payment: Payment,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Payment(Box<Payment>),
    Session { token: Secret },
}

/// Models within the third-party documents, in formats of every kind.
#[test]
fn models_are_in_other_documents_with_every_digit() {
    let payment: Payment =
        decode(r#"{"success":true,"id":"p","amount":10.10,"own__c":{"x":[1.50]}}"#.as_bytes()).unwrap();
    let order = Order { number: 7, payment };
    let text = serde_json::to_string(&order).unwrap();
    assert_eq!(serde_json::from_str::<Order>(&text).unwrap().payment.amount, order.payment.amount);
    assert!(text.contains(r#""number":7"#) && text.contains(r#""amount":10.10"#) && text.contains("[1.50]"), "{text}");
    let tree = serde_json::to_value(&order).unwrap();
    assert_eq!(serde_json::from_value::<Order>(tree).unwrap().payment.amount, order.payment.amount);

    let Order { payment, .. } = order;
    let exact = "1234567890123456789.0123456789";
    let mut large = payment.clone();
    large.amount = Some(exact.parse().unwrap());
    match serde_json::to_value(&large) {
        Ok(tree) => assert_eq!(tree["amount"].to_string(), exact),
        Err(error) => assert!(error.to_string().contains("more digits than its place can hold"), "{error}"),
    }
    for payment in [payment, large] {
        let bytes = postcard::to_stdvec(&payment).unwrap();
        assert_eq!(postcard::from_bytes::<Payment>(&bytes).unwrap(), payment);
        let bytes = rmp_serde::to_vec_named(&Kept::Payment(Box::new(payment.clone()))).unwrap();
        assert_eq!(rmp_serde::from_slice::<Kept>(&bytes).unwrap(), Kept::Payment(Box::new(payment.clone())));
        let text = serde_yaml::to_string(&payment).unwrap();
        assert_eq!(serde_yaml::from_str::<Payment>(&text).unwrap(), payment, "{text}");
    }
}

#[test]
fn the_three_modes_of_a_session() {
    assert_eq!(
        written(&CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USD")),
        r#"{"amount":1,"currency":"USD","processPayment":false,"storePaymentMethod":true}"#
    );
    assert_eq!(
        written(&CreatePaymentSessionRequest::pay_once("A1", decimal!("1599.00"), "USD")),
        r#"{"accountId":"A1","amount":1599.00,"currency":"USD","processPayment":true,"storePaymentMethod":false}"#
    );
    let invoice = SessionInvoice::new().invoice_number("INV00001274");
    assert_eq!(
        written(&CreatePaymentSessionRequest::pay_and_save("A1", decimal!("100"), "USD").invoices([invoice])),
        r#"{"accountId":"A1","amount":100,"currency":"USD","processPayment":true,"storePaymentMethod":true,"invoices":[{"invoiceNumber":"INV00001274"}]}"#
    );
}

#[test]
fn requests_are_written_with_every_setter_in_its_place() {
    let item = PaymentInvoiceItem::new(decimal!("0.10")).tax_item_id("T");
    let request = CreatePaymentRequest::new(decimal!("44.10"), "USD", PaymentType::Electronic)
        .account_id("A")
        .invoices([PaymentInvoice::new().invoice_id("I").amount(decimal!("40")).items([item])])
        .gateway_options([("SecCode", "WEB")])
        .mit_transaction_source(MitTransactionSource::CUnscheduled)
        .additional_property("own__c", true);
    assert_eq!(
        written(&request),
        r#"{"accountId":"A","amount":44.10,"currency":"USD","gatewayOptions":{"SecCode":"WEB"},"invoices":[{"invoiceId":"I","amount":40,"items":[{"amount":0.10,"taxItemId":"T"}]}],"mitTransactionSource":"C_Unscheduled","type":"Electronic","own__c":true}"#
    );
}

/// Violations, one a line.
fn violations(request: &dyn Value) -> String {
    let violations: Violations = validate(request).expect_err("the request is wrong");
    violations.iter().map(|violation| format!("{violation}\n")).collect()
}

fn assert_listed(name: &str, sentence: &str, violations: &str) {
    fixture::snapshot("wire", sentence).bind(|| insta::assert_snapshot!(name, violations));
}

fn items(count: usize) -> Vec<PaymentInvoiceItem> {
    vec![PaymentInvoiceItem::new(decimal!("1")).tax_item_id("T"); count]
}

#[test]
fn everything_wrong_with_a_payment_is_listed_at_once() {
    let nameless = PaymentInvoice::new()
        .items([PaymentInvoiceItem::new(decimal!("1")).tax_item_id("T"), PaymentInvoiceItem::new(decimal!("1"))]);
    let crowded = PaymentInvoice::new().items(items(1001));
    let full = PaymentInvoice::new().items(items(1000));
    let memo = PaymentDebitMemo::new().items([PaymentDebitMemoItem::new(decimal!("1"))]);
    let rate = CustomRate::new("CAD", decimal!("2"));
    let mut request = CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::Electronic)
        .comment("ä".repeat(256))
        .gateway_order_id("x".repeat(51))
        .soft_descriptor("canary".repeat(6))
        .soft_descriptor_phone("1".repeat(21))
        .custom_rates([rate.clone(), rate.clone(), rate])
        .gateway_options([("SecCode", "canary".repeat(43))])
        .mit_transaction_source(decode(br#""canary""#).unwrap())
        .invoices([nameless, crowded].into_iter().chain(std::iter::repeat_n(full, 14)))
        .debit_memos([memo])
        .additional_property("unknown", "canary")
        .additional_property("3d__c", "canary")
        .additional_property("comment", "canary")
        .additional_property("own__c", "canary");
    let listed = violations(&request);
    assert!(!listed.contains("canary"), "{listed}");
    assert_listed("payment", "Everything that can be wrong with a payment, listed at once.", &listed);

    request = CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::External).standalone(true);
    let sentence = "What a standalone payment lacks that is made like any other.";
    assert_listed("standalone-payment", sentence, &violations(&request));
}

#[test]
fn limits_are_met_exactly() {
    let request = CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::External)
        .comment("ä".repeat(255))
        .invoices(std::iter::repeat_n(PaymentInvoice::new().items(items(1000)), 15));
    assert_eq!(validate(&request), Ok(()));
}

#[test]
fn everything_wrong_with_an_authorization_is_listed_at_once() {
    assert_listed(
        "authorization",
        "Everything that can be wrong with an authorization, listed at once.",
        &violations(&CreateAuthorizationRequest::new(decimal!("1"), "").currency("us dollars")),
    );
}

#[test]
fn currencies_are_three_capitals_in_every_request() {
    for (currency, fits) in
        [("USD", true), ("usd", false), ("US", false), ("US1", false), ("USDT", false), ("$", false), ("", false)]
    {
        let one = decimal!("1");
        let pay = |currency: &str| CreatePaymentRequest::new(one, currency, PaymentType::External);
        let requests: [Box<dyn Value>; 4] = [
            Box::new(pay(currency)),
            Box::new(pay("USD").custom_rates([CustomRate::new(currency, one)])),
            Box::new(CreatePaymentSessionRequest::save_payment_method(one, currency)),
            Box::new(CreateAuthorizationRequest::new(one, "").account_id("A1").currency(currency)),
        ];
        for request in requests {
            assert_eq!(validate(&*request).is_ok(), fits, "{currency:?}");
        }
    }
}

#[test]
fn personal_texts_are_not_shown() {
    let pay = CreatePaymentRequest::new(decimal!("1"), "USD", PaymentType::External)
        .comment("canary1")
        .soft_descriptor_phone("canary2");
    let authorize = CreateAuthorizationRequest::new(decimal!("1"), "A001").soft_descriptor_phone("canary3");
    let paid: Payment = decode(br#"{"comment":"canary4","softDescriptorPhone":"canary5"}"#).unwrap();
    for shown in [format!("{pay:?}{pay:#?}"), format!("{authorize:?}"), format!("{paid:?}")] {
        assert!(!shown.contains("canary") && shown.contains("[redacted]"), "{shown}");
    }
    assert_eq!(pay.comment.as_deref(), Some("canary1"), "the caller can read it");
}

#[test]
fn a_session_is_in_one_of_its_modes() {
    let mut request = CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USDOLLAR");
    request.store_payment_method = Some(false);
    let neither = violations(&request);
    request.process_payment = true;
    let sentence = "What a session lacks that is in none of its modes, and one that is in two of them.";
    assert_listed("session", sentence, &format!("{neither}\nwith processPayment\n{}", violations(&request)));
}
