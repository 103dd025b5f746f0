//! The model between reading and writing.
//!
//! `ir` knows Rust's items and neither OpenAPI nor tokens: whatever can be said here can be emitted, and what cannot be
//! emitted was refused by [`crate::lower`].

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
    Answer, Body, ByStatus, Content, Encoding, FailureBody, HeaderParameter, Idempotency, Operation, Parameter,
    PathParameter, Reply, ReplyHeader, RuntimeHeader, Segment, SetBy, StatusCase, Style, StyleName,
};
pub use service::{
    Credentials, IdempotencyHeader, Role, Scheme, SchemeKind, Server, ServerVariable, Service, TokenEndpoint,
};
pub use success::{Means, State, Success};
pub use types::{
    Access, Additional, Alternative, Check, Condition, Constructor, Enum, Field, Limits, Notation, Presence, Rule,
    Scalar, Shape, Status, Storage, Struct, Type, TypeDef, TypeId, Types, Union, Usage, Variant, Visibility,
};
