//! Only reading makes values that an enum does not know.

use zuora_payments::{PaymentType, UnknownValue};

fn main() {
    let _kind = PaymentType::Unknown(UnknownValue("Cash".to_owned()));
}
