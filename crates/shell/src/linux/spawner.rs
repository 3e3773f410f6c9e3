//! The one thread that starts processes. The kernel ends a contained program when the thread that
//! started it ends, so that must be a thread which stays. Knows nothing of what it starts.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Does `job` on the thread. `None` when the thread is not to be had, or the job panicked.
pub(super) async fn on_spawner<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    // Not bounded, but short: each running command has at most one job waiting.
    static JOBS: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    let jobs = JOBS.get_or_init(|| {
        let (jobs, queue) = mpsc::channel::<Job>();
        // Without the thread the queue is gone, and every send says so.
        drop(
            thread::Builder::new()
                .name("spawner".to_owned())
                .spawn(move || {
                    for job in queue {
                        // A job that panics drops its answer's sender, which tells its asker.
                        drop(catch_unwind(AssertUnwindSafe(job)));
                    }
                }),
        );
        jobs
    });
    let (answer, answered) = oneshot::channel();
    let job = Box::new(move || drop(answer.send(job())));
    jobs.send(job).ok()?;
    answered.await.ok()
}
