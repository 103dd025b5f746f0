//! `readOnly` and `writeOnly`. OpenAPI 3.0.4, "Schema Object".

use std::sync::{Arc, Mutex};

use sdk::testing::ScriptedTransport;
use sdk::{Address, BaseUrl, Client, Member, Nullable, PutCardRequestAsMultipart, RetryPolicy};

fn client(server: &ScriptedTransport) -> Client {
    let base_url = BaseUrl::new("https://api.example.com/v1").unwrap();
    Client::builder(base_url).transport(server.clone()).retry(RetryPolicy::never()).build().unwrap()
}

const ANN: &str =
    r#"{"id":"m1","since":"2024-05-01","name":"Ann","visits":3,"addresses":[{"key":"k1","city":"Ulm"}]}"#;

/// Returns what a response is read as.
fn read(body: &str) -> Member {
    let server = ScriptedTransport::new().json(200, body.to_owned());
    client(&server).get_member("m1").wait().unwrap().into_inner()
}

/// `readOnly`: "If the property is marked as readOnly being true and is in the required list, the required will take effect on the response
/// only."
#[test]
fn what_the_server_sets_is_not_asked_for() {
    let server = ScriptedTransport::new().json(201, ANN);
    let member = Member::new("Ann", "12", Nullable::Null).hint("h").addresses([Address::new("Ulm")]);
    client(&server).add_member(&member).wait().unwrap();
    let expected = r#"{"name":"Ann","pin":"12","note":null,"hint":"h","addresses":[{"city":"Ulm"}]}"#;
    assert_eq!(server.requests()[0].text(), expected);
}

/// `writeOnly`: "it MAY be sent as part of a request but SHOULD NOT be sent as part of the response. If the property is marked as writeOnly
/// being true and is in the required list, the required will take effect on the request only."
#[test]
fn what_callers_set_may_be_missing_in_responses() {
    let found = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let found = found.clone();
        move |drift: &sdk::observe::Drift| found.lock().unwrap().push(drift.to_string())
    };
    let server = ScriptedTransport::new().json(200, ANN);
    let base_url = BaseUrl::new("https://api.example.com/v1").unwrap();
    let client = Client::builder(base_url).transport(server).on_drift(hook).build().unwrap();
    let ann = client.get_member("m1").wait().unwrap();
    assert_eq!((ann.id.as_deref(), ann.name.as_deref(), ann.visits), (Some("m1"), Some("Ann"), Some(3)));
    assert_eq!((&ann.pin, &ann.note, &ann.hint), (&None, &None, &None));
    assert_eq!(ann.addresses.as_ref().unwrap()[0].key.as_deref(), Some("k1"));
    assert_eq!(found.lock().unwrap().len(), 0, "{found:?}");
    // one that comes all the same is read
    assert_eq!(read(r#"{"id":"m1","name":"Ann","pin":"12"}"#).pin.as_deref(), Some("12"));
}

/// `readOnly`: "it MAY be sent as part of a response but SHOULD NOT be sent as part of the request".
#[test]
fn what_was_read_goes_back_without_what_the_server_sets() {
    let mut ann = read(ANN);
    ann.name = Some("Bo".to_owned());
    let server = ScriptedTransport::new().json(200, ANN);
    let error = client(&server).put_member("m1", &ann).wait().unwrap_err();
    assert_eq!(error.violations().unwrap().to_string(), "$.pin is required; $.note is required");
    ann.pin = Some("34".to_owned());
    ann.note = Some(Nullable::Null);
    client(&server).put_member("m1", &ann).wait().unwrap();
    assert_eq!(server.requests()[0].text(), r#"{"name":"Bo","pin":"34","note":null,"addresses":[{"city":"Ulm"}]}"#);
    // nor what could not be read
    let mut ann = read(r#"{"id":"m1","visits":"many","name":"Ann","pin":"1","note":null}"#);
    assert_eq!(ann.extra().get("visits").unwrap().text(), r#""many""#);
    ann.note = Some(Nullable::Null);
    let server = ScriptedTransport::new().json(200, ANN);
    client(&server).put_member("m1", &ann).wait().unwrap();
    assert_eq!(server.requests()[0].text(), r#"{"name":"Ann","pin":"1","note":null}"#);
}

#[test]
fn forms_leave_it_out_as_well() {
    let address = read(ANN).addresses.unwrap().remove(0);
    let server = ScriptedTransport::new().response(204, &[], "").response(204, &[], "");
    client(&server).put_card("m1", &address).wait().unwrap();
    client(&server).put_card_as_multipart("m1", &PutCardRequestAsMultipart::new().address(address)).wait().unwrap();
    assert_eq!(server.requests()[0].text(), "city=Ulm");
    assert!(server.requests()[1].text().contains("\r\n\r\n{\"city\":\"Ulm\"}\r\n"), "{}", server.requests()[1].text());
}
