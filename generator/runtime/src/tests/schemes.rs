//! What calls prove themselves by, and where they go.

use super::secrecy::{CANARY, assert_clean};
use super::{BaseUrl, Client, ClientBuilder, GOOD, NewParcel, Parcel, SERVICE, TOKEN, key};
use crate::codegen::{CredentialsIn, HeaderField, Operation, Scheme, Segment, Service, TokenEndpoint};
use crate::testing::{RecordedRequest, ScriptedTransport};
use crate::{Error, ErrorKind, Outcome, ResumableCall, RetryPolicy};

static TOKENLESS: Service = Service { token: None, ..SERVICE };
static ELSEWHERE: Service = Service {
    token: Some(TokenEndpoint { path: "https://login.example.com/oauth/token", credentials: CredentialsIn::Body }),
    ..SERVICE
};

static BEARER: Scheme = Scheme::bearer("token");
static OAUTH: Scheme = Scheme::oauth2("oauth");
static BASIC: Scheme = Scheme::basic("login");
static HEADER: Scheme = Scheme::api_key_in_header("headerKey", "X-Key");
static QUERY: Scheme = Scheme::api_key_in_query("query key", "the key");
static COOKIE: Scheme = Scheme::api_key_in_cookie("cookieKey", "sid");
static CERTIFICATE: Scheme = Scheme::other("certificate");

const fn operation(id: &'static str) -> Operation {
    Operation::new(id, "POST", &[Segment::Literal("/x")])
}

static WITH_TOKEN: Operation = operation("withToken").security(&[&[&BEARER]]);
static WITH_OAUTH: Operation = operation("withOauth").security(&[&[&OAUTH]]);
static WITH_LOGIN: Operation = operation("withLogin").security(&[&[&BASIC]]);
static WITH_ALL_KEYS: Operation = operation("withAllKeys").security(&[&[&HEADER, &QUERY, &COOKIE]]).idempotent();
static WITH_ANY: Operation = operation("withAny").security(&[&[&HEADER, &BASIC], &[&QUERY], &[&OAUTH]]);
static WITH_OR_WITHOUT: Operation = operation("withOrWithout").security(&[&[], &[&HEADER]]);
static WITHOUT: Operation = operation("without").security(&[]);
static WITH_CERTIFICATE: Operation = operation("withCertificate").security(&[&[&CERTIFICATE, &HEADER], &[&BASIC]]);
static SIGNED_UP: Operation = Operation::new("signedUp", "GET", &[Segment::Literal("/x?a=b")])
    .headers(&[HeaderField::new("Cookie")])
    .security(&[&[&QUERY, &COOKIE]]);
static UPLOAD: Operation =
    operation("upload").servers(&["https://up.example.com/v2", "https://up2.example.com"]).idempotent();

fn builder(service: &'static Service, server: &ScriptedTransport) -> ClientBuilder<Client> {
    ClientBuilder::new(service, BaseUrl::new("https://api.example.com").unwrap())
        .transport(server.clone())
        .idempotency_key_source(|| key("key-1"))
        .retry(RetryPolicy::never())
}

async fn send(client: &Client, operation: &'static Operation) -> Result<(), Error> {
    client.core.call(operation).body(&NewParcel::new(1)).send::<Parcel>().await.map(drop)
}

/// Returns the request of a call that succeeds.
async fn sent(
    service: &'static Service,
    operation: &'static Operation,
    set: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
) -> RecordedRequest {
    let server = ScriptedTransport::new().json(200, GOOD);
    send(&set(builder(service, &server)).build().unwrap(), operation).await.unwrap();
    server.requests().remove(0)
}

