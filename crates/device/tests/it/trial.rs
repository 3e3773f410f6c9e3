//! What the person tries: with the senses of commands, under the same lights, for the person alone.

use std::{fs, time::Duration};

use chaperone_device::{
    Answer, AnswerError, Brought, CaptureFor, Captured, Hindrance, LightOver, RecordingSound,
    Trial, TrialError, TrialKind,
};
use chaperone_protocol::{Capability, Notify};
use chaperone_senses::{
    Ending, SenseError,
    fake::{RecordingNotifier, ScriptedCameras, ScriptedDisplays, ScriptedLocator},
};
use serde_json::{Value, json};

use crate::support::{
    Home, LateDisplays, Mood, PATIENCE, Running, Setup, autonomous, gist, intern,
};

const CAMERA: Trial = Trial::Camera { camera: None };
const SCREENSHOT: Trial = Trial::Screenshot { display: None };

fn recording(audio: bool) -> Trial {
    Trial::Recording {
        display: None,
        audio,
    }
}

fn cameras() -> ScriptedCameras {
    ScriptedCameras::new([("cam-1", "Front"), ("cam-2", "Back")])
}

fn hello() -> Notify {
    Notify {
        title: "Hello".to_owned(),
        body: "From Chaperone".to_owned(),
        icon: None,
        sound: None,
    }
}

/// Why nothing came of it.
async fn hindered(device: &Running<'_>, trial: Trial) -> (Hindrance, String) {
    match device.device.try_out(trial).await {
        Err(TrialError::Hindered { hindrance, message }) => (hindrance, message),
        other => panic!("{other:?}"),
    }
}

async fn captured(device: &Running<'_>, trial: Trial) -> Captured {
    match device.device.try_out(trial).await {
        Ok(Brought::Captured(captured)) => captured,
        other => panic!("{other:?}"),
    }
}

async fn content(device: &Running<'_>, captured: &Captured) -> Vec<u8> {
    let id = captured.artifact.as_str().parse().unwrap();
    let reader = device.vault.read_artifact(&id).await.unwrap().unwrap();
    reader.read_at(0, 1_000).await.unwrap()
}

/// What the record says of tests, oldest first.
async fn tried(device: &Running<'_>) -> Vec<Value> {
    let mut told = device.recorded(&["tried"]).await;
    for entry in &mut told {
        // How it is found again is the vault's.
        entry.as_object_mut().unwrap().remove("about");
    }
    told
}

/// Waits until nothing is kept.
async fn nothing_is_kept(device: &Running<'_>) {
    let gone = async {
        while device.artifacts().await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
}

#[tokio::test]
async fn a_photo_is_taken_under_its_light_and_stays_here() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| settings.camera = Some("cam-2".to_owned()))
        .await;
    let photo = captured(&device, CAMERA).await;
    assert_eq!(content(&device, &photo).await, b"first photo");
    assert_eq!(
        home.log.entries(),
        ["light on", "camera on", "camera off", "light off"]
    );
    let shown = home.lamp.shown();
    assert_eq!(shown[0].whom, CaptureFor::Person);
    assert_eq!(shown[0].source, "Back");
    let artifact = device.vault.artifacts(None, 10).await.unwrap().remove(0);
    assert_eq!(artifact.command, None);
    let minutes = artifact.expires_at.duration_since(artifact.created_at);
    assert_eq!(minutes.as_mins(), 10);
    assert_eq!(
        tried(&device).await,
        [json!({"type": "tried", "trial": "camera", "source": "Back"})]
    );
    // No command was made of it, and nobody was asked or told.
    assert_eq!(
        device.recorded(&["stepped", "settled", "captured"]).await,
        [Value::Null; 0]
    );
    let frames = home.hub.frames();
    assert!(frames.iter().all(|frame| frame["type"] != "result"));
    device.shut().await;
}

#[tokio::test]
async fn the_camera_that_is_named_is_tried_and_no_other() {
    let home = Home::new().await;
    let device = home.start().await;
    let of = |id: &str| Trial::Camera {
        camera: Some(id.to_owned()),
    };
    captured(&device, of("cam-2")).await;
    assert_eq!(home.lamp.shown()[0].source, "Back");
    let (hindrance, message) = hindered(&device, of("cam-9")).await;
    assert_eq!(hindrance, Hindrance::Missing);
    assert_eq!(
        message,
        "there is no camera \"cam-9\": there is cam-1, cam-2"
    );
    device.shut().await;
}

