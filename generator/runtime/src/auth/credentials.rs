//! The credentials of a client, and their choice by the security schemes of an operation.

use std::fmt::Write;

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use http::{Request, Uri};

use super::tokens::Auth;
use crate::contract::{Operation, Scheme, SchemeKind, Service};
use crate::model::Secret;
use crate::syntax::{Alphabet, base64, header_value, percent_encode};

/// The credentials of a client, apart from its access token.
#[derive(Default)]
pub(crate) struct Keyring {
    /// By the name of their scheme.
    api_keys: Vec<(String, Secret)>,
    basic: Option<(Secret, Secret)>,
}

impl Keyring {
    pub(crate) fn add(&mut self, scheme: String, key: Secret) {
        self.api_keys.retain(|(known, _)| *known != scheme);
        self.api_keys.push((scheme, key));
    }

    pub(crate) fn set_basic(&mut self, user: Secret, password: Secret) {
        self.basic = Some((user, password));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.api_keys.is_empty() && self.basic.is_none()
    }

    /// Passes what identifies these credentials.
    pub(crate) fn each_identity(&self, add: &mut dyn FnMut(&str)) {
        let mut keys: Vec<_> = self.api_keys.iter().map(|(scheme, key)| (scheme.as_str(), key.expose())).collect();
        keys.sort_unstable();
        for (scheme, key) in keys {
            ["api key", scheme, key].into_iter().for_each(&mut *add);
        }
        // Passwords are guessed too easily for a digest to hide them, and a user is of one tenant.
        if let Some((user, _)) = &self.basic {
            ["basic", user.expose()].into_iter().for_each(add);
        }
    }

    /// Returns all secrets, in each form in which they are sent.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let mut secrets: Vec<_> = self.api_keys.iter().map(|(_, key)| key.clone()).collect();
        if let Some((user, password)) = &self.basic {
            let pair = base64(format!("{}:{}", user.expose(), password.expose()).as_bytes(), Alphabet::Standard);
            secrets.extend([Secret::new(pair), password.clone(), user.clone()]);
        }
        secrets
    }

    /// Returns what is wrong with the credentials.
    pub(crate) fn flaw(&self) -> Option<String> {
        if let Some((user, _)) = &self.basic
            && user.expose().contains(':')
        {
            return Some("the user name for basic_auth holds a colon, which would end it".to_owned());
        }
        let cannot_be_sent = |(_, key): &&(String, Secret)| header_value(key.expose()).is_err();
        let (scheme, _) = self.api_keys.iter().find(cannot_be_sent)?;
        Some(format!("the api key for {scheme} is empty or holds a character that cannot be sent"))
    }

    /// Returns whether there are credentials for a scheme.
    fn has_credentials_for(&self, scheme: &Scheme, auth: &Auth) -> bool {
        match scheme.kind {
            SchemeKind::Bearer => !matches!(auth, Auth::None),
            SchemeKind::Basic => self.basic.is_some(),
            SchemeKind::Header(_) | SchemeKind::Query(_) | SchemeKind::Cookie(_) => self.api_key(scheme).is_some(),
            SchemeKind::Other => false,
        }
    }

    fn api_key(&self, scheme: &Scheme) -> Option<&str> {
        let (_, key) = self.api_keys.iter().find(|(name, _)| name == scheme.name)?;
        Some(key.expose())
    }

    /// Returns the value of `Authorization` for a user and a password.
    fn basic(&self) -> Option<HeaderValue> {
        let (user, password) = self.basic.as_ref()?;
        let pair = base64(format!("{}:{}", user.expose(), password.expose()).as_bytes(), Alphabet::Standard);
        sensitive(&format!("Basic {pair}"))
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The security schemes that the calls of an operation use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChosenSchemes {
    /// The client's access token, if it has one.
    Token,
    /// All of these.
    Schemes(&'static [&'static Scheme]),
}

