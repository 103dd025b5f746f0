//! A client: its handle, what its calls share, and its builder.
//!
//! Invariant: nothing here knows a single call.

mod base_url;
mod base_url_template;
#[cfg(feature = "blocking")]
pub(crate) mod blocking;
mod builder;
mod core;
mod shared;
mod template;

pub use self::base_url::BaseUrl;
pub use self::builder::ClientBuilder;
pub use self::core::Core;
pub(crate) use self::shared::Shared;
pub(crate) use self::template::{Template, TemplateField, standard_headers};
