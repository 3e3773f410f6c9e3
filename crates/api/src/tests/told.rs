//! What a hub tells about itself, from its socket to a face, and back.

use serde_json::{Value, json};

use super::home::Home;
use crate::{
    Face,
    view::{ErrorCode, Snapshot},
};

fn told<'a>(state: &'a Value, id: &str) -> Option<&'a Value> {
    let connections = state["connections"].as_array()?;
    let one = connections.iter().find(|one| one["id"] == id)?;
    (one["phase"] == "connected").then_some(&one["told"])
}

fn vision(state: &Value, id: &str) -> Option<Value> {
    let switches = told(state, id)?["switches"].as_array()?;
    switches.iter().find(|one| one["name"] == "vision").cloned()
}

/// Pairs with the door of this computer's own hub for devices of another kind, where what one
/// device says all hear.
async fn paired(home: &Home) -> String {
    let snapshot: Snapshot = home.api.snapshot();
    let hub = snapshot.device.hub_address.unwrap();
    let params = json!({
        "address": hub.replace("http", "ws"), "dialect": "angela", "name": "Elsewhere",
    });
    let signed_in = home.call("connections/signIn", params).await;
    signed_in["step"]["connection"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_switch_changes_when_the_hub_says_so() {
    let home = Home::new().await;
    let id = paired(&home).await;
    let first = home
        .until(|state| told(state, &id).filter(|told| told.is_object()).cloned())
        .await;
    assert_eq!(first["moreSwitches"], false);
    assert_eq!(first["cards"], json!([]));
    assert_eq!(first["switches"].as_array().unwrap().len(), 4);
    assert_eq!(
        first["switches"][0],
        json!({
            "name": "vision", "on": null, "toldAt": null, "current": false,
            "asked": null, "unanswered": null,
        })
    );

    for on in [false, true] {
        let wish = json!({ "id": id, "name": "vision", "on": on });
        home.call("connections/switch", wish).await;
        let now = home
            .until(|state| vision(state, &id).filter(|one| one["on"] == on))
            .await;
        assert_eq!(now["current"], true);
        assert_eq!(now["asked"], json!(null));
        assert!(now["toldAt"].is_i64());
    }
    let recent = serde_json::to_value(home.api.snapshot()).unwrap()["recent"].clone();
    let acts: Vec<&Value> = recent
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["what"])
        .filter(|what| what["type"] == "hubSwitched")
        .collect();
    let act = |on| {
        json!({
            "type": "hubSwitched", "connection": "Elsewhere", "switch": "vision", "on": on,
        })
    };
    assert_eq!(acts, [&act(true), &act(false)]);
    home.end().await;
}

#[tokio::test]
async fn what_cannot_be_switched_is_refused_and_says_why() {
    let home = Home::new().await;
    let id = paired(&home).await;
    home.until(|state| vision(state, &id)).await;
    let wish = |id: &str, name: &str| json!({ "id": id, "name": name, "on": true });
    let refused = async |params| {
        let answer = home.try_call("connections/switch", params).await;
        answer.unwrap_err().code
    };
    assert_eq!(refused(wish("nobody", "vision")).await, ErrorCode::Gone);
    assert_eq!(refused(wish(&id, "telepathy")).await, ErrorCode::Gone);
    assert_eq!(
        refused(wish("this-computer", "vision")).await,
        ErrorCode::Gone
    );
    let beside = home
        .api
        .call(Face::Bystander, "connections/switch", wish(&id, "vision"))
        .await;
    assert_eq!(beside.unwrap_err().code, ErrorCode::NotAllowed);

    // Nobody is asked while nobody is there.
    let pause = json!({ "id": id, "paused": true });
    home.call("connections/change", pause).await;
    assert_eq!(refused(wish(&id, "vision")).await, ErrorCode::NotAllowed);
    let state = serde_json::to_value(home.api.snapshot()).unwrap();
    let connections = state["connections"].as_array().unwrap();
    let one = connections.iter().find(|one| one["id"] == id.as_str());
    assert_eq!(one.unwrap()["told"]["switches"][0]["on"], json!(null));
    let own = connections.iter().find(|one| one["id"] == "this-computer");
    assert_eq!(own.unwrap()["told"], json!(null));
    home.end().await;
}
