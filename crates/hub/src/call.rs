//! One command's way: into the books, out to the device, and back with its outcome.
//!
//! Whether it may go at all was decided before. Whatever ends the waiting, the books say so and
//! the device is told.

use std::{sync::Arc, time::Duration};

use chaperone_dialects::{Asked, Downstream, RemoteCommand};
use chaperone_protocol::{Action, Agent, CommandId, DeviceId, FailureCode, Outcome, Timestamp};

use crate::{
    Error,
    app::App,
    secrets,
    store::{AccountId, GivenUp, NewCommand},
    switchboard::Unsent,
};

/// The device settles a command at its deadline and says why; its word gets this long to arrive
/// before the hub settles for its own.
const GRACE: Duration = Duration::from_millis(500);

/// Something to be asked of a device, by somebody who may.
pub(crate) struct Ask {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    pub(crate) by_agent: bool,
    pub(crate) action: Action,
    pub(crate) wait: Duration,
}

/// How an ask ended.
pub(crate) enum Answer {
    /// The device settled it.
    Settled(CommandId, Outcome),
    /// Nobody waits any more, for this reason.
    GivenUp(CommandId, GivenUp),
    /// It never became a command: too many wait for this device.
    Crowded,
}

/// Asks, and waits for the answer. Dropping the future takes the command back.
pub(crate) async fn ask(app: &Arc<App>, ask: Ask) -> Result<Answer, Error> {
    let id = fresh_command_id()?;
    let created_at = Timestamp::now();
    let deadline_at = created_at.checked_add(ask.wait).unwrap_or(Timestamp::MAX);
    let remote = RemoteCommand {
        id: id.clone(),
        agent: Some(ask.asker.clone()),
        deadline_at: Some(deadline_at),
        asked: Asked::Ability(ask.action.clone()),
    };
    let Ok(answered) = app.switchboard.expect(&ask.device, remote) else {
        return Ok(Answer::Crowded);
    };
    let waiting = Waiting {
        app: Arc::clone(app),
        device: ask.device.clone(),
        id: id.clone(),
        over: false,
    };
    app.store
        .add_command(NewCommand {
            id: id.clone(),
            account: ask.account,
            device: ask.device.clone(),
            asker: ask.asker,
            by_agent: ask.by_agent,
            action: ask.action,
            created_at,
            deadline_at,
        })
        .await?;
    if let Err(unsent) = app.switchboard.call(&id) {
        return waiting.give_up(unsent_reason(unsent, &ask.device)).await;
    }
    tokio::select! {
        outcome = answered => match outcome {
            Ok(outcome) => Ok(waiting.settled(outcome)),
            // The call is forgotten only by its own guard or when the frame could not be written,
            // and then the reason is in the books.
            Err(_) => waiting.give_up(unavailable("the command could not be sent, or the device disconnected")).await,
        },
        () = tokio::time::sleep(ask.wait + GRACE) => {
            waiting.give_up(expired(ask.wait)).await
        }
        () = app.stopping.cancelled() => {
            let reason = GivenUp {
                code: FailureCode::Interrupted,
                message: "the hub is stopping".to_owned(),
            };
            waiting.give_up(reason).await
        }
    }
}

/// The text for a device that is not there.
pub(crate) fn offline(device: &DeviceId) -> String {
    format!(
        "Device {device} is not currently connected. \
         Please ensure the app is running there and connected via WebSocket."
    )
}

/// Settles a command without the device: forgets the call, writes the reason down, takes the
/// command back. An outcome that came just before stands and is returned.
pub(crate) async fn give_up(
    app: &App,
    device: &DeviceId,
    id: &CommandId,
    reason: GivenUp,
) -> Result<Option<Outcome>, Error> {
    app.switchboard.forget(id);
    let outcome = app
        .store
        .give_up(id.clone(), reason, Timestamp::now())
        .await?;
    if outcome.is_none() {
        let cancel = Downstream::Cancel { id: id.clone() };
        // A device that is away is told when it comes back.
        let _ = app.switchboard.tell(device, cancel);
    }
    Ok(outcome)
}

/// Somebody who waits. Dropped while it still does, the caller has gone.
struct Waiting {
    app: Arc<App>,
    device: DeviceId,
    id: CommandId,
    over: bool,
}

impl Waiting {
    fn settled(mut self, outcome: Outcome) -> Answer {
        self.over = true;
        Answer::Settled(self.id.clone(), outcome)
    }

    async fn give_up(mut self, mut reason: GivenUp) -> Result<Answer, Error> {
        let id = self.id.clone();
        if let Some(state) = self.app.switchboard.forget(&id)
            && reason.code == FailureCode::Expired
        {
            reason.message = format!(
                "{}; the device last said that the command was {state}",
                reason.message
            );
        }
        let outcome = give_up(&self.app, &self.device, &id, reason.clone()).await?;
        // Only now: until the books have it, a caller that goes must still set this off.
        self.over = true;
        Ok(match outcome {
            Some(outcome) => Answer::Settled(id, outcome),
            None => Answer::GivenUp(id, reason),
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let id = self.id.clone();
        let app = Arc::clone(&self.app);
        let device = self.device.clone();
        self.app.tasks.spawn(async move {
            let reason = GivenUp {
                code: FailureCode::Cancelled,
                message: "whoever asked went away before the answer".to_owned(),
            };
            if let Err(error) = give_up(&app, &device, &id, reason).await {
                tracing::warn!(%id, %error, "a command whose asker went away stays open");
            }
        });
    }
}

fn fresh_command_id() -> Result<CommandId, Error> {
    CommandId::new(secrets::fresh_id()?).map_err(|_| Error::Damaged {
        what: "id",
        row: "a new command".to_owned(),
    })
}

fn unsent_reason(unsent: Unsent, device: &DeviceId) -> GivenUp {
    unavailable(match unsent {
        Unsent::Offline => offline(device),
        Unsent::Stuck => format!("Device {device} does not read what it is sent"),
    })
}

fn unavailable(message: impl Into<String>) -> GivenUp {
    GivenUp {
        code: FailureCode::Unavailable,
        message: message.into(),
    }
}

fn expired(wait: Duration) -> GivenUp {
    GivenUp {
        code: FailureCode::Expired,
        message: format!("no answer within {} s", wait.as_secs()),
    }
}
