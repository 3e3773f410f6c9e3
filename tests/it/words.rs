//! The words of the command line: all of them are in the manual, complete in a shell, and speak
//! JSON.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value;
use support::Home;

use crate::home;

/// Every word that looks, and what it needs. Those that change something say so in the same way.
const LOOKING: [&[&str]; 18] = [
    &["connections"],
    &["connections", "show", "this-computer"],
    &["requests"],
    &["requests", "list"],
    &["running"],
    &["rules"],
    &["agents"],
    &["switches"],
    &["standing"],
    &["settings"],
    &["explain", "git status"],
    &["record"],
    &["record", "verify"],
    &["record", "checkpoint"],
    &["artifacts"],
    &["doctor"],
    &["logs"],
    &["key", "autonomous"],
];

/// The words below a word, from its own help, as the way to each.
fn below(home: &Home, way: &[String]) -> Result<Vec<Vec<String>>> {
    let mut words: Vec<&str> = way.iter().map(String::as_str).collect();
    words.push("--help");
    let help = String::from_utf8(home.run(&words)?.stdout)?;
    let Some((_, commands)) = help.split_once("\nCommands:\n") else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        let Some(word) = line.strip_prefix("  ").and_then(|it| it.split(' ').next()) else {
            continue;
        };
        if word.is_empty() {
            continue;
        }
        let mut next = way.to_vec();
        next.push(word.to_owned());
        found.extend(below(home, &next)?);
        found.push(next);
    }
    Ok(found)
}

#[test]
fn every_word_has_a_page_and_completes() -> Result<()> {
    let home = home()?;
    let ways = below(&home, &[])?;
    assert!(ways.len() > 50, "{ways:?}");
    let folder = home.folder().join("man");
    let written = home.run(&["man", "--folder", &folder.to_string_lossy()])?;
    assert!(written.status.success(), "{written:?}");
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)?
        .map(|file| Ok(file?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    for way in &ways {
        let page = format!("chaperone-headless-{}.1", way.join("-"));
        assert!(pages.contains(&page), "no {page} in {pages:?}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(home.run(&["completions", shell])?.stdout)?;
        for way in &ways {
            let word = way.last().context("a way without words")?;
            assert!(script.contains(word.as_str()), "{shell} lacks {way:?}");
        }
    }
    let page = String::from_utf8(home.run(&["man"])?.stdout)?;
    assert!(
        page.contains(".TH") && page.contains("Exit codes"),
        "{page}"
    );
    Ok(())
}

#[test]
fn every_word_speaks_json() -> Result<()> {
    let home = home()?;
    let _chaperone = home.start()?;
    for words in LOOKING {
        let output = home
            .command()
            .args(words)
            .arg("--json")
            .stdin(std::process::Stdio::null())
            .output()?;
        for line in String::from_utf8(output.stdout)?.lines() {
            let value: Value = serde_json::from_str(line).with_context(|| format!("{words:?}"))?;
            assert!(value.is_object(), "{words:?}: {line}");
        }
        if !output.status.success() {
            let error: Value = serde_json::from_slice(&output.stderr)
                .with_context(|| format!("{words:?}: {:?}", output.status))?;
            assert!(error["error"].is_string(), "{words:?}: {error}");
            assert_eq!(
                error["exitCode"].as_i64(),
                output.status.code().map(i64::from),
                "{words:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn what_goes_wrong_has_its_own_code() -> Result<()> {
    let home = home()?;
    let check = |words: &[&str], code: i32, says: &str| -> Result<()> {
        let output = home.run(words)?;
        assert_eq!(output.status.code(), Some(code), "{words:?}: {output:?}");
        let said = String::from_utf8(output.stderr)?;
        assert!(said.contains(says), "{words:?}: {said}");
        Ok(())
    };
    check(&["requests", "list"], 3, "Chaperone is not running")?;
    check(&["no-such-word"], 2, "unrecognized subcommand")?;
    check(&["requests", "deny"], 2, "required")?;
    check(
        &["pair", "ws://127.0.0.1:1", "--password", "x"],
        2,
        "--password",
    )?;

    let _chaperone = home.start()?;
    check(&["requests", "deny", "99"], 4, "no request 99 waits")?;
    check(&["connections", "remove", "this-computer"], 2, "--yes")?;
    check(&["running", "stop", "99"], 4, "chaperone-headless:")?;
    check(&["key", "nobody"], 2, "there is no agent")?;
    check(&["artifacts", "save", "../x", "file"], 2, "is no id")?;
    check(
        &["record", "list", "--from", "then"],
        2,
        "--from then is no time",
    )?;
    Ok(())
}

#[test]
fn an_answer_is_given_once_and_to_what_was_listed() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo by its digest")?;
    let request = chaperone.request()?;
    let id = request["id"].as_str().unwrap_or_default();
    let digest = request["digest"].as_str().unwrap_or_default();

    let shown = String::from_utf8(home.run(&["requests", "show", id])?.stdout)?;
    assert!(
        shown.contains("echo by its digest") && shown.contains(digest),
        "{shown}"
    );
    let wrong = home.run(&["requests", "allow", id, "--digest", &"0".repeat(64)])?;
    assert_eq!(wrong.status.code(), Some(4), "{wrong:?}");
    let not_offered = home.run(&["requests", "send", id, "--digest", digest])?;
    assert_eq!(not_offered.status.code(), Some(4), "{not_offered:?}");
    let allowed = home.run(&["requests", "allow", id, "--digest", digest])?;
    assert!(allowed.status.success(), "{allowed:?}");
    assert_eq!(call.answer()?.json()["stdout"], "by its digest\n");
    let again = home.run(&["requests", "allow", id, "--digest", digest])?;
    assert_eq!(again.status.code(), Some(4), "{again:?}");
    Ok(())
}

#[test]
fn all_are_denied_at_once() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let calls = [chaperone.execute("echo 1")?, chaperone.execute("echo 2")?];
    chaperone.soon("both wait", || Ok(chaperone.requests()?.len() == 2))?;
    assert!(home.run(&["requests", "deny", "--all"])?.status.success());
    for call in calls {
        assert_eq!(call.answer()?.json()["code"], "denied");
    }
    Ok(())
}

#[test]
fn the_record_is_listed_and_exported() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo 'listed later'")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    call.answer()?;
    chaperone.soon("it is recorded", || Ok(!chaperone.commands()?.is_empty()))?;
    let listed = String::from_utf8(home.run(&["record"])?.stdout)?;
    assert!(
        listed.contains("listed later") && listed.contains("allowed"),
        "{listed}"
    );
    chaperone.end()?;

    let file = home.folder().join("record.jsonl");
    let name = file.to_string_lossy();
    let exported = home.run(&["record", "export", "--out", &name])?;
    assert!(exported.status.success(), "{exported:?}");
    assert!(support::is_private(&file)?);
    let text = std::fs::read_to_string(&file)?;
    assert!(text.contains("listed later"), "{text}");
    for line in text.lines() {
        serde_json::from_str::<Value>(line)?;
    }
    let again = home.run(&["record", "export", "--out", &name])?;
    assert_eq!(again.status.code(), Some(1), "a file was written over");
    assert_eq!(std::fs::read_to_string(&file)?, text);
    Ok(())
}
