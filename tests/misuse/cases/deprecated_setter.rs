//! A deprecated setter warns, and names the replacement.

#![deny(deprecated)]

use zuora_payments::{CreatePaymentSessionRequest, decimal};

fn main() {
    let request = CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USD");
    let _ = request.auth_amount(decimal!("1"));
}
