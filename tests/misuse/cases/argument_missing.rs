//! What a request needs is needed to make one.

use zuora_payments::{CreatePaymentRequest, decimal};

fn main() {
    let _request = CreatePaymentRequest::new(decimal!("1"), "USD");
}
