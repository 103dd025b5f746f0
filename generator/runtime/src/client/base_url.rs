//! The address of a service.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use http::Uri;
use http::uri::Authority;

use super::base_url_template;
use crate::contract::{Operation, ServerTemplate};
use crate::error::Error;
use crate::model::ParseError;
use crate::syntax::{has_step, is_loopback, is_plain_https, is_plain_url};

/// The address that every path of a service is appended to: `https`, a host, and possibly a port and a path.
///
/// A request carries credentials, so that plain `http` leads to the own machine (`localhost`, `127.0.0.1`, `[::1]`), and elsewhere only with
/// [`ClientBuilder::allow_http`](crate::ClientBuilder::allow_http).
#[derive(Clone)]
pub struct BaseUrl {
    text: Cow<'static, str>,
    /// The document of the service names it: what else the document names belongs to it, such as another server of some
    /// operation. A URL of the caller's own, of a server for tests say, takes everything itself.
    documented: bool,
    /// The caller allows plain `http` to other machines.
    allows_http: bool,
}

/// What stands in the place of a server that must not be called. No URL has this in front of its path, so that no request is made.
const REFUSED: &str = "http://";

impl BaseUrl {
    /// Takes a base URL of the caller's making. What makes no difference to where it leads is dropped: capitals of scheme and
    /// host, the usual port, slashes at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the text is no such URL, or has a user, a query, a
    /// fragment, or a step such as `..` in its path.
    pub fn new(url: impl AsRef<str>) -> Result<Self, Error> {
        let url = url.as_ref();
        match check(url) {
            Ok(()) => Ok(Self { text: Cow::Owned(plain(url)), documented: false, allows_http: false }),
            Err(flaw) => Err(Error::configuration(format!("the base URL {flaw}"))),
        }
    }

    /// Takes a base URL that is known when the program is compiled.
    ///
    /// # Panics
    ///
    /// If the text does not begin with `https://`, or ends with a slash, or has a user, a query or a fragment, or a host with
    /// capitals, or the usual port 443.
    #[must_use]
    pub const fn https_static(url: &'static str) -> Self {
        assert!(is_plain_https(url.as_bytes()), "not a plain https base URL");
        Self { text: Cow::Borrowed(url), documented: true, allows_http: false }
    }

    /// Takes a base URL that is known when the program is compiled, and may be plain `http`.
    ///
    /// # Panics
    ///
    /// If the text begins with neither `https://` nor `http://`, or if [`https_static`](Self::https_static) would refuse it otherwise.
    #[must_use]
    pub const fn http_static(url: &'static str) -> Self {
        assert!(is_plain_url(url.as_bytes()), "not a plain base URL");
        Self { text: Cow::Borrowed(url), documented: true, allows_http: false }
    }

    /// Fills in the variables of a base URL of the service, such as `https://{region}.example.com/{version}`.
    ///
    /// A value takes part in the host as letters, digits, dots, hyphens and underscores only; anywhere else it is
    /// percent-encoded, but for slashes.
    ///
    /// # Errors
    ///
    /// When a variable of the template has no value, or a value no variable; when a value could lead to another host; and
    /// when what comes out is no base URL. The error does not repeat values.
    pub fn from_template(template: &str, variables: &[(&str, &str)]) -> Result<Self, ParseError> {
        let url = base_url_template::fill(template, variables)?;
        check(&url).map_err(|flaw| ParseError::new(format!("the base URL {flaw}")))?;
        Ok(Self { text: Cow::Owned(plain(&url)), documented: true, allows_http: false })
    }