#[tokio::test]
async fn each_scheme_has_its_place() {
    let request = sent(&TOKENLESS, &WITH_TOKEN, |client| client.access_token("t").api_key("headerKey", "k")).await;
    assert_eq!((request.header("authorization"), request.header("x-key")), (Some("Bearer t"), None));

    let request = sent(&TOKENLESS, &WITH_LOGIN, |client| client.basic_auth("user", "pass")).await;
    assert_eq!(request.header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert!(request.headers()["authorization"].is_sensitive());

    let keys = |client: ClientBuilder<Client>| {
        let client = client.api_key("headerKey", "old").api_key("headerKey", "h");
        client.api_key("query key", "q&/").api_key("cookieKey", "c;d").access_token("t")
    };
    let request = sent(&TOKENLESS, &WITH_ALL_KEYS, keys).await;
    assert_eq!(request.uri(), "https://api.example.com/x?the%20key=q%26%2F");
    assert_eq!((request.header("x-key"), request.header("cookie")), (Some("h"), Some("sid=c%3Bd")));
    assert_eq!(request.header("authorization"), None);
    assert!(request.headers()["x-key"].is_sensitive() && request.headers()["cookie"].is_sensitive());
}

#[tokio::test]
async fn keys_stand_beside_what_is_there() {
    let server = ScriptedTransport::new().json(200, GOOD);
    let client = builder(&TOKENLESS, &server).api_key("query key", "q").api_key("cookieKey", "c").build().unwrap();
    client.core.call(&SIGNED_UP).header("Cookie", "theme=dark").send::<Parcel>().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.uri(), "https://api.example.com/x?a=b&the%20key=q");
    assert_eq!(request.header("cookie"), Some("theme=dark; sid=c"));
}

#[tokio::test]
async fn a_token_is_fetched_for_the_operations_that_take_one() {
    let server = ScriptedTransport::new().json(200, GOOD).json(200, TOKEN).json(200, GOOD);
    let client = builder(&SERVICE, &server).client_credentials("id", "secret").scope("a b").build().unwrap();
    send(&client, &WITHOUT).await.unwrap();
    send(&client, &WITH_OAUTH).await.unwrap();
    let requests = server.requests();
    let authorizations: Vec<_> = requests.iter().map(|request| request.header("authorization")).collect();
    assert_eq!(authorizations, [None, None, Some("Bearer tok-1")]);
    assert!(requests[1].text().ends_with("grant_type=client_credentials&scope=a%20b"), "{}", requests[1].text());
}