#[tokio::test]
async fn a_display_is_pictured_and_recorded() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| {
            settings.display = Some("FAKE-2".to_owned());
            settings.recording_sound = RecordingSound::Output;
            settings.switches.set(Capability::Microphone, true);
        })
        .await;
    let picture = captured(&device, SCREENSHOT).await;
    assert_eq!(picture.media_type, "image/png");
    let film = captured(&device, recording(true)).await;
    assert_eq!(film.media_type, "video/mp4");
    assert_eq!(content(&device, &film).await, ScriptedDisplays::RECORDED);
    let wish = home.displays.recordings().remove(0);
    assert_eq!(wish.limit, Duration::from_secs(3));
    assert_eq!(wish.display.as_deref(), Some("FAKE-2"));
    let hears = home
        .lamp
        .shown()
        .iter()
        .map(|shown| shown.hears)
        .collect::<Vec<_>>();
    assert_eq!(hears, [None, Some(RecordingSound::Output)]);
    assert_eq!(
        tried(&device).await,
        [
            json!({"type": "tried", "trial": "screenshot", "source": "FAKE-2"}),
            json!({"type": "tried", "trial": "sound", "source": "FAKE-2"}),
        ]
    );
    // Nothing of it lies there in the clear.
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
    device.shut().await;
}

#[tokio::test]
async fn a_place_is_told_exactly_and_a_notification_shown() {
    let home = Home::new().await;
    let device = home.start().await;
    let Ok(Brought::Place(place)) = device.device.try_out(Trial::Location).await else {
        panic!("no place");
    };
    assert_eq!((place.latitude, place.longitude), (52.516_27, 13.377_70));
    let shown = device.device.try_out(Trial::Notification(hello())).await;
    assert!(matches!(shown, Ok(Brought::Shown)), "{shown:?}");
    assert_eq!(home.notifier.shown(), [hello()]);
    // Where this computer is is not in the record.
    assert_eq!(
        tried(&device).await,
        [
            json!({"type": "tried", "trial": "location"}),
            json!({"type": "tried", "trial": "notification"}),
        ]
    );
    device.shut().await;
}

#[tokio::test]
async fn what_is_in_the_way_is_told_by_a_code_and_recorded() {
    let home = Home::new().await;
    let sentence = || "a sentence".to_owned();
    let device = home
        .start_with(Setup {
            cameras: cameras()
                .then_failure(SenseError::Busy(sentence()))
                .then_failure(SenseError::Refused(sentence()))
                .then_failure(SenseError::TimedOut(sentence())),
            displays: Some(ScriptedDisplays::failing(SenseError::Missing(sentence()))),
            locator: ScriptedLocator::failing(SenseError::Unavailable(sentence())),
            notifier: Some(RecordingNotifier::failing(SenseError::Failed(sentence()))),
            ..Setup::default()
        })
        .await;
    let trials = [
        (CAMERA, Hindrance::InUse),
        (CAMERA, Hindrance::Refused),
        (CAMERA, Hindrance::TimedOut),
        (SCREENSHOT, Hindrance::Missing),
        (recording(false), Hindrance::Missing),
        (Trial::Location, Hindrance::Unavailable),
        (Trial::Notification(hello()), Hindrance::Failed),
    ];
    for (trial, hindrance) in trials {
        assert_eq!(hindered(&device, trial).await, (hindrance, sentence()));
    }
    home.lamp.is(Mood::Refusing);
    let (hindrance, message) = hindered(&device, CAMERA).await;
    assert_eq!(hindrance, Hindrance::Unseen);
    assert!(message.contains("no screen is there"), "{message}");
    let told = tried(&device).await;
    assert_eq!(told.len(), 8);
    assert_eq!(
        told[0],
        json!({
            "type": "tried", "trial": "camera", "source": "Front",
            "hindrance": "in_use", "message": "a sentence",
        })
    );
    assert_eq!(device.artifacts().await, 0);
    device.shut().await;
}

#[tokio::test]
async fn an_agent_and_a_test_do_not_use_the_camera_at_once() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            cameras: cameras().then_nothing().then_nothing(),
            ..Setup::default()
        })
        .await;
    let snap = async |id| home.hub.ask(id, "camera_snap", json!({}), &intern()).await;
    snap("c-1").await;
    device.say(Answer::AllowOnce).await;
    let run = device.runs().await;
    home.log.comes_to("camera on").await;
    assert_eq!(
        hindered(&device, CAMERA).await,
        (
            Hindrance::Taken,
            "Front is in use by scout: ask again later".to_owned()
        )
    );
    device.device.stop(run.number).await.unwrap();
    home.hub.answer("c-1").await;
    home.log.comes_to("light off").await;

    let trying = device.device.try_out(CAMERA);
    let asking = async {
        home.log.comes_to("camera on").await;
        // The same once more is no second test.
        let again = device.device.try_out(CAMERA).await;
        assert!(matches!(again, Err(TrialError::Going)), "{again:?}");
        snap("c-2").await;
        device.say(Answer::AllowOnce).await;
        let answer = home.hub.answer("c-2").await;
        assert_eq!(
            gist(&answer),
            (
                false,
                "busy",
                "Front is in use by the person at this computer: ask again later"
            )
        );
        device.device.stop_trial(TrialKind::Camera).await.unwrap();
    };
    let (ended, ()) = tokio::join!(trying, asking);
    let Err(TrialError::Hindered { hindrance, .. }) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(hindrance, Hindrance::Stopped);
    let over = device.device.stop_trial(TrialKind::Camera).await;
    assert!(matches!(over, Err(AnswerError::Gone)), "{over:?}");
    device.shut().await;
}

