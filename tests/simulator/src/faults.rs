//! Faults on demand: the catalogue, and how a test requests one.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::codes::Codes;
use crate::expiring_map::Aging;
use crate::failure::Category;
use crate::odd_forms::Oddity;
use crate::options::ConflictStyle;

/// The largest response of [`Fault::Huge`].
const LARGEST_RESPONSE: usize = 1 << 30;

/// Declares the faults once: as variants, by name, and in the table that orders are read by and the help is made of.
macro_rules! faults {
    ($($(#[doc = $text:literal])+ $name:literal $variant:ident $(($argument:ty))?,)+) => {
        /// Something that goes wrong with one request.
        ///
        /// Faults wait in a queue; each request takes the oldest. A request can bring its own in the header
        /// `Simulator-Fault`, and where there is neither, [`Simulator::fault_source`](crate::Simulator::fault_source)
        /// is asked.
        ///
        /// "Processed" means that the request is admitted, checked and carried out as if nothing was wrong: its effect
        /// is in the ledger, and its true response is kept under the idempotency key, so that a repetition with the same
        /// key finds it. "Not processed" means that nothing is in the ledger and nothing is kept. "Kept instead" means
        /// that the response of the fault is what a repetition finds; a key that has its response already repeats that one.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[doc = $text])+ $variant $(($argument))?,)+
        }

        impl Fault {
            /// Returns the name it is ordered by, such as `close-after-processing`.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)+
                }
            }

            /// Returns every fault, once for each argument that makes a difference; those that take a time, once for
            /// each of `times`.
            pub fn samples(times: &[Duration]) -> Vec<Self> {
                let mut samples = Vec::new();
                $(samples.extend(samples_of!(times, $variant $(, $argument)?));)+
                samples
            }
        }

        /// Every fault there is.
        pub(crate) const CATALOGUE: &[Described] = &[$(Described {
            name: $name,
            arguments: &[$(<$argument as Argument>::NAME)?],
            text: concat!($($text),+),
            make: |order| {
                // A fault without an argument reads no further.
                let _ = order;
                Ok(Fault::$variant $((<$argument as Argument>::read(order)?))?)
            },
        },)+];
    };
}

/// The samples of one variant.
macro_rules! samples_of {
    ($times:ident, $variant:ident) => {
        [Fault::$variant]
    };
    ($times:ident, $variant:ident, $argument:ty) => {
        <$argument as Argument>::samples($times).iter().copied().map(Fault::$variant)
    };
}

