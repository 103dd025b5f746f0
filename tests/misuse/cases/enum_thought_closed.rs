//! Enums grow without notice, so a match has to say what to do with other values.

use zuora_payments::PaymentType;

fn collects(kind: &PaymentType) -> bool {
    match kind {
        PaymentType::External => false,
        PaymentType::Electronic => true,
        PaymentType::Unknown(_) => false,
    }
}

fn main() {
    let _ = collects;
}
