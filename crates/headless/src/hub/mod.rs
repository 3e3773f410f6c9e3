//! `hub`: a hub by itself, as a server runs it, and what is done to it while it does not run.
//!
//! Nothing of the device is started here, and no program of an agent runs on this computer for it.

mod config;
mod serve;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    io::{BufRead as _, IsTerminal as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use chaperone_api::HubKeys;
use chaperone_hub::{Error, Upkeep};
use serde_json::json;

use self::config::{Config, Keeping};
use crate::{
    arguments::{AccountWord, HubOptions, HubWord},
    ending::Wrong,
    screen::{Screen, say},
    terminal,
};

/// Runs a hub, or does what is asked with one. `named` is its folder where the command line names
/// one; else it lies within Chaperone's, which agents' programs cannot see.
pub(crate) fn hub(
    screen: &Screen,
    chaperone_dir: &Path,
    named: Option<PathBuf>,
    options: HubOptions,
) -> Result<ExitCode> {
    let own = chaperone_dir.join("server");
    let resolved = settings::gather(&options, named).and_then(|said| config::resolve(&said, own));
    if options.check_config {
        return Ok(check(screen, resolved));
    }
    let config = resolved.map_err(|problems| Wrong(problems.join("; ")))?;
    let runtime = chaperone_hub::runtime()
        .context("starting the runtime; see whether this machine has room for more threads")?;
    match options.word {
        None => {
            chaperone_api::start_server_log(config.json_log);
            runtime.block_on(serve::serve(screen, config))
        }
        Some(word) => runtime.block_on(look_after(screen, config, word)),
    }
}

fn check(screen: &Screen, resolved: Result<Config, Vec<String>>) -> ExitCode {
    match resolved {
        Ok(config) => {
            screen.one(&config.shown(), |shown| {
                let lines = shown.as_object().into_iter().flatten();
                lines
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect()
            });
            ExitCode::SUCCESS
        }
        Err(problems) => {
            if screen.is_json() {
                screen.value(&json!({ "problems": problems }));
            } else {
                for problem in problems {
                    say(problem);
                }
            }
            crate::ending::found_something()
        }
    }
}

async fn look_after(screen: &Screen, config: Config, word: HubWord) -> Result<ExitCode> {
    if matches!(word, HubWord::RotateKeys) {
        Upkeep::rotate_keys(&config.data_dir, keys(screen, &config)?.as_ref()).map_err(stopped)?;
    }
    // Asked for first: nobody should type a password behind a lock.
    let password = match &word {
        HubWord::Account { .. } => Some(password()?),
        HubWord::RotateKeys | HubWord::Verify => None,
    };
    let secrets = keys(screen, &config)?;
    let upkeep = Upkeep::open(config.data_dir, config.place, secrets)
        .await
        .map_err(stopped)?;
    let done = act(screen, &upkeep, word, password.unwrap_or_default()).await;
    upkeep.close().await;
    done
}

async fn act(
    screen: &Screen,
    upkeep: &Upkeep,
    word: HubWord,
    password: String,
) -> Result<ExitCode> {
    match word {
        HubWord::Account { word } => match word {
            AccountWord::Add {
                email,
                owner,
                person,
            } => {
                upkeep
                    .add_account(&email, &person, password, owner)
                    .await
                    .map_err(wrong)?;
                let sentence = format!("{email} can sign in.");
                screen.done(&sentence, &json!({ "email": email, "owner": owner }));
            }
            AccountWord::Password { email } => {
                upkeep.set_password(&email, password).await.map_err(wrong)?;
                let sentence = format!("{email} has another password; its sessions have ended.");
                screen.done(&sentence, &json!({ "email": email }));
            }
        },
        HubWord::RotateKeys => {
            upkeep.keys_rotated().await?;
            let sentence = "Every token that was given out has ended. Refresh tokens and agents' \
                keys go on.";
            screen.done(sentence, &json!({ "rotated": true }));
        }
        HubWord::Verify => {
            let verified = upkeep.verify().await?;
            let sentence = match &verified.broken {
                None => format!(
                    "The audit holds: {} entries, the last of them {}.",
                    verified.entries, verified.head
                ),
                Some(broken) => format!(
                    "The audit does not hold: {broken}. The {} entries before are as they were.",
                    verified.entries
                ),
            };
            screen.done(&sentence, &json!(verified));
            if verified.broken.is_some() {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The hub's keys; says where they are kept, the first time.
fn keys(screen: &Screen, config: &Config) -> Result<Box<dyn chaperone_hub::Secrets>> {
    let keys = match config.keeping {
        Keeping::Files => HubKeys::in_files(&config.data_dir),
        Keeping::Keyring => HubKeys::in_keyring(&config.data_dir)?,
    };
    if let Some(notice) = keys.notice {
        if screen.is_json() {
            screen.value(&json!({ "type": "notice", "notice": notice }));
        } else {
            say(format_args!("note  {notice}"));
        }
    }
    Ok(keys.secrets)
}

/// A password, twice from a person, once from a program.
fn password() -> Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("reading the password from the standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let first = terminal::ask_unseen("Password: ")?;
    if terminal::ask_unseen("The same again: ")? != first {
        return Err(Wrong("the two were not the same; try again".to_owned()).into());
    }
    Ok(first)
}

fn wrong(error: Error) -> anyhow::Error {
    match error {
        Error::Email | Error::UnfitPassword | Error::AccountExists | Error::NoAccount => {
            Wrong(error.to_string()).into()
        }
        error => error.into(),
    }
}

/// A hub that runs has its books to itself.
fn stopped(error: Error) -> anyhow::Error {
    match error {
        Error::InUse { .. } | Error::DatabaseInUse => anyhow::Error::from(error).context(
            "this is done while the hub does not run: stop it first, or have an owner do it by \
             the hub's own paths",
        ),
        error => error.into(),
    }
}
