//! Calls: declared by generated code, prepared, sent until they have ended, kept and resumed.
//!
//! Only `call.rs` declares the fields of [`Call`]; encoding, preparing, sending and keeping are functions over it. Nothing below this
//! folder knows a call.

mod call;
mod call_loop;
mod download;
mod encode;
mod future;
mod given_parameter;
mod macros;
mod parameters;
mod partial_file;
mod prepare;
mod response;
mod response_macro;
mod response_value;
mod resumable;
mod resume;
mod send;
mod success;

pub use self::call::Call;
pub use self::download::Download;
pub use self::future::CallFuture;
pub use self::response::Response;
pub use self::response_value::{OperationCall, ResponseValue, Slot};
pub use self::resume::ResumedCall;
