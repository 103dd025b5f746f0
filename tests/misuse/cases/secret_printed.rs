//! A secret has to be exposed before it can be printed.

use zuora_payments::PaymentSession;

fn show(session: &PaymentSession) {
    println!("{}", session.token);
}

fn main() {
    let _ = show;
}