#[tokio::test]
async fn a_pause_ends_every_test_and_lets_none_begin_that_senses() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            cameras: cameras().then_nothing(),
            locator: ScriptedLocator::hanging(),
            ..Setup::default()
        })
        .await;
    let pausing = async {
        home.log.comes_to("camera on").await;
        device.device.pause(true).await.unwrap();
    };
    let (photo, place, ()) = tokio::join!(
        hindered(&device, CAMERA),
        hindered(&device, Trial::Location),
        pausing
    );
    let said = (
        Hindrance::Paused,
        "the person stopped everything".to_owned(),
    );
    assert_eq!((photo, place), (said.clone(), said));
    assert_eq!(home.log.entries().last().unwrap(), "light off");
    for trial in [CAMERA, SCREENSHOT, recording(false), Trial::Location] {
        let refused = device.device.try_out(trial).await;
        assert!(matches!(refused, Err(TrialError::Paused)), "{refused:?}");
    }
    let shown = device.device.try_out(Trial::Notification(hello())).await;
    assert!(matches!(shown, Ok(Brought::Shown)), "{shown:?}");
    assert_eq!(device.artifacts().await, 0);
    // Two were begun; what was refused used nothing.
    assert_eq!(tried(&device).await.len(), 3);
    device.shut().await;
}

#[tokio::test]
async fn a_recording_that_the_pause_ends_is_not_kept() {
    let home = Home::new().await;
    let device = home.start().await;
    let pausing = async {
        home.log.comes_to("light on").await;
        let recorded = async {
            while home.displays.recordings().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, recorded).await.unwrap();
        device.device.pause(true).await.unwrap();
    };
    let ((hindrance, _), ()) = tokio::join!(hindered(&device, recording(false)), pausing);
    assert_eq!(hindrance, Hindrance::Paused);
    nothing_is_kept(&device).await;
    device.shut().await;
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_recording_that_begins_too_late_leaves_nothing() {
    let home = Home::new().await;
    let late = LateDisplays::default();
    let device = home
        .start_with(Setup {
            late: Some(late.clone()),
            ..Setup::default()
        })
        .await;
    let pausing = async {
        late.asked().await;
        device.device.pause(true).await.unwrap();
    };
    let ((hindrance, _), ()) = tokio::join!(hindered(&device, recording(false)), pausing);
    // Whoever tries hears so at once, though the desktop has not answered.
    assert_eq!(hindrance, Hindrance::Paused);
    late.begins();
    home.log.comes_to("light off").await;
    assert_eq!(fs::read_dir(home.recordings()).unwrap().count(), 0);
    device.shut().await;
}

#[tokio::test]
async fn what_is_switched_off_is_not_tried() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            cameras: cameras().then_nothing(),
            ..Setup::default()
        })
        .await;
    let switching = async {
        home.log.comes_to("camera on").await;
        device
            .set(|settings| settings.switches.set(Capability::Camera, false))
            .await;
    };
    let ((hindrance, _), ()) = tokio::join!(hindered(&device, CAMERA), switching);
    assert_eq!(hindrance, Hindrance::Stopped);
    device
        .set(|settings| settings.switches.set(Capability::Microphone, false))
        .await;
    for (trial, off) in [
        (CAMERA, Capability::Camera),
        (recording(true), Capability::Microphone),
    ] {
        match device.device.try_out(trial).await {
            Err(TrialError::SwitchedOff(told)) => assert_eq!(told, off),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(tried(&device).await.len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn a_test_is_stopped_where_it_shows() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            cameras: cameras().then_nothing().then_nothing().then_nothing(),
            ..Setup::default()
        })
        .await;
    for (over, expected) in [
        (LightOver::Stopped, Hindrance::Stopped),
        (LightOver::Gone, Hindrance::Unseen),
    ] {
        let ending = async {
            home.log.comes_to("camera on").await;
            home.lamp.ends(over);
        };
        let ((hindrance, _), ()) = tokio::join!(hindered(&device, CAMERA), ending);
        assert_eq!(hindrance, expected);
    }
    // By the number that it shows.
    let ending = async {
        home.log.comes_to("camera on").await;
        let number = home.lamp.shown().last().unwrap().number;
        device.device.stop(number).await.unwrap();
    };
    let ((hindrance, _), ()) = tokio::join!(hindered(&device, CAMERA), ending);
    assert_eq!(hindrance, Hindrance::Stopped);
    device.shut().await;
}

