//! Access tokens: fetched once, shared by all calls, renewed before they run out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::Secret;
use crate::classify::{Body, Said};
use crate::encoding::{base64, percent_encode};
use crate::error::TokenFailure;
use crate::members::Members;
use crate::response::Head;
use crate::service::{CredentialsIn, Service, TokenEndpoint};
use crate::transport::{MaxResponseBytes, Transport};

/// A token is renewed this long before it runs out, so that it does not do so on its way.
const AHEAD: Duration = Duration::from_secs(60);

/// How long a token is taken to live when the server does not say.
const LIFE_UNTOLD: Duration = Duration::from_secs(300);

/// The longest life that is believed.
const LIFE_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a token may take to come. All calls wait for it, so this is shorter than the time an attempt has.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(30);

/// More than any token answer needs.
const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// How the client proves who it is.
pub(crate) enum Auth {
    None,
    /// A token of the caller's, sent as it is.
    Fixed(HeaderValue),
    Tokens(Box<Tokens>),
}

impl Auth {
    /// The value of the `Authorization` header, fetched first if need be.
    pub(crate) async fn bearer(&self, transport: &dyn Transport) -> Result<Option<HeaderValue>, TokenFailure> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(bearer) => Ok(Some(bearer.clone())),
            Self::Tokens(tokens) => tokens.bearer(transport).await.map(Some),
        }
    }
}

impl Auth {
    /// Drops a token that the server refused, so that the next call fetches another.
    pub(crate) fn forget(&self, bearer: Option<&HeaderValue>) {
        if let (Self::Tokens(tokens), Some(bearer)) = (self, bearer)
            // Whoever holds the lock is about to bring another token.
            && let Ok(mut slot) = tokens.cache.slot.try_lock()
        {
            slot.token = slot.token.take().filter(|token| token.bearer != bearer);
        }
    }
}

/// The header value for a token; `None` if the token cannot stand in a header.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let token = token.expose();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The tokens of one pair of credentials.
pub(crate) struct Tokens {
    pub(crate) service: &'static Service,
    pub(crate) endpoint: TokenEndpoint,
    pub(crate) url: String,
    pub(crate) user_agent: HeaderValue,
    pub(crate) id: Secret,
    pub(crate) secret: Secret,
    pub(crate) cache: Cache,
}

/// One task at a time fetches, holding the lock; the others wait for it. A task that is dropped while it fetches lets go of the lock and
/// leaves the cache as it was.
#[derive(Default)]
pub(crate) struct Cache {
    slot: Mutex<Slot>,
    /// How many fetches have ended.
    ended: AtomicU64,
}

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    /// How the last fetch failed, if it did.
    failure: Option<TokenFailure>,
}

struct Token {
    bearer: HeaderValue,
    renew: Instant,
    end: Instant,
}

impl Tokens {
    async fn bearer(&self, transport: &dyn Transport) -> Result<HeaderValue, TokenFailure> {
        let ended = self.cache.ended.load(Ordering::Acquire);
        let mut slot = self.cache.slot.lock().await;
        if let Some(token) = &slot.token
            && Instant::now() < token.renew
        {
            return Ok(token.bearer.clone());
        }
        // A fetch that failed while this call waited has failed for it, too: the next one would only make the rest wait longer.
        if let Some(failure) = &slot.failure
            && self.cache.ended.load(Ordering::Acquire) != ended
        {
            return slot.still_valid().ok_or_else(|| failure.clone());
        }
        let fetched = self.fetch(transport).await;
        self.cache.ended.fetch_add(1, Ordering::Release);
        match fetched {
            Ok(token) => {
                let bearer = token.bearer.clone();
                *slot = Slot { token: Some(token), failure: None };
                Ok(bearer)
            }
            Err(failure) => {
                slot.failure = Some(failure.clone());
                slot.still_valid().ok_or(failure)
            }
        }
    }