#[tokio::test]
async fn the_first_set_is_used_that_is_complete() {
    let both =
        |client: ClientBuilder<Client>| client.api_key("headerKey", "h").basic_auth("u", "p").api_key("query key", "q");
    let request = sent(&TOKENLESS, &WITH_ANY, both).await;
    assert_eq!((request.header("x-key"), request.uri().query()), (Some("h"), None));
    let one =
        |client: ClientBuilder<Client>| client.api_key("headerKey", "h").api_key("query key", "q").access_token("t");
    let request = sent(&TOKENLESS, &WITH_ANY, one).await;
    assert_eq!((request.header("x-key"), request.uri().query()), (None, Some("the%20key=q")));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn where_none_are_needed_those_available_are_used() {
    assert_eq!(sent(&TOKENLESS, &WITH_OR_WITHOUT, |client| client).await.header("x-key"), None);
    let request = sent(&TOKENLESS, &WITH_OR_WITHOUT, |client| client.api_key("headerKey", "h")).await;
    assert_eq!(request.header("x-key"), Some("h"));
}

#[tokio::test]
async fn what_the_client_cannot_have_is_left_to_the_transport() {
    let request = sent(&TOKENLESS, &WITH_CERTIFICATE, |client| client.api_key("headerKey", "h")).await;
    assert_eq!(request.header("x-key"), Some("h"));
    let request =
        sent(&TOKENLESS, &WITH_CERTIFICATE, |client| client.api_key("headerKey", "h").basic_auth("u", "p")).await;
    assert_eq!((request.header("x-key"), request.header("authorization")), (None, Some("Basic dTpw")));
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let server = ScriptedTransport::new();
    for (service, operation, held, remedy) in [
        (&TOKENLESS, &WITH_TOKEN, "headerKey", "call access_token on"),
        (&TOKENLESS, &WITH_ALL_KEYS, "headerKey", r#"call api_key("query key", ..) and api_key("cookieKey", ..) on"#),
        (&TOKENLESS, &WITH_CERTIFICATE, "certificate", r#"call api_key("headerKey", ..), or basic_auth on"#),
        (
            &SERVICE,
            &WITH_ANY,
            "headerKey",
            r#"call basic_auth, or api_key("query key", ..), or client_credentials or access_token on"#,
        ),
    ] {
        let client = builder(service, &server).api_key(held, "h").build().unwrap();
        let error = send(&client, operation).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
        assert_eq!((error.operation(), error.attempts()), (Some(operation.id), 0));
        let said = format!("the client has no credentials for this operation; {remedy} its builder");
        assert!(error.to_string().contains(&said), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_refused_key_is_not_renewed() {
    let server = ScriptedTransport::new().json(401, "").json(200, TOKEN);
    let client = builder(&SERVICE, &server).client_credentials("id", "s").basic_auth("u", "p").build().unwrap();
    let error = send(&client, &WITH_LOGIN).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.requests().len()), (401, 1));
}

#[test]
fn credentials_that_cannot_be_sent_are_told_when_the_client_is_built() {
    let server = ScriptedTransport::new();
    for (set, why) in [
        (builder(&TOKENLESS, &server).api_key("k", ""), "the api key for k is empty"),
        (builder(&TOKENLESS, &server).api_key("k", "hunter2\n"), "the api key for k holds a line break"),
        (builder(&TOKENLESS, &server).api_key("k", " hunter2"), "the api key for k begins or ends with a blank"),
        (builder(&TOKENLESS, &server).api_key("k", "hünter2"), "the api key for k is empty or holds a character"),
        (builder(&TOKENLESS, &server).basic_auth("hunter2\n", ""), "the user name for basic_auth holds a line break"),
        (builder(&TOKENLESS, &server).basic_auth("", "hunter2\r\n"), "the password for basic_auth holds a line break"),
        (
            builder(&TOKENLESS, &server).basic_auth("u", "hunter2\t"),
            "the password for basic_auth begins or ends with a blank",
        ),
        (builder(&TOKENLESS, &server).basic_auth("hunter2:", ""), "holds a colon"),
        (builder(&SERVICE, &server).scope("a"), "there are no credentials"),
    ] {
        let error = set.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(why) && !error.to_string().contains("hunter2"), "{error}");
    }
    let replaced = builder(&TOKENLESS, &server).basic_auth("\n", "").basic_auth("u", "");
    assert!(replaced.build().is_ok());
}

/// A server that repeats whatever it is told.
#[tokio::test]
async fn keys_are_neither_shown_nor_kept() {
    let body = format!(
        r#"{{"message": "no such {CANARY}-k/x, {CANARY}-k%2Fx, {CANARY}-p, Y2FuYXJ5LTQ3MTEtdTpjYW5hcnktNDcxMS1w"}}"#
    );
    for operation in [&WITH_ALL_KEYS, &WITH_LOGIN] {
        let server = ScriptedTransport::new().json(400, body.clone()).interrupted().json(200, GOOD);
        let key = || format!("{CANARY}-k/x");
        let set = builder(&TOKENLESS, &server).basic_auth(format!("{CANARY}-u"), format!("{CANARY}-p"));
        let set = set.api_key("headerKey", key()).api_key("query key", key()).api_key("cookieKey", key());
        let mut shown = vec![format!("{set:?}")];
        let client = set.build().unwrap();
        shown.push(format!("{client:?}"));
        let refused = send(&client, operation).await.unwrap_err();
        assert!(refused.to_string().contains("[redacted]"), "{refused}");
        let lost = send(&client, operation).await.unwrap_err();
        assert_eq!(lost.outcome(), Outcome::Unknown);
        let secrets =
            if operation.id == "withLogin" { &["Y2FuYXJ5"][..] } else { &["canary-4711-k", "canary-4711-k%2Fx"] };
        for error in [&refused, &lost] {
            let text = format!("{error} {error:?}");
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
        }
        if let Some(kept) = lost.resumable() {
            let written = serde_json::to_string(&kept).unwrap();
            shown.push(written.clone());
            let kept: ResumableCall = serde_json::from_str(&written).unwrap();
            client.core.resume::<Parcel>(operation, kept).await.unwrap();
            let requests = server.requests();
            assert_eq!((requests[1].uri(), requests[1].headers()), (requests[2].uri(), requests[2].headers()));
            assert!(requests[2].uri().query().is_some_and(|query| query.contains("canary")));
        }
        shown.push(format!("{server:?} {:#?}", server.requests()));
        assert_clean(&shown);
    }
}

#[tokio::test]
async fn a_call_without_credentials_is_not_resumed_either() {
    let server = ScriptedTransport::new().interrupted();
    let keys = |client: ClientBuilder<Client>| client.api_key("headerKey", "h").api_key("query key", "q");
    let client = keys(builder(&TOKENLESS, &server)).api_key("cookieKey", "c").build().unwrap();
    let kept = send(&client, &WITH_ALL_KEYS).await.unwrap_err().resumable().unwrap();
    let client: Client = keys(builder(&TOKENLESS, &server)).build().unwrap();
    let error = client.core.resume::<Parcel>(&WITH_ALL_KEYS, kept).await.unwrap_err();
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
    assert!(error.to_string().contains(r#"call api_key("cookieKey", ..) on its builder"#), "{error}");
}

fn documented(service: &'static Service, server: &ScriptedTransport) -> ClientBuilder<Client> {
    ClientBuilder::new(service, BaseUrl::https_static("https://api.example.com/v1"))
        .transport(server.clone())
        .idempotency_key_source(|| key("key-1"))
        .retry(RetryPolicy::never())
}

#[tokio::test]
async fn an_operation_may_have_a_server_of_its_own() {
    let server = ScriptedTransport::new().json(200, GOOD).json(200, GOOD).json(200, GOOD);
    let own: Client = documented(&TOKENLESS, &server).build().unwrap();
    let other: Client = builder(&TOKENLESS, &server).build().unwrap();
    send(&own, &UPLOAD).await.unwrap();
    send(&own, &WITHOUT).await.unwrap();
    send(&other, &UPLOAD).await.unwrap();
    let uris: Vec<_> = server.requests().iter().map(|request| request.uri().to_string()).collect();
    assert_eq!(uris, ["https://up.example.com/v2/x", "https://api.example.com/v1/x", "https://api.example.com/x"]);
}

#[tokio::test]
async fn plain_http_to_another_machine_needs_an_allowance() {
    static PLAIN: Operation = operation("plain").servers(&["http://plain.example.com:8080/old"]).idempotent();
    let server = ScriptedTransport::new().interrupted().json(200, GOOD).json(200, GOOD);
    let cautious: Client = documented(&TOKENLESS, &server).build().unwrap();
    let error = send(&cautious, &PLAIN).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    assert!(error.to_string().contains("call allow_http"), "{error}");
    let open: Client = documented(&TOKENLESS, &server).allow_http(true).build().unwrap();
    let kept = send(&open, &PLAIN).await.unwrap_err().resumable().unwrap();
    assert!(cautious.core.resume::<Parcel>(&PLAIN, kept.clone()).await.is_err());
    open.core.resume::<Parcel>(&PLAIN, kept).await.unwrap();
    let base = BaseUrl::new("http://shop.example.com").unwrap();
    let plain = || ClientBuilder::<Client>::new(&TOKENLESS, base.clone()).transport(server.clone());
    assert_eq!(plain().build().unwrap_err().kind(), ErrorKind::Configuration);
    send(&plain().allow_http(true).build().unwrap(), &UPLOAD).await.unwrap();
    let uris: Vec<_> = server.requests().iter().map(|request| request.uri().to_string()).collect();
    let old = "http://plain.example.com:8080/old/x";
    assert_eq!(uris, [old, old, "http://shop.example.com/x"]);
}

#[tokio::test]
async fn a_call_is_resumed_at_the_server_it_was_sent_to() {
    let server = ScriptedTransport::new().interrupted().json(200, GOOD);
    let own: Client = documented(&TOKENLESS, &server).build().unwrap();
    let kept = send(&own, &UPLOAD).await.unwrap_err().resumable().unwrap();
    assert!(serde_json::to_string(&kept).unwrap().contains(r#""base_url":"https://up.example.com/v2","path":"/x""#));
    let other: Client = builder(&TOKENLESS, &server).build().unwrap();
    let error = other.core.resume::<Parcel>(&UPLOAD, kept.clone()).await.unwrap_err();
    assert!(error.to_string().contains("was made for another base URL than https://api.example.com"), "{error}");
    own.core.resume::<Parcel>(&UPLOAD, kept).await.unwrap();
    assert_eq!(server.requests()[0].uri(), server.requests()[1].uri());
}

#[tokio::test]
async fn secrets_go_to_a_token_endpoint_elsewhere_only_from_the_service_itself() {
    let script = || ScriptedTransport::new().json(200, TOKEN).json(200, GOOD);
    let (own, other) = (script(), script());
    let client = documented(&ELSEWHERE, &own).client_credentials("id", "s").build().unwrap();
    send(&client, &WITH_OAUTH).await.unwrap();
    let client = builder(&ELSEWHERE, &other).client_credentials("id", "s").build().unwrap();
    send(&client, &WITH_OAUTH).await.unwrap();
    assert_eq!(own.requests()[0].uri(), "https://login.example.com/oauth/token");
    assert_eq!(other.requests()[0].uri(), "https://api.example.com/oauth/token");
}
