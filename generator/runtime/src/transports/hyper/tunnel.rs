//! A way through a proxy: one `CONNECT` request, after which the connection is the server's.
//!
//! hyper-util has one as well; it keeps to itself with which status the proxy refused.

use std::error::Error as StdError;
use std::{fmt, io};

use http::{HeaderValue, Uri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::stream::BoxStream;
use crate::transport_api::BoxError;

/// As much as hyper takes for the head of any other response would be far more than a proxy needs.
const MAX_HEAD: usize = 16 * 1024;

/// Why there is no way through a proxy. Nothing of the request was sent. Its text holds nothing of
/// the proxy's address.
#[derive(Debug)]
pub(super) enum Error {
    Unreachable(BoxError),
    /// The proxy responded with another status than success.
    Refused(u16),
    Malformed,
    Lost(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(_) => f.write_str("the proxy cannot be reached"),
            Self::Refused(407) => f.write_str("the proxy wants another user or password (it responded with 407)"),
            Self::Refused(status) => {
                write!(f, "the proxy refused to connect to the server (it responded with {status})")
            }
            Self::Malformed => f.write_str("the proxy's response is not HTTP"),
            Self::Lost(_) => f.write_str("the connection to the proxy was lost"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable(source) => Some(source.as_ref()),
            Self::Lost(source) => Some(source),
            Self::Refused(_) | Self::Malformed => None,
        }
    }
}

/// Asks the proxy at the other end to connect to a server.
pub(super) async fn open(stream: &mut BoxStream, server: &Uri, auth: Option<&HeaderValue>) -> Result<(), Error> {
    let host = server.host().unwrap_or_default();
    let port = server.port_u16().unwrap_or(443);
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(auth) = auth {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(auth.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await.map_err(Error::Lost)?;
    stream.flush().await.map_err(Error::Lost)?;
    match read_status(stream).await? {
        200..=299 => Ok(()),
        status => Err(Error::Refused(status)),
    }
}

/// Reads the head of a response. In TLS the client speaks first, so nothing that is not the proxy's can follow it yet.
async fn read_status(stream: &mut BoxStream) -> Result<u16, Error> {
    let mut head = Vec::with_capacity(256);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= MAX_HEAD {
            return Err(Error::Malformed);
        }
        if stream.read_buf(&mut head).await.map_err(Error::Lost)? == 0 {
            return Err(Error::Lost(io::ErrorKind::UnexpectedEof.into()));
        }
    }
    status(&head).ok_or(Error::Malformed)
}

fn status(head: &[u8]) -> Option<u16> {
    let rest = head.strip_prefix(b"HTTP/1.0 ").or_else(|| head.strip_prefix(b"HTTP/1.1 "))?;
    let (digits, rest) = rest.split_at_checked(3)?;
    let ends = matches!(rest.first(), Some(b' ' | b'\r'));
    let status: u16 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (ends && (100..=999).contains(&status)).then_some(status)
}
