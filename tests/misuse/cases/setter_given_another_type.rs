//! A member takes what converts into its type.

use zuora_payments::PaymentInvoice;

fn main() {
    let _ = PaymentInvoice::new().invoice_id(4028905);
}
