//! Recordings: they outlive their command, and end in every way they should.

use std::{fs, time::Duration};

use chaperone_device::{Answer, Change, LightOver, Plan, RecordingSound, Request};
use chaperone_gate::{Cell, Verdict};
use chaperone_protocol::{Capability, ConnectionPhase, Maturity};
use chaperone_senses::{Ending, Sound, fake::ScriptedDisplays};
use serde_json::{Value, json};

use crate::support::{
    Home, LateDisplays, Mood, PATIENCE, Running, SMALL, Setup, agent, autonomous, gist, supervised,
};

/// Base64 of what a scripted display records.
const RECORDED: &str = "cmVjb3JkZWQgYnkgYSBmYWtl";

async fn begin(home: &Home, id: &str, session: &str, agent: &Value) {
    let params = json!({"session_id": session, "duration_seconds": 600});
    home.hub.ask(id, "screen_record_start", params, agent).await;
}

async fn end(home: &Home, id: &str, session: &str, agent: &Value) {
    let params = json!({"session_id": session});
    home.hub.ask(id, "screen_record_stop", params, agent).await;
}

/// A recording that goes on.
async fn recording(device: &Running<'_>, home: &Home, agent: &Value) -> Request {
    begin(home, "r-1", "film", agent).await;
    let request = device.say(Answer::AllowOnce).await;
    assert_eq!(home.hub.answer("r-1").await["success"], true);
    request
}

fn contents(answer: &Value) -> Option<&str> {
    answer["data"]["base64_data"]
        .as_str()?
        .split_once("base64,")
        .map(|(_, text)| text)
}

/// Nothing is recorded, nothing shows that something is, and nothing lies there in the clear.
async fn is_over(device: &Running<'_>, home: &Home) {
    device.rests().await;
    assert_eq!(home.log.entries().last().unwrap(), "light off");
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_recording_goes_on_after_its_command_until_the_hub_has_it() {
    let home = Home::new().await;
    let device = home.start().await;
    let request = recording(&device, &home, &autonomous()).await;
    assert!(
        matches!(&request.plan, Plan::Recording(film) if film.limit == Duration::from_mins(10))
    );
    let run = device.runs().await;
    assert_eq!(run.number, request.number);
    assert_eq!(home.log.entries(), ["light on"]);

    end(&home, "r-2", "film", &autonomous()).await;
    let answer = home.hub.answer("r-2").await;
    assert_eq!(contents(&answer), Some(RECORDED), "{answer}");
    assert_eq!(answer["data"]["session_id"], "film");
    is_over(&device, &home).await;
    assert_eq!(device.recorded(&["recording_ended"]).await.len(), 1);

    end(&home, "r-3", "film", &autonomous()).await;
    let answer = home.hub.answer("r-3").await;
    assert_eq!(answer["code"], "invalid", "{answer}");
    device.shut().await;
    home.check_record(&["recorded by a fake", RECORDED]);
}

#[tokio::test]
async fn the_microphone_is_named_to_the_person_and_shown_while_it_hears() {
    let home = Home::new().await;
    let device = home.start().await;
    let params = || json!({"session_id": "film", "duration_seconds": 600, "audio_enabled": true});
    let ask = |id: &'static str| {
        let hub = &home.hub;
        async move {
            hub.ask(id, "screen_record_start", params(), &autonomous())
                .await;
        }
    };
    ask("r-1").await;
    let request = device.say(Answer::AllowOnce).await;
    assert_eq!(
        request.plan.needs(),
        [Capability::Screen, Capability::Microphone]
    );
    assert_eq!(home.hub.answer("r-1").await["success"], true);
    let shown = home.lamp.shown();
    assert_eq!(shown[0].hears, Some(RecordingSound::Microphone));
    let asked = home.displays.recordings();
    assert_eq!(asked[0].sound, Sound::Microphone);
    end(&home, "r-2", "film", &autonomous()).await;
    home.hub.answer("r-2").await;
    is_over(&device, &home).await;

    // Its switch is one of its own.
    device
        .set(|settings| settings.switches.set(Capability::Microphone, false))
        .await;
    ask("r-3").await;
    assert_eq!(home.hub.answer("r-3").await["success"], false);
    assert_eq!(home.displays.recordings().len(), 1);
    // The display alone was allowed just now, and is not asked for again.
    begin(&home, "r-4", "film", &autonomous()).await;
    assert_eq!(home.hub.answer("r-4").await["success"], true);
    assert_eq!(home.lamp.shown()[1].hears, None);
    assert_eq!(home.displays.recordings()[1].sound, Sound::None);
    device.shut().await;
}

