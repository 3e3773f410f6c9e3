//! The way of a command when everything goes well, and when the person says no.

use anyhow::Result;
use serde_json::json;

use crate::home;

#[test]
fn a_command_runs_after_the_person_says_yes() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo hello && echo again")?;

    let request = chaperone.request()?;
    assert_eq!(request["action"]["line"], "echo hello && echo again");
    assert_eq!(request["agent"]["level"], "autonomous");
    assert_eq!(request["action"]["containment"]["type"], "readOnly");
    chaperone.decide(&request, "allowOnce")?;

    let answer = call.answer()?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body["stdout"], "hello\nagain\n");
    assert_eq!(body["exit_code"], 0);
    assert_eq!(chaperone.commands()?[0]["ended"], "allowed");
    Ok(())
}

#[test]
fn a_denied_command_does_not_run() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo hello")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "deny")?;
    let answer = call.answer()?;
    assert_ne!(answer.status, 200);
    assert_eq!(answer.json()["code"], "denied", "{}", answer.body);
    assert_eq!(chaperone.commands()?[0]["ended"], "denied");
    assert!(chaperone.requests()?.is_empty());
    Ok(())
}

#[test]
fn lower_levels_do_not_reach_the_shell() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    for agent in ["student", "intern", "supervised"] {
        let body = json!({ "device_node_id": "this-computer", "command": "echo hello" });
        let answer = chaperone
            .post(agent, "/api/devices/execute", &body)?
            .answer()?;
        assert_eq!(answer.status, 403, "{agent}: {}", answer.body);
    }
    assert!(chaperone.requests()?.is_empty());
    Ok(())
}

#[test]
fn an_answer_binds_to_what_was_shown() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo one")?;
    let mut request = chaperone.request()?;
    request["digest"] = json!("0".repeat(64));
    let refused = chaperone
        .decide(&request, "allowOnce")
        .unwrap_err()
        .to_string();
    assert!(refused.contains("409"), "{refused}");

    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    let again = chaperone
        .decide(&request, "allowOnce")
        .unwrap_err()
        .to_string();
    assert!(again.contains("410"), "{again}");
    assert_eq!(call.answer()?.json()["stdout"], "one\n");
    Ok(())
}

#[test]
fn nobody_answering_is_a_no() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let body = json!({
        "device_node_id": "this-computer", "command": "echo late", "deadline_seconds": 1,
    });
    let answer = chaperone
        .post("autonomous", "/api/devices/execute", &body)?
        .answer()?;
    assert_eq!(answer.json()["code"], "expired", "{}", answer.body);
    chaperone.soon("the request is gone", || {
        Ok(chaperone.requests()?.is_empty())
    })?;
    chaperone.soon("its end is recorded", || {
        Ok(!chaperone.commands()?.is_empty())
    })?;
    assert_ne!(chaperone.commands()?[0]["ended"], "allowed");
    Ok(())
}

#[test]
fn a_caller_that_hangs_up_takes_its_command_back() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = chaperone.hub();
    let key = home.key("autonomous")?;
    let body = r#"{"device_node_id":"this-computer","command":"echo gone"}"#;
    let mut socket = std::net::TcpStream::connect(hub)?;
    std::io::Write::write_all(
        &mut socket,
        format!(
            "POST /api/devices/execute HTTP/1.1\r\nHost: {hub}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len(),
        )
        .as_bytes(),
    )?;
    chaperone.request()?;
    drop(socket);
    chaperone.soon("the request is gone", || {
        Ok(chaperone.requests()?.is_empty())
    })?;
    chaperone.soon("it ended as cancelled", || {
        Ok(chaperone
            .commands()?
            .first()
            .is_some_and(|it| it["ended"] == "cancelled"))
    })
}

#[test]
fn several_wait_and_run_at_once() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let calls = (0..5)
        .map(|number| chaperone.execute(&format!("echo {number}")))
        .collect::<Result<Vec<_>>>()?;
    chaperone.soon("all wait", || Ok(chaperone.requests()?.len() == 5))?;
    for request in chaperone.requests()? {
        chaperone.decide(&request, "allowOnce")?;
    }
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.answer()?.json()["stdout"], format!("{number}\n"));
    }
    Ok(())
}

#[test]
fn the_command_line_lists_and_allows() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo 'from the terminal'")?;
    let request = chaperone.request()?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let (id, digest) = (text(&request["id"]), text(&request["digest"]));

    let listed = String::from_utf8(home.run(&["requests"])?.stdout)?;
    assert!(
        listed.contains("echo 'from the terminal'") && listed.contains(&digest),
        "{listed}"
    );
    let unseen = home.run(&["requests", "allow", &id])?;
    assert!(!unseen.status.success(), "allowed without being shown");
    let allowed = home.run(&["requests", "allow", &id, "--digest", &digest])?;
    assert!(allowed.status.success(), "{allowed:?}");
    assert_eq!(call.answer()?.json()["stdout"], "from the terminal\n");
    Ok(())
}
