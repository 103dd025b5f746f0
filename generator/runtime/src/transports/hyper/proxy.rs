//! Which proxy stands between this machine and a server.

use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use self::exceptions::Exceptions;
use crate::error::Error;
use crate::model::Secret;
use crate::syntax::{is_loopback, percent_decode};

mod exceptions;

/// Where the address of a proxy comes from.
pub(super) enum ProxySource {
    Environment,
    Given(Secret),
    None,
}

/// The proxy in use, and the hosts that are reached without it.
pub(super) struct Proxies(Option<(Matcher, Exceptions)>);

impl Proxies {
    /// Looks environment variables up by the closure, and only if they are asked for.
    pub(super) fn new(source: ProxySource, variable: impl Fn(&str) -> Option<String>) -> Result<Arc<Self>, Error> {
        let first = |names: [&'static str; 2]| {
            names
                .into_iter()
                .find_map(|name| variable(name).filter(|value| !value.is_empty()).map(|value| (name, value)))
        };
        let matcher = match source {
            ProxySource::None => None,
            ProxySource::Given(url) => {
                Some((matcher("the address of the proxy", url.expose())?, Exceptions::default()))
            }
            ProxySource::Environment => {
                let proxy = first(["HTTPS_PROXY", "https_proxy"]).or_else(|| first(["ALL_PROXY", "all_proxy"]));
                match proxy {
                    Some((name, url)) => Some((matcher(name, &url)?, exceptions(first(["NO_PROXY", "no_proxy"]))?)),
                    None => None,
                }
            }
        };
        Ok(Arc::new(Self(matcher)))
    }

    /// Returns the proxy through which a server is reached. None for this machine: another one cannot reach it under that name.
    pub(super) fn between(&self, server: &Uri) -> Option<Intercept> {
        let (matcher, exceptions) = self.0.as_ref()?;
        if server.scheme() != Some(&Scheme::HTTPS) || is_loopback(server.host()?) || exceptions.cover(server) {
            return None;
        }
        matcher.intercept(server)
    }
}

/// Reads the address of a proxy. The matcher alone would pass over one that it cannot read, and requests would go out
/// directly.
fn matcher(origin: &str, url: &str) -> Result<Matcher, Error> {
    match flaw(url) {
        None => Ok(Matcher::builder().https(url.to_owned()).build()),
        Some(flaw) => Err(Error::configuration(format!("{origin} {flaw}"))),
    }
}

/// Reads the list of a variable. The matcher has one of its own, which passes over what it does not know.
fn exceptions(variable: Option<(&str, String)>) -> Result<Exceptions, Error> {
    let Some((name, list)) = variable else { return Ok(Exceptions::default()) };
    Exceptions::read(&list).map_err(|number| {
        Error::configuration(format!(
            "entry {number} of {name} is not understood; write hosts, *.domains and addresses, each with a port if need be, \
             networks such as 10.0.0.0/8, or *, with commas between them"
        ))
    })
}

