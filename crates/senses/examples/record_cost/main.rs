//! What a recording costs, beside ffmpeg that records the same display at the same time.
//!
//! `cargo run --release -p chaperone-senses --example record_cost [SECONDS [webm]]` needs Xvfb and
//! ffmpeg; ours is an MP4, or else a `WebM`.
//! It draws three scenes on a display in memory, and prints processor time, file size and memory of
//! both recorders, and how much their pictures are like what was drawn (1 is the same). For that the
//! frames have numbers in them, and are drawn a second time without haste and kept as they are.

#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[cfg(target_os = "linux")]
mod likeness;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod scene;

#[cfg(target_os = "linux")]
use chaperone_protocol::RecordingFormat;

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // The parts that run in processes of their own.
        ["scene", server, kind, seconds] => scene::draw(server, kind, seconds.parse()?),
        ["keep", server, kind, seconds, path] => {
            scene::keep(server, kind, seconds.parse()?, path.as_ref())
        }
        ["record", server, path, seconds] => measure::record(server, path, seconds.parse()?),
        [] => measure::compare(12, RecordingFormat::Mp4),
        [seconds] => measure::compare(seconds.parse()?, RecordingFormat::Mp4),
        [seconds, "webm"] => measure::compare(seconds.parse()?, RecordingFormat::Webm),
        _ => anyhow::bail!("usage: record_cost [SECONDS [webm]]"),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("record_cost needs an X server in memory, which only Linux has");
}