faults! {
    /// There is no connection. In process nothing was sent; over a socket, where the connection is there before the
    /// fault is known, it closes with the body unread and without a byte of a response. The request is not in the log.
    "refuse" Refuse,
    /// The connection closes when the head is read and the body is not. Not processed.
    "close-before-reading" CloseBeforeReading,
    /// The connection closes after the request was read. Not processed.
    "close-before" CloseBefore,
    /// Processed; then the connection closes without a byte of a response.
    "close-after-processing" CloseAfterProcessing,
    /// Processed; the response announces its full length and stops half-way.
    "truncate" Truncate,
    /// The connection closes at once, and the request arrives this much later: after the next attempt, or after the call
    /// has ended. It is admitted and processed then, like any other, and is in the log from then on.
    "late" Late(Duration),
    /// A hop on the way sends the request a second time when the first copy has been processed. The response to the second
    /// copy reaches the caller. Without a key both copies act.
    "repeat" Repeat,
    /// A hop on the way sends the request a second time while the first copy is being processed, and the response to the
    /// second copy reaches the caller: 409 of this form under a key that is in progress, what is kept under a key that has
    /// its result. Without a key both copies act.
    "repeat-at-once" RepeatAtOnce(ConflictStyle),
    /// Processed, but this much later. The key counts as in progress meanwhile, and the request is processed even when
    /// the caller has gone.
    "delay" Delay(Duration),
    /// Processed at once; the response comes this much later, so that a hasty caller misses an effect that is there.
    "delay-response" DelayResponse(Duration),
    /// Processed; the head of the response comes at once, its body byte by byte for this long in all. In process, where
    /// responses come whole, all of it comes after this time.
    "trickle" Trickle(Duration),
    /// Processed; the response is compressed, asked for or not, and its gzip stream ends half-way. The length announced
    /// is the one sent.
    "truncate-gzip" TruncateGzip,
    /// Processed; the response says `Content-Encoding: br` of a body that is not compressed at all.
    "wrong-encoding" WrongEncoding,
    /// Processed; the response is the true one's status with a body that is no JSON.
    "garbage" Garbage,
    /// Processed; the response's JSON breaks off: behind `success: true`, if it says so, else half-way. The length
    /// announced is the one sent.
    "broken-json" BrokenJson,
    /// Processed; the response is the true one's status with a page of HTML.
    "html" Html,
    /// Processed; the response is a page of HTML with status 200, whatever the true one was.
    "html-ok" HtmlOk,
    /// Processed; the response is the true one's status without a body.
    "empty" Empty,
    /// Processed; the response is the true one, called `text/plain`.
    "wrong-type" WrongType,
    /// Processed; the response is the true one followed by blanks up to this many bytes. Compressed for those who ask,
    /// which makes it a small response that grows large.
    "huge" Huge(usize),
    /// Processed; in the response, every field that the document gives a list of values has one that is not in the list.
    "unknown-enums" UnknownEnums,
    /// Processed; in the response, every object has a member that the document does not know.
    "unknown-fields" UnknownFields,
    /// Processed; in the response, every member but `success` is null.
    "nulls" Nulls,
    /// Processed; in the response, every number is text.
    "numbers-as-text" NumbersAsText,
    /// Processed; in the response, every text is a number: the one it spells, or else its length.
    "text-as-numbers" TextAsNumbers,
    /// Processed; the response is the true one in a form that no client expects.
    "odd-bytes" OddBytes(Oddity),
    /// Not processed; the response has this status, with the kind of body that goes with it. 401 hits this one request: the
    /// token stays good.
    "status" Status(u16),
    /// Processed; the response has this status, as by a gateway that lost patience.
    "status-after-processing" StatusAfterProcessing(u16),
    /// Nothing moves; the response is 500, and kept instead.
    "stored-error" StoredError,
    /// The effect is in the ledger; the response is 500, and kept instead.
    "stored-error-after-processing" StoredErrorAfterProcessing,
    /// Nothing moves; the response is 200 with `success: false` and this category, and kept instead.
    "failure" Failure(Category),
    /// Nothing moves; the response has this category and its status, and kept instead.
    "failure-status" FailureStatus(Category),
    /// The effect is in the ledger; the response has this category in the style of the version, and kept instead.
    "failure-after-processing" FailureAfterProcessing(Category),
    /// The effect is in the ledger; 400 (or 200 with `success: false`, by the version) with these codes is the response, and
    /// kept instead.
    "codes-after-processing" CodesAfterProcessing(Codes),
    /// The effect is in the ledger; the response has the code 53000060, like those of `codes-after-processing`, and kept
    /// instead. The response to this request has a form that no client expects.
    "odd-failure-after-processing" OddFailureAfterProcessing(Oddity),
    /// Processed; the response is 504 with a code of category 10, as by a gateway that has errors of its own.
    "gateway-failure-after-processing" GatewayFailureAfterProcessing,
    /// Not processed; the state of things is looked at before the key is, and refuses with this category, in the style of
    /// the version. Each response has IDs of its own, also under a key that has its result.
    "refuse-before-key" RefuseBeforeKey(Category),
    /// Not processed; 409 of this form, as if the first request with the key was still running, which it is not. IDs are
    /// new each time.
    "in-progress" InProgress(ConflictStyle),
    /// Not processed; the response is that of another call of the same operation, a success, under the `Zuora-Track-Id` of
    /// that call.
    "other-response" OtherResponse,
    /// Processed; the response is that of another call, a refusal, under the `Zuora-Track-Id` of that call.
    "other-response-after-processing" OtherResponseAfterProcessing,
    /// Not processed; 429, the quota used up for this long: `RateLimit-Remaining: 0` and `RateLimit-Reset`. No
    /// `Retry-After`, as documented for rates.
    "rate-limit" RateLimit(Duration),
    /// Not processed; 429 with `RateLimit-Reset`, yet `RateLimit-Remaining` above 0: the reset says nothing about when
    /// to come back.
    "rate-limit-remaining" RateLimitRemaining(Duration),
    /// Not processed; 429 without any header about limits: the seconds are in the text only.
    "rate-limit-text" RateLimitText(Duration),
    /// Not processed; 429 with `Retry-After` in seconds.
    "retry-after" RetryAfter(Duration),
    /// Not processed; 429 with `Retry-After` as a date, by a clock as far off as the response's `Date`.
    "retry-after-date" RetryAfterDate(Duration),
    /// Not processed; 429, too many requests at once, with `Retry-After` in seconds.
    "concurrency-limit" ConcurrencyLimit(Duration),
    /// Every token issued so far is void from now on; the request itself goes its way (to a 401).
    "expire-tokens" ExpireTokens,
    /// Processed; the response's `Date` is off by so many seconds more than all others.
    "clock-skew" ClockSkew(i64),
}

