//! The secrets of a client, which no text that leaves it shows.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use super::search::without;
use crate::model::Secret;

/// So many tokens before the present one are known. A response that names an older one has been under way for hours.
const MOST_TOKENS: usize = 8;

/// Every secret of a client: those it was built with, and the latest of its access tokens.
#[derive(Default)]
pub(crate) struct Secrets {
    lasting: Vec<Secret>,
    tokens: Mutex<VecDeque<Secret>>,
}

impl Secrets {
    pub(crate) fn new(lasting: Vec<Secret>) -> Self {
        Self { lasting, tokens: Mutex::default() }
    }

    /// Adds an access token.
    pub(crate) fn add_token(&self, bearer: &HeaderValue) {
        let token = bearer.to_str().ok().and_then(|bearer| bearer.strip_prefix("Bearer ")).unwrap_or_default();
        let mut tokens = self.tokens();
        tokens.truncate(MOST_TOKENS);
        tokens.push_front(Secret::new(token));
    }

    /// Takes every secret out of a text, should the server repeat one, in whatever spelling.
    pub(crate) fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let tokens = self.tokens();
        let secrets: Vec<_> = self.lasting.iter().chain(&*tokens).map(Secret::expose).collect();
        without(text, &secrets)
    }

    /// Takes every secret out of a text in place.
    pub(crate) fn redact_in(&self, text: &mut String) {
        if let Cow::Owned(redacted) = self.redact(text) {
            *text = redacted;
        }
    }

    /// Returns whether a text has a secret in it.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        matches!(self.redact(text), Cow::Owned(_))
    }

    fn tokens(&self) -> MutexGuard<'_, VecDeque<Secret>> {
        // It is only held to look or to add, so nothing in it is ever half done.
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{MOST_TOKENS, Secrets};
    use crate::model::Secret;

    #[test]
    fn the_latest_tokens_are_known_beside_the_lasting_secrets() {
        let secrets = Secrets::new(vec![Secret::new("s3cret"), Secret::new("")]);
        for number in 0..=MOST_TOKENS {
            secrets.add_token(&HeaderValue::try_from(format!("Bearer t0ken-{number}-")).unwrap());
        }
        let text = format!("s3cret t0ken-0- t0ken-1- t0ken-{MOST_TOKENS}- s3%63ret other");
        assert_eq!(secrets.redact(&text), "[redacted] [redacted] [redacted] [redacted] [redacted] other");
        secrets.add_token(&HeaderValue::from_static("Bearer another"));
        assert!(!secrets.are_in("t0ken-0-") && secrets.are_in("t0ken-1-") && secrets.are_in("another"));
        assert_eq!(secrets.redact("other"), "other");
    }
}
