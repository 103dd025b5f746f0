//! A constant amount is checked when it is compiled.

use zuora_payments::decimal;

fn main() {
    let _amount = decimal!("19,99");
}
