//! What is shown: no credentials, no tokens, nothing that goes to the gateway.

use std::error::Error as StdError;
use std::fmt::Debug;

use simulator::Fault;
use zuora_payments::testing::ScriptedTransport;
use zuora_payments::{Client, Error, Json};

use crate::support::{METHOD, Operation, PAID, Stage, authorization, payment, scripted_builder, session};

const SECRET: &str = "canary-s+cret==";
const TOKEN: &str = "canary-t0ken";
const SESSION: &str = "canary-sess1on";
const OPTION: &str = "canary-0ption";
const CUSTOM: &str = "canary-custom";

#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn debug(&mut self, value: &impl Debug) {
        self.0.extend([format!("{value:?}"), format!("{value:#?}")]);
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.0.push(error.to_string());
        let mut source = error.source();
        while let Some(inner) = source {
            self.0.push(format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }

    fn assert_clean(&self) {
        assert!(!self.0.is_empty());
        for text in &self.0 {
            for canary in ["canary", "s%2Bcret", "t0ken", "0ption", "sess1on"] {
                assert!(!text.contains(canary), "{text}");
            }
        }
    }
}

fn client(server: &ScriptedTransport, shown: &mut Shown) -> Client {
    let builder = scripted_builder(server).client_credentials("id", SECRET);
    shown.debug(&builder);
    let client = builder.build().unwrap();
    shown.debug(&client);
    shown.debug(&scripted_builder(server).access_token(TOKEN));
    shown.debug(&scripted_builder(server).access_token(TOKEN).build().unwrap());
    client
}

#[tokio::test]
async fn calls_and_answers_show_no_secrets() {
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
    let answer = call.await.unwrap();
    shown.debug(&answer);
    shown.debug(&answer.token);
    assert_eq!(answer.token.expose(), SESSION);
    shown.debug(&answer.into_inner());

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

#[tokio::test]
async fn refused_requests_show_no_values() {
    let mut shown = Shown::default();
    let client = client(&ScriptedTransport::new(), &mut shown);
    let long = format!("{OPTION}{}", "x".repeat(255));
    let call = client.create_payment(&payment().gateway_options([("name", &long)]).comment(&long));
    shown.error(&call.track_id(format!("{OPTION}:")).await.unwrap_err());
    shown.assert_clean();
}

/// A server that repeats what it was told, and answers of tokens that are wrong in every way.
#[tokio::test]
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
    }
    shown.assert_clean();
}

#[tokio::test]
async fn nothing_leaks_over_real_connections() {
    let stage = Stage::new().await;
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
            stage.simulator.fault(fault.clone());
            shown.error(&operation.call(&stage.client, None).await.unwrap_err());
        }
        let client = Stage::builder(&stage.simulator).build().unwrap();
        stage.simulator.token_fault(fault.clone());
        shown.error(&client.create_payment(&payment()).await.unwrap_err());
    }
    let bearer = stage.calls()[0].header("authorization").unwrap().to_owned();
    let token = bearer.strip_prefix("Bearer ").unwrap();
    for text in &shown.0 {
        for hidden in [token, session.token.expose(), &secret, "s1mul%2Btor"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}
