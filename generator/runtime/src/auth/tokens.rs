//! Access tokens: fetched once, shared by all calls, renewed before they expire.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::token_endpoint::{Endpoint, Token};
use crate::classification::TokenFailure;
use crate::environment::{Moment, Random};

/// The last part of a token's lifetime, in which it is renewed while still valid. The start is randomized over its first half, so that
/// clients which started together do not renew together.
const RENEWAL_WINDOW: Duration = Duration::from_secs(300);

/// A token is not used for this long before it expires, since it could expire in transit.
const EXPIRY_MARGIN: Duration = Duration::from_secs(10);

/// The delay before a failed renewal is retried while the token is still valid.
const RENEWAL_RETRY_DELAY: Duration = Duration::from_secs(5);

/// The least time between token requests after a failure: endpoints allow about a hundred a minute.
const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(1);

/// The longest pause, whatever `Retry-After` says: a mistake of the endpoint must not lock a program out.
const MAX_PAUSE: Duration = Duration::from_secs(5 * 60);

/// How long a call waits for a fetch that another call began. A fetch times out earlier, unless its runtime is blocked.
const FETCH_WAIT_LIMIT: Duration = Duration::from_secs(35);

/// How the client proves who it is.
pub(crate) enum Auth {
    None,
    /// A token of the caller's, sent as it is.
    Fixed(HeaderValue),
    Tokens(Arc<Tokens>),
}

impl Auth {
    /// Returns the value of the `Authorization` header, if it is cached.
    pub(crate) fn cached(&self) -> Option<Option<HeaderValue>> {
        match self {
            Self::None => Some(None),
            Self::Fixed(bearer) => Some(Some(bearer.clone())),
            Self::Tokens(tokens) => match tokens.look_up() {
                TokenLookup::Token(bearer) => Some(Some(bearer)),
                TokenLookup::Closed(_) | TokenLookup::Pause(..) | TokenLookup::Wait(_) => None,
            },
        }
    }

    /// Returns the value of the `Authorization` header, and fetches it if needed.
    pub(crate) async fn bearer(&self) -> Result<Option<HeaderValue>, TokenFailure> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(bearer) => Ok(Some(bearer.clone())),
            Self::Tokens(tokens) => tokens.bearer().await.map(Some),
        }
    }

    /// Drops a token that the server refused, so that the next attempt gets a new one. Calls with the same refused token share the new
    /// one: only the first of them drops it.
    pub(crate) fn refused(&self, bearer: Option<&HeaderValue>) {
        if let (Self::Tokens(tokens), Some(bearer)) = (self, bearer) {
            let mut cache = tokens.cache();
            if let Some(token) = cache.token.take_if(|token| token.bearer == bearer) {
                let until = token.came.after(MIN_FETCH_INTERVAL);
                let was_fresh = tokens.endpoint.time.now() < until;
                // Where every token is refused, each refusal would fetch another. The first may be an accident.
                if was_fresh && cache.refused_when_new {
                    let failure = TokenFailure::passing("the last ones were refused as soon as they came".to_owned());
                    cache.paused_until = Some((until, failure));
                }
                cache.refused_when_new = was_fresh;
            }
        }
    }

    /// Passes what identifies these credentials: whom the client is to the service, where that is known.
    pub(crate) fn each_identity(&self, add: &mut dyn FnMut(&str)) {
        match self {
            Self::None => {}
            Self::Fixed(bearer) => ["token", &String::from_utf8_lossy(bearer.as_bytes())].into_iter().for_each(add),
            Self::Tokens(tokens) => {
                ["client", tokens.endpoint.id.expose(), &tokens.endpoint.url].into_iter().for_each(add);
            }
        }
    }

    /// Returns whether a token that is refused can be replaced.
    pub(crate) fn can_refresh(&self) -> bool {
        matches!(self, Self::Tokens(_))
    }
}

/// The tokens of one pair of credentials.
///
/// A fetch is a task of its own, and in each Tokio runtime there is one at a time: the runtime that began it may stand still, and nobody in
/// another one waits for it. A call that is dropped while it waits leaves the fetch running: nobody else waits in vain, and no token is
/// lost.
pub(crate) struct Tokens {
    endpoint: Endpoint,
    random: Random,
    cache: Mutex<TokenCache>,
}

#[derive(Default)]
struct TokenCache {
    token: Option<CachedToken>,
    /// The fetches under way, by the runtime that drives them.
    fetches: Vec<(runtime::Id, Fetch)>,
    /// No token is requested until then, because of this failure.
    paused_until: Option<(Moment, TokenFailure)>,
    /// The previous token was refused as soon as it was issued.
    refused_when_new: bool,
}

/// A token in use.
struct CachedToken {
    bearer: HeaderValue,
    came: Moment,
    /// From then on it is renewed.
    renew: Moment,
    /// From then on it is not used.
    end: Moment,
}

/// How a running fetch ends; nothing as long as it runs.
type Fetch = watch::Receiver<Option<Result<HeaderValue, TokenFailure>>>;

/// The state of the token cache.
enum TokenLookup {
    Token(HeaderValue),
    Closed(TokenFailure),
    /// The last fetch failed, and another may succeed after this time.
    Pause(Duration, TokenFailure),
    Wait(Fetch),
}