/// Returns what is wrong with the address of a proxy, without repeating it: it may hold a password.
fn flaw(url: &str) -> Option<&'static str> {
    let uri = match url.parse::<Uri>() {
        // The URL would be read without its fragment, which may be the end of a password.
        Ok(uri) if !url.contains('#') => uri,
        _ => return Some("is not a URL; write it like http://proxy.example.com:3128, a password percent-encoded"),
    };
    if !matches!(uri.scheme_str(), None | Some("http" | "https")) {
        return Some("is a proxy of a kind that is not supported; use an http or https one, or call no_proxy");
    }
    let host = uri.host().unwrap_or_default();
    if host.is_empty() {
        return Some("has no host; write it like http://proxy.example.com:3128");
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let (user, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    // The matcher would take the end of such a password for the host.
    if user.contains('@') {
        return Some("has more than one @; write that of a user name or a password as %40");
    }
    if percent_decode(user).is_none() {
        return Some("has a % in its user name or password that begins no character; write it as %25");
    }
    if uri.port_u16().is_none() && host_and_port != host {
        return Some("has a port that is no number up to 65535; special characters of a password are percent-encoded");
    }
    if !matches!(uri.path_and_query().map_or("", |rest| rest.as_str()), "" | "/") {
        return Some("has something after its host and port; special characters of a password are percent-encoded");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Proxies, ProxySource};
    use crate::classification::ErrorKind;
    use crate::error::Error;

    /// Returns the proxy for a server, with these environment variables.
    fn proxy(variables: &[(&str, &str)], server: &str) -> Option<String> {
        let proxies = read(variables).unwrap();
        proxies.between(&server.parse().unwrap()).map(|proxy| proxy.uri().to_string())
    }

    fn read(variables: &[(&str, &str)]) -> Result<std::sync::Arc<Proxies>, Error> {
        Proxies::new(ProxySource::Environment, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn variables_are_read_in_order_and_empty_ones_do_not_count() {
        for (variables, expected) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2"), ("ALL_PROXY", "http://c:3")], Some("a:1")),
            (&[("https_proxy", "http://b:2"), ("ALL_PROXY", "http://c:3")], Some("b:2")),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://c:3"), ("all_proxy", "http://d:4")], Some("c:3")),
            (&[("all_proxy", "http://d:4")], Some("d:4")),
            (&[("HTTPS_PROXY", "e:5")], Some("e:5")),
            (&[("HTTPS_PROXY", "user:secret@e:5")], Some("e:5")),
            (&[("HTTP_PROXY", "http://f:6"), ("http_proxy", "http://f:6")], None),
        ] {
            let expected = expected.map(|address| format!("http://{address}/"));
            assert_eq!(proxy(variables, "https://api.example.com/v1"), expected, "{variables:?}");
        }
    }

    #[test]
    fn exceptions_and_this_machine_are_reached_directly() {
        let all = |no| [("HTTPS_PROXY", "http://a:1"), ("NO_PROXY", no)];
        for (exceptions, server, direct) in [
            ("", "https://api.example.com", false),
            ("example.com", "https://api.example.com", true),
            (".example.com, other.com", "https://api.example.com:8443/v1", true),
            ("example.com", "https://badexample.com", false),
            ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false),
            ("*", "https://api.example.com", true),
            ("api.example.com:443 *.corp.test", "https://api.example.com", true),
            ("api.example.com:443 *.corp.test", "https://api.corp.test", true),
            ("[2001:db8::1]", "https://[2001:db8::1]", true),
            ("", "https://localhost:8443", true),
            ("", "https://127.0.0.1", true),
            ("", "https://[::1]:9", true),
            ("", "http://localhost:8080", true),
        ] {
            assert_eq!(proxy(&all(exceptions), server).is_none(), direct, "{exceptions} {server}");
        }
        assert_eq!(proxy(&[("ALL_PROXY", "http://a:1"), ("no_proxy", "*")], "https://api.example.com"), None);
    }

    #[test]
    fn a_list_of_exceptions_that_is_not_understood_is_an_error() {
        for (variable, list) in [("NO_PROXY", "a.test,u:hunter2@b.test"), ("no_proxy", "a.test 10.*")] {
            let error = read(&[("HTTPS_PROXY", "http://a:1"), (variable, list)]).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(&format!("entry 2 of {variable}")) && !shown.contains("hunter2"), "{shown}");
            // Without a proxy, there is nothing to leave out.
            assert!(read(&[(variable, list)]).is_ok());
        }
    }

    #[test]
    fn a_password_is_taken_whole() {
        for (password, expected) in [("p%40ss", "user:p@ss"), ("p:ss", "user:p:ss"), ("p%25%3A", "user:p%:")] {
            let proxies = read(&[("HTTPS_PROXY", &format!("http://user:{password}@a:1"))]).unwrap();
            let proxy = proxies.between(&"https://api.example.com".parse().unwrap()).unwrap();
            let sent = proxy.basic_auth().unwrap().to_str().unwrap().to_owned();
            assert_eq!(
                sent,
                format!(
                    "Basic {}",
                    crate::syntax::base64::base64(expected.as_bytes(), crate::syntax::Alphabet::Standard)
                )
            );
        }
    }

    #[test]
    fn an_address_that_cannot_be_used_is_an_error_that_does_not_repeat_it() {
        for url in [
            "socks5://u:hunter2@proxy:1",
            "http://u:hunter2 @proxy",
            "http://u:hun#ter2@proxy:1",
            "http://u:hun/ter2@proxy:1",
            "http://u:1/hunter2@proxy:1",
            "http://u:hunter2@proxy:x",
            "http://u:hunter2@proxy:99999",
            "http://u:hunter2@",
            "http://u:hun@ter2@proxy:1",
            "u:hun@ter2@proxy:1",
            "http://u:hun%ter2@proxy:1",
            "http://u:hun%ffter2@proxy:1",
            "/hunter2",
            "http://",
        ] {
            let error = read(&[("ALL_PROXY", url)]).map(drop).expect_err(url);
            let shown = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(shown.contains("ALL_PROXY") && !shown.contains("ter2"), "{shown}");
        }
    }
}
