//! The idempotency store: the first answer of a key, kept for a day.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::answer::Answer;
use crate::lock;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Answers by key.
#[derive(Debug, Default)]
pub(crate) struct Store {
    records: Mutex<HashMap<String, Record>>,
}

#[derive(Debug)]
struct Record {
    call: Fingerprint,
    set_at: SystemTime,
    /// `None` while the first request is still running.
    answer: Option<Answer>,
}

/// What a key was first used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The body after decompression, byte by byte.
    pub(crate) body: Bytes,
}

/// What became of an attempt to use a key.
#[derive(Debug)]
pub(crate) enum Claim<'a> {
    /// The key is new, and taken now.
    Fresh(Held<'a>),
    /// The key has its answer.
    Known(Answer),
    /// The first request is still running.
    InProgress,
    /// The first request went to another path or used another method.
    OtherCall,
    /// The first request had another body.
    OtherBody,
}

/// A key whose request is running. Dropped without an answer, it frees the key.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    store: &'a Store,
    key: String,
}

impl Store {
    pub(crate) fn claim(&self, key: &str, call: Fingerprint, now: SystemTime) -> Claim<'_> {
        let mut records = lock(&self.records);
        records.retain(|_, record| now.duration_since(record.set_at).map_or(true, |age| age < KEPT));
        match records.get(key) {
            None => {
                let record = Record { call, set_at: now, answer: None };
                records.insert(key.to_owned(), record);
                let key = key.to_owned();
                Claim::Fresh(Held { store: self, key })
            }
            Some(first) if (&first.call.method, &first.call.path) != (&call.method, &call.path) => Claim::OtherCall,
            Some(first) if first.call.body != call.body => Claim::OtherBody,
            Some(Record { answer, .. }) => match answer {
                Some(answer) => Claim::Known(answer.clone()),
                None => Claim::InProgress,
            },
        }
    }
}

impl Store {
    pub(crate) fn clear(&self) {
        lock(&self.records).clear();
    }
}

impl Held<'_> {
    /// Keeps the answer of the request.
    pub(crate) fn finish(self, answer: &Answer) {
        if let Some(record) = lock(&self.store.records).get_mut(&self.key) {
            record.answer = Some(answer.clone());
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut records = lock(&self.store.records);
        if records.get(&self.key).is_some_and(|r| r.answer.is_none()) {
            records.remove(&self.key);
        }
    }
}
