//! The checks before a call: limits, tokens, paths and the idempotency store.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE};
use http::{Method, StatusCode};

use crate::call::Call;
use crate::document::Described;
use crate::encoding::gunzip;
use crate::exchange::Incoming;
use crate::failure::{Category, Refusal, Style, UNKNOWN_RESOURCE, Version};
use crate::faults::Fault;
use crate::idempotency::{Claim, Fingerprint};
use crate::injection::{ORDERED, carry_out};
use crate::limits::{Running, Standing};
use crate::lock;
use crate::options::{ConflictStyle, ReplayStyle};
use crate::simulated_response::{REQUEST_ID, SimulatedResponse, TRACK_ID, identify};
use crate::state::{State, text};
use crate::tenant::Books;

/// The six digits in front of the category where tokens are concerned.
const AUTHENTICATION: u32 = 900_000;

/// A request on its way to be processed.
pub(crate) struct Admission<'a> {
    pub(crate) state: &'a State,
    pub(crate) incoming: &'a Incoming,
    /// Where it is noted; `None` when no log is kept.
    pub(crate) place: Option<usize>,
    pub(crate) standing: Standing,
    pub(crate) running: Option<&'a Running<'a>>,
    pub(crate) fault: Option<&'a Fault>,
}

impl Admission<'_> {
    pub(crate) async fn token(&self) -> SimulatedResponse {
        let Self { state, incoming, .. } = self;
        if self.standing.exceeded {
            return SimulatedResponse::rate_limited(state.options.codes, self.standing.reset);
        }
        if incoming.method != Method::POST {
            return SimulatedResponse::sentence(StatusCode::METHOD_NOT_ALLOWED, "use POST").header(ALLOW, "POST");
        }
        let (options, headers) = (&state.options, &incoming.headers);
        let process = || lock(&state.tokens).respond(options, headers, &incoming.body, state.now());
        let refuse = |style: Option<Style>, refusal: &Refusal| {
            refusal.response(style.unwrap_or(Style::Statuses), options, AUTHENTICATION)
        };
        carry_out(state, self.fault, process, refuse).await
    }

    pub(crate) async fn operation(&self) -> SimulatedResponse {
        let codes = self.state.options.codes;
        if self.standing.exceeded {
            return SimulatedResponse::rate_limited(codes, self.standing.reset);
        }
        if self.running.is_some_and(Running::exceeds) {
            return SimulatedResponse::too_concurrent(codes, 120);
        }
        if !lock(&self.state.tokens).admits(&self.incoming.headers, self.state.now()) {
            return SimulatedResponse::sentence(StatusCode::UNAUTHORIZED, "Authentication error");
        }
        // What no operation is behind has no version either: statuses.
        let options = &self.state.options;
        let nowhere =
            |category, message| Refusal::new(category, message).response(Style::Statuses, options, UNKNOWN_RESOURCE);
        let Some((described, in_path)) = self.state.document.route(&self.incoming.path) else {
            return nowhere(Category::NotFound, "there is no such path");
        };
        if described.method != self.incoming.method.as_str() {
            let refusal = nowhere(Category::UnsupportedMethod, "there is no such method here");
            return refusal.header(ALLOW, &described.method);
        }
        let response = self.called(described, in_path).await;
        if self.place.is_some() {
            let deviations = described.check_response(response.status.as_u16(), &response.body);
            self.state.amend(self.place, |request| request.deviations = deviations);
        }
        response
    }

    async fn called(&self, described: &Described, in_path: Vec<String>) -> SimulatedResponse {
        let state = self.state;
        let version = self.version();
        let mut call = Call {
            described,
            options: &state.options,
            in_path,
            body: Bytes::new(),
            key: text(&self.incoming.headers, "idempotency-key"),
            version,
            style: if described.is_versioned() { version.style() } else { Style::Statuses },
            now: state.now(),
        };
        match self.admit(&call) {
            Ok(body) => call.body = body,
            Err(failure) => return call.refuse(&failure),
        }
        match self.fault {
            Some(Fault::RefuseBeforeKey(category)) => call.refuse(&Refusal::new(*category, ORDERED)),
            Some(Fault::OtherResponse) => self.of_another(call.process(&mut Books::new(&state.options.ids))),
            Some(Fault::OtherResponseAfterProcessing) => {
                self.keyed(&call).await;
                self.of_another(call.refuse(&Refusal::new(Category::BusinessRule, ORDERED)))
            }
            _ => self.keyed(&call).await,
        }
    }

    /// Returns a response to another call, with the IDs of that call.
    fn of_another(&self, response: SimulatedResponse) -> SimulatedResponse {
        let ids = &self.state.options.ids;
        response.header(REQUEST_ID, ids.uuid()).header(TRACK_ID, ids.uuid())
    }

    /// Carries a call out, or repeats what is kept under its key.
    async fn keyed(&self, call: &Call<'_>) -> SimulatedResponse {
        let state = self.state;
        let Some(key) = &call.key else {
            return self.carried_out(call).await;
        };
        let fingerprint = Fingerprint {
            method: call.described.method.clone(),
            path: self.incoming.path.clone(),
            body: call.body.clone(),
        };
        match state.responses.claim(key, fingerprint, call.now) {
            Claim::Fresh(held) => {
                let mut response = self.carried_out(call).await;
                identify(&mut response, &self.incoming.headers, &state.options.ids);
                held.finish(&response);
                response
            }
            Claim::Known(response) => self.replay(response),
            Claim::InProgress => SimulatedResponse::in_progress(self.conflict_style(), &state.options),
            Claim::OtherCall => mismatch("another URL or method"),
            Claim::OtherBody => mismatch("another payload"),
        }
    }

    fn conflict_style(&self) -> ConflictStyle {
        match self.fault {
            Some(Fault::RepeatAtOnce(style)) => *style,
            _ => self.state.options.conflicts,
        }
    }

    async fn carried_out(&self, call: &Call<'_>) -> SimulatedResponse {
        let process = || call.process(&mut lock(&self.state.books));
        let refuse = |style: Option<Style>, refusal: &Refusal| {
            refusal.response(style.unwrap_or(call.style), call.options, call.described.operation.resource())
        };
        carry_out(self.state, self.fault, process, refuse).await
    }

    /// Returns the version in force; one that cannot be read counts as absent.
    fn version(&self) -> Version {
        let sent = text(&self.incoming.headers, "zuora-version");
        let sent = sent.as_deref().and_then(Version::parse);
        let tenant = || Version::parse(&self.state.options.tenant_version);
        sent.or_else(tenant).unwrap_or(Version::Number(186))
    }

    /// Returns the body after decompression, when headers and path are in order.
    fn admit(&self, call: &Call<'_>) -> Result<Bytes, Refusal> {
        let headers = &self.incoming.headers;
        let unsupported = |message: &str| Refusal::new(Category::UnsupportedType, message);
        let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(is_json) {
            return Err(unsupported("'Content-Type' must be application/json"));
        }
        let problems = call.described.check_parameters(headers, &call.in_path);
        Refusal::unless_empty(problems)?;
        let body = &self.incoming.body;
        match headers.get(CONTENT_ENCODING).map(|v| v.as_bytes()) {
            None | Some(b"identity") => Ok(body.clone()),
            Some(b"gzip") => {
                gunzip(body).ok_or_else(|| Refusal::new(Category::MalformedJson, "the body cannot be decompressed"))
            }
            Some(_) => Err(unsupported("'Content-Encoding' must be gzip")),
        }
    }

    fn replay(&self, response: SimulatedResponse) -> SimulatedResponse {
        self.state.amend(self.place, |request| request.replayed = true);
        let status = match self.state.options.replays {
            ReplayStyle::Conflict if response.status.is_success() => StatusCode::CONFLICT,
            _ => response.status,
        };
        SimulatedResponse { status, ..response }
    }
}

/// Returns 422. No source names the status for another payload; this one is a choice.
fn mismatch(what: &str) -> SimulatedResponse {
    let message = format!("This idempotency key was first used with {what}.");
    SimulatedResponse::sentence(StatusCode::UNPROCESSABLE_ENTITY, &message)
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}
