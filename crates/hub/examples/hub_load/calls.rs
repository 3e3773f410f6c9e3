//! Commands: what one takes from its caller to the device and back, by one caller and by many.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    at,
    caller::Caller,
    device::{ANSWERS_EACH, answer, join},
    measured::Measured,
};

const DEVICES: usize = 100;

#[derive(Clone)]
struct Figures {
    median: f64,
    p99: f64,
    per_second: f64,
    cpu_each: f64,
}

pub(crate) async fn measure(python: &str, server: &str) {
    println!("| what | | median | p99 | a second | processor each |");
    println!("|---|---|---|---|---|---|");
    for callers in [1, 64] {
        let calls = if callers == 1 {
            2_000
        } else {
            DEVICES * ANSWERS_EACH
        };
        // A hub of its own for each row: devices may say so much in a minute and no more.
        let ours = calls_to(&Measured::ours(), callers, calls).await;
        let in_memory = calls_to(&Measured::ours_in_memory(), callers, calls).await;
        let theirs = calls_to(&Measured::fastapi(python, server).await, callers, calls).await;
        let what = format!("{calls} commands, {callers} at a time");
        row(&what, "ours", &ours);
        row(&what, "ours, its books on a disk in memory", &in_memory);
        row(&what, "FastAPI", &theirs);
        println!(
            "| ratio | | {:.2} | {:.2} | {:.2} | {:.2} |",
            ours.median / theirs.median,
            ours.p99 / theirs.p99,
            ours.per_second / theirs.per_second,
            ours.cpu_each / theirs.cpu_each
        );
    }
}

fn row(what: &str, whose: &str, figures: &Figures) {
    println!(
        "| {what} | {whose} | {:.2} ms | {:.2} ms | {:.0} | {:.0} µs |",
        figures.median * 1e3,
        figures.p99 * 1e3,
        figures.per_second,
        figures.cpu_each * 1e6
    );
}

async fn calls_to(hub: &Measured, callers: usize, calls: usize) -> Figures {
    let mut devices = JoinSet::new();
    let stop = CancellationToken::new();
    let names: Arc<Vec<String>> = Arc::new((0..DEVICES).map(|n| format!("device-{n}")).collect());
    for name in names.iter() {
        let device = join(hub.address, &hub.device_token, name).await.unwrap();
        devices.spawn(answer(device, stop.clone()));
    }
    // What is slow the first time is not what is measured.
    let mut caller = Caller::new(hub).await;
    for name in names.iter() {
        caller.notify(name).await;
    }
    let next = Arc::new(AtomicUsize::new(0));
    let (cpu, begun) = (hub.cpu(), Instant::now());
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let (names, next) = (Arc::clone(&names), Arc::clone(&next));
        let mut caller = Caller::new(hub).await;
        running.spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return times;
                }
                times.push(caller.notify(&names[number % names.len()]).await);
            }
        });
    }
    let mut times = running.join_all().await.concat();
    let (took, cpu) = (begun.elapsed().as_secs_f64(), hub.cpu() - cpu);
    times.sort_by(f64::total_cmp);
    stop.cancel();
    devices.join_all().await;
    Figures {
        median: at(&times, 0.5),
        p99: at(&times, 0.99),
        per_second: calls as f64 / took,
        cpu_each: cpu / calls as f64,
    }
}
