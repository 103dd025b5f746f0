//! A text in a header or in the path arrives unchanged, or is not sent.

use proptest::collection::vec;
use proptest::prelude::*;
use sdk_tests::calls::ACCOUNT;
use sdk_tests::in_process::builder;
use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{
    Client, CreateAuthorizationRequest, Environment, Error, IdempotencyKey, Outcome, RetryPolicy, decimal,
};
use zuora_simulator::Simulator;

use crate::{RUNTIME, cases};

/// Everything a caller can put into the head of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    TrackId,
    EntityIds,
    OrgIds,
    Version,
    Key,
    PaymentMethod,
}

impl Field {
    const ALL: [Self; 6] =
        [Self::TrackId, Self::EntityIds, Self::OrgIds, Self::Version, Self::Key, Self::PaymentMethod];

    /// Returns the header it is sent in; `None` for a part of the path.
    fn header(self) -> Option<&'static str> {
        match self {
            Self::TrackId => Some("zuora-track-id"),
            Self::EntityIds => Some("zuora-entity-ids"),
            Self::OrgIds => Some("zuora-org-ids"),
            Self::Version => Some("zuora-version"),
            Self::Key => Some("idempotency-key"),
            Self::PaymentMethod => None,
        }
    }

    /// Makes a call with a text in this place. What the server thinks of it does not matter here.
    async fn call(self, client: &Client, text: &str) -> Result<(), Error> {
        let request = CreateAuthorizationRequest::new(decimal!("1"), "A001").account_id(ACCOUNT);
        let method = if self == Self::PaymentMethod { text } else { "402881e522cf4f9b0122cf5dc4020045" };
        let call = client.create_authorization(method, &request).retry(RetryPolicy::never());
        let call = match self {
            Self::TrackId => call.track_id(text),
            Self::EntityIds => call.entity_ids(text),
            Self::OrgIds => call.org_ids(text),
            Self::Version => call.zuora_version(text),
            Self::Key => call.idempotency_key(IdempotencyKey::new(text)?),
            Self::PaymentMethod => call,
        };
        call.await.map(drop)
    }
}

/// Returns one character or a few dozen: of those that end lines, split paths or are taken away; printable ones; any.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        " \t\r\n\0\u{7f}\u{80}\u{a0}./\\%?#&+;:\"',é€😀\u{202e}\u{feff}".chars().collect::<Vec<_>>(),
    );
    let character = prop_oneof![2 => special, 2 => prop::char::range(' ', '~'), 1 => any::<char>()];
    let printable = vec(prop::char::range(' ', '~'), 0..270);
    prop_oneof![vec(character, 0..70), printable].prop_map(String::from_iter)
}

/// Returns what was sent: the header's bytes, or the segment of the path, decoded.
fn arrived(field: Field, headers: &http::HeaderMap, path: &str) -> Vec<u8> {
    match field.header() {
        Some(name) => {
            let mut values = headers.get_all(name).iter();
            let value = values.next().unwrap().as_bytes().to_vec();
            assert!(values.next().is_none(), "{name} is there twice");
            value
        }
        None => {
            let segment = path.strip_prefix("/v1/payment-methods/").unwrap().strip_suffix("/authorize").unwrap();
            assert!(!segment.contains('/'));
            decoded(segment)
        }
    }
}

fn decoded(segment: &str) -> Vec<u8> {
    let mut pieces = segment.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        let (hex, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

/// Returns whether the call was refused and nothing was sent.
fn is_refused(ended: &Result<(), Error>, requests: usize) -> bool {
    requests == 0 && ended.as_ref().is_err_and(|error| error.outcome() == Outcome::NotSent)
}

async fn scripted(field: Field, text: &str) -> Result<(), TestCaseError> {
    let server = ScriptedTransport::new().json(200, r#"{"success": true}"#);
    let client = Client::builder(Environment::UsCentralSandbox).transport(server.clone()).access_token("t");
    let ended = field.call(&client.build().unwrap(), text).await;
    match &server.requests()[..] {
        [request] => prop_assert_eq!(arrived(field, request.headers(), request.uri().path()), text.as_bytes()),
        requests => prop_assert!(is_refused(&ended, requests.len()), "{:?}", ended),
    }
    Ok(())
}

async fn over_a_socket(simulator: &Simulator, client: &Client, text: &str) -> Result<(), TestCaseError> {
    for field in Field::ALL {
        simulator.reset();
        let ended = field.call(client, text).await;
        let mut requests = simulator.requests();
        requests.retain(|request| request.path != "/oauth/token");
        match &requests[..] {
            [request] => {
                prop_assert_eq!(arrived(field, &request.headers, &request.path), text.as_bytes(), "{:?}", field)
            }
            requests => prop_assert!(is_refused(&ended, requests.len()), "{:?}: {:?}", field, ended),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_text_arrives_or_is_refused(text in text(), field in prop::sample::select(&Field::ALL[..])) {
        RUNTIME.block_on(scripted(field, &text))?;
    }
}

#[test]
fn a_text_arrives_over_a_socket_or_is_refused() {
    let simulator = RUNTIME.block_on(Simulator::start()).unwrap();
    let client = RUNTIME.block_on(async { builder(&simulator).build() }).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(cases(100));
    let case = |text: String| RUNTIME.block_on(over_a_socket(&simulator, &client, &text));
    runner.run(&text(), case).unwrap();
}
