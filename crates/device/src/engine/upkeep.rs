//! What nobody asks for and has to be done now and then: old captures and old journal rows go, and
//! what the person only tried.

use std::time::Duration;

use chaperone_protocol::{SignedDuration, Timestamp, in_full};
use chaperone_vault::Vault;
use tokio::time::{MissedTickBehavior, interval_at};

use super::Engine;
use crate::{
    entry::Entry,
    erase::erase,
    run::{leftovers, take_in},
};

/// How often it is looked.
const EVERY: Duration = Duration::from_hours(1);
/// Nobody waits for it when the device starts.
const FIRST: Duration = Duration::from_secs(30);
/// Captures that are looked through at once.
const PAGE: u32 = 500;
/// How long the journal keeps commands whose outcome their hub has. The record keeps them for ever.
const JOURNAL: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Engine {
    /// Begins to look after what grows.
    pub(super) async fn look_after(&self) {
        let (vault, cancel) = (self.vault.clone(), self.cancel.clone());
        let retention = self.settings.retention();
        let tried_for = self.trials.keeps();
        let left = leftovers(self.bench.recordings.clone()).await;
        self.tracker.spawn(async move {
            let work = async {
                forget_tried(&vault, tried_for).await;
                let taken = take_in(left, &vault, retention).await;
                if taken > 0 {
                    tracing::info!(
                        taken,
                        "recordings of an earlier run are kept as far as they got"
                    );
                }
                let mut due = interval_at(tokio::time::Instant::now() + FIRST, EVERY);
                due.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    due.tick().await;
                    sweep(&vault).await;
                }
            };
            cancel.run_until_cancelled(work).await;
        });
    }
}

async fn sweep(vault: &Vault) {
    let now = Timestamp::now();
    match vault.sweep_artifacts(now).await {
        Ok(swept) if swept.deleted.is_empty() => {}
        Ok(swept) => {
            let (captures, bytes) = (swept.deleted.len(), swept.freed_bytes());
            tracing::info!(captures, bytes, "captures whose time had come are deleted");
            for deleted in swept.deleted {
                let artifact = deleted.id.as_str().to_owned();
                let row = Entry::ArtifactDeleted { artifact }.row(now);
                let noted = match row {
                    Ok(row) => vault.append(row).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = noted {
                    tracing::error!(error = in_full(&error), "a deletion is not recorded");
                }
            }
        }
        Err(error) => tracing::error!(error = in_full(&error), "deleting old captures"),
    }
    let Ok(before) = now.checked_sub(JOURNAL) else {
        return;
    };
    if let Err(error) = vault.prune_journal(before).await {
        tracing::error!(error = in_full(&error), "pruning the journal");
    }
}

/// Deletes what tests of an earlier run left, which ended without a word.
async fn forget_tried(vault: &Vault, keeps: Duration) {
    let mut before = None;
    loop {
        let page = match vault.artifacts(before, PAGE).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(error = in_full(&error), "looking for what was only tried");
                return;
            }
        };
        let Some(last) = page.last() else { return };
        before = Some(last.number);
        for artifact in page {
            // What commands bring has their number, and is kept for days.
            let soon = artifact.created_at.checked_add(keeps);
            let tried = soon.is_ok_and(|soon| artifact.expires_at <= soon);
            if artifact.command.is_some() || !tried {
                continue;
            }
            if let Err(error) = erase(vault, artifact.id.as_str()).await {
                tracing::error!(error = in_full(&error), "what was only tried is still kept");
            }
        }
    }
}
