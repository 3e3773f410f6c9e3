//! Doing what was allowed. Reports how it ended; decides nothing.

use std::sync::Arc;

use chaperone_protocol::{Data, Outcome, Timestamp};
use chaperone_senses::Notifier;
use chaperone_shell::RunError;
use tokio_util::sync::CancellationToken;

use crate::request::Plan;

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    With(Outcome),
    /// It was stopped from outside.
    Stopped,
}

/// Does it, to its end or until it is stopped.
pub(crate) async fn run(
    plan: Plan,
    notifier: Arc<dyn Notifier>,
    cancel: CancellationToken,
) -> Ended {
    match plan {
        Plan::Notification(notify) => {
            let result = tokio::select! {
                result = notifier.show(&notify) => result,
                () = cancel.cancelled() => return Ended::Stopped,
            };
            Ended::With(match result {
                Ok(shown) => success(Data::Notified(shown)),
                Err(error) => Outcome::failure(error.code(), error.to_string(), Timestamp::now()),
            })
        }
        Plan::Shell { prepared, .. } => match chaperone_shell::run(*prepared, cancel).await {
            Ok(executed) => Ended::With(success(Data::Executed(executed))),
            Err(RunError::Cancelled { .. }) => Ended::Stopped,
            Err(error) => Ended::With(Outcome::failure(
                error.code(),
                error.to_string(),
                Timestamp::now(),
            )),
        },
    }
}

fn success(data: Data) -> Outcome {
    Outcome::Success {
        data,
        finished_at: Timestamp::now(),
    }
}
