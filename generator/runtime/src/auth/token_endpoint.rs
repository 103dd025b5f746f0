//! The token endpoint: one request, and what its response says.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};

use crate::classification::{FailureBody, TokenFailure};
use crate::contract::{CredentialsIn, Service, TokenEndpoint};
use crate::environment::{Moment, ServerTime, Time};
use crate::model::{RawObject, Secret, repair};
use crate::redaction::Secrets;
use crate::response::{Body, Head};
use crate::syntax::{Alphabet, LONGEST_QUOTE, MOST_SHOWN, base64, percent_encode};
use crate::transport_api::{Fault, MaxResponseBytes, Transport, TransportError};

/// How long a token is taken to live when the server does not say.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// The longest life that is believed.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a token may take to come. All calls wait for it, so this is shorter than the time an attempt has.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(30);

/// More than any token response needs.
const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// A token and when it ends, by its own account.
pub(crate) struct Token {
    pub(super) bearer: HeaderValue,
    pub(super) asked: Moment,
    pub(super) lifetime: Duration,
}

/// Where tokens come from, and for which credentials.
pub(crate) struct Endpoint {
    pub(crate) service: &'static Service,
    pub(crate) endpoint: TokenEndpoint,
    pub(crate) url: String,
    pub(crate) user_agent: HeaderValue,
    pub(crate) id: Secret,
    pub(crate) secret: Secret,
    pub(crate) secrets: Arc<Secrets>,
    /// What tokens are asked for, if not for what the endpoint gives by itself.
    pub(crate) scope: Option<String>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) time: Time,
    pub(crate) server_time: Arc<ServerTime>,
}

impl Endpoint {
    pub(super) async fn fetch(&self) -> Result<Token, TokenFailure> {
        let asked = self.time.now();
        let request = self.request()?;
        let response = match self.time.until(asked.after(TOKEN_TIMEOUT), self.transport.send(request)).await {
            Some(Ok(response)) => response,
            // A refusal is one without its body, too.
            Some(Err(TransportError(Fault::BodyLost(seen, _) | Fault::BodyTooLarge(seen)))) if !seen.0.is_success() => {
                let (status, headers) = *seen;
                self.server_time.observe(&headers, &self.time);
                return Err(self.refused(self.head(status, headers), &RawObject::read("")));
            }
            Some(Err(mut error)) => {
                error.redact(&self.secrets);
                let mut failure = TokenFailure::passing(format!("{error}, on the way to the token endpoint"));
                failure.passing = !matches!(error.0, Fault::Tls(_));
                failure.source = Some(Arc::new(error));
                return Err(failure);
            }
            None => {
                let seconds = TOKEN_TIMEOUT.as_secs();
                return Err(TokenFailure::passing(format!("the token endpoint did not respond within {seconds} s")));
            }
        };
        let (parts, bytes) = response.into_parts();
        self.server_time.observe(&parts.headers, &self.time);
        let body = Body::read(&parts.headers, bytes, MAX_TOKEN_BYTES);
        let mut text = body.text();
        if body.is_decompressed && !RawObject::read(&text).is_complete_object() {
            text = repair(&body.bytes).map_or(text, |repaired| Cow::Owned(repaired.text));
        }
        let members = RawObject::read(&text);
        let mut head = self.head(parts.status, parts.headers);
        if !head.status.is_success() {
            return Err(self.refused(head, &members));
        }
        read_token(&members, asked).map_err(|flaw| {
            let message = format!("the token endpoint responded with {}, but {flaw}", head.status);
            head.redact_ids(&self.secrets);
            TokenFailure { head: Some(Box::new(head)), ..TokenFailure::lasting(message) }
        })
    }

    fn head(&self, status: StatusCode, headers: HeaderMap) -> Head {
        Head { status, headers, roles: &self.service.roles }
    }

