//! A discriminator in the parent. OpenAPI 3.0.4, "Discriminator Object": "the discriminator MAY be added to a parent schema definition, and
//! all schemas building on the parent schema via an allOf construct may be used as an alternate schema".

use sdk::testing::ScriptedTransport;
use sdk::{Asset, AssetItself, BaseUrl, Client, Error, Minibus, Pallet, RetryPolicy, Trailer, Van};

fn client(server: &ScriptedTransport) -> Client {
    let base_url = BaseUrl::new("https://api.example.com/v1").unwrap();
    Client::builder(base_url).transport(server.clone()).retry(RetryPolicy::never()).build().unwrap()
}

/// Returns the body that an asset is sent as.
fn sent(asset: &Asset) -> Result<String, Error> {
    let server = ScriptedTransport::new().response(204, &[], "");
    client(&server).add_asset(asset).wait()?;
    Ok(server.requests()[0].text())
}

/// Returns what a response with one asset is read as.
fn read(body: &str) -> Asset {
    let server = ScriptedTransport::new().json(200, format!("[{body}]"));
    client(&server).list_assets().wait().unwrap().into_inner().remove(0)
}

#[test]
fn each_schema_is_sent_with_its_own_tag() {
    assert_eq!(sent(&Van::new("a", 3).into()).unwrap(), r#"{"kind":"van","tag":"a","seats":3}"#);
    assert_eq!(sent(&Trailer::new("b").axles(2).into()).unwrap(), r#"{"kind":"Trailer","tag":"b","axles":2}"#);
    let minibus = Minibus::new("c", 9).ramp(true);
    assert_eq!(sent(&minibus.into()).unwrap(), r#"{"kind":"Minibus","tag":"c","seats":9,"ramp":true}"#);
    assert_eq!(sent(&Asset::Pallet(Pallet::new("d").into())).unwrap(), r#"{"kind":"Pallet","tag":"d"}"#);
    assert_eq!(sent(&Asset::Skid(Pallet::new("d").into())).unwrap(), r#"{"kind":"Skid","tag":"d"}"#);
    assert_eq!(sent(&AssetItself::new("e").into()).unwrap(), r#"{"kind":"Asset","tag":"e"}"#);
    assert_eq!(sent(&AssetItself::new("e").kind("drone").into()).unwrap(), r#"{"kind":"drone","tag":"e"}"#);
}

#[test]
fn the_tag_of_another_child_is_refused() {
    for asset in [Van::new("a", 3).kind("Trailer").into(), Asset::from(AssetItself::new("e").kind("van"))] {
        let error = sent(&asset).unwrap_err();
        let violations: Vec<_> = error.violations().expect("it is refused").iter().map(ToString::to_string).collect();
        assert!(violations[0].starts_with("$.kind must be "), "{violations:?}");
    }
}

#[test]
fn children_are_read_by_their_tags() {
    assert!(matches!(read(r#"{"kind":"van","tag":"a","seats":3}"#), Asset::Van(van) if van.seats == Some(3)));
    // "the value is used as the schema name", whatever else is mapped
    assert!(matches!(read(r#"{"kind":"Van","tag":"a","seats":3}"#), Asset::Van(_)));
    assert!(matches!(read(r#"{"kind":"Trailer","tag":"b"}"#), Asset::Trailer(_)));
    assert!(matches!(
        read(r#"{"kind":"Minibus","tag":"c","seats":9,"ramp":true}"#),
        Asset::Minibus(bus) if bus.seats == Some(9) && bus.ramp == Some(true)
    ));
    assert!(matches!(read(r#"{"kind":"Pallet","tag":"d"}"#), Asset::Pallet(_)));
    // what is required may be missing in a response of an own document
    assert!(matches!(read(r#"{"kind":"van","tag":"a"}"#), Asset::Van(van) if van.seats.is_none()));
}

/// "validation with the parent schema with this form of discriminator does not perform a search for child schemas": a value of an unknown
/// child is one of the parent.
#[test]
fn the_parent_and_unknown_children_are_read_as_the_parent() {
    assert!(matches!(read(r#"{"kind":"Asset","tag":"e"}"#), Asset::Asset(asset) if asset.tag.as_deref() == Some("e")));
    let json = r#"{"kind":"drone","tag":"f","range":9}"#;
    let drone = read(json);
    let Asset::Asset(asset) = &drone else { panic!("it is the parent: {drone:?}") };
    assert_eq!((asset.kind.as_deref(), asset.tag.as_deref()), (Some("drone"), Some("f")));
    assert_eq!(asset.extra().get("range").unwrap().text(), "9");
    assert_eq!(sent(&drone).unwrap(), json);
    // without its required tag it is none of them
    assert!(matches!(read(r#"{"tag":"h"}"#), Asset::Unknown(_)));
}

#[test]
fn a_child_in_its_own_place_has_no_union() {
    for json in [
        r#"{"kind":"van","tag":"a","seats":3}"#,
        r#"{"kind":"Minibus","tag":"c","seats":3,"ramp":true}"#,
        r#"{"kind":"other","tag":"c","seats":3}"#,
    ] {
        let server = ScriptedTransport::new().json(200, json.to_owned());
        let van = client(&server).get_van("1").wait().unwrap();
        assert_eq!(van.seats, Some(3));
        assert!(van.kind.is_some());
    }
    let server = ScriptedTransport::new().response(204, &[], "");
    let error = client(&server).replace_pallet(&Pallet::new("d")).wait().unwrap_err();
    assert_eq!(error.violations().unwrap().to_string(), "$.kind is required");
    client(&server).replace_pallet(&Pallet::new("d").kind("Pallet")).wait().unwrap();
    assert_eq!(server.requests()[0].text(), r#"{"kind":"Pallet","tag":"d"}"#);
}
