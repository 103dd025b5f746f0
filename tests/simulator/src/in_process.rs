//! Answers without a connection.

use std::sync::Arc;
use std::{error, fmt};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;

use crate::Simulator;
use crate::answer::Answer;
use crate::exchange::{Outgoing, exchange};

/// Why a request has no answer: what a connection would have come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There was no connection: nothing was sent.
    Refused,
    /// The connection was lost before an answer; the request may have been processed.
    Cut,
    /// The connection was lost within the answer's body.
    CutInBody {
        /// The status of the answer.
        status: StatusCode,
        /// The headers of the answer.
        headers: HeaderMap,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("the connection was refused"),
            Self::Cut => f.write_str("the connection was lost before an answer"),
            Self::CutInBody { status, .. } => {
                write!(f, "the connection was lost within the body of an answer {status}")
            }
        }
    }
}

impl error::Error for Failure {}

impl Simulator {
    /// Answers a request in process, the way it is answered over a connection.
    ///
    /// Of the address only the path counts. Once this was first polled, the request is processed even when the future
    /// is dropped, as a call goes through whose caller has hung up. It has to be polled in a Tokio runtime with time.
    ///
    /// # Errors
    ///
    /// When a fault leaves the request without a whole answer.
    pub async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let state = Arc::clone(&self.state);
        let (asked, body) = request.into_parts();
        let task = tokio::spawn(async move { exchange(&state, asked, Full::new(body)).await });
        // It only fails when the simulator panicked, or with the runtime; no connection would outlive that either.
        match task.await.unwrap_or(Outgoing::Close) {
            Outgoing::Answer(answer) => Ok(response(answer)),
            Outgoing::Slow(answer, total) => {
                tokio::time::sleep(total).await;
                Ok(response(answer))
            }
            Outgoing::Bodiless(answer) => Ok(Response::from_parts(head(answer), Bytes::new())),
            Outgoing::Cut(answer) => {
                let (Parts { status, headers, .. }, _) = response(answer).into_parts();
                Err(Failure::CutInBody { status, headers })
            }
            Outgoing::Close => Err(Failure::Cut),
            Outgoing::Refuse => Err(Failure::Refused),
        }
    }
}

/// The answer with the length that a connection would announce. A 204 has neither a length nor a body.
fn response(mut answer: Answer) -> Response<Bytes> {
    let body = std::mem::take(&mut answer.body);
    let mut head = head(answer);
    if head.status == StatusCode::NO_CONTENT {
        return Response::from_parts(head, Bytes::new());
    }
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, body)
}

fn head(answer: Answer) -> Parts {
    let (mut head, ()) = Response::new(()).into_parts();
    head.status = answer.status;
    head.headers = answer.headers;
    head
}
