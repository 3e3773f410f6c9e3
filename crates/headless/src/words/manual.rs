//! What a shell and the manual want to know of the words.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::json;

use crate::{arguments::Arguments, screen::Screen};

const NAME: &str = "chaperone-headless";

pub(crate) fn completions(screen: &Screen, shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    screen.done(
        script.trim_end(),
        &json!({ "shell": shell.to_string(), "script": script }),
    );
}

pub(crate) fn manual(screen: &Screen, folder: Option<&Path>) -> Result<()> {
    if let Some(folder) = folder {
        let write = || {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(Arguments::command(), folder)
        };
        write().with_context(|| {
            format!(
                "writing the manual into {}; name a folder that can be written",
                folder.display()
            )
        })?;
        let sentence = format!("The manual is in {}.", folder.display());
        screen.done(&sentence, &json!({ "folder": folder }));
        return Ok(());
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command())
        .render(&mut page)
        .context("writing the manual")?;
    let page = String::from_utf8_lossy(&page).into_owned();
    screen.done(page.trim_end(), &json!({ "page": page }));
    Ok(())
}
