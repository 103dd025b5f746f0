//! The models as derived serde code, amounts as `f64`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatePaymentRequest {
    #[serde(rename = "IntegrationId__NS", skip_serializing_if = "Option::is_none")]
    pub(crate) integration_id_ns: Option<String>,
    #[serde(rename = "IntegrationStatus__NS", skip_serializing_if = "Option::is_none")]
    pub(crate) integration_status_ns: Option<String>,
    #[serde(rename = "Origin__NS", skip_serializing_if = "Option::is_none")]
    pub(crate) origin_ns: Option<String>,
    #[serde(rename = "SyncDate__NS", skip_serializing_if = "Option::is_none")]
    pub(crate) sync_date_ns: Option<String>,
    #[serde(rename = "Transaction__NS", skip_serializing_if = "Option::is_none")]
    pub(crate) transaction_ns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account_number: Option<String>,
    pub(crate) amount: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
    pub(crate) currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_rates: Option<Vec<CustomRate>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) debit_memos: Option<Vec<PaymentDebitMemo>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effective_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finance_information: Option<FinanceInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway_options: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway_order_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoices: Option<Vec<PaymentInvoice>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mit_transaction_source: Option<MitTransactionSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_gateway_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_option: Option<Vec<PaymentOption>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_schedule_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prepayment: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) soft_descriptor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) soft_descriptor_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) standalone: Option<bool>,
    pub(crate) r#type: PaymentType,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomRate {
    pub(crate) currency: String,
    pub(crate) custom_fx_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_date: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentDebitMemo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) debit_memo_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Vec<PaymentDebitMemoItem>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentDebitMemoItem {
    pub(crate) amount: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) debit_memo_item_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tax_item_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentInvoice {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoice_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Vec<PaymentInvoiceItem>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentInvoiceItem {
    pub(crate) amount: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoice_item_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tax_item_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FinanceInformation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bank_account_accounting_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unapplied_payment_accounting_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transferred_to_accounting: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentOption {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) r#type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "what is read counts, also where nobody looks at it")]
pub(crate) struct Payment {
    #[serde(rename = "IntegrationId__NS")]
    pub(crate) integration_id_ns: Option<String>,
    #[serde(rename = "IntegrationStatus__NS")]
    pub(crate) integration_status_ns: Option<String>,
    #[serde(rename = "Origin__NS")]
    pub(crate) origin_ns: Option<String>,
    #[serde(rename = "SyncDate__NS")]
    pub(crate) sync_date_ns: Option<String>,
    #[serde(rename = "Transaction__NS")]
    pub(crate) transaction_ns: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) status: Option<PaymentStatus>,
    pub(crate) r#type: Option<PaymentType>,
    pub(crate) account_id: Option<String>,
    pub(crate) account_number: Option<String>,
    pub(crate) amount: Option<f64>,
    pub(crate) applied_amount: Option<f64>,
    pub(crate) unapplied_amount: Option<f64>,
    pub(crate) refund_amount: Option<f64>,
    pub(crate) credit_balance_amount: Option<f64>,
    pub(crate) currency: Option<String>,
    pub(crate) effective_date: Option<String>,
    pub(crate) created_date: Option<String>,
    pub(crate) created_by_id: Option<String>,
    pub(crate) updated_date: Option<String>,
    pub(crate) updated_by_id: Option<String>,
    pub(crate) cancelled_on: Option<String>,
    pub(crate) settled_on: Option<String>,
    pub(crate) marked_for_submission_on: Option<String>,
    pub(crate) submitted_on: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) auth_transaction_id: Option<String>,
    pub(crate) bank_identification_number: Option<String>,
    pub(crate) gateway_id: Option<String>,
    pub(crate) payment_gateway_number: Option<String>,
    pub(crate) gateway_order_id: Option<String>,
    pub(crate) gateway_response: Option<String>,
    pub(crate) gateway_response_code: Option<String>,
    pub(crate) gateway_reconciliation_reason: Option<String>,
    pub(crate) gateway_reconciliation_status: Option<String>,
    pub(crate) gateway_state: Option<GatewayState>,
    pub(crate) payout_id: Option<String>,
    pub(crate) reference_id: Option<String>,
    pub(crate) second_payment_reference_id: Option<String>,
    pub(crate) payment_method_id: Option<String>,
    pub(crate) payment_method_snapshot_id: Option<String>,
    pub(crate) payment_option: Option<Vec<PaymentOption>>,
    pub(crate) payment_schedule_key: Option<String>,
    pub(crate) prepayment: Option<bool>,
    pub(crate) standalone: Option<bool>,
    pub(crate) soft_descriptor: Option<String>,
    pub(crate) soft_descriptor_phone: Option<String>,
    pub(crate) organization_label: Option<String>,
    pub(crate) finance_information: Option<PaymentFinanceInformation>,
    pub(crate) success: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "what is read counts, also where nobody looks at it")]
pub(crate) struct PaymentFinanceInformation {
    pub(crate) bank_account_accounting_code: Option<String>,
    pub(crate) bank_account_accounting_code_type: Option<String>,
    pub(crate) unapplied_payment_accounting_code: Option<String>,
    pub(crate) unapplied_payment_accounting_code_type: Option<String>,
    pub(crate) transferred_to_accounting: Option<bool>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum PaymentStatus {
    Draft,
    Processing,
    Processed,
    Error,
    Canceled,
    Posted,
    Pending,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum PaymentType {
    External,
    Electronic,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum GatewayState {
    MarkedForSubmission,
    Submitted,
    Settled,
    NotSubmitted,
    FailedToSettle,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum MitTransactionSource {
    #[serde(rename = "C_Unscheduled")]
    CUnscheduled,
    #[serde(rename = "M_Recurring")]
    MRecurring,
    #[serde(rename = "M_Unscheduled")]
    MUnscheduled,
    #[serde(rename = "M_MOTO")]
    MMoto,
    #[serde(other)]
    Unknown,
}