    /// Returns the request for a token. It carries no `Authorization` of a token, which would be the old one.
    fn request(&self) -> Result<Request<Bytes>, TokenFailure> {
        let mut form = "grant_type=client_credentials".to_owned();
        if let Some(scope) = &self.scope {
            form = format!("{form}&scope={}", percent_encode(scope));
        }
        let mut request = Request::post(&self.url)
            .header(header::ACCEPT, "application/json")
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, self.user_agent.clone())
            .extension(MaxResponseBytes(MAX_TOKEN_BYTES));
        match self.endpoint.credentials {
            CredentialsIn::Body => {
                let (id, secret) = (percent_encode(self.id.expose()), percent_encode(self.secret.expose()));
                form = format!("client_id={id}&client_secret={secret}&{form}");
            }
            CredentialsIn::Basic => {
                let pair = basic_pair(&self.id, &self.secret);
                let mut value = HeaderValue::try_from(format!("Basic {pair}")).expect("base64 can stand in a header");
                value.set_sensitive(true);
                request = request.header(header::AUTHORIZATION, value);
            }
        }
        request.body(Bytes::from(form)).map_err(|_| {
            TokenFailure::lasting("the base URL and the path of the token endpoint do not make a URL".to_owned())
        })
    }

    fn refused(&self, mut head: Head, members: &RawObject<'_>) -> TokenFailure {
        head.redact_ids(&self.secrets);
        // Texts are cut when they are shown, and a secret that is cut would not be found any more.
        let mut failure_body = FailureBody::explained(&self.service.failure, false, members);
        failure_body.redact(&self.secrets);
        let mut message = format!("the token endpoint responded with {}", head.status);
        // RFC 6749 names its errors by a word.
        let word =
            members.text("error").filter(|word| word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_graphic()));
        let explained = word
            .into_iter()
            .chain(failure_body.reasons.iter().take(MOST_SHOWN).map(ToString::to_string))
            .chain(failure_body.message.map(|message| format!("\"{message}\"")));
        for (index, text) in explained.enumerate() {
            message += if index == 0 { ": " } else { ", " };
            let text = self.secrets.redact(&text);
            message.extend(text.chars().take(LONGEST_QUOTE));
            message += if text.chars().nth(LONGEST_QUOTE).is_some() { "…" } else { "" };
        }
        let passing = head.status.is_server_error()
            || matches!(head.status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
        let requested_wait = passing.then(|| head.requested_wait(self.time.of_day())).flatten();
        TokenFailure { message, head: Some(Box::new(head)), passing, requested_wait, source: None }
    }
}

/// Returns the id and the secret of a client as the `Authorization` header of a token request carries them.
pub(crate) fn basic_pair(id: &Secret, secret: &Secret) -> String {
    base64(
        format!("{}:{}", percent_encode(id.expose()), percent_encode(secret.expose())).as_bytes(),
        Alphabet::Standard,
    )
}

fn read_token(members: &RawObject<'_>, asked: Moment) -> Result<Token, &'static str> {
    let token = members.text("access_token").ok_or("its body holds no access token")?;
    let bearer = bearer(&Secret::new(token)).ok_or("its access token cannot stand in a header")?;
    match members.text("token_type") {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
            return Err("its token is of another type than bearer");
        }
        _ => {}
    }
    // A token that is good for nothing would not have been given.
    let lifetime =
        members.text("expires_in").and_then(|text| whole_seconds(&text)).filter(|lifetime| !lifetime.is_zero());
    let lifetime = lifetime.unwrap_or(DEFAULT_LIFETIME).min(MAX_LIFETIME);
    Ok(Token { bearer, asked, lifetime })
}

/// Reads seconds such as `3599`, also with decimals, which are dropped.
fn whole_seconds(text: &str) -> Option<Duration> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    whole.trim().parse().ok().map(Duration::from_secs)
}

/// Returns the header value for a token; `None` if the token cannot stand in a header.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let token = token.expose();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
