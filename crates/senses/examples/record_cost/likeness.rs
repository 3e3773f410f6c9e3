//! How much two recordings are like what they recorded.
//!
//! Frames are told apart by the numbers drawn in them, so that no recorder gains or loses by when it
//! looked. Each file is decoded as it says itself, and compared in red, green and blue.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    measure::server,
    scene::{self, HEIGHT, WIDTH},
};

/// The mean of the structural similarity.
pub(crate) struct Likeness {
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
    /// So many frames were compared: those that both recorded whole.
    pub(crate) frames: usize,
}

const PIXELS: usize = WIDTH as usize * HEIGHT as usize;

pub(crate) fn both(
    [ours, theirs]: [&Path; 2],
    kind: &str,
    seconds: u64,
    folder: &Path,
) -> Result<Likeness> {
    let numbers = scene::compared(kind, seconds)?;
    let (mut ours, mut theirs) = (recorded(ours, &numbers)?, recorded(theirs, &numbers)?);
    ours.retain(|number, _| theirs.contains_key(number));
    theirs.retain(|number, _| ours.contains_key(number));
    ensure!(!ours.is_empty(), "no frame was recorded whole by both");
    let drawn = folder.join(format!("{kind}.drawn"));
    let truth = folder.join(format!("{kind}.truth"));
    keep(kind, seconds, &drawn)?;
    let mut picture = vec![0; PIXELS * 4];
    let (mut all, mut chosen) = (File::open(&drawn)?, File::create(&truth)?);
    for number in &numbers {
        all.read_exact(&mut picture)?;
        if ours.contains_key(number) {
            chosen.write_all(&picture)?;
        }
    }
    let likeness = Likeness {
        ours: similarity(&ours, &truth)?,
        theirs: similarity(&theirs, &truth)?,
        frames: ours.len(),
    };
    fs::remove_file(drawn)?;
    fs::remove_file(truth)?;
    Ok(likeness)
}

/// Draws the scene anew, and keeps its frames.
fn keep(kind: &str, seconds: u64, path: &Path) -> Result<()> {
    let (_server, name) = server()?;
    let status = Command::new(std::env::current_exe()?)
        .args(["keep", &name, kind, &seconds.to_string()])
        .arg(path)
        .status()?;
    ensure!(status.success(), "the scene could not be drawn again");
    Ok(())
}

/// The recorded frames with these numbers, each as it was shown last.
fn recorded(path: &Path, numbers: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>> {
    let mut player = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vf", "scale=in_color_matrix=auto,format=rgb24"])
        .args(["-vsync", "passthrough", "-f", "rawvideo", "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut frames = player.stdout.take().context("stdout")?;
    let mut found = BTreeMap::new();
    let mut picture = vec![0; PIXELS * 3];
    loop {
        match frames.read_exact(&mut picture) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error.into()),
        }
        let number = scene::number_in(&picture);
        if let Some(number) = number.filter(|number| numbers.contains(number)) {
            found.insert(number, picture.clone());
        }
    }
    ensure!(player.wait()?.success(), "{} does not play", path.display());
    Ok(found)
}

fn similarity(frames: &BTreeMap<u32, Vec<u8>>, truth: &Path) -> Result<f64> {
    let extent = format!("{WIDTH}x{HEIGHT}");
    let said: PathBuf = truth.with_extension("said");
    let mut player = Command::new("ffmpeg")
        .args(["-hide_banner", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-video_size", &extent, "-i", "-"])
        .args(["-f", "rawvideo", "-pix_fmt", "bgr0", "-video_size", &extent])
        .arg("-i")
        .arg(truth)
        .args(["-lavfi", "[0]format=gbrp[a];[1]format=gbrp[b];[a][b]ssim"])
        .args(["-f", "null", "-"])
        .stdin(Stdio::piped())
        .stderr(File::create(&said)?)
        .spawn()?;
    let mut input = player.stdin.take().context("stdin")?;
    for frame in frames.values() {
        input.write_all(frame)?;
    }
    drop(input);
    player.wait()?;
    let said = fs::read_to_string(said)?;
    let (_, all) = said
        .rsplit_once("All:")
        .with_context(|| format!("no likeness: {said}"))?;
    Ok(all.split_whitespace().next().context("a figure")?.parse()?)
}
