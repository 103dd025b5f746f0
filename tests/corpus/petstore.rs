//! Petstore: keys in headers, lists in queries, bodies as JSON, as a form and as they are.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{
    Category, Client, Environment, ErrorKind, FindPetsByStatusStatus, LoginUserHeaders, Order, OrderStatus, Pet,
    PetStatus, Tag, User,
};
use serde_json::json;
use support::{assert_form, assert_headers, assert_json, assert_line, builder, failed, round, sent};

fn client(server: &ScriptedTransport) -> Client {
    let builder = builder(server, Environment::Petstore3SwaggerIoApiV3);
    builder.access_token("t0ken").api_key("api_key", "special-key").build().unwrap()
}

fn doggie() -> Pet {
    let category = Category::new().id(1).name("Dogs & more");
    Pet::new("doggie", ["https://a.example/1.png?x=1", "2"])
        .id(10)
        .category(category)
        .tags([Tag::new().id(7).name("old"), Tag::new().name("brown")])
        .status(PetStatus::Available)
}

#[tokio::test]
async fn a_list_in_a_query_is_exploded() {
    let server = ScriptedTransport::new().json(200, "[]").json(200, "[]");
    let client = client(&server);
    let pets = client.find_pets_by_tags().tags(["a b", "c&d=e", "ü"]).await.unwrap();
    assert!(pets.is_empty());
    let request = sent(&server);
    assert_line(
        &request,
        "GET https://petstore3.swagger.io/api/v3/pet/findByTags?tags=a%20b&tags=c%26d%3De&tags=%C3%BC",
    );
    assert_headers(&request, &["accept: application/json", "authorization: Bearer t0ken"]);
    assert!(request.body().is_empty());

    client.find_pets_by_status().status(&FindPetsByStatusStatus::Pending).await.unwrap();
    assert_line(&sent(&server), "GET https://petstore3.swagger.io/api/v3/pet/findByStatus?status=pending");
}

#[tokio::test]
async fn a_key_in_a_header_comes_first() {
    let response =
        r#"{"id": 9007199254740993, "name": "doggie", "photoUrls": [], "status": "lost", "chip": {"no": 1.50}}"#;
    let server = ScriptedTransport::new().json(200, response);
    let pet = client(&server).get_pet_by_id(-1).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "GET https://petstore3.swagger.io/api/v3/pet/-1");
    assert_headers(&request, &["accept: application/json", "api_key: special-key"]);
    assert_eq!(pet.id, Some(9_007_199_254_740_993));
    assert!(matches!(&pet.status, Some(PetStatus::Unknown(value)) if value.as_str() == "lost"));
    assert_eq!(pet.extra().get("chip").unwrap().text(), r#"{"no": 1.50}"#);
}