    async fn fetch(&self, transport: &dyn Transport) -> Result<Token, TokenFailure> {
        let asked = Instant::now();
        let request = self.request()?;
        let answer = match timeout(TOKEN_TIMEOUT, transport.send(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                return Err(TokenFailure {
                    message: format!("{error}, on the way to the token endpoint"),
                    head: None,
                    passing: true,
                    source: Some(Arc::new(error)),
                });
            }
            Err(_) => {
                return Err(TokenFailure {
                    message: format!("the token endpoint did not answer within {} s", TOKEN_TIMEOUT.as_secs()),
                    head: None,
                    passing: true,
                    source: None,
                });
            }
        };
        let (parts, bytes) = answer.into_parts();
        let members = Body::read(&parts.headers, bytes, MAX_TOKEN_BYTES).members();
        let head = Head { status: parts.status, headers: Box::new(parts.headers), roles: &self.service.roles };
        if !head.status.is_success() {
            return Err(self.refused(head, &members));
        }
        read_token(&members, asked).map_err(|flaw| TokenFailure {
            message: format!("the token endpoint answered {}, but {flaw}", head.status),
            head: Some(head),
            passing: false,
            source: None,
        })
    }

    /// The request for a token. It carries no `Authorization` of a token, which would be the old one.
    fn request(&self) -> Result<Request<Bytes>, TokenFailure> {
        let (id, secret) = (percent_encode(self.id.expose()), percent_encode(self.secret.expose()));
        let mut form = "grant_type=client_credentials".to_owned();
        let mut request = Request::post(&self.url)
            .header(header::ACCEPT, "application/json")
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, self.user_agent.clone())
            .extension(MaxResponseBytes(MAX_TOKEN_BYTES));
        match self.endpoint.credentials {
            CredentialsIn::Body => {
                form = format!("client_id={id}&client_secret={secret}&{form}");
            }
            CredentialsIn::Basic => {
                let pair = base64(format!("{id}:{secret}").as_bytes());
                let mut value = HeaderValue::try_from(format!("Basic {pair}")).expect("base64 can stand in a header");
                value.set_sensitive(true);
                request = request.header(header::AUTHORIZATION, value);
            }
        }
        request.body(Bytes::from(form)).map_err(|_| TokenFailure {
            message: "the base URL and the path of the token endpoint do not make a URL".into(),
            head: None,
            passing: false,
            source: None,
        })
    }

    fn refused(&self, head: Head, members: &Members) -> TokenFailure {
        let said = Said::read(&self.service.failure, members);
        let mut message = format!("the token endpoint answered {}", head.status);
        // RFC 6749 names its errors by a word.
        let word =
            members.text("error").filter(|word| word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_graphic()));
        let explained = word
            .into_iter()
            .chain(said.reasons.iter().map(ToString::to_string))
            .chain(said.message.map(|message| format!("\"{message}\"")));
        for (index, text) in explained.enumerate() {
            message += if index == 0 { ": " } else { ", " };
            message += &self.without_secret(&text);
        }
        let passing = head.status.is_server_error()
            || matches!(head.status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
        TokenFailure { message, head: Some(head), passing, source: None }
    }

    /// Takes the secret out of a text, should the server repeat it.
    fn without_secret(&self, text: &str) -> String {
        text.chars()
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect::<String>()
            .replace(self.secret.expose(), "[redacted]")
            .replace(&percent_encode(self.secret.expose()), "[redacted]")
    }
}

impl Slot {
    /// The token in hand, if it has not run out: better than none, when it cannot be renewed.
    fn still_valid(&self) -> Option<HeaderValue> {
        let token = self.token.as_ref()?;
        (Instant::now() < token.end).then(|| token.bearer.clone())
    }
}

fn read_token(members: &Members, asked: Instant) -> Result<Token, &'static str> {
    let token = members.text("access_token").ok_or("its body holds no access token")?;
    let bearer = bearer(&Secret::new(token)).ok_or("its access token cannot stand in a header")?;
    match members.text("token_type") {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
            return Err("its token is of another type than bearer");
        }
        _ => {}
    }
    let life = members.text("expires_in").and_then(|text| whole_seconds(&text)).unwrap_or(LIFE_UNTOLD).min(LIFE_MOST);
    // A token that lives so short that it would have to be renewed at once is used for half its life.
    let ahead = AHEAD.min(life / 2);
    Ok(Token { bearer, renew: asked + life - ahead, end: asked + life })
}

/// Reads seconds such as `3599`, also with decimals, which are dropped.
fn whole_seconds(text: &str) -> Option<Duration> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    whole.trim().parse().ok().map(Duration::from_secs)
}
