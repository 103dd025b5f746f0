//! Only decoding creates unknown enum values.

use zuora_payments::{PaymentType, UnknownValue};

fn main() {
    let _kind = PaymentType::Unknown(UnknownValue("Cash".to_owned()));
}
