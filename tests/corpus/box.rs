//! Box: uploads to a server of their own, paths that differ in a fragment only, downloads, tokens as an operation.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{
    AccessToken, BaseUrl, Client, ClientError, ClientErrorCode, Environment, FileFull, Files, GetFilesIdContentHeaders,
    GetFilesIdThumbnailIdExtension, MetadataFull, MetadataInstanceValue, Nullable, PostFilesContentRequest,
    PostFilesContentRequestAttributes, PostFilesContentRequestAttributesParent, PostOAuth2Token,
    PostOAuth2TokenGrantType, PutFilesIdAddSharedLinkRequest, PutFilesIdAddSharedLinkRequestSharedLink,
    PutFilesIdAddSharedLinkRequestSharedLinkAccess, PutFilesIdMetadataIdIdRequestItem,
    PutFilesIdMetadataIdIdRequestItemOp, PutFilesIdMetadataIdIdScope, Upload,
};
use serde_json::json;
use support::{assert_form, assert_headers, assert_json, assert_line, builder, failed, in_document, round, sent};

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::BoxPlatformApiServer).access_token("t0ken").build().unwrap()
}

fn upload(path: std::path::PathBuf) -> PostFilesContentRequest {
    let parent = PostFilesContentRequestAttributesParent::new("0");
    let attributes = PostFilesContentRequestAttributes::new("Photo \"1\".png", parent);
    let attributes = attributes.content_created_at("2012-12-12T10:53:43-08:00".parse().unwrap());
    PostFilesContentRequest::new(attributes, Upload::file(path).content_type("image/png"))
}

#[tokio::test]
async fn a_file_is_uploaded_to_a_server_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat \"x\".png");
    std::fs::write(&path, b"\x89PNG\r\n--").unwrap();
    let response = json!({"total_count": 1, "entries": [{"id": "12345", "type": "file", "name": "Photo 1.png"}]});
    let server = ScriptedTransport::new().json(201, response.to_string()).json(201, response.to_string());
    let call = client(&server).post_files_content().body(&upload(path.clone())).fields(["id", "type", "a,b"]);
    let files = call.content_md5("134b65991ed521fcfe4724b7d814ab8ded5185dc").await.unwrap();
    assert_eq!(files.entries.as_ref().unwrap()[0].id.as_deref(), Some("12345"));
    let request = sent(&server);
    assert_line(&request, "POST https://upload.box.com/api/2.0/files/content?fields=id,type,a%2Cb");
    let content_type = request.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
    assert_headers(
        &request,
        &[
            "accept: application/json",
            "authorization: Bearer t0ken",
            "content-md5: 134b65991ed521fcfe4724b7d814ab8ded5185dc",
            &format!("content-type: {content_type}"),
        ],
    );
    let attributes =
        r#"{"name":"Photo \"1\".png","parent":{"id":"0"},"content_created_at":"2012-12-12T10:53:43-08:00"}"#;
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"attributes\"\r\nContent-Type: application/json\r\n\r\n{attributes}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat %22x%22.png\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let expected = [expected.as_bytes(), b"\x89PNG\r\n--\r\n", format!("--{boundary}--\r\n").as_bytes()].concat();
    assert_eq!(String::from_utf8_lossy(request.body()), String::from_utf8_lossy(&expected));
    assert_eq!(&request.body()[..], &expected[..]);

    // a client that is pointed elsewhere sends everything there
    let elsewhere = builder(&server, BaseUrl::new("http://localhost:7/box").unwrap()).access_token("t").build();
    let elsewhere: Client = elsewhere.unwrap();
    elsewhere.post_files_content().body(&upload(path)).await.unwrap();
    assert_line(&sent(&server), "POST http://localhost:7/box/files/content");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_sent() {
    let server = ScriptedTransport::new().json(201, "{}");
    let error = failed(client(&server).post_files_content().body(&upload("/nowhere/at/all.png".into())).await);
    assert_eq!(error.outcome(), sdk::Outcome::NotSent);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_fragment_is_not_sent() {
    let file = json!({"id": "12345", "type": "file", "etag": "1", "shared_link": {"url": "https://app.box.com/s/x", "access": "open"}});
    let server = ScriptedTransport::new().json(200, file.to_string());
    let link = PutFilesIdAddSharedLinkRequestSharedLink::new()
        .access(PutFilesIdAddSharedLinkRequestSharedLinkAccess::Company)
        .password(Nullable::Null);
    let request = PutFilesIdAddSharedLinkRequest::new().shared_link(link);
    let response = client(&server).put_files_id_add_shared_link("12345", "shared_link").body(&request).await.unwrap();
    assert_eq!(response.shared_link.as_ref().unwrap().url.as_deref(), Some("https://app.box.com/s/x"));
    let request = sent(&server);
    assert_line(&request, "PUT https://api.box.com/2.0/files/12345?fields=shared_link");
    assert_json(request.body(), json!({"shared_link": {"access": "company", "password": null}}));
}

#[tokio::test]
async fn a_file_is_downloaded_to_disk() {
    let content: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
    let server = ScriptedTransport::new()
        .response(200, &[("content-type", "application/octet-stream")], content.clone())
        .response(202, &[("retry-after", "20")], "")
        .response(302, &[("location", "https://dl.boxcloud.com/d/1/x")], "")
        .response(206, &[("content-range", "bytes 0-3/400000")], content[..4].to_vec());
    let client = client(&server);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contract.pdf");
    let response = client.get_files_id_content("12345").version("4").await.unwrap();
    assert_eq!(response.save(&path).await.unwrap(), 400_000);
    assert_eq!(std::fs::read(&path).unwrap(), content);
    let request = sent(&server);
    assert_line(&request, "GET https://api.box.com/2.0/files/12345/content?version=4");
    assert_headers(&request, &["accept: application/octet-stream, application/json", "authorization: Bearer t0ken"]);

    let response = client.get_files_id_content("12345").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers_as::<GetFilesIdContentHeaders>().retry_after),
        (202, Some(20))
    );
    // where it is can be read from the response; nobody goes there with the token
    let response = client.get_files_id_content("12345").await.unwrap();
    assert_eq!(response.status().as_u16(), 302);
    assert_eq!(response.headers()["location"], "https://dl.boxcloud.com/d/1/x");
    let response = client.get_files_id_content("12345").range("bytes=0-3").boxapi("shared_link=https://x").await.unwrap();
    assert_eq!(response.bytes().await.unwrap(), content[..4]);
    assert_eq!(sent(&server).header("range"), Some("bytes=0-3"));
}

