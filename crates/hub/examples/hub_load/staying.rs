//! Devices that stay: what thousands of them cost by their number, whether their heartbeats are
//! heard, and what is given back when they go.

use std::{
    env,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    at,
    caller::Caller,
    crowd::Crowd,
    device::{answer, answer_with, join},
    measured::Measured,
};

/// With what else is open, as many as one process may have where 20,000 descriptors are the limit.
const NUMBERS: [usize; 5] = [1_000, 2_000, 5_000, 10_000, 19_000];
const CROWD: usize = 10_000;
/// So long the processor time is looked at: each device is heard once.
const LOOK: Duration = Duration::from_secs(30);
/// So long a hub has to give memory back once devices have gone.
const SETTLED: Duration = Duration::from_secs(15);
/// So long it has while they stay: it lets go of what it read into with their next heartbeats.
const BEATEN: Duration = Duration::from_mins(5);
/// Devices that are called meanwhile, and how often: each may say 100 things in a minute.
const CALLED: usize = 20;
const CALLED_EVERY: Duration = Duration::from_millis(100);
const HUBS: usize = 3;
const PICTURES: usize = 1_000;
const PICTURE_BYTES: usize = 5_000_000;
const PHOTOGRAPHERS: usize = 50;

pub(crate) async fn measure(python: &str, server: &str) {
    curve(python, server).await;
    println!();
    hold().await;
    println!();
    given_back().await;
    println!();
    apart().await;
}

/// Memory and processor time by the number of devices.
async fn curve(python: &str, server: &str) {
    println!("| devices | ours, memory | each | processor | FastAPI, memory | each | processor |");
    println!("|---|---|---|---|---|---|---|");
    for count in NUMBERS {
        let ours = stay(&Measured::ours(), count).await;
        let theirs = stay(&Measured::fastapi(python, server).await, count).await;
        println!("| {count} | {ours} | {theirs} |");
    }
}

async fn stay(hub: &Measured, count: usize) -> String {
    let empty = hub.resident_kilobytes();
    let mut crowd = Crowd::join(hub, count);
    let failed = crowd.failed;
    sleep(Duration::from_secs(2)).await;
    let grown = hub.resident_kilobytes() - empty;
    let before = hub.cpu();
    sleep(LOOK).await;
    let busy = (hub.cpu() - before) / LOOK.as_secs_f64();
    let lived = crowd.lived();
    let lost = if failed + lived.thrown_out > 0 {
        format!(
            " ({failed} did not connect, {} were lost)",
            lived.thrown_out
        )
    } else {
        String::new()
    };
    crowd.leave();
    format!(
        "{:.0} MB{lost} | {:.1} KB | {:.2} %",
        grown / 1e3,
        grown / count as f64,
        busy * 100.0
    )
}

/// Whether all of a crowd are heard, and commands go through meanwhile.
async fn hold() {
    let minutes = env::var("BENCH_MINUTES").map_or(10, |text| text.parse().unwrap());
    let hub = Measured::ours();
    let mut crowd = Crowd::join(&hub, CROWD);
    let stop = CancellationToken::new();
    let mut devices = JoinSet::new();
    for number in 0..CALLED {
        let name = format!("called-{number}");
        let device = join(hub.address, &hub.device_token, &name).await.unwrap();
        devices.spawn(answer(device, stop.clone()));
    }
    let mut caller = Caller::new(&hub).await;
    let until = Instant::now() + Duration::from_mins(minutes);
    let (mut times, mut number) = (Vec::new(), 0);
    while Instant::now() < until {
        times.push(caller.notify(&format!("called-{}", number % CALLED)).await);
        number += 1;
        sleep(CALLED_EVERY).await;
    }
    let lived = crowd.lived();
    times.sort_by(f64::total_cmp);
    println!(
        "{CROWD} devices for {minutes} minutes: {} heartbeats, {} not answered yet, {} devices lost; \
         {} commands meanwhile, median {:.2} ms, p99 {:.2} ms",
        lived.heartbeats,
        lived.heartbeats - lived.answered,
        crowd.failed + lived.thrown_out,
        times.len(),
        at(&times, 0.5) * 1e3,
        at(&times, 0.99) * 1e3
    );
    stop.cancel();
    devices.shutdown().await;
    crowd.leave();
}

/// What stays of the memory when devices have gone, and when large answers have.
pub(crate) async fn given_back() {
    let hub = Measured::ours();
    let empty = hub.resident_kilobytes();
    let crowd = Crowd::join(&hub, CROWD);
    let full = hub.resident_kilobytes();
    crowd.leave();
    sleep(SETTLED).await;
    let after = hub.resident_kilobytes();
    println!(
        "memory: {:.1} MB empty, {:.1} MB with {CROWD} devices, {:.1} MB once they had gone",
        empty / 1e3,
        full / 1e3,
        after / 1e3
    );

    let hub = Measured::ours();
    let stop = CancellationToken::new();
    let mut devices = JoinSet::new();
    let picture = "A".repeat(PICTURE_BYTES);
    let data = format!(r#"{{"base64_data":"data:image/jpeg;base64,{picture}"}}"#);
    for number in 0..PHOTOGRAPHERS {
        let name = format!("camera-{number}");
        let device = join(hub.address, &hub.device_token, &name).await.unwrap();
        devices.spawn(answer_with(device, data.clone(), stop.clone()));
    }
    let mut caller = Caller::new(&hub).await;
    let (before, mut most) = (hub.resident_kilobytes(), 0_f64);
    for number in 0..PICTURES {
        caller
            .snap(&format!("camera-{}", number % PHOTOGRAPHERS))
            .await;
        most = most.max(hub.resident_kilobytes());
    }
    sleep(BEATEN).await;
    println!(
        "memory: {:.1} MB before {PICTURES} pictures of {} MB, {:.1} MB at the most, {:.1} MB {} minutes afterwards",
        before / 1e3,
        PICTURE_BYTES / 1_000_000,
        most / 1e3,
        hub.resident_kilobytes() / 1e3,
        BEATEN.as_secs() / 60
    );
    stop.cancel();
    devices.shutdown().await;
}

/// More devices than one process may have, over three.
async fn apart() {
    let begun = Instant::now();
    let hubs: Vec<Measured> = (0..HUBS).map(|_| Measured::ours()).collect();
    let (mut memory, mut crowds) = (0.0, Vec::new());
    for hub in &hubs {
        let empty = hub.resident_kilobytes();
        crowds.push(Crowd::join(hub, 50_000_usize.div_ceil(HUBS)));
        memory += hub.resident_kilobytes() - empty;
    }
    let took = begun.elapsed();
    sleep(LOOK).await;
    let (mut lost, mut answered) = (0, 0);
    for crowd in &mut crowds {
        let lived = crowd.lived();
        lost += crowd.failed + lived.thrown_out;
        answered += lived.answered;
    }
    let count = HUBS * 50_000_usize.div_ceil(HUBS);
    println!(
        "{count} devices over {HUBS} hubs: connected one hub after another in {:.1} s, {:.1} KB each, {lost} lost, \
         {answered} heartbeats answered in {} s",
        took.as_secs_f64(),
        memory / count as f64,
        LOOK.as_secs()
    );
    for crowd in crowds {
        crowd.leave();
    }
}
