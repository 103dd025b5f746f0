//! Checks of hosts and `https` URLs.

use std::net::IpAddr;

/// Tells whether a host can only be this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Tells whether a text is an `https` URL that paths can be appended to, in the spelling that [`BaseUrl::new`] gives it.
pub(crate) const fn is_plain_https(url: &[u8]) -> bool {
    const SCHEME: &[u8] = b"https://";
    let (mut at, mut in_path) = (0, false);
    while at < url.len() {
        in_path = in_path || at >= SCHEME.len() && url[at] == b'/';
        if !in_path && (url[at].is_ascii_uppercase() || is_usual_port(url, at)) {
            return false;
        }
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

/// Tells whether `:443` stands there, and nothing more of a host.
const fn is_usual_port(url: &[u8], at: usize) -> bool {
    matches!(url.split_at(at).1, [b':', b'4', b'4', b'3'] | [b':', b'4', b'4', b'3', b'/', ..])
}
