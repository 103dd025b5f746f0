//! Every failure of a call, and what it claims about the money, compared with the ledger each time.

use std::time::{Duration, Instant};

use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{BaseUrl, Client, ErrorKind, Outcome, RetryPolicy};
use zuora_simulator::{Fault, Simulator};

use crate::support::{Operation, Stage, key, payment, scripted};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// What a fault leaves behind.
struct Left {
    fault: Fault,
    kind: ErrorKind,
    outcome: Outcome,
    /// How often something moved.
    moved: usize,
}

fn left(fault: Fault, kind: ErrorKind, outcome: Outcome, moved: usize) -> Left {
    Left { fault, kind, outcome, moved }
}

fn faults() -> Vec<Left> {
    use ErrorKind::{Api, Decode, Interrupted};
    use Outcome::{Rejected, Unknown};
    vec![
        left(Fault::CloseBefore, Interrupted, Unknown, 0),
        left(Fault::CloseAfterProcessing, Interrupted, Unknown, 1),
        left(Fault::Truncate, Interrupted, Unknown, 1),
        left(Fault::Garbage, Decode, Unknown, 1),
        left(Fault::Status(200), Decode, Unknown, 0),
        left(Fault::Status(302), Api, Unknown, 0),
        left(Fault::Status(400), Api, Unknown, 0),
        left(Fault::Status(403), Api, Unknown, 0),
        left(Fault::Status(404), Api, Unknown, 0),
        left(Fault::Status(408), Api, Unknown, 0),
        left(Fault::Status(409), Api, Unknown, 0),
        left(Fault::Status(413), Api, Unknown, 0),
        left(Fault::Status(429), Api, Rejected, 0),
        left(Fault::Status(500), Api, Unknown, 0),
        left(Fault::Status(502), Api, Unknown, 0),
        left(Fault::Status(503), Api, Unknown, 0),
        left(Fault::Status(504), Api, Unknown, 0),
        left(Fault::StatusAfterProcessing(200), Decode, Unknown, 1),
        left(Fault::StatusAfterProcessing(408), Api, Unknown, 1),
        left(Fault::StatusAfterProcessing(409), Api, Unknown, 1),
        left(Fault::StatusAfterProcessing(500), Api, Unknown, 1),
        left(Fault::StatusAfterProcessing(502), Api, Unknown, 1),
        left(Fault::StatusAfterProcessing(503), Api, Unknown, 1),
        left(Fault::StatusAfterProcessing(504), Api, Unknown, 1),
        left(Fault::RateLimit(Duration::from_secs(600)), Api, Rejected, 0),
        left(Fault::ConcurrencyLimit(Duration::from_secs(120)), Api, Rejected, 0),
    ]
}

/// Each fault for each operation: what the error claims is what the ledger shows, and the same call under the same key ends
/// with exactly one movement.
#[tokio::test]
async fn after_every_fault_the_outcome_is_true_and_the_key_finds_out() {
    for operation in Operation::ALL {
        let stage = Stage::new().await;
        for Left { fault, kind, outcome, moved } in faults() {
            stage.simulator.reset();
            // A client of its own, so that the connection is a new one and the token is good.
            let client = Stage::builder(&stage.simulator).build().unwrap();
            stage.simulator.fault(fault.clone());
            let error = operation.call(&client, None).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{operation:?} {fault:?}: {error}");
            assert_eq!(stage.moved(), moved, "{operation:?} {fault:?}");
            stage.assert_honest(0, &error);
            assert_eq!(stage.calls().len(), 1, "{operation:?} {fault:?}: one call, one request");
            assert_eq!(stage.calls()[0].key.as_deref(), error.idempotency_key().map(AsRef::as_ref));

            let again = Stage::builder(&stage.simulator).build().unwrap();
            operation.call(&again, error.idempotency_key().cloned()).await.unwrap();
            assert_eq!(stage.moved(), 1, "{operation:?} {fault:?}: found out");
        }
    }
}

/// The same over a connection from the pool, where a client may be tempted to repeat what it thinks was not sent.
#[tokio::test]
async fn a_connection_from_the_pool_repeats_nothing() {
    let stage = Stage::new().await;
    for fault in [Fault::CloseBefore, Fault::CloseAfterProcessing, Fault::Truncate] {
        stage.client.create_payment(&payment()).await.unwrap();
        let (before, asked) = (stage.moved(), stage.calls().len());
        stage.simulator.fault(fault.clone());
        let error = stage.client.create_payment(&payment()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Interrupted, Outcome::Unknown), "{fault:?}");
        assert_eq!(stage.calls().len(), asked + 1, "{fault:?}");
        stage.assert_honest(before, &error);
    }
}

