//! The record is whole, and says so; changed, it says where.

use anyhow::{Result, ensure};
use rusqlite::Connection;
use serde_json::json;
use support::Home;

use crate::home;

/// What is said when the index of words was made again.
const MENDED: &str = "was made again from the record";

#[test]
fn the_record_verifies_while_it_grows_and_after() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo recorded")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    call.answer()?;
    let during = home.run(&["record", "verify"])?;
    assert!(during.status.success(), "{during:?}");
    chaperone.kill()?;
    let after = home.run(&["record", "verify"])?;
    assert!(after.status.success(), "{after:?}");
    assert!(String::from_utf8(after.stdout)?.starts_with("The record is whole"));
    Ok(())
}

/// Takes an entry out of what searches use, behind everybody's back.
fn hide_from_searches(home: &Home) -> Result<()> {
    let raw = Connection::open(home.data_dir().join("vault.db"))?;
    let last = "SELECT max(id) FROM record_text_docsize";
    let hidden = raw.execute(
        &format!("DELETE FROM record_text_docsize WHERE id = ({last})"),
        [],
    )?;
    ensure!(hidden == 1, "nothing was hidden");
    Ok(())
}

/// Whether the check found the record whole, and what searches use mended.
fn verified(home: &Home) -> Result<bool> {
    let output = home.run(&["record", "verify"])?;
    ensure!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout)?;
    ensure!(said.starts_with("The record is whole"), "{said}");
    Ok(said.contains(MENDED))
}

#[test]
fn verify_mends_what_searches_use() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let call = chaperone.execute("echo recorded")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "deny")?;
    call.answer()?;
    ensure!(!verified(&home)?);
    // The running one mends it, whoever asks.
    hide_from_searches(&home)?;
    ensure!(verified(&home)?);
    ensure!(!verified(&home)?);
    hide_from_searches(&home)?;
    for mended in [true, false] {
        let answer = chaperone.call("record/verify", &json!({}))?;
        assert_eq!(answer["broken"], json!(null));
        assert_eq!(answer["searchMended"], json!(mended));
    }
    chaperone.end()?;
    // And where none runs, the command line does.
    ensure!(!verified(&home)?);
    hide_from_searches(&home)?;
    ensure!(verified(&home)?);
    ensure!(!verified(&home)?);
    Ok(())
}

#[test]
fn verify_needs_something_to_verify() -> Result<()> {
    let home = home()?;
    let nothing = home.run(&["record", "verify"])?;
    assert!(!nothing.status.success());
    let said = String::from_utf8(nothing.stderr)?;
    assert!(said.contains("there is no Chaperone data"), "{said}");
    Ok(())
}
