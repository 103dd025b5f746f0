//! Parameters of calls, and what becomes of them.

use super::requests::assert_violations;
use super::{GOOD, Parcel, client, key};
use crate::codegen::{Call, Constraints, HeaderField, Operation, Parameter, Segment, Style};
use crate::model::tests::models::Kind;
use crate::testing::ScriptedTransport;
use crate::{ErrorKind, Json, Map, Nullable, ResumableCall, Secret};

static FIND: Operation = Operation::new(
    "findParcels",
    "POST",
    &[
        Segment::Literal("/depots/"),
        Segment::Parameter("depot"),
        Segment::Literal("/parcels/"),
        Segment::Styled(&Parameter::new("ids").style(Style::Simple).constraints(Constraints::new().max_items(2))),
        Segment::Literal("/"),
        Segment::Styled(&Parameter::new("format").style(Style::Label)),
    ],
)
.query(&[
    Parameter::new("limit").constraints(Constraints::new().maximum("100")).required(),
    Parameter::new("expand").style(Style::Form),
    Parameter::new("filter").style(Style::DeepObject),
    Parameter::new("token"),
    Parameter::new("where").json(),
])
.cookies(&[
    Parameter::new("sid").constraints(Constraints::new().max_length(20)).required(),
    Parameter::new("tabs").explode(false),
])
.headers(&[
    HeaderField::new("X-Ids").constraints(Constraints::new().max_items(2)),
    HeaderField::new("X-Note").constraints(Constraints::new().max_length(3)),
    HeaderField::new("X-Options").explode(),
    HeaderField::new("X-Meta").json(),
])
.idempotent();

static LIST: Operation = Operation::new("list", "POST", &[Segment::Literal("/list?beta=true")])
    .query(&[Parameter::new("after"), Parameter::new("ids").explode(false)])
    .idempotent();

/// Takes an object whose members stand by themselves.
static SPREAD: Operation = Operation::new("spread", "POST", &[Segment::Literal("/spread")])
    .query(&[Parameter::new("filter").members(), Parameter::new("page").explode(false)])
    .idempotent();

static PLAIN: Operation = Operation::new("plain", "POST", &[Segment::Literal("/plain")]).idempotent();

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn find(server: &ScriptedTransport, ids: &[&str], format: &str) -> Call {
    let call = client(server).core.call(&FIND).path_parameter("D/1");
    call.path_value(&list(ids)).path_value(&format.to_owned())
}

fn ready(server: &ScriptedTransport) -> Call {
    find(server, &["a"], "json").query("limit", &1_i64).cookie("sid", &"s".to_owned())
}

async fn sent_by(call: impl FnOnce(&ScriptedTransport) -> Call) -> crate::testing::RecordedRequest {
    let server = ScriptedTransport::new().json(200, GOOD);
    call(&server).send::<Parcel>().await.unwrap();
    server.requests().remove(0)
}

