//! Names that mean something in generated files, so that no type of a document has them.

/// What a generated crate's root takes over from the runtime, one line each: types of the document are named differently.
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

/// What it takes over besides where the document has a use for it.
pub(crate) const RUNTIME_NAMES_AT_NEED: &[&str] =
    &["Base64", "DateTime", "Download", "DownloadFuture", "Payload", "Upload"];

/// The names that generated files give to other things than types of the document, beside those that they take over from the
/// runtime.
#[rustfmt::skip]
const OWN_NAMES: &[&str] = &[
    "Box", "Client", "ClientBuilder", "Core", "Default", "Environment", "Field", "From", "HeaderField", "Into",
    "IntoFuture", "IntoIterator", "Constraints", "None", "Object", "Ok", "Err", "OpenEnum", "Operation", "OperationCall",
    "Option", "Result", "Rule", "Segment", "Self", "Service", "Some", "String", "Table", "Value", "Vec", "Additional",
    "Condition", "Mode", "Call", "Duration", "Clone", "PartialEq", "Eq", "Hash", "Debug", "FromStr", "Display", "FnMut",
    "Slots",
];

/// The same for what files import where a document has a use for it.
#[rustfmt::skip]
const OWN_NAMES_AT_NEED: &[&str] = &[
    "ResponseValue", "Entries", "Encoding", "Media", "Node", "Parameter", "Scheme", "Style", "Union", "UnionTable",
    "Variant", "AsRef", "Iterator", "Send", "Sync", "Sized", "Copy", "Drop", "Fn", "ToString", "ToOwned", "Option", "SystemTime",
];

/// All names that no type of a document has.
pub(crate) fn of_types() -> Vec<&'static str> {
    [OWN_NAMES, OWN_NAMES_AT_NEED, RUNTIME_NAMES_AT_NEED, &RUNTIME_NAMES.concat()].concat()
}