#[tokio::test]
async fn what_is_heard_is_what_the_person_had_set_when_it_was_asked_for() {
    let home = Home::new().await;
    let device = home.start().await;
    let hears = |sound| device.set(move |settings| settings.recording_sound = sound);
    hears(RecordingSound::Output).await;
    let params = json!({"session_id": "film", "duration_seconds": 600, "audio_enabled": true});
    home.hub
        .ask("r-1", "screen_record_start", params, &autonomous())
        .await;
    let request = device.request().await;
    assert!(matches!(&request.plan, Plan::Recording(film) if film.heard == RecordingSound::Output));
    // It is no less of an ear than the microphone.
    assert_eq!(
        request.plan.needs(),
        [Capability::Screen, Capability::Microphone]
    );
    // What the person reads is what happens, whatever is set meanwhile.
    hears(RecordingSound::Microphone).await;
    device.answer(&request, Answer::AllowOnce).await;
    assert_eq!(home.hub.answer("r-1").await["success"], true);
    assert_eq!(home.lamp.shown()[0].hears, Some(RecordingSound::Output));
    assert_eq!(home.displays.recordings()[0].sound, Sound::Output);
    end(&home, "r-2", "film", &autonomous()).await;
    home.hub.answer("r-2").await;
    is_over(&device, &home).await;
    device.shut().await;
}

/// Being heard and what is played being heard are two things, so a yes to one is none to the other.
#[tokio::test]
async fn another_sound_is_asked_for_anew() {
    let home = Home::new().await;
    let device = home.start().await;
    // A table in which a yes to a sound is good for a day.
    device
        .set(|settings| {
            let cell = Cell::asking_once(Duration::from_hours(24), Verdict::Watch);
            settings
                .standing
                .set(Capability::Microphone, Maturity::Autonomous, cell);
        })
        .await;
    let params = json!({"session_id": "film", "duration_seconds": 600, "audio_enabled": true});
    let film = async |id: &str| {
        home.hub
            .ask(id, "screen_record_start", params.clone(), &autonomous())
            .await;
    };
    let over = async |id: &str| {
        end(&home, id, "film", &autonomous()).await;
        home.hub.answer(id).await;
        is_over(&device, &home).await;
    };
    film("r-1").await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("r-1").await;
    over("r-2").await;
    // Allowed before.
    film("r-3").await;
    assert_eq!(home.hub.answer("r-3").await["success"], true);
    over("r-4").await;
    let hears = |sound| device.set(move |settings| settings.recording_sound = sound);
    hears(RecordingSound::Output).await;
    film("r-5").await;
    let request = device.request().await;
    // It was asked as what is played; the answer is none to the microphone, which is set by now.
    hears(RecordingSound::Microphone).await;
    device.answer(&request, Answer::AllowOnce).await;
    home.hub.answer("r-5").await;
    over("r-6").await;
    film("r-7").await;
    let request = device.request().await;
    assert!(
        matches!(&request.plan, Plan::Recording(film) if film.heard == RecordingSound::Microphone)
    );
    device.answer(&request, Answer::Deny).await;
    assert_eq!(home.hub.answer("r-7").await["success"], false);
    device.shut().await;
}

#[tokio::test]
async fn whether_the_person_looks_at_it_was_settled_when_it_began() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &supervised()).await;
    device
        .set(|settings| {
            let cell = chaperone_gate::Cell::new(chaperone_gate::Verdict::Ask);
            for level in [
                chaperone_protocol::Maturity::Autonomous,
                chaperone_protocol::Maturity::Supervised,
            ] {
                settings
                    .standing
                    .set(chaperone_protocol::Capability::Screen, level, cell);
            }
        })
        .await;
    end(&home, "r-2", "film", &supervised()).await;
    home.hub.progress("r-2", "reviewing").await;
    assert!(home.hub.answers("r-2").is_empty());
    let review = device.request().await;
    assert_eq!(
        review.decisions().len(),
        2,
        "what a recording shows does not come again"
    );
    device.answer(&review, Answer::Send).await;
    assert_eq!(contents(&home.hub.answer("r-2").await), Some(RECORDED));
    device.shut().await;
}

