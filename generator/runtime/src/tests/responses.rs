//! What responses mean.

use http::{HeaderMap, StatusCode};

use super::{GOOD, NewParcel, Parcel, builder, call, client};
use crate::syntax::gzip;
use crate::testing::ScriptedTransport;
use crate::{Error, ErrorKind, Json, Map, Outcome, TransportError};

async fn error(server: ScriptedTransport) -> Error {
    call(&server).await.expect_err("an error")
}

async fn error_of(status: u16, body: &'static str) -> Error {
    error(ScriptedTransport::new().json(status, body)).await
}

#[tokio::test]
async fn reasons_are_read_in_every_spelling() {
    let body = r#"{"success": false, "processId": "P-7", "requestId": "R-70", "reasons": [
        {"code": "53000022", "message": "weight is missing"},
        {"code": 53000022, "message": "height is missing"},
        {"code": "SystemError", "message": "sorry"},
        {"code": 70},
        {"message": "no code"},
        "odd"
    ]}"#;
    let error = error_of(400, body).await;
    let reasons: Vec<_> =
        error.reasons().iter().map(|reason| (reason.code(), reason.message(), reason.meaning())).collect();
    assert_eq!(
        reasons,
        [
            ("53000022", "weight is missing", Some("missing field")),
            ("53000022", "height is missing", Some("missing field")),
            ("SystemError", "sorry", None),
            ("70", "", Some("too many calls")),
            ("", "no code", None),
            ("", "", None),
        ]
    );
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.process_id(), Some("P-7"));
    assert_eq!(error.request_id(), Some("R-70"));
    assert_eq!(error.idempotency_key().unwrap().as_str(), "key-1");
    assert_eq!(error.operation(), Some("sendParcel"));
    assert_eq!(error.body(), Some(body.as_bytes()));
    let decoded: Map<Json> = error.decode_body().unwrap().unwrap();
    assert_eq!(decoded["processId"].as_text().as_deref(), Some("P-7"));
}

#[tokio::test]
async fn the_request_id_of_the_header_goes_first() {
    let server = ScriptedTransport::new().response(
        500,
        &[("X-Request-Id", "R-header"), ("RateLimit-Remaining", "0")],
        r#"{"requestId": "R-70"}"#,
    );
    let error = error(server).await;
    assert_eq!(error.request_id(), Some("R-header"));
    assert_eq!(error.headers().unwrap()["x-request-id"], "R-header");
    assert_eq!(error.rate_limit().unwrap().remaining(), Some(0));
}

#[tokio::test]
async fn a_success_status_does_not_make_a_success() {
    for body in [
        r#"{"success": false}"#,
        r#"{"success": "false"}"#,
        r#"{"success": false, "number": "P-1"}"#,
        r#"{"reasons": [{"code": 53000022}]}"#,
        r#"{"success": null, "reasons": [{"code": 53000022}], "number": "P-1"}"#,
        r#"{"success": false, "reasons": [{"code": 53000022}], "processId": "cut of"#,
        r#"{"number": "P-1", "resultCode": 1}"#,
        // what contradicts itself
        r#"{"success": true, "number": "P-1", "reasons": [{"code": 53000022}]}"#,
    ] {
        let error = error_of(200, body).await;
        let kind = if body.contains("resultCode") { ErrorKind::Declined } else { ErrorKind::Api };
        assert_eq!(error.kind(), kind, "{body}");
        assert_eq!(error.status(), Some(StatusCode::OK));
    }
    for body in [
        GOOD,
        r#"{"number": "P-1"}"#,
        r#"{"success": null, "number": "P-1", "reasons": []}"#,
        r#"{"number": "P-1", "resultCode": 0}"#,
    ] {
        call(&ScriptedTransport::new().json(201, body)).await.expect(body);
    }
}

