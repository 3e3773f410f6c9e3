//! As root it runs only for somebody who said so twice.

use anyhow::Result;

use crate::home;

#[test]
fn root_has_to_mean_it() -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let home = home()?;
    let root = std::fs::metadata("/proc/self")?.uid() == 0;
    for (word, variable, missing) in [
        (false, false, "say --as-root and set CHAPERONE_AS_ROOT=yes"),
        (true, false, "set CHAPERONE_AS_ROOT=yes, too"),
        (false, true, "say --as-root, too"),
    ] {
        let mut command = home.command();
        // Whoever is not root gets as far as the next thing that is wrong.
        command.args(["run", "--hub-port", "0", "--ui", "--page-port", "1"]);
        if word {
            command.arg("--as-root");
        }
        command.env_remove("CHAPERONE_AS_ROOT");
        if variable {
            command.env("CHAPERONE_AS_ROOT", "yes");
        }
        if root {
            let output = command.output()?;
            assert_eq!(output.status.code(), Some(4), "{output:?}");
            let said = String::from_utf8(output.stderr)?;
            assert!(said.contains(missing), "{said}");
            assert!(!home.data_dir().exists(), "it did something before");
        } else {
            let output = command.output()?;
            assert_eq!(output.status.code(), Some(1), "{output:?}");
        }
    }
    // Words that only look need nobody's yes.
    assert!(home.run(&["completions", "bash"])?.status.success());
    assert_eq!(home.run(&["requests", "list"])?.status.code(), Some(3));
    Ok(())
}
