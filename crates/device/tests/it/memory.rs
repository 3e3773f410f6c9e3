//! What a yes is good for afterwards, and what ends that.

use std::time::Duration;

use chaperone_device::{Answer, Change};
use chaperone_gate::{Because, Cell, Verdict};
use chaperone_protocol::{AgentId, Capability, Maturity, SignedDuration, Timestamp};
use chaperone_senses::fake::ScriptedCameras;
use chaperone_vault::{Answer as Said, Asker, Lasting};
use serde_json::json;

use crate::support::{Home, Running, Setup, autonomous, home_id, supervised};

async fn snap(home: &Home, id: &str) {
    home.hub
        .ask(id, "camera_snap", json!({}), &autonomous())
        .await;
}

fn cameras() -> ScriptedCameras {
    (0..4).fold(ScriptedCameras::new([("cam-1", "Front")]), |cameras, _| {
        cameras.then_photo("photo")
    })
}

async fn start(home: &Home) -> Running<'_> {
    home.start_with(Setup {
        cameras: cameras(),
        ..Setup::default()
    })
    .await
}

/// The person once said yes to the camera, then.
async fn said_yes(device: &Running<'_>, at: Timestamp) {
    let asker = Asker {
        connection: home_id(),
        agent: Some(AgentId::new("pilot").unwrap()),
        capability: Capability::Camera,
    };
    device
        .vault
        .remember_answer(asker, Said::Allowed, Lasting::UntilDenied, at)
        .await
        .unwrap();
}

#[tokio::test]
async fn asked_once_an_hour_and_watched_meanwhile() {
    let home = Home::new().await;
    let device = start(&home).await;
    snap(&home, "c-1").await;
    device.say(Answer::AllowOnce).await;
    assert_eq!(home.hub.answer("c-1").await["success"], true);
    snap(&home, "c-2").await;
    assert_eq!(home.hub.answer("c-2").await["success"], true);
    let settled = device.recorded(&["settled"]).await;
    assert_eq!(settled[0]["approval"], "person");
    assert_eq!(settled[1]["approval"], "table");
    assert_eq!(home.lamp.shown().len(), 2);
    device.shut().await;
}

#[tokio::test]
async fn a_yes_lasts_an_hour_and_not_longer_and_never_comes_from_the_future() {
    for (minutes, asked) in [(59, false), (61, true), (-10, true)] {
        let home = Home::new().await;
        let device = start(&home).await;
        let at = Timestamp::now() - SignedDuration::from_mins(minutes);
        said_yes(&device, at).await;
        snap(&home, "c-1").await;
        if asked {
            device.say(Answer::Deny).await;
        }
        let answer = home.hub.answer("c-1").await;
        assert_eq!(answer["success"], !asked, "{minutes} minutes ago: {answer}");
        device.shut().await;
    }
}

#[tokio::test]
async fn a_no_ends_it() {
    let home = Home::new().await;
    let device = start(&home).await;
    said_yes(&device, Timestamp::now()).await;
    snap(&home, "c-1").await;
    assert_eq!(home.hub.answer("c-1").await["success"], true);
    // Another level of the same agent is asked, and told no.
    let mut lower = autonomous();
    lower["maturity"] = json!("intern");
    home.hub.ask("c-2", "camera_snap", json!({}), &lower).await;
    device.say(Answer::Deny).await;
    snap(&home, "c-3").await;
    device.say(Answer::Deny).await;
    assert_eq!(home.hub.answer("c-3").await["code"], "denied");
    device.shut().await;
}

#[tokio::test]
async fn a_yes_to_the_town_is_none_to_the_house() {
    let home = Home::new().await;
    let device = home.start().await;
    // A table in which a yes is good for any place, for a day.
    device
        .set(|settings| {
            let cell = Cell::asking_once(Duration::from_hours(24), Verdict::Watch);
            for level in [Maturity::Autonomous, Maturity::Supervised] {
                settings.standing.set(Capability::Location, level, cell);
            }
        })
        .await;
    let ask = async |id: &str, accuracy: &str| {
        let params = json!({"accuracy": accuracy});
        home.hub
            .ask(id, "get_location", params, &supervised())
            .await;
    };
    ask("l-1", "high").await;
    device.say(Answer::AllowCoarse).await;
    let coarse = home.hub.answer("l-1").await;
    assert_ne!(coarse["data"]["latitude"], 52.516_27, "{coarse}");
    // The same again needs no question, and anything more exact does.
    ask("l-2", "low").await;
    assert_eq!(
        home.hub.answer("l-2").await["data"]["latitude"],
        coarse["data"]["latitude"]
    );
    ask("l-3", "high").await;
    device.say(Answer::AllowOnce).await;
    assert_eq!(home.hub.answer("l-3").await["data"]["latitude"], 52.516_27);
    ask("l-4", "high").await;
    assert_eq!(home.hub.answer("l-4").await["data"]["latitude"], 52.516_27);
    device.shut().await;

    // After a restart nobody knows how exact it was.
    let device = home.start().await;
    ask("l-5", "high").await;
    let request = device.say(Answer::Deny).await;
    let because = &request.judgement.decisive().unwrap().because;
    assert!(matches!(because, Because::Standing { .. }), "{because}");
    device.shut().await;
}

#[tokio::test]
async fn a_screen_lock_ends_what_lasts_until_then() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &crate::support::intern()).await;
    let request = device.request().await;
    let mut rule = request.rules[0].clone();
    rule.until_lock = true;
    device
        .answer(&request, Answer::AllowAlways(Box::new(rule)))
        .await;
    home.hub.answer("n-1").await;
    home.hub.notify("n-2", &crate::support::intern()).await;
    assert_eq!(home.hub.answer("n-2").await["success"], true);

    device.device.screen_locked().await;
    assert_eq!(device.look().await.rules, []);
    assert_eq!(device.recorded(&["locked"]).await[0]["ended"], 1);
    device.device.screen_locked().await;
    home.hub.notify("n-3", &crate::support::intern()).await;
    let request = device.request().await;
    assert_eq!(request.judgement.verdict, Verdict::Ask);
    assert_eq!(device.recorded(&["locked"]).await.len(), 1);
    device
        .change(Change::AddRule(Box::new(request.rules[0].clone())))
        .await;
    device.device.screen_locked().await;
    assert_eq!(device.look().await.rules.len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn what_runs_unasked_runs_only_so_often() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-0", &supervised()).await;
    device.say(Answer::AllowOnce).await;
    for number in 1..=11 {
        home.hub.notify(&format!("n-{number}"), &supervised()).await;
    }
    for number in 1..=10 {
        assert_eq!(
            home.hub.answer(&format!("n-{number}")).await["success"],
            true
        );
    }
    assert_eq!(home.hub.answer("n-11").await["code"], "rate_limited");
    assert_eq!(home.notifier.shown().len(), 11);
    device.shut().await;
}
