//! Responses with randomly changed bodies: the outcome must agree with the original.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use fastrand::Rng;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{Request, Response, StatusCode};
use serde_json::Value;
use zuora_payments::{BaseUrl, Client, Clock, Outcome, RetryPolicy, Transport, TransportError};

use crate::calls::{ACCOUNT, Ended, Operation};
use crate::in_process::BoxFuture;
use crate::root;

/// A response as it is documented.
#[derive(Debug)]
struct Example {
    name: String,
    operation: Operation,
    status: u16,
    body: Vec<u8>,
    /// The outcome as it stands; `None` of a success.
    outcome: Option<Outcome>,
    /// Texts of the body that say what became of the call: codes of a failure, the ID of a success.
    telling: Vec<String>,
}

/// A response that is about to be given.
#[derive(Clone, Debug)]
struct Reply {
    status: u16,
    body: Vec<u8>,
    gzip: bool,
}

/// A transport that gives one response.
#[derive(Clone, Debug)]
struct OneReply(Arc<Mutex<Option<Reply>>>);

impl Transport for OneReply {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let reply = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            let Reply { status, body, gzip } = reply.ok_or_else(|| TransportError::not_sent("there is no reply"))?;
            let response =
                Response::builder().status(StatusCode::from_u16(status).map_err(TransportError::interrupted)?);
            let response = response.header("content-type", "application/json").header("content-length", body.len());
            let response = if gzip { response.header("content-encoding", "gzip") } else { response };
            response.body(body.into()).map_err(TransportError::interrupted)
        })
    }
}

/// A clock that stands still: nothing is waited for.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// A client and what it gets.
struct Reader {
    client: Client,
    reply: OneReply,
    runtime: tokio::runtime::Runtime,
}

impl Reader {
    fn new() -> Self {
        let reply = OneReply(Arc::default());
        let client = Client::builder(BaseUrl::new("http://localhost").expect("it is a URL"))
            .access_token("fixed")
            .transport(reply.clone())
            .clock(Still)
            .retry(RetryPolicy::never())
            .build();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Self { client: client.expect("the client can be built"), reply, runtime: runtime.expect("it needs no drivers") }
    }

    /// Returns what a call becomes that gets this response; `None` if it panics.
    fn read(&self, operation: Operation, reply: Reply) -> Option<Ended> {
        *self.reply.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
        let call = || self.runtime.block_on(operation.call(&self.client, ACCOUNT).send());
        catch_unwind(AssertUnwindSafe(call)).ok()
    }
}

