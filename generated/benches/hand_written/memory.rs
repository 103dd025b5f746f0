//! A transport that responds at once.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use sdk_runtime::BoxFuture;
use zuora_payments::{Transport, TransportError};

use crate::server;

pub(crate) struct Memory {
    headers: HeaderMap,
    body: Bytes,
}

impl Memory {
    pub(crate) fn new(body: &'static str) -> Self {
        Self { headers: server::headers(), body: Bytes::from_static(body.as_bytes()) }
    }
}

impl Transport for Memory {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        drop(request);
        let mut response = Response::new(self.body.clone());
        *response.headers_mut() = self.headers.clone();
        Box::pin(async { Ok(response) })
    }
}
