//! Calls that block their thread.

use std::thread;
use std::time::Duration;

use super::depot::Depot;
use super::{Client, GOOD, NewParcel, Parcel, SEND_PARCEL, SERVICE, Still, TOKEN, builder};
use crate::testing::ScriptedTransport;
use crate::{BaseUrl, ClientBuilder, Error, ErrorKind, Outcome, Response, RetryPolicy};

fn client(server: &ScriptedTransport) -> Client {
    builder(server).client_credentials("id", "secret").build().unwrap()
}

fn send(client: &Client) -> Result<Response<Parcel>, Error> {
    client.send_parcel("D1", &NewParcel::new(1)).0.wait()
}

/// Returns how many of the requests are for tokens.
fn token_requests(server: &ScriptedTransport) -> usize {
    server.requests().iter().filter(|request| request.header("authorization").is_none()).count()
}

#[test]
fn a_plain_thread_can_wait() {
    let short = Duration::from_millis(20);
    let server = ScriptedTransport::new().json(200, TOKEN).after(short).not_sent().json(503, "").after(short);
    let server = server.json(200, GOOD).after(short).response(400, &[("content-length", "0")], "");
    let client = builder(&server).client_credentials("id", "secret").retry(RetryPolicy::default()).random_source(|| 0);
    let client: Client = client.build().unwrap();
    let parcel = send(&client).unwrap();
    assert_eq!((parcel.number.as_deref(), parcel.attempts()), (Some("P-1"), 3));
    let error = send(&client).unwrap_err();
    assert_eq!((error.kind(), error.outcome(), token_requests(&server)), (ErrorKind::Api, Outcome::Rejected, 1));
    // One that is not fit to be sent, and one that gets no response in time.
    let error = client.send_parcel("", &NewParcel::new(1)).0.wait::<Parcel>().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    let silent = builder(&ScriptedTransport::new().no_response()).access_token("fixed").total_timeout(short);
    let error = send(&silent.build().unwrap()).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
}

#[test]
fn many_threads_can_wait_at_the_same_time() {
    let short = Duration::from_millis(50);
    let server = ScriptedTransport::new().json(200, TOKEN).after(short);
    let server = (0..16).fold(server, |server, _| server.json(200, GOOD).after(short));
    let client = client(&server);
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..16).map(|_| scope.spawn(|| send(&client.clone()).map(drop))).collect();
        waiting.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
    });
    assert_eq!((server.requests().len(), token_requests(&server)), (17, 1));
}

fn assert_refused(waited: Result<Response<Parcel>, Error>, outcome: Outcome) -> Error {
    let error = waited.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, outcome));
    assert!(error.to_string().contains("this thread runs async code and must not be blocked; use .await"), "{error}");
    error
}

fn runtimes() -> [tokio::runtime::Runtime; 2] {
    let alone = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    [alone.unwrap(), many.unwrap()]
}

#[test]
fn async_code_is_not_blocked_and_gets_its_call_back() {
    let server = ScriptedTransport::new().interrupted().json(200, TOKEN).json(200, GOOD).json(200, GOOD);
    let kept = send(&builder(&server).access_token("fixed").build().unwrap()).unwrap_err().resumable().unwrap();
    let client = client(&server);
    let refused = || {
        let resumed = client.core.resume::<Parcel>(&SEND_PARCEL, kept.clone()).wait();
        assert_eq!(assert_refused(resumed, Outcome::Unknown).unsent_call(), Some(&kept));
        assert_refused(send(&client), Outcome::NotSent)
    };
    let [alone, many] = runtimes();
    alone.block_on(async { refused() });
    many.block_on(async { refused() });
    let spawned = client.clone();
    many.block_on(async move {
        tokio::spawn(async move { assert_refused(send(&spawned), Outcome::NotSent) }).await.unwrap();
    });
    assert_eq!(server.requests().len(), 1);
    // The same client can be awaited there, and what was given back be sent.
    let error = alone.block_on(async {
        let error = refused();
        client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
        error
    });
    let given_back = error.resumable().unwrap();
    let parcel: Response<Parcel> = client.core.resume(&SEND_PARCEL, given_back.clone()).wait().unwrap();
    assert_eq!(parcel.idempotency_key(), Some(given_back.idempotency_key()));
}

/// Synchronous code of an async program.
#[test]
fn where_async_programs_may_block_a_call_can_be_waited_for() {
    let server = (0..5).fold(ScriptedTransport::new().json(200, TOKEN), |server, _| server.json(200, GOOD));
    let client = client(&server);
    let [alone, many] = runtimes();
    for runtime in [&alone, &many] {
        let client = client.clone();
        let waited = runtime.block_on(async move { tokio::task::spawn_blocking(move || send(&client)).await });
        waited.unwrap().unwrap();
    }
    let in_place = client.clone();
    many.block_on(async move {
        tokio::spawn(async move { tokio::task::block_in_place(|| send(&in_place)) }).await.unwrap().unwrap();
    });
    for runtime in [&alone, &many] {
        let _guard = runtime.enter();
        send(&client).unwrap();
    }
}

#[test]
fn the_last_client_can_be_dropped_anywhere() {
    let used = || {
        let client = client(&ScriptedTransport::new().json(200, TOKEN).json(200, GOOD));
        send(&client).unwrap();
        client
    };
    drop(used());
    let (alone, many) = (used(), used());
    let unused = client(&ScriptedTransport::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move { drop((alone, unused)) });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async move { tokio::spawn(async move { drop(many) }).await.unwrap() });
}

/// Nothing but the client's own thread is there to renew it.
#[test]
fn a_token_is_renewed_between_calls() {
    let (depot, clock) = (Depot::default(), Still::default());
    let client = ClientBuilder::<Client>::new(&SERVICE, BaseUrl::new("https://api.example.com").unwrap());
    let client = client.transport(depot.clone()).client_credentials("id", "secret").clock(clock.clone());
    let client = client.build().unwrap();
    send(&client).unwrap();
    *clock.0.lock().unwrap() += Duration::from_secs(3500);
    send(&client).unwrap();
    let renewed = || {
        (0..500).any(|_| {
            thread::sleep(Duration::from_millis(10));
            send(&client).unwrap();
            depot.calls().last().unwrap() == "Bearer tok-2"
        })
    };
    assert!(renewed(), "{:?}", depot.calls());
    assert_eq!((depot.calls()[1].as_str(), depot.tokens()), ("Bearer tok-1", 2));
}

#[test]
fn a_kept_call_can_be_waited_for() {
    let server = ScriptedTransport::new().json(200, TOKEN).interrupted().json(200, GOOD).not_sent();
    let client = client(&server);
    let kept = send(&client).unwrap_err().resumable().unwrap();
    let parcel: Response<Parcel> = client.core.resume(&SEND_PARCEL, kept.clone()).wait().unwrap();
    assert_eq!((parcel.number.as_deref(), parcel.idempotency_key()), (Some("P-1"), Some(kept.idempotency_key())));
    let requests = server.requests();
    assert_eq!((requests[1].headers(), requests[1].body()), (requests[2].headers(), requests[2].body()));
    let error = client.core.resume::<Parcel>(&SEND_PARCEL, kept).wait().unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::Unknown));
}
