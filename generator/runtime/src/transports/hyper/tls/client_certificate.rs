//! The client's certificate, and a server that refuses it.
//!
//! In TLS 1.3 the client ends its handshake before the server has seen the certificate, so the refusal is an alert that comes when the
//! request may have been written. The server of a TLS connection hands on nothing of a request before it has verified the
//! client's certificate and its `Finished` (RFC 8446, 4.4.4). So such an alert proves that nobody has read the request, if it
//! is the first that the server has to say: `docs/outcomes.md` has the conditions.

use std::cell::Cell;
use std::io;
use std::io::{BufRead, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{AlertDescription, ProtocolVersion, SignatureScheme};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::stream::BoxStream;
use super::failure::{Kind, Peer, TlsFailure};
use crate::transport_api::BoxError;

tokio::task_local! {
    /// Whether the server of the handshake that goes on has asked for a certificate.
    static ASKED: Cell<bool>;
}

/// The certificate of the client, if it has one. It notes when a server asks.
#[derive(Debug)]
pub(super) struct ClientCertificate(pub(super) Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for ClientCertificate {
    fn resolve(&self, _authorities: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        // Each handshake of this crate is within the scope; another one would have nobody to tell.
        let _ = ASKED.try_with(|asked| asked.set(true));
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

/// Makes a connection secure. One on which the server has asked for a certificate is watched for the refusal.
pub(super) async fn connect(
    connector: &TlsConnector,
    peer: Peer,
    name: ServerName<'static>,
    stream: BoxStream,
) -> Result<BoxStream, BoxError> {
    let handshake = async {
        let connected = connector.connect(name, stream).await;
        (connected, ASKED.with(Cell::get))
    };
    let (connected, asked) = ASKED.scope(Cell::new(false), handshake).await;
    let stream = connected.map_err(|error| failure(peer, asked, error))?;
    // In TLS 1.2 the handshake has ended at both ends.
    let is_open = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_3);
    if asked && is_open {
        Ok(Box::new(Watched { stream, peer, has_begun: false, broken: None }))
    } else {
        Ok(Box::new(stream))
    }
}

/// Returns what a handshake failed for: TLS, unless the network did.
fn failure(peer: Peer, asked: bool, error: io::Error) -> BoxError {
    let Some(failure) = tls_error(&error) else { return error.into() };
    let kind = match failure {
        rustls::Error::InvalidCertificate(_) => Kind::Untrusted,
        rustls::Error::AlertReceived(alert) if asked && is_about_certificates(*alert) => Kind::Refused,
        _ => Kind::NotAgreed,
    };
    TlsFailure::new(peer, kind, failure.clone()).into()
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Returns whether an alert is about the certificate of the other end, and about nothing else (RFC 8446, 6.2).
fn is_about_certificates(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::CertificateRequired
    )
}

/// A connection of TLS 1.3 on which the server has asked for a certificate and may not have judged it yet.
struct Watched {
    stream: TlsStream<BoxStream>,
    peer: Peer,
    /// The server has sent data.
    has_begun: bool,
    /// Why nothing more can be written.
    broken: Option<io::Error>,
}

impl Watched {
    /// Returns the error, or the refusal that it is.
    fn judged(&mut self, error: io::Error) -> io::Error {
        let Some(rustls::Error::AlertReceived(alert)) = tls_error(&error) else { return error };
        let session = self.stream.get_mut().1;
        // Data that came together with the alert is still in there. A ticket, too, comes only when the server has verified everything.
        let has_data = session.reader().fill_buf().is_ok_and(|data| !data.is_empty());
        let is_judged = self.has_begun || has_data || session.tls13_tickets_received() > 0;
        if is_judged || !is_about_certificates(*alert) {
            return error;
        }
        let failure = TlsFailure::new(self.peer, Kind::Refused, rustls::Error::AlertReceived(*alert));
        io::Error::new(error.kind(), failure)
    }

    /// Writes. Where the server has closed the connection, it waits for what the server may have said before: the end of the connection
    /// arrives in any case.
    fn poll_written<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TlsStream<BoxStream>>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.broken.is_none() {
            match write(Pin::new(&mut self.stream), context) {
                Poll::Ready(Err(error)) if is_closed(&error) && !self.has_begun => self.broken = Some(error),
                written => return written,
            }
        }
        // What is read stays in the buffer.
        let said = ready!(Pin::new(&mut self.stream).poll_fill_buf(context)).map(drop);
        let error = match said {
            Err(alert) if tls_error(&alert).is_some() => self.judged(alert),
            _ => self.broken.take().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into()),
        };
        Poll::Ready(Err(error))
    }
}

/// Returns whether nothing can be written since the other end has closed the connection.
fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        self.has_begun |= into.filled().len() > before;
        read.map_err(|error| self.judged(error))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_written(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(context, |stream, context| stream.poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
