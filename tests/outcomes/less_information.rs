//! Less information never leads away from `Unknown`.

use std::time::Instant;

use bytes::Bytes;
use sdk_tests::calls::{ACCOUNT, Operation};
use tokio::runtime::{Builder, Runtime};
use zuora_payments::{Client, Outcome, RetryPolicy};

use crate::bodies::{
    EXAMPLES, ID, OPEN_CATEGORIES, OPEN_RESULT_CODES, UNKNOWN_CODES, category, coded, good, is_open, result_code,
};
use crate::degraded::{Degradation, closed_before_the_body, gzip};
use crate::harness::{Hands, Reply, Service, builder};
use crate::success::{DECLINED, payment};

const STATUSES: [u16; 6] = [200, 400, 403, 404, 409, 500];

/// A client that sends each call once, and the service that gives it one response after the other.
struct Reader {
    runtime: Runtime,
    service: Service,
    client: Client,
    calls: usize,
}

impl Reader {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let service = Service::default();
        let client = {
            let _entered = runtime.enter();
            builder(&service, &Hands::begin()).retry(RetryPolicy::never()).build().unwrap()
        };
        Self { runtime, service, client, calls: 0 }
    }

    /// Returns the outcome of a call with a fresh key that gets this one response. `None` if the call succeeds.
    fn outcome(&mut self, operation: Operation, reply: Reply) -> Option<Outcome> {
        self.service.forget();
        self.service.add([reply]);
        self.calls += 1;
        let ended = self.runtime.block_on(operation.call(&self.client, ACCOUNT).send());
        assert_eq!(self.service.count(), 1);
        ended.err().map(|error| error.outcome())
    }
}

/// A response that leaves the outcome open.
#[derive(Clone)]
struct Open {
    name: String,
    operation: Operation,
    status: u16,
    body: String,
}

impl Open {
    /// Selects one operation for the examples, and some codes of all. Statuses that are open by themselves leave little
    /// to the body.
    fn is_tried_at_every_byte(&self, degradation: Degradation) -> bool {
        let is_example = EXAMPLES.iter().any(|example| example.name == self.name);
        let stands_for_others = if is_example {
            self.operation == Operation::Payment
        } else {
            TRIED_AT_EVERY_BYTE.contains(&&self.name[..])
        };
        let by_its_status = matches!(self.status, 409 | 500);
        stands_for_others && (!by_its_status || matches!(degradation, Degradation::Plain | Degradation::Gzip))
    }

    fn plain(&self) -> Reply {
        Reply::json(self.status, self.body.clone())
    }

    #[track_caller]
    fn assert_unknown(&self, reader: &mut Reader, reply: Reply, what: &str) {
        let Self { name, operation, status, body } = self;
        let outcome = reader.outcome(*operation, reply);
        assert_eq!(outcome, Some(Outcome::Unknown), "{operation:?} {status} {name}, {what}: {body}");
    }
}

fn open_examples(status: u16) -> Vec<Open> {
    let examples = EXAMPLES.iter().filter(move |example| is_open(example.says, status) == Some(true));
    let both = [Operation::Payment, Operation::Session];
    let opened = examples.flat_map(|example| {
        both.map(|operation| Open { name: example.name.to_owned(), operation, status, body: example.body.to_owned() })
    });
    opened.collect()
}

fn open_codes(status: u16) -> Vec<Open> {
    let categories = OPEN_CATEGORIES.map(|open| (open.to_owned(), category(open, Some(ID))));
    let as_text =
        OPEN_CATEGORIES.map(|open| (format!("{open} as text"), coded(&format!("\"530000{open}\""), Some(ID))));
    let unknown = UNKNOWN_CODES.map(|code| (code.to_owned(), coded(code, Some(ID))));
    let reasons = categories.into_iter().chain(as_text).chain(unknown);
    let reasons = reasons.map(|(name, body)| Open { name, operation: Operation::Payment, status, body });
    let results = OPEN_RESULT_CODES.iter().map(|code| Open {
        name: format!("result {code}"),
        operation: Operation::Authorization,
        status,
        body: result_code(code, Some(ID)),
    });
    reasons.chain(results).collect()
}

