//! Which servers are reached without the proxy: the list of `NO_PROXY`.

use std::net::IpAddr;

use http::Uri;

/// The servers that are reached directly. An entry that is not understood is an error: passing over it would send requests to a
/// proxy that must not see them.
#[derive(Debug, Default)]
pub(super) struct Exceptions(Vec<Exception>);

#[derive(Debug)]
struct Exception {
    servers: Servers,
    /// Any port, unless set.
    port: Option<u16>,
}

#[derive(Debug)]
enum Servers {
    All,
    /// The host of this name, and those below it.
    Domain(String),
    /// Only those below it.
    Below(String),
    Address(IpAddr),
    /// Those that share as many leading bits.
    Network(IpAddr, u32),
}

impl Exceptions {
    /// Reads a list with commas or blanks between its entries. The error is the number of the entry that is none, since its text
    /// may be a password.
    pub(super) fn read(list: &str) -> Result<Self, usize> {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        entries.enumerate().map(|(index, entry)| exception(entry).ok_or(index + 1)).collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether a server is reached directly.
    pub(super) fn cover(&self, server: &Uri) -> bool {
        let Some(host) = server.host() else { return false };
        let port = server.port_u16().unwrap_or(443);
        let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
        let address = host.parse().ok().map(|address: IpAddr| address.to_canonical());
        self.0.iter().any(|exception| {
            exception.port.is_none_or(|only| only == port) && exception.servers.contain(&host, address)
        })
    }
}

impl Servers {
    fn contain(&self, host: &str, address: Option<IpAddr>) -> bool {
        let is_below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        match self {
            Self::All => true,
            Self::Domain(domain) => address.is_none() && (host == domain || is_below(domain)),
            Self::Below(domain) => address.is_none() && is_below(domain),
            Self::Address(only) => address == Some(*only),
            Self::Network(network, bits) => address.is_some_and(|address| share(*network, address, *bits)),
        }
    }
}

/// Returns whether two addresses have their first bits in common.
fn share(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits,
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits,
        _ => false,
    }
}

fn exception(entry: &str) -> Option<Exception> {
    if let Some((network, bits)) = entry.split_once('/') {
        return Some(Exception { servers: self::network(address(network)?, bits.parse().ok()?)?, port: None });
    }
    // An address of the sixth version is full of colons, and none of them is before a port unless it stands in brackets.
    if let Some(address) = address(entry) {
        return Some(Exception { servers: Servers::Address(address.to_canonical()), port: None });
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    Some(Exception { servers: servers(host)?, port })
}

/// Returns a network of which so many bits are fixed. One of IPv4 addresses that are written as those of IPv6 is one of
/// IPv4.
fn network(address: IpAddr, bits: u32) -> Option<Servers> {
    let canonical = address.to_canonical();
    let most = if address.is_ipv4() { 32 } else { 128 };
    match bits.checked_sub(MAPPED) {
        _ if bits > most => None,
        Some(bits) if address.is_ipv6() && canonical.is_ipv4() => Some(Servers::Network(canonical, bits)),
        _ => Some(Servers::Network(address, bits)),
    }
}

/// So many bits stand before an IPv4 address that is written as one of IPv6.
const MAPPED: u32 = 96;

/// Returns an address, in brackets or without.
fn address(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().ok().filter(IpAddr::is_ipv6),
        None => text.parse().ok(),
    }
}

fn servers(host: &str) -> Option<Servers> {
    if host == "*" {
        return Some(Servers::All);
    }
    if let Some(address) = address(host.strip_suffix('.').unwrap_or(host)) {
        // Without brackets, nobody can tell where the address ends and the port begins.
        let is_clear = address.is_ipv4() || host.starts_with('[');
        return is_clear.then_some(Servers::Address(address.to_canonical()));
    }
    let below = host.strip_prefix("*.");
    let name = below.or_else(|| host.strip_prefix('.')).unwrap_or(host);
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // No name ends in a number: that is a part of an address, or an address in a form that is no host of a URL here.
    let is_number = |label: &str| label.starts_with("0x") || label.bytes().all(|byte| byte.is_ascii_digit());
    if !name.split('.').all(is_label) || name.split('.').next_back().is_some_and(is_number) {
        return None;
    }
    Some(if below.is_some() { Servers::Below(name) } else { Servers::Domain(name) })
}

#[cfg(test)]
mod tests {
    use super::Exceptions;

