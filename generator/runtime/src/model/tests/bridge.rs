//! Models within the JSON of their users.

use serde::{Deserialize, Serialize};

use super::models::{Kind, Parcel};
use crate::{Date, Decimal, Json, Nullable, Secret};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    attempt: u32,
    parcel: Parcel,
    kinds: Vec<Kind>,
    total: Decimal,
    due: Option<Date>,
    key: Secret,
    note: Json,
    limit: Nullable<Decimal>,
}

const JOB: &str = r#"{"attempt":2,"parcel":{"id":"p","weight":0.10,"x__c":12345678901234567890.120},"kinds":["Bag","New"],"total":1234567890123456789012345.10,"due":"2024-02-29","key":"k","note":{"a":1e400},"limit":null}"#;

#[test]
fn models_cross_serde_with_every_digit() {
    let job: Job = serde_json::from_str(JOB).unwrap();
    assert_eq!(job.parcel.weight.unwrap().to_string(), "0.10");
    assert_eq!(job.kinds[0], Kind::Bag);
    assert_eq!(serde_json::to_string(&job).unwrap(), JOB);
    assert_eq!(serde_json::from_reader::<_, Job>(JOB.as_bytes()).unwrap(), job);
}

#[test]
fn models_cross_json_values() {
    let parcel: Parcel = serde_json::from_value(serde_json::json!({"id": "p", "count": 3, "x": {"y": [1]}})).unwrap();
    assert_eq!(parcel.count, Some(3));
    assert_eq!(serde_json::to_value(&parcel).unwrap(), serde_json::json!({"id": "p", "count": 3, "x": {"y": [1]}}));
}

#[test]
fn errors_say_where_and_not_what() {
    let error = serde_json::from_str::<Vec<Parcel>>(r#"[{"id":["canary"]}]"#).unwrap_err().to_string();
    assert!(error.contains("$.id") && !error.contains("canary"), "{error}");
}
