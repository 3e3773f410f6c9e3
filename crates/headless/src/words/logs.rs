//! The log of the running Chaperone, or of the last one.

use std::{io::Write as _, time::Duration};

use anyhow::{Context as _, Result};
use chaperone_api::{LogLine, LogReader};
use serde_json::json;

use super::Desk;
use crate::{
    arguments::LogsOptions,
    screen::{Colour, Screen, say},
};

/// How often a log that is followed is looked at.
const MOMENT: Duration = Duration::from_millis(250);

pub(crate) fn logs(desk: &Desk<'_>, options: &LogsOptions) -> Result<()> {
    let mut reader = LogReader::new(desk.data_dir);
    let mut read = || {
        reader.read().with_context(|| {
            format!(
                "reading the log in {}; see whether it is yours",
                desk.data_dir.display()
            )
        })
    };
    let lines = read()?;
    if lines.is_empty() && !options.follow && !desk.screen.is_json() {
        say("Nothing was logged here yet.");
    }
    let older = lines.len().saturating_sub(options.lines);
    let mut somebody_reads = print(desk.screen, lines.get(older..).unwrap_or_default());
    while options.follow && somebody_reads {
        std::thread::sleep(MOMENT);
        somebody_reads = print(desk.screen, &read()?);
    }
    Ok(())
}

/// Whether it arrived: a reader that went away is no reason to go on.
fn print(screen: &Screen, lines: &[LogLine]) -> bool {
    let mut out = std::io::stdout().lock();
    let written = lines.iter().try_for_each(|line| {
        if screen.is_json() {
            writeln!(out, "{}", json!(line))
        } else {
            writeln!(out, "{}", shown(screen, line))
        }
    });
    written.and_then(|()| out.flush()).is_ok()
}

pub(crate) fn shown(screen: &Screen, line: &LogLine) -> String {
    let (Some(at), Some(level)) = (&line.at, &line.level) else {
        return line.text.clone();
    };
    let colour = match level.as_str() {
        "ERROR" => Colour::Bad,
        "WARN" => Colour::Careful,
        _ => Colour::Faint,
    };
    format!(
        "{} {} {}",
        screen.paint(Colour::Faint, at),
        screen.paint(colour, &format!("{level:<5}")),
        line.text
    )
}
