//! From a request to its answer: faults, limits, tokens, the idempotency store, and in the middle the call itself.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};

use crate::answer::{Answer, REQUEST_ID, TRACK_ID};
use crate::call::Call;
use crate::control;
use crate::document::Described;
use crate::failure::{Category, Failure, Style, Version};
use crate::faults::{Fault, Target};
use crate::idempotency::{Claim, Fingerprint};
use crate::ids;
use crate::limits::{Running, Standing};
use crate::lock;
use crate::options::ReplayStyle;
use crate::state::{State, text};

/// The largest body taken, before and after decompression.
pub(crate) const LARGEST_BODY: usize = 32 << 20;

/// A request, read to its end.
#[derive(Debug)]
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
    Answer(Answer),
    /// The answer's head and half of its body, then the connection closes.
    Cut(Answer),
    /// The connection closes.
    Close,
}

/// Answers one request.
pub(crate) async fn exchange(state: &State, incoming: &Incoming) -> Outgoing {
    match incoming.path.as_str() {
        path if path.starts_with("/_simulator") => Outgoing::Answer(control::answer(state, incoming)),
        "/oauth/token" => observed(state, incoming, Target::Token).await,
        _ => observed(state, incoming, Target::Operation).await,
    }
}

/// Notes the request and its answer, and lets its fault happen.
async fn observed(state: &State, incoming: &Incoming, target: Target) -> Outgoing {
    let fault = state.take_fault(target);
    let place = state.note(incoming, fault.clone());
    let mut standing = state.count(target);
    let is_versioned = incoming.path.starts_with("/v1/");
    let running = is_versioned.then(|| state.concurrency.enter());
    let mut outgoing = match before(state, fault.as_ref(), &mut standing) {
        Some(outgoing) => outgoing,
        None => {
            let delay = match fault {
                Some(Fault::Delay(delay)) => delay,
                _ => Duration::ZERO,
            };
            let admission = Admission { state, incoming, place, standing, running: running.as_ref() };
            let answer = match target {
                Target::Operation => admission.operation(delay).await,
                Target::Token => admission.token(delay).await,
            };
            after(state, fault.as_ref(), answer)
        }
    };
    if let Outgoing::Answer(answer) | Outgoing::Cut(answer) = &mut outgoing {
        identify(answer, &incoming.headers);
        match target {
            Target::Operation => standing.write(&mut answer.headers),
            Target::Token => standing.write_for_tokens(&mut answer.headers),
        }
        if let Some(running) = &running {
            running.write(&mut answer.headers);
        }
        let status = answer.status.as_u16();
        state.amend(place, |request| request.status = Some(status));
    }
    outgoing
}

/// What a fault does before anything is processed; `Some` ends the matter.
fn before(state: &State, fault: Option<&Fault>, standing: &mut Standing) -> Option<Outgoing> {
    let codes = state.options.codes;
    match fault? {
        Fault::CloseBefore => Some(Outgoing::Close),
        Fault::Status(status) => Some(Outgoing::Answer(Answer::of_status(status_of(*status), codes))),
        Fault::RateLimit(reset) => {
            *standing = standing.used_up(reset.as_secs());
            let answer = Answer::rate_limited(codes, reset.as_secs());
            Some(Outgoing::Answer(answer))
        }
        Fault::ConcurrencyLimit(wait) => {
            let answer = Answer::too_concurrent(codes, wait.as_secs());
            Some(Outgoing::Answer(answer))
        }
        Fault::ExpireTokens => {
            lock(&state.tokens).expire();
            None
        }
        _ => None,
    }
}

/// What a fault does to the answer.
fn after(state: &State, fault: Option<&Fault>, answer: Answer) -> Outgoing {
    match fault {
        Some(Fault::CloseAfterProcessing) => Outgoing::Close,
        Some(Fault::Truncate) => Outgoing::Cut(answer),
        Some(Fault::Garbage) => {
            let garbage = Bytes::from_static(b"\x00\xff{\"success\": tru\xfe not JSON");
            Outgoing::Answer(Answer { body: garbage, ..answer })
        }
        Some(Fault::StatusAfterProcessing(status)) => {
            let status = status_of(*status);
            Outgoing::Answer(Answer::of_status(status, state.options.codes))
        }
        _ => Outgoing::Answer(answer),
    }
}

fn status_of(status: u16) -> StatusCode {
    let valid = StatusCode::from_u16(status).ok();
    let valid = valid.filter(|status| (200..=599).contains(&status.as_u16()));
    valid.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Gives an answer its request id and the caller's track id, unless it has them from its first time.
fn identify(answer: &mut Answer, asked: &HeaderMap) {
    if answer.headers.contains_key(REQUEST_ID) {
        return;
    }
    let uuid = ids::uuid().parse();
    answer.headers.insert(REQUEST_ID, uuid.expect("a UUID fits into a header"));
    if let Some(track) = asked.get(TRACK_ID) {
        answer.headers.insert(TRACK_ID, track.clone());
    }
}

/// A request on its way to be processed.
struct Admission<'a> {
    state: &'a State,
    incoming: &'a Incoming,
    place: usize,
    standing: Standing,
    running: Option<&'a Running<'a>>,
}

