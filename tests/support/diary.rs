//! A program that writes down that it ran, and which run it was: what ran twice stands there twice.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{Chaperone, Home};

/// In the folder that agents' programs work in, where they may write once it is opened.
pub struct Diary {
    program: PathBuf,
    folder: PathBuf,
}

impl Diary {
    /// Makes the program and an empty diary.
    pub fn begin(home: &Home) -> Result<Self> {
        fs::create_dir_all(home.work_dir())?;
        let folder = home.work_dir().canonicalize()?;
        let program = folder.join("note");
        // One write that appends: runs side by side do not mix.
        fs::write(&program, "#!/bin/sh\nprintf '%s\\n' \"$2\" >> diary\n")?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        fs::write(folder.join("diary"), "")?;
        Ok(Self { program, folder })
    }

    /// A command line that notes this; the person is asked.
    pub fn line(&self, run: &str) -> String {
        format!("{} asked {run}", self.program.display())
    }

    /// The same, for which there may be a rule.
    pub fn ruled_line(&self, run: &str) -> String {
        format!("{} ruled {run}", self.program.display())
    }

    /// What ran so far, in order.
    pub fn runs(&self) -> Result<Vec<String>> {
        let text = fs::read_to_string(self.folder.join("diary"))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Nothing ran twice.
    pub fn has_no_doubles(&self) -> Result<()> {
        let runs = self.runs()?;
        let mut once = runs.clone();
        once.sort();
        once.dedup();
        ensure!(once.len() == runs.len(), "something ran twice: {runs:?}");
        Ok(())
    }

    /// Lets programs write in the folder.
    pub fn open(&self, chaperone: &Chaperone<'_>) -> Result<()> {
        let folders = json!([{ "path": self.folder, "access": "write" }]);
        chaperone.call("settings/set", &json!({ "folders": folders }))?;
        Ok(())
    }

    /// Lets every [`Self::ruled_line`] run unasked, once something of the kind was allowed.
    pub fn add_rule(&self, chaperone: &Chaperone<'_>) -> Result<()> {
        let rule = json!({
            "id": "diary",
            "answer": "watch",
            "shape": { "type": "argv", "program": self.program, "arguments": [
                { "type": "exact", "word": "ruled" }, { "type": "any" },
            ] },
            "folder": self.folder,
            "examples": [{
                "sample": { "type": "line", "line": self.ruled_line("this") },
                "covers": true,
            }],
            "created_at": "2026-01-01T00:00:00Z",
        });
        chaperone.call("rules/add", &json!({ "rule": rule }))?;
        Ok(())
    }
}
