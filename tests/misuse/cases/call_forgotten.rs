//! A call that is not awaited is not made.

#![deny(unused_must_use)]

use zuora_payments::{Client, CreateAuthorizationRequest};

fn authorize(client: &Client, request: &CreateAuthorizationRequest) {
    client.create_authorization("402881e522cf4f9b0122cf5dc4020045", request);
}

fn main() {
    let _ = authorize;
}