#[tokio::test]
async fn one_body_goes_as_json_or_as_a_form() {
    let server = ScriptedTransport::new().json(200, r#"{"name": "doggie", "photoUrls": []}"#);
    let server = server.json(200, r#"{"name": "doggie", "photoUrls": []}"#);
    let client = client(&server);
    client.add_pet(&doggie()).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://petstore3.swagger.io/api/v3/pet");
    assert_headers(
        &request,
        &["accept: application/json", "authorization: Bearer t0ken", "content-type: application/json"],
    );
    let expected = json!({
        "id": 10,
        "name": "doggie",
        "category": {"id": 1, "name": "Dogs & more"},
        "photoUrls": ["https://a.example/1.png?x=1", "2"],
        "tags": [{"id": 7, "name": "old"}, {"name": "brown"}],
        "status": "available",
    });
    assert_json(request.body(), expected.clone());
    assert!(round::<Pet>(&expected) == doggie());

    client.add_pet_as_form(&doggie()).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://petstore3.swagger.io/api/v3/pet");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_form(
        &request.text(),
        &[
            "id=10",
            "name=doggie",
            r#"category={"id":1,"name":"Dogs & more"}"#,
            "photoUrls=https://a.example/1.png?x=1",
            "photoUrls=2",
            r#"tags={"id":7,"name":"old"}"#,
            r#"tags={"name":"brown"}"#,
            "status=available",
        ],
    );
}

#[tokio::test]
async fn a_body_goes_as_it_is() {
    let server = ScriptedTransport::new().json(200, r#"{"code": 200, "type": "unknown", "message": "ok"}"#);
    let bytes: &[u8] = b"\x89PNG\r\n\0\xff";
    let call = client(&server).upload_file(3).additional_metadata("front/left").payload(bytes);
    let response = call.await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://petstore3.swagger.io/api/v3/pet/3/uploadImage?additionalMetadata=front%2Fleft");
    assert_eq!(request.header("content-type"), Some("application/octet-stream"));
    assert_eq!(request.body(), bytes);
    assert_eq!((response.code, response.r#type.as_deref()), (Some(200), Some("unknown")));
}

#[tokio::test]
async fn a_list_is_a_body_and_a_map_an_response() {
    let server =
        ScriptedTransport::new().json(200, r#"{"username": "a"}"#).json(200, r#"{"sold": 3, "gone away": -1}"#);
    let client = client(&server);
    let users = vec![User::new().username("a"), User::new().user_status(1)];
    client.create_users_with_list_input().body(&users).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://petstore3.swagger.io/api/v3/user/createWithList");
    // an operation that wants no credentials gets none
    assert_headers(&request, &["accept: application/json", "content-type: application/json"]);
    assert_json(request.body(), json!([{"username": "a"}, {"userStatus": 1}]));

    let inventory = client.get_inventory().await.unwrap();
    assert_eq!(inventory.get("sold"), Some(&3));
    assert_eq!(inventory.get("gone away"), Some(&-1));
}

#[tokio::test]
async fn headers_of_a_response_have_types() {
    let headers = [
        ("content-type", "application/json"),
        ("x-rate-limit", "5000"),
        ("x-expires-after", "2024-03-01T10:20:30.5+01:00"),
    ];
    let server = ScriptedTransport::new().response(200, &headers, r#""logged in""#);
    let response = client(&server).login_user().username("a/b").password("p&q").await.unwrap();
    assert_line(&sent(&server), "GET https://petstore3.swagger.io/api/v3/user/login?username=a%2Fb&password=p%26q");
    assert_eq!(response.as_str(), "logged in");
    let headers: LoginUserHeaders = response.headers_as();
    assert_eq!(headers.x_rate_limit, Some(5000));
    assert_eq!(headers.x_expires_after.unwrap().as_str(), "2024-03-01T10:20:30.5+01:00");
}

#[tokio::test]
async fn a_response_without_a_body_is_nothing() {
    let text = [("content-type", "text/plain")];
    // the document promises no body, and the real server sends one that is no JSON
    let server = ScriptedTransport::new().response(200, &text, "Pet deleted").response(404, &text, "Not found");
    let client = client(&server);
    let response = client.delete_pet(1).api_key("own").await.unwrap();
    let () = *response;
    let request = sent(&server);
    assert_line(&request, "DELETE https://petstore3.swagger.io/api/v3/pet/1");
    assert_headers(&request, &["accept: application/json", "api_key: own", "authorization: Bearer t0ken"]);
    let error = failed(client.get_user_by_name("a b/c").await);
    assert_line(&sent(&server), "GET https://petstore3.swagger.io/api/v3/user/a%20b%2Fc");
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 404));
    assert_eq!(error.body(), Some(&b"Not found"[..]));
}

#[tokio::test]
async fn a_moment_keeps_its_text() {
    let order = Order::new().ship_date("2024-02-29T23:59:60Z".parse().unwrap()).status(OrderStatus::Placed);
    let response = r#"{"id": 1, "shipDate": "2024-03-01T00:00:00.000+0000", "complete": true}"#;
    let server = ScriptedTransport::new().json(200, response);
    let placed = client(&server).place_order().body(&order.complete(false)).await.unwrap();
    assert_json(
        sent(&server).body(),
        json!({"shipDate": "2024-02-29T23:59:60Z", "status": "placed", "complete": false}),
    );
    // what the real server says is no RFC 3339; it is not lost
    assert_eq!(placed.ship_date, None);
    assert_eq!(placed.extra().get("shipDate").unwrap().as_text().as_deref(), Some("2024-03-01T00:00:00.000+0000"));
}
