//! What the requests of an operation have in common, made once for each client.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Uri};

use crate::client::Shared;
use crate::media::static_value;
use crate::operation::{HeaderField, Operation, Segment};

/// What the requests of an operation have in common.
pub(crate) struct Template {
    /// The headers of every request with a body, unless the call says otherwise, in a map with room for those of a call.
    pub(crate) headers: HeaderMap,
    /// What the operation declares of its headers, in that order.
    pub(crate) fields: Vec<TemplateField>,
    /// Why a body cannot be sent unless the call names a content type.
    pub(crate) flaw: Option<String>,
    /// The URL, if no parameter is part of it and it is one.
    pub(crate) uri: Option<Uri>,
}

/// A header that an operation takes.
pub(crate) struct TemplateField {
    /// `None` for a name that cannot be sent.
    pub(crate) name: Option<HeaderName>,
    /// It carries the track ID.
    pub(crate) is_track_id: bool,
    /// It carries the track ID, and UUIDs keep to its constraints.
    pub(crate) takes_uuids: bool,
}

/// More headers than nearly every request has, those that a transport adds included.
const USUAL_HEADERS: usize = 12;

impl Template {
    fn new(shared: &Shared, operation: &Operation) -> Self {
        let fields: Vec<_> = operation.headers.iter().map(|field| TemplateField::new(shared, field)).collect();
        let mut headers = standard_headers(shared, operation);
        let content_type = operation.request.content_type(None);
        if let Ok(content_type) = &content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        Self { headers, fields, flaw: content_type.err(), uri: uri(shared, operation) }
    }
}

impl TemplateField {
    fn new(shared: &Shared, field: &HeaderField) -> Self {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok();
        let is_track_id = name.is_some() && name == shared.track_header;
        Self { name, is_track_id, takes_uuids: is_track_id && field.constraints.takes_uuids() }
    }
}

/// The headers that every request has.
pub(crate) fn standard_headers(shared: &Shared, operation: &Operation) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    headers.insert(header::USER_AGENT, shared.user_agent.clone());
    if let Some(accept) = static_value(operation.accept) {
        headers.insert(header::ACCEPT, accept);
    }
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    headers
}

/// The URL of an operation, if no parameter is part of it.
fn uri(shared: &Shared, operation: &Operation) -> Option<Uri> {
    let mut url = operation.base_url(&shared.base_url).to_owned();
    for segment in operation.path {
        match segment {
            Segment::Literal(text) => url.push_str(text),
            Segment::Parameter(_) | Segment::Styled(_) => return None,
        }
    }
    if operation.query.is_empty() { Uri::try_from(url).ok() } else { None }
}

/// The templates of a client, by the addresses of their operations, which are statics.
#[derive(Default)]
pub(crate) struct Templates(RwLock<BTreeMap<usize, Arc<Template>>>);

impl Shared {
    /// The template of an operation's requests.
    pub(crate) fn template(&self, operation: &'static Operation) -> Arc<Template> {
        let at = ptr::from_ref(operation).addr();
        // Nothing in the map is ever half done, whoever panics.
        if let Some(made) = self.templates.0.read().unwrap_or_else(PoisonError::into_inner).get(&at) {
            return Arc::clone(made);
        }
        let made = Arc::new(Template::new(self, operation));
        self.templates.0.write().unwrap_or_else(PoisonError::into_inner).insert(at, Arc::clone(&made));
        made
    }
}
