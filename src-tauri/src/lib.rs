//! The desktop host: windows, a tray and one process over `chaperone-api`.
//!
//! It carries calls and messages and opens and closes windows. It decides nothing about agents,
//! keeps nothing on disk but where its panel stood and whether it starts at login, and knows no type
//! of the engine beyond what `chaperone-api` shows.

mod arguments;
mod host;
mod indicator;
mod instance;
mod invoke;
mod link;
mod login;
mod platform;
mod prompt;
mod shortcut;
mod shutdown;
mod tray;
mod update;
mod window;

use std::{path::Path, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use chaperone_api::{Api, DesktopNotice, StartError, StartOptions};
use clap::Parser as _;
use tauri::{AppHandle, Manager as _, RunEvent};
use tokio::{runtime::Runtime, sync::mpsc};

use crate::{
    arguments::Arguments,
    host::Host,
    indicator::{Pill, PillOrNotice},
    prompt::Notice,
    update::Restart,
};

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
    chaperone_api::start_log(&data_dir);
    let runtime = Runtime::new().context("starting the runtime")?;
    // The main thread starts tasks too, and Tauri must not make a second runtime.
    let entered = runtime.enter();
    tauri::async_runtime::set(runtime.handle().clone());

    let (pill, notice) = (Pill::default(), DesktopNotice::new(&data_dir));
    let options = StartOptions {
        data_dir: data_dir.clone(),
        hub_port: arguments.hub_port,
        work_dir: arguments.work_dir.clone(),
        indicator: Some(Arc::new(PillOrNotice {
            pill: pill.clone(),
            notice: notice.clone(),
        })),
        ..StartOptions::default()
    };
    let api = match runtime.block_on(Api::start(options)) {
        Ok(api) => api,
        Err(StartError::InUse) => return second_start(&data_dir, arguments),
        Err(error) => return Err(error.into()),
    };
    let start = login::Start::this(arguments.data_dir.as_deref())
        .context("finding out which program this is")?;
    let (host, prompts) = Host::new(api, pill, start);
    let ending = host.ending.clone();
    // A desktop that does not answer holds nobody up.
    host.tasks
        .spawn(async move { ending.run_until_cancelled(notice.take_away_left()).await });
    let (code, restart) = desktop(host, prompts, arguments)?;
    drop(entered);
    runtime.shutdown_timeout(LEFTOVERS);
    // Nothing holds the data folder any more.
    restart.now();
    Ok(code)
}

/// The app runs already: whoever starts it again wants to see it.
fn second_start(data_dir: &Path, arguments: &Arguments) -> Result<ExitCode> {
    if let Some(link) = &arguments.link {
        instance::hand_over(data_dir, link)?;
    } else if !arguments.hidden {
        instance::bring_forward(data_dir)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn desktop(
    host: Host,
    prompts: mpsc::Receiver<Notice>,
    arguments: &Arguments,
) -> Result<(ExitCode, Restart)> {
    #[cfg(target_os = "linux")]
    platform::find_screen()?;
    let hidden = arguments.hidden && arguments.link.is_none();
    if let Some(link) = &arguments.link {
        host.links.bring(link);
    }
    let ready = arguments.prompt_ready;
    let ready = ready.map(|seconds| Duration::from_secs(seconds.into()));
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_updater::Builder::new().build())
        .manage(host)
        .invoke_handler(tauri::generate_handler![
            invoke::call,
            invoke::subscribe,
            invoke::captures,
            invoke::captures_seen,
            invoke::stop_capture,
            invoke::desktop::desktop_state,
            invoke::desktop::install_update,
            invoke::desktop::links,
            invoke::desktop::look_for_update,
            invoke::desktop::open_logs,
            invoke::desktop::set_start_at_login,
        ])
        .setup(move |app| {
            let handle = app.handle();
            instance::listen(handle);
            shutdown::follow_signals(handle);
            tray::put(handle);
            let hearing = shortcut::listen(handle);
            // Nobody else sets it.
            let _ = handle.state::<Host>().shortcut.set(hearing);
            prompt::watch(handle, ready, prompts);
            indicator::watch(handle, &handle.state::<Host>().pill);
            if !hidden {
                window::show_panel(handle);
            }
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("starting the desktop's windows")?;
    let handle = app.handle().clone();
    let code = app.run_return(happened);
    let code = u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from);
    Ok((code, Restart::after(&handle)))
}

fn happened(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::ExitRequested { code, api, .. } => shutdown::exit_requested(app, code, &api),
        RunEvent::WindowEvent { label, event, .. } => window::happened(app, &label, &event),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                window::show_link(app, url.as_str());
            }
        }
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
