//! Decimals keep their text in requests and responses.

use proptest::prelude::*;
use sdk_tests::calls::ACCOUNT;
use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{Client, CreatePaymentRequest, Decimal, Environment, Payment, PaymentType, decimal};

use crate::{RUNTIME, cases};

/// Generates up to 28 digits, up to 28 of them decimals, in their canonical form: `0.10`, but neither `.1` nor `00.1`.
fn text() -> impl Strategy<Value = String> {
    let digits = prop_oneof![0..1000_u128, 0..10_u128.pow(28)];
    (digits, 0..=28_usize).prop_map(|(digits, scale)| {
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        if scale == 0 { whole.to_owned() } else { format!("{whole}.{decimals}") }
    })
}

/// Returns what a payment of this amount is sent as, and what is read when its response has that amount.
async fn there_and_back(amount: Decimal, response: &str) -> (String, Payment) {
    let response = format!(r#"{{"success": true, "id": "8ad0", "amount": {response}, "appliedAmount": "{response}"}}"#);
    let server = ScriptedTransport::new().json(200, response);
    let client = Client::builder(Environment::UsCentralSandbox).transport(server.clone()).access_token("t");
    let request = CreatePaymentRequest::new(amount, "USD", PaymentType::External).account_id(ACCOUNT);
    let payment = client.build().unwrap().create_payment(&request).await.unwrap();
    (server.requests()[0].text(), payment.into_inner())
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_decimal_keeps_its_text(text in text(), negative: bool) {
        let amount: Decimal = text.parse().unwrap();
        prop_assert_eq!(amount.to_string(), &*text);
        // Only amounts above zero can be paid; responses hold others as well.
        let paid = if amount.is_zero() { decimal!("1") } else { amount };
        // The sign of a zero is the one thing that is not kept.
        let response = if negative && !amount.is_zero() { format!("-{text}") } else { text };
        let (sent, payment) = RUNTIME.block_on(there_and_back(paid, &response));
        let member = format!(r#""amount":{paid},"#);
        prop_assert!(sent.contains(&member), "{} in {}", member, sent);
        for read in [payment.amount, payment.applied_amount] {
            prop_assert_eq!(read.unwrap().to_string(), &*response);
        }
    }
}

#[test]
fn a_negative_zero_is_zero_with_its_decimals() {
    let (_, payment) = RUNTIME.block_on(there_and_back(decimal!("1"), "-0.00"));
    assert_eq!(payment.amount.unwrap().to_string(), "0.00");
}
