//! Clients over a script, the requests that they sent, and the examples of the document.

#![allow(dead_code, reason = "no program needs all of it")]

use sdk::testing::{RecordedRequest, ScriptedTransport};
use sdk::{BaseUrl, Client, ClientBuilder, Error, Response, RetryPolicy};
use sdk_runtime::codegen::{self, Value};
use serde_json::Value as Tree;

/// Returns a client over a script; every call is one attempt.
pub fn builder(server: &ScriptedTransport, base_url: impl Into<BaseUrl>) -> ClientBuilder {
    Client::builder(base_url).transport(server.clone()).retry(RetryPolicy::never())
}

/// Returns the request that was sent last.
pub fn sent(server: &ScriptedTransport) -> RecordedRequest {
    server.requests().pop().expect("a request was sent")
}

/// Asserts the method and the URL.
#[track_caller]
pub fn assert_line(request: &RecordedRequest, expected: &str) {
    assert_eq!(format!("{} {}", request.method(), request.uri()), expected);
}

/// Asserts all headers except those of every request, sorted.
#[track_caller]
pub fn assert_headers(request: &RecordedRequest, expected: &[&str]) {
    let usual = ["user-agent", "accept-encoding"];
    let others = request.headers().iter().filter(|(name, _)| !usual.contains(&name.as_str()));
    let mut lines: Vec<_> = others.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    lines.sort();
    assert_eq!(lines, expected);
    assert!(usual.iter().all(|name| request.header(name).is_some_and(|value| !value.is_empty())));
}

/// Returns the names and values of a form, decoded, in their order.
pub fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let halves = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    halves.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Asserts a form, written as one `name=value` a line.
#[track_caller]
pub fn assert_form(text: &str, expected: &[&str]) {
    let pairs: Vec<_> = form(text).iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(pairs, expected);
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().expect("two digits"), rest.next().expect("two digits")];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// Asserts a JSON body, ignoring white space and order.
#[track_caller]
pub fn assert_json(body: &[u8], expected: Tree) {
    let found: Tree = serde_json::from_slice(body).expect("the body is JSON");
    assert_eq!(found, expected);
}

/// Reads a value, and holds what it becomes when it is written against what was read: nothing may be lost but members that are
/// `null`, which say no more than absent ones.
#[track_caller]
pub fn round<T: Value>(json: &Tree) -> T {
    let value: T = codegen::decode(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}\n{json:#}"));
    let written: Tree = serde_json::from_slice(&codegen::encode(&value)).expect("JSON is written");
    assert_eq!(without_nulls(&written), without_nulls(json));
    value
}

fn without_nulls(tree: &Tree) -> Tree {
    match tree {
        Tree::Array(items) => items.iter().map(without_nulls).collect(),
        Tree::Object(members) => {
            let there = members.iter().filter(|(_, value)| !value.is_null());
            Tree::Object(there.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        Tree::Number(number) => number.as_f64().map_or_else(|| tree.clone(), Tree::from),
        tree => tree.clone(),
    }
}

/// Returns what a call failed with.
#[track_caller]
pub fn failed<T: std::fmt::Debug>(outcome: Result<Response<T>, Error>) -> Error {
    outcome.expect_err("the call fails")
}

/// Returns what stands in the document at a JSON pointer.
#[track_caller]
pub fn in_document(pointer: &str) -> Tree {
    let path = std::env::var("DOCUMENT").expect("the test that runs this program names the document");
    let text = std::fs::read_to_string(&path).expect("the document can be read");
    let document: Tree = serde_json::from_str(&text).expect("it was made JSON");
    document.pointer(pointer).unwrap_or_else(|| panic!("nothing stands at {pointer}")).clone()
}
