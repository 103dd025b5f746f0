//! Credentials, tokens and sensitive fields are never shown.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::future::IntoFuture;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use zuora_payments::operations::{CreateAuthorization, CreatePayment, CreatePaymentSession};
use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{Client, Error, Json, PaymentOption, ResumableCall, RetryPolicy};
use zuora_simulator::Fault;

use crate::support::{METHOD, Operation, PAID, Stage, authorization, payment, scripted_builder, session};

const SECRET: &str = "canary-s+cret==";
const TOKEN: &str = "canary-t0ken";
const SESSION: &str = "canary-sess1on";
const OPTION: &str = "canary-0ption";
const CUSTOM: &str = "canary-custom";
/// Looks like what stands on a card, and stands where such things do.
const CARD: &str = "canary-411111";

#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn debug(&mut self, value: &impl Debug) {
        self.0.extend([format!("{value:?}"), format!("{value:#?}")]);
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.0.push(error.to_string());
        self.0.push(panic_of_unwrap(Err(error)));
        if let Some(call) = error.resumable() {
            self.debug(&call);
        }
        let mut source = error.source();
        while let Some(inner) = source {
            self.0.push(format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }

    fn assert_clean(&self) {
        assert!(!self.0.is_empty());
        for text in &self.0 {
            for canary in ["canary", "s%2Bcret", "t0ken", "0ption", "sess1on", "y-411111"] {
                assert!(!text.contains(canary), "{text}");
            }
        }
    }
}

/// Returns the message of a panic with this error.
fn panic_of_unwrap(result: Result<(), impl Debug>) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| result.unwrap())).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

fn client(server: &ScriptedTransport, shown: &mut Shown) -> Client {
    let builder = scripted_builder(server).client_credentials("id", SECRET).retry(RetryPolicy::never());
    shown.debug(&builder);
    let client = builder.build().unwrap();
    shown.debug(&client);
    shown.debug(&scripted_builder(server).access_token(TOKEN));
    shown.debug(&scripted_builder(server).access_token(TOKEN).build().unwrap());
    client
}

