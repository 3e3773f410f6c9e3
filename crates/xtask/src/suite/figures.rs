//! The figures of a criterion benchmark as a table, each beside something real.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace::{cargo, must, target_dir};

/// What a function is compared with: the one of the same name and this ending, if there is one…
const TWIN: &str = " as plain JSON";
/// …or else this one of its group.
const YARDSTICK: &str = "spawn of true";

struct Figure {
    name: String,
    nanoseconds: f64,
    /// What one run reads, where that is told.
    bytes: Option<f64>,
}

/// Runs one benchmark and prints its table.
pub(super) fn measure(package: &str, bench: &str, group: &str) -> Result<()> {
    let mut command = cargo(["bench", "--quiet", "--package", package, "--bench", bench]);
    must(command.args(["--", "--quiet"]))?;
    let figures = read(group)?;
    println!("| what | median | throughput | against | its median | ratio |");
    println!("|---|---|---|---|---|---|");
    for figure in &figures {
        let twin = format!("{}{TWIN}", figure.name);
        let other = figures
            .iter()
            .find(|other| other.name == twin)
            .or_else(|| figures.iter().find(|other| other.name == YARDSTICK));
        let Some(other) = other.filter(|other| other.name != figure.name) else {
            continue;
        };
        if figure.name.ends_with(TWIN) {
            continue;
        }
        println!(
            "| {} | {} | {} | {} | {} | {:.3} |",
            figure.name,
            time(figure.nanoseconds),
            figure
                .bytes
                .map(|bytes| format!("{:.0} MB/s", bytes * 1_000.0 / figure.nanoseconds))
                .unwrap_or_default(),
            other.name.replace(&figure.name, "the same"),
            time(other.nanoseconds),
            figure.nanoseconds / other.nanoseconds,
        );
    }
    Ok(())
}

fn read(group: &str) -> Result<Vec<Figure>> {
    let folder = target_dir().join("criterion").join(group);
    let mut figures = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let newest = entry?.path().join("new");
        let load = |file: &str| -> Result<Value> {
            let path = newest.join(file);
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            Ok(serde_json::from_str(&text)?)
        };
        if !newest.is_dir() {
            continue;
        }
        let (about, estimates) = (load("benchmark.json")?, load("estimates.json")?);
        figures.push(Figure {
            name: about
                .get("function_id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            nanoseconds: estimates
                .pointer("/median/point_estimate")
                .and_then(Value::as_f64)
                .context("a median")?,
            bytes: about.pointer("/throughput/Bytes").and_then(Value::as_f64),
        });
    }
    figures.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(figures)
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1e3 => format!("{short:.0} ns"),
        medium if medium < 1e6 => format!("{:.2} µs", medium / 1e3),
        long => format!("{:.2} ms", long / 1e6),
    }
}
