//! `POST /v1/payments`.

use std::collections::BTreeMap;

use http::StatusCode;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::amount::Amount;
use crate::call::{Call, require};
use crate::clock::{date, timestamp};
use crate::failure::{Category, Problem, Refusal, Version};
use crate::json::Object;
use crate::ledger::{Entry, Movement};
use crate::magic_inputs::{self, Wish};
use crate::simulated_response::SimulatedResponse;
use crate::tenant::Books;

/// The most invoice items and debit memo items of one request.
const MOST_ITEMS: usize = 15_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    account_id: Option<String>,
    account_number: Option<String>,
    amount: Amount,
    auth_transaction_id: Option<String>,
    comment: Option<String>,
    currency: String,
    custom_rates: Option<Box<RawValue>>,
    #[serde(default)]
    debit_memos: Vec<Document>,
    effective_date: Option<String>,
    finance_information: Option<FinanceInformation>,
    gateway_id: Option<String>,
    gateway_order_id: Option<String>,
    #[serde(default)]
    invoices: Vec<Document>,
    payment_gateway_number: Option<String>,
    payment_method_id: Option<String>,
    payment_option: Option<Box<RawValue>>,
    payment_schedule_key: Option<String>,
    prepayment: Option<bool>,
    reference_id: Option<String>,
    soft_descriptor: Option<String>,
    soft_descriptor_phone: Option<String>,
    standalone: Option<bool>,
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Kind {
    External,
    Electronic,
}

/// An invoice or a debit memo, and how much of it is paid.
#[derive(Deserialize)]
struct Document {
    amount: Option<Amount>,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    amount: Amount,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FinanceInformation {
    bank_account_accounting_code: Option<String>,
    unapplied_payment_accounting_code: Option<String>,
    transferred_to_accounting: Option<String>,
}

/// What a payment is known by, beside what the request said.
struct Identity {
    id: String,
    number: String,
    account: Option<(String, String)>,
    gateway: Option<(String, String)>,
    applied: Decimal,
    end: End,
}

/// What became of a payment that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Processed,
    Pending,
    /// No money moved. The gateway may have said why, with this code.
    Error(Option<i64>),
    /// The same.
    Canceled(Option<i64>),
    /// Submitted, and not settled: whether money moved, nobody knows. It counts as moved here.
    Unsettled,
}

impl End {
    fn of(wish: Option<Wish>) -> Self {
        match wish {
            Some(Wish::StatusError(code)) => Self::Error(code),
            Some(Wish::Canceled(code)) => Self::Canceled(code),
            Some(Wish::Unsettled) => Self::Unsettled,
            Some(Wish::Pending) => Self::Pending,
            _ => Self::Processed,
        }
    }

    fn moves(self) -> bool {
        !matches!(self, Self::Error(_) | Self::Canceled(_))
    }

    fn status(self) -> &'static str {
        match self {
            Self::Processed | Self::Unsettled => "Processed",
            Self::Pending => "Pending",
            Self::Error(_) => "Error",
            Self::Canceled(_) => "Canceled",
        }
    }
}

/// Makes a payment, records it, and returns it.
pub(crate) fn create(call: &Call<'_>, books: &mut Books) -> Result<SimulatedResponse, Refusal> {
    let request: Request = call.read()?;
    request.check(&date(call.now), call.version)?;
    let wish = request.wish();
    match wish {
        Some(Wish::Fail(category)) => {
            return Err(Refusal::new(category, "as the request asked for"));
        }
        Some(Wish::Decline(code) | Wish::DeclinePayment(code)) => {
            let message = format!("{code} - the payment was declined by the gateway");
            return Err(Refusal::new(call.options.decline_category, message));
        }
        _ => {}
    }
    let mut identity = request.identity(call, books)?;
    let mut entry = request.entry(call, &identity);
    if entry.movement == Movement::Capture {
        books.check_capture(&entry, request.amount.value())?;
    }
    identity.number = books.payment_number();
    if request.kind == Kind::Electronic && entry.gateway_order_id.is_none() {
        entry.gateway_order_id = Some(identity.number.clone());
    }
    let order_id = entry.gateway_order_id.clone();
    identity.end = End::of(wish);
    if identity.end.moves() {
        books.pay(entry);
    }
    let body = request.describe(call, &identity, order_id.as_deref())?;
    Ok(SimulatedResponse::json(StatusCode::OK, &body))
}

impl Request {
    fn wish(&self) -> Option<Wish> {
        magic_inputs::wish([
            self.payment_method_id.as_deref(),
            self.gateway_order_id.as_deref(),
            self.account_id.as_deref(),
            self.account_number.as_deref(),
        ])
    }

    fn is_standalone(&self) -> bool {
        self.standalone.unwrap_or(false)
    }

    fn documents(&self) -> impl Iterator<Item = &Document> {
        self.invoices.iter().chain(&self.debit_memos)
    }

