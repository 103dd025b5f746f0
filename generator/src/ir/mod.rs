//! The model of an API.
//!
//! `ir` knows Rust's items, and neither OpenAPI nor tokens. Every model can be emitted: [`crate::lower`] refuses the rest.

mod api;
mod docs;
mod failure;
mod operations;
mod service;
mod success;
mod types;

pub use api::Api;
pub use docs::{Docs, Example, Examples};
pub use failure::{CodeClass, Failure, FailureCode, FailureOutcome, PlainFailure, Reasons, ResultCodes};
pub use operations::{
    Body, CaseContent, Content, DocumentedHeader, DocumentedResponse, Encoding, FailureBody, HeaderParameter,
    Idempotency, ItemFormat, Items, Operation, Parameter, PathParameter, ResponseBody, ResponseCase, ResponseCases,
    RuntimeHeader, Segment, ServerTemplate, SetBy, Style, StyleName, SuccessStatuses,
};
pub use service::{
    Credentials, IdempotencyHeader, MissingMembers, Role, Scheme, SchemeKind, Server, ServerVariable, Service,
    TokenEndpoint, plain_url,
};
pub use success::{Means, State, Success};
pub use types::{
    Access, Additional, Alternative, Check, Condition, Constraints, Constructor, Discriminator, Enum, Field, Notation,
    Presence, Rule, Scalar, Shape, Status, Storage, Struct, Type, TypeDef, TypeId, Types, Union, Usage, Variant,
    Visibility,
};
