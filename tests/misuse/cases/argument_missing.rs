//! What a request needs is needed to make one.

use zuora_payments::CreatePaymentRequest;

fn main() {
    let _request = CreatePaymentRequest::new(1, "USD");
}
