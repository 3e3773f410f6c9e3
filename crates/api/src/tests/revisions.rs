use serde_json::json;

use super::home::Home;
use crate::{Face, view::RevisionsView};

#[tokio::test]
async fn what_another_face_changes_is_heard_of() {
    let home = Home::new().await;
    let revisions = || home.api.snapshot().revisions;
    let before = revisions();
    let rule = json!({
        "id": "no-camera", "answer": "forbid", "shape": { "type": "camera" },
        "created_at": "2026-01-01T00:00:00Z",
    });
    let terminal = async |name, params| home.api.call(Face::Terminal, name, params).await;
    terminal("rules/add", json!({ "rule": rule }))
        .await
        .unwrap();
    let expected = RevisionsView {
        rules: before.rules + 1,
        ..before
    };
    home.until(|_| (revisions() == expected).then_some(()))
        .await;

    let off = json!({ "capability": "camera", "on": false });
    terminal("capabilities/set", off).await.unwrap();
    let expected = RevisionsView {
        settings: before.settings + 1,
        capabilities: before.capabilities + 1,
        ..expected
    };
    home.until(|_| (revisions() == expected).then_some(()))
        .await;

    let days = json!({ "retentionDays": 3 });
    terminal("settings/set", days).await.unwrap();
    let expected = RevisionsView {
        settings: before.settings + 2,
        ..expected
    };
    home.until(|_| (revisions() == expected).then_some(()))
        .await;
    home.end().await;
}
