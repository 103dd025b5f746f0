//! How the transport that ships with the crate is set up.

use std::time::Duration;
use std::{env, fmt};

use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::Connector;
use super::proxy::{Proxies, ProxySource};
use super::tls::{Tls, TlsBackend, TlsSettings};
use super::{HyperTransport, Sent};
use crate::error::Error;
use crate::model::Secret;

/// Time that runs out here is known to have sent nothing, so the limit is well below that of an attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Shorter than the idle time after which servers and balancers hang up (60 s is common), so that a call seldom meets a
/// connection that is about to go.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Gateways add their headers to those of a service; hyper's own limit is 100.
const MAX_HEADERS: usize = 256;

/// As good as forever, and within what clocks can tell.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Sets up a [`HyperTransport`]. Every setting has a default; flaws are reported by [`build`](Self::build).
///
/// ```
/// # #[cfg(feature = "rustls-ring")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// # use sdk_runtime::transport::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .proxy("http://user:password@proxy.example.com:3128")
///     .connect_timeout(Duration::from_secs(5))
///     .build()?;
/// # let _ = transport;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "rustls-ring"))]
/// # fn main() {}
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct HyperTransportBuilder {
    tls: TlsSettings,
    proxy: ProxySource,
    allows_http: bool,
    connect_timeout: Duration,
    idle_timeout: Duration,
}

impl HyperTransportBuilder {
    pub(super) fn new() -> Self {
        Self {
            tls: TlsSettings::default(),
            proxy: ProxySource::Environment,
            allows_http: false,
            connect_timeout: CONNECT_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
        }
    }

