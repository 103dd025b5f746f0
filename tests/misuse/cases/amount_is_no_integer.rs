//! Money is exact: an integer does not say whether it is a number of dollars or of cents.

use zuora_payments::{CreatePaymentRequest, PaymentType};

fn main() {
    let _request = CreatePaymentRequest::new(1999, "USD", PaymentType::External);
}
