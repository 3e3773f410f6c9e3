//! A recording that waits to be sent is made shorter by the person, and waits on.

use std::{ops::Range, time::Duration};

use chaperone_protocol::ArtifactId;
use chaperone_vault::Vault;
use tokio::sync::oneshot;

use super::Engine;
use crate::{
    erase::erase,
    error::TrimError,
    event::{Event, Shortened, TrimReply},
    request::Request,
    run::cut,
};

/// The only kind that can be cut.
const CUTTABLE: &str = "video/mp4";

impl Engine {
    /// Begins to cut it. Until that is done it can be discarded, but not sent.
    pub(super) fn on_trim(
        &mut self,
        artifact: ArtifactId,
        part: Range<Duration>,
        reply: TrimReply,
    ) {
        let waits = self.desk.captured(&artifact).ok_or(TrimError::Gone);
        let whole = waits.and_then(|(number, captured)| {
            if captured.media_type != CUTTABLE {
                return Err(TrimError::OtherKind);
            }
            if !self.desk.begin_cut(number) {
                return Err(TrimError::Busy);
            }
            Ok((number, captured))
        });
        let (number, whole) = match whole {
            Ok(whole) => whole,
            Err(error) => {
                let _ = reply.send(Err(error));
                return;
            }
        };
        let (vault, events, cancel) =
            (self.vault.clone(), self.events.clone(), self.cancel.clone());
        self.tracker.spawn(async move {
            let cut = cut(&vault, cancel, number, &whole, part).await;
            let new = match &cut {
                Ok((captured, _)) => Some(captured.artifact.clone()),
                Err(_) => None,
            };
            let (taken, is_taken) = oneshot::channel();
            let shortened = Event::Trimmed(Box::new(Shortened {
                number,
                old: artifact,
                cut,
                reply,
                taken,
            }));
            // A loop that is gone drops it, which is no answer.
            let _ = events.send(shortened).await;
            if let (Err(_), Some(new)) = (is_taken.await, new) {
                forget(&vault, new).await;
            }
        });
    }

    /// The part takes the place of the whole, if that still waits.
    pub(super) async fn on_trimmed(&mut self, shortened: Shortened) {
        let Shortened {
            number,
            old,
            cut,
            reply,
            taken,
        } = shortened;
        self.desk.end_cut(number);
        let exchanged = cut.and_then(|(captured, trimmed)| {
            let (_, request) = self.desk.case(number).ok_or(TrimError::Gone)?;
            let still = request.review.as_ref();
            if still.is_none_or(|whole| whole.artifact != old) {
                return Err(TrimError::Gone);
            }
            let (asker, plan) = (&request.asker, &request.plan);
            let digest = Request::digest(number, asker, plan, Some(&captured));
            let digest = digest.map_err(|source| {
                let what = "a request";
                TrimError::Unkept(chaperone_vault::Error::Encode { what, source })
            })?;
            let request = Request {
                digest,
                review: Some(captured),
                ..request.clone()
            };
            Ok((request, trimmed))
        });
        match exchanged {
            Ok((request, trimmed)) => {
                self.desk.exchange(request);
                // Whoever made it has nothing more to do with it.
                let _ = taken.send(());
                self.erase(old.as_str()).await;
                self.tell_requests().await;
                let _ = reply.send(Ok(trimmed));
            }
            // The part, if there is one, goes with `taken`.
            Err(error) => {
                let _ = reply.send(Err(error));
            }
        }
    }
}

/// Deletes a part that came too late to take the place of the whole.
async fn forget(vault: &Vault, part: ArtifactId) {
    if let Err(error) = erase(vault, part.as_str()).await {
        tracing::error!(%error, "a part of a recording that nobody wants is still kept");
    }
}
