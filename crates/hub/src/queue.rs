//! What is kept for devices that are away.
//!
//! A kept command is judged a second time when its device connects: whoever asked may be allowed
//! less by then. Which kinds may be kept at all is the governance's matter.

use std::{sync::Arc, time::Duration};

use chaperone_protocol::{DeviceId, FailureCode, Timestamp};

use crate::{
    Error,
    app::App,
    asker, call, governance,
    store::{CommandRow, GivenUp},
};

/// How often is looked for what has waited too long.
const LOOK: Duration = Duration::from_mins(1);

/// Sends a device what was kept for it. To be called once it is seated.
pub(crate) fn deliver(app: &Arc<App>, device: &DeviceId) {
    let (app, device) = (Arc::clone(app), device.clone());
    app.tasks.clone().spawn(async move {
        if let Err(error) = deliver_all(&app, device.clone()).await {
            tracing::error!(%device, %error, "what was kept for a device could not be sent");
        }
    });
}

/// Ends what nobody came for, now and again.
pub(crate) async fn sweep(app: Arc<App>) {
    loop {
        let now = Timestamp::now();
        for swept in [
            app.store.expire_queued(now).await,
            app.store.expire_proposals(now).await,
            app.store.forget_commands(now).await,
        ] {
            if let Err(error) = swept {
                tracing::warn!(%error, "what has waited too long could not be ended");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

async fn deliver_all(app: &Arc<App>, device: DeviceId) -> Result<(), Error> {
    app.store.expire_queued(Timestamp::now()).await?;
    for command in app.store.queued(device).await? {
        if let Err(reason) = deliver_one(app, &command).await? {
            let now = Timestamp::now();
            let id = command.id.clone();
            app.store.drop_from_queue(id, reason, false, now).await?;
        }
    }
    Ok(())
}

/// Sends one, or says why it may not go any more.
async fn deliver_one(app: &Arc<App>, command: &CommandRow) -> Result<Result<(), GivenUp>, Error> {
    let forbidden = |message: String| {
        let code = FailureCode::Forbidden;
        Ok(Err(GivenUp { code, message }))
    };
    let owner = app.store.device_account(command.device.clone()).await?;
    if owner.as_ref() != Some(&command.account) {
        return forbidden(format!("Device {} is not yours", command.device));
    }
    let asker = match &command.agent {
        Some(agent) => asker::agent(app, &command.account, agent).await?,
        None => asker::person(app, &command.account).await?,
    };
    let asker = match asker {
        Ok(asker) => asker,
        Err(reason) => return forbidden(reason),
    };
    if let Some(reason) = governance::action_refusal(&asker.agent, &command.action) {
        return forbidden(reason);
    }
    if !governance::may_wait(&command.action) {
        return forbidden("such commands are not kept for devices that are away".to_owned());
    }
    let asker = match &command.from_device {
        Some(from) => asker.on(app, from).await?,
        None => asker,
    };
    let released = call::release(
        app,
        command.id.clone(),
        command.device.clone(),
        asker.agent,
        command.action.clone(),
        command.deadline_at,
    );
    match released {
        // One after the other, so that they come in the order in which they were asked.
        Ok(mut waiter) => drop(waiter.underway().await?),
        Err(call::Crowded) => {
            // It stays where it is, for the next time.
            tracing::debug!(id = %command.id, "too many commands wait for a device already");
        }
    }
    Ok(Ok(()))
}
