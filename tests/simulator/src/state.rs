//! All that one simulator remembers.

use std::sync::Mutex;
use std::time::SystemTime;

use http::HeaderMap;
use http::header::HeaderName;

use crate::books::Books;
use crate::document::Document;
use crate::exchange::Incoming;
use crate::faults::{Fault, Faults, Target};
use crate::idempotency::Store;
use crate::limits::{Concurrency, Standing, Window};
use crate::lock;
use crate::log::Request;
use crate::options::Options;
use crate::tokens::Tokens;

pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) document: &'static Document,
    pub(crate) books: Mutex<Books>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) answers: Store,
    pub(crate) concurrency: Concurrency,
    faults: Mutex<Faults>,
    log: Mutex<Vec<Request>>,
    calls: Mutex<Window>,
    token_requests: Mutex<Window>,
}

impl State {
    pub(crate) fn new(options: Options) -> Result<Self, String> {
        Ok(Self {
            document: Document::get()?,
            books: Mutex::new(Books::new()),
            tokens: Mutex::default(),
            answers: Store::default(),
            concurrency: Concurrency::new(options.calls_at_once),
            faults: Mutex::default(),
            log: Mutex::default(),
            calls: Mutex::new(Window::new(options.calls_per_minute)),
            token_requests: Mutex::new(Window::new(options.tokens_per_minute)),
            options,
        })
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.options.clock.now()
    }

    /// Counts a request into its window.
    pub(crate) fn count(&self, target: Target) -> Standing {
        let window = match target {
            Target::Operation => &self.calls,
            Target::Token => &self.token_requests,
        };
        lock(window).count(self.now())
    }

    pub(crate) fn push_fault(&self, target: Target, fault: Fault) {
        lock(&self.faults).push(target, fault);
    }

    pub(crate) fn take_fault(&self, target: Target) -> Option<Fault> {
        lock(&self.faults).take(target)
    }

    /// Notes a request that has just come in; returns its place in the log.
    pub(crate) fn note(&self, incoming: &Incoming, fault: Option<Fault>) -> usize {
        let mut log = lock(&self.log);
        log.push(Request {
            method: incoming.method.to_string(),
            path: incoming.path.clone(),
            key: text(&incoming.headers, "idempotency-key"),
            headers: incoming.headers.clone(),
            body: incoming.body.clone(),
            status: None,
            replayed: false,
            fault,
            deviations: Vec::new(),
        });
        log.len() - 1
    }

    /// Adds to what is noted of a request.
    pub(crate) fn amend(&self, place: usize, amend: impl FnOnce(&mut Request)) {
        // A reset meanwhile has emptied the log; then there is nothing to add to.
        if let Some(request) = lock(&self.log).get_mut(place) {
            amend(request);
        }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.log).clone()
    }

    /// Forgets everything that happened: books, kept answers, faults, the log. Tokens stay good.
    pub(crate) fn reset(&self) {
        *lock(&self.books) = Books::new();
        *lock(&self.faults) = Faults::default();
        lock(&self.log).clear();
        self.answers.clear();
    }
}

/// A header as text; bytes beyond UTF-8 are replaced, so that checks see something there.
pub(crate) fn text(headers: &HeaderMap, name: &'static str) -> Option<String> {
    let value = headers.get(HeaderName::from_static(name))?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
