//! `POST /v1/payment-methods/{payment-method-id}/authorize`.

use http::StatusCode;
use serde::Deserialize;

use crate::amount::Amount;
use crate::call::{Call, require};
use crate::failure::{Category, Refusal, Style, reason};
use crate::json::Object;
use crate::ledger::{Entry, Movement};
use crate::magic_inputs::{self, Wish};
use crate::options::DeclineStyle;
use crate::simulated_response::SimulatedResponse;
use crate::tenant::Books;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    account_id: Option<String>,
    account_number: Option<String>,
    amount: Amount,
    currency: Option<String>,
    gateway_order_id: String,
}

/// Holds funds, or declines to.
pub(crate) fn create(call: &Call<'_>, books: &mut Books) -> Result<SimulatedResponse, Refusal> {
    let mut request: Request = call.read()?;
    let amount = require(!request.amount.is_negative(), Category::InvalidValue, "'amount' must not be negative");
    Refusal::unless_empty(amount.into_iter().collect())?;
    let account = request.account_id.as_deref();
    let number = request.account_number.as_deref();
    let method = call.in_path.first().map(String::as_str);
    let order = Some(request.gateway_order_id.as_str());
    let wish = magic_inputs::wish([method, order, account, number]);
    if let Some(Wish::Fail(category)) = wish {
        return Err(Refusal::new(category, "as the request asked for"));
    }
    let account = books.accounts.resolve(account, number).map_err(|()| {
        let message = "'accountId' and 'accountNumber' are different accounts";
        Refusal::new(Category::BusinessRule, message)
    })?;
    if request.gateway_order_id.is_empty() {
        request.gateway_order_id = format!("Z-{}", call.options.ids.object());
    }
    let transaction = call.options.ids.transaction();
    if let Some(Wish::Decline(code)) = wish {
        return Ok(decline(call, &request, &transaction, code));
    }
    let currency = request.currency.as_deref().unwrap_or("USD");
    if let Some(Wish::Result(code)) = wish {
        return Ok(approve(call, &request, &transaction, currency, code));
    }
    let mut entry = Entry::new(Movement::Authorization, &request.amount, currency);
    entry.account = account.map(|(id, _)| id);
    entry.reference.clone_from(&transaction);
    entry.gateway_order_id = Some(request.gateway_order_id.clone());
    entry.idempotency_key.clone_from(&call.key);
    books.hold(request.amount.value(), entry);
    Ok(match wish {
        Some(Wish::Held(code)) => decline(call, &request, &transaction, code),
        _ => approve(call, &request, &transaction, currency, 0),
    })
}

fn approve(call: &Call<'_>, request: &Request, transaction: &str, currency: &str, code: i64) -> SimulatedResponse {
    let body = Object::new()
        .text("currency", currency)
        .text("gatewayOrderId", &request.gateway_order_id)
        .json("resultCode", call.options.result_codes.json(code))
        .text("resultMessage", &format!("Request ID: {transaction}"))
        .flag("success", true)
        .text("transactionId", transaction);
    SimulatedResponse::json(StatusCode::OK, &body)
}

/// Returns one shape in every version; whether the status tells it too is a setting.
fn decline(call: &Call<'_>, request: &Request, transaction: &str, code: i64) -> SimulatedResponse {
    let category = call.options.decline_category;
    // 530000 with category 60 is the one code a decline was ever seen with.
    let reason_code = i64::from(53_000_000 + category.digits());
    let reasons = [reason(&call.codes().json(reason_code), &format!("{code} - {}", meaning(code)))];
    let mut body = Object::new()
        .flag("success", false)
        .text("processId", &call.options.ids.process())
        .text("requestId", &call.options.ids.uuid())
        .text("gatewayOrderId", &request.gateway_order_id)
        .json("resultCode", call.options.result_codes.json(code))
        .text("resultMessage", &format!("Request ID: {transaction}"))
        .list("reasons", &reasons);
    if call.options.gateway_details {
        body = body.object("paymentGatewayResponse", &gateway_response(code));
    }
    let status = match (call.options.declines, call.style) {
        (DeclineStyle::ByVersion, Style::Statuses) => category.status(),
        _ => StatusCode::OK,
    };
    SimulatedResponse::json(status, &body)
}

fn gateway_response(code: i64) -> Object {
    let more = Object::new().text("ProcessorResult", &code.to_string()).text("ErrorName", "TRANSACTION_DECLINED");
    Object::new()
        .text("gatewayType", "TestGateway")
        .text("gatewayVersion", "1.0")
        .text("gatewayResponseCode", "402")
        .text("gatewayResponseMessage", meaning(code))
        .object("additionalInfo", &more)
}

fn meaning(code: i64) -> &'static str {
    match code {
        1 => "Declined",
        10..=12 => "Connection timed out",
        13 => "Gateway busy",
        45 => "Fraud protection",
        65 => "Duplicate transaction",
        500 => "Queued for submission",
        -1 => "Gateway communication error",
        _ => "Transaction failed",
    }
}
