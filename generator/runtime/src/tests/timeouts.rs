//! Time that runs out.

use std::time::Duration;

use super::{GOOD, NewParcel, Parcel, TOKEN, builder, call, client};
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Outcome};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_130_seconds_unless_told_otherwise() {
    let start = tokio::time::Instant::now();
    let error = call(&ScriptedTransport::new().no_response()).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 130);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(!error.is_retryable() && error.resumable().is_some());
    assert!(error.to_string().contains("attempt timeout of 130 s"), "{error}");

    let server = ScriptedTransport::new().json(200, GOOD).after(s(129));
    call(&server).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_smaller_limit_holds() {
    for (attempt, total, held, name) in [
        (s(5), s(60), 5, "attempt timeout of 5 s"),
        (s(60), s(5), 5, "total timeout of 5 s"),
        (Duration::MAX, s(7200), 7200, "total timeout of 2 h"),
    ] {
        let server = ScriptedTransport::new().no_response().no_response();
        let client = builder(&server).access_token("t");
        let client = client.attempt_timeout(attempt).total_timeout(total).build().unwrap();
        let parcel = NewParcel::new(1);
        let by_client = client.send_parcel("D1", &parcel).0;
        let by_call = super::client(&server).send_parcel("D1", &parcel).0;
        for call in [by_client, by_call.attempt_timeout(attempt).total_timeout(total)] {
            let start = tokio::time::Instant::now();
            let error = call.send::<Parcel>().await.unwrap_err();
            assert_eq!(start.elapsed().as_secs(), held);
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn time_that_runs_out_before_there_is_a_token_has_sent_nothing() {
    let server = ScriptedTransport::new().no_response();
    let client = builder(&server).client_credentials("id", "secret");
    let client = client.attempt_timeout(s(10)).build().unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.to_string().contains("no access token came"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_token_takes_its_time_from_the_attempt() {
    let server = ScriptedTransport::new().json(200, TOKEN).after(s(8)).no_response();
    let client = builder(&server).client_credentials("id", "secret");
    let client = client.attempt_timeout(s(10)).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_for_a_token_disturbs_no_other() {
    let server = ScriptedTransport::new().json(200, TOKEN).after(s(3)).json(200, GOOD);
    let client = builder(&server).client_credentials("id", "secret").build().unwrap();
    let parcel = NewParcel::new(1);
    let dropped = client.send_parcel("D1", &parcel).0.send::<Parcel>();
    tokio::time::timeout(s(1), dropped).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    // The token it began to fetch is not lost.
    client.send_parcel("D1", &parcel).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_not_awaited_sends_nothing() {
    let server = ScriptedTransport::new();
    drop(client(&server).send_parcel("D1", &NewParcel::new(1)).0.send::<Parcel>());
    assert!(server.requests().is_empty());
}
