//! The state of one simulator.

use std::sync::Mutex;
use std::time::SystemTime;

use http::HeaderMap;
use http::header::HeaderName;
use http::request::Parts;

use crate::clock::shifted;
use crate::document::Document;
use crate::exchange::Incoming;
use crate::faults::{Fault, Faults, Order, RequestInfo, Target};
use crate::idempotency::Store;
use crate::limits::{Concurrency, Standing, Window};
use crate::lock;
use crate::log::{Log, Request};
use crate::options::Options;
use crate::tenant::Books;
use crate::tokens::Tokens;

pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) document: &'static Document,
    pub(crate) books: Mutex<Books>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) responses: Store,
    pub(crate) concurrency: Concurrency,
    faults: Mutex<Faults>,
    pub(crate) log: Mutex<Log>,
    calls: Mutex<Window>,
    token_requests: Mutex<Window>,
}

impl State {
    pub(crate) fn new(options: Options) -> Result<Self, String> {
        Ok(Self {
            document: Document::get()?,
            books: Mutex::new(Books::new(&options.ids)),
            tokens: Mutex::default(),
            responses: Store::default(),
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

    /// Returns the time in responses, so many seconds further off than the clock's skew.
    pub(crate) fn told_time(&self, further: i64) -> SystemTime {
        shifted(self.now(), self.options.clock_skew.saturating_add(further))
    }

    pub(crate) fn push_fault(&self, target: Target, fault: Fault) {
        lock(&self.faults).push(target, fault);
    }

    pub(crate) fn ask_for_faults(&self, source: impl FnMut(&RequestInfo<'_>) -> Option<Fault> + Send + 'static) {
        lock(&self.faults).ask(Box::new(source));
    }

    /// Returns the fault of a request: its own, the oldest in the queue, or what the source says. An error is about its
    /// own.
    pub(crate) fn choose_fault(&self, target: Target, head: &Parts) -> Result<Option<Fault>, String> {
        let fault = match text(&head.headers, "simulator-fault") {
            Some(order) => Some(Order::read_header(&order).map_err(|error| format!("Simulator-Fault: {error}"))?),
            None => {
                let key = text(&head.headers, "idempotency-key");
                lock(&self.faults).take(target, head.uri.path(), key.as_deref(), self.now())
            }
        };
        if let Some(fault) = &fault {
            *lock(&self.log).faults.entry(fault.name()).or_default() += 1;
        }
        Ok(fault)
    }

    /// Notes a request that has just come in; returns its place in the log, when one is kept.
    pub(crate) fn note(&self, incoming: &Incoming, fault: Option<&Fault>) -> Option<usize> {
        if !self.options.keeps_log {
            return None;
        }
        let requests = &mut lock(&self.log).requests;
        requests.push(Request {
            method: incoming.method.to_string(),
            path: incoming.path.clone(),
            key: text(&incoming.headers, "idempotency-key"),
            headers: incoming.headers.clone(),
            body: incoming.body.clone(),
            status: None,
            replayed: false,
            fault: fault.cloned(),
            deviations: Vec::new(),
        });
        Some(requests.len() - 1)
    }

    /// Notes and counts the status of a response.
    pub(crate) fn note_status(&self, place: Option<usize>, status: u16) {
        *lock(&self.log).statuses.entry(status).or_default() += 1;
        self.amend(place, |request| request.status = Some(status));
    }

    /// Adds to what is noted of a request.
    pub(crate) fn amend(&self, place: Option<usize>, amend: impl FnOnce(&mut Request)) {
        // A reset meanwhile has emptied the log; then there is nothing to add to.
        let mut log = lock(&self.log);
        if let Some(request) = place.and_then(|place| log.requests.get_mut(place)) {
            amend(request);
        }
    }

    /// Forgets everything that happened: books, kept responses, queued faults, the log and its counters. Tokens stay
    /// good.
    pub(crate) fn reset(&self) {
        *lock(&self.books) = Books::new(&self.options.ids);
        lock(&self.faults).clear();
        *lock(&self.log) = Log::default();
        self.responses.clear();
    }
}

/// Returns a header as text; bytes beyond UTF-8 are replaced, so that checks see something there.
pub(crate) fn text(headers: &HeaderMap, name: &'static str) -> Option<String> {
    let value = headers.get(HeaderName::from_static(name))?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