/// Returns every response of the examples, for each operation that may get it.
fn examples() -> Vec<Example> {
    let reader = Reader::new();
    let folder = root().join("tests/wire");
    let files = fs::read_dir(&folder).expect("the examples are there");
    let mut names: Vec<String> = files.filter_map(|file| file.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let mut examples = Vec::new();
    for name in names {
        let operations: &[Operation] = match name.split("-response").next() {
            Some("payment") => &[Operation::Payment],
            Some("authorize") => &[Operation::Authorization],
            Some("session") => &[Operation::Session],
            Some("error") => &Operation::ALL,
            _ => continue,
        };
        let body = fs::read(folder.join(&name)).expect("the example can be read");
        let Ok(Value::Object(members)) = serde_json::from_slice(&body) else { continue };
        let statuses: &[u16] = if name.starts_with("error") { &[200, 400, 500] } else { &[200] };
        for (operation, status) in operations.iter().flat_map(|one| statuses.iter().map(move |status| (*one, *status)))
        {
            let reply = Reply { status, body: body.clone(), gzip: false };
            let outcome = match reader.read(operation, reply) {
                Some(Ok(_)) => None,
                Some(Err(error)) => Some(error.outcome()),
                None => continue,
            };
            let telling = telling(&members);
            examples.push(Example { name: name.clone(), operation, status, body: body.clone(), outcome, telling });
        }
    }
    examples
}

/// Returns the texts of a body that say what became of the call.
fn telling(members: &serde_json::Map<String, Value>) -> Vec<String> {
    // The examples are written with a blank behind each colon.
    let member = |name: &str, value: &Value| format!("\"{name}\": {value}");
    let reasons = members.get("reasons").and_then(Value::as_array).into_iter().flatten();
    let codes = reasons.filter_map(|reason| reason.get("code")).map(|code| member("code", code));
    let named = ["id", "token", "transactionId", "resultCode", "code", "success"];
    codes.chain(named.iter().filter_map(|name| Some(member(name, members.get(*name)?)))).collect()
}

/// Changes a response in one to three ways.
fn mutate(reply: &mut Reply, random: &mut Rng) {
    for _ in 0..random.usize(1..=3) {
        let length = reply.body.len();
        let at = random.usize(..=length);
        let end = random.usize(at..=length.min(at + 40));
        match random.u8(..12) {
            0..3 if at < length => reply.body[at] ^= 1 << random.u8(..8),
            3 => reply.body.truncate(at),
            4 => reply.body.insert(at, random.u8(..)),
            5 => drop(reply.body.drain(at..end)),
            6 => {
                let twice = reply.body[at..end].to_vec();
                reply.body.splice(at..at, twice);
            }
            7 => recode(&mut reply.body, random),
            8 => wrap(&mut reply.body, random),
            9 => reply.gzip = !reply.gzip,
            10 => {
                const ODD: [&[u8]; 8] = [b"NaN", b"\\ud800", b"\x00", b"null", b"{}", b"[]", b"\xff\xfe", b"1e999"];
                reply.body.splice(at..end, ODD[random.usize(..ODD.len())].iter().copied());
            }
            _ => reply.body = gzip(&reply.body),
        }
    }
}

fn recode(body: &mut Vec<u8>, random: &mut Rng) {
    let text = String::from_utf8_lossy(body).into_owned();
    *body = match random.u8(..3) {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => text.chars().map(|symbol| u8::try_from(u32::from(symbol)).unwrap_or(b'?')).collect(),
    };
}

fn wrap(body: &mut Vec<u8>, random: &mut Rng) {
    const AROUND: [(&[u8], &[u8]); 6] = [
        (b"[", b"]"),
        (b"{\"data\":", b"}"),
        (b"\xef\xbb\xbf", b""),
        (b")]}'\n", b""),
        (b"", b"\n<!-- -->"),
        (b"\"", b"\""),
    ];
    let (before, behind) = AROUND[random.usize(..AROUND.len())];
    *body = [before, body, behind].concat();
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(body).and_then(|()| packed.finish()).unwrap_or_default()
}

/// Returns what is wrong with what was said of a changed response.
fn complaint(example: &Example, reply: &Reply, ended: Option<&Ended>) -> Option<&'static str> {
    let Some(ended) = ended else { return Some("the call panicked") };
    let outcome = ended.as_ref().err().map(|error| error.outcome());
    // Where a text that tells is changed, the response says something else, and so does one that is empty by its length.
    let is_untouched = |text: &String| reply.body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
    let still_tells = !example.telling.is_empty() && example.telling.iter().all(is_untouched);
    let is_whole = reply.body.is_empty() || !reply.gzip && serde_json::from_slice::<Value>(&reply.body).is_ok();
    match (example.outcome, outcome) {
        (_, Some(Outcome::NotSent)) => Some("`NotSent`, and there was a response"),
        (None, Some(Outcome::Rejected)) if still_tells || !is_whole => Some("`Rejected` of a success"),
        (Some(Outcome::Unknown), Some(Outcome::Rejected)) if still_tells || !is_whole => {
            Some("`Rejected` of an open failure")
        }
        (Some(_), None) if !is_whole => Some("`Ok` of a failure that cannot be read"),
        _ => lost(reply, ended),
    }
}

/// Returns whether a body is empty, or is nothing once it is unpacked, even if it was packed again and again.
fn is_nothing(body: &[u8]) -> bool {
    let mut unpacked = Vec::new();
    body.is_empty() || GzDecoder::new(body).read_to_end(&mut unpacked).is_ok() && is_nothing(&unpacked)
}

/// Returns whether the body of a response did not reach the caller.
fn lost(reply: &Reply, ended: &Ended) -> Option<&'static str> {
    let Err(error) = ended else { return None };
    let body = error.body().unwrap_or_default();
    (!is_nothing(&reply.body) && body.is_empty()).then_some("the body did not reach the caller")
}

