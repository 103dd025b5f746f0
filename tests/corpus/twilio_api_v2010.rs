//! Twilio: endings behind parameters, forms with names in capitals and repeated, comparisons in the names of parameters.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{
    ApiV2010AccountCall, CallEnumStatus, Client, CreateCallRequest, CreateCallRequestStatusCallbackMethod,
    CreateMessageRequest, Environment, FetchCallHeaders, ListCall200Response,
};
use serde_json::json;
use support::{assert_form, assert_headers, assert_line, builder, failed, in_document, round, sent};

const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const CALL: &str = "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::ApiTwilioCom).basic_auth(ACCOUNT, "t0ken").build().unwrap()
}

fn example(path: &str, method: &str, status: &str, name: &str) -> serde_json::Value {
    let path = path.replace('/', "~1");
    in_document(&format!("/paths/{path}/{method}/responses/{status}/content/application~1json/examples/{name}/value"))
}

#[tokio::test]
async fn an_ending_stands_behind_a_parameter() {
    let call = example("/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json", "get", "200", "fetch");
    let headers = [("content-type", "application/json"), ("access-control-allow-credentials", "true")];
    let server = ScriptedTransport::new().response(200, &headers, call.to_string()).response(204, &[], "");
    let client = client(&server);
    let response = client.fetch_call(ACCOUNT, CALL).await.unwrap();
    let request = sent(&server);
    assert_line(&request, &format!("GET https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"));
    assert_headers(
        &request,
        &["accept: application/json", "authorization: Basic QUNhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYTp0MGtlbg=="],
    );
    assert_eq!(response.status, Some(CallEnumStatus::Completed));
    // moments are those of mails here, and so they are text
    assert_eq!(response.start_time.as_deref(), Some("Fri, 18 Oct 2019 17:02:00 +0000"));
    assert_eq!(response.price.as_deref(), Some("-0.200"));
    assert_eq!(response.headers_as::<FetchCallHeaders>().access_control_allow_credentials, Some(true));
    round::<ApiV2010AccountCall>(&call);

    let response = client.delete_call(ACCOUNT, CALL).await.unwrap();
    assert_eq!(response.status().as_u16(), 204);
}

#[tokio::test]
async fn a_form_repeats_its_names() {
    let server = ScriptedTransport::new().json(201, json!({"sid": CALL, "status": "queued"}).to_string());
    let server = server.json(201, r#"{"sid": "SM1", "status": "accepted", "num_media": "0"}"#);
    let client = client(&server);
    let request = CreateCallRequest::new("+14155551212", "sip:jack@example.com?x=1&y")
        .url("http://demo.twilio.com/docs/voice.xml")
        .status_callback_event(["initiated", "answered"])
        .status_callback_method(CreateCallRequestStatusCallbackMethod::Post)
        .timeout(60)
        .record(true);
    let call = client.create_call(ACCOUNT).body(&request).await.unwrap();
    assert_eq!((call.status().as_u16(), call.sid.as_deref()), (201, Some(CALL)));
    let request = sent(&server);
    assert_line(&request, &format!("POST https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls.json"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_form(
        &request.text(),
        &[
            "To=+14155551212",
            "From=sip:jack@example.com?x=1&y",
            "StatusCallbackEvent=initiated",
            "StatusCallbackEvent=answered",
            "StatusCallbackMethod=POST",
            "Timeout=60",
            "Record=true",
            "Url=http://demo.twilio.com/docs/voice.xml",
        ],
    );

    let message = CreateMessageRequest::new("+1")
        .max_price("0.10".parse::<sdk::Decimal>().unwrap())
        .send_at("2024-11-30T20:36:27Z".parse().unwrap())
        .body("Ahoy 👋 + 100%")
        .media_url(["https://c.example/a.png", "https://c.example/b.png"]);
    client.create_message(ACCOUNT).body(&message).await.unwrap();
    assert_form(
        &sent(&server).text(),
        &[
            "To=+1",
            "MaxPrice=0.10",
            "SendAt=2024-11-30T20:36:27Z",
            "Body=Ahoy 👋 + 100%",
            "MediaUrl=https://c.example/a.png",
            "MediaUrl=https://c.example/b.png",
        ],
    );
}

#[tokio::test]
async fn names_of_parameters_compare() {
    let page = example("/2010-04-01/Accounts/{AccountSid}/Calls.json", "get", "200", "readFullPage1");
    let server = ScriptedTransport::new().json(200, page.to_string());
    let since = "2024-01-31T00:00:00Z".parse().unwrap();
    let until = "2024-02-01T00:00:00Z".parse().unwrap();
    let call = client(&server).list_call(ACCOUNT).from("+1 415").status(&CallEnumStatus::NoAnswer);
    let response = call.start_time_less(until).start_time_greater(since).page_size(1000).await.unwrap();
    assert_line(
        &sent(&server),
        &format!(
            "GET https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls.json?From=%2B1%20415&Status=no-answer\
             &StartTime%3C=2024-02-01T00%3A00%3A00Z&StartTime%3E=2024-01-31T00%3A00%3A00Z&PageSize=1000"
        ),
    );
    assert!(!response.calls.as_ref().unwrap().is_empty());
    round::<ListCall200Response>(&page);
}

#[tokio::test]
async fn a_wrong_id_is_not_sent() {
    let server = ScriptedTransport::new();
    let error = failed(client(&server).list_call("AC1").page_size(1001).await);
    let paths: Vec<_> = error.violations().unwrap().iter().map(|violation| violation.path().to_owned()).collect();
    assert!(paths.contains(&"path parameter AccountSid".to_owned()), "{paths:?}");
    assert!(paths.contains(&"query parameter PageSize".to_owned()), "{paths:?}");
    assert!(server.requests().is_empty());
}
