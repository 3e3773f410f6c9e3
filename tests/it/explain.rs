//! What would happen with a command, without anything coming of it.

use anyhow::Result;
use serde_json::{Value, json};

use crate::home;

#[test]
fn a_command_is_judged_and_nothing_comes_of_it() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let explain = |line: &str, level: &str| -> Result<Value> {
        chaperone.call("gate/explain", &json!({ "line": line, "level": level }))
    };
    let asked = explain("git status", "autonomous")?;
    assert_eq!(asked["verdict"], "ask");
    assert_eq!(asked["scriptBecause"], Value::Null);
    assert_eq!(asked["needsShell"], Value::Null);
    let reasons = asked["reasons"].as_array().unwrap();
    assert_eq!(reasons.last().unwrap()["decided"], true);
    let sentences = asked["sentences"].as_array().unwrap();
    assert_eq!(sentences.len(), reasons.len());

    let forbidden = explain("git status", "student")?;
    assert_eq!(forbidden["verdict"], "forbid");
    let script = explain("rm -rf $HOME", "autonomous")?;
    assert_eq!(script["verdict"], "ask");
    assert!(script["scriptBecause"].as_str().unwrap().contains('$'));
    assert_eq!(script["needsShell"], json!({ "type": "expansion" }));
    assert!(!script["risks"].as_array().unwrap().is_empty());

    let said = home.run(&["explain", "git status"])?;
    let said = String::from_utf8(said.stdout)?;
    assert!(said.starts_with("ASK\n- "), "{said}");

    assert!(chaperone.requests()?.is_empty());
    assert!(chaperone.commands()?.is_empty());
    Ok(())
}
