//! What a recording costs, beside ffmpeg that records the same display at the same time.
//!
//! `cargo run --release -p chaperone-senses --example record_cost [SECONDS]` needs Xvfb and ffmpeg.
//! It draws three scenes on a display in memory, and prints processor time, file size and memory of
//! both recorders, and how much their pictures are like what was drawn (1 is the same). For that the
//! frames have numbers in them, and are drawn a second time without haste and kept as they are.
//! Then it says which aims are met.
//!
//! Which pictures are better can only be said of files of like size. So ffmpeg's quality is what is
//! chosen: it begins with the usual one of libx264 (`-crf 23`), and a scene is recorded again, by
//! both at once, with another until the two files differ by at most 5 %. What is printed and judged,
//! processor time too, is of that last recording alone. If no quality brings them so near, the
//! likeness counts as not shown.
//!
//! `record_cost memory MINUTES` records the moving scene alone for so long, and prints the memory
//! that is resident after 1, 5, 10, 20, 40 and 60 minutes.

#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[cfg(target_os = "linux")]
mod aims;
#[cfg(target_os = "linux")]
mod likeness;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod scene;

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
        ["memory", minutes] => measure::memory(minutes.parse()?),
        [] => aims::compare(12),
        [seconds] => aims::compare(seconds.parse()?),
        _ => anyhow::bail!("usage: record_cost [SECONDS | memory MINUTES]"),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("record_cost needs an X server in memory, which only Linux has");
}