#[tokio::test]
async fn another_agent_does_not_get_it_unseen() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    end(&home, "r-2", "film", &agent("pupil", "student")).await;
    home.hub.progress("r-2", "reviewing").await;
    device.say(Answer::Discard).await;
    assert_eq!(home.hub.answer("r-2").await["code"], "discarded");
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn the_person_stops_it_and_the_hub_may_ask_for_it_later() {
    let home = Home::new().await;
    let device = home.start().await;
    let request = recording(&device, &home, &autonomous()).await;
    device.device.stop(request.number).await.unwrap();
    is_over(&device, &home).await;
    assert_eq!(device.artifacts().await, 1);
    end(&home, "r-2", "film", &autonomous()).await;
    assert_eq!(contents(&home.hub.answer("r-2").await), Some(RECORDED));
    device.shut().await;
}

#[tokio::test]
async fn the_light_ends_it() {
    for over in [LightOver::Gone, LightOver::Stopped] {
        let home = Home::new().await;
        let device = home.start().await;
        recording(&device, &home, &autonomous()).await;
        home.lamp.ends(over);
        is_over(&device, &home).await;
        device.shut().await;
    }
}

#[tokio::test]
async fn its_limit_and_a_lost_display_end_it() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    home.displays.end(&Ending::Limit);
    is_over(&device, &home).await;
    begin(&home, "r-2", "second", &autonomous()).await;
    assert_eq!(home.hub.answer("r-2").await["success"], true);
    home.displays
        .end(&Ending::DisplayLost("the display went away".to_owned()));
    is_over(&device, &home).await;
    let whys: Vec<Value> = device
        .recorded(&["recording_ended"])
        .await
        .into_iter()
        .map(|body| body["why"].clone())
        .collect();
    assert_eq!(
        whys,
        [
            Ending::Limit.to_string(),
            Ending::DisplayLost("the display went away".to_owned()).to_string()
        ]
    );
    device.shut().await;
}

#[tokio::test]
async fn a_pause_ends_it_and_nothing_of_it_leaves() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    device.device.pause(true).await.unwrap();
    is_over(&device, &home).await;
    end(&home, "r-2", "film", &autonomous()).await;
    assert_eq!(home.hub.answer("r-2").await["code"], "paused");
    device.device.pause(false).await.unwrap();
    end(&home, "r-3", "film", &autonomous()).await;
    assert_eq!(contents(&home.hub.answer("r-3").await), Some(RECORDED));
    device.shut().await;
}

#[tokio::test]
async fn the_end_of_the_device_ends_it_and_keeps_it() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    device.shut().await;
    assert_eq!(home.log.entries(), ["light on", "light off"]);
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
    let device = home.start().await;
    assert_eq!(device.artifacts().await, 1);
    device.shut().await;
}

#[tokio::test]
async fn what_a_killed_run_recorded_is_taken_in() {
    let home = Home::new().await;
    fs::write(home.recordings().join("7.gif"), "a film from before").unwrap();
    fs::write(home.recordings().join("notes.txt"), "no film").unwrap();
    let device = home.start().await;
    let taken = async {
        while device.artifacts().await == 0 || home.recordings().join("7.gif").exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
    let kept = device.vault.artifacts(None, 10).await.unwrap();
    assert_eq!(
        (kept[0].command, &*kept[0].media_type),
        (Some(7), "image/gif")
    );
    assert!(home.recordings().join("notes.txt").exists());
    assert_eq!(device.recorded(&["captured"]).await[0]["number"], 7);
    device.shut().await;
}

#[tokio::test]
async fn a_session_is_one_recording_and_an_unknown_one_none() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    begin(&home, "r-2", "film", &autonomous()).await;
    assert_eq!(
        gist(&home.hub.answer("r-2").await),
        (false, "invalid", "there is a recording film already")
    );
    begin(&home, "r-3", "other", &autonomous()).await;
    assert_eq!(home.hub.answer("r-3").await["code"], "busy");
    end(&home, "r-4", "nothing", &autonomous()).await;
    assert_eq!(
        gist(&home.hub.answer("r-4").await),
        (
            false,
            "invalid",
            "there is no recording nothing on this device: it was handed over, lost in a restart, \
             or never began"
        )
    );
    device.shut().await;
}

