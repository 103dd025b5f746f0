//! Required fields are required arguments.

use zuora_payments::{CreatePaymentRequest, decimal};

fn main() {
    let _request = CreatePaymentRequest::new(decimal!("1"), "USD");
}
