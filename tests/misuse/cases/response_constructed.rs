//! Responses come from the service and grow without notice, so nobody else writes one down.

use zuora_payments::PaymentSession;

fn main() {
    let _session = PaymentSession { token: "t".into() };
}
