//! OpenAI: items of many kinds within items, numbers or texts as input, responses as events, as bytes and as JSON.

#![recursion_limit = "256"]

mod support;

use sdk::operations::CreateSpeechSuccess;
use sdk::testing::ScriptedTransport;
use sdk::{
    Client, CreateEmbeddingRequest, CreateEmbeddingRequestInput, CreateImageEditRequest, CreateImageEditRequestImage,
    CreateResponse, CreateSpeechRequest, EasyInputMessage, EasyInputMessageRole, Environment,
    FunctionCallOutputItemParam, InputItem, Item, OutputItem, OutputMessageContent, ResponseModel, ResponseStreamEvent, Upload,
    VideoContentVariant,
};
use serde_json::json;
use support::{assert_headers, assert_json, assert_line, builder, in_document, round, sent};

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::ALL[0]).access_token("sk-1").build().unwrap()
}

fn example(path: &str, index: usize) -> serde_json::Value {
    let text = in_document(&format!("/paths/{path}/post/x-oaiMeta/examples/{index}/response"));
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn items_are_of_many_kinds() {
    let response = example("~1responses", 0);
    let server = ScriptedTransport::new().json(200, response.to_string()).json(200, response.to_string());
    let client = client(&server);
    let request = CreateResponse::new().model("gpt-5.4").input("Tell me \"a story\"");
    let response = client.create_response(&request).await.unwrap();
    let request = sent(&server);
    assert_line(&request, "POST https://api.openai.com/v1/responses");
    assert_headers(
        &request,
        &["accept: application/json", "authorization: Bearer sk-1", "content-type: application/json"],
    );
    assert_json(request.body(), json!({"model": "gpt-5.4", "input": "Tell me \"a story\""}));
    let Some([OutputItem::OutputMessage(message)]) = response.output.as_deref() else {
        panic!("{:?}", response.output)
    };
    let [OutputMessageContent::OutputTextContent(text)] = message.content.as_deref().unwrap() else {
        panic!("{message:?}")
    };
    assert!(text.text.as_deref().unwrap().starts_with("In a peaceful grove"));
    assert_eq!(response.usage.as_ref().unwrap().total_tokens, Some(123));

    let said = EasyInputMessage::new(EasyInputMessageRole::User, "Hi");
    let called = FunctionCallOutputItemParam::new("{}").call_id("call_1");
    let items = vec![InputItem::from(said), InputItem::from(Item::from(called))];
    client.create_response(&CreateResponse::new().input(items).store(false)).await.unwrap();
    assert_json(
        sent(&server).body(),
        json!({
            "input": [
                {"type": "message", "role": "user", "content": "Hi"},
                {"type": "function_call_output", "call_id": "call_1", "output": "{}"},
            ],
            "store": false,
        }),
    );
}

#[test]
fn the_examples_of_the_document_are_read() {
    for index in [0, 1, 4, 6, 7] {
        // a list that is required is missing in most of them, as it is in real responses
        let response: ResponseModel = serde_json::from_value(example("~1responses", index)).unwrap();
        for item in response.output.unwrap() {
            match item {
                OutputItem::OutputMessage(message) => {
                    assert!(matches!(message.content.as_deref(), Some([OutputMessageContent::OutputTextContent(_)])), "{message:?}");
                }
                OutputItem::Unknown(_) => panic!("{index}: {item:?}"),
                _ => {}
            }
        }
    }
    round::<ResponseModel>(&example("~1responses", 6));
}

#[tokio::test]
async fn input_is_text_texts_or_numbers() {
    let response = json!({"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [0.0023064255, -1e-7]}]});
    let server = (0..4).fold(ScriptedTransport::new(), |server, _| server.json(200, response.to_string()));
    let client = client(&server);
    for (input, expected) in [
        (CreateEmbeddingRequestInput::from("a".to_owned()), json!("a")),
        (CreateEmbeddingRequestInput::from(vec!["a".to_owned(), "b".to_owned()]), json!(["a", "b"])),
        (CreateEmbeddingRequestInput::from(vec![1_i64, 2]), json!([1, 2])),
        (CreateEmbeddingRequestInput::from(vec![vec![1_i64], vec![2]]), json!([[1], [2]])),
    ] {
        let response = client.create_embedding(&CreateEmbeddingRequest::new(input.clone(), "m")).await.unwrap();
        assert_json(sent(&server).body(), json!({"input": expected, "model": "m"}));
        assert!(round::<CreateEmbeddingRequestInput>(&expected) == input);
        let numbers = response.data.as_ref().unwrap()[0].embedding.as_ref().unwrap();
        assert_eq!(numbers[0].to_string(), "0.0023064255");
    }
}

#[tokio::test]
async fn a_response_may_come_as_events() {
    let delta = r#"{"type":"response.output_text.delta","delta":"He"}"#;
    let events = format!("event: response.output_text.delta\ndata: {delta}\n\n");
    let server = ScriptedTransport::new().response(200, &[("content-type", "text/event-stream")], events);
    let request = CreateResponse::new().input("Hi").stream(true);
    let mut response = client(&server).create_response(&request).events().await.unwrap();
    let request = sent(&server);
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_json(request.body(), json!({"input": "Hi", "stream": true}));
    let event = response.next().await.unwrap().unwrap();
    let ResponseStreamEvent::ResponseTextDeltaEvent(delta) = &event.data else { panic!("{event:?}") };
    assert_eq!(delta.delta.as_deref(), Some("He"));
    assert!(response.next().await.unwrap().is_none());
}

#[tokio::test]
#[allow(deprecated, reason = "the only operation of its kind")]
async fn a_response_may_be_bytes() {
    let server = ScriptedTransport::new().response(200, &[("content-type", "audio/mpeg")], &b"\xff\xfb"[..]).response(
        200,
        &[("content-type", "video/mp4")],
        &b"\0\0\0\x18ftyp"[..],
    );
    let client = client(&server);
    let response = client.create_speech(&CreateSpeechRequest::new("tts-1", "Hi", "alloy")).await.unwrap();
    assert_json(sent(&server).body(), json!({"model": "tts-1", "input": "Hi", "voice": "alloy"}));
    let CreateSpeechSuccess::Bytes(speech) = response.into_inner() else { panic!("it is bytes") };
    assert_eq!(&speech.bytes().await.unwrap()[..], b"\xff\xfb");
    let response = client.retrieve_video_content("video_1").variant(&VideoContentVariant::Video).await.unwrap();
    assert_line(&sent(&server), "GET https://api.openai.com/v1/videos/video_1/content?variant=video");
    assert_eq!(&response.bytes().await.unwrap()[..], b"\0\0\0\x18ftyp");
}

#[tokio::test]
async fn several_files_are_parts_of_one_name() {
    let server = ScriptedTransport::new().json(200, r#"{"created": 1, "data": [{"b64_json": "aGk="}]}"#);
    let images = vec![Upload::bytes("1").file_name("a.png"), Upload::bytes("2").file_name("b.png")];
    let request = CreateImageEditRequest::new(CreateImageEditRequestImage::List(images), "a \"lake\"").n(2);
    let response = client(&server).create_image_edit_as_multipart(&request).await.unwrap();
    assert_eq!(response.data.as_ref().unwrap().len(), 1);
    let request = sent(&server);
    assert_line(&request, "POST https://api.openai.com/v1/images/edits");
    let boundary = request.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let part =
        |head: &str, body: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let image = "application/octet-stream";
    let expected = part(&format!("name=\"image\"; filename=\"a.png\"\r\nContent-Type: {image}"), "1")
        + &part(&format!("name=\"image\"; filename=\"b.png\"\r\nContent-Type: {image}"), "2")
        + &part("name=\"prompt\"", "a \"lake\"")
        + &part("name=\"n\"", "2")
        + &format!("--{boundary}--\r\n");
    assert_eq!(request.text(), expected);
}
