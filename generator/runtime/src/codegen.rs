//! What generated code stands on. It may change with every version, in step with the generator.

pub use crate::__call_span as call_span;
pub use crate::__telemetry as telemetry;
pub use crate::calls::{Call, OperationCall, ResponseValue, Slot};
pub use crate::client::Core;
#[cfg(feature = "tracing")]
pub use crate::contract::{AttemptFields, RetryFields, tracing};
pub use crate::contract::{
    Code, CodeClass, CredentialsIn, Encoding, FailureFormat, HeaderField, HeaderRoles, Idempotency, Means, Media,
    NewSpan, Operation, Parameter, PlainFailure, Reasons, ResponseContent, ResultCodes, Scheme, Segment, Service,
    State, Style, Success, Telemetry, TokenEndpoint,
};
pub use crate::model::{
    Additional, Condition, Constraints, Entries, EntriesMut, Extra, Field, JsonReader, List, Mode, Node, Notation,
    Object, OpenEnum, ReadError, Row, Rule, Slots, Table, Union, UnionTable, Value, Variant, blank_enum, debug_enum,
    debug_object, debug_union, decode, deserialize, encode, enum_node, enum_text, equal_objects, equal_unions,
    parse_enum, parse_name, read_enum, read_object, read_union, serialize, union_node, validate,
};
pub use crate::retry::POLICY_TABLE;
pub use crate::syntax::Alphabet;
pub use serde;
