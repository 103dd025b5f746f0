//! Where tokens come from and how long they are used.

use std::time::Duration;

use super::{BASIC, BaseUrl, Client, ClientBuilder, GOOD, NewParcel, TOKEN, builder};
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Outcome, Response};

const SECRET: &str = "s3cr=t+/&";

fn client(server: &ScriptedTransport) -> Client {
    builder(server).client_credentials("id 1", SECRET).build().unwrap()
}

async fn send(client: &Client) -> Result<Response<super::Parcel>, crate::Error> {
    client.send_parcel("D1", &NewParcel::new(1)).await
}

/// The `Authorization` of each request; `-` where there is none.
fn authorizations(server: &ScriptedTransport) -> Vec<String> {
    let requests = server.requests();
    let header = |request: &crate::testing::RecordedRequest| request.header("authorization").unwrap_or("-").to_owned();
    requests.iter().map(header).collect()
}

fn token(text: &str, expires_in: &str) -> String {
    format!(r#"{{"access_token": "{text}", "token_type": "Bearer", "expires_in": {expires_in}}}"#)
}

#[tokio::test]
async fn a_token_is_fetched_with_the_first_call_and_kept() {
    let server = ScriptedTransport::new().json(200, TOKEN).json(200, GOOD).json(200, GOOD);
    let client = client(&server);
    send(&client).await.unwrap();
    let mut tenant = client.clone();
    tenant.core = tenant.core.with_header("X-Tenant", "north");
    send(&tenant).await.unwrap();
    assert_eq!(authorizations(&server), ["-", "Bearer tok-1", "Bearer tok-1"]);

    let request = &server.requests()[0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://api.example.com/base/token");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("user-agent"), Some("parcels-sdk/1.0.0"));
    assert_eq!(request.header("idempotency-key"), None);
    assert_eq!(request.text(), "client_id=id%201&client_secret=s3cr%3Dt%2B%2F%26&grant_type=client_credentials");
}

#[tokio::test]
async fn credentials_can_stand_in_a_header() {
    let server = ScriptedTransport::new().json(200, TOKEN).json(200, GOOD);
    let base = BaseUrl::new("https://api.example.com").unwrap();
    let client: Client =
        ClientBuilder::new(&BASIC, base).transport(server.clone()).client_credentials("id", "secret").build().unwrap();
    send(&client).await.unwrap();
    assert_eq!(authorizations(&server), ["Basic aWQ6c2VjcmV0", "Bearer tok-1"]);
    assert_eq!(server.requests()[0].text(), "grant_type=client_credentials");
    assert!(!format!("{server:?}").contains("aWQ6c2VjcmV0"));
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_share_one_fetch() {
    let mut server = ScriptedTransport::new().json(200, TOKEN).after(Duration::from_secs(1));
    for _ in 0..20 {
        server = server.json(200, GOOD);
    }
    let client = client(&server);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { send(&client).await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let fetches = authorizations(&server).iter().filter(|value| *value == "-").count();
    assert_eq!(fetches, 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_the_same_fetch_share_its_failure() {
    let server = ScriptedTransport::new().json(503, "").after(Duration::from_secs(1)).json(200, TOKEN).json(200, GOOD);
    let client = client(&server);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { send(&client).await.map(drop) })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
    }
    assert_eq!(server.requests().len(), 1);
    // The next call does not suffer for it.
    send(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_its_end() {
    let server = ScriptedTransport::new()
        .json(200, token("one", "3599"))
        .json(200, GOOD)
        .json(200, GOOD)
        .json(200, token("two", "\"3599.0\""))
        .json(200, GOOD);
    let client = client(&server);
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(3538)).await;
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(1)).await;
    send(&client).await.unwrap();
    assert_eq!(authorizations(&server), ["-", "Bearer one", "Bearer one", "-", "Bearer two"]);
}

#[tokio::test(start_paused = true)]
async fn odd_lives_are_bounded() {
    for (expires_in, still_good, renewed) in [
        ("60", 29, 30),
        ("\"60\"", 29, 30),
        ("null", 239, 240),
        ("\"soon\"", 239, 240),
        ("18446744073709551615", 86_339, 86_340),
        ("99999999999999999999999", 239, 240),
        ("-5", 239, 240),
    ] {
        let server = ScriptedTransport::new()
            .json(200, token("one", expires_in))
            .json(200, GOOD)
            .json(200, GOOD)
            .json(200, TOKEN)
            .json(200, GOOD);
        let client = client(&server);
        send(&client).await.unwrap();
        tokio::time::advance(Duration::from_secs(still_good)).await;
        send(&client).await.unwrap();
        assert_eq!(server.requests().len(), 3, "{expires_in}");
        tokio::time::advance(Duration::from_secs(renewed - still_good)).await;
        send(&client).await.unwrap();
        assert_eq!(server.requests().len(), 5, "{expires_in}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_serves_when_it_cannot_be_renewed() {
    let server = ScriptedTransport::new()
        .json(200, token("one", "3600"))
        .json(200, GOOD)
        .json(503, "")
        .json(200, GOOD)
        .json(503, "");
    let client = client(&server);
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(3590)).await;
    send(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(10)).await;
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(authorizations(&server), ["-", "Bearer one", "-", "Bearer one", "-"]);
}

#[tokio::test]
async fn a_failure_of_the_token_endpoint_sends_nothing_and_is_explained() {
    for (status, body, retryable, said) in [
        (401, r#"{"error": "invalid_client", "error_description": "x"}"#, false, "401 Unauthorized: invalid_client;"),
        (
            400,
            r#"{"reasons": [{"code": 90000011, "message": "bad credentials"}]}"#,
            false,
            "90000011 \"bad credentials\" (authentication failed);",
        ),
        (
            401,
            r#"{"message": "no s3cr=t+/& like this or s3cr%3Dt%2B%2F%26"}"#,
            false,
            "\"no [redacted] like this or [redacted]\"",
        ),
        (403, "<html>", false, "403 Forbidden;"),
        (302, "", false, "302 Found;"),
        (429, "", true, "429 Too Many Requests;"),
        (500, "", true, "500 Internal Server Error;"),
        (200, "", false, "its body holds no access token"),
        (200, r#"{"access_token": ""}"#, false, "cannot stand in a header"),
        (200, r#"{"access_token": "a\nb"}"#, false, "cannot stand in a header"),
        (200, r#"{"access_token": "a", "token_type": "mac"}"#, false, "another type than bearer"),
    ] {
        let server = ScriptedTransport::new().json(status, body);
        let error = send(&client(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.is_retryable(), retryable, "{error}");
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.idempotency_key().unwrap().as_str(), "key-1");
        assert_eq!(error.body(), None);
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("s3cr"));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_out_of_reach_sends_nothing() {
    for server in [
        ScriptedTransport::new().not_sent(),
        ScriptedTransport::new().interrupted(),
        ScriptedTransport::new().silence(),
    ] {
        let error = send(&client(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn a_packed_token_is_read() {
    let server = ScriptedTransport::new()
        .answer(200, &[("content-encoding", "gzip")], crate::gzip::pack(TOKEN.as_bytes()))
        .json(200, GOOD);
    send(&client(&server)).await.unwrap();
}
