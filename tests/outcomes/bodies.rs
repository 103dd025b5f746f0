//! Bodies of responses: those that the service is known to send, and those that are built from its codes.

use sdk_tests::calls::Operation;

/// A process ID and others, as the service makes them.
pub(crate) const ID: &str = "CBCFED6580B4E076";
pub(crate) const OTHER_ID: &str = "7F2E4C89A1B3C4D5";

pub(crate) const PAID: &str =
    r#"{"success": true, "id": "8ad0", "number": "P-00000001", "status": "Processed", "amount": 44.1}"#;
pub(crate) const HELD: &str = r#"{"gatewayOrderId": "A001", "resultCode": 0, "resultMessage": "Request ID: 5231", "success": true, "transactionId": "5231"}"#;
pub(crate) const SESSION: &str = r#"{"token": "LTljuuLaDQnHxeVpWaX6zq2xY2FJ6sSE"}"#;

/// Returns the body of a success.
pub(crate) fn good(operation: Operation) -> &'static str {
    match operation {
        Operation::Payment => PAID,
        Operation::Authorization => HELD,
        Operation::Session => SESSION,
    }
}

/// Returns a failure as the service words it. The code stands as it is given: with quotes or without.
pub(crate) fn coded(code: &str, id: Option<&str>) -> String {
    let id = id.map(|id| format!(r#""processId": "{id}", "#)).unwrap_or_default();
    format!(r#"{{"success": false, {id}"reasons": [{{"code": {code}, "message": "as the code says"}}]}}"#)
}

/// Returns a failure of a category, with a resource code in front.
pub(crate) fn category(category: &str, id: Option<&str>) -> String {
    coded(&format!("530000{category}"), id)
}

/// Returns a failed authorization with the gateway's result code.
pub(crate) fn result_code(code: &str, id: Option<&str>) -> String {
    let id = id.map(|id| format!(r#", "processId": "{id}""#)).unwrap_or_default();
    format!(r#"{{"success": false, "resultCode": {code}, "resultMessage": "Request ID: 5231"{id}}}"#)
}

/// Returns a failed authorization with both a result code and a reason.
pub(crate) fn result_code_and_reason(result: &str, reason: &str, id: &str) -> String {
    format!(
        r#"{{"success": false, "resultCode": {result}, "resultMessage": "Request ID: 5231", "processId": "{id}", "reasons": [{{"code": {reason}, "message": "05 do not honor"}}]}}"#
    )
}

/// Returns the status of a category from version 2024-05-20 on.
pub(crate) fn status(category: &str) -> u16 {
    match category {
        "10" => 403,
        "11" => 401,
        "40" => 404,
        "45" => 405,
        "50" => 409,
        "60" | "61" | "99" => 500,
        "70" => 429,
        _ => 400,
    }
}

pub(crate) const REFUSING_CATEGORIES: [&str; 9] = ["20", "21", "22", "23", "27", "30", "40", "45", "90"];
pub(crate) const OPEN_CATEGORIES: [&str; 3] = ["60", "61", "99"];

/// Codes that are no documented category, or of no documented form.
pub(crate) const UNKNOWN_CODES: [&str; 14] = [
    "53000012",
    "53000000",
    "53000098",
    r#""53000012""#,
    "522",
    "2010",
    "10",
    "20",
    r#""22""#,
    "5300022",
    "530000022",
    r#""SystemError""#,
    r#""ObjectNotFound""#,
    r#""""#,
];

pub(crate) const REFUSING_RESULT_CODES: [&str; 5] = ["1", "\"1\"", "41", "60", "92"];
pub(crate) const OPEN_RESULT_CODES: [&str; 17] =
    ["10", "11", "12", "13", "22", "65", "66", "67", "99", "200", "500", "999", "-1", "-2", "-3", "77", "\"a word\""];

/// A body of a failure that the service, or one of its documents, is known to show.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) body: &'static str,
    /// What it says by itself, whatever its status.
    pub(crate) says: Says,
}

/// What an example says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Its reasons have refusing codes, with `success: false`.
    Refused,
    /// The same without a `success` flag.
    RefusedWithoutFlag,
    /// An open or an unknown code.
    Open,
    /// `{message}`.
    Message,
    /// `{code, message}`.
    CodeAndMessage,
    /// A form that is documented for other operations only.
    Unrelated,
    /// A success in whose inside something failed.
    Success,
}

const fn example(name: &'static str, says: Says, body: &'static str) -> Example {
    Example { name, body, says }
}

pub(crate) const EXAMPLES: [Example; 20] = [
    example(
        "numeric code",
        Says::Refused,
        r#"{"success": false, "processId": "CBCFED6580B4E076", "reasons": [{"code": 53100320, "message": "'termType' value should be one of: TERMED, EVERGREEN"}]}"#,
    ),
    example(
        "two reasons",
        Says::Refused,
        r#"{"success": false, "processId": "7F2E4C89A1B3C4D5", "reasons": [{"code": 53100320, "message": "Invalid value for field termType: must be TERMED or EVERGREEN"}, {"code": 53100321, "message": "Required field 'accountId' is missing"}]}"#,
    ),
    example(
        "string code",
        Says::Refused,
        r#"{"processId": "738CBB9234B47A47", "reasons": [{"code": "58730222", "message": "orderDate may not be null"}], "requestId": "d7479cf6-b410-4630-b841-268ccd48f0d2", "success": false}"#,
    ),
    example(
        "system error",
        Says::Open,
        r#"{"reasons": [{"code": "SystemError", "message": "internal server error"}]}"#,
    ),
    example(
        "object not found as a word",
        Says::Open,
        r#"{"reasons": [{"code": "ObjectNotFound", "message": "Notification definition with id 6e569e1e05f040eda51a927b140c0ac1 does not exist"}]}"#,
    ),
    example("message", Says::Message, r#"{"message": "Authentication error"}"#),
    example(
        "authentication, as text",
        Says::Refused,
        r#"{"success": false, "reasons": [{"code": "90000011", "message": "Authentication error"}]}"#,
    ),
    example(
        "authentication, as a number",
        Says::Refused,
        r#"{"success": false, "reasons": [{"message": "Invalid token. Note: a token can only be used once.", "code": 90000011}]}"#,
    ),
    example(
        "not for browsers",
        Says::Refused,
        r#"{"success": false, "reasons": [{"message": "This API is not CORS enabled.", "code": 90000010}]}"#,
    ),
    example(
        "empty field",
        Says::Refused,
        r#"{"success": false, "processId": "1AA4FDFC25059EAD", "reasons": [{"code": 59010220, "message": "'uri' may not be empty"}]}"#,
    ),
    example(
        "not found",
        Says::Refused,
        r#"{"success": false, "processId": "747E0D5A53240416", "reasons": [{"code": 50000040, "message": "Cannot find entity by key: '1234567'."}], "requestId": "359b0b97-c59b-439d-be52-f004f4c5e817"}"#,
    ),
    example(
        "rate limit",
        Says::RefusedWithoutFlag,
        r#"{"reasons": [{"code": 70, "message": "API Rate limit exceeded for the minute, retry after 600 seconds"}]}"#,
    ),
    example(
        "concurrency limit",
        Says::Refused,
        r#"{"success": false, "reasons": [{"code": 50000070, "message": "The total number of concurrent requests has exceeded the limit allowed by the system. Please resubmit your request later."}]}"#,
    ),
    example("unrecognised fields", Says::Message, r#"{"message": "Error - unrecognised fields"}"#),
    example(
        "internal error without a flag",
        Says::Open,
        r#"{"reasons": [{"code": 50000060, "message": "An unexpected error occurred. Please try again or reach out to Zuora Support"}], "requestId": "d7479cf6-b410-4630-b841-268ccd48f0d2"}"#,
    ),
    example(
        "filter parameter",
        Says::RefusedWithoutFlag,
        r#"{"reasons": [{"code": 50000027, "message": "Invalid filter parameter: id"}], "requestId": "d7479cf6-b410-4630-b841-268ccd48f0d2"}"#,
    ),
    example(
        "capital letters",
        Says::Unrelated,
        r#"{"Errors": [{"Message": "You cannot transfer an amount greater than the invoice balance. Please update and try again.", "Code": "INVALID_VALUE"}], "Success": false}"#,
    ),
    example(
        "fault",
        Says::Unrelated,
        r#"{"FaultCode": "INVALID_FIELD", "FaultMessage": "invalid field for query: Invoice.accountid1"}"#,
    ),
    example(
        "code and message",
        Says::CodeAndMessage,
        r#"{"code": "ClientError", "message": "Invalid action 'query1'"}"#,
    ),
    example(
        "failure inside a success",
        Says::Success,
        r#"{"invoices": [{"success": false, "processId": "A76470DC0101BCBB", "reasons": [{"code": 59210020, "message": "Only invoices with Draft status can be posted."}], "id": "8ad083f096d239110196d438cee520d5"}], "success": true}"#,
    ),
];

/// Returns whether the one response to a call with a fresh key leaves open what became of it, where that is settled.
///
/// `None` where the rules leave it to the reader.
pub(crate) fn is_open(says: Says, status: u16) -> Option<bool> {
    match (says, status) {
        // A success inside which something failed has no rule of its own.
        (Says::Success, _) => None,
        // Nothing at these statuses is known at once.
        (_, 409 | 500) => Some(true),
        (Says::Open | Says::Unrelated | Says::Message, _) => Some(true),
        (Says::Refused, _) => Some(false),
        (Says::RefusedWithoutFlag, 200) => None,
        (Says::RefusedWithoutFlag, _) => Some(false),
        (Says::CodeAndMessage, status) => Some(!matches!(status, 400 | 403)),
    }
}
