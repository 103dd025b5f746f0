//! The token endpoint, and what a token permits.

use std::time::Duration;

use crate::support::*;
use zuora_simulator::{Fault, Simulator};

async fn ask(simulator: &Simulator, headers: &[(&str, &str)], form: String) -> Reply {
    let reply = send(simulator, "POST", "/oauth/token", headers, form.into());
    reply.await.unwrap()
}

#[tokio::test]
async fn credentials_give_a_bearer_token() {
    let simulator = Simulator::start().await.unwrap();
    let form = form(simulator.client_id(), simulator.client_secret());
    let reply = ask(&simulator, &[FORM], form).await;
    let body = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["access_token"].as_str().unwrap().len(), 32);
    assert_eq!(reply.header("x-ratelimit-remaining-minute"), Some("99"));
    assert_eq!(reply.header("zuora-request-id").unwrap().len(), 36);
}

#[tokio::test]
async fn wrong_requests_for_tokens() {
    let simulator = Simulator::start().await.unwrap();
    let good = form(simulator.client_id(), simulator.client_secret());
    let bad = form(simulator.client_id(), "something else");
    let unescaped = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        simulator.client_id(),
        simulator.client_secret()
    );
    assert_eq!(ask(&simulator, &[FORM], bad).await.status, 401);
    assert_eq!(ask(&simulator, &[FORM], unescaped).await.status, 401);
    assert_eq!(ask(&simulator, &[], good).await.status, 415);
    assert_eq!(ask(&simulator, &[FORM], String::new()).await.status, 400);
    assert_eq!(ask(&simulator, &[FORM], form("short", "x")).await.status, 400);
}

#[tokio::test]
async fn calls_need_a_token_that_is_still_good() {
    let caller = Caller::with(Simulator::builder().token_life(Duration::from_secs(60))).await;
    assert_eq!(caller.post(SESSIONS, &[], SESSION).await.status, 200);
    caller.simulator.advance(Duration::from_secs(60));
    let late = caller.post(SESSIONS, &[], SESSION).await;
    assert_eq!(late.status, 401);
    assert_eq!(late.json()["message"], "Authentication error");
    let json = [("content-type", "application/json")];
    let reply = send(&caller.simulator, "POST", PAYMENTS, &json, PAYMENT.into());
    assert_eq!(reply.await.unwrap().status, 401);
    assert_eq!(caller.simulator.ledger().entries().len(), 1);
}

#[tokio::test]
async fn tokens_can_be_voided() {
    let mut caller = Caller::new().await;
    caller.simulator.fault(Fault::ExpireTokens);
    assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, 401);
    caller.token = token(&caller.simulator).await;
    assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, 200);
    caller.simulator.expire_tokens();
    assert_eq!(caller.post(PAYMENTS, &[], PAYMENT).await.status, 401);
}

#[tokio::test]
async fn token_faults_and_limits() {
    let simulator = Simulator::builder().tokens_per_minute(2);
    let simulator = simulator.start().await.unwrap();
    let good = form(simulator.client_id(), simulator.client_secret());
    simulator.token_fault(Fault::Status(503));
    assert_eq!(ask(&simulator, &[FORM], good.clone()).await.status, 503);
    assert_eq!(ask(&simulator, &[FORM], good.clone()).await.status, 200);
    assert_eq!(ask(&simulator, &[FORM], good.clone()).await.status, 429);
    simulator.advance(Duration::from_secs(60));
    assert_eq!(ask(&simulator, &[FORM], good).await.status, 200);
}
