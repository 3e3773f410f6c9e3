//! One command's way: asked, answered, taken back, repeated, not understood.

use std::time::Duration;

use chaperone_device::{Answer, AnswerError, Decision, Entry, Plan, Update};
use chaperone_protocol::{Capability, Notify};
use chaperone_senses::fake::{RecordingNotifier, ScriptedCameras, ScriptedDisplays};
use serde_json::json;

use crate::support::{Home, Setup, gist, intern, seen, supervised};

#[tokio::test]
async fn the_first_yes_shows_a_notification_and_tells_the_hub() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;

    let request = device.request().await;
    let notify = Notify {
        title: "Title of n-1".to_owned(),
        body: "Body".to_owned(),
        icon: None,
        sound: None,
    };
    let (name, plan, decisions) = seen(&request);
    assert_eq!(name, "scout");
    assert!(matches!(plan, Plan::Notification(shown) if *shown == notify));
    assert_eq!(
        decisions,
        [Decision::Deny, Decision::AllowOnce, Decision::AllowAlways]
    );
    assert_eq!(home.notifier.shown(), []);
    home.hub.progress("n-1", "waiting").await;

    device.answer(&request, Answer::AllowOnce).await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(home.notifier.shown(), [notify]);
    let again = device.try_answer(&request, Answer::AllowOnce).await;
    assert!(matches!(again, Err(AnswerError::Gone)), "{again:?}");

    let steps = device.recorded(&["stepped", "settled"]).await;
    let states: Vec<_> = steps.iter().map(|body| body["state"].clone()).collect();
    assert_eq!(
        states,
        [
            "received", "judged", "waiting", "approved", "running", "finished"
        ]
    );
    let told = device.updates().into_iter().any(|update| {
        matches!(update, Update::Recorded { entry, .. } if matches!(*entry, Entry::Settled(_)))
    });
    assert!(told);
    device.shut().await;
    home.check_record(&["Body"]);
}

#[tokio::test]
async fn a_no_is_a_no() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    device.say(Answer::Deny).await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(gist(&answer), (false, "denied", "the person said no"));
    assert_eq!(home.notifier.shown(), []);
    device.shut().await;
}

#[tokio::test]
async fn an_answer_counts_only_for_what_was_shown() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    let mut request = device.request().await;
    request.digest = "0".repeat(64);
    let answered = device.try_answer(&request, Answer::AllowOnce).await;
    assert!(
        matches!(answered, Err(AnswerError::Changed)),
        "{answered:?}"
    );
    let request = device.request().await;
    for answer in [
        Answer::Send,
        Answer::Retake,
        Answer::Discard,
        Answer::AllowCoarse,
    ] {
        let answered = device.try_answer(&request, answer).await;
        assert!(
            matches!(answered, Err(AnswerError::NotOffered)),
            "{answered:?}"
        );
    }
    assert_eq!(device.look().await.requests.len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn no_answer_in_time_is_a_no() {
    let home = Home::new().await;
    let device = home.start().await;
    let params = json!({"title": "Hello"});
    let time = Duration::from_millis(500);
    home.hub
        .ask_for(time, "n-1", "send_notification", params, &intern())
        .await;
    let request = device.request().await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(gist(&answer), (false, "expired", "nobody answered in time"));
    let late = device.try_answer(&request, Answer::AllowOnce).await;
    assert!(matches!(late, Err(AnswerError::Gone)), "{late:?}");
    device.shut().await;
}

#[tokio::test]
async fn what_comes_too_late_does_not_even_run_where_nobody_is_asked() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &supervised()).await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("n-1").await;
    let params = json!({"title": "Too late"});
    home.hub
        .ask_for(
            Duration::ZERO,
            "n-2",
            "send_notification",
            params,
            &supervised(),
        )
        .await;
    let answer = home.hub.answer("n-2").await;
    assert_eq!(gist(&answer), (false, "expired", "nobody answered in time"));
    assert_eq!(home.notifier.shown().len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn the_hub_takes_back_what_waits() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    device.request().await;
    home.hub.cancel("n-1").await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(gist(&answer), (false, "cancelled", "the hub took it back"));
    device.requests(0).await;
    device.shut().await;
}

#[tokio::test]
async fn the_hub_takes_back_what_is_still_being_planned() {
    let home = Home::new().await;
    let displays = Some(ScriptedDisplays::hanging());
    let device = home
        .start_with(Setup {
            displays,
            ..Setup::default()
        })
        .await;
    home.hub
        .ask("s-1", "screen_snap", json!({}), &supervised())
        .await;
    home.hub.cancel("s-1").await;
    let answer = home.hub.answer("s-1").await;
    assert_eq!(gist(&answer), (false, "cancelled", "the hub took it back"));
    device.shut().await;
}

