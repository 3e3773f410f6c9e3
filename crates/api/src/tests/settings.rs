use serde_json::json;

use super::home::Home;
use crate::view::ErrorCode;

#[tokio::test]
async fn where_the_log_is_is_said_and_not_set() {
    let home = Home::new().await;
    let settings = home.call("settings/get", json!({})).await;
    let folder = settings["logFolder"].as_str().unwrap();
    assert!(folder.ends_with("logs"), "{folder}");
    let elsewhere = json!({ "logFolder": "/elsewhere" });
    let refused = home.try_call("settings/set", elsewhere).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Invalid);
    home.end().await;
}

#[tokio::test]
async fn the_devices_say_which_is_used() {
    let home = Home::new().await;
    let found = home.call("capabilities/devices", json!({})).await;
    let used = |found: &serde_json::Value, which: &str| {
        let sources = found[which]["sources"].as_array().unwrap().iter();
        let used = sources.filter(|one| one["used"] == true);
        used.map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found["cameras"]["sources"][1]["name"], "Desk camera");
    assert_eq!(used(&found, "cameras"), ["front"]);
    assert_eq!(used(&found, "displays").len(), 1);
    home.call(
        "settings/set",
        json!({ "camera": "desk", "display": "gone" }),
    )
    .await;
    let found = home.call("capabilities/devices", json!({})).await;
    assert_eq!(used(&found, "cameras"), ["desk"]);
    // One that is gone is not replaced by another.
    assert!(used(&found, "displays").is_empty());
    assert_eq!(found["displays"]["chosen"], "gone");
    home.end().await;
}

#[tokio::test]
async fn a_look_says_what_was_found_for_pages_with_words_of_their_own() {
    let home = Home::new().await;
    let looked = home.call("capabilities/list", json!({})).await;
    let of = |capability: &str| {
        let all = looked["capabilities"].as_array().unwrap();
        let found = all.iter().find(|one| one["capability"] == capability);
        found.unwrap().clone()
    };
    let names = json!({ "type": "cameras", "names": ["Front camera", "Desk camera"] });
    assert_eq!(of("camera")["found"], names);
    assert_eq!(of("location")["found"]["type"], "locationService");
    for capability in ["shell", "network"] {
        let shell = of(capability);
        let kind = shell["found"]["type"].as_str().unwrap();
        let expected = if shell["available"] == true {
            "sandbox"
        } else {
            "noSandbox"
        };
        assert_eq!(kind, expected, "{shell}");
    }
    home.end().await;
}
