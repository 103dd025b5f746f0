//! What generated code stands on. It may change with every version, in step with the generator.

pub use crate::__call_span as call_span;
pub use crate::call::Call;
pub use crate::client::Core;
pub use crate::media::Media;
pub use crate::model::{
    Additional, Condition, Constraints, Entries, Extra, Fault, Field, Input, List, Members, Mode, Node, Notation,
    Object, OpenEnum, Rule, Slots, Table, Union, UnionTable, Value, Variant, blank_enum, debug_enum, debug_object,
    debug_union, decode, deserialize, encode, enum_node, enum_text, equal_objects, equal_unions, parse_enum,
    parse_name, read_enum, read_object, read_union, serialize, union_node, validate,
};
pub use crate::operation::{HeaderField, Operation, OperationCall, Segment};
pub use crate::response_value::ResponseValue;
pub use crate::retry::POLICY_TABLE;
pub use crate::service::{
    Code, CodeClass, CredentialsIn, Failure, HeaderRoles, Idempotency, Means, PlainFailure, Reasons, ResultCodes,
    Scheme, Service, State, Success, TokenEndpoint,
};
pub use crate::style::{Encoding, Parameter, Style};
pub use crate::trace::NewSpan;
#[cfg(feature = "tracing")]
pub use crate::trace::tracing;
pub use serde;