#[tokio::test]
async fn a_limit_tells_how_long_to_wait() {
    let stage = Stage::new().await;
    stage.simulator.fault(Fault::RateLimit(Duration::from_secs(600)));
    let error = stage.client.create_payment(&payment()).await.unwrap_err();
    let rate = error.rate_limit().unwrap();
    assert_eq!((rate.remaining(), rate.reset()), (Some(0), Some(Duration::from_secs(600))));
    assert_eq!(error.reasons()[0].code(), "70");
    stage.simulator.fault(Fault::ConcurrencyLimit(Duration::from_secs(120)));
    let error = stage.client.create_payment(&payment()).await.unwrap_err();
    assert_eq!(error.headers().unwrap()["retry-after"], "120");
    assert_eq!(error.reasons()[0].code(), "50000070");
    assert_eq!(stage.moved(), 0);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_may_still_go_through() {
    for operation in Operation::ALL {
        let stage = Stage::new().await;
        let hasty = Stage::builder(&stage.simulator).attempt_timeout(ms(500)).build().unwrap();
        operation.call(&hasty, None).await.unwrap();
        stage.simulator.fault(Fault::Delay(ms(1200)));
        let start = Instant::now();
        let error = operation.call(&hasty, None).await.unwrap_err();
        assert!(start.elapsed() < ms(1100), "{:?}", start.elapsed());
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
        assert!(error.to_string().contains("attempt timeout of 500 ms"), "{error}");
        assert!(!error.is_retryable() && error.resumable().is_some() && error.status().is_none());
        stage.assert_honest(1, &error);

        // While the call goes on, its key is taken; after that, it tells what became of it.
        let waiting = operation.call(&stage.client, error.idempotency_key().cloned()).await.unwrap_err();
        assert_eq!((waiting.status().unwrap().as_u16(), waiting.outcome()), (409, Outcome::Unknown));
        stage.until_moved(2).await;
        operation.call(&stage.client, error.idempotency_key().cloned()).await.unwrap();
        assert_eq!(stage.moved(), 2);
    }
}

#[tokio::test]
async fn the_smaller_of_the_timeouts_holds() {
    let stage = Stage::new().await;
    stage.client.create_payment(&payment()).await.unwrap();
    for (attempt, total, says) in
        [(ms(100), ms(5000), "attempt timeout of 100 ms"), (ms(5000), ms(120), "total timeout of 120 ms")]
    {
        stage.simulator.fault(Fault::Delay(ms(400)));
        let before = stage.moved();
        let call = stage.client.create_payment(&payment()).attempt_timeout(attempt).total_timeout(total);
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
        assert!(error.to_string().contains(says), "{error}");
        stage.assert_honest(before, &error);
        stage.until_moved(before + 1).await;
    }
    let error = stage.client.create_payment(&payment()).attempt_timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
}

/// A caller that stops waiting by its own means: the call goes through all the same, and only a key of its own tells.
#[tokio::test]
async fn a_call_that_is_dropped_half_way_is_found_by_its_key() {
    let stage = Stage::new().await;
    stage.client.create_payment(&payment()).await.unwrap();
    stage.simulator.fault(Fault::Delay(ms(900)));
    let call = stage.client.create_payment(&payment()).idempotency_key(key("mine"));
    tokio::time::timeout(ms(400), call.into_future()).await.unwrap_err();
    stage.until_moved(2).await;
    stage.client.create_payment(&payment()).idempotency_key(key("mine")).await.unwrap();
    assert_eq!(stage.moved(), 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let stage = Stage::new().await;
    for (fault, status, retryable) in [
        (Fault::CloseBefore, None, true),
        (Fault::CloseAfterProcessing, None, true),
        (Fault::Truncate, None, true),
        (Fault::Garbage, Some(200), false),
        (Fault::Status(200), Some(200), false),
        (Fault::Status(302), Some(302), false),
        (Fault::Status(401), Some(401), false),
        (Fault::Status(500), Some(500), true),
        (Fault::Status(503), Some(503), true),
        (Fault::RateLimit(Duration::from_secs(60)), Some(429), true),
    ] {
        let client = Stage::builder(&stage.simulator).build().unwrap();
        stage.simulator.token_fault(fault.clone());
        let error = client.create_payment(&payment()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Authentication, Outcome::NotSent), "{fault:?} {error}");
        assert_eq!(
            (error.status().map(|status| status.as_u16()), error.is_retryable()),
            (status, retryable),
            "{fault:?}"
        );
        assert!(error.idempotency_key().is_some());
        stage.assert_honest(0, &error);
        // The next call asks anew, after a second in which a refusal stands.
        if !retryable {
            let same = client.create_payment(&payment()).await.unwrap_err();
            assert_eq!((same.kind(), same.status()), (ErrorKind::Authentication, error.status()), "{fault:?}");
            tokio::time::sleep(ms(1100)).await;
        }
        client.create_payment(&payment()).await.unwrap();
        stage.simulator.reset();
    }

    let hasty = Stage::builder(&stage.simulator).attempt_timeout(ms(100)).build().unwrap();
    stage.simulator.token_fault(Fault::Delay(ms(400)));
    let error = hasty.create_payment(&payment()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent), "{error}");
    assert!(stage.calls().is_empty());
}

