//! How fast artifacts are written and read, beside a plain copy of the same file:
//! `cargo run --release -p chaperone-vault --example artifact_speed [MEGABYTES] [FOLDER]`.

#![expect(
    clippy::print_stdout,
    reason = "an example that reports on the terminal"
)]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chaperone_protocol::Timestamp;
use chaperone_vault::{NewArtifact, SecretStore, Vault};

const PART: usize = 256 * 1024;
/// Each is done so often, and the quickest counts: others use the machine too.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let megabytes: usize = env::args().nth(1).map_or(Ok(256), |text| text.parse())?;
    let scratch = tempfile::TempDir::new()?;
    let dir = env::args()
        .nth(2)
        .map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let source = dir.join("source");
    make(&source, megabytes)?;
    let vault = Vault::open(&dir, SecretStore::file(&dir))?;

    let mut copying = Duration::MAX;
    let mut writing = Duration::MAX;
    let mut plain = Duration::MAX;
    let mut reading = Duration::MAX;
    for _ in 0..ROUNDS {
        let copy = dir.join("copy");
        let started = Instant::now();
        pour(&source, &mut File::create(&copy)?)?.sync_all()?;
        copying = copying.min(started.elapsed());

        let started = Instant::now();
        let about = NewArtifact::new("video/mp4", None, Timestamp::now());
        let mut writer = vault.begin_artifact(about).await?;
        pour(&source, &mut writer)?;
        let artifact = writer.finish(None).await?;
        writing = writing.min(started.elapsed());

        let started = Instant::now();
        drain(&mut File::open(&copy)?)?;
        plain = plain.min(started.elapsed());

        let reader = vault.read_artifact(&artifact.id).await?;
        let reader = reader.ok_or("what was just kept is gone")?;
        let started = Instant::now();
        drain(&mut reader.into_blocking())?;
        reading = reading.min(started.elapsed());

        vault.delete_artifact(&artifact.id, None).await?;
        fs::remove_file(copy)?;
    }
    fs::remove_file(source)?;
    report("write", megabytes, writing, copying);
    report("read", megabytes, reading, plain);
    Ok(())
}

fn make(path: &Path, megabytes: usize) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut file = File::create(path)?;
    let block: Vec<u8> = (0..1024 * 1024_u32)
        .map(|at| at.wrapping_mul(at).to_be_bytes()[2])
        .collect();
    for _ in 0..megabytes {
        file.write_all(&block)?;
    }
    Ok(file.sync_all()?)
}

/// In the same parts for both, so that only what is done with them differs.
fn pour<'a, W: std::io::Write>(from: &Path, to: &'a mut W) -> std::io::Result<&'a mut W> {
    let mut from = File::open(from)?;
    let mut part = vec![0; PART];
    loop {
        let count = from.read(&mut part)?;
        if count == 0 {
            return Ok(to);
        }
        to.write_all(part.get(..count).unwrap_or_default())?;
    }
}

fn drain(from: &mut impl std::io::Read) -> std::io::Result<()> {
    let mut part = vec![0; PART];
    while from.read(&mut part)? > 0 {}
    Ok(())
}

fn report(what: &str, megabytes: usize, ours: Duration, plain: Duration) {
    let speed = |took: Duration| {
        #[expect(clippy::cast_precision_loss, reason = "a number of megabytes")]
        let megabytes = megabytes as f64;
        megabytes / took.as_secs_f64()
    };
    println!(
        "{what}: {:.0} MB/s, a plain file {:.0} MB/s: {:.2} times as long",
        speed(ours),
        speed(plain),
        ours.as_secs_f64() / plain.as_secs_f64()
    );
}
