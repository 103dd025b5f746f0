//! Responses in unexpected forms, and the headers that mark the end of a body.

use std::io::Read as _;
use std::time::Duration;

use crate::mischief::found_out;
use crate::support::*;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use zuora_simulator::{Category, Fault, Oddity, Simulator};

/// Returns one that no client has to read, and that a failure may come in.
async fn odd(near: &Near, oddity: Oddity) -> Reply {
    near.simulator.reset();
    near.pay(Fault::OddFailureAfterProcessing(oddity)).await
}

fn unzipped(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(body).read_to_end(&mut plain).unwrap();
    plain
}

fn code_of(body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).unwrap();
    body["reasons"][0]["code"].clone()
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_json() {
    let near = Near::new().await;
    let reply = odd(&near, Oddity::ByteOrderMark).await;
    assert_eq!(code_of(reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap()), json!("53000060"));
    let reply = odd(&near, Oddity::Utf16).await;
    let units: Vec<_> = reply.body.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    assert_eq!(code_of(String::from_utf16(&units[1..]).unwrap().as_bytes()), json!("53000060"));
    let reply = odd(&near, Oddity::Prefix).await;
    assert_eq!(code_of(reply.body.strip_prefix(b")]}'\n").unwrap()), json!("53000060"));
}

#[tokio::test(start_paused = true)]
async fn encodings_that_are_not_what_headers_say() {
    let near = Near::new().await;
    let reply = odd(&near, Oddity::GzipUnnamed).await;
    assert_eq!((reply.header("content-encoding"), code_of(&unzipped(&reply.body))), (None, json!("53000060")));
    let reply = odd(&near, Oddity::EncodedTwice).await;
    assert_eq!(reply.headers.get_all("content-encoding").iter().count(), 2);
    assert_eq!(code_of(&unzipped(&unzipped(&reply.body))), json!("53000060"));
    let reply = odd(&near, Oddity::UnknownCoding).await;
    assert_eq!((reply.header("content-encoding"), code_of(&reply.body)), (Some("x-unheard-of"), json!("53000060")));
}

#[tokio::test(start_paused = true)]
async fn json_of_another_shape() {
    let near = Near::new().await;
    assert_eq!(odd(&near, Oddity::InList).await.json()[0]["reasons"][0]["code"], "53000060");
    let text = odd(&near, Oddity::InText).await.json();
    assert_eq!(code_of(text.as_str().unwrap().as_bytes()), "53000060");
    assert_eq!(odd(&near, Oddity::ReasonsAsObject).await.json()["reasons"]["code"], "53000060");
    assert_eq!(odd(&near, Oddity::ReasonsWithNull).await.json()["reasons"][0], Value::Null);
    assert!(odd(&near, Oddity::CodeAsDecimal).await.text().contains(":53000060.0,"));
    assert_eq!(odd(&near, Oddity::CodeWithBlanks).await.code(), " 53000060 ");
    assert_eq!(odd(&near, Oddity::CapitalMembers).await.json()["Reasons"][0]["Code"], "53000060");
}

/// A success may come in an odd form, too; the same key finds it plain.
#[tokio::test(start_paused = true)]
async fn successes_in_odd_forms() {
    let near = Near::new().await;
    let reply = found_out(&near, Fault::OddBytes(Oddity::InList)).await.unwrap();
    assert_eq!((reply.status, &reply.json()[0]["success"]), (200, &json!(true)));
    let reply = found_out(&near, Fault::OddBytes(Oddity::CapitalMembers)).await.unwrap();
    assert_eq!(reply.json()["Amount"].to_string(), "10.1");
    assert!(reply.text().contains(r#""Amount":10.10,"#));
}

/// An empty body that is whole says so by its length; one whose connection closed before it began says nothing.
#[tokio::test]
async fn where_an_empty_body_ends() {
    let builder = || Simulator::builder().simulated_time().seed(1);
    let (near, far) = (Near::with(builder()).await, Caller::with(builder()).await);
    for (fault, length) in
        [(Fault::Empty, Some("0")), (Fault::OddBytes(Oddity::ClosedBeforeBody), None), (Fault::Status(204), None)]
    {
        near.simulator.fault(fault.clone());
        far.simulator.fault(fault.clone());
        let here = near.post(PAYMENTS, &[NEW], PAYMENT).await;
        let there = far.post(PAYMENTS, &[NEW], PAYMENT).await;
        for reply in [&here, &there] {
            assert_eq!((reply.header("content-length"), reply.body.len()), (length, 0), "{fault:?}");
            assert_eq!(reply.header("transfer-encoding"), None, "{fault:?}");
        }
        assert_eq!(here.status, there.status);
    }
}

/// The end of the body is the end of the connection, and no length says that this is too early.
#[tokio::test]
async fn a_body_that_never_begins() {
    let caller = Caller::new().await;
    caller.simulator.fault(Fault::OddBytes(Oddity::ClosedBeforeBody));
    let response = raw_payment(&caller).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("http/1.0 200") && body.is_empty(), "{response}");
    assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
    assert_eq!(caller.simulator.ledger().money_moved(), 1);
}

/// Clients tell the age of a key by the `Date` of responses: each has one, by the simulator's clock.
#[tokio::test(start_paused = true)]
async fn every_response_has_a_date() {
    const NOW: Option<&str> = Some("Thu, 01 Jan 2026 00:00:00 GMT");
    let near = Near::new().await;
    assert_eq!(near.ask_for_token().await.unwrap().header("date"), NOW);
    near.simulator.token_fault(Fault::Status(503));
    assert_eq!(near.ask_for_token().await.unwrap().header("date"), NOW);
    assert_eq!(near.send(PAYMENTS, &[], "").await.unwrap().header("date"), NOW, "401");
    assert_eq!(near.post(PAYMENTS, &[("simulator-fault", "fire")], "").await.header("date"), NOW, "wrong order");
    assert_eq!(near.send("/_simulator/reset", &[], "").await.unwrap().header("date"), NOW, "control");
    for fault in Fault::samples(&[Duration::ZERO]) {
        near.simulator.fault(fault.clone());
        if let Ok(reply) = near.try_post(PAYMENTS, &[NEW], PAYMENT).await {
            assert_eq!(reply.header("date") == NOW, !matches!(fault, Fault::ClockSkew(_)), "{fault:?}");
        }
    }
}

/// The caller's track ID comes back with every response that this caller is meant to see.
#[tokio::test(start_paused = true)]
async fn the_track_id_comes_back() {
    let near = Near::new().await;
    let track = ("zuora-track-id", "order 7");
    for fault in [Fault::Status(503), Fault::Status(401), Fault::FailureStatus(Category::BusinessRule)] {
        near.simulator.fault(fault);
        let reply = near.post(PAYMENTS, &[NEW, KEY, track], PAYMENT).await;
        assert_eq!(reply.header("zuora-track-id"), Some("order 7"));
    }
}
