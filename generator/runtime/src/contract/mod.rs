//! What a service and its operations are, as constants that generated code fills in.
//!
//! Invariant: only data and pure functions over it; nothing here knows a client, a call or a transport.

mod failure;
mod media;
mod operation;
mod outcome;
pub(crate) mod parameter;
mod response_content;
mod scheme;
mod service;
mod span;
mod success;

pub use self::failure::{Code, CodeClass, FailureFormat, PlainFailure, Reasons, ResultCodes};
pub use self::media::Media;
pub use self::operation::{HeaderField, Operation, Segment};
pub(crate) use self::operation::{ServerTemplate, SuccessBody};
pub use self::outcome::Outcome;
pub use self::parameter::{Encoding, Parameter, Style};
pub(crate) use self::parameter::{each_property, form_pairs, form_urlencode, text};
pub use self::response_content::ResponseContent;
pub(crate) use self::response_content::{ContentForm, content_of};
pub use self::scheme::Scheme;
pub(crate) use self::scheme::SchemeKind;
pub use self::service::{CredentialsIn, HeaderRoles, Idempotency, Service, TokenEndpoint};
#[cfg(feature = "tracing")]
pub use self::span::{AttemptFields, RetryFields, tracing};
pub use self::span::{NewSpan, Telemetry};
pub use self::success::{Means, State, Success};
