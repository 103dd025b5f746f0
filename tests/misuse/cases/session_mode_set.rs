//! The mode of a session is chosen with its constructor and has no setter.

use zuora_payments::{CreatePaymentSessionRequest, decimal};

fn main() {
    let _request = CreatePaymentSessionRequest::save_payment_method(decimal!("1"), "USD").process_payment(true);
}
