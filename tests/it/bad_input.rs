//! Whoever comes with something wrong gets one clear answer, and nothing else happens.

use anyhow::Result;
use serde_json::json;
use support::exchange;

use crate::home;

#[test]
fn the_page_opens_only_for_who_belongs_here() -> Result<()> {
    let home = home()?;
    let chaperone = home.start_with_page()?;
    let link = chaperone.page().strip_prefix("http://").unwrap_or_default();
    let (address, path) = link.split_once('/').unwrap_or_default();
    let page = address.parse()?;
    let entered = exchange(
        page,
        &format!("GET /{path} HTTP/1.0\r\nHost: {address}\r\n\r\n"),
    )?;
    let cookie = entered
        .head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next())
        .unwrap_or_default();
    let ask = |host: &str, more: &str| {
        exchange(
            page,
            &format!(
                "POST /call/state/snapshot HTTP/1.0\r\nHost: {host}\r\n{more}\
                 Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
            ),
        )
    };
    let ours = format!("Cookie: {cookie}\r\n");
    assert_eq!(ask(address, &ours)?.status, 200);
    assert_eq!(ask(address, "")?.status, 401, "no cookie");
    for other in ["Cookie: chaperone=00\r\n", "Authorization: Bearer 00\r\n"] {
        assert_eq!(ask(address, other)?.status, 401, "{other}");
    }
    assert_eq!(
        ask("evil.example", &ours)?.status,
        403,
        "a name that was made to point here"
    );
    let foreign = format!("{ours}Origin: https://evil.example\r\n");
    assert_eq!(ask(address, &foreign)?.status, 403, "a page from elsewhere");
    Ok(())
}

#[test]
fn a_link_lets_one_browser_in_once() -> Result<()> {
    let home = home()?;
    let chaperone = home.start_with_page()?;
    let link = chaperone.page().strip_prefix("http://").unwrap_or_default();
    let (address, path) = link.split_once('/').unwrap_or_default();
    let enter = || {
        exchange(
            address.parse()?,
            &format!("GET /{path} HTTP/1.0\r\nHost: {address}\r\n\r\n"),
        )
    };
    let first = enter()?;
    assert_eq!(first.status, 303, "{}", first.body);
    assert!(
        first.head.contains("HttpOnly; SameSite=Strict"),
        "{}",
        first.head
    );
    assert_eq!(enter()?.status, 403, "used twice");
    Ok(())
}

#[test]
fn calls_that_make_no_sense_say_so() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    for (name, params, status) in [
        ("no/such", json!({}), 422),
        ("pause/set", json!({}), 422),
        ("pause/set", json!({ "paused": true, "more": 1 }), 422),
        (
            "requests/answer",
            json!({ "id": "x", "digest": "", "decision": "deny" }),
            422,
        ),
        (
            "requests/answer",
            json!({ "id": "99", "digest": "", "decision": "deny" }),
            410,
        ),
        ("running/stop", json!({ "id": "99" }), 410),
    ] {
        let refused = chaperone.call(name, &params).unwrap_err().to_string();
        assert!(
            refused.contains(&format!(" {status} ")),
            "{name} {params}: {refused}"
        );
        assert!(refused.contains("message"), "{name} {params}: {refused}");
    }
    Ok(())
}

#[test]
fn commands_that_make_no_sense_ask_nobody() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    for (line, says) in [
        ("no-such-program-anywhere", "no-such-program-anywhere"),
        ("echo 'unclosed", ""),
        ("   ", ""),
    ] {
        let answer = chaperone.execute(line)?.answer()?;
        assert!(
            matches!(answer.status, 400 | 422),
            "{line}: {} {}",
            answer.status,
            answer.body
        );
        assert!(answer.body.contains(says), "{line}: {}", answer.body);
    }
    assert!(chaperone.requests()?.is_empty());
    Ok(())
}

#[test]
fn a_second_chaperone_on_the_same_folder_says_so() -> Result<()> {
    let home = home()?;
    let _first = home.start()?;
    let second = home.running().output()?;
    assert!(!second.status.success());
    let said = String::from_utf8(second.stderr)?;
    assert!(
        said.contains("Chaperone runs already with this data folder"),
        "{said}"
    );
    Ok(())
}

#[test]
fn words_that_need_a_running_chaperone_say_so() -> Result<()> {
    let home = home()?;
    for words in [&["requests"][..], &["link"]] {
        let output = home.run(words)?;
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr)?;
        assert!(said.contains("Chaperone is not running"), "{said}");
    }
    Ok(())
}

#[test]
fn no_secret_is_logged() -> Result<()> {
    let home = home()?;
    let key = {
        let _chaperone = home.start()?;
        home.key("autonomous")?
    };
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_chaperone-under-test"))
        .args(["run", "--hub-port", "nonsense", "--data-dir"])
        .arg(home.data_dir())
        .output()?;
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("--hub-port") && !said.contains(&key),
        "{said}"
    );
    Ok(())
}
