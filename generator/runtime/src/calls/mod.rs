//! Calls: declared by generated code, prepared, sent until they have ended, kept and resumed.
//!
//! Only `call.rs` declares the fields of [`Call`]; encoding, preparing, sending and keeping are functions over it. Nothing below this
//! folder knows a call.

mod call;
mod call_loop;
mod download;
mod encode;
#[cfg(feature = "item-streams")]
mod event_stream;
mod future;
mod given_parameter;
#[cfg(feature = "item-streams")]
mod item_stream;
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
#[cfg(feature = "item-streams")]
pub use self::event_stream::{EventStream, ServerSentEvent};
pub use self::future::CallFuture;
#[cfg(feature = "item-streams")]
pub use self::item_stream::ItemStream;
pub use self::response::Response;
pub use self::response_value::{OperationCall, ResponseValue, Slot};
pub use self::resume::ResumedCall;
