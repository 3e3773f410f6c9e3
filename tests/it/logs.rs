//! The log holds what went wrong, and nothing that is secret.

use std::{fs, process::Stdio};

use anyhow::Result;
use serde_json::Value;
use support::{Elsewhere, exchange, is_private};

use crate::home;

#[test]
fn nothing_secret_gets_into_the_log_however_much_is_logged() -> Result<()> {
    let home = home()?;
    let hub = Elsewhere::start()?;
    let aloud = home.folder().join("aloud");
    let chaperone = home.join_as(&hub, |command| {
        let aloud = fs::File::create(&aloud).map_or_else(|_| Stdio::null(), Stdio::from);
        command
            .arg("--ui")
            .env("CHAPERONE_LOG", "trace")
            .env("RUST_LOG", "trace")
            .stderr(aloud);
    })?;

    let link = chaperone.page().strip_prefix("http://").unwrap_or_default();
    let (address, path) = link.split_once('/').unwrap_or_default();
    let entered = exchange(
        address.parse()?,
        &format!("GET /{path} HTTP/1.0\r\nHost: {address}\r\n\r\n"),
    )?;
    let session = entered
        .head
        .split_once("chaperone=")
        .and_then(|(_, cookie)| cookie.split(';').next())
        .unwrap_or_default()
        .to_owned();
    let call = chaperone.execute("echo canary-$((40 + 2))-in-what-it-printed")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    assert!(call.answer()?.body.contains("canary-42-in-what-it-printed"));
    home.run(&["link"])?;

    let mut secrets = vec![
        fs::read_to_string(hub.token_file())?.trim().to_owned(),
        path.split_once('=').unwrap_or_default().1.to_owned(),
        session,
        "canary-42-in-what-it-printed".to_owned(),
    ];
    for agent in ["student", "intern", "supervised", "autonomous"] {
        secrets.push(home.key(agent)?);
    }
    chaperone.kill()?;

    let mut logged = fs::read_to_string(&aloud)?;
    for file in fs::read_dir(home.data_dir().join("logs"))? {
        let path = file?.path();
        assert!(is_private(&path)?, "{path:?}");
        logged.push_str(&fs::read_to_string(path)?);
    }
    assert!(
        logged.contains("DEBUG chaperone") || logged.contains("TRACE chaperone"),
        "so much was not logged: {logged}"
    );
    for secret in secrets {
        assert!(secret.len() > 20, "no secret: {secret}");
        let at = logged.find(&secret);
        let before = at.and_then(|at| logged[..at].lines().last());
        assert_eq!(before, None, "a secret stands after this");
    }
    Ok(())
}

#[test]
fn the_log_can_be_read_here_and_by_programs() -> Result<()> {
    let home = home()?;
    let chaperone = home.start_as(|command| {
        command.env("CHAPERONE_LOG", "chaperone=debug");
    })?;
    chaperone.kill()?;
    let shown = String::from_utf8(home.run(&["logs"])?.stdout)?;
    assert!(shown.contains("chaperone_"), "{shown}");
    let lines = String::from_utf8(home.run(&["logs", "--json", "--lines", "3"])?.stdout)?;
    let lines = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Value>, _>>()?;
    assert!((1..=3).contains(&lines.len()), "{lines:?}");
    assert!(lines.iter().all(|line| line["text"].is_string()));
    Ok(())
}