#[tokio::test]
async fn wrong_credentials_are_told_as_such() {
    let stage = Stage::new().await;
    let url = || BaseUrl::new(stage.simulator.base_url()).unwrap();
    let id = stage.simulator.client_id();
    let wrong = Client::builder(url()).client_credentials(id, "wrong+secret==").build().unwrap();
    for operation in Operation::ALL {
        let error = operation.call(&wrong, None).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Authentication, Outcome::NotSent));
        assert_eq!(error.status().unwrap(), 401);
        assert!(!error.is_retryable());
        assert!(error.to_string().contains("check the credentials, and that the base URL"), "{error}");
        assert!(!format!("{error} {error:?}").contains("wrong+secret"));
    }
    assert!(stage.calls().is_empty());

    let stale = Client::builder(url()).access_token("stale").build().unwrap();
    let error = stale.create_payment(&payment()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.status().unwrap().as_u16()),
        (ErrorKind::Api, Outcome::Rejected, 401)
    );
    stage.assert_honest(0, &error);
}

/// A token that is void before its time costs the call one more request and nothing else.
#[tokio::test]
async fn a_token_that_is_refused_is_replaced_within_the_call() {
    for operation in Operation::ALL {
        let stage = Stage::new().await;
        operation.call(&stage.client, None).await.unwrap();
        for fault in [Fault::ExpireTokens, Fault::Status(401)] {
            let (before, asked, tokens) = (stage.moved(), stage.calls().len(), stage.token_requests());
            stage.simulator.fault(fault);
            operation.call(&stage.client, None).await.unwrap();
            assert_eq!((stage.moved(), stage.calls().len()), (before + 1, asked + 2));
            assert_eq!(stage.token_requests(), tokens + 1);
        }
    }
}

#[tokio::test]
async fn a_token_is_renewed_while_it_serves() {
    let stage = Stage::with(Simulator::builder().token_life(Duration::from_secs(8))).await;
    for _ in 0..30 {
        stage.client.create_payment(&payment()).await.unwrap();
        tokio::time::sleep(ms(300)).await;
    }
    // One at first, and one more in the second half of the life of each.
    assert!((2..=3).contains(&stage.token_requests()), "{}", stage.token_requests());
    assert!(stage.calls().iter().all(|call| call.status == Some(200)));
}

#[tokio::test]
async fn nobody_there_means_nothing_sent() {
    let stage = Stage::new().await;
    let url = stage.simulator.base_url();
    stage.client.create_payment(&payment()).await.unwrap();
    let gone = Simulator::start().await.unwrap();
    let gone_url = gone.base_url();
    gone.stop().await;
    assert_ne!(url, gone_url);
    let retry = RetryPolicy::default().backoff(ms(10), ms(10));
    let client = Client::builder(BaseUrl::new(gone_url).unwrap()).access_token("t").retry(retry).build().unwrap();
    for operation in Operation::ALL {
        let error = operation.call(&client, None).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error}");
        assert!(error.is_retryable() && std::error::Error::source(&error).is_some());
    }
}

#[tokio::test]
async fn a_response_beyond_the_limit_is_not_read_and_not_forgotten() {
    let stage = Stage::new().await;
    let small = Stage::builder(&stage.simulator).max_response_bytes(300).build().unwrap();
    let error = small.create_payment(&payment()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{error}");
    assert_eq!(stage.moved(), 1);
    let response = stage.client.create_payment(&payment()).idempotency_key(error.idempotency_key().unwrap().clone());
    assert!(response.await.unwrap().number.is_some());
    assert_eq!(stage.moved(), 1);
}

/// A declined payment is evidence only where every byte of its response is what JSON allows, however large the response is.
#[tokio::test]
async fn a_decline_whose_body_was_repaired_proves_nothing() {
    let comment = |length: usize| "x".repeat(length);
    for length in [10, 400_000] {
        for flag in [r#""success":true,"#, ""] {
            for (value, outcome) in [("7", Outcome::Rejected), ("NaN", Outcome::Unknown)] {
                let comment = comment(length);
                let body = format!(
                    r#"{{{flag}"id":"8ad0","amount":5,"number":"P-1","status":"Error","gatewayState":"NotSubmitted","gatewayResponseCode":"51","comment":"{comment}","x":{value}}}"#
                );
                let server = ScriptedTransport::new().json(200, body);
                let error = scripted(&server).create_payment(&payment()).await.unwrap_err();
                assert_eq!(error.outcome(), outcome, "{length} {flag} {value}: {error}");
            }
        }
    }
}
