//! A setter takes what converts into the type of its field.

use zuora_payments::PaymentInvoice;

fn main() {
    let _ = PaymentInvoice::new().invoice_id(4028905);
}
