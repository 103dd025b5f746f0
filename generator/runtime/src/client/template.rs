//! The parts that all requests of an operation share, made once for each client.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Uri, header};

use super::base_url::BaseUrl;
use crate::contract::{HeaderField, Operation, Segment};
use crate::syntax::static_value;

/// The parts that all requests of an operation share.
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

/// What a client adds to its requests.
pub(super) struct TemplateSource<'a> {
    pub(super) base_url: &'a BaseUrl,
    pub(super) user_agent: &'a HeaderValue,
    /// The header that carries the track ID.
    pub(super) track_header: Option<&'a HeaderName>,
}

/// More headers than nearly every request has, those that a transport adds included.
const USUAL_HEADERS: usize = 12;

impl Template {
    fn new(client: &TemplateSource<'_>, operation: &Operation) -> Self {
        let track_header = client.track_header;
        let fields: Vec<_> = operation.headers.iter().map(|field| TemplateField::new(track_header, field)).collect();
        let mut headers = standard_headers(client.user_agent, operation);
        let content_type = operation.request.content_type(None);
        if let Ok(content_type) = &content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        Self { headers, fields, flaw: content_type.err(), uri: uri(client.base_url, operation) }
    }
}

impl TemplateField {
    fn new(track_header: Option<&HeaderName>, field: &HeaderField) -> Self {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok();
        let is_track_id = name.is_some() && name.as_ref() == track_header;
        Self { name, is_track_id, takes_uuids: is_track_id && field.constraints.takes_uuids() }
    }
}

/// Returns the headers that every request has.
pub(crate) fn standard_headers(user_agent: &HeaderValue, operation: &Operation) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    headers.insert(header::USER_AGENT, user_agent.clone());
    if let Some(accept) = static_value(operation.accept) {
        headers.insert(header::ACCEPT, accept);
    }
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    headers
}

/// Returns the URL of an operation, if no parameter is part of it.
fn uri(base_url: &BaseUrl, operation: &Operation) -> Option<Uri> {
    let mut url = base_url.of_operation(operation).into_owned();
    for segment in operation.path {
        match segment {
            Segment::Literal(text) => url.push_str(text),
            Segment::Parameter(_) | Segment::Styled(_) => return None,
        }
    }
    let is_fixed = operation.query.is_empty() && operation.server_template.is_none();
    if is_fixed { Uri::try_from(url).ok() } else { None }
}

/// The templates of a client, by the addresses of their operations, which are statics.
#[derive(Default)]
pub(crate) struct Templates(RwLock<BTreeMap<usize, Arc<Template>>>);

impl Templates {
    /// Returns the template of an operation's requests.
    pub(super) fn get(&self, client: &TemplateSource<'_>, operation: &'static Operation) -> Arc<Template> {
        let at = ptr::from_ref(operation).addr();
        // A panic never leaves the map inconsistent.
        if let Some(made) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&at) {
            return Arc::clone(made);
        }
        let made = Arc::new(Template::new(client, operation));
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(at, Arc::clone(&made));
        made
    }
}
