//! The token endpoint: client credentials in a form, bearer tokens in the response.

use std::collections::HashMap;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::json::Object;
use crate::options::Options;
use crate::simulated_response::SimulatedResponse;

/// The tokens that were issued, with the time they end.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    ends: HashMap<String, SystemTime>,
}

impl Tokens {
    /// Returns whether the headers carry a token that is good now.
    pub(crate) fn admits(&self, headers: &HeaderMap, now: SystemTime) -> bool {
        let value = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let Some((scheme, token)) = value.and_then(|value| value.split_once(' ')) else {
            return false;
        };
        scheme.eq_ignore_ascii_case("bearer") && self.ends.get(token).is_some_and(|end| now < *end)
    }

    /// Makes every token void.
    pub(crate) fn expire(&mut self) {
        self.ends.clear();
    }

    fn issue(&mut self, options: &Options, now: SystemTime) -> SimulatedResponse {
        let (ids, life) = (&options.ids, options.token_life);
        let token = ids.object();
        let end = now.checked_add(life).unwrap_or(now);
        self.ends.retain(|_, end| now < *end);
        self.ends.insert(token.clone(), end);
        let scope = format!("entity.{} service.echo.read tenant.19", ids.uuid());
        let body = Object::new()
            .text("access_token", &token)
            .text("token_type", "bearer")
            .json("expires_in", life.as_secs().to_string())
            .text("scope", &scope)
            .text("jti", &ids.object());
        SimulatedResponse::json(StatusCode::OK, &body)
    }

    /// Responds to a token request.
    pub(crate) fn respond(
        &mut self,
        options: &Options,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> SimulatedResponse {
        match check(options, headers, body) {
            Ok(()) => self.issue(options, now),
            Err((StatusCode::BAD_REQUEST, message)) => {
                let body = Object::new().json("code", "400").text("message", &message);
                SimulatedResponse::json(StatusCode::BAD_REQUEST, &body)
            }
            Err((status, message)) => SimulatedResponse::sentence(status, &message),
        }
    }
}

/// Returns what is wrong with a token request: the status and a sentence.
fn check(options: &Options, headers: &HeaderMap, body: &[u8]) -> Result<(), (StatusCode, String)> {
    let invalid = |message: &str| Err((StatusCode::BAD_REQUEST, message.to_owned()));
    if options.strict_token_requests && headers.contains_key(AUTHORIZATION) {
        return invalid("do not send an Authorization header to /oauth/token");
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        let message = "the body must be application/x-www-form-urlencoded".to_owned();
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let form = read_form(body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("grant_type") != "client_credentials" {
        return invalid("grant_type must be client_credentials");
    }
    if field("client_id").chars().count() != 36 {
        return invalid("client_id must have 36 characters");
    }
    if field("client_secret").is_empty() || field("client_secret").chars().count() > 42 {
        return invalid("client_secret must have 1 to 42 characters");
    }
    let known = (options.client_id.as_str(), options.client_secret.as_str());
    if (field("client_id"), field("client_secret")) != known {
        return Err((StatusCode::UNAUTHORIZED, "Authentication error".to_owned()));
    }
    Ok(())
}

fn read_form(body: &[u8]) -> HashMap<String, String> {
    let pairs = body.split(|byte| *byte == b'&');
    let pairs = pairs.filter(|pair| !pair.is_empty());
    let pair = |pair: &[u8]| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        (unescape(name, true), unescape(value, true))
    };
    pairs.map(pair).collect()
}

/// Undoes percent-encoding; `plus` says that `+` stands for a space, as it does in forms.
pub(crate) fn unescape(text: &[u8], plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escaped = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        let escaped = escaped.and_then(|hex| str::from_utf8(hex).ok());
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                at += 3;
            }
            None => {
                bytes.push(if plus && byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let form = read_form(b"a=1%2B2%3D3&b=x+y&c&d=%zz");
        assert_eq!(form["a"], "1+2=3");
        assert_eq!(form["b"], "x y");
        assert_eq!(form["c"], "");
        assert_eq!(form["d"], "%zz");
    }
}
