//! The record is whole, and says so; changed, it says where.

use anyhow::Result;

use crate::home;

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

#[test]
fn verify_needs_something_to_verify() -> Result<()> {
    let home = home()?;
    let nothing = home.run(&["record", "verify"])?;
    assert!(!nothing.status.success());
    let said = String::from_utf8(nothing.stderr)?;
    assert!(said.contains("there is no Chaperone data"), "{said}");
    Ok(())
}
