//! From a request to its response, over a connection and in process.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{DATE, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body;

use crate::admission::Admission;
use crate::clock::http_date;
use crate::control;
use crate::encoding::negotiate;
use crate::faults::{Fault, Target};
use crate::injection::{after, before};
use crate::simulated_response::{SimulatedResponse, identify};
use crate::state::State;

/// The largest body taken, before and after decompression.
pub(crate) const LARGEST_BODY: usize = 32 << 20;

/// A request, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What goes back.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Response(SimulatedResponse),
    /// The response, its body byte by byte for so long.
    Slow(SimulatedResponse, Duration),
    /// The response's head and half of its body, then the connection closes.
    Cut(SimulatedResponse),
    /// The response's head without a length, then the connection closes.
    Bodiless(SimulatedResponse),
    /// The connection closes.
    Close,
    /// There never was a connection.
    Refuse,
}

impl Outgoing {
    fn response_mut(&mut self) -> Option<&mut SimulatedResponse> {
        match self {
            Self::Response(response) | Self::Slow(response, _) | Self::Cut(response) | Self::Bodiless(response) => {
                Some(response)
            }
            Self::Close | Self::Refuse => None,
        }
    }
}

/// Responds to one request.
pub(crate) async fn exchange<B>(state: &Arc<State>, head: Parts, body: B) -> Outgoing
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let Read { incoming, target, fault } = match read(state, head, body).await {
        Ok(read) => read,
        Err(mut outgoing) => {
            date(&mut outgoing, state, None);
            return outgoing;
        }
    };
    let mut outgoing = match target {
        Some(target) => conveyed(state, &incoming, target, fault.as_ref()).await,
        None => Outgoing::Response(control::respond(state, &incoming)),
    };
    if let Some(response) = outgoing.response_mut() {
        negotiate(response, &incoming.headers);
    }
    date(&mut outgoing, state, fault.as_ref());
    outgoing
}

/// A request as it came, and what becomes of it.
struct Read {
    incoming: Incoming,
    /// `None` when it is for the simulator itself.
    target: Option<Target>,
    fault: Option<Fault>,
}

/// Reads a request; `Err` is what ends the matter before that.
async fn read<B>(state: &State, head: Parts, body: B) -> Result<Read, Outgoing>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let target = match head.uri.path() {
        path if path.starts_with("/_simulator") => None,
        "/oauth/token" => Some(Target::Token),
        _ => Some(Target::Operation),
    };
    let fault = target.map(|target| state.choose_fault(target, &head)).transpose();
    let fault =
        fault.map_err(|message| Outgoing::Response(SimulatedResponse::sentence(StatusCode::BAD_REQUEST, &message)))?;
    let fault = fault.flatten();
    let body = match fault {
        Some(Fault::Refuse) => return Err(Outgoing::Refuse),
        Some(Fault::CloseBeforeReading) => Bytes::new(),
        _ => match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return Err(Outgoing::Response(too_large())),
        },
    };
    let incoming = Incoming { method: head.method, path: head.uri.path().to_owned(), headers: head.headers, body };
    Ok(Read { incoming, target, fault })
}

fn too_large() -> SimulatedResponse {
    SimulatedResponse::sentence(StatusCode::PAYLOAD_TOO_LARGE, "the request has no end, or is too large")
}

/// Lets a request arrive as its fault has it: once, twice, or later.
async fn conveyed(state: &Arc<State>, incoming: &Incoming, target: Target, fault: Option<&Fault>) -> Outgoing {
    match fault {
        Some(Fault::Late(delay)) => {
            let (state, incoming, late) = (Arc::clone(state), incoming.clone(), Fault::Late(*delay));
            let arrival = tokio::time::sleep(*delay);
            tokio::spawn(async move {
                arrival.await;
                observed(&state, &incoming, target, Some(&late)).await
            });
            Outgoing::Close
        }
        Some(Fault::Repeat) => {
            observed(state, incoming, target, None).await;
            observed(state, incoming, target, fault).await
        }
        Some(Fault::RepeatAtOnce(_)) => {
            // Long enough that the second copy finds the first one under way.
            let slow = Fault::Delay(Duration::from_millis(1));
            let copies = (observed(state, incoming, target, Some(&slow)), observed(state, incoming, target, fault));
            tokio::join!(copies.0, copies.1).1
        }
        _ => observed(state, incoming, target, fault).await,
    }
}

/// Notes the request and its response, and lets its fault happen.
async fn observed(state: &State, incoming: &Incoming, target: Target, fault: Option<&Fault>) -> Outgoing {
    let place = state.note(incoming, fault);
    let mut standing = state.count(target);
    let is_versioned = incoming.path.starts_with("/v1/");
    let running = is_versioned.then(|| state.concurrency.enter());
    let mut outgoing = match before(state, fault, &mut standing) {
        Some(outgoing) => outgoing,
        None => {
            let admission = Admission { state, incoming, place, standing, running: running.as_ref(), fault };
            let response = match target {
                Target::Operation => admission.operation().await,
                Target::Token => admission.token().await,
            };
            after(state, fault, response).await
        }
    };
    let Some(response) = outgoing.response_mut() else { return outgoing };
    identify(response, &incoming.headers, &state.options.ids);
    if !matches!(fault, Some(Fault::RateLimitText(_))) {
        match target {
            Target::Operation => standing.write(&mut response.headers),
            Target::Token => standing.write_for_tokens(&mut response.headers),
        }
        if let Some(running) = &running {
            running.write(&mut response.headers);
        }
    }
    state.note_status(place, response.status.as_u16());
    outgoing
}

/// Says when the response was given, by a clock that may be wrong.
fn date(outgoing: &mut Outgoing, state: &State, fault: Option<&Fault>) {
    let skew = match fault {
        Some(Fault::ClockSkew(seconds)) => *seconds,
        _ => 0,
    };
    let date = HeaderValue::from_str(&http_date(state.told_time(skew)));
    if let (Some(response), Ok(date)) = (outgoing.response_mut(), date) {
        response.headers.insert(DATE, date);
    }
}
