//! Kept calls in every serde format.

use sdk_tests::calls::{ACCOUNT, Operation, resume};
use zuora_payments::ResumableCall;

use crate::bodies::good;
use crate::harness::{Hands, Reply, Service, builder, lost_call};

/// Returns a call of each operation, kept before it was sent and after it was lost.
async fn kept_calls(service: &Service, hands: &Hands) -> Vec<(Operation, ResumableCall)> {
    let client = builder(service, hands).build().unwrap();
    let mut kept = Vec::new();
    for operation in Operation::ALL {
        kept.push((operation, operation.call(&client, ACCOUNT).kept()));
        kept.push((operation, lost_call(service, &client, operation).await));
    }
    kept
}

/// Writes and reads each call, and resumes what was read: it has to send what the original would.
async fn survives(format: &str, copy: impl Fn(&ResumableCall) -> Result<ResumableCall, String>) {
    let (service, hands) = (Service::default(), Hands::begin());
    for (operation, kept) in kept_calls(&service, &hands).await {
        let copied = copy(&kept).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(copied, kept, "{format}");
        let mut sent = Vec::new();
        for call in [kept, copied] {
            service.forget();
            service.add([Reply::json(200, good(operation))]);
            resume(&builder(&service, &hands).build().unwrap(), call).await.unwrap();
            let requests = service.requests();
            assert_eq!(requests.len(), 1);
            sent.push((requests[0].headers.clone(), requests[0].body.clone()));
        }
        assert_eq!(sent[0], sent[1], "{format}");
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[tokio::test(start_paused = true)]
async fn json() {
    survives("text", |kept| serde_json::from_str(&serde_json::to_string(kept).map_err(text)?).map_err(text)).await;
    survives("bytes", |kept| serde_json::from_slice(&serde_json::to_vec_pretty(kept).map_err(text)?).map_err(text))
        .await;
    survives("a value", |kept| serde_json::from_value(serde_json::to_value(kept).map_err(text)?).map_err(text)).await;
}

#[tokio::test(start_paused = true)]
async fn yaml() {
    survives("YAML", |kept| serde_yaml::from_str(&serde_yaml::to_string(kept).map_err(text)?).map_err(text)).await;
}

#[tokio::test(start_paused = true)]
async fn postcard() {
    survives("postcard", |kept| postcard::from_bytes(&postcard::to_stdvec(kept).map_err(text)?).map_err(text)).await;
}

#[tokio::test(start_paused = true)]
async fn message_pack() {
    survives("MessagePack", |kept| rmp_serde::from_slice(&rmp_serde::to_vec(kept).map_err(text)?).map_err(text)).await;
    survives("MessagePack with names", |kept| {
        rmp_serde::from_slice(&rmp_serde::to_vec_named(kept).map_err(text)?).map_err(text)
    })
    .await;
}

/// As a member of a caller's own struct.
#[tokio::test(start_paused = true)]
async fn inside_of_other_data() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Row {
        before: u8,
        call: ResumableCall,
        after: String,
    }
    let row = |kept: &ResumableCall| Row { before: 7, call: kept.clone(), after: "after".to_owned() };
    survives("postcard", |kept| {
        let bytes = postcard::to_stdvec(&row(kept)).map_err(text)?;
        let read: Row = postcard::from_bytes(&bytes).map_err(text)?;
        assert_eq!((read.before, &read.after[..]), (7, "after"));
        Ok(read.call)
    })
    .await;
    survives("JSON", |kept| {
        let bytes = serde_json::to_vec(&row(kept)).map_err(text)?;
        let read: Row = serde_json::from_slice(&bytes).map_err(text)?;
        assert_eq!((read.before, &read.after[..]), (7, "after"));
        Ok(read.call)
    })
    .await;
}

/// What is cut or changed is not read as a call that is younger, or as another one.
#[tokio::test(start_paused = true)]
async fn a_part_of_a_kept_call_is_none() {
    let (service, hands) = (Service::default(), Hands::begin());
    for (_, kept) in kept_calls(&service, &hands).await {
        let bytes = postcard::to_stdvec(&kept).unwrap();
        for end in 0..bytes.len() {
            let read: Result<ResumableCall, _> = postcard::from_bytes(&bytes[..end]);
            assert!(read.is_err(), "{end} of {}", bytes.len());
        }
        let text = serde_json::to_string(&kept).unwrap();
        for end in 0..text.len() {
            let read: Result<ResumableCall, _> = serde_json::from_str(&text[..end]);
            assert!(read.is_err(), "{end} of {}", text.len());
        }
    }
}