impl Tokens {
    pub(crate) fn new(endpoint: Endpoint, random: Random) -> Self {
        Self { endpoint, random, cache: Mutex::default() }
    }

    async fn bearer(self: &Arc<Self>) -> Result<HeaderValue, TokenFailure> {
        let (mut begun_anew, mut paused) = (false, false);
        loop {
            let mut fetch = match self.look_up() {
                TokenLookup::Token(bearer) => return Ok(bearer),
                TokenLookup::Closed(failure) => return Err(failure),
                TokenLookup::Pause(_, failure) if paused => return Err(failure),
                TokenLookup::Pause(pause, _) => {
                    paused = true;
                    self.endpoint.time.sleep(pause).await;
                    continue;
                }
                TokenLookup::Wait(fetch) => fetch,
            };
            let patience = self.endpoint.time.now().after(FETCH_WAIT_LIMIT);
            let ended = self.endpoint.time.until(patience, fetch.wait_for(Option::is_some)).await;
            if let Some(Ok(ended)) = &ended
                && let Some(ended) = &**ended
            {
                return ended.clone();
            }
            // The task is gone without a word, with its Tokio runtime say, or that runtime stands still. This call begins another,
            // unless it has done so before.
            drop(ended);
            if begun_anew {
                return Err(TokenFailure::passing("the task that fetches it came to no end".to_owned()));
            }
            begun_anew = true;
            self.cache().fetches.retain(|(_, known)| !known.same_channel(&fetch));
        }
    }

    /// Looks up a token, and starts a fetch if one is due.
    fn look_up(self: &Arc<Self>) -> TokenLookup {
        let now = self.endpoint.time.now();
        let mut cache = self.cache();
        cache.fetches.retain(|(_, fetch)| fetch.has_changed().is_ok());
        cache.paused_until = cache.paused_until.take().filter(|(until, _)| now < *until);
        let token = cache.token.as_ref().filter(|token| now < token.end);
        if let Some(CachedToken { bearer, renew, .. }) = token {
            let bearer = bearer.clone();
            if *renew <= now && cache.fetches.is_empty() && cache.paused_until.is_none() {
                self.begin(&mut cache, &Handle::current());
            }
            return TokenLookup::Token(bearer);
        }
        if let Some((until, failure)) = &cache.paused_until {
            let (pause, failure) = (until.since(now), failure.clone());
            return match failure.requested_wait {
                Some(_) => TokenLookup::Closed(TokenFailure { requested_wait: Some(pause), ..failure }),
                None if failure.passing => TokenLookup::Pause(pause, failure),
                None => TokenLookup::Closed(failure),
            };
        }
        let here = Handle::current();
        let known = cache.fetches.iter().find(|(runtime, _)| *runtime == here.id()).map(|(_, fetch)| fetch.clone());
        TokenLookup::Wait(known.unwrap_or_else(|| self.begin(&mut cache, &here)))
    }

    /// Begins to fetch a token, driven by the runtime of the caller.
    fn begin(self: &Arc<Self>, cache: &mut TokenCache, runtime: &Handle) -> Fetch {
        let (end, fetch) = watch::channel(None);
        let (tokens, id) = (Arc::clone(self), runtime.id());
        runtime.spawn(async move {
            let fetched = tokens.endpoint.fetch().await;
            let ended = tokens.settle(fetched, id);
            end.send_replace(Some(ended));
        });
        cache.fetches.push((id, fetch.clone()));
        fetch
    }

    /// Stores the result of a fetch.
    fn settle(&self, fetched: Result<Token, TokenFailure>, runtime: runtime::Id) -> Result<HeaderValue, TokenFailure> {
        let now = self.endpoint.time.now();
        let mut cache = self.cache();
        cache.fetches.retain(|(id, _)| *id != runtime);
        let failure = match fetched {
            Ok(token) => {
                let held = CachedToken::new(token, now, (self.random)());
                let bearer = held.bearer.clone();
                self.endpoint.secrets.add_token(&bearer);
                cache.token = Some(held);
                cache.paused_until = None;
                return Ok(bearer);
            }
            Err(failure) => failure,
        };
        let serves = cache.token.as_ref().is_some_and(|token| now < token.end);
        let pause = failure.requested_wait.unwrap_or(if serves { RENEWAL_RETRY_DELAY } else { MIN_FETCH_INTERVAL });
        cache.paused_until = Some((now.after(pause.clamp(MIN_FETCH_INTERVAL, MAX_PAUSE)), failure.clone()));
        Err(failure)
    }

    fn cache(&self) -> MutexGuard<'_, TokenCache> {
        // It is only held to look or to set, so nothing in it is ever half done.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CachedToken {
    /// Settles when a token is renewed; `random` is spread over all of `u64`. Of a short life all parts are shortened.
    fn new(token: Token, came: Moment, random: u64) -> Self {
        let Token { bearer, asked, lifetime } = token;
        let ahead = RENEWAL_WINDOW.min(lifetime / 2);
        let earliest = lifetime - ahead;
        let by_chance = ((ahead / 2).as_millis() * u128::from(random)) >> 64;
        let by_chance = Duration::from_millis(u64::try_from(by_chance).unwrap_or_default());
        let last = EXPIRY_MARGIN.min(lifetime / 10);
        Self { bearer, came, renew: asked.after(earliest + by_chance), end: asked.after(lifetime - last) }
    }
}
