//! The syntax of header names, header values and base URLs that the runtime accepts.

/// Returns whether a text is a token of HTTP (RFC 9110, 5.6.2), as names of headers and cookies are.
pub(super) fn is_token(text: &str) -> bool {
    let is_symbol = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_symbol(byte))
}

/// Returns whether a text can be the value of a header.
pub(super) fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Returns whether a text is an `https` URL to which paths can be appended: without user, query and fragment, and without a
/// slash at its end.
pub(super) fn is_base_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    let is_path = |byte: u8| is_host(byte) || b"/:!$&'()*+,;=".contains(&byte);
    !host.is_empty()
        && host.bytes().all(is_host)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && path.is_none_or(|path| !path.is_empty() && !path.ends_with('/') && path.bytes().all(is_path))
}

/// Returns whether the same holds of a URL of `https` or plain `http`.
pub(super) fn is_base_url_of_any_scheme(url: &str) -> bool {
    is_base_url(url) || url.strip_prefix("http://").is_some_and(|rest| is_base_url(&format!("https://{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_those_that_the_runtime_takes() {
        for url in ["https://a.example", "https://a-b.example:8443/v1", "https://a/b//c", "https://a/~b/%20/(c)"] {
            assert!(is_base_url(url), "{url}");
        }
        for url in [
            "",
            "http://a",
            "https://",
            "https:///a",
            "https://:1",
            "https://a/",
            "https://a?b",
            "https://a/b#c",
            "https://u@a",
            "https://a/ b",
            "https://a/\n",
            "https://é",
            "https://{a}",
            "https://a/{b}",
            "https://a:99999",
            "https://a/\"",
            "https://a\\b",
            "HTTPS://a",
        ] {
            assert!(!is_base_url(url), "{url}");
        }
    }

    #[test]
    fn names_of_headers_are_tokens() {
        assert!(is_token("X-Api_Key.1") && is_token("$x"));
        for name in ["", "a b", "a:", "é", "a\n", "\"", "a/b", "{a}"] {
            assert!(!is_token(name), "{name:?}");
        }
    }

    #[test]
    fn values_of_headers_are_printable() {
        assert!(is_header_value("application/json; charset=utf-8"));
        for value in ["", " a", "a\n", "é", "a\u{7f}"] {
            assert!(!is_header_value(value), "{value:?}");
        }
    }
}
