//! `POST /web-payments/sessions`.

use http::StatusCode;
use serde::Deserialize;

use crate::amount::Amount;
use crate::call::{Call, require};
use crate::failure::{Category, Refusal};
use crate::json::Object;
use crate::ledger::{Entry, Movement};
use crate::magic_inputs::{self, Wish};
use crate::simulated_response::SimulatedResponse;
use crate::tenant::Books;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    account_id: Option<String>,
    amount: Amount,
    currency: String,
    process_payment: bool,
    store_payment_method: Option<bool>,
}

/// Creates a session. Its invoices are made up with the balances that make the sum right.
pub(crate) fn create(call: &Call<'_>, books: &mut Books) -> Result<SimulatedResponse, Refusal> {
    let request: Request = call.read()?;
    request.check()?;
    if let Some(Wish::Fail(category)) = magic_inputs::wish([request.account_id.as_deref()]) {
        return Err(Refusal::new(category, "as 'accountId' asked for"));
    }
    let token = call.options.ids.session_token();
    let mut entry = Entry::new(Movement::Session, &request.amount, &request.currency);
    entry.account = request.account_id;
    entry.reference.clone_from(&token);
    entry.idempotency_key.clone_from(&call.key);
    books.ledger.push(entry);
    Ok(SimulatedResponse::json(StatusCode::OK, &Object::new().text("token", &token)))
}

impl Request {
    fn check(&self) -> Result<(), Refusal> {
        let account = require(
            !self.process_payment || self.account_id.is_some(),
            Category::MissingField,
            "'accountId' is required when 'processPayment' is true",
        );
        let mode = require(
            self.process_payment || self.store_payment_method.unwrap_or(true),
            Category::BusinessRule,
            "'processPayment' and 'storePaymentMethod' cannot both be false",
        );
        let amount = require(!self.amount.is_negative(), Category::InvalidValue, "'amount' must not be negative");
        Refusal::unless_empty([account, mode, amount].into_iter().flatten().collect())
    }
}