/// One line of the catalogue.
pub(crate) struct Described {
    pub(crate) name: &'static str,
    /// The members an order of it needs.
    pub(crate) arguments: &'static [&'static str],
    pub(crate) text: &'static str,
    make: fn(&Order) -> Result<Fault, String>,
}

/// What a fault is told beside its name.
trait Argument: Copy {
    /// The member of an order.
    const NAME: &'static str;

    /// Returns the values that make a difference.
    fn samples(times: &[Duration]) -> &[Self];

    fn find(order: &Order) -> Option<Self>;

    fn read(order: &Order) -> Result<Self, String> {
        let name = &order.fault;
        let missing = || format!("the fault `{name}` needs {}: give {{\"fault\": \"{name}\", ..}}", Self::NAME);
        Self::find(order).ok_or_else(missing)
    }
}

impl Argument for Duration {
    const NAME: &'static str = "`milliseconds`";

    fn samples(times: &[Duration]) -> &[Self] {
        times
    }

    fn find(order: &Order) -> Option<Self> {
        order.milliseconds.map(Self::from_millis)
    }
}

impl Argument for u16 {
    const NAME: &'static str = "`status` (200 to 599)";

    fn samples(_: &[Duration]) -> &[Self] {
        &[
            200, 204, 302, 400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 425, 429, 499, 500, 501, 502, 503,
            504, 599,
        ]
    }

    fn find(order: &Order) -> Option<Self> {
        order.status.filter(|status| (200..=599).contains(status))
    }
}

impl Argument for usize {
    const NAME: &'static str = "`bytes` (at most 1 GiB)";

    fn samples(_: &[Duration]) -> &[Self] {
        &[16 << 10, 1 << 20]
    }

    fn find(order: &Order) -> Option<Self> {
        order.bytes.filter(|bytes| *bytes <= LARGEST_RESPONSE)
    }
}

impl Argument for i64 {
    const NAME: &'static str = "`seconds`";

    fn samples(_: &[Duration]) -> &[Self] {
        &[-86_400, -90, 90, 86_400]
    }

    fn find(order: &Order) -> Option<Self> {
        order.seconds
    }
}

impl Argument for Category {
    const NAME: &'static str = "`category` (two digits)";

    fn samples(_: &[Duration]) -> &[Self] {
        Self::ALL
    }

    fn find(order: &Order) -> Option<Self> {
        Self::from_digits(order.category?)
    }
}

impl Argument for ConflictStyle {
    const NAME: &'static str = "`conflict` (sentence, coded or code-only)";

    fn samples(_: &[Duration]) -> &[Self] {
        Self::ALL
    }

    fn find(order: &Order) -> Option<Self> {
        order.conflict
    }
}

impl Argument for Codes {
    const NAME: &'static str = "`codes` (a name such as refusal-and-open)";

    fn samples(_: &[Duration]) -> &[Self] {
        Self::ALL
    }

    fn find(order: &Order) -> Option<Self> {
        order.codes
    }
}

impl Argument for Oddity {
    const NAME: &'static str = "`oddity` (a name such as byte-order-mark)";

    fn samples(_: &[Duration]) -> &[Self] {
        Self::ALL
    }

    fn find(order: &Order) -> Option<Self> {
        order.oddity
    }
}

/// Which requests a fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Calls of the three operations, and of whatever else is not there.
    Operation,
    /// Requests for a token.
    Token,
}

/// A request, as far as a source of faults looks at it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestInfo<'a> {
    /// What is asked for.
    pub target: Target,
    /// The path, without a query.
    pub path: &'a str,
    /// The idempotency key, if one was sent.
    pub key: Option<&'a str>,
    /// How often this key was seen within a day, this time included: 1 for the first. Always 1 without a key.
    pub attempt: u32,
}