impl Admission<'_> {
    async fn token(&self, delay: Duration) -> Answer {
        tokio::time::sleep(delay).await;
        let Self { state, incoming, .. } = self;
        if self.standing.exceeded {
            return Answer::rate_limited(state.options.codes, self.standing.reset);
        }
        if incoming.method != Method::POST {
            return Answer::sentence(StatusCode::METHOD_NOT_ALLOWED, "use POST");
        }
        let (options, headers) = (&state.options, &incoming.headers);
        lock(&state.tokens).answer(options, headers, &incoming.body, state.now())
    }

    async fn operation(&self, delay: Duration) -> Answer {
        let codes = self.state.options.codes;
        if self.standing.exceeded {
            return Answer::rate_limited(codes, self.standing.reset);
        }
        if self.running.is_some_and(Running::exceeds) {
            return Answer::too_concurrent(codes, 120);
        }
        if !lock(&self.state.tokens).admits(&self.incoming.headers, self.state.now()) {
            return Answer::sentence(StatusCode::UNAUTHORIZED, "Authentication error");
        }
        // What no operation is behind has no version either: statuses.
        let nowhere = |category, message: &str| Failure::new(category, message).answer(Style::Statuses, codes, 500_000);
        let Some((described, in_path)) = self.state.document.route(&self.incoming.path) else {
            return nowhere(Category::NotFound, "there is no such path");
        };
        if described.method != self.incoming.method.as_str() {
            return nowhere(Category::UnsupportedMethod, "there is no such method here");
        }
        let answer = self.called(described, in_path, delay).await;
        let deviations = described.check_answer(answer.status.as_u16(), &answer.body);
        self.state.amend(self.place, |request| request.deviations = deviations);
        answer
    }

    async fn called(&self, described: &Described, in_path: Vec<String>, delay: Duration) -> Answer {
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
        let Some(key) = &call.key else {
            tokio::time::sleep(delay).await;
            return call.process(&mut lock(&state.books));
        };
        let fingerprint =
            Fingerprint { method: described.method.clone(), path: self.incoming.path.clone(), body: call.body.clone() };
        match state.answers.claim(key, fingerprint, call.now) {
            Claim::Fresh(held) => {
                tokio::time::sleep(delay).await;
                let mut answer = call.process(&mut lock(&state.books));
                identify(&mut answer, &self.incoming.headers);
                held.finish(&answer);
                answer
            }
            Claim::Known(answer) => self.replay(answer),
            Claim::InProgress => {
                Answer::sentence(StatusCode::CONFLICT, "A request with this idempotency key is still in progress.")
            }
            Claim::OtherCall => mismatch("another URL or method"),
            Claim::OtherBody => mismatch("another payload"),
        }
    }

    /// The version in force; one that cannot be read counts as absent.
    fn version(&self) -> Version {
        let sent = text(&self.incoming.headers, "zuora-version");
        let sent = sent.as_deref().and_then(Version::parse);
        let tenant = || Version::parse(&self.state.options.tenant_version);
        sent.or_else(tenant).unwrap_or(Version::Number(186))
    }

    /// The body after decompression, when headers and path are in order.
    fn admit(&self, call: &Call<'_>) -> Result<Bytes, Failure> {
        let headers = &self.incoming.headers;
        let unsupported = |message: &str| Failure::new(Category::UnsupportedType, message);
        let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(is_json) {
            return Err(unsupported("'Content-Type' must be application/json"));
        }
        let problems = call.described.check_parameters(headers, &call.in_path);
        Failure::unless_empty(problems)?;
        let body = &self.incoming.body;
        match headers.get(CONTENT_ENCODING).map(|v| v.as_bytes()) {
            None | Some(b"identity") => Ok(body.clone()),
            Some(b"gzip") => {
                gunzip(body).ok_or_else(|| Failure::new(Category::MalformedJson, "the body cannot be decompressed"))
            }
            Some(_) => Err(unsupported("'Content-Encoding' must be gzip")),
        }
    }

    fn replay(&self, answer: Answer) -> Answer {
        self.state.amend(self.place, |request| request.replayed = true);
        let status = match self.state.options.replays {
            ReplayStyle::Conflict if answer.status.is_success() => StatusCode::CONFLICT,
            _ => answer.status,
        };
        Answer { status, ..answer }
    }
}

/// 422. For another payload no source names the status; this one is a choice.
fn mismatch(what: &str) -> Answer {
    let message = format!("This idempotency key was first used with {what}.");
    Answer::sentence(StatusCode::UNPROCESSABLE_ENTITY, &message)
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn gunzip(body: &[u8]) -> Option<Bytes> {
    let mut plain = Vec::new();
    let limit = u64::try_from(LARGEST_BODY).ok()?;
    let mut decoder = MultiGzDecoder::new(body).take(limit);
    decoder.read_to_end(&mut plain).ok()?;
    (plain.len() < LARGEST_BODY).then(|| plain.into())
}
