//! Recordings that the person cuts before they leave.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_device::{Answer, AnswerError, Request, TrimError, Trimmed};
use chaperone_senses::fake::{ScriptedDisplays, film};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Home, Running, Setup, agent, autonomous};

fn real_film(seconds: u32) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    film(&path, seconds).unwrap();
    std::fs::read(path).unwrap()
}

fn showing(content: impl Into<Vec<u8>>) -> Setup {
    Setup {
        displays: Some(ScriptedDisplays::new().with_content(content)),
        ..Setup::default()
    }
}

/// A recording that is over and waits for the person to let it leave.
async fn waiting(device: &Running<'_>, home: &Home, more: Value) -> Request {
    let mut params = json!({"session_id": "film", "duration_seconds": 600});
    let fields = params.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    home.hub
        .ask("r-1", "screen_record_start", params, &autonomous())
        .await;
    device.say(Answer::AllowOnce).await;
    let begun = home.hub.answer("r-1").await;
    assert_eq!(begun["success"], true, "{begun}");
    // Another agent than the one that began it: the person looks at it.
    let params = json!({"session_id": "film"});
    home.hub
        .ask(
            "r-2",
            "screen_record_stop",
            params,
            &agent("pupil", "student"),
        )
        .await;
    home.hub.progress("r-2", "reviewing").await;
    device.request().await
}

async fn trim(
    device: &Running<'_>,
    request: &Request,
    from: u64,
    to: u64,
) -> Result<Trimmed, TrimError> {
    let artifact = request.review.as_ref().unwrap().artifact.clone();
    let ms = Duration::from_millis;
    device.device.trim(artifact, ms(from)..ms(to)).await
}

#[tokio::test]
async fn only_the_part_leaves_and_a_yes_to_the_whole_decides_nothing() {
    let home = Home::new().await;
    let content = real_film(25);
    let device = home.start_with(showing(content.clone())).await;
    let whole = waiting(&device, &home, json!({})).await;
    let before = whole.review.clone().unwrap();
    assert_eq!(before.bytes, content.len() as u64);

    let trimmed = trim(&device, &whole, 12_000, 20_500).await.unwrap();
    assert_eq!(
        (trimmed.from, trimmed.to),
        (Duration::from_secs(10), Duration::from_millis(20_500))
    );
    let part = device.request().await;
    assert_eq!(part.number, whole.number);
    assert_ne!(part.digest, whole.digest);
    assert_eq!(part.decisions(), whole.decisions());
    let after = part.review.clone().unwrap();
    assert_ne!(after.artifact, before.artifact);
    assert_ne!(after.sha256, before.sha256);
    assert_eq!(after.length, Some(Duration::from_millis(10_500)));
    assert_eq!(after.resolution, before.resolution);

    // The whole is gone, the part is as old as the whole was, and has a small picture.
    let kept = device.vault.artifacts(None, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].id.as_str(), after.artifact.as_str());
    assert_eq!(kept[0].sha256, after.sha256);
    assert!(kept[0].has_thumbnail);
    assert_eq!(
        device.recorded(&["recording_cut"]).await,
        [json!({
            "type": "recording_cut",
            "number": whole.number,
            "was": {"secs": 25, "nanos": 0},
            "is": {"secs": 10, "nanos": 500_000_000},
        })]
    );
    let deleted = device.recorded(&["artifact_deleted"]).await;
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0]["artifact"], before.artifact.as_str());

    let old = device.try_answer(&whole, Answer::Send).await;
    assert!(matches!(old, Err(AnswerError::Changed)), "{old:?}");
    assert!(home.hub.answers("r-2").is_empty());
    let again = trim(&device, &whole, 0, 5_000).await;
    assert!(matches!(again, Err(TrimError::Gone)), "{again:?}");

    // What is cut already is cut again.
    trim(&device, &part, 0, 4_000).await.unwrap();
    let least = device.request().await;
    assert_ne!(least.digest, part.digest);
    device.answer(&least, Answer::Send).await;
    let answer = home.hub.answer("r-2").await;
    let data = answer["data"]["base64_data"].as_str().unwrap();
    let (_, data) = data.split_once("base64,").unwrap();
    let left = STANDARD.decode(data).unwrap();
    let least = least.review.unwrap();
    assert_eq!(left.len() as u64, least.bytes);
    assert!(left.len() < content.len() / 3);
    device.shut().await;
    home.check_record(&[]);
}

#[tokio::test]
async fn what_cannot_be_cut_stays_as_it_is_and_can_be_sent() {
    let home = Home::new().await;
    let content = real_film(12);
    let device = home.start_with(showing(content.clone())).await;
    let whole = waiting(&device, &home, json!({})).await;
    for (from, to) in [
        (5_000, 5_000),
        (20_000, 30_000),
        (0, 12_000),
        (2_000, 12_000),
    ] {
        let refused = trim(&device, &whole, from, to).await;
        assert!(matches!(refused, Err(TrimError::Part(_))), "{refused:?}");
    }
    assert_eq!(device.request().await.digest, whole.digest);
    assert_eq!(device.artifacts().await, 1);
    device.answer(&whole, Answer::Send).await;
    let answer = home.hub.answer("r-2").await;
    let data = answer["data"]["base64_data"].as_str().unwrap();
    assert!(data.ends_with(&STANDARD.encode(content)));
    // It is kept, and waits for nobody.
    let late = trim(&device, &whole, 0, 5_000).await;
    assert!(matches!(late, Err(TrimError::Gone)), "{late:?}");
    assert!(device.recorded(&["recording_cut"]).await.is_empty());
    device.shut().await;
}

#[tokio::test]
async fn other_kinds_are_not_cut() {
    let home = Home::new().await;
    let device = home.start_with(showing("GIF89a")).await;
    let whole = waiting(
        &device,
        &home,
        json!({"output_format": "gif", "duration_seconds": 60}),
    )
    .await;
    let refused = trim(&device, &whole, 0, 1_000).await;
    assert!(matches!(refused, Err(TrimError::OtherKind)), "{refused:?}");
    device.answer(&whole, Answer::Discard).await;
    let late = trim(&device, &whole, 0, 1_000).await;
    assert!(matches!(late, Err(TrimError::Gone)), "{late:?}");
    device.shut().await;
}

#[tokio::test]
async fn what_is_being_cut_can_be_discarded_but_not_sent() {
    let home = Home::new().await;
    let device = home.start_with(showing(real_film(25))).await;
    let whole = waiting(&device, &home, json!({})).await;
    // Whichever is taken first, the whole does not leave, and nothing of it stays.
    let (cut, sent, again, discarded) = tokio::join!(
        trim(&device, &whole, 0, 5_000),
        device.try_answer(&whole, Answer::Send),
        trim(&device, &whole, 0, 6_000),
        device.try_answer(&whole, Answer::Discard),
    );
    assert!(matches!(sent, Err(AnswerError::Changed)), "{sent:?}");
    assert!(
        matches!(again, Err(TrimError::Busy | TrimError::Gone)),
        "{again:?}"
    );
    // Discarded while it was cut, or the part was there before.
    match (&cut, &discarded) {
        (Err(TrimError::Gone), Ok(())) => {}
        (Ok(_), Err(AnswerError::Changed)) => {
            device.say(Answer::Discard).await;
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(home.hub.answer("r-2").await["code"], "discarded");
    device.shut().await;
    assert_eq!(home.start().await.artifacts().await, 0);
}