/// Says which fault a request takes.
type Source = Box<dyn FnMut(&RequestInfo<'_>) -> Option<Fault> + Send>;

/// The faults still to happen.
#[derive(Default)]
pub(crate) struct Faults {
    operations: VecDeque<Fault>,
    tokens: VecDeque<Fault>,
    source: Option<Source>,
    attempts: Aging<u32>,
}

impl Faults {
    pub(crate) fn push(&mut self, target: Target, fault: Fault) {
        self.queue(target).push_back(fault);
    }

    pub(crate) fn ask(&mut self, source: Source) {
        self.source = Some(source);
    }

    /// Returns the fault of a request: the oldest in the queue, or what the source says.
    pub(crate) fn take(&mut self, target: Target, path: &str, key: Option<&str>, now: SystemTime) -> Option<Fault> {
        let attempt = match key {
            Some(key) if self.source.is_some() => self.attempt(key, now),
            _ => 1,
        };
        let queued = self.queue(target).pop_front();
        queued.or_else(|| self.source.as_mut()?(&RequestInfo { target, path, key, attempt }))
    }

    /// Empties the queues. The source stays.
    pub(crate) fn clear(&mut self) {
        self.operations.clear();
        self.tokens.clear();
        self.attempts = Aging::default();
    }

    fn attempt(&mut self, key: &str, now: SystemTime) -> u32 {
        self.attempts.purge(now);
        if let Some(attempt) = self.attempts.get_mut(key) {
            *attempt += 1;
            return *attempt;
        }
        self.attempts.insert(key, 1, now);
        1
    }

    fn queue(&mut self, target: Target) -> &mut VecDeque<Fault> {
        match target {
            Target::Operation => &mut self.operations,
            Target::Token => &mut self.tokens,
        }
    }
}

/// A fault as `POST /_simulator/faults` takes it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    fault: String,
    milliseconds: Option<u64>,
    status: Option<u16>,
    category: Option<u32>,
    bytes: Option<usize>,
    seconds: Option<i64>,
    conflict: Option<ConflictStyle>,
    codes: Option<Codes>,
    oddity: Option<Oddity>,
    on: Option<Target>,
    times: Option<usize>,
}

impl Order {
    /// Returns the target, the fault and how often, or what is wrong with the order.
    pub(crate) fn read(&self) -> Result<(Target, Fault, usize), String> {
        let target = self.on.unwrap_or(Target::Operation);
        Ok((target, self.fault()?, self.times.unwrap_or(1)))
    }

    /// Returns the fault that a header orders: JSON, or only a name.
    pub(crate) fn read_header(value: &str) -> Result<Fault, String> {
        let order = match value.trim_start().starts_with('{') {
            true => serde_json::from_str(value).map_err(|error| error.to_string())?,
            false => Self { fault: value.trim().to_owned(), ..Self::default() },
        };
        match (order.on, order.times) {
            (None, None) => order.fault(),
            _ => Err("a header is about its own request only: no `on`, no `times`".to_owned()),
        }
    }

    fn fault(&self) -> Result<Fault, String> {
        let known = CATALOGUE.iter().find(|described| described.name == self.fault);
        let unknown = || format!("there is no fault `{}`", self.fault);
        (known.ok_or_else(unknown)?.make)(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_had_by_its_name() {
        for described in CATALOGUE {
            let order = format!(
                r#"{{"fault":"{}","milliseconds":1,"status":500,"category":60,"bytes":9,"seconds":-1,"conflict":"coded",
                "codes":"seven-digits","oddity":"in-list"}}"#,
                described.name
            );
            let fault = Order::read_header(&order).unwrap();
            assert_eq!(fault.name(), described.name);
            let short = Order::read_header(described.name);
            match described.arguments {
                [] => assert_eq!(short, Ok(fault)),
                [argument, ..] => assert!(short.unwrap_err().contains(argument)),
            }
        }
    }

    #[test]
    fn the_table_of_the_documentation_has_them_all() {
        for described in CATALOGUE {
            let quoted = format!("`{}`", described.name);
            let rows = include_str!("lib.rs").lines().filter(|line| line.starts_with("//! | `"));
            assert_eq!(rows.filter(|row| row.contains(&quoted)).count(), 1, "{quoted}");
        }
    }

    #[test]
    fn there_is_a_sample_of_each() {
        let samples = Fault::samples(&[Duration::ZERO]);
        let names: Vec<_> = CATALOGUE.iter().map(|described| described.name).collect();
        let mut sampled: Vec<_> = samples.iter().map(Fault::name).collect();
        sampled.dedup();
        assert_eq!(sampled, names);
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = CATALOGUE.iter().map(|described| described.name).collect();
        assert_eq!(names.len(), CATALOGUE.len());
    }
}
