//! GitHub: literals between parameters, members that may be null, responses that differ by status, text that is sent as it is.

mod support;

use sdk::operations::{
    CodeQualityUpdateSetupSuccess, IssuesListForRepoSuccess, IssuesUpdateSuccess, ReposGetCodeFrequencyStatsSuccess,
};
use sdk::testing::ScriptedTransport;
use sdk::{
    BasicError, Client, CodeQualitySetupUpdate, CodeQualitySetupUpdateState, CommitComparison, Environment, Issue,
    IssueLabelsItem, IssuesAddLabelsRequest, IssuesAddLabelsRequestLabelsItem, IssuesListForRepoHeaders,
    IssuesListForRepoState, IssuesUpdateRequest, IssuesUpdateRequestMilestone, IssuesUpdateRequestStateReason,
    IssuesUpdateRequestTitle, Nullable, PullRequestSimple, ReposGetContent200Response, ValidationErrorSimple,
};
use serde_json::json;
use support::{assert_headers, assert_json, assert_line, builder, failed, in_document, round, sent};

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::ApiGithubCom).access_token("ghp_1").build().unwrap()
}

fn example(name: &str) -> serde_json::Value {
    in_document(&format!("/components/examples/{name}/value"))
}

#[tokio::test]
async fn literals_stand_between_parameters() {
    let server = ScriptedTransport::new().json(200, example("commit-comparison").to_string());
    let call = client(&server).repos_compare_commits("octocat", "Hello-World", "main", "feature/x...y");
    let response = call.per_page(2).page(1).await.unwrap();
    let request = sent(&server);
    assert_line(
        &request,
        "GET https://api.github.com/repos/octocat/Hello-World/compare/main...feature%2Fx...y?per_page=2&page=1",
    );
    assert_headers(&request, &["accept: application/json", "authorization: Bearer ghp_1"]);
    assert!(response.total_commits.is_some() && !response.commits.as_ref().unwrap().is_empty());
    round::<CommitComparison>(&example("commit-comparison"));
}

#[tokio::test]
async fn what_is_null_is_said_and_what_is_absent_is_not() {
    let server = ScriptedTransport::new().json(200, example("issue").to_string());
    let update = IssuesUpdateRequest::new()
        .title(IssuesUpdateRequestTitle::Text("Found a \"bug\"".to_owned()))
        .body(Nullable::Null)
        .milestone(IssuesUpdateRequestMilestone::Integer(3))
        .state_reason(IssuesUpdateRequestStateReason::NotPlanned)
        .labels(Vec::<String>::new());
    let response = client(&server).issues_update("octocat", "Hello-World", 1347).body(&update).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "PATCH https://api.github.com/repos/octocat/Hello-World/issues/1347");
    assert_json(
        request.body(),
        json!({"title": "Found a \"bug\"", "body": null, "milestone": 3, "state_reason": "not_planned", "labels": []}),
    );
    let IssuesUpdateSuccess::Ok(updated) = &*response else { panic!("{response:?}") };
    assert_eq!(updated.number, Some(1347));
    let issue = round::<Issue>(&example("issue"));
    let Some([IssueLabelsItem::Object(label), ..]) = issue.labels.as_deref() else { panic!("{:?}", issue.labels) };
    assert_eq!(label.name.as_deref(), Some("bug"));
    assert_eq!(issue.created_at.unwrap().as_str(), "2011-04-22T13:33:48Z");
}

#[tokio::test]
async fn items_are_text_or_objects() {
    let server = ScriptedTransport::new().json(200, "[]");
    let request = IssuesAddLabelsRequest::new().labels([IssuesAddLabelsRequestLabelsItem::from("bug".to_owned())]);
    client(&server).issues_add_labels("o", "r", 1).body(&request).await.unwrap();
    assert_json(sent(&server).body(), json!({"labels": ["bug"]}));
}

