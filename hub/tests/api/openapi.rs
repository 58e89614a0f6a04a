//! The API's description is what was agreed: a change of it is seen, never slipped in.

use crate::hall::TestHall;
use serde_json::Value;
use std::{env, fs, path::Path};

#[tokio::test]
async fn the_description_is_served_as_it_was_agreed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let description = hub::http::description();
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, format!("{description}\n")).unwrap();
    }
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        agreed.trim() == description.trim(),
        "hub/tests/openapi.json differs: look, then run with UPDATE_OPENAPI=1"
    );
    let hall = TestHall::open().await;
    let served = hall.stranger().get("/api/openapi.json").await.is(200);
    assert_eq!(served, serde_json::from_str::<Value>(&agreed).unwrap());
}

#[test]
fn every_operation_is_described_and_lists_its_problems() {
    let description: Value = serde_json::from_str(&hub::http::description()).unwrap();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let at = format!("{method} {path}");
            for field in ["summary", "operationId", "tags"] {
                assert!(!operation[field].is_null(), "{at} has no {field}");
            }
            let responses = operation["responses"].as_object().unwrap();
            let least: &[&str] = match method.as_str() {
                "get" => &["400", "404", "405", "503"],
                "delete" => &["400", "401", "403", "404", "405", "503"],
                _ => &["400", "401", "403", "404", "405", "413", "415", "422", "503"],
            };
            for status in least {
                assert!(responses.contains_key(*status), "{at} does not list {status}");
            }
            for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{at} {status}");
            }
        }
    }
}
