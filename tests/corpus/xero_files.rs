//! Xero's files: parts with a file among them, a header without which nothing is sent, examples that are JSON within a text.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{Client, Environment, FileObject, Files, GetFilesDirection, GetFilesSort, Upload, UploadObject};
use support::{assert_headers, assert_json, assert_line, builder, in_document, round, sent};

const TENANT: &str = "YOUR_XERO_TENANT_ID";

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::XeroFilesApi).access_token("t0ken").build().unwrap()
}

fn example(path: &str) -> serde_json::Value {
    let text = in_document(&format!("/paths/{path}/content/application~1json/example"));
    text.as_str().map_or(text.clone(), |text| serde_json::from_str(text).unwrap())
}

#[tokio::test]
async fn a_file_is_a_part() {
    let response = example("~1Files/post/responses/201");
    let server = ScriptedTransport::new().json(201, response.to_string());
    let file = Upload::bytes("GIF89a").file_name("a.gif").content_type("image/gif");
    let upload = UploadObject::new(file, "helo heros", "helo-heros.gif").mime_type("image/gif");
    let file = client(&server).upload_file(TENANT, &upload).idempotency_key("KEY_VALUE").await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://api.xero.com/files.xro/1.0/Files");
    let content_type = request.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_headers(
        &request,
        &[
            "accept: application/json",
            "authorization: Bearer t0ken",
            &format!("content-type: {content_type}"),
            "idempotency-key: KEY_VALUE",
            "xero-tenant-id: YOUR_XERO_TENANT_ID",
        ],
    );
    let part =
        |head: &str, body: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let expected = part("name=\"body\"; filename=\"a.gif\"\r\nContent-Type: image/gif", "GIF89a")
        + &part("name=\"name\"", "helo heros")
        + &part("name=\"filename\"", "helo-heros.gif")
        + &part("name=\"mimeType\"", "image/gif")
        + &format!("--{boundary}--\r\n");
    assert_eq!(request.text(), expected);
    assert_eq!((file.size, file.name.as_deref()), (Some(2_878_711), Some("helo-heros.jpg")));
    assert_eq!(file.user.as_ref().unwrap().full_name.as_deref(), Some("Sidney Maestre"));
    round::<FileObject>(&response);
}

#[tokio::test]
async fn a_list_is_sorted() {
    let response = example("~1Files/get/responses/200");
    let server = ScriptedTransport::new().json(200, response.to_string());
    let call = client(&server).get_files(TENANT).pagesize(50).sort(&GetFilesSort::CreatedDateUtc);
    let files = call.direction(&GetFilesDirection::Desc).await.unwrap();
    assert_line(
        &sent(&server),
        "GET https://api.xero.com/files.xro/1.0/Files?pagesize=50&sort=CreatedDateUTC&direction=DESC",
    );
    assert_eq!(files.items.as_ref().unwrap().len(), 2);
    round::<Files>(&response);
}

#[tokio::test]
async fn a_file_is_renamed_and_its_content_read() {
    let server = ScriptedTransport::new().json(200, example("~1Files/post/responses/201").to_string());
    let server = server.response(200, &[("content-type", "image/jpeg")], &b"\xff\xd8"[..]).response(204, &[], "");
    let client = client(&server);
    let file = "4ff1e5cc-9835-40d5-bb18-09fdb118db9c";
    client.update_file(file, TENANT, &FileObject::new().name("new name")).await.unwrap();
    let request = sent(&server);
    assert_line(&request, &format!("PUT https://api.xero.com/files.xro/1.0/Files/{file}"));
    assert_json(request.body(), serde_json::json!({"Name": "new name"}));
    let content = client.get_file_content(file, TENANT).await.unwrap();
    assert_eq!(&content.bytes().await.unwrap()[..], b"\xff\xd8");
    let request = sent(&server);
    assert_line(&request, &format!("GET https://api.xero.com/files.xro/1.0/Files/{file}/Content"));
    assert_eq!(request.header("accept"), Some("application/octet-stream"));
    client.delete_file(file, TENANT).await.unwrap();
    assert_line(&sent(&server), &format!("DELETE https://api.xero.com/files.xro/1.0/Files/{file}"));
}
