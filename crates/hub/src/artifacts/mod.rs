//! Files on their way: from a device to whoever asked for them, or lying here until they are
//! fetched.
//!
//! Each is a file of its own beside the books, which nobody else on this computer may read, and is
//! deleted at its time. Who may bring or fetch what is not decided here.

mod shelf;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use chaperone_protocol::{CommandId, Content, Data, DeviceId, FailureCode, Outcome, Timestamp};
use futures_util::StreamExt as _;

use crate::{
    Error,
    app::App,
    store::{Artifact, Quota},
};

pub(crate) use self::shelf::{Part, Shelf, Writing};

/// The largest file that is taken.
pub(crate) const LARGEST: u64 = 100 * 1024 * 1024;
/// How long a file stays.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// How long one stays of which nothing more comes.
const UNFINISHED_FOR: Duration = Duration::from_hours(1);
/// What one account may have lying here.
pub(crate) const QUOTA: Quota = Quota {
    bytes: 2 * 1024 * 1024 * 1024,
    files: 1_000,
};
/// What is put into an answer; anything larger is only named there.
pub(crate) const INLINE: u64 = 8 * 1024 * 1024;
/// How long the next piece of a file may take to arrive.
const PIECE_WITHIN: Duration = Duration::from_secs(30);
/// How much of a body is read on that is not taken, and for how long.
const DRAINED: u64 = 16 * 1024 * 1024;
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
/// How often files whose time has come are looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// How an upload ended, for this time.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is whole, and what it was said to be.
    Whole,
    /// So much of it is there; the rest is still to come.
    Part(u64),
    /// It is not what it was said to be, and is gone.
    Wrong,
    /// More came than was announced; it is as it was before.
    TooMuch,
}

/// The uploads that are being written at this moment.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<HashSet<String>>);

/// Until when a file stays that has not arrived whole, unless more of it comes.
pub(crate) fn unfinished_until(now: Timestamp) -> Timestamp {
    now.checked_add(UNFINISHED_FOR).unwrap_or(Timestamp::MAX)
}

/// Takes what comes of a file, from where it was left off. If it cannot be kept, what came before
/// stays as it was.
pub(crate) async fn take(
    app: &App,
    artifact: &Artifact,
    mut writing: Writing,
    body: Body,
) -> Result<Taken, Error> {
    let mut pieces = body.into_data_stream();
    let taken = write(app, artifact, &mut writing, &mut pieces).await;
    let ended_well = match taken {
        Ok(Some(ended_well)) => ended_well,
        Ok(None) => {
            writing.shorten(artifact.received).await?;
            drain(&mut pieces).await;
            return Ok(Taken::TooMuch);
        }
        Err(error) => {
            // The first problem is the one to tell; making a file shorter needs no room.
            let _ = writing.shorten(artifact.received).await;
            drain(&mut pieces).await;
            return Err(error);
        }
    };
    let length = writing.length();
    let _claim = writing.keep().await?;
    let now = Timestamp::now();
    if length < artifact.size || !ended_well {
        let (id, until) = (artifact.id.clone(), unfinished_until(now));
        app.store.artifact_grew(id, length, until).await?;
        return Ok(Taken::Part(length));
    }
    let sha256 = app.shelf.sha256(&artifact.id).await?;
    if !artifact.sha256.is_empty() && artifact.sha256 != sha256 {
        delete(app, artifact.clone(), now).await?;
        return Ok(Taken::Wrong);
    }
    let whole = Artifact {
        sha256: sha256.to_vec(),
        received: artifact.size,
        complete: true,
        expires_at: now.checked_add(KEPT_FOR).unwrap_or(Timestamp::MAX),
        ..artifact.clone()
    };
    if !app.store.artifact_whole(whole, now).await? {
        // It was deleted meanwhile, and its bytes must not outlast it.
        app.shelf.remove(&artifact.id).await?;
        return Ok(Taken::Wrong);
    }
    Ok(Taken::Whole)
}

