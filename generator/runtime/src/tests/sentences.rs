//! Errors read aloud.

use super::{NewParcel, Parcel, builder, call, client};
use crate::TransportError;
use crate::testing::ScriptedTransport;

async fn sentence(server: ScriptedTransport) -> String {
    call(&server).await.unwrap_err().to_string()
}

#[tokio::test(start_paused = true)]
#[allow(clippy::too_many_lines, reason = "one row for each error")]
async fn every_error_says_what_happened_what_it_means_and_what_to_do() {
    let script = ScriptedTransport::new;
    let ids = [("X-Request-Id", "R-1")];
    for (server, expected) in [
        (
            script().response(
                400,
                &ids,
                r#"{"reasons": [{"code": 53000022, "message": "weight is missing"}], "processId": "P-7"}"#,
            ),
            "sendParcel failed: the server responded with 400 Bad Request: 53000022 \"weight is missing\" (missing field); the server did not act \
             on the call; the same call would fail again, correct what the server names first (idempotency key key-1, request id R-1, process id P-7)",
        ),
        (
            script().response(
                200,
                &ids,
                r#"{"success": false, "reasons": [{"code": 53000060, "message": "Oh\nno"}], "resultCode": "-2"}"#,
            ),
            "sendParcel failed: the server responded with 200 OK, but its body says that the call failed: 53000060 \"Oh no\" (internal error), \
             -2 (no word from the carrier); the server may have acted on the call; the service would send the same response \
             again, find out what became of it before you call again, since a new call may have the same effect twice (idempotency key key-1, request id R-1)",
        ),
        (
            script().json(200, r#"{"success": false, "resultCode": "1", "resultMessage": "refused"}"#),
            "sendParcel failed: the server responded with 200 OK, which declines the call: 1 \"refused\" (declined); the server did not act on the \
             call; the same call would be declined again, ask the customer for another way (idempotency key key-1)",
        ),
        (
            script().json(401, r#"{"message": "Authentication error"}"#),
            "sendParcel failed: the server responded with 401 Unauthorized: \"Authentication error\"; the server did not act on the call; make \
             a new call with another access token (idempotency key key-1)",
        ),
        (
            script().json(429, ""),
            "sendParcel failed: the server responded with 429 Too Many Requests; the server did not act on the call; wait, then make a new \
             call (idempotency key key-1)",
        ),
        (
            script().json(503, "<html>"),
            "sendParcel failed: the server responded with 503 Service Unavailable; the server may have acted on the call; do not make a \
             new call, resume this one: the same request with the same idempotency key finds out, within 24 h of the key's first use (idempotency key key-1)",
        ),
        (
            script().json(302, ""),
            "sendParcel failed: the server responded with 302 Found, a redirect, which is not followed; check the base URL; the server may have \
             acted on the call; do not make a new call, resume this one: the same request with the same idempotency key finds out, within \
             24 h of the key's first use (idempotency key key-1)",
        ),
        (
            script().json(200, "<html>"),
            "sendParcel failed: the server responded with 200 OK, but its body is not what was expected: cannot read the JSON document at $ \
             (byte 0): expected a JSON value; the server may have acted on the call; do not make a new call, resume this one: the same \
             request with the same idempotency key finds out, within 24 h of the key's first use (idempotency key key-1)",
        ),
        (
            script().json(200, r#"{"success": true}"#),
            "sendParcel failed: the server responded with 200 OK, but its body is not what was expected: cannot read the JSON document at \
             $.number (byte 17): a required member is missing; the server accepted the call; do not make a new call, look up what \
             became of this one: the service would send the same response again (idempotency key key-1)",
        ),
        (
            script().json(200, r#"{"success": true"#),
            "sendParcel failed: the server responded with 200 OK, but its body is not what was expected: cannot read the JSON document at \
             $ (byte 16): eof while parsing an object; the server may have acted on the call; do not make a new call, resume this one: the \
             same request with the same idempotency key finds out, within 24 h of the key's first use (idempotency key key-1)",
        ),
        (
            script().interrupted(),
            "sendParcel failed: the connection was lost before the response came; the server may have acted on the call; do not make a \
             new call, resume this one: the same request with the same idempotency key finds out, within 24 h of the key's first use (idempotency key key-1)",
        ),
        (
            script().not_sent(),
            "sendParcel failed: the request could not be sent; the call was not sent; check the network and the base URL, then call again \
             (idempotency key key-1)",
        ),
        (
            script().no_response(),
            "sendParcel failed: no response came within the attempt timeout of 130 s; the server may have acted on the call; do not make a \
             new call, resume this one: the same request with the same idempotency key finds out, within 24 h of the key's first use (idempotency key key-1)",
        ),
    ] {
        assert_eq!(sentence(server).await, expected);
    }
}

/// RFC 9457: any service may send them, whatever its document says of failures.
#[tokio::test(start_paused = true)]
async fn problem_details_are_told() {
    let (whole, typed) = ("application/problem+json", "Application/Problem+JSON; charset=utf-8");
    for (media_type, body, expected) in [
        (
            whole,
            r#"{"type": "https://errors.test/closed", "title": "Depot closed", "status": 404, "detail": "D1 opens at 8.", "instance": "/a/1"}"#,
            r#"404 Not Found: "Depot closed: D1 opens at 8. (https://errors.test/closed, /a/1)"; the"#,
        ),
        (
            typed,
            r#"{"type": "about:blank", "title": "Not Found", "status": 404}"#,
            r#"404 Not Found: "Not Found"; the"#,
        ),
        (whole, r#"{"instance": "/a/1"}"#, r#"404 Not Found: "/a/1"; the"#),
        (whole, r#"{"message": "of the service", "title": "Gone"}"#, r#"404 Not Found: "of the service"; the"#),
        (whole, r#"{"title": 7, "detail": ["a"], "title": "twice"}"#, "404 Not Found; the"),
        ("application/json", r#"{"title": "Depot closed"}"#, "404 Not Found; the"),
    ] {
        let server = ScriptedTransport::new().response(404, &[("content-type", media_type)], body);
        let sentence = sentence(server).await;
        assert!(sentence.contains(expected), "{body}: {sentence}");
    }
}

#[tokio::test(start_paused = true)]
async fn errors_before_the_call_is_sent() {
    let with_credentials = |server: &ScriptedTransport| {
        let client = builder(server).client_credentials("id", "secret").build().unwrap();
        client.send_parcel("D1", &NewParcel::new(1))
    };
    let server = ScriptedTransport::new().json(401, r#"{"error": "invalid_client"}"#).json(503, "").no_response();
    for expected in [
        "sendParcel failed: no access token could be had: the token endpoint responded with 401 Unauthorized: invalid_client; the call was not sent; \
         check the credentials, and that the base URL is the one they belong to (idempotency key key-1)",
        "sendParcel failed: no access token could be had: the token endpoint responded with 503 Service Unavailable; the call was not sent; call \
         again later (idempotency key key-1)",
        "sendParcel failed: no access token could be had: the token endpoint did not respond within 30 s; the call was not sent; call again \
         later (idempotency key key-1)",
        "sendParcel failed: no access token could be had: the request could not be sent, on the way to the token endpoint; the call was not sent; \
         call again later (idempotency key key-1)",
    ] {
        assert_eq!(with_credentials(&server).await.unwrap_err().to_string(), expected);
    }
    let call = client(&server).send_parcel("", &NewParcel::new(1)).0;
    let error = call.header("X-Track-Id", "123456789").send::<Parcel>().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sendParcel failed: the request breaks the rules of the service and was not sent: path parameter depot-id is empty; \
         header X-Track-Id is 9 characters long, at most 8 are allowed"
    );
}

#[tokio::test]
async fn long_texts_of_the_server_are_cut() {
    let body = format!(r#"{{"reasons": [{{"code": "c{}", "message": "m{}"}}]}}"#, "c".repeat(100), "m".repeat(1000));
    let sentence = sentence(ScriptedTransport::new().json(400, body)).await;
    assert!(sentence.contains("400 Bad Request: a code that is no plain word \"mmm"), "{sentence}");
    assert!(sentence.contains("mmm…\";"), "{sentence}");
    assert!(sentence.len() < 700);
}

/// Characters that move the cursor, turn the direction of text, begin a line without being seen, or have no width.
const HIDDEN: &str = "\u{ad}\u{34f}\u{180e}\u{200b}\u{200c}\u{200d}\u{2060}\u{2064}\u{206f}\u{feff}\u{fff9}\u{fe0f}\u{e0041}\
    \u{0}\u{7}\u{8}\u{1b}\u{7f}\u{85}\u{9b}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}";

#[tokio::test(start_paused = true)]
async fn hidden_characters_of_the_server_do_not_reach_a_message() {
    let text = |name: &str| serde_json::Value::from(format!("{name}{HIDDEN}!")).to_string();
    let body = format!(
        r#"{{"reasons": [{{"code": {}, "message": {}}}], "processId": {}, "requestId": {}, "resultCode": "1", "resultMessage": {}}}"#,
        text("code"),
        text("words"),
        text("P"),
        text("R"),
        text("result")
    );
    let odd_name = format!(r#"{{"success": true, "id": [{}]}}"#, text("id"));
    for (status, body) in [(400, body), (400, format!(r#"{{"message": {}}}"#, text("message"))), (200, odd_name)] {
        let error = call(&ScriptedTransport::new().json(status, body)).await.unwrap_err();
        assert_plain(&error.to_string());
        assert_plain(&format!("{error:?}"));
    }
    let fault = TransportError::tls(format!("the certificate is of {HIDDEN}!"));
    let error = call(&ScriptedTransport::new().fault(fault)).await.unwrap_err();
    assert!(error.to_string().contains("the certificate is of"), "{error}");
    assert_plain(&error.to_string());
    let refused = format!(r#"{{"message": {}, "error": {}}}"#, text("message"), text("word"));
    let server = ScriptedTransport::new().json(401, refused);
    let client = builder(&server).client_credentials("id", "secret").build().unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert!(error.to_string().contains("message"), "{error}");
    assert_plain(&error.to_string());
}

#[track_caller]
fn assert_plain(shown: &str) {
    assert!(!shown.contains(|character| HIDDEN.contains(character)), "{shown:?}");
}
