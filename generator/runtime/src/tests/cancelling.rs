//! Calls that are dropped: at whatever point that happens, nothing of the client stays taken.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::depot::{Depot, Trouble};
use super::{Client, NewParcel, SERVICE};
use crate::{BaseUrl, ClientBuilder, RetryPolicy};

const SECOND: Duration = Duration::from_secs(1);

/// Every wait of a call is at most this long in these tests, and so is what it leaves behind.
const LONGEST: Duration = Duration::from_secs(30);

/// Polls a future so often, and drops it. Its output, if it ended before.
async fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut polls = 0;
    poll_fn(|context| {
        if polls == times {
            return Poll::Ready(None);
        }
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls == times => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Returns a client of one request at a time, whose first token is refused, and whose calls then go wrong twice.
fn troubled() -> (Depot, Client) {
    let troubles = [Trouble::Status(503), Trouble::Interrupted];
    let depot = Depot::default().slow(SECOND).refusing("tok-1").troubled(troubles);
    let client = ClientBuilder::new(&SERVICE, BaseUrl::new("https://api.example.com").unwrap())
        .transport(depot.clone())
        .client_credentials("id", "secret")
        .max_concurrent_requests(1);
    (depot, client.build().unwrap())
}

/// Takes the one place of a client for a while.
async fn occupy(client: &Client) {
    let shared = Arc::clone(&client.core.shared);
    tokio::spawn(async move {
        let _permit = shared.limiter.as_ref().unwrap().permit().await.unwrap();
        sleep(SECOND).await;
    });
    tokio::task::yield_now().await;
}

/// The first call waits for its place, a token, 401, another place and token, 503, a while, a place, a lost connection,
/// a longer while, and its response. However far it came: the second finds a free place, and no more tokens are fetched
/// than one call alone would have.
#[tokio::test(start_paused = true)]
async fn dropped_at_any_await_a_call_leaves_nothing_taken() {
    let mut reached = Vec::new();
    for polls in 0.. {
        let (depot, client) = troubled();
        occupy(&client).await;
        let ended = polled(client.send_parcel("D1", &NewParcel::new(1)).into_future(), polls).await;
        reached.push((depot.tokens(), depot.calls().len()));
        let begun = Instant::now();
        let second = client.send_parcel("D2", &NewParcel::new(1)).0.retry(RetryPolicy::default());
        second.total_timeout(LONGEST).send::<super::Parcel>().await.unwrap();
        assert!(begun.elapsed() < LONGEST, "{polls}");
        assert_eq!((depot.tokens(), depot.most_under_way()), (2, 1), "{polls}");
        if let Some(ended) = ended {
            assert_eq!(ended.unwrap().attempts(), 4);
            break;
        }
    }
    // How many tokens and calls had been asked for when it was dropped: before its first poll, waiting for a place, for
    // the first token, a response, the second token, a response, then a while, a response, a while, a response, and at its
    // end. A fetch that has only begun has asked for nothing yet.
    let (first, second, third, fourth) = ((1, 1), (2, 2), (2, 3), (2, 4));
    let stages = [(0, 0), (0, 0), (0, 0), first, first, second, second, third, third, fourth, fourth];
    assert_eq!(reached, stages);
}

/// A token that is on its way when its only caller leaves arrives all the same, and serves the next.
#[tokio::test(start_paused = true)]
async fn a_token_on_its_way_is_not_lost() {
    let depot = Depot::default().slow(SECOND);
    let client = ClientBuilder::<Client>::new(&SERVICE, BaseUrl::new("https://api.example.com").unwrap());
    let client = client.transport(depot.clone()).client_credentials("id", "secret").build().unwrap();
    assert!(polled(client.send_parcel("D1", &NewParcel::new(1)).into_future(), 1).await.is_none());
    sleep(2 * SECOND).await;
    let begun = Instant::now();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    assert_eq!((begun.elapsed(), depot.tokens(), depot.calls().len()), (SECOND, 1, 1));
}

/// To drop one of many callers that wait for the same token, even the one that began to fetch it, harms no other.
#[tokio::test(start_paused = true)]
async fn others_go_on() {
    let (depot, client) = troubled();
    let call = || client.send_parcel("D1", &NewParcel::new(1)).into_future();
    let (first, second) = tokio::join!(polled(call(), 1), call());
    assert!(first.is_none());
    second.unwrap();
    assert_eq!(depot.tokens(), 2);
}
