//! Photos and pictures: seen while they are taken, looked at before they leave.

use std::time::Duration;

use chaperone_device::{
    Answer, AnswerError, CaptureFor, Decision, LightOver, Plan, Request, Source,
};
use chaperone_protocol::Maturity;
use chaperone_senses::fake::ScriptedCameras;
use serde_json::{Value, json};

use crate::support::{
    Home, Mood, Running, SMALL, Setup, agent, autonomous, gist, intern, supervised,
};

/// Base64 of `first photo` and `second photo`.
const FIRST: &str = "data:image/jpeg;base64,Zmlyc3QgcGhvdG8=";
const SECOND: &str = "data:image/jpeg;base64,c2Vjb25kIHBob3Rv";

async fn snap(home: &Home, id: &str, agent: &Value) {
    home.hub.ask(id, "camera_snap", json!({}), agent).await;
}

/// A photo that the person looks at.
async fn previewed(home: &Home) -> Running<'_> {
    let device = home.start().await;
    snap(home, "c-1", &intern()).await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("c-1", "reviewing").await;
    device
}

#[tokio::test]
async fn a_photo_is_shown_taken_looked_at_and_sent() {
    let home = Home::new().await;
    let device = home.start().await;
    snap(&home, "c-1", &intern()).await;
    let request = device.request().await;
    let front = Source {
        id: "cam-1".to_owned(),
        name: "Front".to_owned(),
    };
    assert!(matches!(&request.plan, Plan::Photo { camera, .. } if *camera == front));
    assert_eq!(home.log.entries(), [""; 0]);

    device.answer(&request, Answer::AllowOnce).await;
    home.hub.progress("c-1", "reviewing").await;
    assert_eq!(
        home.log.entries(),
        ["light on", "camera on", "camera off", "light off"]
    );
    let shown = home.lamp.shown();
    assert_eq!(shown.len(), 1);
    let scout = CaptureFor::Agent {
        name: "scout".to_owned(),
        connection: "Home".to_owned(),
    };
    assert_eq!((&shown[0].whom, &*shown[0].source), (&scout, "Front"));
    assert_eq!(shown[0].number, request.number);

    let review = device.request().await;
    assert_ne!(review.digest, request.digest);
    assert_eq!(
        review.decisions(),
        [Decision::Discard, Decision::Retake, Decision::Send]
    );
    assert_eq!(home.hub.answers("c-1"), [Value::Null; 0]);
    device.answer(&review, Answer::Send).await;
    let answer = home.hub.answer("c-1").await;
    assert_eq!(answer["data"]["base64_data"], FIRST, "{answer}");
    device.shut().await;
    home.check_record(&["first photo", "Zmlyc3QgcGhvdG8"]);
}

