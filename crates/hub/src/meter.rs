//! What the hub counts about itself, and how monitoring reads it.
//!
//! Prometheus' text format, written by hand: a dozen series do not earn a registry and its
//! dependencies. No label holds anything that came from outside, so the series cannot multiply.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The upper ends of a histogram's buckets, in microseconds. A person's answer takes minutes.
const ENDS: [u64; 14] = [
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    1_000_000,
    5_000_000,
    30_000_000,
    120_000_000,
];

/// Everything one hub counts.
#[derive(Default)]
pub(crate) struct Meter {
    /// By the path's pattern, and by the first digit of the answer's status.
    requests: Mutex<BTreeMap<(String, u16), Arc<Histogram>>>,
    /// By kind and outcome.
    commands: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    command_time: Histogram,
    /// By dialect.
    connected: Mutex<BTreeMap<&'static str, u64>>,
}

/// How often something took how long.
#[derive(Default)]
pub(crate) struct Histogram {
    buckets: [AtomicU64; ENDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

/// A device that is counted until this is dropped.
pub(crate) struct Counted {
    meter: Arc<Meter>,
    dialect: &'static str,
}

/// A command that is under way; one that is dropped without an end was taken back.
pub(crate) struct Watch {
    meter: Arc<Meter>,
    kind: &'static str,
    begun: Instant,
    outcome: &'static str,
}

impl Histogram {
    pub(crate) fn add(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = ENDS.iter().position(|end| took <= *end);
        if let Some(bucket) = place.and_then(|place| self.buckets.get(place)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(took, Ordering::Relaxed);
    }

    fn write(&self, text: &mut String, name: &str, labels: &str) {
        let comma = if labels.is_empty() { "" } else { "," };
        let mut below = 0;
        for (end, bucket) in ENDS.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let end = seconds(*end);
            let _ = writeln!(text, "{name}_bucket{{{labels}{comma}le=\"{end}\"}} {below}");
        }
        // Counted last, and so never less than the buckets say.
        let count = self.count.load(Ordering::Relaxed).max(below);
        let _ = writeln!(text, "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {count}");
        let braces = |labels: &str| match labels {
            "" => String::new(),
            labels => format!("{{{labels}}}"),
        };
        let labels = braces(labels);
        let sum = seconds(self.microseconds.load(Ordering::Relaxed));
        let _ = writeln!(text, "{name}_sum{labels} {sum}");
        let _ = writeln!(text, "{name}_count{labels} {count}");
    }
}

impl Meter {
    /// Takes a request down. The pattern must be one of ours, never what was asked for.
    pub(crate) fn request(&self, pattern: &str, status: u16, took: Duration) {
        let mut requests = lock(&self.requests);
        let histogram = requests
            .entry((pattern.to_owned(), status / 100))
            .or_default();
        histogram.add(took);
    }

    pub(crate) fn watch(self: &Arc<Self>, kind: &'static str) -> Watch {
        Watch {
            meter: Arc::clone(self),
            kind,
            begun: Instant::now(),
            outcome: "taken_back",
        }
    }

    pub(crate) fn connected(self: &Arc<Self>, dialect: &'static str) -> Counted {
        *lock(&self.connected).entry(dialect).or_default() += 1;
        Counted {
            meter: Arc::clone(self),
            dialect,
        }
    }

    /// Everything counted here, as text.
    pub(crate) fn write(&self, text: &mut String) {
        head(
            text,
            "chaperone_hub_connected_devices",
            "gauge",
            "Devices with an open socket.",
        );
        for (dialect, count) in &*lock(&self.connected) {
            let _ = writeln!(
                text,
                "chaperone_hub_connected_devices{{dialect=\"{dialect}\"}} {count}"
            );
        }
        head(
            text,
            "chaperone_hub_commands_total",
            "counter",
            "Commands that came to an end.",
        );
        for ((kind, outcome), count) in &*lock(&self.commands) {
            let _ = writeln!(
                text,
                "chaperone_hub_commands_total{{kind=\"{kind}\",outcome=\"{outcome}\"}} {count}"
            );
        }
        let name = "chaperone_hub_command_seconds";
        head(
            text,
            name,
            "histogram",
            "From the asking to the answer, the person's time included.",
        );
        self.command_time.write(text, name, "");
        let name = "chaperone_hub_request_seconds";
        head(
            text,
            name,
            "histogram",
            "From a request's head to its answer's.",
        );
        for ((pattern, class), histogram) in &*lock(&self.requests) {
            let labels = format!("path=\"{pattern}\",status=\"{class}xx\"");
            histogram.write(text, name, &labels);
        }
    }
}

impl Watch {
    /// How it ended: `done`, or one of our codes.
    pub(crate) fn ended(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *lock(&self.meter.commands)
            .entry((self.kind, self.outcome))
            .or_default() += 1;
        self.meter.command_time.add(self.begun.elapsed());
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(count) = lock(&self.meter.connected).get_mut(self.dialect) {
            *count = count.saturating_sub(1);
        }
    }
}

/// One number that is not counted here.
pub(crate) fn number(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, "gauge", help);
    let _ = writeln!(text, "{name} {value}");
}

/// A histogram that is kept elsewhere.
pub(crate) fn histogram(text: &mut String, name: &str, help: &str, of: &Histogram) {
    head(text, name, "histogram", help);
    of.write(text, name, "");
}

/// The memory that this process has in use, where the system says so.
pub(crate) fn resident_bytes() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1_024)
    }
    #[cfg(not(target_os = "linux"))]
    None
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Microseconds as seconds, in full and without a rounding error.
fn seconds(microseconds: u64) -> String {
    let (whole, part) = (microseconds / 1_000_000, microseconds % 1_000_000);
    if part == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{part:06}");
    text.trim_end_matches('0').to_owned()
}

/// Each critical section is one table operation, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_is_below_their_end() {
        let histogram = Histogram::default();
        for microseconds in [100, 250, 251, 999_999, 600_000_000] {
            histogram.add(Duration::from_micros(microseconds));
        }
        let mut text = String::new();
        histogram.write(&mut text, "h", "a=\"b\"");
        for line in [
            "h_bucket{a=\"b\",le=\"0.00025\"} 2",
            "h_bucket{a=\"b\",le=\"0.0005\"} 3",
            "h_bucket{a=\"b\",le=\"1\"} 4",
            "h_bucket{a=\"b\",le=\"120\"} 4",
            "h_bucket{a=\"b\",le=\"+Inf\"} 5",
            "h_sum{a=\"b\"} 601.0006",
            "h_count{a=\"b\"} 5",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }

    #[test]
    fn what_ends_is_counted_by_how_it_ends() {
        let meter = Arc::new(Meter::default());
        meter.watch("notify").ended("done");
        drop(meter.watch("notify"));
        let counted = meter.connected("atom");
        drop(meter.connected("atom"));
        let mut text = String::new();
        meter.write(&mut text);
        drop(counted);
        for line in [
            "chaperone_hub_commands_total{kind=\"notify\",outcome=\"done\"} 1",
            "chaperone_hub_commands_total{kind=\"notify\",outcome=\"taken_back\"} 1",
            "chaperone_hub_connected_devices{dialect=\"atom\"} 1",
            "chaperone_hub_command_seconds_count 2",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}
