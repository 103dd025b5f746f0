//! How a connection to a server comes about: TCP, possibly a proxy's tunnel, possibly TLS.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::proxy::Proxies;
use super::stream::BoxStream;
use super::tls::{Peer, Tls};
use super::tunnel;
use crate::syntax::is_loopback;
use crate::transport_api::BoxError;

/// Connects within a time limit. Its errors are the ones after which nothing of a request was sent.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) tcp: HttpConnector,
    pub(super) tls: Tls,
    pub(super) proxies: Arc<Proxies>,
    /// Plain `http` may leave this machine.
    pub(super) allows_http: bool,
    pub(super) timeout: Duration,
}

impl Connector {
    async fn connect(self, server: Uri) -> Result<BoxStream, BoxError> {
        let host = bare_host(&server)?;
        let encrypted = server.scheme() == Some(&Scheme::HTTPS);
        if !encrypted && !self.allows_http && !is_loopback(host) {
            return Err("plain http goes to this machine only, since requests carry credentials; use https".into());
        }
        let stream = match self.proxies.between(&server) {
            Some(proxy) => self.tunnel(&server, &proxy).await?,
            None => self.tcp(server.clone()).await?,
        };
        if encrypted { self.tls.handshake(Peer::Server, host, stream).await } else { Ok(stream) }
    }

    async fn tcp(&self, uri: Uri) -> Result<BoxStream, BoxError> {
        let mut tcp = self.tcp.clone();
        poll_fn(|context| tcp.poll_ready(context)).await?;
        Ok(Box::new(tcp.call(uri).await?.into_inner()))
    }

    async fn tunnel(&self, server: &Uri, proxy: &Intercept) -> Result<BoxStream, BoxError> {
        let to_proxy = async {
            let stream = self.tcp(proxy.uri().clone()).await?;
            if proxy.uri().scheme() == Some(&Scheme::HTTPS) {
                return self.tls.handshake(Peer::Proxy, bare_host(proxy.uri())?, stream).await;
            }
            Ok(stream)
        };
        let mut stream = to_proxy.await.map_err(tunnel::Error::Unreachable)?;
        tunnel::open(&mut stream, server, proxy.basic_auth()).await?;
        Ok(stream)
    }
}

/// Returns the host of a URI, an IPv6 address without its brackets.
fn bare_host(uri: &Uri) -> Result<&str, BoxError> {
    let host = uri.host().ok_or("the URL has no host")?;
    Ok(host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host))
}

impl Service<Uri> for Connector {
    type Response = TokioIo<BoxStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let limit = self.timeout;
        let connecting = self.clone().connect(server);
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected.map(TokioIo::new),
                Err(_) => {
                    let message = format!("not connected within {limit:?}");
                    Err(io::Error::new(io::ErrorKind::TimedOut, message).into())
                }
            }
        })
    }
}