#[tokio::test]
async fn calls_and_responses_show_no_secrets() {
    let token = format!(r#"{{"access_token": "{TOKEN}", "expires_in": 3599}}"#);
    let open = format!(r#"{{"token": "{SESSION}", "other": "{SESSION}"}}"#);
    let server =
        ScriptedTransport::new().json(200, token).json(200, open).json(200, PAID).json(400, r#"{"success": false}"#);
    let mut shown = Shown::default();
    let client = client(&server, &mut shown);

    let request = session().gateway_options([("name", OPTION)]);
    shown.debug(&request);
    let call = client.create_payment_session(&request);
    shown.debug(&call);
    let response = call.await.unwrap();
    shown.debug(&response);
    shown.debug(&response.token);
    assert_eq!(response.token.expose(), SESSION);
    shown.debug(&response.into_inner());

    let request = payment().gateway_options([("name", OPTION)]).additional_property("a__c", Json::from(CUSTOM));
    shown.debug(&request);
    let call = client.create_payment(&request);
    shown.debug(&call);
    shown.debug(&call.await.unwrap());

    let request = authorization().gateway_options([("name", OPTION)]);
    shown.debug(&request);
    shown.error(&client.create_authorization(METHOD, &request).await.unwrap_err());
    assert_eq!(server.requests().len(), 4);
    shown.debug(&server);
    shown.assert_clean();
}

/// Every field that is marked sensitive, in every request and every response that has it.
#[tokio::test]
async fn sensitive_fields_are_hidden_wherever_they_stand() {
    let paid = format!(
        r#"{{"success": true, "number": "P-1", "bankIdentificationNumber": "{CARD}", "card__c": "{CARD}",
            "paymentOption": [{{"type": "GatewayOptions", "detail": {{"{OPTION}": "{CARD}"}}}}]}}"#
    );
    let held = format!(r#"{{"success": true, "resultCode": 0, "transactionId": "1", "card": {{"number": "{CARD}"}}}}"#);
    let open = format!(r#"{{"token": "{SESSION}"}}"#);
    let cookie = [("set-cookie", TOKEN), ("zuora-request-id", "r-1")];
    let server = ScriptedTransport::new().response(200, &cookie, paid).response(200, &cookie, held);
    let server = server.response(200, &cookie, open);
    let mut shown = Shown::default();
    let client = scripted_builder(&server).access_token(TOKEN).build().unwrap();

    let options = PaymentOption::new().r#type("GatewayOptions").detail([("name", OPTION)]);
    shown.debug(&options);
    let request = payment().gateway_options([("name", OPTION)]).payment_option([options]);
    shown.debug(&request);
    let response = client.create_payment(&request).await.unwrap();
    assert_eq!(response.bank_identification_number.as_deref(), Some(CARD));
    assert_eq!(response.headers()["set-cookie"], TOKEN);
    shown.debug(&response);
    shown.debug(&response.payment_option);
    shown.0.push(panic_of_unwrap(Err(&response)));
    shown.debug(&response.into_inner());

    let request = authorization().gateway_options([("name", OPTION)]);
    shown.debug(&client.create_authorization(METHOD, &request).await.unwrap());
    let request = session().gateway_options([("name", OPTION)]);
    shown.debug(&client.create_payment_session(&request).await.unwrap());
    shown.debug(&server);
    shown.assert_clean();
}

/// A call on its way into a database and back, in every form. What is written holds the request, and nothing by which
/// the client proves who it is.
#[tokio::test]
async fn kept_calls_show_nothing_and_hold_no_credentials() {
    let token = format!(r#"{{"access_token": "{TOKEN}", "expires_in": 3599}}"#);
    let server = (0..3).fold(ScriptedTransport::new().json(200, token), |server, _| server.interrupted());
    let mut shown = Shown::default();
    let client = scripted_builder(&server).client_credentials("id", SECRET).retry(RetryPolicy::never());
    let client = client.build().unwrap();
    macro_rules! kept {
        ($call:expr, $operation:ty) => {{
            let call = $call;
            shown.debug(&call);
            let before = call.resumable().unwrap();
            let future = call.into_future();
            shown.debug(&future);
            let error = future.await.unwrap_err();
            shown.error(&error);
            for kept in [before, error.resumable().unwrap()] {
                let written = serde_json::to_string(&kept).unwrap();
                assert!(written.contains(OPTION), "{written}");
                let rest = written.replace(OPTION, "");
                assert!(!rest.contains("canary") && !rest.contains("t0ken"), "{written}");
                assert!(!rest.to_ascii_lowercase().contains("authorization:"), "{written}");
                let read: ResumableCall = serde_json::from_str(&written).unwrap();
                shown.debug(&read);
                shown.debug(&client.resume::<$operation>(read));
            }
        }};
    }
    let request = payment().gateway_options([("name", OPTION)]);
    kept!(client.create_payment(&request), CreatePayment);
    let request = authorization().gateway_options([("name", OPTION)]);
    kept!(client.create_authorization(METHOD, &request), CreateAuthorization);
    let request = session().gateway_options([("name", OPTION)]);
    kept!(client.create_payment_session(&request), CreatePaymentSession);
    assert_eq!(server.remaining(), 0);
    shown.assert_clean();
}

#[tokio::test]
async fn refused_requests_show_no_values() {
    let mut shown = Shown::default();
    let client = client(&ScriptedTransport::new(), &mut shown);
    let long = format!("{OPTION}{}", "x".repeat(255));
    let call = client.create_payment(&payment().gateway_options([("name", &long)]).comment(&long));
    shown.error(&call.track_id(format!("{OPTION}:")).await.unwrap_err());
    shown.assert_clean();
}

/// A server that repeats what it was told, and responses of tokens that are wrong in every way.
#[tokio::test(start_paused = true)]
async fn failures_of_the_token_endpoint_show_no_secrets() {
    let echo = |text: &str| format!(r#"{{"message": "bad pair id:{text}", "error": "{text}", "reasons": []}}"#);
    let mut server = ScriptedTransport::new();
    for status in [200, 400, 401, 500] {
        server = server
            .json(status, echo(SECRET))
            .json(status, echo("canary-s%2Bcret%3D%3D"))
            .json(status, format!(r#"{{"reasons": [{{"code": "{SECRET}", "message": "no {SECRET}"}}]}}"#))
            .json(status, format!(r#"{{"access_token": "{TOKEN}", "token_type": "{TOKEN}"}}"#))
            .json(status, format!(r#"{{"access_token": "{TOKEN} {TOKEN}"}}"#))
            .json(status, format!(r#"{{"access_token": "{TOKEN}"#));
    }
    let mut shown = Shown::default();
    let client = client(&server, &mut shown);
    while server.remaining() > 0 {
        shown.error(&client.create_payment(&payment()).await.unwrap_err());
        // The endpoint is left alone for so long.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    shown.assert_clean();
}

#[tokio::test]
async fn nothing_leaks_over_real_connections() {
    let stage = Stage::new().await;
    let once = || Stage::builder(&stage.simulator).retry(RetryPolicy::never()).build().unwrap();
    let twice = RetryPolicy::default().max_attempts(2).backoff(Duration::from_millis(1), Duration::from_millis(1));
    let twice = Stage::builder(&stage.simulator).retry(twice).build().unwrap();
    let client = once();
    let mut shown = Shown::default();
    let secret = stage.simulator.client_secret().to_owned();
    shown.debug(&stage.client);
    stage.client.create_payment(&payment()).await.unwrap();
    let session = stage.client.create_payment_session(&session()).await.unwrap();
    shown.debug(&session);
    for fault in [
        Fault::CloseBefore,
        Fault::CloseAfterProcessing,
        Fault::Truncate,
        Fault::Garbage,
        Fault::Status(401),
        Fault::Status(503),
    ] {
        for operation in Operation::ALL {
            // After 401 there is one attempt with another token, whatever the policy.
            (0..if fault == Fault::Status(401) { 2 } else { 1 }).for_each(|_| stage.simulator.fault(fault.clone()));
            shown.error(&operation.call(&client, None).await.unwrap_err());
            // What cannot be read is not asked for again.
            if fault != Fault::Garbage {
                stage.simulator.fault(fault.clone());
                stage.simulator.fault(fault.clone());
                let error = operation.call(&twice, None).await.unwrap_err();
                assert_eq!(error.attempts(), 2);
                shown.error(&error);
            }
        }
        stage.simulator.token_fault(fault.clone());
        shown.error(&once().create_payment(&payment()).await.unwrap_err());
    }
    let bearer = stage.calls()[0].header("authorization").unwrap().to_owned();
    let token = bearer.strip_prefix("Bearer ").unwrap();
    for text in &shown.0 {
        for hidden in [token, session.token.expose(), &secret, "s1mul%2Btor"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}