#[tokio::test]
async fn the_hub_takes_back_what_runs() {
    let home = Home::new().await;
    let notifier = RecordingNotifier::hanging();
    let device = home
        .start_with(Setup {
            notifier: Some(notifier.clone()),
            ..Setup::default()
        })
        .await;
    home.hub.notify("n-1", &intern()).await;
    device.say(Answer::AllowOnce).await;
    device.runs().await;
    home.hub.cancel("n-1").await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(gist(&answer), (false, "cancelled", "the hub took it back"));
    device.rests().await;
    assert_eq!(notifier.shown().len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn the_person_stops_what_runs() {
    let home = Home::new().await;
    let cameras = ScriptedCameras::new([("cam-1", "Front")]).then_nothing();
    let device = home
        .start_with(Setup {
            cameras,
            ..Setup::default()
        })
        .await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &intern())
        .await;
    device.say(Answer::AllowOnce).await;
    let run = device.runs().await;
    assert_eq!(run.plan.capability(), Capability::Camera);
    device.device.stop(run.number).await.unwrap();
    let answer = home.hub.answer("c-1").await;
    assert_eq!(gist(&answer), (false, "cancelled", "the person stopped it"));
    let stopped = device.device.stop(run.number).await;
    assert!(matches!(stopped, Err(AnswerError::Gone)), "{stopped:?}");
    device.shut().await;
}

#[tokio::test]
async fn a_repeated_command_is_answered_and_never_done_twice() {
    let home = Home::new().await;
    let device = home.start().await;
    for _ in 0..3 {
        home.hub.notify("n-1", &intern()).await;
    }
    let request = device.request().await;
    assert_eq!(device.look().await.requests.len(), 1);
    device.answer(&request, Answer::AllowOnce).await;
    let first = home.hub.answer("n-1").await;
    home.hub.notify("n-1", &intern()).await;
    let second = home.hub.nth_answer("n-1", 2).await;
    assert_eq!(first, second);
    assert_eq!(home.notifier.shown().len(), 1);
    device.shut().await;
}

#[tokio::test]
async fn what_nobody_understands_is_answered() {
    let home = Home::new().await;
    let device = home.start().await;
    let hub = &home.hub;
    hub.ask("u-1", "make_coffee", json!({"sugar": 2}), &intern())
        .await;
    hub.ask("u-2", "send_notification", json!({}), &intern())
        .await;
    hub.ask("u-3", "run_agent", json!({"agent_id": "x"}), &intern())
        .await;
    hub.ask(
        "u-4",
        "execute_command",
        json!({"command": "echo 'open"}),
        &supervised(),
    )
    .await;
    assert_eq!(
        gist(&hub.answer("u-1").await),
        (false, "unsupported", "Unknown command: make_coffee")
    );
    assert_eq!(
        gist(&hub.answer("u-2").await),
        (
            false,
            "invalid",
            "the title is empty: a notification needs one"
        )
    );
    assert_eq!(
        gist(&hub.answer("u-3").await),
        (false, "unsupported", "Unknown command: agent_run")
    );
    assert_eq!(hub.answer("u-4").await["code"], "invalid");
    assert_eq!(device.look().await.requests.len(), 0);
    device.shut().await;
}

#[tokio::test]
async fn a_student_is_told_no_by_the_table() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub
        .notify("n-1", &crate::support::agent("pupil", "student"))
        .await;
    let answer = home.hub.answer("n-1").await;
    assert_eq!(answer["code"], "forbidden", "{answer}");
    device.shut().await;
}

#[tokio::test]
async fn an_absurd_name_is_cut_before_it_is_kept() {
    let home = Home::new().await;
    let device = home.start().await;
    let mut named = intern();
    named["name"] = json!("n".repeat(100_000));
    home.hub.notify("n-1", &named).await;
    let request = device.request().await;
    assert_eq!(request.asker.name(), format!("{}…", "n".repeat(200)));
    assert_eq!(device.look().await.agents[0].name, request.asker.name());
    device.shut().await;
}

#[tokio::test]
async fn the_person_denies_everything_of_one_agent() {
    let home = Home::new().await;
    let device = home.start().await;
    let other = crate::support::agent("spy", "intern");
    home.hub.notify("n-1", &other).await;
    home.hub.notify("n-2", &intern()).await;
    home.hub.notify("n-3", &other).await;
    let requests = device.requests(3).await;
    let spy = requests[0].asker.agent.clone().unwrap().id;
    let connection = requests[0].asker.connection.clone();
    device
        .device
        .deny_all(Some((connection, spy)))
        .await
        .unwrap();
    for id in ["n-1", "n-3"] {
        assert_eq!(home.hub.answer(id).await["code"], "denied");
    }
    assert_eq!(device.requests(1).await[0].asker.name(), "scout");
    device.shut().await;
    assert_eq!(
        gist(&home.hub.answer("n-2").await),
        (
            false,
            "cancelled",
            "Chaperone was closed before anybody answered"
        )
    );
}