    /// Chooses the library that does TLS. Unless set, it is the first that is compiled in, in the order in which
    /// [`TlsBackend`] lists them.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls.backend = Some(backend);
        self
    }

    /// Trusts these certificate authorities as well: one or more certificates as PEM, as in a CA bundle. May be called
    /// several times.
    pub fn add_root_certificates_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.tls.roots.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts only the authorities that [`add_root_certificates_pem`](Self::add_root_certificates_pem) adds, and none
    /// that the TLS library or the platform brings.
    pub fn only_added_roots(mut self) -> Self {
        self.tls.only_added_roots = true;
        self
    }

    /// Shows a certificate of one's own to servers that ask for it (mutual TLS): the chain, its own certificate first,
    /// and the private key, both as PEM. The key must be in PKCS#8 form (`BEGIN PRIVATE KEY`), which every TLS library
    /// here reads. A server that refuses the certificate has seen nothing of the request; with rustls the error says so.
    pub fn client_certificate_pem(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.tls.identity = Some((chain.as_ref().to_vec(), key.as_ref().to_vec()));
        self
    }

    /// Connects through this proxy instead of the one the environment names: `http://` or `https://` (which says how
    /// the proxy itself is reached), its host, a port, and possibly `user:password@`, percent-encoded where they hold
    /// special characters.
    ///
    /// The proxy is asked for a tunnel (`CONNECT`) and the user and password go into that request alone, so the proxy
    /// sees neither what is sent through it nor the credentials of the API. Servers on this machine are reached without
    /// it; `NO_PROXY` of the environment is not heeded.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = ProxySource::Given(url.into());
        self
    }

    /// Connects directly, whatever the environment says.
    ///
    /// Unless this or [`proxy`](Self::proxy) is called, the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and
    /// `all_proxy` that is there and not empty names the proxy, and `NO_PROXY` or `no_proxy` the hosts that are reached
    /// without it: names (with all names below them), addresses, networks such as `10.0.0.0/8`, or `*`, with commas
    /// between them. The environment is read once, when the transport is built.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxySource::None;
        self
    }

    /// Allows plain `http` to other machines, without a proxy. Requests are then readable on the way.
    pub fn allow_http(mut self, allows_http: bool) -> Self {
        self.allows_http = allows_http;
        self
    }

    /// Limits the time for name look-up, connection, the proxy's tunnel and the TLS handshake together. 15 seconds
    /// unless set. The addresses of a host share four fifths of it, so that each is tried. Where it runs out, nothing was sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Closes connections that nobody used for this time. 30 seconds unless set: less than servers commonly wait before
    /// they hang up, so that a call seldom meets a connection that is about to go.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Creates the transport. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when a certificate, a key or the address of a
    /// proxy cannot be read or used, when there are TLS settings and no TLS is compiled in, or when a timeout for
    /// connecting is zero.
    pub fn build(self) -> Result<HyperTransport, Error> {
        self.build_in(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Builds the transport with a lookup of environment variables, which tests replace.
    pub(crate) fn build_in(self, variable: impl Fn(&str) -> Option<String>) -> Result<HyperTransport, Error> {
        if self.connect_timeout.is_zero() {
            return Err(Error::configuration("the timeout for connecting is zero, which leaves no time for it"));
        }
        let connect_timeout = self.connect_timeout.min(YEAR);
        let connector = Connector {
            tcp: tcp(GaiResolver::new(), connect_timeout),
            tls: Tls::new(&self.tls)?,
            proxies: Proxies::new(self.proxy, variable)?,
            allows_http: self.allows_http,
            timeout: connect_timeout,
        };
        let idle_timeout = self.idle_timeout.min(YEAR);
        Ok(HyperTransport::of(move || client(connector.clone(), idle_timeout)))
    }
}

/// Returns how TCP connections come about.
fn tcp<R>(resolver: R, connect_timeout: Duration) -> HttpConnector<R> {
    let mut tcp = HttpConnector::new_with_resolver(resolver);
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    // A response may take minutes; keep-alive probes find out that the other side is gone.
    tcp.set_keepalive(Some(Duration::from_secs(30)));
    // All addresses of a host share this time evenly, so that each has its turn, and the handshake has the rest.
    tcp.set_connect_timeout(Some(connect_timeout * 4 / 5));
    tcp
}

/// Returns a client without connections.
fn client(connector: Connector, idle_timeout: Duration) -> Client<Connector, Sent> {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(idle_timeout)
        // A request that was put in line for a pooled connection goes to another one when that connection turns out
        // to be closed. It is safe: hyper hands the request back only from its queue, where not a byte of it was
        // encoded yet. Once a connection has taken it, it is gone, and its failure is reported as interrupted.
        .retry_canceled_requests(true)
        // Some servers compare header names with regard to case, against the standard.
        .http1_title_case_headers(true)
        .http1_max_headers(MAX_HEADERS)
        .build(connector)
}

/// Leaves out keys, and proxies with their passwords.
impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder")
            .field("tls_backend", &self.tls.backend)
            .field("only_added_roots", &self.tls.only_added_roots)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::net::SocketAddr;
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::time::timeout;
    use tower::{ServiceExt, service_fn};

    /// Returns an address whose queue of connections is full, so that it takes no more and says nothing.
    async fn dead() -> (TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 2], 0))).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut waiting = Vec::new();
        let connect = || timeout(Duration::from_millis(100), TcpStream::connect(listener.local_addr().unwrap()));
        while let Ok(connected) = connect().await {
            waiting.push(connected.unwrap());
        }
        (listener, waiting)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn each_address_of_a_host_is_tried() {
        let (listener, _waiting) = dead().await;
        let port = listener.local_addr().unwrap().port();
        let alive = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let addresses = [listener.local_addr().unwrap(), alive.local_addr().unwrap()];
        let resolver = service_fn(move |_| async move { Ok::<_, Infallible>(addresses.into_iter()) });
        let connect =
            super::tcp(resolver, Duration::from_secs(2)).oneshot(format!("http://host.test:{port}").parse().unwrap());
        timeout(Duration::from_secs(2), connect).await.unwrap().unwrap();
        alive.accept().await.unwrap();
    }
}
