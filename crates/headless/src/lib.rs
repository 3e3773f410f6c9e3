//! Chaperone without a window system: the same engine, its page served to a browser on this
//! machine, and a command line.

mod arguments;
mod ask;
mod pages;
mod run;

use std::{io::Write as _, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use chaperone_api::{StepHook, data_dir};
use clap::Parser as _;

use arguments::{Arguments, Word};

/// What the binary does.
pub fn main() -> ExitCode {
    main_with(None)
}

/// The same, with a look at each journal step; tests use it to end the process at a certain one.
pub fn main_with(hook: Option<Arc<StepHook>>) -> ExitCode {
    let arguments = Arguments::parse();
    match act(arguments, hook) {
        Ok(code) => code,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn act(arguments: Arguments, hook: Option<Arc<StepHook>>) -> Result<ExitCode> {
    let data_dir = data_dir(arguments.data_dir).context("finding Chaperone's data folder")?;
    match arguments.word {
        Word::Run(options) => run::run(data_dir, options, hook),
        Word::Requests { word } => ask::requests(&data_dir, word),
        Word::Pause => ask::pause(&data_dir, true),
        Word::Resume => ask::pause(&data_dir, false),
        Word::Record {
            word: arguments::RecordWord::Verify,
        } => ask::verify(&data_dir),
        Word::Key { agent } => ask::key(&data_dir, &agent),
        Word::Link => ask::link(&data_dir),
        Word::Explain(options) => ask::explain(&data_dir, &options),
        Word::Doctor => Ok(ask::doctor()),
    }
}

/// Writes a line for the person. Nobody reading it (a closed pipe) is no failure of ours.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn say_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr().lock(), "chaperone-headless: {error:#}");
}
