//! The mode of a session is chosen with its constructor and has no setter.

use zuora_payments::CreatePaymentSessionRequest;

fn main() {
    let _request = CreatePaymentSessionRequest::save_payment_method(1, "USD").process_payment(true);
}
