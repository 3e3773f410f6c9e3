//! The hub in the foreground, until it is told to stop.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use chaperone_hub::{Certificate, Hub, HubConfig};
use serde_json::json;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Config, keys};
use crate::{
    readiness, run,
    screen::{Screen, say},
};

pub(super) async fn serve(screen: &Screen, config: Config) -> Result<ExitCode> {
    let secrets = keys(screen, &config)?;
    let public = config.reach.public_url.clone();
    let hub = Hub::open(HubConfig {
        data_dir: config.data_dir,
        place: config.place,
        secrets,
        listen: config.listen,
        registration: config.registration,
        reach: config.reach,
        limits: config.limits,
    })
    .await?;
    let address = hub.address();
    let certificate = hub.certificate();
    let scheme = if certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let url = public.map_or_else(|| format!("{scheme}://{address}"), |url| url.to_string());

    let (cancel, tasks) = (CancellationToken::new(), TaskTracker::new());
    if let Some(certificate) = certificate {
        let cancel = cancel.clone();
        tasks.spawn(async move { cancel.run_until_cancelled(renew(certificate)).await });
    }
    let stop = cancel.clone();
    tasks.spawn(async move {
        if let Err(error) = run::ended().await {
            tracing::error!(%error, "the signals that end the hub cannot be heard");
        }
        readiness::tell(readiness::STOPPING);
        stop.cancel();
    });
    tasks.close();
    if screen.is_json() {
        screen.value(&json!({ "type": "ready", "hub": url, "address": address }));
    } else {
        say(format_args!("hub   {url}"));
        say("ready (Ctrl+C ends it)");
    }
    tracing::info!(%address, "the hub serves");
    readiness::tell(readiness::READY);
    // Devices are told to come back, and calls are answered.
    let served = hub.serve(cancel).await.context("serving");
    tracing::info!("the hub has stopped");
    served.map(|()| ExitCode::SUCCESS)
}

/// Reads the certificate again whenever the process is told to.
#[cfg(unix)]
async fn renew(certificate: Certificate) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut told = match signal(SignalKind::hangup()) {
        Ok(told) => told,
        Err(error) => {
            tracing::error!(%error, "SIGHUP cannot be heard: the certificate stays what it is");
            return;
        }
    };
    while told.recv().await.is_some() {
        match certificate.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the certificate stays what it was");
            }
        }
    }
}

/// There is no such signal here: a new certificate takes a restart.
#[cfg(not(unix))]
async fn renew(_certificate: Certificate) {
    std::future::pending::<()>().await;
}
