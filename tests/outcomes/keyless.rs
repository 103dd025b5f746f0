//! Operations without a key: a request that may have arrived is sent once.

use std::time::Duration;

use sdk_runtime::codegen::{Core, FailureFormat, HeaderRoles, Operation, Segment, Service as Described, telemetry};
use sdk_runtime::{BaseUrl, ClientBuilder, Error, Json, Outcome, Response, RetryBudget, RetryPolicy};

use crate::harness::{Hands, Reply, Service, patient};

static DEPOT: Described = Described {
    name: "Depot",
    user_agent: "depot-sdk/1.0.0",
    token: None,
    idempotency: None,
    roles: HeaderRoles::NONE,
    failure: FailureFormat::NONE,
    telemetry: telemetry!(),
};

const PATH: &[Segment] = &[Segment::Literal("/parcels/1")];
static GET: Operation = Operation::new("getParcel", "GET", PATH);
static HEAD: Operation = Operation::new("headParcel", "HEAD", PATH);
static PUT: Operation = Operation::new("putParcel", "PUT", PATH);
static DELETE: Operation = Operation::new("deleteParcel", "DELETE", PATH);
static POST: Operation = Operation::new("postParcel", "POST", PATH);
static PATCH: Operation = Operation::new("patchParcel", "PATCH", PATH);

const NOT_SAFE: [&Operation; 4] = [&PUT, &DELETE, &POST, &PATCH];
const SAFE: [&Operation; 2] = [&GET, &HEAD];

#[derive(Clone, Debug)]
struct Client(Core);

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Self(core)
    }
}

/// Makes a call by this policy; the second value is the number of requests.
async fn call(
    operation: &'static Operation,
    policy: RetryPolicy,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Response<Option<Json>>, Error>, usize) {
    let service = Service::of(replies);
    let client: Client = ClientBuilder::new(&DEPOT, BaseUrl::new("https://depot.test").unwrap())
        .transport(service.clone())
        .clock(Hands::begin())
        .random_source(|| 0)
        .access_token("fixed")
        .retry(policy)
        .retry_budget(RetryBudget::unlimited())
        .build()
        .unwrap();
    let ended = client.0.call(operation).send::<Option<Json>>().await;
    (ended, service.count())
}

fn done() -> Reply {
    Reply::json(200, "{}")
}

/// Returns what leaves open whether the request was seen.
fn open() -> [(&'static str, Reply); 7] {
    [
        ("lost", Reply::lost()),
        ("lost behind the head", Reply::body_lost(200)),
        ("silence", Reply::silence()),
        ("408", Reply::empty(408)),
        ("502", Reply::empty(502)),
        ("503", Reply::empty(503)),
        ("504", Reply::empty(504)),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_seen_is_not_repeated() {
    for operation in NOT_SAFE {
        for (name, first) in open() {
            let (ended, requests) = call(operation, patient(), [first, done()]).await;
            let error = ended.map(|_| ()).expect_err(name);
            assert_eq!((error.outcome(), requests), (Outcome::Unknown, 1), "{operation:?} {name}: {error}");
        }
    }
}

/// The first one acted, and its repetition would say that there is nothing.
#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_lost_is_not_taken_for_refused_by_its_own_404() {
    let (ended, requests) = call(&DELETE, patient(), [Reply::lost(), Reply::empty(404)]).await;
    let error = ended.map(|_| ()).unwrap_err();
    assert_eq!((error.outcome(), requests), (Outcome::Unknown, 1), "{error}");
}

/// No server can have seen it, or it was kept out.
#[tokio::test(start_paused = true)]
async fn what_was_not_let_in_is_repeated() {
    for operation in NOT_SAFE {
        for (name, first) in [("no connection", Reply::no_connection()), ("429", Reply::empty(429))] {
            let (ended, requests) = call(operation, patient(), [first, done()]).await;
            assert!(ended.is_ok(), "{operation:?} {name}: {:?}", ended.err());
            assert_eq!(requests, 2, "{operation:?} {name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_safe_is_repeated() {
    for operation in SAFE {
        for (name, first) in open() {
            let (ended, requests) = call(operation, patient(), [first, done()]).await;
            assert!(ended.is_ok(), "{operation:?} {name}: {:?}", ended.err());
            assert_eq!(requests, 2, "{operation:?} {name}");
        }
    }
}

/// Nobody is warned of acting twice by reading twice.
#[tokio::test(start_paused = true)]
async fn what_moves_nothing_does_not_speak_of_acting_twice() {
    let rows = open().into_iter().chain([
        ("429", Reply::empty(429)),
        ("404", Reply::empty(404)),
        ("500", Reply::empty(500)),
        ("422", Reply::empty(422)),
        ("unreadable", Reply::json(200, "{")),
    ]);
    for (name, reply) in rows {
        for operation in SAFE {
            let (ended, _) = call(operation, RetryPolicy::never(), [reply.clone()]).await;
            let Err(error) = ended else { continue };
            let text = error.to_string().to_lowercase();
            for words in ["twice", "find out what became", "do not make a new call"] {
                assert!(!text.contains(words), "{operation:?} {name}: {text}");
            }
        }
    }
}

/// The other way round: what moves something does.
#[tokio::test(start_paused = true)]
async fn what_moves_something_says_that_it_may_have_acted() {
    for operation in NOT_SAFE {
        let (ended, _) = call(operation, RetryPolicy::never(), [Reply::lost()]).await;
        let text = ended.map(|_| ()).unwrap_err().to_string();
        assert!(text.contains("may have acted"), "{operation:?}: {text}");
    }
}

/// A wait that was asked for is kept without a key, too.
#[tokio::test(start_paused = true)]
async fn a_429_is_repeated_after_its_wait() {
    let began = tokio::time::Instant::now();
    let (ended, requests) = call(&PUT, patient(), [Reply::empty(429).header("retry-after", "9"), done()]).await;
    assert!(ended.is_ok() && requests == 2);
    assert!(began.elapsed() >= Duration::from_secs(9));
}

/// An option of the caller's, for servers that keep to the standard.
#[tokio::test(start_paused = true)]
async fn idempotent_methods_are_repeated_by_choice() {
    let policy = patient().repeat_idempotent_methods();
    for (name, first) in open() {
        for operation in [&PUT, &DELETE] {
            let (ended, requests) = call(operation, policy, [first.clone(), done()]).await;
            assert!(ended.is_ok(), "{operation:?} {name}: {:?}", ended.err());
            assert_eq!(requests, 2, "{operation:?} {name}");
        }
        for operation in [&POST, &PATCH] {
            let (ended, requests) = call(operation, policy, [first.clone(), done()]).await;
            let error = ended.map(|_| ()).expect_err(name);
            assert_eq!((error.outcome(), requests), (Outcome::Unknown, 1), "{operation:?} {name}: {error}");
        }
    }
}

/// The repetition does not speak for the first attempt.
#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_repeated_by_choice_stays_in_doubt() {
    let policy = patient().repeat_idempotent_methods();
    for refused in [404, 405, 410, 403] {
        let (ended, requests) = call(&DELETE, policy, [Reply::lost(), Reply::empty(refused)]).await;
        let error = ended.map(|_| ()).unwrap_err();
        assert_eq!((error.outcome(), requests), (Outcome::Unknown, 2), "{refused}: {error}");
    }
}
