//! `run`: the device in the foreground.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use chaperone_api::{Api, DeviceId, Door, Face, Join, Secret, StartOptions, StepHook, start_log};

use crate::{arguments::RunOptions, pages, say};

pub(crate) fn run(
    data_dir: PathBuf,
    options: RunOptions,
    hook: Option<Arc<StepHook>>,
) -> Result<ExitCode> {
    start_log();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?
        .block_on(serve(data_dir, options, hook))
}

async fn serve(
    data_dir: PathBuf,
    options: RunOptions,
    hook: Option<Arc<StepHook>>,
) -> Result<ExitCode> {
    let joins = joins(&options)?;
    let api = Api::start(StartOptions {
        joins,
        data_dir,
        hub_port: options.hub_port,
        work_dir: options.work_dir,
        hook,
    })
    .await?;
    let door = Door::open(&api, options.page_port, Face::Terminal, pages::router())
        .await
        .with_context(|| format!("opening the page on port {}", options.page_port))?;
    let snapshot = api.snapshot();
    for notice in &snapshot.notices {
        say(format_args!("note  {notice}"));
    }
    say(format_args!(
        "hub   {}",
        snapshot.device.hub_address.as_deref().unwrap_or("none")
    ));
    say(format_args!(
        "page  {}",
        door.link().context("making a link to the page")?
    ));
    say("ready (Ctrl+C ends it)");
    ended().await.context("waiting for the end")?;
    api.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// The hub elsewhere that the command line names, if it names one.
fn joins(options: &RunOptions) -> Result<Vec<Join>> {
    let (Some(address), Some(file), Some(device)) =
        (&options.join, &options.token_file, &options.device_id)
    else {
        return Ok(Vec::new());
    };
    let token = std::fs::read_to_string(file)
        .with_context(|| format!("reading the token in {}", file.display()))?;
    Ok(vec![Join {
        address: address.clone(),
        device: DeviceId::new(device).context("reading --device-id")?,
        token: Secret::new(token.trim()),
        ceiling: options.ceiling,
    }])
}

/// Ends with Ctrl+C or, where there is one, the signal that service managers send.
async fn ended() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
