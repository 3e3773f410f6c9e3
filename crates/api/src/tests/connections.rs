use serde_json::{Value, json};

use super::home::Home;
use crate::view::ErrorCode;

/// Pairs with a hub that nobody has to sign in at, and that does not answer.
async fn paired(home: &Home, settings: Value) -> String {
    let params = json!({
        "address": "ws://127.0.0.1:9", "dialect": "angela", "name": "Elsewhere",
        "settings": settings,
    });
    let signed_in = home.call("connections/signIn", params).await;
    signed_in["step"]["connection"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_connection_says_what_it_is_and_what_may_be_changed() {
    let home = Home::new().await;
    let own = home
        .call("connections/get", json!({ "id": "this-computer" }))
        .await;
    assert_eq!(own["connection"]["dialect"], "atom");
    assert_eq!(own["connection"]["changeable"], json!(null));
    assert_eq!(own["settings"], json!(null));
    assert!(!own["fingerprint"].as_str().unwrap().is_empty());

    let id = paired(&home, json!({ "heartbeatSeconds": 10 })).await;
    let trouble = home
        .until(|state| {
            let connections = state["connections"].as_array()?;
            let one = connections.iter().find(|one| one["id"] == id.as_str())?;
            one["trouble"].as_str().map(str::to_owned)
        })
        .await;
    let details = home.call("connections/get", json!({ "id": id })).await;
    assert_eq!(details["connection"]["dialectName"], "Angela");
    assert_eq!(details["connection"]["changeable"]["ways"], json!([]));
    assert_eq!(details["lastTrouble"]["message"], trouble.as_str());
    assert_eq!(details["settings"]["heartbeatSeconds"], 10);
    assert!(details["pairedAt"].is_i64());

    let change = |settings: Value| json!({ "id": id, "settings": settings });
    home.call("connections/change", change(json!({ "attempts": 3 })))
        .await;
    let beyond = home
        .try_call("connections/change", change(json!({ "attempts": 0 })))
        .await;
    assert_eq!(beyond.unwrap_err().code, ErrorCode::Invalid);
    let alone = home
        .try_call("connections/change", change(json!({ "socket": false })))
        .await;
    assert_eq!(alone.unwrap_err().code, ErrorCode::Invalid);
    let details = home.call("connections/get", json!({ "id": id })).await;
    assert_eq!(details["settings"]["attempts"], 3);
    assert_eq!(details["settings"]["heartbeatSeconds"], 10);

    // To sign in again changes nothing else.
    let again = json!({
        "address": "ws://127.0.0.1:9", "dialect": "angela", "connection": id,
    });
    home.call("connections/signIn", again).await;
    let details = home.call("connections/get", json!({ "id": id })).await;
    assert_eq!(details["settings"]["attempts"], 3);
    let gone = home
        .try_call("connections/get", json!({ "id": "nobody" }))
        .await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::Gone);
    home.end().await;
}

#[tokio::test]
async fn a_paused_connection_stays_so_over_a_restart() {
    let home = Home::new().await;
    let id = paired(&home, json!({})).await;
    let pause = json!({ "id": id, "paused": true });
    home.call("connections/change", pause).await;
    let home = home.again(super::home::senses()).await;
    let details = home.call("connections/get", json!({ "id": id })).await;
    assert_eq!(details["connection"]["paused"], true);
    home.end().await;
}

#[tokio::test]
async fn an_address_in_the_clear_is_taken_only_by_that_name() {
    let home = Home::new().await;
    let offer = async |params: Value| home.try_call("connections/offer", params).await;
    let exposed = "ws://hub.example/api/devices/ws";
    let refused = offer(json!({ "address": exposed })).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unencrypted);
    let offered = offer(json!({ "address": exposed, "unencrypted": true }))
        .await
        .unwrap();
    assert_eq!(offered["detected"], "atom");
    assert_eq!(offered["exposed"], true);
    let offered = offer(json!({ "address": "wss://hub.example" }))
        .await
        .unwrap();
    assert_eq!(
        [&offered["detected"], &offered["encrypted"]],
        [&json!(null), &json!(true)]
    );
    home.end().await;
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_is_over() {
    let home = Home::new().await;
    let params = json!({
        "address": "wss://127.0.0.1:9", "dialect": "atom", "way": "pastedToken",
    });
    let begun = home.call("connections/signIn", params).await;
    let ticket = json!({ "ticket": begun["ticket"] });
    home.call("connections/signInCancel", ticket.clone()).await;
    let step = json!({ "ticket": begun["ticket"], "given": { "token": "one" } });
    let over = home.try_call("connections/signInStep", step).await;
    assert_eq!(over.unwrap_err().code, ErrorCode::Gone);
    // Once more does no harm.
    home.call("connections/signInCancel", ticket).await;
    home.end().await;
}
