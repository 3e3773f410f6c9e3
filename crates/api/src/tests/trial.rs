//! What the person tries, as a face hears of it.

use std::sync::Arc;

use chaperone_device::Senses;
use chaperone_senses::{
    SenseError,
    fake::{RecordingNotifier, ScriptedCameras, ScriptedDisplays, ScriptedLocator},
};
use serde_json::{Value, json};

use super::home::{Home, senses};
use crate::{Face, view::ErrorCode};

fn camera() -> Value {
    json!({ "type": "camera" })
}

fn one_photo() -> Senses {
    let cameras = ScriptedCameras::new([("front", "Front camera")]).then_photo("a photo");
    Senses {
        cameras: Arc::new(cameras),
        ..senses()
    }
}

#[tokio::test]
async fn a_picture_is_taken_looked_at_and_deleted() {
    let home = Home::with(one_photo()).await;
    let tried = home.call("capabilities/try", camera()).await;
    assert_eq!(tried["type"], "captured");
    let id = tried["capture"]["artifact"].clone();
    assert_eq!(tried["capture"]["mediaType"], "image/jpeg");
    let expires_at = tried["expiresAt"].as_i64().unwrap();
    let now = chaperone_protocol::Timestamp::now().as_millisecond();
    assert!((1..=600_000).contains(&(expires_at - now)), "{tried}");

    let read = home
        .call("artifacts/read", json!({ "id": id, "offset": 0 }))
        .await;
    // `a photo`
    assert_eq!(read["base64"], "YSBwaG90bw==");
    home.call("artifacts/delete", json!({ "id": id })).await;
    let gone = home
        .try_call("artifacts/read", json!({ "id": id, "offset": 0 }))
        .await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::Gone);

    let listed = home
        .call(
            "activity/list",
            json!({ "before": null, "limit": 50, "capability": "camera" }),
        )
        .await;
    let entries = listed["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{listed}");
    assert_eq!(
        entries[0]["what"],
        json!({
            "type": "tried", "trial": "camera", "source": "Front camera",
            "hindrance": null, "message": null,
        })
    );
    home.end().await;
}

#[tokio::test]
async fn what_is_found_and_shown_is_answered() {
    let home = Home::new().await;
    let place = home
        .call("capabilities/try", json!({ "type": "location" }))
        .await;
    assert_eq!(
        place,
        json!({ "type": "place", "place": {
            "latitude": 52.516_27, "longitude": 13.377_70, "accuracy": 5.0,
            "typed": false, "source": null,
        }})
    );
    let typed = json!({ "place": { "latitude": 1.5, "longitude": 2.5, "accuracy": null } });
    home.call("settings/set", typed).await;
    let place = home
        .call("capabilities/try", json!({ "type": "location" }))
        .await;
    assert_eq!(place["place"]["typed"], true);
    let words = |title: &str| json!({ "type": "notification", "title": title, "body": "" });
    let shown = home.call("capabilities/try", words("Hello")).await;
    assert_eq!(shown, json!({ "type": "shown" }));
    let empty = home.try_call("capabilities/try", words(" ")).await;
    assert_eq!(empty.unwrap_err().code, ErrorCode::Invalid);
    let holds = home
        .call("capabilities/try", json!({ "type": "containment" }))
        .await;
    assert_eq!(holds["type"], "containment");
    let serves = holds["findings"].as_array().unwrap().iter();
    let mut serves = serves.filter(|one| one["serves"] == true);
    let read_only = serves.any(|one| one["profile"] == "readOnly");
    assert_eq!(holds["holds"], read_only);
    home.end().await;
}

#[tokio::test]
async fn each_hindrance_has_its_code() {
    let sentence = || "a sentence\u{202e}".to_owned();
    let cameras = ScriptedCameras::new([("front", "Front camera")])
        .then_failure(SenseError::Busy(sentence()))
        .then_failure(SenseError::Refused(sentence()));
    let missing = SenseError::Missing(sentence());
    let home = Home::with(Senses {
        cameras: Arc::new(cameras),
        displays: Arc::new(ScriptedDisplays::failing(missing)),
        locator: Arc::new(ScriptedLocator::failing(SenseError::TimedOut(sentence()))),
        notifier: Arc::new(RecordingNotifier::failing(SenseError::Failed(sentence()))),
    })
    .await;
    let notify = json!({ "type": "notification", "title": "Hello", "body": "" });
    for (trial, hindrance) in [
        (camera(), "inUse"),
        (camera(), "refused"),
        (json!({ "type": "screenshot" }), "missing"),
        (json!({ "type": "recording", "sound": false }), "missing"),
        (json!({ "type": "location" }), "timedOut"),
        (notify, "failed"),
        (json!({ "type": "camera", "camera": "gone" }), "missing"),
    ] {
        let tried = home.call("capabilities/try", trial.clone()).await;
        assert_eq!(tried["type"], "hindered", "{trial}");
        assert_eq!(tried["hindrance"], hindrance, "{trial}");
        let message = tried["message"].as_str().unwrap();
        assert!(!message.contains('\u{202e}'), "{message}");
    }
    let off = json!({ "capability": "camera", "on": false });
    home.call("capabilities/set", off).await;
    let tried = home.call("capabilities/try", camera()).await;
    assert_eq!(tried["hindrance"], "switchedOff");
    assert_eq!(tried["capability"], "camera");
    home.call("pause/set", json!({ "paused": true })).await;
    let tried = home
        .call("capabilities/try", json!({ "type": "screenshot" }))
        .await;
    assert_eq!(tried["hindrance"], "paused");
    home.end().await;
}

#[tokio::test]
async fn a_test_is_cancelled() {
    let cameras = ScriptedCameras::new([("front", "Front camera")]).then_nothing();
    let watched = cameras.clone();
    let home = Home::with(Senses {
        cameras: Arc::new(cameras),
        ..senses()
    })
    .await;
    let cancel = json!({ "trial": "camera" });
    let early = home
        .try_call("capabilities/tryCancel", cancel.clone())
        .await;
    assert_eq!(early.unwrap_err().code, ErrorCode::Gone);
    let cancelling = async {
        while watched.shots().is_empty() {
            tokio::task::yield_now().await;
        }
        let again = home.call("capabilities/try", camera()).await;
        assert_eq!(again["hindrance"], "going");
        let face = Face::Bystander;
        home.api
            .call(face, "capabilities/tryCancel", cancel)
            .await
            .unwrap();
    };
    let (tried, ()) = tokio::join!(home.call("capabilities/try", camera()), cancelling);
    assert_eq!(tried["hindrance"], "stopped");
    home.end().await;
}

#[tokio::test]
async fn only_the_person_may_try() {
    let home = Home::with(one_photo()).await;
    for face in [Face::Bystander, Face::Request, Face::Indicator] {
        let refused = home.api.call(face, "capabilities/try", camera()).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed, "{face:?}");
    }
    let senseless = home
        .try_call("capabilities/try", json!({ "type": "shell", "line": "ls" }))
        .await;
    assert_eq!(senseless.unwrap_err().code, ErrorCode::Invalid);
    home.end().await;
}
