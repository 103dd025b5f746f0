//! Observes all requests: those under one key must be the same.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use zuora_payments::{Transport, TransportError};

use crate::in_process::BoxFuture;

/// Sees every request on its way to a transport, also those that get no connection.
#[derive(Debug)]
pub struct Witness<T> {
    transport: T,
    seen: Arc<Witnessed>,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Witnessed(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    requests: u64,
    tokens: u64,
    /// The keys, each with a digest of the first request that had it.
    keys: HashMap<String, u64>,
    breaches: Vec<String>,
}

impl Witnessed {
    /// Watches a transport.
    pub fn watch<T>(self: &Arc<Self>, transport: T) -> Witness<T> {
        Witness { transport, seen: Arc::clone(self) }
    }

    /// Returns how many requests were sent to operations.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.notes().requests
    }

    /// Returns how many requests were sent for tokens.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.notes().tokens
    }

    /// Returns how many keys were sent.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.notes().keys.len()
    }

    /// Requests without a key, and those that differ from the first one of their key.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        self.notes().breaches.clone()
    }

    fn note(&self, request: &Request<Bytes>) {
        let mut notes = self.notes();
        if request.uri().path() == "/oauth/token" {
            notes.tokens += 1;
            return;
        }
        notes.requests += 1;
        let Some(key) = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()) else {
            notes.breaches.push(format!("a request without a key to {}", request.uri()));
            return;
        };
        let digest = digest(request);
        if *notes.keys.entry(key.to_owned()).or_insert(digest) != digest {
            notes.breaches.push(format!("{key}: a request that differs from the first"));
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns everything about a request but its token, which may be renewed.
fn digest(request: &Request<Bytes>) -> u64 {
    let headers = request.headers().iter().filter(|(name, _)| *name != AUTHORIZATION);
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    headers.sort_unstable();
    let mut hasher = DefaultHasher::new();
    (request.method(), request.uri(), headers, request.body()).hash(&mut hasher);
    hasher.finish()
}

impl<T: Transport> Transport for Witness<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.seen.note(&request);
        self.transport.send(request)
    }
}
