//! The device from outside: start it, ask it, end it.

use std::{ops::Range, path::PathBuf, sync::Arc, time::Duration};

use chaperone_gate::Judgement;
use chaperone_protocol::{AgentId, ArtifactId, CommandState, ConnectionId};
use chaperone_senses::Trimmed;
use chaperone_shell::Surroundings;
use chaperone_vault::Vault;
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    connection::ConnectionConfig,
    engine::Engine,
    error::{
        AnswerError, ChangeError, ExplainError, StartError, SwitchError, TrialError, TrimError,
    },
    event::{Change, Event, Look, Supposed, Update},
    indicator::Indicator,
    request::Answer,
    run::Senses,
    trial::{Brought, Trial, TrialKind},
};

/// Calls that wait for the loop. A caller waits when it is full.
const EVENTS: usize = 64;
/// Changes that wait for the watcher. The loop waits when it is full; the watcher only copies.
const UPDATES: usize = 256;

/// Told of every step the journal takes, after it is durable and before its effect.
pub type StepHook = dyn Fn(CommandState) + Send + Sync;

/// What a device is made of.
pub struct Parts {
    /// What it remembers.
    pub vault: Vault,
    /// What it can sense and show.
    pub senses: Senses,
    /// What shows that something is captured.
    pub indicator: Arc<dyn Indicator>,
    /// The folder that recordings lie in while they are made; this user's alone.
    pub recordings: PathBuf,
    /// For how long it is kept what the person's own tests captured.
    pub trials_kept: Duration,
    /// Where programs run, and what they never see.
    pub surroundings: Surroundings,
    /// The hubs to keep connected.
    pub connections: Vec<ConnectionConfig>,
    /// The version it says it is.
    pub version: String,
    /// Tests end the process at a certain step with it.
    pub hook: Option<Arc<StepHook>>,
}

/// A running device. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Device {
    events: mpsc::Sender<Event>,
}

impl Device {
    /// Starts a device: opens its connections, and takes up what an earlier run left before anything
    /// that they bring.
    ///
    /// Says how it stands at first; the receiver hears every change after that, and must be read for
    /// as long as the device runs.
    pub async fn start(
        parts: Parts,
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Result<(Self, Look, mpsc::Receiver<Update>), StartError> {
        let (events, inbox) = mpsc::channel(EVENTS);
        let (updates, outbox) = mpsc::channel(UPDATES);
        let engine = Engine::new(
            parts,
            inbox,
            events.clone(),
            updates,
            tracker.clone(),
            cancel,
        )
        .await?;
        let look = engine.look();
        tracker.spawn(engine.run());
        Ok((Self { events }, look, outbox))
    }

    /// Gives the person's answer to a request; returns once it is durable.
    pub async fn answer(
        &self,
        number: u64,
        digest: String,
        answer: Answer,
    ) -> Result<(), AnswerError> {
        self.ask(|reply| Event::Answer {
            number,
            digest,
            answer,
            reply,
        })
        .await?
    }

    /// Keeps only a part of a recording that waits to be sent; returns once it has taken the place of
    /// the whole, which is deleted then. What waits is another request afterwards.
    pub async fn trim(
        &self,
        artifact: ArtifactId,
        part: Range<Duration>,
    ) -> Result<Trimmed, TrimError> {
        let asked = self.ask(|reply| Event::Trim {
            artifact,
            part,
            reply,
        });
        asked.await.map_err(|_| TrimError::Stopping)?
    }

    /// Tries what this computer can do, for the person who sits at it, and answers what that brought;
    /// returns once the record tells of it.
    pub async fn try_out(&self, trial: Trial) -> Result<Brought, TrialError> {
        let trial = Box::new(trial);
        let asked = self.ask(|reply| Event::Try { trial, reply });
        asked.await.map_err(|_| TrialError::Stopping)?
    }

    /// Stops the test of that kind that goes on.
    pub async fn stop_trial(&self, kind: TrialKind) -> Result<(), AnswerError> {
        self.ask(|reply| Event::StopTrial { kind, reply }).await?
    }

    /// Denies everything one agent waits for; everything, where none is named.
    pub async fn deny_all(
        &self,
        agent: Option<(ConnectionId, AgentId)>,
    ) -> Result<(), AnswerError> {
        self.ask(|reply| Event::DenyAll { agent, reply }).await?
    }

    /// Stops a run.
    pub async fn stop(&self, number: u64) -> Result<(), AnswerError> {
        self.ask(|reply| Event::Stop { number, reply }).await?
    }

    /// Stops everything and lets nothing run, or lifts that.
    pub async fn pause(&self, paused: bool) -> Result<(), AnswerError> {
        self.ask(|reply| Event::Pause { paused, reply }).await?
    }

    /// Tries a connection at once.
    pub async fn try_now(&self, connection: ConnectionId) -> Result<(), AnswerError> {
        self.events
            .send(Event::TryNow { connection })
            .await
            .map_err(|_| AnswerError::Stopping)
    }

    /// Asks a hub to switch something of its own, by the name that the person sees; returns once the
    /// record tells of it. Whether the hub does so is another matter.
    pub async fn switch(
        &self,
        connection: ConnectionId,
        name: String,
        on: bool,
    ) -> Result<(), SwitchError> {
        let asked = self.ask(|reply| Event::Switch {
            connection,
            name,
            on,
            reply,
        });
        asked.await.map_err(|_| SwitchError::Stopping)?
    }

    /// Makes something hold from now on; returns once it is durable.
    pub async fn change(&self, change: Change) -> Result<(), ChangeError> {
        let asked = self.ask(|reply| Event::Change { change, reply }).await;
        asked.map_err(|_| ChangeError::Stopping)?
    }

    /// The screen was locked: what was to last until then ends.
    pub async fn screen_locked(&self) {
        // A device that is ending has nothing that lasts.
        let _ = self.events.send(Event::ScreenLocked).await;
    }

    /// The whole state.
    pub async fn look(&self) -> Result<Look, AnswerError> {
        self.ask(|reply| Event::Look { reply }).await
    }

    /// Says what would happen with a command, and why. Nothing comes of it.
    pub async fn explain(&self, supposed: Supposed) -> Result<Judgement, ExplainError> {
        let supposed = Box::new(supposed);
        let asked = self.ask(|reply| Event::Explain { supposed, reply }).await;
        asked.map_err(|_| ExplainError::Stopping)?
    }

    /// Ends it in good order: nothing waits, nothing runs, what can be delivered is.
    pub async fn shutdown(&self) {
        let (reply, ended) = oneshot::channel();
        if self.events.send(Event::Shutdown { reply }).await.is_ok() {
            // An error means that it ended without saying so, which is an end too.
            let _ = ended.await;
        }
    }

    async fn ask<T>(
        &self,
        event: impl FnOnce(oneshot::Sender<T>) -> Event,
    ) -> Result<T, AnswerError> {
        let (reply, answer) = oneshot::channel();
        self.events
            .send(event(reply))
            .await
            .map_err(|_| AnswerError::Stopping)?;
        answer.await.map_err(|_| AnswerError::Stopping)
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
