//! Names with a meaning in generated files, which no type of a document has.

/// The names that the root of a generated crate re-exports from the runtime, one `use` a line.
#[rustfmt::skip]
pub(crate) const RUNTIME_NAMES: &[&[&str]] = &[
    &["BaseUrl", "Clock", "Concurrency", "IdempotencyKey", "RateLimit", "Response"],
    &["CallFuture", "ResumableCall", "ResumedCall", "RetryBudget", "RetryPolicy"],
    &["Date", "Extra", "Json", "Map", "Nullable", "Secret", "UnknownValue"],
    &["Decimal", "IntoDecimal", "decimal"],
    &["DecodeError", "Error", "ErrorKind", "Outcome", "ParseError", "Reason"],
    &["LookUp", "Transport", "TransportError", "Violation", "Violations"],
    &["observe", "testing", "transport"],
];

/// The names that the root re-exports if the document uses them.
pub(crate) const RUNTIME_NAMES_AT_NEED: &[&str] = &[
    "Base64",
    "Base64Url",
    "DateTime",
    "Download",
    "EventStream",
    "ItemStream",
    "Payload",
    "ServerSentEvent",
    "Upload",
];

/// Other names in generated files.
#[rustfmt::skip]
const OWN_NAMES: &[&str] = &[
    "Box", "Client", "ClientBuilder", "Core", "Default", "Environment", "Field", "From", "HeaderField", "Into",
    "IntoFuture", "IntoIterator", "Constraints", "None", "Object", "Ok", "Err", "OpenEnum", "Operation", "OperationCall",
    "Option", "Result", "Rule", "Segment", "Self", "Service", "Some", "String", "Table", "Value", "Vec", "Additional",
    "Condition", "Mode", "Call", "Duration", "Clone", "PartialEq", "Eq", "Hash", "Debug", "FromStr", "Display", "FnMut",
    "Slots",
];

/// Other names in generated files if the document uses them.
#[rustfmt::skip]
const OWN_NAMES_AT_NEED: &[&str] = &[
    "ResponseValue", "Entries", "Encoding", "Media", "Node", "Parameter", "Scheme", "Style", "Union", "UnionTable",
    "Variant", "AsRef", "Iterator", "Send", "Sync", "Sized", "Copy", "Drop", "Fn", "ToString", "ToOwned", "Option", "SystemTime",
];

/// Returns all names that no type of a document has.
pub(crate) fn of_types() -> Vec<&'static str> {
    [OWN_NAMES, OWN_NAMES_AT_NEED, RUNTIME_NAMES_AT_NEED, &RUNTIME_NAMES.concat()].concat()
}
