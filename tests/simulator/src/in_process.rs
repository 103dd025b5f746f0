//! Responses without a connection.

use std::sync::Arc;
use std::{error, fmt};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;

use crate::Simulator;
use crate::exchange::{Outgoing, exchange};
use crate::simulated_response::SimulatedResponse;

/// Why a request has no response: what a connection would have come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There was no connection: nothing was sent.
    Refused,
    /// The connection was lost before a response; the request may have been processed.
    Cut,
    /// The connection was lost within the response's body.
    CutInBody {
        /// The status of the response.
        status: StatusCode,
        /// The headers of the response.
        headers: HeaderMap,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("the connection was refused"),
            Self::Cut => f.write_str("the connection was lost before a response"),
            Self::CutInBody { status, .. } => {
                write!(f, "the connection was lost within the body of a response {status}")
            }
        }
    }
}

impl error::Error for Failure {}

impl Simulator {
    /// Responds to a request in process, as over a connection.
    ///
    /// Of the address only the path counts. Once this was first polled, the request is processed even when the future
    /// is dropped, as a call goes through whose caller has hung up. It has to be polled in a Tokio runtime with time.
    ///
    /// # Errors
    ///
    /// When a fault leaves the request without a whole response.
    pub async fn respond(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let state = Arc::clone(&self.state);
        let (asked, body) = request.into_parts();
        let task = tokio::spawn(async move { exchange(&state, asked, Full::new(body)).await });
        // It only fails when the simulator panicked, or with the runtime; no connection would outlive that either.
        match task.await.unwrap_or(Outgoing::Close) {
            Outgoing::Response(response) => Ok(with_length(response)),
            Outgoing::Slow(response, total) => {
                tokio::time::sleep(total).await;
                Ok(with_length(response))
            }
            Outgoing::Bodiless(response) => Ok(Response::from_parts(head(response), Bytes::new())),
            Outgoing::Cut(response) => {
                let (Parts { status, headers, .. }, _) = with_length(response).into_parts();
                Err(Failure::CutInBody { status, headers })
            }
            Outgoing::Close => Err(Failure::Cut),
            Outgoing::Refuse => Err(Failure::Refused),
        }
    }
}

/// Returns the response with the length that a connection would announce. A 204 has neither a length nor a body.
fn with_length(mut response: SimulatedResponse) -> Response<Bytes> {
    let body = std::mem::take(&mut response.body);
    let mut head = head(response);
    if head.status == StatusCode::NO_CONTENT {
        return Response::from_parts(head, Bytes::new());
    }
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, body)
}

fn head(response: SimulatedResponse) -> Parts {
    let (mut head, ()) = Response::new(()).into_parts();
    head.status = response.status;
    head.headers = response.headers;
    head
}
