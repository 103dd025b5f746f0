//! Credentials: chosen for an operation, put into each attempt; access tokens are fetched, shared and renewed.
//!
//! Invariant: nothing here knows the call that the credentials are for.

mod credentials;
mod token_endpoint;
mod tokens;

pub(crate) use self::credentials::{ChosenSchemes, Keyring};
pub(crate) use self::token_endpoint::{Endpoint, basic_pair, bearer};
pub(crate) use self::tokens::{Auth, Tokens};
