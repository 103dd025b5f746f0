//! Money is exact: a binary floating-point number is no amount.

use zuora_payments::{CreatePaymentRequest, PaymentType};

fn main() {
    let _request = CreatePaymentRequest::new(44.1, "USD", PaymentType::External);
}