/// What one response is evidence of when nothing was in doubt before.
#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one row for each response")]
async fn the_table_of_outcomes() {
    use Outcome::{Rejected, Unknown};
    for (status, body, outcome, is_retryable, is_resumable) in [
        // the status decides alone
        (401, "", Rejected, true, false),
        (401, r#"{"reasons": [{"code": "53000060"}]}"#, Rejected, true, false),
        (429, "<html>", Rejected, true, false),
        (429, r#"{"reasons": [{"code": 70}], "resultCo"#, Rejected, true, false),
        // an empty body whose length nobody said, or one without a documented form, is no witness
        (400, "", Unknown, false, true),
        (403, "{}", Unknown, false, true),
        (404, "<html>not found</html>", Unknown, false, true),
        (400, r#"{"message": "no"}"#, Unknown, false, true),
        (404, r#"{"code": 404, "message": "no"}"#, Unknown, false, true),
        (400, r#"{"success": true}"#, Unknown, false, true),
        (200, r#"{"success": false}"#, Unknown, false, true),
        (301, "", Unknown, false, true),
        (307, "", Unknown, false, true),
        (402, r#"{"code": 402, "message": "no"}"#, Unknown, false, true),
        (400, r#"{"code": 504, "message": "no"}"#, Unknown, false, false),
        (400, r#"{"code": 400, "message": "no", "error": {}}"#, Unknown, false, true),
        (302, r#"{"reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        (400, r#"{"success": "TRUE", "reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        (400, r#"{"Success": false, "reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        (200, r#"{"success": false, "resultCode": null, "reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        // a documented form without reasons
        (400, r#"{"code": 400, "message": "no"}"#, Rejected, false, false),
        (403, r#"{"code": "Denied", "message": "no"}"#, Rejected, false, false),
        // whose code may be one of a reason
        (400, r#"{"code": 53000060, "message": "no"}"#, Unknown, false, false),
        (400, r#"{"code": "53000060 ", "message": "no"}"#, Unknown, false, false),
        // said by something in front of the service
        (408, "", Unknown, false, true),
        (444, "", Unknown, false, true),
        (499, "", Unknown, false, true),
        (500, "", Unknown, false, true),
        (502, "<html>", Unknown, false, true),
        (503, "", Unknown, false, true),
        (504, "\u{0}", Unknown, false, true),
        (504, r#"{"reasons": [{"code": 53000010}]}"#, Unknown, false, true),
        // an earlier request may be running
        (409, "", Unknown, false, true),
        (409, r#"{"reasons": [{"code": "Conflict"}]}"#, Unknown, false, true),
        (409, r#"{"reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        (409, r#"{"reasons": [{"code": 53000050}]}"#, Unknown, false, true),
        (400, r#"{"reasons": [{"code": 53000050}]}"#, Unknown, false, true),
        (200, r#"{"success": false, "reasons": [{"code": 53000050}], "resultCode": 1}"#, Unknown, false, true),
        // the key may belong to another request
        (422, "[]", Unknown, false, false),
        (422, r#"{"reasons": [{"code": 53000022}]}"#, Unknown, false, false),
        // codes that refuse
        (400, r#"{"reasons": [{"code": "53000022"}]}"#, Rejected, false, false),
        (200, r#"{"success": false, "reasons": [{"code": 53000022}]}"#, Rejected, false, false),
        (404, r#"{"reasons": [{"code": "90000011"}]}"#, Rejected, true, false),
        (403, r#"{"reasons": [{"code": "53000010"}]}"#, Rejected, false, false),
        (200, r#"{"success": false, "reasons": [{"code": 70}]}"#, Rejected, true, false),
        // codes that leave it open, and such as nobody knows
        (400, r#"{"reasons": [{"code": 53000060}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": 53000061}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": "53000098"}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": 22}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": "2022"}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": "53000022.0"}]}"#, Unknown, false, true),
        (200, r#"{"success": false, "reasons": [{"code": "SystemError"}]}"#, Unknown, false, false),
        // a failure of the service's own leaves it open, whatever its reasons
        (500, r#"{"reasons": [{"code": "53000022"}]}"#, Unknown, false, false),
        (500, r#"{"reasons": [{"code": "ObjectNotFound"}]}"#, Unknown, false, false),
        // of several reasons the one that proves least
        (400, r#"{"reasons": [{"code": 53000022}, {"code": 53000060}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": 53000022}, {"code": "Odd"}]}"#, Unknown, false, false),
        (400, r#"{"reasons": [{"code": 53000022}, {"code": 70}]}"#, Rejected, false, false),
        // the result code goes before the reasons
        (200, r#"{"success": false, "resultCode": 1}"#, Rejected, false, false),
        (200, r#"{"success": false, "reasons": [{"code": 53000060}], "resultCode": 1}"#, Rejected, false, false),
        (200, r#"{"success": false, "reasons": [{"code": 53000022}], "resultCode": "-2"}"#, Unknown, false, false),
        (200, r#"{"success": false, "reasons": [{"code": 53000022}], "resultCode": 12345}"#, Unknown, false, false),
        // what is cut off, or has another form
        (200, r#"{"success": false, "reasons": [{"code": 53000022}], "mess"#, Unknown, false, true),
        (400, r#"{"reasons": [{"code": 53000022}], "resultCo"#, Unknown, false, true),
        (400, r#"{"reasons": {"code": 53000022}}"#, Unknown, false, true),
        (400, r#"{"reasons": [{"code": 53000022}, null]}"#, Unknown, false, true),
        (400, r#"{"reasons": [{"code": 53000022}], "reasons": [{"code": 53000022}]}"#, Unknown, false, true),
        (400, r#"{"Reasons": [{"Code": 53000022}]}"#, Unknown, false, true),
        (400, r#"[{"reasons": [{"code": 53000022}]}]"#, Unknown, false, true),
        (500, r#"{"reasons": [{"code": 53000022"#, Unknown, false, true),
    ] {
        let error = error_of(status, body).await;
        let expected = (outcome, is_retryable, is_resumable);
        let found = (error.outcome(), error.is_retryable(), error.resumable().is_some());
        assert_eq!(found, expected, "{status} {body}");
        let kind = if body.ends_with(r#""resultCode": 1}"#) { ErrorKind::Declined } else { ErrorKind::Api };
        assert_eq!((error.kind(), error.is_decline()), (kind, kind == ErrorKind::Declined), "{status} {body}");
    }
}

#[tokio::test]
async fn an_empty_body_is_whole_when_the_server_says_so() {
    for status in crate::classification::evidence::TURNED_AWAY {
        let server = ScriptedTransport::new().response(status, &[("content-length", "0")], "");
        assert_eq!(error(server).await.outcome(), Outcome::Rejected, "{status}");
    }
    for lengths in [&[("content-length", "7")][..], &[("content-length", "0"), ("content-length", "0")]] {
        let server = ScriptedTransport::new().response(400, lengths, "");
        assert_eq!(error(server).await.outcome(), Outcome::Unknown, "{lengths:?}");
    }
    for encodings in [&[("content-encoding", "gzip"), ("content-encoding", "gzip")][..], &[("content-encoding", "br")]]
    {
        let server = ScriptedTransport::new().response(400, encodings, r#"{"reasons": [{"code": 53000022}]}"#);
        assert_eq!(error(server).await.outcome(), Outcome::Unknown, "{encodings:?}");
    }
}

#[tokio::test]
async fn without_a_key_an_unknown_outcome_is_never_repeated() {
    for (server, outcome, retryable) in [
        (ScriptedTransport::new().interrupted(), Outcome::Unknown, false),
        (ScriptedTransport::new().json(503, ""), Outcome::Unknown, false),
        (ScriptedTransport::new().json(429, ""), Outcome::Rejected, true),
        (ScriptedTransport::new().not_sent(), Outcome::NotSent, true),
    ] {
        let error = client(&server).core.call(&super::POKE).send::<Parcel>().await.unwrap_err();
        assert_eq!(error.outcome(), outcome);
        assert_eq!(error.is_retryable(), retryable);
    }
}

#[tokio::test]
async fn a_sentence_is_read_where_there_are_no_reasons() {
    let error = error_of(401, r#"{"message": "Authentication error"}"#).await;
    assert_eq!(error.server_message(), Some("Authentication error"));
    assert!(error.reasons().is_empty());
    assert!(error.is_retryable());
    let error = error_of(400, r#"{"message": "unused", "reasons": [{"code": 53000022}]}"#).await;
    assert_eq!(error.server_message(), None);
}

#[tokio::test]
async fn a_result_code_stands_beside_the_reasons() {
    let body = r#"{"success": false, "resultCode": -2, "resultMessage": "timeout"}"#;
    let error = error_of(200, body).await;
    let result = error.result_code().unwrap();
    assert_eq!((result.code(), result.message()), ("-2", "timeout"));
    assert_eq!(result.meaning(), Some("no word from the carrier"));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_was_accepted() {
    // One that was cut may say otherwise behind the cut.
    let cut = (r#"{"success": true, "number": "P-"#, Outcome::Unknown);
    for (body, outcome) in [cut, (r#"{"success": true}"#, Outcome::Accepted)] {
        let error = error(ScriptedTransport::new().json(200, body)).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, outcome), "{error}");
        assert!(!error.is_retryable());
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert_eq!(error.idempotency_key().unwrap().as_str(), "key-1");
    }
}

#[tokio::test]
async fn a_status_alone_does_not_prove_success_where_bodies_can_deny_it() {
    let damaged = &gzip::pack(GOOD.as_bytes())[..20];
    for server in [
        ScriptedTransport::new().json(200, ""),
        ScriptedTransport::new().json(200, "<html>"),
        ScriptedTransport::new().json(200, "\u{feff}{}"),
        ScriptedTransport::new().json(200, "{}"),
        ScriptedTransport::new().json(200, r#"{"message": "who are you?"}"#),
        ScriptedTransport::new().response(200, &[("content-encoding", "gzip")], damaged.to_vec()),
    ] {
        let error = error(server).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(!error.is_retryable());
        assert!(error.resumable().is_some(), "the same key brings the response again");
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert_eq!(error.idempotency_key().unwrap().as_str(), "key-1");
    }
}

/// The service keeps the response under the key, so that the same bytes would come again.
#[tokio::test]
async fn a_response_that_would_come_again_as_it_is_cannot_be_resumed() {
    for (server, outcome) in [
        (ScriptedTransport::new().json(200, r#"{"success": true}"#), Outcome::Accepted),
        (ScriptedTransport::new().json(200, r#"{"success": true, "number": ["P-1"]}"#), Outcome::Accepted),
        (
            ScriptedTransport::new().response(200, &[("content-encoding", "br")], &b"\x8b\x03\x80\xff"[..]),
            Outcome::Unknown,
        ),
    ] {
        let error = error(server).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, outcome), "{error}");
        assert!(error.resumable().is_none(), "{error}");
        assert!(error.to_string().contains("the service would send the same response again"), "{error}");
    }
    let too_large = TransportError::body_too_large(StatusCode::OK, HeaderMap::new());
    let too_large = error(ScriptedTransport::new().fault(too_large)).await;
    assert!(too_large.resumable().is_some(), "{too_large}");
    assert!(too_large.to_string().contains("resume this one with a client that takes larger responses"), "{too_large}");
    let cut = error(ScriptedTransport::new().json(200, r#"{"success": true, "number": "P-"#)).await;
    assert!(cut.resumable().is_some() && !cut.to_string().contains("the same response again"), "{cut}");
}

#[tokio::test]
async fn a_response_that_was_kept_may_come_back_as_a_conflict() {
    let good = r#"{"success": true, "number": "P-1"}"#;
    let parcel = call(&ScriptedTransport::new().json(409, good)).await.unwrap();
    assert_eq!((parcel.number.as_deref(), parcel.status().as_u16()), (Some("P-1"), 409));
    for body in [r#"{"success": false}"#, r#"{"number": "P-1"}"#, r#"{"success": true"#, ""] {
        let error = error_of(409, body).await;
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
    }
    // Without a key nothing can have been kept.
    let server = ScriptedTransport::new().json(409, good);
    let ping = client(&server).ping().header("X-Reason", "why");
    assert_eq!(ping.send::<Parcel>().await.unwrap_err().kind(), ErrorKind::Api);
}

#[tokio::test]
async fn a_connection_that_is_lost_leaves_the_outcome_open() {
    let error = error(ScriptedTransport::new().interrupted()).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(!error.is_retryable() && error.resumable().is_some());
    assert_eq!(error.status(), None);
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_connection_that_is_lost_within_the_body_leaves_what_the_status_says() {
    let lost = |status: u16| {
        let mut headers = HeaderMap::new();
        headers.insert("X-Request-Id", "R-1".parse().unwrap());
        let status = StatusCode::from_u16(status).unwrap();
        ScriptedTransport::new().fault(TransportError::body_lost(status, headers, "reset"))
    };
    for (status, kind, outcome) in [
        (200, ErrorKind::Interrupted, Outcome::Unknown),
        (400, ErrorKind::Interrupted, Outcome::Unknown),
        (401, ErrorKind::Api, Outcome::Rejected),
        (429, ErrorKind::Api, Outcome::Rejected),
        (503, ErrorKind::Interrupted, Outcome::Unknown),
    ] {
        let error = error(lost(status)).await;
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{status}");
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.request_id(), Some("R-1"));
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let error = error(ScriptedTransport::new().not_sent()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server =
        ScriptedTransport::new().response(302, &[("location", "https://evil.example.com/")], "").json(200, GOOD);
    let error = call(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("a redirect, which is not followed"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn packed_responses_are_unpacked() {
    let server = ScriptedTransport::new()
        .response(200, &[("content-encoding", "gzip")], gzip::pack(GOOD.as_bytes()))
        .response(400, &[("content-encoding", "GZIP")], gzip::pack(br#"{"reasons": [{"code": 53000022}]}"#))
        .response(200, &[("content-encoding", "identity")], GOOD);
    assert_eq!(call(&server).await.unwrap().number.as_deref(), Some("P-1"));
    assert_eq!(call(&server).await.unwrap_err().reasons()[0].code(), "53000022");
    call(&server).await.unwrap();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let bomb = gzip::pack(&vec![b' '; 1 << 20]);
    for (status, kind, outcome) in [
        (200, ErrorKind::Decode, Outcome::Unknown),
        // what cannot be read may hold a code that leaves it open
        (400, ErrorKind::Api, Outcome::Unknown),
        (429, ErrorKind::Api, Outcome::Rejected),
        (500, ErrorKind::Api, Outcome::Unknown),
    ] {
        let server = ScriptedTransport::new()
            .response(status, &[("content-encoding", "gzip")], bomb.clone())
            .json(status, vec![b' '; 10_001]);
        let client = builder(&server).access_token("t").max_response_bytes(10_000).build().unwrap();
        for beginning in [&bomb[..], &[b' '; 10_000]] {
            let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (kind, outcome));
            assert!(error.to_string().contains("10000 bytes"), "{error}");
            assert_eq!(error.body(), Some(beginning));
            assert!(error.decode_body::<Map<Json>>().unwrap().is_err());
        }
    }
}

#[tokio::test]
async fn an_echo_of_the_track_id_is_one_in_any_spelling() {
    for echo in ["key-1", "KEY-1", "\"key-1\"", "key-1, key-1", " key-1", ""] {
        let server = ScriptedTransport::new().response(200, &[("x-track-id", echo)], GOOD);
        call(&server).await.unwrap();
    }
    for echo in ["key-2", "key-1, key-2", "\"\", key-10"] {
        let server = ScriptedTransport::new().response(200, &[("x-track-id", echo)], GOOD);
        assert_eq!(call(&server).await.unwrap_err().outcome(), Outcome::Unknown, "{echo}");
    }
}

#[tokio::test]
async fn a_success_that_repeats_a_secret_is_shown_without_it() {
    let body = r#"{"success": true, "number": "fixed", "code": "fixed"}"#;
    let response = call(&ScriptedTransport::new().json(200, body)).await.unwrap();
    for shown in [format!("{response:?}"), format!("{response:#?}")] {
        assert!(shown.contains("number") && !shown.contains("fixed"), "{shown}");
    }
}