#[tokio::test]
async fn a_recording_that_does_not_last_has_not_worked() {
    let home = Home::new().await;
    let device = home.start().await;
    let lost = "the display went away";
    let endings: [(&dyn Fn(), Hindrance); 3] = [
        (&|| home.lamp.ends(LightOver::Stopped), Hindrance::Stopped),
        (&|| home.lamp.ends(LightOver::Gone), Hindrance::Unseen),
        (
            &|| home.displays.end(&Ending::DisplayLost(lost.to_owned())),
            Hindrance::Failed,
        ),
    ];
    for (end, expected) in endings {
        let before = home.displays.recordings().len();
        let ending = async {
            let recorded = async {
                while home.displays.recordings().len() == before {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(PATIENCE, recorded).await.unwrap();
            end();
        };
        let ((hindrance, _), ()) = tokio::join!(hindered(&device, recording(false)), ending);
        assert_eq!(hindrance, expected);
        nothing_is_kept(&device).await;
    }
    // Each use is told of before it is, and how it ended.
    assert_eq!(device.recorded(&["trying"]).await.len(), 3);
    assert_eq!(tried(&device).await.len(), 3);
    device.shut().await;
}

#[tokio::test]
async fn what_was_tried_goes_after_its_time() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            trials_kept: Duration::from_millis(200),
            ..Setup::default()
        })
        .await;
    captured(&device, CAMERA).await;
    nothing_is_kept(&device).await;
    let told = async {
        while device.recorded(&["artifact_deleted"]).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.unwrap();
    device.shut().await;
}

#[tokio::test]
async fn what_was_tried_does_not_outlive_the_program() {
    let home = Home::new().await;
    let device = home.start().await;
    captured(&device, CAMERA).await;
    device.shut().await;
    let device = home.start().await;
    assert_eq!(device.artifacts().await, 0);

    // Not even where that had no time to clean up.
    captured(&device, CAMERA).await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &autonomous())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("c-1").await;
    device.kill().await;
    let left = home.recordings().join("tried-7.mp4");
    fs::write(&left, "what was recorded").unwrap();
    let device = home.start().await;
    let cleaned = async {
        while left.exists() || device.artifacts().await > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, cleaned).await.unwrap();
    let kept = device.vault.artifacts(None, 10).await.unwrap();
    assert!(kept[0].command.is_some(), "what a command brought is gone");
    device.shut().await;
}

#[tokio::test]
async fn nobody_who_waits_keeps_nothing() {
    let home = Home::new().await;
    let device = home.start().await;
    {
        let trying = device.device.try_out(CAMERA);
        // Asked once, and gone.
        tokio::select! {
            biased;
            brought = trying => panic!("{brought:?}"),
            () = std::future::ready(()) => {}
        }
    }
    let told = async {
        while tried(&device).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.unwrap();
    nothing_is_kept(&device).await;
    device.shut().await;
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_sandboxes_are_tried() {
    let home = Home::new().await;
    let device = home.start().await;
    let Ok(Brought::Findings(findings)) = device.device.try_out(Trial::Containment).await else {
        panic!("nothing was tried");
    };
    let holds = findings
        .iter()
        .any(|finding| finding.serves && finding.profile == chaperone_shell::Profile::ReadOnly);
    let expected = if holds {
        json!({"type": "tried", "trial": "containment"})
    } else {
        json!({"type": "tried", "trial": "containment", "hindrance": "uncontained"})
    };
    assert_eq!(tried(&device).await, [expected]);
    device.shut().await;
}

#[tokio::test]
async fn no_hub_has_words_for_it() {
    let home = Home::new().await;
    let device = home.start().await;
    for (number, name) in ["capabilities/try", "try_out", "camera_try", "try"]
        .into_iter()
        .enumerate()
    {
        let id = format!("t-{number}");
        home.hub.ask(&id, name, json!({}), &autonomous()).await;
        assert_eq!(home.hub.answer(&id).await["code"], "unsupported", "{name}");
    }
    assert_eq!(tried(&device).await, [Value::Null; 0]);
    assert_eq!(home.log.entries(), [""; 0]);
    device.shut().await;
}
