//! Response types grow without notice, so only the SDK constructs them.

use zuora_payments::PaymentSession;

fn main() {
    let _session = PaymentSession { token: "t".into() };
}
