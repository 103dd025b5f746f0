//! The idempotency store: the first response of a key, kept for a day.

use std::sync::Mutex;
use std::time::SystemTime;

use bytes::Bytes;

use crate::expiring_map::Aging;
use crate::lock;
use crate::simulated_response::SimulatedResponse;

/// Responses by key.
#[derive(Debug, Default)]
pub(crate) struct Store {
    records: Mutex<Aging<Record>>,
}

#[derive(Debug)]
struct Record {
    call: Fingerprint,
    /// `None` while the first request is still running.
    response: Option<SimulatedResponse>,
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
    /// The key has its response.
    Known(SimulatedResponse),
    /// The first request is still running.
    InProgress,
    /// The first request went to another path or used another method.
    OtherCall,
    /// The first request had another body.
    OtherBody,
}

/// A key whose request is running. Dropped without a response, it frees the key.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    store: &'a Store,
    key: String,
}

impl Store {
    pub(crate) fn claim(&self, key: &str, call: Fingerprint, now: SystemTime) -> Claim<'_> {
        let mut records = lock(&self.records);
        records.purge(now);
        match records.get(key) {
            None => {
                records.insert(key, Record { call, response: None }, now);
                let key = key.to_owned();
                Claim::Fresh(Held { store: self, key })
            }
            Some(first) if (&first.call.method, &first.call.path) != (&call.method, &call.path) => Claim::OtherCall,
            Some(first) if first.call.body != call.body => Claim::OtherBody,
            Some(Record { response, .. }) => match response {
                Some(response) => Claim::Known(response.clone()),
                None => Claim::InProgress,
            },
        }
    }
}

impl Store {
    pub(crate) fn clear(&self) {
        *lock(&self.records) = Aging::default();
    }
}

impl Held<'_> {
    /// Keeps the response of the request.
    pub(crate) fn finish(self, response: &SimulatedResponse) {
        if let Some(record) = lock(&self.store.records).get_mut(&self.key) {
            record.response = Some(response.clone());
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut records = lock(&self.store.records);
        if records.get(&self.key).is_some_and(|r| r.response.is_none()) {
            records.remove(&self.key);
        }
    }
}