    /// Returns the base URL of the calls of an operation that give no variable of its server.
    pub(crate) fn of_operation(&self, operation: &Operation) -> Cow<'_, str> {
        self.of_call(operation, &[]).unwrap_or(Cow::Borrowed(REFUSED))
    }

    /// Returns the base URL of a call: that of the operation's own server, where the document names this URL. The call gives variables of
    /// that server. A server that is a path is on the host of this URL (OpenAPI 3.0.4, Server Object, `url`).
    ///
    /// # Errors
    ///
    /// If a value would change more of the URL than its variable.
    pub(crate) fn of_call(
        &self,
        operation: &Operation,
        given: &[(&'static str, String)],
    ) -> Result<Cow<'_, str>, ParseError> {
        let server = match operation.servers.first() {
            Some(path) if path.starts_with('/') => {
                return Ok(Cow::Owned(format!("{}{}", self.origin(), path.trim_end_matches('/'))));
            }
            Some(server) if self.documented => *server,
            _ => return Ok(Cow::Borrowed(&self.text)),
        };
        let server = match operation.server_template.filter(|_| !given.is_empty()) {
            Some(ServerTemplate { url, defaults }) => {
                let given = given.iter().map(|(name, value)| (*name, value.as_str()));
                // Of several values, the last counts.
                let values: Vec<_> = defaults.iter().copied().chain(given).collect();
                Self::from_template(url, &values)?.text
            }
            None => Cow::Borrowed(server),
        };
        Ok(if is_exposed(&server) && !self.allows_http { Cow::Borrowed(REFUSED) } else { server })
    }

    /// Returns why a call cannot be sent; `None` if it can.
    pub(crate) fn refusal(&self, operation: &Operation, given: &[(&'static str, String)]) -> Option<&'static str> {
        let is_refused = self.of_call(operation, given).is_ok_and(|url| url == REFUSED);
        is_refused.then_some(HTTP_NEEDS_ALLOWANCE)
    }

    /// Returns the scheme, the host and the port.
    fn origin(&self) -> &str {
        let host = self.text.find("://").map_or(0, |at| at + 3);
        self.text[host..].find('/').map_or(&*self.text, |path| &self.text[..host + path])
    }

    /// Allows plain `http` to other machines, or not.
    ///
    /// # Errors
    ///
    /// If it is not allowed, and the URL is one.
    pub(super) fn with_http(self, allows_http: bool) -> Result<Self, Error> {
        if is_exposed(&self.text) && !allows_http {
            return Err(Error::configuration(format!(
                "the base URL is plain http to another machine: {HTTP_NEEDS_ALLOWANCE}"
            )));
        }
        Ok(Self { allows_http, ..self })
    }

    /// Returns whether the document of the service names it.
    pub(crate) fn is_documented(&self) -> bool {
        self.documented
    }

    #[cfg(feature = "hyper-transport")]
    pub(crate) fn is_https(&self) -> bool {
        self.text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    /// Returns the URL as text, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Where it is from makes no difference to whether two lead to the same place.
impl PartialEq for BaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for BaseUrl {}

impl Hash for BaseUrl {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Returns a URL that was checked, in the one spelling of all that lead to the same place: calls are kept with it.
fn plain(url: &str) -> String {
    let (scheme, rest) = url.trim_end_matches('/').split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let usual: u16 = if scheme == "https" { 443 } else { 80 };
    let authority = match authority.rsplit_once(':') {
        // Leading zeros of a port are no other port.
        Some((host, port)) => match port.parse::<u16>() {
            Ok(port) if port == usual => host.to_owned(),
            Ok(port) => format!("{host}:{port}"),
            // The end of an IPv6 address.
            Err(_) => authority,
        },
        None => authority,
    };
    format!("{scheme}://{authority}{path}")
}

/// Returns what is wrong with a base URL. The URL itself is not repeated: what follows a mistake may be a password.
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
    if has_step(uri.path()) {
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
        Some("https" | "http") => Ok(()),
        _ => Err("has no scheme that can be used here; use https"),
    }
}

/// What callers do about plain `http`.
const HTTP_NEEDS_ALLOWANCE: &str = "use https, since requests carry credentials, or call allow_http";

/// Returns whether requests to a URL leave this machine without encryption.
fn is_exposed(url: &str) -> bool {
    let Some(("http", rest)) = url.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or(rest);
    !authority.parse::<Authority>().is_ok_and(|authority| is_loopback(authority.host()))
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({:?})", &*self.text)
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
            ("http://[::1]", "http://[::1]"),
            ("https://API.Example.com:443/Base/", "https://api.example.com/Base"),
            ("https://api.example.com:0443", "https://api.example.com"),
            ("https://api.example.com:08443", "https://api.example.com:8443"),
            ("https://api.example.com:80", "https://api.example.com:80"),
            ("http://LOCALHOST:80/", "http://localhost"),
            ("http://localhost:443", "http://localhost:443"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://api.example.com/a:443", "https://api.example.com/a:443"),
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
            ("https://user:hunter2@api.example.com", "has a user name"),
            ("http://hunter2@localhost", "has a user name"),
            ("https://api.example.com?key=hunter2", "has a query"),
            ("https://api.example.com/#hunter2", "has a fragment"),
            ("https://api.example.com/a/../b", "has a . or .."),
            ("https://api.example.com/a/%2e%2e/b", "has a . or .."),
            ("https://api.example.com/a/%2E./b", "has a . or .."),
            ("https://api.example.com/%252e%252e", "has a . or .."),
            ("https://api.example.com/%2e/b", "has a . or .."),
            ("https://api.example.com/a/%2e%2e%2fb", "has a . or .."),
            ("https://api.example.com/a%2F..", "has a . or .."),
            ("https://api.example.com/%2e%2e%2fb/%ff", "has a . or .."),
            ("https://api.example.com/a/..\\b", "has a . or .."),
            ("https://api.example.com/a/%2e%2e%5Cb", "has a . or .."),
            ("https://api.example.com/a/..;x=1/b", "has a . or .."),
            ("https://api.example.com/a/%2e%2e%3bx/b", "has a . or .."),
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
            assert_eq!(error.kind(), crate::classification::ErrorKind::Configuration);
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_allowed_explicitly() {
        for exposed in [
            "http://api.example.com",
            "http://localhost.example.com:80/a",
            "http://127.0.0.1.example.com",
            "http://[::2]",
        ] {
            let url = BaseUrl::new(exposed).unwrap();
            let error = url.clone().with_http(false).expect_err(exposed).to_string();
            assert!(error.contains("plain http to another machine") && error.contains("allow_http"), "{error}");
            assert!(url.with_http(true).is_ok());
        }
        for plain in ["http://localhost:1/a", "http://127.8.0.1", "http://[::1]:9", "https://api.example.com"] {
            assert!(BaseUrl::new(plain).unwrap().with_http(false).is_ok(), "{plain}");
        }
        let template =
            BaseUrl::from_template("{scheme}://{host}", &[("scheme", "http"), ("host", "a.example")]).unwrap();
        assert!(template.with_http(false).is_err());
        assert!(BaseUrl::http_static("http://a.example:8080/old").with_http(false).is_err());
        assert!(BaseUrl::http_static("https://a.example").with_http(false).is_ok());
        assert!(std::panic::catch_unwind(|| BaseUrl::http_static("http://a.example/")).is_err());
    }

    #[test]
    fn servers_of_operations_are_refused_without_encryption() {
        const OPERATION: crate::contract::Operation =
            crate::contract::Operation::new("a", "GET", &[]).servers(&["http://a.example:8080/old"]);
        let url = BaseUrl::https_static("https://api.example.com");
        assert!(url.of_operation(&OPERATION).parse::<http::Uri>().is_err() && url.refusal(&OPERATION, &[]).is_some());
        let allowed = url.with_http(true).unwrap();
        assert_eq!(
            (&*allowed.of_operation(&OPERATION), allowed.refusal(&OPERATION, &[])),
            ("http://a.example:8080/old", None)
        );
        let own = BaseUrl::new("https://test.example").unwrap();
        assert_eq!((&*own.of_operation(&OPERATION), own.refusal(&OPERATION, &[])), ("https://test.example", None));
    }

    #[test]
    fn a_server_that_is_a_path_is_on_the_host_of_the_base_url() {
        const OPERATION: crate::contract::Operation =
            crate::contract::Operation::new("a", "GET", &[]).servers(&["/v1/"]);
        for (base, expected) in
            [("https://a.example", "https://a.example/v1"), ("http://localhost:9/b/c", "http://localhost:9/v1")]
        {
            assert_eq!(BaseUrl::new(base).unwrap().of_operation(&OPERATION), expected);
        }
    }

    #[test]
    fn a_call_gives_variables_of_the_server_of_its_operation() {
        const OPERATION: crate::contract::Operation = crate::contract::Operation::new("a", "GET", &[])
            .servers(&["https://eu.example.com/v2"])
            .server_template("https://{region}.example.com/{base}", &[("region", "eu"), ("base", "v2")]);
        let url = BaseUrl::https_static("https://api.example.com");
        let with = |given: &[(&'static str, &str)]| {
            let given: Vec<_> = given.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            url.of_call(&OPERATION, &given).ok()
        };
        assert_eq!(with(&[]).unwrap(), "https://eu.example.com/v2");
        assert_eq!(with(&[("region", "us"), ("region", "uk")]).unwrap(), "https://uk.example.com/v2");
        assert_eq!(with(&[("region", "evil.example/")]), None);
        let own = BaseUrl::new("https://test.example").unwrap();
        assert_eq!(own.of_call(&OPERATION, &[("region", "us".to_owned())]).unwrap(), "https://test.example");
    }

    #[test]
    fn a_constant_is_checked_when_it_is_compiled() {
        const URL: BaseUrl = BaseUrl::https_static("https://api.example.com/base");
        assert_eq!(URL, BaseUrl::new("https://api.example.com/base/").unwrap());
    }

    #[test]
    fn a_template_takes_values_that_stay_where_they_are() {
        for (template, variables, expected) in [
            ("https://api.example.com/base/", &[][..], "https://api.example.com/base"),
            (
                "https://{region}.example.com/{v}",
                &[("v", "v 1/b"), ("region", "eu-1.a")],
                "https://eu-1.a.example.com/v%201/b",
            ),
            ("https://{host}:{port}", &[("host", "shop.example"), ("port", "8443")], "https://shop.example:8443"),
            (
                "{scheme}://{host}/{a}{b}",
                &[("scheme", "HTTP"), ("host", "localhost"), ("a", "?"), ("b", "@")],
                "http://localhost/%3F%40",
            ),
        ] {
            let url = BaseUrl::from_template(template, variables).expect(template);
            assert_eq!(url.as_str(), expected);
            assert!(url.is_documented() && !BaseUrl::new(expected).unwrap().is_documented());
        }
    }

    #[test]
    fn a_value_that_leads_elsewhere_is_refused_without_repeating_it() {
        let region = "https://{region}.example.com/{v}";
        for (template, variables, why) in [
            (region, &[("region", "eu")][..], "the variable v has no value"),
            (region, &[("region", "eu"), ("v", "1"), ("vv", "1")], "there is no variable vv"),
            (region, &[("region", ""), ("v", "1")], "the variable region is empty"),
            (region, &[("region", "hunter2.evil/"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2@evil"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2:1"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2?"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2#"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2%2f"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "hunter2\\"), ("v", "1")], "the variable region holds a character"),
            (region, &[("region", "eu"), ("v", "../hunter2")], "has a . or .. in its path"),
            (region, &[("region", "eu"), ("v", "%2e%2e/hunter2")], "has a . or .. in its path"),
            ("{scheme}://a.example", &[("scheme", "ftp")], "has no scheme that can be used"),
            ("https://a.example:{port}", &[("port", "99999")], "has a port that is no number"),
            ("https://a.example/{v", &[("v", "hunter2")], "has a brace that is not closed"),
            ("https://a.example/v}", &[], "has a brace that is not opened"),
        ] {
            let error = BaseUrl::from_template(template, variables).expect_err(template).to_string();
            assert!(error.contains(why) && !error.contains("hunter2"), "{template}: {error}");
        }
    }

    #[test]
    fn a_constant_is_spelt_as_any_other() {
        for url in ["https://API.example.com", "https://api.example.com:443", "https://api.example.com:443/base"] {
            assert!(std::panic::catch_unwind(|| BaseUrl::https_static(url)).is_err(), "{url}");
        }
        for url in ["https://api.example.com:4430", "https://api.example.com/Base:443", "https://api.example.com:8443"]
        {
            assert_eq!(BaseUrl::https_static(url), BaseUrl::new(url).unwrap());
        }
    }

    #[test]
    #[should_panic(expected = "not a plain https base URL")]
    fn a_constant_is_https() {
        let _ = BaseUrl::https_static("http://localhost");
    }
}
