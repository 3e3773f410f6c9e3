//! Both recorders, and their figures.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use chaperone_protocol::RecordingFormat;
use chaperone_senses::{Displays as _, NativeDisplays, RecordingWish};
use rustix::time::{ClockId, clock_gettime};

use crate::likeness::{self, Likeness};

/// The display stands still for so long at the end, so that all three show the same.
const STILL: u64 = 1;

/// What one recorder cost.
struct Cost {
    processor_seconds: f64,
    memory_kib: f64,
    bytes: u64,
    frames: String,
}

/// Ends with the scene.
pub(crate) struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Records in this process, and prints what it cost.
pub(crate) fn record(server: &str, path: &str, seconds: u64) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut wish = RecordingWish::new(PathBuf::from(path), Duration::from_secs(seconds));
    if wish.path.extension().is_some_and(|ending| ending == "webm") {
        wish.format = RecordingFormat::Webm;
    }
    let (progress, ending) = runtime.block_on(async {
        let mut recording = NativeDisplays::of_x_server(server).record(&wish).await?;
        anyhow::Ok(recording.ended().await)
    })?;
    ensure!(progress.frames > 0, "{ending}");
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let used = Duration::new(used.tv_sec.try_into()?, used.tv_nsec.try_into()?);
    let status = fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most
        .and_then(|most| most.split_whitespace().next())
        .context("VmHWM")?;
    println!("cost: {} {most} {}", used.as_secs_f64(), progress.frames);
    Ok(())
}

/// Has each scene recorded by both, and prints a table.
pub(crate) fn compare(seconds: u64, format: RecordingFormat) -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    println!("each scene {seconds} s of 1920x1080 at 30 frames a second, on a display in memory");
    println!(
        "{:<8} {:>10} {:>10} {:>7}  {:>9} {:>9}  {:>8} {:>8}  {:>8} {:>8} {:>5}  frames",
        "scene",
        "ours s/s",
        "ffmpeg",
        "ratio",
        "ours kB",
        "ffmpeg",
        "ours MB",
        "ffmpeg",
        "ours SSIM",
        "ffmpeg",
        "of"
    );
    for kind in ["moving", "used", "still"] {
        let (ours, theirs, like) = scene(folder.path(), kind, seconds, format)?;
        #[expect(clippy::cast_precision_loss, reason = "some seconds")]
        let each = |cost: &Cost| cost.processor_seconds / (seconds + STILL) as f64;
        println!(
            "{kind:<8} {:>10.4} {:>10.4} {:>7.3}  {:>9} {:>9}  {:>8.1} {:>8.1}  {:>8.5} {:>8.5} {:>5}  {} of {}",
            each(&ours),
            each(&theirs),
            ours.processor_seconds / theirs.processor_seconds,
            ours.bytes / 1000,
            theirs.bytes / 1000,
            ours.memory_kib / 1024.0,
            theirs.memory_kib / 1024.0,
            like.ours,
            like.theirs,
            like.frames,
            ours.frames,
            theirs.frames,
        );
    }
    Ok(())
}

/// A display in memory, and its name.
pub(crate) fn server() -> Result<(Ended, String)> {
    let mut xvfb = Command::new("Xvfb");
    xvfb.args([
        "-displayfd",
        "1",
        "-nolisten",
        "tcp",
        "-screen",
        "0",
        "1920x1080x24",
    ]);
    let mut server = Ended(
        xvfb.stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb")?,
    );
    let mut name = String::from(":");
    BufReader::new(server.0.stdout.take().context("stdout")?).read_line(&mut name)?;
    Ok((server, name.trim().to_owned()))
}

fn scene(
    folder: &Path,
    kind: &str,
    seconds: u64,
    format: RecordingFormat,
) -> Result<(Cost, Cost, Likeness)> {
    let (server, name) = server()?;
    let name = name.as_str();
    let me = std::env::current_exe()?;
    let drawn = Command::new(&me)
        .args(["scene", name, kind, &seconds.to_string()])
        .spawn()?;
    let drawn = Ended(drawn);
    thread::sleep(Duration::from_millis(300));

    let (one, other) = (
        folder.join(format!("{kind}-ours.{}", format.as_str())),
        folder.join(format!("{kind}.mp4")),
    );
    let lasts = (seconds + STILL).to_string();
    let ours = Command::new(&me)
        .args(["record", name])
        .arg(&one)
        .arg(&lasts)
        .stdout(Stdio::piped())
        .spawn()?;
    let theirs = Command::new("ffmpeg")
        .args([
            "-hide_banner",
            "-benchmark",
            "-f",
            "x11grab",
            "-framerate",
            "30",
        ])
        .args(["-video_size", "1920x1080", "-i", name, "-t", &lasts])
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
        ])
        .arg(&other)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("ffmpeg")?;
    let (ours, theirs) = (ours.wait_with_output()?, theirs.wait_with_output()?);
    drop((drawn, server));
    let like = likeness::both([&one, &other], kind, seconds, folder)?;
    Ok((own_cost(&ours, &one)?, ffmpeg_cost(&theirs, &other)?, like))
}

fn own_cost(output: &Output, file: &Path) -> Result<Cost> {
    let said = String::from_utf8_lossy(&output.stdout);
    let cost = said.lines().find_map(|line| line.strip_prefix("cost: "));
    let cost: Vec<&str> = cost.context("it did not record")?.split(' ').collect();
    let [processor, memory, frames] = cost.as_slice() else {
        anyhow::bail!("it said {said}");
    };
    Ok(Cost {
        processor_seconds: processor.parse()?,
        memory_kib: memory.parse()?,
        bytes: fs::metadata(file)?.len(),
        frames: (*frames).to_owned(),
    })
}

fn ffmpeg_cost(output: &Output, file: &Path) -> Result<Cost> {
    let said = String::from_utf8_lossy(&output.stderr);
    let figure = |name: &str| -> Result<f64> {
        let (_, after) = said
            .rsplit_once(name)
            .with_context(|| format!("{name} in {said}"))?;
        let digits = after
            .trim_start()
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .next();
        Ok(digits.unwrap_or_default().parse()?)
    };
    Ok(Cost {
        processor_seconds: figure("utime=")? + figure("stime=")?,
        memory_kib: figure("maxrss=")?,
        bytes: fs::metadata(file)?.len(),
        frames: figure("frame=")?.to_string(),
    })
}
