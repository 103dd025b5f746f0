//! Checks of hosts and `https` URLs.

use std::net::IpAddr;

/// Returns whether a host can only be this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Returns whether a text is an `https` URL that paths can be appended to, in the spelling that [`BaseUrl::new`] gives it.
pub(crate) const fn is_plain_https(url: &[u8]) -> bool {
    is_plain(url, b"https://", b":443")
}

/// Returns the same for an `https` or `http` URL.
pub(crate) const fn is_plain_url(url: &[u8]) -> bool {
    is_plain_https(url) || is_plain(url, b"http://", b":80")
}

/// Returns whether a text is a plain URL of this scheme, whose usual port is not written out.
const fn is_plain(url: &[u8], scheme: &[u8], port: &[u8]) -> bool {
    let (mut at, mut in_path) = (0, false);
    while at < url.len() {
        in_path = in_path || at >= scheme.len() && url[at] == b'/';
        if !in_path && (url[at].is_ascii_uppercase() || is_usual_port(url, at, port)) {
            return false;
        }
        let expected = if at < scheme.len() {
            url[at] == scheme[at]
        } else {
            !matches!(url[at], b'?' | b'#' | b'@' | 0..=b' ' | 0x7f..)
        };
        if !expected {
            return false;
        }
        at += 1;
    }
    url.len() > scheme.len() && url[scheme.len()] != b'/' && url[url.len() - 1] != b'/'
}

/// Returns whether the usual port stands there, and nothing more of a host.
const fn is_usual_port(url: &[u8], at: usize, port: &[u8]) -> bool {
    let mut index = 0;
    while index < port.len() {
        if at + index >= url.len() || url[at + index] != port[index] {
            return false;
        }
        index += 1;
    }
    at + port.len() == url.len() || url[at + port.len()] == b'/'
}