fn all_open(status: u16) -> Vec<Open> {
    [open_examples(status), open_codes(status)].concat()
}

#[test]
fn what_leaves_the_outcome_open_is_unknown_when_it_is_plain() {
    let mut reader = Reader::new();
    for open in STATUSES.into_iter().flat_map(all_open) {
        open.assert_unknown(&mut reader, open.plain(), "plain");
    }
    assert!(reader.calls > 300, "{}", reader.calls);
}

#[test]
fn what_refuses_is_rejected_when_it_is_plain() {
    let mut reader = Reader::new();
    for status in STATUSES {
        for example in EXAMPLES.iter().filter(|example| is_open(example.says, status) == Some(false)) {
            let outcome = reader.outcome(Operation::Payment, Reply::json(status, example.body));
            assert_eq!(outcome, Some(Outcome::Rejected), "{status} {}", example.name);
        }
    }
}

/// Codes that stand for the others where every byte is tried: one of each kind.
const TRIED_AT_EVERY_BYTE: [&str; 8] =
    ["60", "60 as text", "99", "53000012", "522", r#""SystemError""#, "result 11", "result -1"];

/// Checks each degraded form whole and cut at any byte.
fn each_degraded_form_cut_at_every_byte(status: u16) {
    let began = Instant::now();
    let mut reader = Reader::new();
    for open in all_open(status) {
        open.assert_unknown(&mut reader, closed_before_the_body(status), "closed before the body");
        open.assert_unknown(&mut reader, Reply::body_lost(status), "lost behind the head");
        for degradation in Degradation::ALL {
            let Some(body) = degradation.body(&open.body) else { continue };
            // The whole form first; a part of it after that, up to nothing at all.
            let least = if open.is_tried_at_every_byte(degradation) { 0 } else { body.len() };
            for end in (least..=body.len()).rev() {
                let reply = degradation.reply(status, body.slice(..end));
                open.assert_unknown(&mut reader, reply, &format!("{degradation:?} cut at {end} of {}", body.len()));
            }
        }
    }
    println!("status {status}: {} responses in {:?}", reader.calls, began.elapsed());
}

#[test]
fn a_degraded_200_that_was_open_is_unknown() {
    each_degraded_form_cut_at_every_byte(200);
}

#[test]
fn a_degraded_400_that_was_open_is_unknown() {
    each_degraded_form_cut_at_every_byte(400);
}

#[test]
fn a_degraded_403_that_was_open_is_unknown() {
    each_degraded_form_cut_at_every_byte(403);
}

#[test]
fn a_degraded_404_that_was_open_is_unknown() {
    each_degraded_form_cut_at_every_byte(404);
}

#[test]
fn a_degraded_409_is_unknown() {
    each_degraded_form_cut_at_every_byte(409);
}

#[test]
fn a_degraded_500_is_unknown() {
    each_degraded_form_cut_at_every_byte(500);
}

/// What is cut off a refusal does not make it a refusal of another kind: only the whole body is a witness.
#[test]
fn a_refusal_that_is_cut_is_unknown() {
    let mut reader = Reader::new();
    for status in [200, 400, 403, 404] {
        for refusing in ["20", "22", "30", "40", "45", "90"] {
            let body = Bytes::from(category(refusing, Some(ID)));
            for end in 0..body.len() {
                let reply = Degradation::Plain.reply(status, body.slice(..end));
                let outcome = reader.outcome(Operation::Payment, reply);
                assert_eq!(outcome, Some(Outcome::Unknown), "{status} {refusing} cut at {end}");
            }
        }
    }
}

/// At these two statuses the status decides alone, whatever became of the body.
#[test]
fn a_degraded_401_or_429_is_a_refusal_all_the_same() {
    let mut reader = Reader::new();
    let body = category("60", Some(ID));
    for status in [401, 429] {
        for degradation in Degradation::ALL {
            let Some(bytes) = degradation.body(&body) else { continue };
            for end in [bytes.len(), bytes.len() / 2, 0] {
                let outcome = reader.outcome(Operation::Payment, degradation.reply(status, bytes.slice(..end)));
                assert_eq!(outcome, Some(Outcome::Rejected), "{status} {degradation:?} cut at {end}");
            }
        }
        assert_eq!(reader.outcome(Operation::Payment, Reply::body_lost(status)), Some(Outcome::Rejected), "{status}");
    }
}

/// Encodings that are documented lose nothing.
#[test]
fn what_is_packed_as_documented_is_read() {
    let mut reader = Reader::new();
    for (body, outcome) in [(category("22", None), Outcome::Rejected), (category("60", None), Outcome::Unknown)] {
        for coding in ["gzip", "x-gzip", "GZIP"] {
            let reply = Reply::json(400, gzip(body.as_bytes())).header("content-encoding", coding);
            // The length is that of the packed body, as it is on the wire.
            assert_eq!(reader.outcome(Operation::Payment, reply), Some(outcome), "{coding}");
        }
    }
}

/// A success of which something was lost is no refusal.
#[test]
fn a_degraded_success_is_never_a_refusal() {
    let mut reader = Reader::new();
    for operation in Operation::ALL {
        for status in [200, 201, 409] {
            for degradation in Degradation::ALL {
                let Some(body) = degradation.body(good(operation)) else { continue };
                for end in 0..=body.len() {
                    let outcome = reader.outcome(operation, degradation.reply(status, body.slice(..end)));
                    let refused = matches!(outcome, Some(Outcome::Rejected | Outcome::NotSent));
                    assert!(!refused, "{operation:?} {status} {degradation:?} cut at {end}: {outcome:?}");
                }
            }
        }
    }
}

/// What begins as a success may end as a decline: no part of it says that anything was done.
#[test]
fn a_decline_that_is_cut_is_unknown() {
    let mut reader = Reader::new();
    let payments = DECLINED.map(|(members, _)| (Operation::Payment, payment("Electronic", members)));
    let authorization = r#"{"success": true, "resultCode": 1, "resultMessage": "m", "transactionId": "5231"}"#;
    for (operation, body) in payments.into_iter().chain([(Operation::Authorization, authorization.to_owned())]) {
        for degradation in [Degradation::Plain, Degradation::Gzip, Degradation::ByteOrderMark] {
            let bytes = degradation.body(&body).unwrap();
            for end in 0..bytes.len() {
                let outcome = reader.outcome(operation, degradation.reply(200, bytes.slice(..end)));
                assert_eq!(outcome, Some(Outcome::Unknown), "{degradation:?} cut at {end}: {body}");
            }
        }
        assert_eq!(reader.outcome(operation, Reply::body_lost(200)), Some(Outcome::Unknown));
    }
}

/// A body that contradicts its status proves neither of the two.
#[test]
fn a_success_at_a_refusing_status_is_no_refusal() {
    let mut reader = Reader::new();
    for operation in [Operation::Payment, Operation::Authorization] {
        for status in [400, 403, 404, 405, 406, 415] {
            let outcome = reader.outcome(operation, Reply::json(status, good(operation)));
            assert_ne!(outcome, Some(Outcome::Rejected), "{operation:?} {status}");
        }
    }
}

/// Statuses that say neither that it was done nor that it was refused.
#[test]
fn other_statuses_are_no_refusals() {
    let mut reader = Reader::new();
    for status in [201, 202, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 599] {
        for operation in Operation::ALL {
            for reply in [Reply::empty(status), Reply::raw(status, "")] {
                let outcome = reader.outcome(operation, reply);
                let careful = matches!(outcome, Some(Outcome::Unknown | Outcome::Accepted));
                assert!(careful, "{operation:?} {status}: {outcome:?}");
            }
        }
    }
}
