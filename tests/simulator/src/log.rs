//! Requests and their responses.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;

use crate::faults::Fault;
use crate::json::{Object, array};

/// The requests, unless they are not to be kept, and what is counted in any case.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) requests: Vec<Request>,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) faults: BTreeMap<&'static str, u64>,
}

impl Log {
    /// Returns the counters as JSON.
    pub(crate) fn counters(&self) -> String {
        let count = |object: Object, name: &str, count: u64| object.json(name, count.to_string());
        let statuses = self.statuses.iter();
        let statuses = statuses.fold(Object::new(), |object, (status, n)| count(object, &status.to_string(), *n));
        let faults = self.faults.iter().fold(Object::new(), |object, (name, n)| count(object, name, *n));
        Object::new().object("statuses", &statuses).object("faults", &faults).finish()
    }
}

/// One request the simulator saw; those below `/_simulator` are left out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, without a query.
    pub path: String,
    /// The idempotency key, if one was sent.
    pub key: Option<String>,
    /// All headers as they came.
    pub headers: HeaderMap,
    /// The body as it came, compressed or not.
    pub body: Bytes,
    /// The status of the response; `None` while there is none, and when the connection was closed instead.
    pub status: Option<u16>,
    /// Whether the response was an earlier one, kept under the key.
    pub replayed: bool,
    /// The fault this request took.
    pub fault: Option<Fault>,
    /// Where the response departs from the OpenAPI document. Empty, unless the simulator or the document is wrong.
    pub deviations: Vec<String>,
}

impl Request {
    /// Returns a header's text; `None` when it is absent or no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn to_json(&self) -> Object {
        let status = self.status.map_or("null".to_owned(), |s| s.to_string());
        let object = Object::new()
            .text("method", &self.method)
            .text("path", &self.path)
            .json("status", status)
            .nullable("key", self.key.as_deref())
            .flag("replayed", self.replayed);
        match &self.fault {
            Some(fault) => object.text("fault", &format!("{fault:?}")),
            None => object,
        }
    }
}

/// Returns all requests so far as JSON.
pub(crate) fn to_json(requests: &[Request]) -> String {
    let requests: Vec<Object> = requests.iter().map(Request::to_json).collect();
    array(&requests)
}