#[tokio::test]
async fn a_discarded_photo_is_gone_for_real() {
    let home = Home::new().await;
    let device = previewed(&home).await;
    assert_eq!(device.artifacts().await, 1);
    device.say(Answer::Discard).await;
    let answer = home.hub.answer("c-1").await;
    assert_eq!(
        gist(&answer),
        (
            false,
            "discarded",
            "the person did not let it leave, and it was deleted"
        )
    );
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn a_photo_is_taken_again_and_the_first_is_gone() {
    let home = Home::new().await;
    let device = previewed(&home).await;
    let first = device.request().await;
    device.answer(&first, Answer::Retake).await;
    let second = device
        .until("another photo", |look| {
            let request = look.requests.first()?;
            (request.digest != first.digest).then(|| request.clone())
        })
        .await;
    assert_eq!(device.artifacts().await, 1);
    assert_ne!(first.review, second.review);
    let old = device.try_answer(&first, Answer::Send).await;
    assert!(matches!(old, Err(AnswerError::Changed)), "{old:?}");
    device.answer(&second, Answer::Send).await;
    let answer = home.hub.answer("c-1").await;
    assert_eq!(answer["data"]["base64_data"], SECOND, "{answer}");
    assert_eq!(
        home.log.entries(),
        [
            "light on",
            "camera on",
            "camera off",
            "light off",
            "light on",
            "camera on",
            "camera off",
            "light off"
        ]
    );
    assert_eq!(device.recorded(&["retaken"]).await.len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn a_photo_that_nobody_looks_at_is_deleted() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub
        .ask_for(
            Duration::from_secs(2),
            "c-1",
            "camera_snap",
            json!({}),
            &intern(),
        )
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("c-1", "reviewing").await;
    let answer = home.hub.answer("c-1").await;
    assert_eq!(answer["code"], "expired", "{answer}");
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn a_photo_that_the_hub_takes_back_is_deleted() {
    let home = Home::new().await;
    let device = previewed(&home).await;
    home.hub.cancel("c-1").await;
    assert_eq!(home.hub.answer("c-1").await["code"], "cancelled");
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn nothing_is_captured_that_cannot_be_shown() {
    let home = Home::new().await;
    let device = home.start().await;
    home.lamp.is(Mood::Refusing);
    snap(&home, "c-1", &intern()).await;
    device.say(Answer::AllowOnce).await;
    assert_eq!(
        gist(&home.hub.answer("c-1").await),
        (
            false,
            "unavailable",
            "nothing here can show that something is captured, so nothing is: no screen is there"
        )
    );
    home.lamp.is(Mood::Slow);
    snap(&home, "c-2", &intern()).await;
    device.say(Answer::AllowOnce).await;
    assert_eq!(
        gist(&home.hub.answer("c-2").await),
        (
            false,
            "unavailable",
            "nothing here showed in time that something is captured, so nothing was"
        )
    );
    assert_eq!(home.log.entries(), [""; 0]);
    device.shut().await;
}

#[tokio::test]
async fn where_nothing_can_show_it_the_person_may_say_that_nothing_need() {
    let home = Home::new().await;
    let device = home.start().await;
    home.lamp.is(Mood::Refusing);
    device.set(|settings| settings.capture_unseen = true).await;
    snap(&home, "c-1", &intern()).await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("c-1", "reviewing").await;
    assert_eq!(home.log.entries(), ["camera on", "camera off"]);
    device.shut().await;
}

#[tokio::test]
async fn a_light_that_goes_out_ends_the_photo() {
    let home = Home::new().await;
    let cameras = ScriptedCameras::new([("cam-1", "Front")])
        .then_nothing()
        .then_nothing();
    let device = home
        .start_with(Setup {
            cameras,
            ..Setup::default()
        })
        .await;
    for (id, over, code) in [
        ("c-1", LightOver::Gone, "unavailable"),
        ("c-2", LightOver::Stopped, "cancelled"),
    ] {
        snap(&home, id, &intern()).await;
        device.say(Answer::AllowOnce).await;
        device.runs().await;
        home.log.comes_to("camera on").await;
        home.lamp.ends(over);
        assert_eq!(home.hub.answer(id).await["code"], code);
        device.rests().await;
        assert_eq!(home.log.entries().last().unwrap(), "light off");
    }
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn a_camera_has_one_user_at_a_time_and_the_second_hears_who() {
    let home = Home::new().await;
    let cameras = ScriptedCameras::new([("cam-1", "Front")]).then_nothing();
    let device = home
        .start_with(Setup {
            cameras,
            ..Setup::default()
        })
        .await;
    snap(&home, "c-1", &intern()).await;
    device.say(Answer::AllowOnce).await;
    let run = device.runs().await;
    snap(&home, "c-2", &agent("spy", "intern")).await;
    device.say(Answer::AllowOnce).await;
    assert_eq!(
        gist(&home.hub.answer("c-2").await),
        (false, "busy", "Front is in use by scout: ask again later")
    );
    device.device.stop(run.number).await.unwrap();
    home.hub.answer("c-1").await;
    device.shut().await;
}

#[tokio::test]
async fn an_unknown_camera_or_display_is_refused_before_anybody_is_asked() {
    let home = Home::new().await;
    let device = home.start().await;
    let hub = &home.hub;
    hub.ask(
        "c-1",
        "camera_snap",
        json!({"camera_id": "cam-9"}),
        &intern(),
    )
    .await;
    hub.ask(
        "s-1",
        "screen_snap",
        json!({"display": "HDMI-9"}),
        &supervised(),
    )
    .await;
    assert_eq!(
        gist(&hub.answer("c-1").await),
        (
            false,
            "invalid",
            "there is no camera \"cam-9\": there is cam-1, cam-2"
        )
    );
    assert_eq!(
        gist(&hub.answer("s-1").await),
        (
            false,
            "invalid",
            "there is no display \"HDMI-9\": there is FAKE-1, FAKE-2"
        )
    );
    assert_eq!(device.recorded(&["stepped"]).await.len(), 4);
    device.shut().await;
}

#[tokio::test]
async fn the_preferred_camera_is_taken_and_no_other_than_asked_for() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| settings.camera = Some("cam-2".to_owned()))
        .await;
    snap(&home, "c-1", &intern()).await;
    let request = device.say(Answer::Deny).await;
    assert!(matches!(&request.plan, Plan::Photo { camera, .. } if camera.id == "cam-2"));
    device
        .set(|settings| settings.camera = Some("cam-9".to_owned()))
        .await;
    snap(&home, "c-2", &intern()).await;
    assert_eq!(home.hub.answer("c-2").await["code"], "invalid");
    device.shut().await;
}

#[tokio::test]
async fn the_preferred_display_is_taken_and_no_other_than_asked_for() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| settings.display = Some("FAKE-2".to_owned()))
        .await;
    let snap = async |id, params| {
        home.hub.ask(id, "screen_snap", params, &supervised()).await;
    };
    let shown = |request: &Request| match &request.plan {
        Plan::Picture { display, .. } => display.id.clone(),
        plan => panic!("{plan:?}"),
    };
    snap("s-1", json!({})).await;
    assert_eq!(shown(&device.say(Answer::Deny).await), "FAKE-2");
    snap("s-2", json!({"display": "FAKE-1"})).await;
    assert_eq!(shown(&device.say(Answer::Deny).await), "FAKE-1");
    device
        .set(|settings| settings.display = Some("FAKE-9".to_owned()))
        .await;
    snap("s-3", json!({})).await;
    assert_eq!(home.hub.answer("s-3").await["code"], "invalid");
    device.shut().await;
}

#[tokio::test]
async fn a_picture_of_a_display_is_looked_at_as_well() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub
        .ask("s-1", "screen_snap", json!({}), &supervised())
        .await;
    let request = device.request().await;
    assert!(matches!(&request.plan, Plan::Picture { display, .. } if display.id == "FAKE-1"));
    device.answer(&request, Answer::AllowOnce).await;
    home.hub.progress("s-1", "reviewing").await;
    device.say(Answer::Send).await;
    let answer = home.hub.answer("s-1").await;
    assert_eq!(answer["data"]["source"], "FAKE-1", "{answer}");
    assert_eq!(home.displays.pictures().len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn what_is_too_large_for_its_hub_stays_here_and_says_so() {
    let home = Home::new().await;
    let cameras = ScriptedCameras::new([("cam-1", "Front")])
        .then_photo(vec![7; 1_000])
        .then_photo("small");
    let device = home
        .start_with(Setup {
            dialect: &SMALL,
            cameras,
            ..Setup::default()
        })
        .await;
    for id in ["c-1", "c-2"] {
        snap(&home, id, &autonomous()).await;
        if id == "c-1" {
            device.say(Answer::AllowOnce).await;
        }
        home.hub.answer(id).await;
    }
    assert_eq!(
        gist(&home.hub.answer("c-1").await),
        (
            false,
            "unsupported",
            "it is 1000 bytes long, and this hub takes at most 12 at once: ask for a smaller \
             picture or a shorter recording; what was captured stays on this device"
        )
    );
    assert_eq!(home.hub.answer("c-2").await["success"], true);
    assert_eq!(device.artifacts().await, 2);
    device.shut().await;
}

#[tokio::test]
async fn asking_again_for_delivered_photos_holds_up_no_others() {
    let home = Home::new().await;
    let mut cameras = ScriptedCameras::new([("cam-1", "Front")]);
    for _ in 0..5 {
        cameras = cameras.then_photo("photo");
    }
    let device = home
        .start_with(Setup {
            cameras,
            ..Setup::default()
        })
        .await;
    for id in ["c-1", "c-2", "c-3"] {
        snap(&home, id, &autonomous()).await;
        if id == "c-1" {
            device.say(Answer::AllowOnce).await;
        }
        assert_eq!(home.hub.answer(id).await["success"], true);
    }
    for id in ["c-1", "c-2", "c-3"] {
        snap(&home, id, &autonomous()).await;
        let again = home.hub.nth_answer(id, 2).await;
        assert_eq!(again["success"], true, "{again}");
    }
    snap(&home, "c-4", &autonomous()).await;
    assert_eq!(home.hub.answer("c-4").await["success"], true);
    device.shut().await;
}

#[tokio::test]
async fn a_connection_that_is_trusted_less_asks_no_more() {
    let home = Home::new().await;
    let device = home.start().await;
    snap(&home, "c-1", &intern()).await;
    let request = device.request().await;
    let mut config = home.connection(&crate::support::BRISK, Maturity::Student);
    config.paused = false;
    device
        .change(chaperone_device::Change::Reconnect(Box::new(config)))
        .await;
    assert_eq!(home.hub.answer("c-1").await["code"], "forbidden");
    let answered = device.try_answer(&request, Answer::AllowOnce).await;
    assert!(matches!(answered, Err(AnswerError::Gone)), "{answered:?}");
    device.shut().await;
}