#[tokio::test]
async fn two_recordings_of_one_name_cannot_begin_side_by_side() {
    let home = Home::new().await;
    let device = home.start().await;
    home.lamp.is(Mood::Slow);
    for (id, display) in [("r-1", "FAKE-1"), ("r-2", "FAKE-2")] {
        let params = json!({"session_id": "film", "display": display});
        home.hub
            .ask(id, "screen_record_start", params, &autonomous())
            .await;
    }
    for request in device.requests(2).await {
        device.answer(&request, Answer::AllowOnce).await;
    }
    assert_eq!(
        gist(&home.hub.answer("r-2").await),
        (false, "invalid", "there is a recording film already")
    );
    home.hub.answer("r-1").await;
    device.shut().await;
}

#[tokio::test]
async fn a_stop_before_the_first_frame_leaves_nothing() {
    let home = Home::new().await;
    let displays = LateDisplays::default();
    let device = home
        .start_with(Setup {
            late: Some(displays.clone()),
            ..Setup::default()
        })
        .await;
    begin(&home, "r-1", "film", &autonomous()).await;
    device.say(Answer::AllowOnce).await;
    let run = device.runs().await;
    displays.asked().await;
    device.device.stop(run.number).await.unwrap();
    assert_eq!(home.hub.answer("r-1").await["code"], "cancelled");
    displays.begins();
    home.log.comes_to("light off").await;
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn too_large_a_recording_stays_here() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            dialect: &SMALL,
            ..Setup::default()
        })
        .await;
    recording(&device, &home, &autonomous()).await;
    end(&home, "r-2", "film", &autonomous()).await;
    let answer = home.hub.answer("r-2").await;
    assert_eq!(answer["code"], "unsupported", "{answer}");
    assert_eq!(device.artifacts().await, 1);
    device.shut().await;
}

#[tokio::test]
async fn who_is_muted_or_switched_off_records_no_longer() {
    let home = Home::new().await;
    let device = home.start().await;
    let request = recording(&device, &home, &autonomous()).await;
    device
        .change(Change::AgentMuted {
            connection: request.asker.connection.clone(),
            agent: request.asker.agent.unwrap().id,
            muted: true,
        })
        .await;
    is_over(&device, &home).await;

    let other = agent("other", "autonomous");
    begin(&home, "r-2", "second", &other).await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("r-2").await;
    device
        .set(|settings| {
            settings
                .switches
                .set(chaperone_protocol::Capability::Screen, false);
        })
        .await;
    is_over(&device, &home).await;
    device.shut().await;
}

#[tokio::test]
async fn a_paused_or_ended_connection_records_no_longer() {
    let home = Home::new().await;
    let device = home.start().await;
    recording(&device, &home, &autonomous()).await;
    let mut config = home.connection(
        &crate::support::BRISK,
        chaperone_protocol::Maturity::Autonomous,
    );
    config.paused = true;
    device.change(Change::Reconnect(Box::new(config))).await;
    is_over(&device, &home).await;
    device
        .until("a stopped link", |look| {
            let phase = look.connections[0].state.phase;
            (phase == ConnectionPhase::Stopped).then_some(())
        })
        .await;

    let config = home.connection(
        &crate::support::BRISK,
        chaperone_protocol::Maturity::Autonomous,
    );
    device.change(Change::Reconnect(Box::new(config))).await;
    begin(&home, "r-2", "second", &autonomous()).await;
    home.hub.answer("r-2").await;
    device.runs().await;
    let home_id = crate::support::home_id();
    device.change(Change::Disconnect(home_id)).await;
    is_over(&device, &home).await;
    assert_eq!(device.look().await.connections, []);
    device.shut().await;
}

#[tokio::test]
async fn a_hub_that_takes_back_its_stop_may_ask_for_the_recording_again() {
    let home = Home::new().await;
    let displays = ScriptedDisplays::new();
    let device = home
        .start_with(Setup {
            displays: Some(displays),
            ..Setup::default()
        })
        .await;
    recording(&device, &home, &supervised()).await;
    end(&home, "r-2", "film", &supervised()).await;
    home.hub.cancel("r-2").await;
    // Whether the recording was over by then or not: it was taken back, and nothing of it left.
    assert_eq!(home.hub.answer("r-2").await["code"], "cancelled");
    device.requests(0).await;
    device.shut().await;
}