#[tokio::test]
async fn parameters_go_where_they_belong() {
    let filter: Json = r#"{"size":{"gte":1},"tags":["a","b c"]}"#.parse().unwrap();
    let request = sent_by(|server| {
        find(server, &["a/b", "c,d"], "json")
            .query("where", &Map::from([("a".to_owned(), 1_i64)]))
            .query("filter", &filter)
            .query("expand", &list(&["x", "y"]))
            .query("limit", &7_i64)
            .cookie("tabs", &list(&["1", "2;"]))
            .cookie("sid", &Secret::new("s=1"))
            .header_value("x-ids", &vec![1_i64, 2])
            .header_value("X-Options", &Map::from([("a".to_owned(), true)]))
            .header_value("X-Meta", &list(&["q"]))
            .header_value("X-Note", &"abc".to_owned())
    })
    .await;
    assert_eq!(
        request.uri().to_string().strip_prefix("https://api.example.com/base").unwrap(),
        "/depots/D%2F1/parcels/a%2Fb,c%2Cd/.json?limit=7&expand=x&expand=y&filter%5Bsize%5D%5Bgte%5D=1\
         &filter%5Btags%5D%5B0%5D=a&filter%5Btags%5D%5B1%5D=b%20c&where=%7B%22a%22%3A1%7D"
    );
    assert_eq!(request.header("cookie"), Some("sid=s%3D1; tabs=1,2%3B"));
    let headers = ["x-ids", "x-options", "x-meta", "x-note"].map(|name| request.header(name).unwrap());
    assert_eq!(headers, ["1,2", "a=true", r#"["q"]"#, "abc"]);
}

#[tokio::test]
async fn what_is_not_given_is_not_sent() {
    let request = sent_by(|server| {
        ready(server)
            .query("expand", &Vec::<String>::new())
            .query("filter", &None::<String>)
            .query("token", &Nullable::<String>::Null)
            .cookie("tabs", &None::<i64>)
            .header_value("X-Ids", &Vec::<i64>::new())
            .header_value("X-Note", &None::<String>)
            .header_value("X-Meta", &None::<String>)
    })
    .await;
    assert_eq!(request.uri().query(), Some("limit=1"));
    assert_eq!(request.header("cookie"), Some("sid=s"));
    assert!(["x-ids", "x-note", "x-meta"].iter().all(|name| request.header(name).is_none()));
    let request = sent_by(|server| client(server).core.call(&PLAIN)).await;
    assert_eq!((request.uri().query(), request.header("cookie")), (None, None));
}

#[tokio::test]
async fn the_last_word_counts() {
    let request = sent_by(|server| ready(server).query("limit", &2_i64).cookie("sid", &"t".to_owned())).await;
    assert_eq!((request.uri().query(), request.header("cookie")), (Some("limit=2"), Some("sid=t")));
    let server = ScriptedTransport::new();
    let error = ready(&server).query("limit", &None::<i64>).send::<Parcel>().await.unwrap_err();
    assert_violations(&error, &["query parameter limit is required, but was not set"]);
}

#[tokio::test]
async fn a_path_with_a_query_of_its_own_is_continued() {
    let uri = async |after: Option<&str>| {
        let after = after.map(str::to_owned);
        let request = sent_by(|server| client(server).core.call(&LIST).query("after", &after)).await;
        request.uri().path_and_query().unwrap().to_string()
    };
    assert_eq!(uri(None).await, "/base/list?beta=true");
    assert_eq!(uri(Some("a&b")).await, "/base/list?beta=true&after=a%26b");
}

#[tokio::test]
async fn all_that_is_wrong_is_reported_at_once_and_nothing_is_sent() {
    let server = ScriptedTransport::new();
    let call = find(&server, &["canary", "b", "c"], "canary")
        .query("limit", &101_i64)
        .query("canary", &1_i64)
        .query("expand", &serde_json::from_str::<Kind>("\"canary\"").unwrap())
        .cookie("tab", &1_i64)
        .header_value("X-Ids", &vec![1_i64, 2, 3])
        .header_value("X-Note", &"canary".to_owned())
        .header_value("X-Other", &1_i64);
    let error = call.send::<Parcel>().await.unwrap_err();
    assert_violations(
        &error,
        &[
            "path parameter ids has 3 items, at most 2 are allowed",
            "query parameter limit must be at most 100",
            "query parameter canary is not one that the operation takes",
            "query parameter expand is not one of Flat, Bag",
            "cookie parameter tab is not one that the operation takes",
            "header X-Ids has 3 items, at most 2 are allowed",
            "header X-Other is not one that the operation takes",
            "header X-Note is 6 characters long, at most 3 are allowed",
            "cookie parameter sid is required, but was not set",
        ],
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_styled_path_parameter_that_is_no_segment_is_refused() {
    let server = ScriptedTransport::new();
    for (ids, format, flaw) in [
        (&[][..], "json", "path parameter ids is empty"),
        (&[""], "json", "path parameter ids is empty"),
        (&[".."], "json", "path parameter ids is a path step, not a value"),
        (&["%2e%2e"], "json", "path parameter ids is a path step, not a value"),
        (&["a"], "", "path parameter format is a path step, not a value"),
        (&["a"], ".", "path parameter format is a path step, not a value"),
    ] {
        let call = find(&server, ids, format).query("limit", &1_i64).cookie("sid", &"s".to_owned());
        assert_violations(&call.send::<Parcel>().await.unwrap_err(), &[flaw]);
    }
}

/// Keeps a call, writes it, changes it, reads it and sends it.
async fn resumed(
    operation: &'static Operation,
    call: fn(&ScriptedTransport) -> Call,
    change: (&str, &str),
) -> Result<String, String> {
    let server = ScriptedTransport::new().json(200, GOOD);
    let kept = serde_json::to_string(&call(&server).idempotency_key(key("k")).resumable().unwrap()).unwrap();
    assert!(kept.contains(change.0), "{kept}");
    let kept: ResumableCall = serde_json::from_str(&kept.replace(change.0, change.1)).unwrap();
    match client(&server).core.resume::<Parcel>(operation, kept).await {
        Ok(_) => Ok(format!(
            "{} {:?}",
            server.requests()[0].uri().path_and_query().unwrap(),
            server.requests()[0].header("cookie")
        )),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            Err(error.to_string())
        }
    }
}

#[tokio::test]
async fn kept_calls_hold_their_parameters() {
    let same = ("", "");
    let find: fn(&ScriptedTransport) -> Call = |server| {
        ready(server).query("filter", &Map::from([("a b".to_owned(), "c&".to_owned())])).query("expand", &list(&["x"]))
    };
    assert_eq!(
        resumed(&FIND, find, same).await.unwrap(),
        "/base/depots/D%2F1/parcels/a/.json?limit=1&expand=x&filter%5Ba%20b%5D=c%26 Some(\"sid=s\")"
    );
    let list_call: fn(&ScriptedTransport) -> Call =
        |server| client(server).core.call(&LIST).query("ids", &list(&["a", "b,"]));
    assert_eq!(resumed(&LIST, list_call, same).await.unwrap(), "/base/list?beta=true&ids=a,b%2C None");
    let spread: fn(&ScriptedTransport) -> Call = |server| {
        client(server)
            .core
            .call(&SPREAD)
            .query("filter", &Map::from([("size".to_owned(), 1_i64)]))
            .query("page", &2_i64)
    };
    assert_eq!(resumed(&SPREAD, spread, same).await.unwrap(), "/base/spread?size=1&page=2 None");
    let plain: fn(&ScriptedTransport) -> Call = |server| client(server).core.call(&PLAIN);
    assert_eq!(resumed(&PLAIN, plain, same).await.unwrap(), "/base/plain None");
}

#[tokio::test]
async fn kept_calls_are_those_of_the_operation() {
    let find: fn(&ScriptedTransport) -> Call =
        |server| ready(server).query("expand", &list(&["x"])).query("token", &"t".to_owned());
    for change in [
        ("parcels/a/", "parcels/../"),
        ("parcels/a/", "parcels/a/b/"),
        ("parcels/a/", "parcels/a%2/"),
        ("?limit", "?limits"),
        ("?limit=1", "?limit=1&admin=1"),
        ("?limit=1", "?limit=1#x"),
        ("?limit=1", "?limit=a b"),
        ("?limit=1", "?limit=%zz"),
        ("?limit=1&", "?&"),
        ("?limit=1", "/?limit=1"),
    ] {
        resumed(&FIND, find, change).await.expect_err(change.1);
    }
    let list_call: fn(&ScriptedTransport) -> Call = |server| client(server).core.call(&LIST).query("after", &1_i64);
    for change in [("beta=true", "beta=false"), ("?beta=true&", "?"), ("&after", "?after"), ("&after", "&before")] {
        resumed(&LIST, list_call, change).await.expect_err(change.1);
    }
    // An object may bring any name, but only in place of its own.
    let spread: fn(&ScriptedTransport) -> Call = |server| client(server).core.call(&SPREAD).query("filter", &1_i64);
    resumed(&SPREAD, spread, ("?filter=1", "?size=1")).await.unwrap();
    resumed(&SPREAD, spread, ("?filter=1", "?filter=1&size=1")).await.unwrap_err();
    let plain: fn(&ScriptedTransport) -> Call = |server| client(server).core.call(&PLAIN);
    for change in
        [("/plain", "/plain?a=1"), ("/plain", "/plain?"), ("\"headers\":[]", "\"headers\":[[\"cookie\",\"a=b\"]]")]
    {
        resumed(&PLAIN, plain, change).await.expect_err(change.1);
    }
}