#[tokio::test]
async fn a_response_may_be_of_several_types() {
    let server = ScriptedTransport::new().response(200, &[("content-type", "image/png")], "png").response(200, &[], "zip");
    let client = client(&server);
    let call = client.get_files_id_thumbnail_id("12345", &GetFilesIdThumbnailIdExtension::Png).min_height(32);
    assert_eq!(&call.await.unwrap().bytes().await.unwrap()[..], b"png");
    let request = sent(&server);
    assert_line(&request, "GET https://api.box.com/2.0/files/12345/thumbnail.png?min_height=32");
    assert_eq!(request.header("accept"), Some("image/jpg, image/png, application/json"));

    let response = client.get_zip_downloads_id_content("Lu6fA9Ob-jyysp3AAvMF4AkLEwZwAYbL=").await.unwrap();
    assert_eq!(response.text().await.unwrap(), "zip");
    let request = sent(&server);
    assert_line(&request, "GET https://dl.boxcloud.com/2.0/zip_downloads/Lu6fA9Ob-jyysp3AAvMF4AkLEwZwAYbL%3D/content");
    assert_headers(&request, &["accept: application/octet-stream, application/json"]);
}

#[tokio::test]
async fn a_part_of_an_upload_says_where_it_belongs() {
    let server =
        ScriptedTransport::new().json(200, r#"{"part": {"part_id": "6F2D3486", "offset": 0, "size": 4, "sha1": "x"}}"#);
    let (digest, range) = ("sha=fpRyg5eVQletdZqEKaFlqwBXJzM=", "bytes 0-3/8");
    let call = client(&server).put_files_upload_sessions_id("D5E3F7A", digest, range).payload(&b"abcd"[..]);
    let part = call.await.unwrap();
    assert_eq!(part.part.as_ref().unwrap().part_id.as_deref(), Some("6F2D3486"));
    let request = sent(&server);
    assert_line(&request, "PUT https://upload.box.com/api/2.0/files/upload_sessions/D5E3F7A");
    assert_headers(
        &request,
        &[
            "accept: application/json",
            "authorization: Bearer t0ken",
            "content-range: bytes 0-3/8",
            "content-type: application/octet-stream",
            "digest: sha=fpRyg5eVQletdZqEKaFlqwBXJzM=",
        ],
    );
    assert_eq!(&request.body()[..], b"abcd");
}

#[tokio::test]
async fn a_patch_is_a_list() {
    let response = json!({"$parent": "folder_59449484661,", "$template": "t", "$version": 1, "$canEdit": true, "audience": "internal", "n": [1.0]});
    let server = ScriptedTransport::new().json(200, response.to_string());
    let item =
        || PutFilesIdMetadataIdIdRequestItem::new().op(PutFilesIdMetadataIdIdRequestItemOp::Replace).path("/a~1b");
    let items = vec![
        item().value(MetadataInstanceValue::from("x".to_owned())),
        item().value(MetadataInstanceValue::from(vec!["y".to_owned()])),
        item().value(MetadataInstanceValue::Integer(3)),
    ];
    let scope = PutFilesIdMetadataIdIdScope::Enterprise;
    let metadata = client(&server).put_files_id_metadata_id_id("1", &scope, "a/b").body(&items).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "PUT https://api.box.com/2.0/files/1/metadata/enterprise/a%2Fb");
    assert_eq!(request.header("content-type"), Some("application/json-patch+json"));
    assert_json(
        request.body(),
        json!([
            {"op": "replace", "path": "/a~1b", "value": "x"},
            {"op": "replace", "path": "/a~1b", "value": ["y"]},
            {"op": "replace", "path": "/a~1b", "value": 3},
        ]),
    );
    assert_eq!((metadata.version, metadata.can_edit), (Some(1), Some(true)));
    assert_eq!(metadata.additional_properties["audience"].as_text().as_deref(), Some("internal"));
    round::<MetadataFull>(&response);
}

