//! Limiters of the caller: whatever they do, no response is lost and nothing is sent without a permit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::{Client, GOOD, NewParcel, builder};
use crate::testing::ScriptedTransport;
use crate::transport::{Limiter, LocalLimiter, Permit};
use crate::{BoxFuture, ErrorKind, Outcome, RetryPolicy};

type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// What a limiter does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Permit,
    PermitThenPanic,
    Refuse,
    Hang,
    HangThenPanic,
    PanicAtOnce,
    PanicLater,
}

/// Does one deed after the other, and permits when there are no more.
#[derive(Clone, Default)]
struct Odd {
    deeds: Arc<Mutex<Vec<Deed>>>,
    held: Arc<AtomicUsize>,
}

struct Held(Arc<AtomicUsize>, Deed);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        assert!(self.1 == Deed::Permit, "a permit went off");
    }
}

impl Limiter for Odd {
    fn permit(&self) -> BoxFuture<'_, Result<Permit, Refusal>> {
        let mut deeds = self.deeds.lock().unwrap();
        let deed = if deeds.is_empty() { Deed::Permit } else { deeds.remove(0) };
        drop(deeds);
        assert!(deed != Deed::PanicAtOnce, "the limiter went off");
        Box::pin(async move {
            match deed {
                Deed::Refuse => return Err("the counter is out of reach".into()),
                Deed::Hang => std::future::pending().await,
                Deed::HangThenPanic => {
                    let _held = Held(Arc::new(AtomicUsize::new(1)), deed);
                    std::future::pending().await
                }
                Deed::PanicLater => {
                    tokio::task::yield_now().await;
                    panic!("the limiter went off");
                }
                _ => {}
            }
            self.held.fetch_add(1, Ordering::Relaxed);
            Ok(Permit::new(Held(Arc::clone(&self.held), deed)))
        })
    }
}

fn client(server: &ScriptedTransport, deeds: &[Deed]) -> (Client, Odd) {
    let limiter = Odd::default();
    *limiter.deeds.lock().unwrap() = deeds.to_vec();
    let builder = builder(server).access_token("fixed").retry(RetryPolicy::default()).limiter(limiter.clone());
    (builder.total_timeout(Duration::from_secs(300)).build().unwrap(), limiter)
}

#[tokio::test(start_paused = true)]
async fn a_limiter_that_refuses_or_panics_is_asked_again() {
    for deed in [Deed::Refuse, Deed::PanicAtOnce, Deed::PanicLater] {
        let server = ScriptedTransport::new().json(200, GOOD);
        let (client, limiter) = client(&server, &[deed, deed]);
        let parcel = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
        assert_eq!((parcel.attempts(), server.requests().len()), (3, 1), "{deed:?}");
        assert_eq!(limiter.held.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_permit_nothing_is_sent() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let (client, _) = client(&server, &[Deed::Refuse; 9]);
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts(), server.requests().len()), (Outcome::NotSent, 5, 0));
    let expected = "sendParcel failed: the limiter of requests gave no permit: the counter is out of reach; that was attempt 5; the call was \
        not sent; call again later (idempotency key key-1)";
    assert_eq!((error.to_string().as_str(), error.kind()), (expected, ErrorKind::NoPermit));
}

#[tokio::test(start_paused = true)]
async fn a_limiter_that_hangs_ends_with_the_call() {
    let server = ScriptedTransport::new().interrupted().json(200, GOOD);
    for (deeds, outcome) in [
        (&[Deed::Hang][..], Outcome::NotSent),
        (&[Deed::HangThenPanic], Outcome::NotSent),
        (&[Deed::Permit, Deed::Hang], Outcome::Unknown),
    ] {
        let (client, limiter) = client(&server, deeds);
        let start = Instant::now();
        let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
        assert_eq!((error.outcome(), start.elapsed()), (outcome, Duration::from_secs(300)));
        assert_eq!(limiter.held.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_doubt_leaves_the_doubt() {
    let server = ScriptedTransport::new().interrupted();
    let (client, _) = client(&server, &[Deed::Permit, Deed::Refuse, Deed::Refuse, Deed::Refuse, Deed::Refuse]);
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
    assert!(error.resumable().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_panics_when_it_ends_loses_no_response() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let (client, _) = client(&server, &[Deed::PermitThenPanic]);
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_permit_back() {
    let server = ScriptedTransport::new().json(200, GOOD).after(Duration::from_secs(9));
    let (client, limiter) = client(&server, &[]);
    let call = client.send_parcel("D1", &NewParcel::new(1)).into_future();
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!((server.requests().len(), limiter.held.load(Ordering::Relaxed)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn one_limit_can_serve_several_clients() {
    let servers = [(); 2].map(|()| ScriptedTransport::new().json(200, GOOD).after(Duration::from_secs(10)));
    let limiter = LocalLimiter::new(1);
    let start = Instant::now();
    let calls = servers.iter().map(|server| {
        let client = builder(server).access_token("fixed").limiter(limiter.clone()).build().unwrap();
        async move { client.send_parcel("D1", &NewParcel::new(1)).await.map(drop).unwrap() }
    });
    let calls: tokio::task::JoinSet<_> = calls.collect();
    calls.join_all().await;
    assert_eq!((start.elapsed(), limiter.available()), (Duration::from_secs(20), 1));
    assert_eq!(LocalLimiter::new(0).available(), 1);
}