/// Writes what comes: whether it came to its end, or nothing where it was more than announced.
async fn write(
    app: &App,
    artifact: &Artifact,
    writing: &mut Writing,
    pieces: &mut BodyDataStream,
) -> Result<Option<bool>, Error> {
    loop {
        let next = tokio::time::timeout(PIECE_WITHIN, pieces.next());
        let next = app.stopping.run_until_cancelled(next);
        let piece: Bytes = match next.await {
            Some(Ok(Some(Ok(piece)))) => piece,
            Some(Ok(None)) => break,
            // Whoever sends was cut off; what came before that stays, to be gone on with.
            Some(Ok(Some(Err(_))) | Err(_)) | None => return Ok(Some(false)),
        };
        if writing.length().saturating_add(len(&piece)) > artifact.size {
            return Ok(None);
        }
        writing.add(&piece).await?;
    }
    // What is only on its way to the disk may still meet a full one.
    writing.flush().await?;
    Ok(Some(true))
}

/// Lets the rest of a body come for a while: whoever is cut off while sending does not read why.
async fn drain(pieces: &mut BodyDataStream) {
    let draining = async {
        let mut left = DRAINED;
        while let Some(Ok(piece)) = pieces.next().await {
            left = left.saturating_sub(len(&piece));
            if left == 0 {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_WITHIN, draining).await;
}

/// Deletes a file, its bytes first.
pub(crate) async fn delete(app: &App, artifact: Artifact, now: Timestamp) -> Result<(), Error> {
    app.shelf.remove(&artifact.id).await?;
    app.store.forget_artifact(artifact, now).await
}

/// Deletes files as their time comes, until the hub stops.
pub(crate) async fn sweep(app: Arc<App>) {
    loop {
        if let Err(error) = sweep_once(&app, Timestamp::now()).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "files whose time has come could not be deleted");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}

async fn sweep_once(app: &App, now: Timestamp) -> Result<(), Error> {
    for artifact in app.store.artifacts_over(now).await? {
        // One that is being written just now is not left behind.
        let Ok(_claim) = app.shelf.claim(&artifact.id) else {
            continue;
        };
        // It may have grown until it was claimed.
        let still = app.store.artifact(artifact.id.clone()).await?;
        if let Some(artifact) = still.filter(|artifact| artifact.expires_at <= now) {
            delete(app, artifact, now).await?;
        }
    }
    Ok(())
}

/// The outcome as it may stand: one that names an upload which that device did not bring for this
/// command has not succeeded.
pub(crate) async fn checked(
    app: &App,
    device: &DeviceId,
    command: &CommandId,
    outcome: Outcome,
) -> Result<Outcome, Error> {
    let Outcome::Success { data, finished_at } = &outcome else {
        return Ok(outcome);
    };
    let Some(Content::Uploaded {
        id, bytes, sha256, ..
    }) = content(data)
    else {
        return Ok(outcome);
    };
    let found = app.store.artifact(id.as_str().to_owned()).await?;
    let brought = found.is_some_and(|artifact| {
        artifact.complete
            && artifact.device.as_deref() == Some(device.as_str())
            && artifact.command.as_deref() == Some(command.as_str())
            && artifact.size == *bytes
            && chaperone_chain::hex(&artifact.sha256) == *sha256
    });
    if brought {
        return Ok(outcome);
    }
    let message = "the device named an upload that it did not bring for this command";
    Ok(Outcome::failure(
        FailureCode::Failed,
        message.to_owned(),
        *finished_at,
    ))
}

/// The bytes of a file that is whole and small enough to be put into an answer.
pub(crate) async fn small(app: &App, id: &str) -> Result<Option<Vec<u8>>, Error> {
    let found = app.store.artifact(id.to_owned()).await?;
    match found.filter(|found| found.complete && found.size <= INLINE) {
        Some(found) => app.shelf.read(&found.id).await,
        None => Ok(None),
    }
}

fn content(data: &Data) -> Option<&Content> {
    match data {
        Data::Pictured(pictured) => pictured.content.as_ref(),
        Data::Recorded(recorded) => recorded.content.as_ref(),
        Data::Notified(_)
        | Data::Executed(_)
        | Data::Located(_)
        | Data::Recording(_)
        | Data::Other(_) => None,
    }
}

fn len(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
