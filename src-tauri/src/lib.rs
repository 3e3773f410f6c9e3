//! The desktop host: two windows, a tray and one process over `chaperone-api`.
//!
//! It carries calls and messages and opens and closes windows. It decides nothing about agents,
//! keeps nothing on disk, and knows no type of the engine beyond what `chaperone-api` shows.

mod arguments;
mod host;
mod instance;
mod invoke;
mod platform;
mod prompt;
mod shutdown;
mod tray;
mod window;

use std::{path::Path, process::ExitCode, time::Duration};

use anyhow::{Context as _, Result};
use chaperone_api::{Api, StartError, StartOptions};
use clap::Parser as _;
use tauri::{AppHandle, RunEvent};
use tokio::runtime::Runtime;

use crate::{arguments::Arguments, host::Host};

/// Blocking work that has not ended when everything else has is left behind after this.
const LEFTOVERS: Duration = Duration::from_millis(200);

/// Runs the app until the person quits it.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Before any thread is there.
    platform::prepare();
    match start(&arguments) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            platform::tell("Chaperone cannot start", &sentences(&error));
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &Arguments) -> Result<ExitCode> {
    let data_dir = chaperone_api::data_dir(arguments.data_dir.clone())?;
    chaperone_api::give_memory_back();
    chaperone_api::start_log(&data_dir);
    let runtime = Runtime::new().context("starting the runtime")?;
    // The main thread starts tasks too, and Tauri must not make a second runtime.
    let entered = runtime.enter();
    tauri::async_runtime::set(runtime.handle().clone());

    let options = StartOptions {
        data_dir: data_dir.clone(),
        hub_port: arguments.hub_port,
        work_dir: arguments.work_dir.clone(),
        ..StartOptions::default()
    };
    let api = match runtime.block_on(Api::start(options)) {
        Ok(api) => api,
        Err(StartError::InUse) => return second_start(&data_dir, arguments.hidden),
        Err(error) => return Err(error.into()),
    };
    let code = desktop(api, arguments)?;
    drop(entered);
    runtime.shutdown_timeout(LEFTOVERS);
    Ok(code)
}

/// The app runs already: whoever starts it again wants to see it.
fn second_start(data_dir: &Path, hidden: bool) -> Result<ExitCode> {
    if !hidden {
        instance::bring_forward(data_dir)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn desktop(api: Api, arguments: &Arguments) -> Result<ExitCode> {
    let hidden = arguments.hidden;
    let ready = Duration::from_secs(arguments.prompt_ready.into());
    let (host, prompts) = Host::new(api);
    let app = tauri::Builder::default()
        .manage(host)
        .invoke_handler(tauri::generate_handler![invoke::call, invoke::subscribe])
        .setup(move |app| {
            let handle = app.handle();
            instance::listen(handle);
            shutdown::follow_signals(handle);
            tray::put(handle);
            prompt::watch(handle, ready, prompts);
            if !hidden {
                window::open_panel(handle)?;
            }
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("starting the desktop's windows")?;
    let code = app.run_return(happened);
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn happened(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::ExitRequested { code, api, .. } => shutdown::exit_requested(app, code, &api),
        RunEvent::WindowEvent { label, event, .. } => window::happened(app, &label, &event),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show_panel(app),
        _ => {}
    }
}

/// An error and what caused it, a line each.
fn sentences(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
