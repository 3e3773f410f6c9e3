//! Doing what was allowed. Reports how it ended; decides nothing.

use std::sync::Arc;

use chaperone_protocol::{Data, Executed, Outcome, Timestamp};
use chaperone_senses::Notifier;
use chaperone_shell::RunError;
use tokio_util::sync::CancellationToken;

use crate::request::Plan;

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    With(Outcome),
    /// It was stopped from outside; a program may have printed something by then.
    Stopped(Option<Box<Executed>>),
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
                () = cancel.cancelled() => return Ended::Stopped(None),
            };
            Ended::With(match result {
                Ok(shown) => success(Data::Notified(shown)),
                Err(error) => Outcome::failure(error.code(), error.to_string(), Timestamp::now()),
            })
        }
        Plan::Shell { prepared, .. } => match chaperone_shell::run(*prepared, cancel).await {
            Ok(executed) => Ended::With(success(Data::Executed(executed))),
            Err(RunError::Cancelled { partial }) => Ended::Stopped(Some(partial)),
            Err(error) => {
                let (code, message) = (error.code(), error.to_string());
                let partial = match error {
                    RunError::TimedOut { partial, .. } => Some(partial),
                    _ => None,
                };
                Ended::With(Outcome::Failure {
                    code,
                    message,
                    finished_at: Timestamp::now(),
                    partial,
                })
            }
        },
    }
}

fn success(data: Data) -> Outcome {
    Outcome::Success {
        data,
        finished_at: Timestamp::now(),
    }
}
