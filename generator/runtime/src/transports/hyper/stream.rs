//! A byte stream to a server or a proxy.

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite};

/// A connection, whatever it goes through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(super) type BoxStream = Box<dyn Stream>;

impl Connection for BoxStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
