//! A crowd: thousands of devices in a process of their own, for a process may only have so many
//! sockets open. What it is told comes over its input, a word in a line, and each word has one line
//! for an answer.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    runtime::Builder,
    sync::watch,
    task::JoinSet,
    time::{Instant, interval_at},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    device::{Device, HEARTBEAT, HEARTBEAT_EVERY, join_many},
    measured::Measured,
};

/// A crowd, as whoever measures has it.
pub(crate) struct Crowd {
    child: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) failed: u64,
}

/// What a crowd has lived through so far.
#[derive(Default, Clone, Copy)]
pub(crate) struct Lived {
    pub(crate) heartbeats: u64,
    pub(crate) answered: u64,
    pub(crate) thrown_out: u64,
}

impl Crowd {
    /// Connects so many devices to a hub.
    pub(crate) fn join(hub: &Measured, count: usize) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["be", &hub.address.to_string(), &count.to_string()])
            .env("CROWD_TOKEN", &hub.device_token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let words = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut crowd = Self {
            child,
            words,
            answers,
            failed: 0,
        };
        let connected = crowd.heard();
        crowd.failed = connected["failed"].as_u64().unwrap();
        crowd
    }

    pub(crate) fn lived(&mut self) -> Lived {
        writeln!(self.words, "lived").unwrap();
        let said = self.heard();
        let number = |key: &str| said[key].as_u64().unwrap();
        Lived {
            heartbeats: number("heartbeats"),
            answered: number("answered"),
            thrown_out: number("thrown_out"),
        }
    }

    /// Has all of them go at once.
    pub(crate) fn leave(mut self) {
        drop(self.words);
        self.child.wait().unwrap();
    }

    fn heard(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[derive(Default)]
struct Counts {
    heartbeats: AtomicU64,
    answered: AtomicU64,
    thrown_out: AtomicU64,
}

/// Is the crowd, until the input ends.
pub(crate) fn be(address: SocketAddr, count: usize) {
    let token = env::var("CROWD_TOKEN").unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let counts = Arc::<Counts>::default();
    let (stop, stopped) = watch::channel(false);
    let (ready, is_ready) = std::sync::mpsc::channel();
    let said = Arc::clone(&counts);
    let living = std::thread::spawn(move || {
        runtime.block_on(live(address, token, count, said, stopped, ready));
    });
    println!("{}", json!({ "failed": is_ready.recv().unwrap() }));
    for _word in std::io::stdin().lines() {
        let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        println!(
            "{}",
            json!({
                "heartbeats": number(&counts.heartbeats),
                "answered": number(&counts.answered),
                "thrown_out": number(&counts.thrown_out),
            })
        );
    }
    stop.send(true).unwrap();
    living.join().unwrap();
}

async fn live(
    address: SocketAddr,
    token: String,
    count: usize,
    counts: Arc<Counts>,
    stopped: watch::Receiver<bool>,
    ready: std::sync::mpsc::Sender<u64>,
) {
    let name = format!("crowd-{}", std::process::id());
    let joined = join_many(address, &token, &name, count).join_all().await;
    let failed = joined.iter().filter(|device| device.is_none()).count();
    let devices = joined.into_iter().flatten();
    let step = HEARTBEAT_EVERY / u32::try_from(count.max(1)).unwrap();
    let mut living = JoinSet::new();
    let begun = Instant::now();
    for (place, device) in (0..).zip(devices) {
        let (counts, stopped) = (Arc::clone(&counts), stopped.clone());
        // Each has its own moment, as those that connected over a day have.
        living.spawn(beat(device, begun + step * place, counts, stopped));
    }
    ready.send(failed as u64).unwrap();
    living.join_all().await;
}

async fn beat(
    mut device: Device,
    first: Instant,
    counts: Arc<Counts>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut beats = interval_at(first, HEARTBEAT_EVERY);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = beats.tick() => {
                counts.heartbeats.fetch_add(1, Ordering::Relaxed);
                if device.send(Message::text(HEARTBEAT)).await.is_err() {
                    break;
                }
            }
            heard = device.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    if text.contains("heartbeat_ack") {
                        counts.answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    counts.thrown_out.fetch_add(1, Ordering::Relaxed);
}
