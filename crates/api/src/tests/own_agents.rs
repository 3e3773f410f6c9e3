use serde_json::{Value, json};

use super::home::Home;
use crate::{Face, view::ErrorCode};

async fn found(home: &Home, name: &str) -> Option<Value> {
    let own = home.call("agents/own", json!({})).await;
    let mut agents = own["agents"].as_array().unwrap().iter();
    agents.find(|agent| agent["name"] == name).cloned()
}

#[tokio::test]
async fn an_agent_is_made_gets_keys_and_goes() {
    let home = Home::new().await;
    let before = home.api.snapshot().revisions.agents;
    let params = json!({ "name": " Scout ", "level": "supervised" });
    let made = home.call("agents/create", params).await;
    assert!(home.api.snapshot().revisions.agents > before);
    let key = made["key"].as_str().unwrap();
    assert!(made["curl"].as_str().unwrap().contains(key));
    let scout = found(&home, "Scout").await.unwrap();
    assert_eq!(scout["level"], "supervised");
    assert_eq!(scout["keys"][0]["id"], made["id"]);
    // Nothing shows it a second time.
    assert!(!scout.to_string().contains(key));

    let id = scout["id"].clone();
    let limit = |per_minute| json!({ "agent": id, "perMinute": per_minute });
    home.call("agents/limit", limit(7)).await;
    let beyond = home.try_call("agents/limit", limit(0)).await;
    assert_eq!(beyond.unwrap_err().code, ErrorCode::Invalid);
    let more = json!({ "agent": id, "label": "laptop" });
    home.call("agents/newKey", more).await;
    let revoke = json!({ "agent": id, "key": made["id"] });
    home.call("agents/revokeKey", revoke.clone()).await;
    let again = home.try_call("agents/revokeKey", revoke).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::Gone);
    let scout = found(&home, "Scout").await.unwrap();
    assert_eq!(scout["perMinute"], 7);
    let labels: Vec<_> = scout["keys"].as_array().unwrap().iter().collect();
    assert_eq!(labels.len(), 1);
    assert_eq!(labels[0]["label"], "laptop");

    home.call("agents/remove", json!({ "agent": id })).await;
    assert_eq!(found(&home, "Scout").await, None);
    let bystander = home.api.call(
        Face::Bystander,
        "agents/create",
        json!({ "name": "Other", "level": "autonomous" }),
    );
    assert_eq!(bystander.await.unwrap_err().code, ErrorCode::NotAllowed);
    let nameless = json!({ "name": " ", "level": "student" });
    assert!(home.try_call("agents/create", nameless).await.is_err());
    home.end().await;
}

#[tokio::test]
async fn practice_goes_the_way_that_all_requests_go() {
    let home = Home::new().await;
    let connected = |state: &Value| (state["connections"][0]["phase"] == "connected").then_some(());
    home.until(connected).await;
    let params = json!({ "title": "It works", "body": "Say yes." });
    home.call("requests/practice", params).await;
    let request = home
        .until(|state| state["requests"].as_array()?.first().cloned())
        .await;
    assert_eq!(request["agent"]["name"], "Practice");
    assert_eq!(request["agent"]["claimed"], "intern");
    assert_eq!(request["action"]["title"], "It works");
    let answer = json!({
        "id": request["id"], "digest": request["digest"], "decision": "allowOnce",
    });
    home.call("requests/answer", answer).await;
    let ended = home
        .until(|state| {
            let recent = state["recent"].as_array()?;
            let command = recent.iter().find(|one| one["what"]["type"] == "command")?;
            Some(command["what"]["ended"].clone())
        })
        .await;
    assert_eq!(ended, "allowed");
    let met = home.call("agents/list", json!({})).await;
    assert_eq!(met["agents"][0]["name"], "Practice");
    assert_eq!(met["agents"][0]["commands"], 1);
    // Its key was for that alone.
    let practice = found(&home, "Practice").await.unwrap();
    assert_eq!(practice["keys"], json!([]));
    home.end().await;
}