#[tokio::test]
async fn responses_differ_by_status() {
    let server = ScriptedTransport::new()
        .json(200, example("code-frequency-stat-items").to_string())
        .json(202, "{}")
        .response(204, &[], "")
        .json(200, "{}")
        .json(202, r#"{"run_id": 42, "run_url": "https://api.github.com/r/42"}"#);
    let client = client(&server);
    let stats = client.repos_get_code_frequency_stats("o", "r").await.unwrap();
    let ReposGetCodeFrequencyStatsSuccess::Ok(stats) = stats.into_inner() else { panic!("200") };
    assert_eq!(stats, [[1_302_998_400, 1124, -435]]);
    let response = client.repos_get_code_frequency_stats("o", "r").await.unwrap();
    assert!(matches!(&*response, ReposGetCodeFrequencyStatsSuccess::Accepted(_)));
    let response = client.repos_get_code_frequency_stats("o", "r").await.unwrap();
    assert!(matches!(&*response, ReposGetCodeFrequencyStatsSuccess::NoContent(())));

    let update =
        CodeQualitySetupUpdate::new().state(CodeQualitySetupUpdateState::Configured).runner_label(Nullable::Null);
    let response = client.code_quality_update_setup("o", "r", &update).await.unwrap();
    assert!(matches!(&*response, CodeQualityUpdateSetupSuccess::Ok(_)));
    assert_json(sent(&server).body(), json!({"state": "configured", "runner_label": null}));
    let response = client.code_quality_update_setup("o", "r", &update).await.unwrap();
    let CodeQualityUpdateSetupSuccess::Accepted(run) = &*response else { panic!("{response:?}") };
    assert_eq!(run.run_id, Some(42));
}

#[tokio::test]
async fn statuses_that_are_declared_are_responses_and_others_errors() {
    let server = ScriptedTransport::new()
        .response(304, &[("etag", "\"a\"")], "")
        .response(302, &[("location", "https://example.com/a.zip")], "")
        .json(404, r#"{"message": "Not Found", "documentation_url": "https://docs.github.com", "status": "404"}"#)
        .json(422, r#"{"message": "Validation Failed", "documentation_url": "https://d", "errors": ["a", "b"]}"#);
    let client = client(&server);
    let unchanged = client.gists_get("aa5a315d61ae9438b18d").await.unwrap();
    assert_eq!((unchanged.status().as_u16(), &unchanged.headers()["etag"]), (304, &"\"a\"".parse().unwrap()));
    assert!(unchanged.is_none());
    let found = client.actions_download_artifact("o", "r", 7, "zip").await.unwrap();
    assert_line(&sent(&server), "GET https://api.github.com/repos/o/r/actions/artifacts/7/zip");
    assert_eq!(found.headers()["location"], "https://example.com/a.zip");
    let error = failed(client.gists_get("none").await);
    let body: BasicError = error.decode_body().unwrap().unwrap();
    assert_eq!(body.message.as_deref(), Some("Not Found"));
    let error = failed(client.gists_get("none").await);
    let body: ValidationErrorSimple = error.decode_body().unwrap().unwrap();
    assert_eq!(body.errors.unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn text_is_sent_as_it_is() {
    let html = "<h1>Ü</h1>\n";
    let server = ScriptedTransport::new().response(200, &[("content-type", "text/html;charset=utf-8")], html);
    let server = server.response(200, &[("content-type", "text/html")], "other");
    let client = client(&server);
    let response = client.markdown_render_raw().payload("# Ü\r\n").await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://api.github.com/markdown/raw");
    assert_headers(&request, &["accept: text/html", "authorization: Bearer ghp_1", "content-type: text/plain"]);
    assert_eq!(request.body(), "# Ü\r\n".as_bytes());
    assert_eq!(response.as_deref(), Some(html));
    let response =
        client.markdown_render_raw().payload(Vec::from(*b"\xff")).content_type("text/x-markdown").await.unwrap();
    assert_eq!(sent(&server).header("content-type"), Some("text/x-markdown"));
    assert_eq!(response.as_deref(), Some("other"));
}

#[tokio::test]
async fn pages_are_linked_in_headers() {
    let link = r#"<https://api.github.com/repositories/1/issues?page=2>; rel="next", <https://x/?page=9>; rel="last""#;
    let headers = [("content-type", "application/json; charset=utf-8"), ("link", link)];
    let server = ScriptedTransport::new().response(200, &headers, example("issue-items").to_string());
    let call = client(&server).issues_list_for_repo("octocat", "Hello-World").state(&IssuesListForRepoState::All);
    let since = "2024-01-01T00:00:00+02:00".parse().unwrap();
    let response = call.labels("bug,ui").since(since).milestone("*").await.unwrap();
    assert_line(
        &sent(&server),
        "GET https://api.github.com/repos/octocat/Hello-World/issues?milestone=%2A&state=all&labels=bug%2Cui\
         &since=2024-01-01T00%3A00%3A00%2B02%3A00",
    );
    assert!(matches!(&*response, IssuesListForRepoSuccess::Ok(issues) if !issues.is_empty()));
    assert_eq!(response.headers_as::<IssuesListForRepoHeaders>().link.as_deref(), Some(link));
    round::<Vec<Issue>>(&example("issue-items"));
    round::<Vec<PullRequestSimple>>(&example("pull-request-simple-items"));
}

#[tokio::test]
async fn content_is_what_its_type_says() {
    let content = |name| example(&format!("content-file-response-if-content-is-a-{name}")).to_string();
    let server = ScriptedTransport::new()
        .json(200, content("file"))
        .json(200, content("directory"))
        .json(200, content("symlink"))
        .json(200, content("submodule"))
        .json(200, r#"{"type": "portal", "size": 1}"#);
    let client = client(&server);
    let next = || async { client.repos_get_content("o", "r", "src/a b.rs").r#ref("main").await.unwrap().into_inner().unwrap() };
    let ReposGetContent200Response::ContentFile(file) = next().await else { panic!("a file") };
    assert_line(&sent(&server), "GET https://api.github.com/repos/o/r/contents/src%2Fa%20b.rs?ref=main");
    assert_eq!(file.name.as_deref(), Some("README.md"));
    let ReposGetContent200Response::ContentDirectory(entries) = next().await else { panic!("a directory") };
    assert_eq!(entries.len(), 2);
    assert!(matches!(next().await, ReposGetContent200Response::ContentSymlink(_)));
    assert!(matches!(next().await, ReposGetContent200Response::ContentSubmodule(_)));
    // of a tag that the document does not map, it is unknown, and nothing of it is lost
    let other = next().await;
    assert!(matches!(other, ReposGetContent200Response::Unknown(_)), "{other:?}");
    assert_eq!(serde_json::to_value(&other).unwrap(), json!({"type": "portal", "size": 1}));
}

#[tokio::test]
async fn an_asset_goes_to_another_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, b"PK\x03\x04").unwrap();
    let server = ScriptedTransport::new().json(201, r#"{"id": 1, "name": "a.zip"}"#);
    let call = client(&server).repos_upload_release_asset("o", "r", 5, "a b.zip").label("x").payload(path);
    assert_eq!(call.await.unwrap().id, Some(1));
    let request = sent(&server);
    assert_line(&request, "POST https://uploads.github.com/repos/o/r/releases/5/assets?name=a%20b.zip&label=x");
    assert_headers(
        &request,
        &["accept: application/json", "authorization: Bearer ghp_1", "content-type: application/octet-stream"],
    );
    assert_eq!(&request.body()[..], b"PK\x03\x04");
}
