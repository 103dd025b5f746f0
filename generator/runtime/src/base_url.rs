//! Where a service answers.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::Error;

/// The address that every path of a service is appended to: `https`, a host, and possibly a port and a path.
///
/// Plain `http` is accepted for the own machine only (`localhost`, `127.0.0.1`, `[::1]`), since a request carries credentials.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Cow<'static, str>);

impl BaseUrl {
    /// Takes a base URL of the caller's making. Slashes at its end are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the text is no such URL, is plain `http` to another
    /// machine, or has a user, a query or a fragment.
    pub fn new(url: impl AsRef<str>) -> Result<Self, Error> {
        let url = url.as_ref();
        match check(url) {
            Ok(()) => {
                let (scheme, rest) = url.trim_end_matches('/').split_once(':').unwrap_or_default();
                Ok(Self(Cow::Owned(format!("{}:{rest}", scheme.to_ascii_lowercase()))))
            }
            Err(flaw) => Err(Error::configuration(format!("the base URL {flaw}"))),
        }
    }

    /// Takes a base URL that is known when the program is compiled.
    ///
    /// # Panics
    ///
    /// If the text does not begin with `https://`, or ends with a slash, or has a user, a query or a fragment.
    #[must_use]
    pub const fn https_static(url: &'static str) -> Self {
        assert!(is_plain_https(url.as_bytes()), "not a plain https base URL");
        Self(Cow::Borrowed(url))
    }

    #[cfg(feature = "hyper-transport")]
    pub(crate) fn is_https(&self) -> bool {
        self.0.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    /// The URL as text, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says what is wrong with a base URL. The URL itself is not repeated: what follows a mistake may be a password.
fn check(url: &str) -> Result<(), &'static str> {
    if url.contains('#') {
        return Err("has a fragment; leave out everything from the # on");
    }
    let uri: Uri = url.parse().map_err(|_| "is not a URL; write it like https://api.example.com")?;
    let authority = uri.authority().ok_or("has no host; write it like https://api.example.com")?;
    if authority.as_str().contains('@') {
        return Err("has a user name; give credentials to the client builder instead");
    }
    if uri.query().is_some() {
        return Err("has a query; leave out everything from the ? on");
    }
    if uri.path().split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("has a . or .. in its path; write the path it stands for");
    }
    if authority.host().is_empty() {
        return Err("has no host; write it like https://api.example.com");
    }
    // Such a port would count as none, and the request would go to another one.
    if authority.port_u16().is_none() && authority.as_str() != authority.host() {
        return Err("has a port that is no number up to 65535");
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(authority.host()) => Ok(()),
        Some("http") => Err("is plain http to another machine; use https, since requests carry credentials"),
        _ => Err("has no scheme that can be used here; use https"),
    }
}

/// Tells whether a host can only be this machine.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

const fn is_plain_https(url: &[u8]) -> bool {
    const SCHEME: &[u8] = b"https://";
    let mut at = 0;
    while at < url.len() {
        let expected = if at < SCHEME.len() {
            url[at] == SCHEME[at]
        } else {
            !matches!(url[at], b'?' | b'#' | b'@' | 0..=b' ' | 0x7f..)
        };
        if !expected {
            return false;
        }
        at += 1;
    }
    url.len() > SCHEME.len() && url[SCHEME.len()] != b'/' && url[url.len() - 1] != b'/'
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({:?})", &*self.0)
    }
}

impl std::str::FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn https_anywhere_and_http_on_this_machine() {
        for (given, kept) in [
            ("https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("https://api.example.com:8443/base//", "https://api.example.com:8443/base"),
            ("HTTPS://api.example.com", "https://api.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("http://127.8.0.1:1/", "http://127.8.0.1:1"),
            ("http://[::1]:9", "http://[::1]:9"),
        ] {
            assert_eq!(BaseUrl::new(given).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn everything_else_is_refused_without_repeating_it() {
        for (given, why) in [
            ("", "is not a URL"),
            ("api.example.com", "has no scheme"),
            ("/path", "has no host"),
            ("https://", "is not a URL"),
            ("https:///path", "is not a URL"),
            ("ftp://api.example.com", "has no scheme"),
            ("http://api.example.com", "is plain http to another machine"),
            ("http://localhost.example.com", "is plain http to another machine"),
            ("http://127.0.0.1.example.com", "is plain http to another machine"),
            ("https://user:hunter2@api.example.com", "has a user name"),
            ("http://hunter2@localhost", "has a user name"),
            ("https://api.example.com?key=hunter2", "has a query"),
            ("https://api.example.com/#hunter2", "has a fragment"),
            ("https://api.example.com/a/../b", "has a . or .."),
            ("https://api.example.com:", "has a port"),
            ("https://api.example.com:99999", "has a port"),
            ("http://localhost:", "has a port"),
            (" https://api.example.com", "is not a URL"),
            ("https://api.example.com/a b", "is not a URL"),
        ] {
            let error = BaseUrl::new(given).expect_err(given);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(why), "{given}: {shown}");
            assert!(!shown.contains("hunter2"), "{shown}");
            assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        }
    }

    #[test]
    fn a_constant_is_checked_when_it_is_compiled() {
        const URL: BaseUrl = BaseUrl::https_static("https://api.example.com/base");
        assert_eq!(URL, BaseUrl::new("https://api.example.com/base/").unwrap());
    }

    #[test]
    #[should_panic(expected = "not a plain https base URL")]
    fn a_constant_is_https() {
        let _ = BaseUrl::https_static("http://localhost");
    }
}
