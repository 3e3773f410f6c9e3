//! Both recorders, and what they cost.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use chaperone_senses::{Displays as _, NativeDisplays, RecordingWish};
use rustix::time::{ClockId, clock_gettime};

use crate::scene::AHEAD;

/// The display stands still for so long at the end, so that all three show the same.
pub(crate) const STILL: u64 = 1;

/// What one recorder cost.
pub(crate) struct Cost {
    pub(crate) processor_seconds: f64,
    pub(crate) memory_kib: f64,
    pub(crate) bytes: f64,
    pub(crate) frames: f64,
}

/// One scene, recorded by both.
pub(crate) struct Both {
    pub(crate) ours: Cost,
    pub(crate) theirs: Cost,
    pub(crate) crf: f64,
    pub(crate) files: [PathBuf; 2],
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
    let wish = RecordingWish::new(PathBuf::from(path), Duration::from_secs(seconds));
    let (progress, ending) = runtime.block_on(async {
        let mut recording = NativeDisplays::of_x_server(server).record(&wish).await?;
        anyhow::Ok(recording.ended().await)
    })?;
    ensure!(progress.frames > 0, "{ending}");
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let used = Duration::new(used.tv_sec.try_into()?, used.tv_nsec.try_into()?);
    let status = fs::read_to_string("/proc/self/status")?;
    let most = figure_in(&status, "VmHWM:")?;
    println!("cost: {} {most} {}", used.as_secs_f64(), progress.frames);
    Ok(())
}

/// The first figure after a name in what the system says of a process.
fn figure_in(status: &str, name: &str) -> Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let figure = line.and_then(|line| line.split_whitespace().next());
    Ok(figure.context("a figure")?.parse()?)
}

/// Records the moving scene alone, and prints what is resident at some moments.
pub(crate) fn memory(minutes: u64) -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let (_server, name) = server()?;
    let me = std::env::current_exe()?;
    let seconds = (minutes * 60).to_string();
    let drawn = Command::new(&me)
        .args(["scene", &name, "moving", &seconds])
        .spawn()?;
    let _drawn = Ended(drawn);
    let path = folder.path().join("long.mp4");
    let recorder = Command::new(&me)
        .args(["record", &name])
        .arg(&path)
        .arg(&seconds)
        .stdout(Stdio::null())
        .spawn()?;
    let mut recorder = Ended(recorder);
    let began = Instant::now();
    for minute in [1, 5, 10, 20, 40, 60] {
        // The last moment is a little before the end.
        let moment = Duration::from_secs(minute * 60 - 2);
        if minute > minutes {
            break;
        }
        thread::sleep(moment.saturating_sub(began.elapsed()));
        let status = fs::read_to_string(format!("/proc/{}/status", recorder.0.id()))?;
        let resident = figure_in(&status, "VmRSS:")? / 1024.0;
        let bytes = fs::metadata(&path)?.len() / 1_000_000;
        println!("after {minute:>2} minutes: {resident:.1} MB resident, {bytes} MB in the file");
    }
    ensure!(recorder.0.wait()?.success(), "the recording failed");
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

/// Has a scene recorded by both at once, ffmpeg with that `-crf`.
pub(crate) fn both(folder: &Path, kind: &str, seconds: u64, crf: f64) -> Result<Both> {
    let (server, name) = server()?;
    let name = name.as_str();
    let me = std::env::current_exe()?;
    let drawn = Command::new(&me)
        .args(["scene", name, kind, &seconds.to_string()])
        .spawn()?;
    let drawn = Ended(drawn);
    thread::sleep(AHEAD);

    let (one, other) = (
        folder.join(format!("{kind}-ours.mp4")),
        folder.join(format!("{kind}.mp4")),
    );
    for path in [&one, &other] {
        // Of the same scene with another quality.
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
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
        .args(["-crf", &crf.to_string()])
        .arg(&other)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("ffmpeg")?;
    let (ours, theirs) = (ours.wait_with_output()?, theirs.wait_with_output()?);
    drop((drawn, server));
    Ok(Both {
        ours: own_cost(&ours, &one)?,
        theirs: ffmpeg_cost(&theirs, &other)?,
        crf,
        files: [one, other],
    })
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn bytes_of(file: &Path) -> Result<f64> {
    Ok(fs::metadata(file)?.len() as f64)
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
        bytes: bytes_of(file)?,
        frames: frames.parse()?,
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
        bytes: bytes_of(file)?,
        frames: figure("frame=")?,
    })
}
