//! Chaperone without a window system: the same engine, and a command line that sees and answers
//! what a window would; a page for a browser on this machine where one is wanted.

mod arguments;
mod bridge;
mod ending;
mod files;
mod hub;
mod json;
mod pages;
mod readiness;
mod root;
mod run;
mod screen;
mod table;
mod terminal;
mod words;

#[cfg(test)]
mod tests;

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use chaperone_api::{StepHook, data_dir};
use clap::{CommandFactory as _, FromArgMatches as _, parser::ValueSource};

use arguments::{Arguments, Word};
use screen::Screen;
use words::Desk;

/// What the binary does.
pub fn main() -> ExitCode {
    main_with(None)
}

/// The same, with a look at each journal step; tests use it to end the process at a certain one.
pub fn main_with(hook: Option<Arc<StepHook>>) -> ExitCode {
    let matches = Arguments::command().get_matches();
    // A hub has a folder of its own: what the environment says of Chaperone's is not meant for it.
    let folder_named = matches.value_source("data_dir") == Some(ValueSource::CommandLine);
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let screen = Screen::new(arguments.json);
    match act(arguments, folder_named, &screen, hook) {
        Ok(code) => code,
        Err(error) => {
            screen.error(&error);
            ExitCode::from(ending::code(&error))
        }
    }
}

fn act(
    arguments: Arguments,
    folder_named: bool,
    screen: &Screen,
    hook: Option<Arc<StepHook>>,
) -> Result<ExitCode> {
    let named = arguments.data_dir.clone().filter(|_| folder_named);
    let data_dir = data_dir(arguments.data_dir).context("finding Chaperone's data folder")?;
    let desk = Desk {
        data_dir: &data_dir,
        screen,
    };
    match arguments.word {
        Word::Run(options) => return run::run(screen, data_dir, options, hook),
        Word::Hub(options) => return hub::hub(screen, &data_dir, named, *options),
        Word::Pair(options) => words::pair::pair(&desk, &options)?,
        Word::Connections { word } => words::connections::connections(&desk, word)?,
        Word::Requests { word } => words::requests::requests(&desk, word)?,
        Word::Running { word } => words::running::running(&desk, word)?,
        Word::Rules { word } => words::rules::rules(&desk, word)?,
        Word::Agents { word } => words::agents::agents(&desk, word)?,
        Word::Switches { word } => words::switches::switches(&desk, word)?,
        Word::Standing { word } => words::switches::standing(&desk, word)?,
        Word::Settings { word } => words::settings::settings(&desk, word)?,
        Word::Pause => words::simple::pause(&desk, true)?,
        Word::Resume => words::simple::pause(&desk, false)?,
        Word::Explain(options) => words::explain::explain(&desk, &options)?,
        Word::Record { word } => return words::record::record(&desk, word),
        Word::Artifacts { word } => words::artifacts::artifacts(&desk, word)?,
        Word::Doctor => return Ok(words::doctor::doctor(&desk)),
        Word::Logs(options) => words::logs::logs(&desk, &options)?,
        Word::Key { agent } => words::simple::key(&desk, &agent)?,
        Word::Link => words::simple::link(&desk)?,
        Word::Mcp(options) => words::mcp::mcp(&desk, &options)?,
        Word::Completions { shell } => words::manual::completions(screen, shell),
        Word::Man { folder } => words::manual::manual(screen, folder.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}
