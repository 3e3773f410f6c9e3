//! The threads that speak to the database: one that writes, and some that read.
//!
//! The writer takes whatever is queued into one transaction and answers after the commit, so that
//! many callers share the cost of one. A piece of work that fails takes nobody else's down: then
//! each is done by itself.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use tokio::sync::{Mutex, mpsc, oneshot};

use super::{
    books::Books,
    sql::{Sql, Survives},
};
use crate::{Error, meter::Histogram};

/// How much work may wait for a thread; beyond it, whoever asks waits to be let in.
const QUEUE: usize = 4_096;
/// How much goes into one transaction.
const TOGETHER: usize = 512;

/// Work for the writer. It may be run again from its beginning, after a rollback.
trait Work: Send {
    fn run(&mut self, books: &mut Books) -> bool;
    fn survives(&self) -> Survives;
    /// Answers whoever waits; with an error if the commit failed.
    fn answer(self: Box<Self>, committed: Result<(), Error>);
}

struct Asked<T, F> {
    work: F,
    survives: Survives,
    done: Option<Result<T, Error>>,
    /// The work goes back with it: memory is given back cheapest where it was taken.
    answer: oneshot::Sender<(Result<T, Error>, F)>,
}

impl<T, F> Work for Asked<T, F>
where
    T: Send,
    F: FnMut(&mut Books) -> Result<T, Error> + Send,
{
    fn run(&mut self, books: &mut Books) -> bool {
        let done = (self.work)(books);
        let worked = done.is_ok();
        self.done = Some(done);
        worked
    }

    fn survives(&self) -> Survives {
        self.survives
    }

    fn answer(self: Box<Self>, committed: Result<(), Error>) {
        let done = match committed {
            Ok(()) => self.done.unwrap_or(Err(Error::Stopped)),
            Err(error) => Err(error),
        };
        // Whoever asked may have gone; what was written stays.
        let _ = self.answer.send((done, self.work));
    }
}

enum Order {
    Work(Box<dyn Work>),
    Close(oneshot::Sender<()>),
}

/// A queue to one thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Order>,
    /// How long transactions took, from their beginning to the end of the commit.
    commits: Arc<Histogram>,
}

type Look = Box<dyn FnOnce(&mut dyn Sql) + Send>;

/// Queues to several threads.
#[derive(Clone)]
pub(super) struct Readers {
    /// None any more once they are closed.
    queues: Arc<RwLock<Vec<mpsc::Sender<Look>>>>,
    next: Arc<AtomicUsize>,
    /// Says nothing, and ends with the last thread.
    ended: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Writer {
    pub(super) fn start(mut books: Books) -> Result<Self, Error> {
        let (sender, mut queue) = mpsc::channel(QUEUE);
        let commits = Arc::<Histogram>::default();
        let times = Arc::clone(&commits);
        let run = move || {
            while let Some(order) = queue.blocking_recv() {
                let mut batch = Vec::new();
                let mut closed = None;
                let mut next = Some(order);
                while let Some(order) = next {
                    match order {
                        Order::Work(work) => batch.push(work),
                        Order::Close(answer) => closed = Some(answer),
                    }
                    next = (batch.len() < TOGETHER && closed.is_none())
                        .then(|| queue.try_recv().ok())
                        .flatten();
                }
                let begun = (!batch.is_empty()).then(Instant::now);
                together(&mut books, batch);
                if let Some(begun) = begun {
                    times.add(begun.elapsed());
                }
                if let Some(closed) = closed {
                    drop(books);
                    let _ = closed.send(());
                    return;
                }
            }
        };
        spawn("hub-writer", run)?;
        Ok(Self {
            queue: sender,
            commits,
        })
    }

    /// Has something written. Once queued it is done even if nobody waits any more.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        survives: Survives,
        work: impl FnMut(&mut Books) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked {
            work,
            survives,
            done: None,
            answer,
        };
        let order = Order::Work(Box::new(asked));
        self.queue.send(order).await.map_err(|_| Error::Stopped)?;
        let (done, _work) = answered.await.map_err(|_| Error::Stopped)?;
        done
    }

    /// How much work waits.
    pub(super) fn depth(&self) -> usize {
        depth(&self.queue)
    }

    pub(super) fn commits(&self) -> &Histogram {
        &self.commits
    }

    /// Does what is queued, then closes. Whoever asks later hears [`Error::Stopped`].
    pub(super) async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.queue.send(Order::Close(closed)).await.is_ok() {
            let _ = done.await;
        }
    }
}

impl Readers {
    pub(super) fn start(connections: Vec<Box<dyn Sql + Send>>) -> Result<Self, Error> {
        let mut queues = Vec::new();
        let (alive, ended) = mpsc::channel(1);
        for mut sql in connections {
            let alive = alive.clone();
            let (sender, mut queue) = mpsc::channel::<Look>(QUEUE);
            spawn("hub-reader", move || {
                while let Some(look) = queue.blocking_recv() {
                    look(sql.as_mut());
                }
                drop(sql);
                drop(alive);
            })?;
            queues.push(sender);
        }
        Ok(Self {
            queues: Arc::new(RwLock::new(queues)),
            next: Arc::default(),
            ended: Arc::new(Mutex::new(ended)),
        })
    }

    /// Has something looked up.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let queue = self.queue().ok_or(Error::Stopped)?;
        let (answer, answered) = oneshot::channel();
        let look: Look = Box::new(move |sql| {
            let _ = answer.send(look(sql));
        });
        queue.send(look).await.map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// How much work waits.
    pub(super) fn depth(&self) -> usize {
        let queues = self.queues.read().unwrap_or_else(PoisonError::into_inner);
        queues.iter().map(depth).sum()
    }

    /// Waits until they have answered what is queued, and have closed.
    pub(super) async fn close(&self) {
        self.queues
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let _ = self.ended.lock().await.recv().await;
    }

    fn queue(&self) -> Option<mpsc::Sender<Look>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let queues = self.queues.read().unwrap_or_else(PoisonError::into_inner);
        queues.get(turn.checked_rem(queues.len())?).cloned()
    }
}

fn depth<T>(queue: &mpsc::Sender<T>) -> usize {
    queue.max_capacity().saturating_sub(queue.capacity())
}

fn together(books: &mut Books, mut batch: Vec<Box<dyn Work>>) {
    if batch.len() > 1 {
        let most = batch.iter().map(|work| work.survives()).max();
        let worked = books.begin(most.unwrap_or(Survives::PowerCut)).is_ok()
            && batch.iter_mut().all(|work| work.run(books))
            && books.commit().is_ok();
        if worked {
            for work in batch {
                work.answer(Ok(()));
            }
            return;
        }
        books.undo();
    }
    for mut work in batch {
        let committed = alone(books, work.as_mut());
        work.answer(committed);
    }
}

fn alone(books: &mut Books, work: &mut dyn Work) -> Result<(), Error> {
    books.begin(work.survives())?;
    if !work.run(books) {
        books.undo();
        // Its own error is the answer.
        return Ok(());
    }
    let committed = books.commit();
    if committed.is_err() {
        books.undo();
    }
    committed
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map(drop)
        .map_err(Error::Thread)
}