    /// Returns the rules that no keyword of a schema says.
    fn check(&self, today: &str, version: Version) -> Result<(), Refusal> {
        let electronic = self.kind == Kind::Electronic;
        let named = self.account_id.is_some() || self.account_number.is_some();
        let items: usize = self.documents().map(|d| d.items.len()).sum();
        let dated_today = self.effective_date.as_deref().is_none_or(|d| d == today);
        let rules = [
            require(
                self.amount.value() > Decimal::ZERO,
                Category::InvalidValue,
                "'amount' of a payment must be more than zero",
            ),
            require(
                self.custom_rates.is_none() || version >= Version::Number(224),
                Category::InvalidValue,
                "'customRates' needs Zuora-Version 224.0 or later",
            ),
            require(
                !electronic || named,
                Category::MissingField,
                "'accountId' or 'accountNumber' is required when 'type' is Electronic",
            ),
            require(
                !electronic || dated_today,
                Category::BusinessRule,
                "'effectiveDate' of an electronic payment must be today",
            ),
            require(items <= MOST_ITEMS, Category::BusinessRule, "more than 15,000 invoice items and debit memo items"),
            require(
                self.auth_transaction_id.is_none() || self.gateway_order_id.is_some(),
                Category::MissingField,
                "'gatewayOrderId' is required with 'authTransactionId'",
            ),
        ];
        let standalone = self.check_standalone();
        Refusal::unless_empty(rules.into_iter().flatten().chain(standalone).collect())
    }

    fn check_standalone(&self) -> Vec<Problem> {
        let holds = |rule: bool| !self.is_standalone() || rule;
        let rules = [
            require(
                holds(self.account_id.is_some()),
                Category::MissingField,
                "'accountId' is required when 'standalone' is true",
            ),
            require(
                holds(self.kind == Kind::Electronic),
                Category::BusinessRule,
                "'type' must be Electronic when 'standalone' is true",
            ),
            require(
                holds(self.documents().next().is_none()),
                Category::BusinessRule,
                "a standalone payment cannot be applied",
            ),
        ];
        rules.into_iter().flatten().collect()
    }

    /// Returns how much of the payment goes to documents. Balances are made up, so that one without an amount takes the
    /// rest.
    fn applied(&self) -> Result<Decimal, Refusal> {
        let total = self.amount.value();
        let mut applied = Decimal::ZERO;
        let mut takes_rest = false;
        for document in self.documents() {
            let of_items = || document.items.iter().map(|item| &item.amount);
            let amounts: Vec<&Amount> = match &document.amount {
                Some(amount) => vec![amount],
                None => of_items().collect(),
            };
            takes_rest |= amounts.is_empty();
            for amount in amounts {
                applied = applied.checked_add(amount.value()).ok_or_else(too_much)?;
            }
        }
        if applied > total {
            return Err(too_much());
        }
        Ok(if takes_rest { total } else { applied })
    }

    fn identity(&self, call: &Call<'_>, books: &mut Books) -> Result<Identity, Refusal> {
        let contradiction = |what: &str| {
            let message = format!("the two names of the {what} are of different ones");
            Refusal::new(Category::BusinessRule, message)
        };
        let (id, number) = (self.account_id.as_deref(), self.account_number.as_deref());
        let account = books.accounts.resolve(id, number);
        let account = account.map_err(|()| contradiction("account"))?;
        let id = self.gateway_id.as_deref();
        let number = self.payment_gateway_number.as_deref();
        let gateway = books.gateways.resolve(id, number);
        let gateway = gateway.map_err(|()| contradiction("gateway"))?;
        Ok(Identity {
            id: call.options.ids.object(),
            number: String::new(),
            account,
            gateway,
            applied: self.applied()?,
            end: End::Processed,
        })
    }

    fn entry(&self, call: &Call<'_>, identity: &Identity) -> Entry {
        let movement = match self.auth_transaction_id {
            Some(_) => Movement::Capture,
            None => Movement::Payment,
        };
        let mut entry = Entry::new(movement, &self.amount, &self.currency);
        entry.account = identity.account.as_ref().map(|(id, _)| id.clone());
        entry.reference.clone_from(&identity.id);
        entry.captured.clone_from(&self.auth_transaction_id);
        entry.gateway_order_id.clone_from(&self.gateway_order_id);
        entry.idempotency_key.clone_from(&call.key);
        entry
    }

    /// Returns the payment as the API shows it.
    fn describe(&self, call: &Call<'_>, identity: &Identity, order_id: Option<&str>) -> Result<Object, Refusal> {
        let body = self.describe_identity(call, identity);
        let body = self.describe_money(body, identity);
        let body = self.describe_gateway(body, identity, order_id);
        let body = describe_times(body, call, self.effective_date.as_deref());
        let body = match call.version >= Version::Number(337) {
            true => body.copied("paymentOption", self.payment_option.as_deref()),
            false => body,
        };
        let body = copy_tenant_fields(body, call)?;
        let schedule = self.payment_schedule_key.as_deref();
        let body = body
            .nullable("comment", self.comment.as_deref())
            .optional("paymentScheduleKey", schedule)
            .flag("prepayment", self.prepayment.unwrap_or(false))
            .flag("standalone", self.is_standalone())
            .object("financeInformation", &self.describe_finance())
            .flag("success", true);
        Ok(body)
    }

