//! A hub that asks more than anybody answers.

use serde_json::json;

use crate::support::{Home, gist, intern};

#[tokio::test]
async fn what_comes_beyond_a_minutes_commands_is_refused_unheard() {
    let home = Home::new().await;
    let device = home.start().await;
    for number in 0..350 {
        let id = format!("f-{number}");
        home.hub.ask(&id, "nonsense", json!({}), &intern()).await;
    }
    home.hub.say(json!({"type": "heartbeat_probe"})).await;
    for number in 0..100 {
        let answer = home.hub.answer(&format!("f-{number}")).await;
        assert_eq!(answer["code"], "unsupported", "{answer}");
    }
    let said = (
        false,
        "rate_limited",
        "this hub asks more often than this device answers: ask again in a minute",
    );
    for number in 100..200 {
        let answer = home.hub.answer(&format!("f-{number}")).await;
        assert_eq!(gist(&answer), said);
    }
    // Those that are done get no other answer.
    home.hub.ask("f-1", "nonsense", json!({}), &intern()).await;
    device.shut().await;
    assert_eq!(home.hub.answers("f-200").len(), 0);
    assert_eq!(home.hub.answers("f-1").len(), 1);

    let device = home.start().await;
    let flooded = device.recorded(&["flooded"]).await;
    assert_eq!(flooded.len(), 1);
    assert_eq!(flooded[0]["connection"], "Home");
    assert!(
        flooded[0]["refused"].as_u64().unwrap() >= 250,
        "{flooded:?}"
    );
    assert_eq!(device.recorded(&["settled"]).await.len(), 100);
    device.shut().await;
}

#[tokio::test]
async fn a_flood_gives_what_runs_no_second_answer() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| settings.commands_per_minute = 1)
        .await;
    home.hub.notify("n-1", &intern()).await;
    let request = device.request().await;
    home.hub.notify("n-1", &intern()).await;
    home.hub.notify("n-2", &intern()).await;
    assert_eq!(home.hub.answer("n-2").await["code"], "rate_limited");
    assert_eq!(home.hub.answers("n-1").len(), 0);
    device
        .answer(&request, chaperone_device::Answer::AllowOnce)
        .await;
    assert_eq!(home.hub.answer("n-1").await["success"], true);
    device.shut().await;
}

#[tokio::test]
async fn a_hub_that_confirms_nothing_gets_nothing_more_done() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| settings.commands_per_minute = 10_000)
        .await;
    home.hub.goes_deaf();
    for number in 0..1_010 {
        let id = format!("d-{number}");
        home.hub.ask(&id, "nonsense", json!({}), &intern()).await;
    }
    home.hub.answer("d-999").await;
    home.hub.hears_again();
    device.shut().await;
    assert_eq!(home.hub.answers("d-1000").len(), 0);
}
