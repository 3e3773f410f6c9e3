//! A storm: thousands of devices connect at once while a caller goes on.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    at,
    caller::Caller,
    device::{ANSWERS_EACH, answer, join, join_many},
    measured::Measured,
};

/// Devices that are called while the others connect.
const PROBED: usize = 20;
/// So many of their answers are for when all are connected.
const AFTERWARDS_EACH: usize = 50;

pub(crate) async fn measure(python: &str, server: &str) {
    let many = env::var("BENCH_DEVICES").map_or(10_000, |text| text.parse().unwrap());
    println!(
        "| {many} devices connect | connected after | failed | memory each | commands meanwhile | \
         their median | slowest | median of {} afterwards | p99 |",
        PROBED * AFTERWARDS_EACH
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    storm(&Measured::ours(), many).await;
    storm(&Measured::fastapi(python, server).await, many).await;
}

async fn storm(hub: &Measured, many: usize) {
    let stop = CancellationToken::new();
    let mut devices = JoinSet::new();
    let probed: Vec<String> = (0..PROBED).map(|n| format!("probed-{n}")).collect();
    for name in &probed {
        let device = join(hub.address, &hub.device_token, name).await.unwrap();
        devices.spawn(answer(device, stop.clone()));
    }
    let mut caller = Caller::new(hub).await;
    for name in &probed {
        caller.notify(name).await;
    }
    let empty = hub.resident_kilobytes();

    let over = Arc::new(AtomicBool::new(false));
    let done = Arc::clone(&over);
    let mut calling = JoinSet::new();
    calling.spawn(async move {
        let mut times = Vec::new();
        for name in probed
            .iter()
            .cycle()
            .take(PROBED * (ANSWERS_EACH - AFTERWARDS_EACH))
        {
            if done.load(Ordering::Relaxed) {
                break;
            }
            times.push(caller.notify(name).await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        (caller, probed, times)
    });
    let begun = Instant::now();
    let mut joining = join_many(hub.address, &hub.device_token, "device", many);
    let mut failed = 0;
    while let Some(joined) = joining.join_next().await {
        match joined.unwrap() {
            Some(device) => drop(devices.spawn(answer(device, stop.clone()))),
            None => failed += 1,
        }
    }
    let took = begun.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let (mut caller, probed, mut times) = calling.join_next().await.unwrap().unwrap();
    times.sort_by(f64::total_cmp);
    let each = (hub.resident_kilobytes() - empty) / (many - failed).max(1) as f64;
    // All of them are still there, and are heard.
    let mut later = Vec::new();
    for name in probed.iter().cycle().take(PROBED * AFTERWARDS_EACH) {
        later.push(caller.notify(name).await);
    }
    later.sort_by(f64::total_cmp);
    assert!(
        devices.try_join_next().is_none(),
        "a device was thrown out again"
    );
    println!(
        "| {} | {took:.1} s | {failed} | {each:.1} KB | {} | {:.1} ms | {:.1} ms | {:.2} ms | {:.2} ms |",
        hub.name,
        times.len(),
        at(&times, 0.5) * 1e3,
        at(&times, 1.0) * 1e3,
        at(&later, 0.5) * 1e3,
        at(&later, 0.99) * 1e3
    );
    stop.cancel();
    devices.shutdown().await;
}
