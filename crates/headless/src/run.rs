//! `run`: the device in the foreground.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use axum::Router;
use chaperone_api::{
    Api, DeviceId, Door, Face, Join, Secret, StartOptions, StepHook, WebhookReach, start_log,
};
use serde_json::json;

use crate::{
    arguments::RunOptions,
    pages, readiness, root,
    screen::{Screen, say},
};

pub(crate) fn run(
    screen: &Screen,
    data_dir: PathBuf,
    options: RunOptions,
    hook: Option<Arc<StepHook>>,
) -> Result<ExitCode> {
    root::refuse_root(options.as_root)?;
    start_log(&data_dir);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime; see whether this machine has room for more threads")?
        .block_on(serve(screen, data_dir, options, hook))
}

async fn serve(
    screen: &Screen,
    data_dir: PathBuf,
    options: RunOptions,
    hook: Option<Arc<StepHook>>,
) -> Result<ExitCode> {
    let joins = joins(&options)?;
    let api = Api::start(StartOptions {
        joins,
        data_dir,
        hub_port: options.hub_port,
        webhooks: if options.webhooks_inside {
            WebhookReach::Inside
        } else {
            WebhookReach::Outside
        },
        work_dir: options.work_dir.clone(),
        hook,
        ..StartOptions::default()
    })
    .await?;
    let ended = attend(screen, &api, &options).await;
    readiness::tell(readiness::STOPPING);
    // However it ended, what was begun is ended in order.
    api.shutdown().await;
    ended.map(|()| ExitCode::SUCCESS)
}

/// Lets people in, until told to end.
async fn attend(screen: &Screen, api: &Api, options: &RunOptions) -> Result<()> {
    let door = Door::open(api, Face::Terminal, Router::new()).await?;
    if options.ui {
        let port = options.page_port.unwrap_or_default();
        door.serve_page(port, pages::router())
            .await
            .with_context(|| {
                format!("the page cannot be served on port {port}; choose another with --page-port")
            })?;
    }
    let page = door.link().context("making a link to the page")?;
    let snapshot = api.snapshot();
    let hub = snapshot.device.hub_address.as_deref();
    if screen.is_json() {
        screen.value(&json!({
            "type": "ready", "hub": hub, "page": page, "notices": snapshot.notices,
        }));
    } else {
        for notice in &snapshot.notices {
            say(format_args!("note  {notice}"));
        }
        say(format_args!("hub   {}", hub.unwrap_or("none")));
        if let Some(page) = page {
            say(format_args!("page  {page}"));
        }
        say("ready (Ctrl+C ends it)");
    }
    readiness::tell(readiness::READY);
    ended().await.context("waiting for the end")
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
pub(crate) async fn ended() -> std::io::Result<()> {
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