/// What a number of changed responses became.
#[derive(Debug, Default)]
pub struct Figures {
    bodies: u64,
    ok: u64,
    outcomes: BTreeMap<String, u64>,
    slowest: Duration,
    /// The most memory that reading one of them took, in bytes.
    largest: u64,
    breaches: BTreeMap<String, (u64, String)>,
}

impl Figures {
    /// Returns whether nothing that was said is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.breaches.is_empty()
    }

    fn count(&mut self, ended: Option<&Ended>, took: Duration, bytes: u64) {
        self.bodies += 1;
        self.slowest = self.slowest.max(took);
        self.largest = self.largest.max(bytes);
        match ended {
            Some(Ok(_)) => self.ok += 1,
            Some(Err(error)) => *self.outcomes.entry(format!("{:?}", error.outcome())).or_default() += 1,
            None => {}
        }
    }

    fn breach(&mut self, what: &str, example: &Example, reply: &Reply, seed: u64) {
        let body = String::from_utf8_lossy(&reply.body);
        let shown =
            || format!("{} for {:?} with {}, seed {seed}: {body}", example.name, example.operation, example.status);
        self.breaches.entry(what.to_owned()).or_insert_with(|| (0, shown())).0 += 1;
    }

    fn add(&mut self, other: Self) {
        self.bodies += other.bodies;
        self.ok += other.ok;
        self.slowest = self.slowest.max(other.slowest);
        self.largest = self.largest.max(other.largest);
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        for (what, (count, example)) in other.breaches {
            self.breaches.entry(what).or_insert((0, example)).0 += count;
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} changed bodies", self.bodies)?;
        write!(f, "calls that ended: {} Ok", self.ok)?;
        for (outcome, count) in &self.outcomes {
            write!(f, ", {count} {outcome}")?;
        }
        writeln!(f, "\nslowest: {} µs, most memory: {} KiB", self.slowest.as_micros(), self.largest / 1024)?;
        for (what, (count, example)) in &self.breaches {
            writeln!(f, "{count} times {what}: {example}")?;
        }
        write!(f, "breaches: {}", self.breaches.values().map(|(count, _)| count).sum::<u64>())
    }
}

/// The most memory that a call may take, in bytes: so much, which is what unpacking twice takes, and so many times the size of its response.
const ALWAYS_ALLOWED: u64 = 128 * 1024;
const LARGEST_GROWTH: u64 = 32;

/// Runs something and returns how many bytes it held at most.
pub type Measure = dyn Fn(&mut dyn FnMut()) -> u64 + Sync;

/// Changes `bodies` responses, each by its own seed, and reads them on all processors.
pub fn run(bodies: u64, seed: u64, measure: &Measure, ended: &(dyn Fn(u64) + Sync)) -> Figures {
    let examples = examples();
    let kinds: [Vec<&Example>; 2] =
        [true, false].map(|failed| examples.iter().filter(|example| example.outcome.is_some() == failed).collect());
    let next = AtomicU64::new(0);
    let all = Mutex::new(Figures::default());
    let work = || {
        let (reader, mut figures) = (Reader::new(), Figures::default());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= bodies {
                break;
            }
            let seed = seed.wrapping_add(number);
            let mut random = Rng::with_seed(seed);
            // Failures have more examples than successes.
            let of = &kinds[random.usize(..kinds.len())];
            let example = of[random.usize(..of.len())];
            let mut reply = Reply { status: example.status, body: example.body.clone(), gzip: false };
            mutate(&mut reply, &mut random);
            let (began, mut what) = (Instant::now(), None);
            let bytes = measure(&mut || what = reader.read(example.operation, reply.clone()));
            figures.count(what.as_ref(), began.elapsed(), bytes);
            let size = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
            let hungry = (bytes > ALWAYS_ALLOWED + LARGEST_GROWTH * size).then_some("too much memory");
            for complaint in complaint(example, &reply, what.as_ref()).into_iter().chain(hungry) {
                figures.breach(complaint, example, &reply, seed);
            }
            if number.is_multiple_of(1024) {
                ended(number);
            }
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).add(figures);
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}