#[tokio::test]
async fn a_token_is_an_operation_without_a_token() {
    let response =
        json!({"access_token": "c3FIOG9vSGV4VHo4QzA", "expires_in": 3600, "token_type": "bearer", "restricted_to": []});
    let server = ScriptedTransport::new().json(200, response.to_string());
    let request = PostOAuth2Token::new(PostOAuth2TokenGrantType::UrnIetfParamsOauthGrantTypeJwtBearer)
        .client_id("id")
        .client_secret("s&cret")
        .assertion("a.b-c_d");
    let token = client(&server).post_oauth2_token().body(&request).await.unwrap();
    assert_eq!(token.expires_in, Some(3600));
    let request = sent(&server);
    assert_line(&request, "POST https://api.box.com/oauth2/token");
    assert_headers(&request, &["accept: application/json", "content-type: application/x-www-form-urlencoded"]);
    assert_form(
        &request.text(),
        &[
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer",
            "client_id=id",
            "client_secret=s&cret",
            "assertion=a.b-c_d",
        ],
    );
    round::<AccessToken>(&response);
}

#[tokio::test]
async fn headers_need_no_word_for_nothing() {
    let body = json!({
        "type": "error", "status": 404, "code": "not_found", "message": "Not Found", "context_info": {"a": [1]}, "request_id": "abc",
    });
    let server = ScriptedTransport::new().json(404, body.to_string());
    let call = client(&server).get_files_id("12345").fields(["id", "is_download_available"]).if_none_match("1");
    let error = failed(call.x_rep_hints("[pdf][jpg?dimensions=32x32]").await);
    let request = sent(&server);
    assert_line(&request, "GET https://api.box.com/2.0/files/12345?fields=id,is_download_available");
    assert_eq!(request.header("x-rep-hints"), Some("[pdf][jpg?dimensions=32x32]"));
    let error: ClientError = error.decode_body().unwrap().unwrap();
    assert_eq!((error.code, error.status), (Some(ClientErrorCode::NotFound), Some(404)));
}

#[test]
fn a_whole_file_is_read() {
    let file = json!({
        "id": "12345", "etag": "1", "type": "file", "sequence_id": "3", "name": "Contract.pdf", "size": 629_644,
        "sha1": "85136C79CBF9FE36BB9D05D0639C70C265C18D37",
        "file_version": {"id": "12345", "type": "file_version", "sha1": "134b65991ed521fcfe4724b7d814ab8ded5185dc"},
        "path_collection": {"total_count": 1, "entries": [{"id": "0", "etag": null, "type": "folder", "sequence_id": null, "name": "All Files"}]},
        "created_at": "2012-12-12T10:53:43-08:00", "trashed_at": null,
        "shared_link": null, "item_status": "active", "tags": ["approved"],
        "permissions": {"can_delete": true, "can_download": true, "can_invite_collaborator": true, "can_rename": true,
            "can_set_share_access": true, "can_share": true},
        "metadata": {"enterprise_27335": {"marketingCollateral": {"$canEdit": true, "$version": 1, "audience": "internal"}}},
        "representations": {"entries": [{"representation": "jpg", "status": {"state": "success"},
            "content": {"url_template": "https://dl.boxcloud.com/{+asset_path}?x"}}]},
        "lock": {"id": "1", "type": "lock", "created_by": {"id": "2", "type": "user", "login": "a@b.c"}, "app_type": "office_wopiplus"},
    });
    let file = round::<FileFull>(&file);
    assert_eq!(file.created_at.unwrap().as_str(), "2012-12-12T10:53:43-08:00");
    let metadata = &file.metadata.as_ref().unwrap()["enterprise_27335"]["marketingCollateral"];
    assert_eq!(metadata.additional_properties["audience"].as_text().as_deref(), Some("internal"));
    let entry = &file.path_collection.as_ref().unwrap().entries.as_ref().unwrap()[0];
    assert_eq!(entry.name.as_deref(), Some("All Files"));
    let example = in_document("/components/schemas/Files/properties/entries");
    assert!(example.is_object());
    round::<Files>(&json!({"total_count": 0, "entries": []}));
}
