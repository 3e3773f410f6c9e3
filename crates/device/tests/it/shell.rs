//! Programs that really run.

use chaperone_device::{Answer, Plan};
use serde_json::json;

use crate::support::{Home, agent, autonomous, gist};

#[tokio::test]
async fn a_program_runs_as_it_was_shown() {
    let home = Home::new().await;
    let device = home.start().await;
    let params = json!({
        "command": "printenv SECRET_WORD", "environment": {"SECRET_WORD": "canary-of-a-variable"},
    });
    home.hub
        .ask("x-1", "execute_command", params, &autonomous())
        .await;
    let request = device.request().await;
    let Plan::Shell { line, prepared } = &request.plan else {
        panic!("{:?}", request.plan)
    };
    assert_eq!(line, "printenv SECRET_WORD");
    assert_eq!(prepared.working_dir(), home.work());
    assert_eq!(request.rules, [], "no rule knows variables");
    device.answer(&request, Answer::AllowOnce).await;
    let answer = home.hub.answer("x-1").await;
    assert_eq!(
        answer["data"]["stdout"], "canary-of-a-variable\n",
        "{answer}"
    );
    assert_eq!(answer["data"]["exit_code"], 0);
    device.shut().await;
    home.check_record(&["canary-of-a-variable"]);
}

#[tokio::test]
async fn a_program_that_changed_since_it_was_shown_does_not_run() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::new().await;
    let device = home.start().await;
    let tool = home.work().join("tool");
    let make = |text: &str| {
        std::fs::write(&tool, text).unwrap();
        std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    make("#!/bin/sh\necho before\n");
    let params = json!({"command": "./tool"});
    home.hub
        .ask("x-1", "execute_command", params, &autonomous())
        .await;
    let request = device.request().await;
    make("#!/bin/sh\necho something else entirely\n");
    device.answer(&request, Answer::AllowOnce).await;
    let answer = home.hub.answer("x-1").await;
    assert_eq!(answer["success"], false, "{answer}");
    device.shut().await;
}

#[tokio::test]
async fn eight_programs_run_at_once_and_the_ninth_is_told_so() {
    let home = Home::new().await;
    let device = home.start().await;
    for number in 1..=9 {
        let params = json!({"command": "sleep 60", "timeout_seconds": 60});
        let id = format!("x-{number}");
        home.hub
            .ask(&id, "execute_command", params, &autonomous())
            .await;
    }
    for request in device.requests(9).await {
        device.answer(&request, Answer::AllowOnce).await;
    }
    device
        .until("eight programs", |look| {
            (look.running.len() == 8).then_some(())
        })
        .await;
    let look = device.look().await;
    device.device.stop(look.running[0].number).await.unwrap();
    device.device.pause(true).await.unwrap();
    device.rests().await;
    let mut codes = Vec::new();
    for number in 1..=9 {
        let answer = home.hub.answer(&format!("x-{number}")).await;
        if answer["code"] == "busy" {
            let said = "8 programs run for agents already: ask again later";
            assert_eq!(gist(&answer), (false, "busy", said));
        }
        codes.push(answer["code"].as_str().unwrap().to_owned());
    }
    codes.sort();
    let expected = [vec!["busy", "cancelled"], vec!["paused"; 7]].concat();
    assert_eq!(codes, expected);
    device.shut().await;
}

#[tokio::test]
async fn what_cannot_be_prepared_is_told_to_those_who_may_ask_only() {
    let home = Home::new().await;
    let device = home.start().await;
    let params = json!({"command": "true", "working_dir": "/no/such/folder"});
    home.hub
        .ask("x-1", "execute_command", params.clone(), &autonomous())
        .await;
    assert_eq!(home.hub.answer("x-1").await["code"], "invalid");
    home.hub
        .ask("x-2", "execute_command", params, &agent("pupil", "student"))
        .await;
    assert_eq!(home.hub.answer("x-2").await["code"], "forbidden");
    device.shut().await;
}