impl ChosenSchemes {
    /// Chooses among the operation's alternatives: the first for which the client has all credentials; then one without credentials; last
    /// one with a scheme that only the transport can satisfy, such as a certificate.
    ///
    /// # Errors
    ///
    /// What is missing, in words.
    pub(crate) fn choose(
        operation: &Operation,
        service: &Service,
        auth: &Auth,
        keyring: &Keyring,
    ) -> Result<Self, String> {
        let Some(alternatives) = operation.security else {
            return Ok(Self::Token);
        };
        let met = |scheme: &Scheme| keyring.has_credentials_for(scheme, auth);
        let rank = |set: &[&Scheme]| match set {
            [] => Some(1),
            set if set.iter().all(|scheme| met(scheme)) => Some(0),
            set if set.iter().all(|scheme| met(scheme) || scheme.kind == SchemeKind::Other) => Some(2),
            _ => None,
        };
        // Of several of one rank, the first counts.
        let possible = alternatives.iter().filter_map(|set| Some((rank(set)?, *set)));
        match possible.min_by_key(|(rank, _)| *rank) {
            Some((_, set)) => Ok(Self::Schemes(set)),
            None if alternatives.is_empty() => Ok(Self::Schemes(&[])),
            None => Err(missing(alternatives, service, met)),
        }
    }

    /// Returns whether the client's access token is part of it.
    pub(crate) fn takes_token(self) -> bool {
        match self {
            Self::Token => true,
            Self::Schemes(set) => set.iter().any(|scheme| scheme.kind == SchemeKind::Bearer),
        }
    }

    fn schemes(self) -> &'static [&'static Scheme] {
        match self {
            Self::Token => &[],
            Self::Schemes(set) => set,
        }
    }

    /// Adds the credentials, except the access token, to a request.
    pub(crate) fn apply<B>(self, keyring: &Keyring, request: &mut Request<B>) {
        for scheme in self.schemes() {
            let key = keyring.api_key(scheme).unwrap_or_default();
            match scheme.kind {
                SchemeKind::Basic => put(request, AUTHORIZATION, keyring.basic()),
                SchemeKind::Header(name) => {
                    let name = HeaderName::from_bytes(name.as_bytes()).expect("the scheme has checked its name");
                    put(request, name, sensitive(key));
                }
                SchemeKind::Query(name) => add_to_query(request, name, key),
                SchemeKind::Cookie(name) => add_cookie(request, name, key),
                SchemeKind::Bearer | SchemeKind::Other => {}
            }
        }
    }
}

fn put<B>(request: &mut Request<B>, name: HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        request.headers_mut().insert(name, value);
    }
}

/// Adds a parameter to the URL, behind what is there.
fn add_to_query<B>(request: &mut Request<B>, name: &str, key: &str) {
    let uri = request.uri();
    let separator = if uri.query().is_some() { '&' } else { '?' };
    let with_key = format!("{uri}{separator}{}={}", percent_encode(name), percent_encode(key));
    if let Ok(uri) = Uri::try_from(with_key) {
        *request.uri_mut() = uri;
    }
}

/// Adds a cookie behind those that are there. A key that could end its cookie, or begin another, is percent-encoded.
fn add_cookie<B>(request: &mut Request<B>, name: &str, key: &str) {
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\'));
    let others = request.headers().get(COOKIE).and_then(|others| others.to_str().ok());
    let mut cookies = others.map_or_else(String::new, |others| format!("{others}; "));
    let encoded = if plain { key } else { &percent_encode(key) };
    // Writing to memory does not fail.
    let _ = write!(cookies, "{name}={encoded}");
    put(request, COOKIE, sensitive(&cookies));
}

/// Returns which credentials are missing, and how to set them.
fn missing(alternatives: &[&[&'static Scheme]], service: &Service, met: impl Fn(&Scheme) -> bool) -> String {
    let lacking = |set: &&[&'static Scheme]| {
        let schemes = set.iter().filter(|scheme| !met(scheme) && scheme.kind != SchemeKind::Other);
        schemes.map(|scheme| remedy(scheme, service)).collect::<Vec<_>>().join(" and ")
    };
    let ways: Vec<_> = alternatives.iter().map(lacking).collect();
    format!("the client has no credentials for this operation; call {} on its builder", ways.join(", or "))
}

fn remedy(scheme: &Scheme, service: &Service) -> String {
    match scheme.kind {
        SchemeKind::Bearer if service.token.is_some() => "client_credentials or access_token".to_owned(),
        SchemeKind::Bearer => "access_token".to_owned(),
        SchemeKind::Basic => "basic_auth".to_owned(),
        _ => format!("api_key({:?}, ..)", scheme.name),
    }
}
