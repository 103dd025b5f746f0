//! What is shown: neither credentials nor data.

use super::{BaseUrl, Client, ClientBuilder, NewParcel, Parcel, SERVICE, builder};
use crate::testing::ScriptedTransport;
use crate::{Error, Secret, TransportError};

const CANARY: &str = "canary-4711";

fn assert_clean(shown: &[String]) {
    for text in shown {
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("4711"), "{text}");
        assert!(text.len() > 5, "{text}");
    }
}

fn all_of(error: &Error) -> [String; 4] {
    let source = std::error::Error::source(error);
    let source = source.map_or_else(String::new, |source| format!("{source} {source:?}"));
    [format!("{error}"), format!("{error:?}"), format!("{error:#?}"), format!("source: {source}")]
}

fn label() -> NewParcel {
    let mut parcel = NewParcel::new(1);
    parcel.label = Some(CANARY.into());
    parcel
}

#[tokio::test]
async fn nothing_shows_credentials_or_data() {
    let answer = format!(r#"{{"number": "P-1", "secret": "{CANARY}", "other": "{CANARY}"}}"#);
    let token = format!(r#"{{"access_token": "{CANARY}", "expires_in": 3600}}"#);
    let server = ScriptedTransport::new().json(200, token).answer(200, &[("set-cookie", CANARY)], answer);
    let builder = builder(&server).client_credentials(CANARY, CANARY);
    let mut shown = vec![format!("{builder:?}"), format!("{builder:#?}")];
    let mut client: Client = builder.build().unwrap();
    client.core = client.core.with_header("X-Tenant", CANARY);
    shown.push(format!("{client:?} {client:#?}"));
    let call = client.send_parcel("D1", &label());
    shown.push(format!("{call:?} {call:#?}"));
    let response = call.await.unwrap();
    shown.push(format!("{response:?}"));
    assert!(shown[4].contains("P-1"));
    assert_clean(&shown);

    let requests = server.requests();
    assert!(requests[0].text().contains(CANARY));
    assert_eq!(requests[1].header("authorization"), Some(&*format!("Bearer {CANARY}")));
    let mut tenantless = requests;
    tenantless.truncate(1);
    assert_clean(&[format!("{tenantless:?}")]);
}

#[tokio::test]
async fn a_recorded_request_shows_no_credentials() {
    let server = ScriptedTransport::new().json(200, super::GOOD);
    let client: Client = builder(&server).access_token(CANARY).build().unwrap();
    client.send_parcel("D1", &label()).await.unwrap();
    assert!(server.requests()[0].text().contains(CANARY));
    assert_clean(&[format!("{client:?}"), format!("{server:?}"), format!("{:#?}", server.requests())]);
}

#[tokio::test]
async fn errors_show_no_bodies() {
    let body = |status: u16| {
        let body = format!(r#"{{"number": {{"{CANARY}": 1}}, "success": {}}}"#, status == 200);
        ScriptedTransport::new().answer(status, &[("set-cookie", CANARY)], body)
    };
    let lost = |status: u16| {
        let headers = [(http::header::SET_COOKIE, CANARY.parse().unwrap())].into_iter().collect();
        let status = http::StatusCode::from_u16(status).unwrap();
        ScriptedTransport::new().fault(TransportError::body_lost(status, headers, "reset"))
    };
    let html = format!("<html>{CANARY}");
    for server in [
        body(200),
        body(201),
        body(400),
        body(500),
        ScriptedTransport::new().json(200, html.clone()),
        ScriptedTransport::new().json(500, html),
        ScriptedTransport::new().json(200, format!(r#"{{"number": "{CANARY}"#)),
        ScriptedTransport::new().interrupted(),
        lost(200),
        lost(500),
        ScriptedTransport::new().not_sent(),
    ] {
        let client: Client = builder(&server).access_token(CANARY).build().unwrap();
        let error = client.send_parcel("D1", &label()).await.unwrap_err();
        assert_clean(&all_of(&error));
    }
}

#[tokio::test]
async fn token_errors_show_no_bodies() {
    for (status, body) in [
        (200, r#"{"access_token": "canary 4711"}"#),
        (200, r#"{"access_token": "canary-4711", "token_type": "canary"}"#),
        (401, r#"{"error": "canary-4711", "error_description": "canary-4711"}"#),
        (401, r#"{"message": "the secret canary-4711 is wrong"}"#),
        (401, "canary-4711"),
    ] {
        let server = ScriptedTransport::new().json(status, body);
        let client: Client = builder(&server).client_credentials("id", CANARY).build().unwrap();
        let error = client.send_parcel("D1", &label()).await.unwrap_err();
        assert_clean(&all_of(&error));
    }
}

#[test]
fn public_types_can_go_anywhere() {
    fn check<T: Send + Sync + Unpin + 'static>() {}
    fn sends<T: Send + 'static>() {}
    check::<Error>();
    check::<Client>();
    check::<crate::Response<Parcel>>();
    check::<TransportError>();
    check::<Secret>();
    check::<ScriptedTransport>();
    sends::<crate::seam::Call>();
    sends::<crate::CallFuture<Parcel>>();
    sends::<ClientBuilder<Client>>();
    assert!(std::mem::size_of::<Error>() == std::mem::size_of::<usize>());
    let _ = (&SERVICE, BaseUrl::new("https://a.example"));
}
