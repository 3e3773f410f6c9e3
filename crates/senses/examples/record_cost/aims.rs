//! What is aimed at, and whether it is met.

use std::path::Path;

use anyhow::Result;

use crate::{
    likeness::{self, Likeness},
    measure::{self, Both, STILL},
    scene,
};

/// A scene, and the most processor time that a recording of it may take of what ffmpeg takes.
const SCENES: [(&str, f64); 3] = [("moving", 0.65), ("used", 0.2), ("still", 0.05)];

const MOST_MEMORY_MB: f64 = 60.0;

/// Files are of like size if they differ by no more than this part.
const LIKE: f64 = 0.05;

/// So many qualities of ffmpeg's are tried for a scene.
const TRIES: u32 = 9;

/// Where it begins: what libx264 does by itself.
const CRF: f64 = 23.0;

/// A step of that quality changes the logarithm of the size by about this much.
const SLOPE: f64 = -0.116;

/// A recorder that got fewer of the frames that were drawn than this part had less to do than the
/// other. Then the machine was too busy to tell.
const ENOUGH: f64 = 0.95;

/// Has each scene recorded by both, and prints what it cost and which aims are met.
pub(crate) fn compare(seconds: u64) -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    println!("each scene {seconds} s of 1920x1080 at 30 frames a second, on a display in memory");
    println!(
        "{:<7} {:>9} {:>9} {:>6}  {:>5} {:>9} {:>9} {:>6}  {:>8} {:>8} {:>4}  {:>7} {:>7}  frames",
        "scene",
        "cpu s/s",
        "ffmpeg",
        "ratio",
        "crf",
        "bytes",
        "ffmpeg",
        "ratio",
        "SSIM",
        "ffmpeg",
        "of",
        "MB",
        "ffmpeg"
    );
    let mut said = Vec::new();
    for (kind, most) in SCENES {
        let both = of_like_size(folder.path(), kind, seconds)?;
        let [one, other] = &both.files;
        let like = likeness::both([one, other], kind, seconds, folder.path())?;
        print(kind, seconds, &both, &like);
        said.extend(judge(kind, most, seconds, &both, &like)?);
    }
    for said in said {
        println!("{said}");
    }
    Ok(())
}

/// Records a scene until the files are of like size, or as near to it as it comes.
fn of_like_size(folder: &Path, kind: &str, seconds: u64) -> Result<Both> {
    let mut both = measure::both(folder, kind, seconds, CRF)?;
    // The qualities nearest to the right one whose files were too large, and too small, each with
    // how far they were off.
    let mut finer = None;
    let mut coarser: Option<(f64, f64)> = None;
    for _ in 1..TRIES {
        let size = both.ours.bytes / both.theirs.bytes;
        if (size - 1.0).abs() <= LIKE {
            break;
        }
        println!("({kind} with crf {:.1}: bytes {size:.2})", both.crf);
        let tried = (both.crf, size.ln());
        if size < 1.0 {
            finer = Some(tried);
        } else {
            coarser = Some(tried);
        }
        let crf = match (finer, coarser) {
            (Some((fine, below)), Some((coarse, above))) => {
                let part: f64 = below / (below - above);
                fine + (coarse - fine) * part.clamp(0.1, 0.9)
            }
            _ => both.crf + size.ln() / SLOPE,
        };
        both = measure::both(folder, kind, seconds, crf.clamp(1.0, 51.0))?;
    }
    Ok(both)
}

fn print(kind: &str, seconds: u64, both: &Both, like: &Likeness) {
    let Both {
        ours, theirs, crf, ..
    } = both;
    #[expect(clippy::cast_precision_loss, reason = "some seconds")]
    let lasts = (seconds + STILL) as f64;
    println!(
        "{kind:<7} {:>9.4} {:>9.4} {:>6.3}  {crf:>5.1} {:>9.0} {:>9.0} {:>6.3}  {:>8.5} {:>8.5} {:>4}  {:>7.1} {:>7.1}  {} of {}",
        ours.processor_seconds / lasts,
        theirs.processor_seconds / lasts,
        ours.processor_seconds / theirs.processor_seconds,
        ours.bytes,
        theirs.bytes,
        ours.bytes / theirs.bytes,
        like.ours,
        like.theirs,
        like.frames,
        ours.memory_kib / 1024.0,
        theirs.memory_kib / 1024.0,
        ours.frames,
        theirs.frames,
    );
}

/// Whether each aim is met, in words.
fn judge(kind: &str, most: f64, seconds: u64, both: &Both, like: &Likeness) -> Result<[String; 3]> {
    let (ours, theirs) = (&both.ours, &both.theirs);
    let processor = ours.processor_seconds / theirs.processor_seconds;
    let size = ours.bytes / theirs.bytes;
    let memory = ours.memory_kib / 1024.0;
    let whole = [
        ours.frames >= ENOUGH * f64::from(scene::changed(kind, seconds)?),
        theirs.frames >= ENOUGH * f64::from(scene::drawn(seconds)?),
    ];
    let word = |met: bool| match (whole, met) {
        ([true, true], true) => "met",
        ([true, true], false) => "NOT MET",
        _ => "NOT SHOWN, for too few frames were recorded",
    };
    let likeness = if (size - 1.0).abs() <= LIKE {
        word(like.ours >= like.theirs)
    } else {
        "NOT SHOWN, for no file of like size was made"
    };
    Ok([
        format!(
            "{kind}: processor time at most {most} of ffmpeg's: {} ({processor:.3})",
            word(processor <= most)
        ),
        format!(
            "{kind}: no lower SSIM for like size: {likeness} ({:.5} and {:.5}, bytes {size:.3})",
            like.ours, like.theirs
        ),
        format!(
            "{kind}: memory under {MOST_MEMORY_MB} MB: {} ({memory:.1} MB)",
            word(memory < MOST_MEMORY_MB)
        ),
    ])
}