    fn describe_identity(&self, call: &Call<'_>, identity: &Identity) -> Object {
        let account = identity.account.as_ref();
        let made_up = call.options.ids.object();
        let kind = match self.kind {
            Kind::External => "External",
            Kind::Electronic => "Electronic",
        };
        Object::new()
            .text("id", &identity.id)
            .text("number", &identity.number)
            .text("status", identity.end.status())
            .text("type", kind)
            .optional("accountId", account.map(|(id, _)| id.as_str()))
            .optional("accountNumber", account.map(|(_, number)| number.as_str()))
            .text("paymentMethodId", self.payment_method_id.as_deref().unwrap_or(&made_up))
            .nullable("paymentMethodSnapshotId", None)
    }

    fn describe_money(&self, body: Object, identity: &Identity) -> Object {
        let total = self.amount.value();
        let rest = total.checked_sub(identity.applied).unwrap_or_default();
        let (applied, unapplied) = match self.is_standalone() || !identity.end.moves() {
            true => (Decimal::ZERO, Decimal::ZERO),
            false => (identity.applied, rest),
        };
        body.amount("amount", &self.amount)
            .amount("appliedAmount", &applied.into())
            .amount("unappliedAmount", &unapplied.into())
            .json("refundAmount", "0")
            .json("creditBalanceAmount", "0")
            .text("currency", &self.currency)
    }

    fn describe_gateway(&self, body: Object, of: &Identity, order_id: Option<&str>) -> Object {
        let (state, response, code) = match (of.end, self.kind) {
            (End::Unsettled, _) => ("FailedToSettle", Some("Approved"), Some("0".to_owned())),
            (End::Error(None) | End::Canceled(None), Kind::External) => ("NotSubmitted", None, None),
            (End::Error(code) | End::Canceled(code), _) => {
                ("NotSubmitted", Some("Insufficient funds"), Some(code.unwrap_or(51).to_string()))
            }
            (_, Kind::External) => ("NotSubmitted", None, None),
            // The gateway has not said anything yet.
            (End::Pending, Kind::Electronic) => ("Submitted", None, None),
            (_, Kind::Electronic) => ("Submitted", Some("Approved"), Some("0".to_owned())),
        };
        let gateway = of.gateway.as_ref();
        body.nullable("authTransactionId", self.auth_transaction_id.as_deref())
            .nullable("bankIdentificationNumber", None)
            .nullable("gatewayId", gateway.map(|(id, _)| id.as_str()))
            .nullable("paymentGatewayNumber", gateway.map(|(_, n)| n.as_str()))
            .nullable("gatewayOrderId", order_id)
            .nullable("gatewayResponse", response)
            .nullable("gatewayResponseCode", code.as_deref())
            .text("gatewayState", state)
            .nullable("gatewayReconciliationReason", None)
            .nullable("gatewayReconciliationStatus", None)
            .nullable("payoutId", None)
            .nullable("referenceId", self.reference_id.as_deref())
            .nullable("secondPaymentReferenceId", None)
            .nullable("softDescriptor", self.soft_descriptor.as_deref())
            .nullable("softDescriptorPhone", self.soft_descriptor_phone.as_deref())
    }

    fn describe_finance(&self) -> Object {
        let given = self.finance_information.as_ref();
        let bank = given.and_then(|f| f.bank_account_accounting_code.as_deref());
        let unapplied = given.and_then(|f| f.unapplied_payment_accounting_code.as_deref());
        let transferred = given.and_then(|f| f.transferred_to_accounting.as_deref());
        Object::new()
            .nullable("bankAccountAccountingCode", bank)
            .nullable("bankAccountAccountingCodeType", None)
            .nullable("unappliedPaymentAccountingCode", unapplied)
            .nullable("unappliedPaymentAccountingCodeType", None)
            .text("transferredToAccounting", transferred.unwrap_or("No"))
    }
}

fn too_much() -> Refusal {
    let message = "the documents take more than the payment's 'amount'";
    Refusal::new(Category::BusinessRule, message)
}

fn describe_times(body: Object, call: &Call<'_>, effective: Option<&str>) -> Object {
    const USER: &str = "402881e522cf4f9b0122cf5d82860002";
    let (now, today) = (timestamp(call.now), date(call.now));
    body.text("effectiveDate", effective.unwrap_or(&today))
        .text("createdDate", &now)
        .text("createdById", USER)
        .text("updatedDate", &now)
        .text("updatedById", USER)
        .nullable("cancelledOn", None)
        .nullable("markedForSubmissionOn", None)
        .nullable("settledOn", None)
        .nullable("submittedOn", None)
}

/// Returns custom fields and those of the NetSuite connector as they were sent.
fn copy_tenant_fields(mut body: Object, call: &Call<'_>) -> Result<Object, Refusal> {
    let members: BTreeMap<String, Box<RawValue>> = call.read()?;
    for (name, value) in &members {
        if name.ends_with("__c") || name.ends_with("__NS") {
            body = body.copied(name, Some(value));
        }
    }
    Ok(body)
}
