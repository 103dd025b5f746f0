//! Who sets a deprecated member is told so, with what to use in its place.

#![deny(deprecated)]

use zuora_payments::{CreatePaymentSessionRequest, decimal};

fn main() {
    let request = CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USD");
    let _ = request.auth_amount(decimal!("1"));
}