    fn covers(list: &str, server: &str) -> bool {
        Exceptions::read(list).expect(list).cover(&server.parse().unwrap())
    }

    #[test]
    fn all_common_forms_are_heeded() {
        for (list, server, direct) in [
            ("", "https://api.example.com", false),
            (" , ,", "https://api.example.com", false),
            ("*", "https://api.example.com:8443", true),
            ("*", "https://192.0.2.7", true),
            ("*:443", "https://api.example.com", true),
            ("*:443", "https://api.example.com:8443", false),
            ("example.com", "https://example.com", true),
            ("example.com", "https://api.example.com:8443/v1", true),
            ("EXAMPLE.com", "https://API.example.COM", true),
            ("example.com", "https://badexample.com", false),
            ("api.example.com", "https://example.com", false),
            (".example.com", "https://api.example.com", true),
            (".example.com", "https://example.com", true),
            ("*.corp.test", "https://api.corp.test", true),
            ("*.corp.test", "https://a.b.corp.test", true),
            ("*.corp.test", "https://corp.test", false),
            ("*.corp.test", "https://apicorp.test", false),
            ("*.corp.test:8443", "https://api.corp.test:8443", true),
            ("*.corp.test:8443", "https://api.corp.test", false),
            ("api.example.com:443", "https://api.example.com", true),
            ("api.example.com:443", "https://api.example.com:443/v1", true),
            ("api.example.com:443", "https://api.example.com:8443", false),
            ("api.example.com:8443", "https://api.example.com", false),
            ("api.example.com.", "https://api.example.com", true),
            ("api.example.com", "https://api.example.com.", true),
            ("api.example.com.:443", "https://api.example.com", true),
            ("a.test b.test\tc.test,  d.test", "https://c.test", true),
            ("a.test b.test\tc.test,  d.test", "https://d.test", true),
            ("a.test,\n example.com \r\n", "https://api.example.com", true),
            ("192.0.2.7", "https://192.0.2.7:8443", true),
            ("192.0.2.7:443", "https://192.0.2.7:8443", false),
            ("192.0.2.7:443", "https://192.0.2.7", true),
            ("192.0.2.7", "https://192.0.2.70", false),
            ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.1.2.3/8", "https://10.200.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false),
            ("0.0.0.0/0", "https://11.1.2.3", true),
            ("0.0.0.0/0", "https://api.example.com", false),
            ("2001:db8::1", "https://[2001:db8::1]:8443", true),
            ("2001:DB8:0:0::1", "https://[2001:db8::1]", true),
            ("[2001:db8::1]", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]:8443", false),
            ("2001:db8::/32", "https://[2001:db8:9::1]", true),
            ("[2001:db8::]/32", "https://[2001:db8:9::1]", true),
            ("2001:db8::/32", "https://[2001:db9::1]", false),
            ("192.0.2.7", "https://[::ffff:192.0.2.7]", true),
            ("192.0.2.7.", "https://192.0.2.7", true),
            ("192.0.2.7.:443", "https://192.0.2.7", true),
            ("::ffff:10.0.0.0/104", "https://10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "https://11.1.2.3", false),
            ("[::ffff:0:0]/96", "https://[::ffff:10.1.2.3]", true),
        ] {
            assert_eq!(covers(list, server), direct, "{list:?} {server}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_by_its_number() {
        for (list, number) in [
            ("a.test, 10.*", 2),
            ("foo*", 1),
            ("*example.com", 1),
            ("a.*.test", 1),
            ("http://api.example.com", 1),
            ("a.test b.test u:hunter2@c.test", 3),
            ("api.example.com:", 1),
            ("api.example.com:https", 1),
            ("api.example.com:99999", 1),
            ("10.0.0.0/33", 1),
            ("10.0.0.0/", 1),
            ("example.com/8", 1),
            ("[2001:db8::1", 1),
            ("[192.0.2.7]", 1),
            ("[2001:db8::1]443", 1),
            ("a..test", 1),
            (".", 1),
            ("*.", 1),
            ("bücher.test", 1),
            ("a.test, 192.168.", 2),
            ("192.168", 1),
            ("10.1:443", 1),
            (".10.0.0.1", 1),
            ("*.10.0.0.1", 1),
            ("010.0.0.1", 1),
            ("10.0.0.0x1", 1),
            ("::ffff:10.0.0.0/129", 1),
        ] {
            assert_eq!(Exceptions::read(list).err(), Some(number), "{list:?}");
        }
    }
}
