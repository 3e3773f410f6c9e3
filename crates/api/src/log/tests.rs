use std::{
    io::Write as _,
    sync::{Arc, Mutex},
};

use super::{
    LogReader,
    file::{LogFile, OLDER, paths},
};

fn texts(reader: &mut LogReader) -> Vec<String> {
    let lines = reader.read().unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn the_files_stay_few_and_small() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = LogFile::open_with(folder.path(), 100).unwrap();
    for number in 0..100 {
        writeln!(file, "entry {number:03} of a long log").unwrap();
    }
    let kept: Vec<u64> = paths(folder.path())
        .iter()
        .map(|path| path.metadata().unwrap().len())
        .collect();
    assert_eq!(kept.len(), OLDER + 1);
    assert!(kept.iter().all(|bytes| *bytes <= 100), "{kept:?}");
    let last = texts(&mut LogReader::new(folder.path()));
    assert_eq!(last.last().unwrap(), "entry 099 of a long log");
    assert!(last.len() >= OLDER * 3, "{last:?}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/chaperone.log");
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    std::fs::write(&path, "from before\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut file = LogFile::open_with(folder.path(), 20).unwrap();
    writeln!(file, "this makes it turn").unwrap();
    for path in paths(folder.path()).iter().filter(|path| path.exists()) {
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_reader_loses_nothing_when_files_change_places() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = LogFile::open_with(folder.path(), 64).unwrap();
    let mut reader = LogReader::new(folder.path());
    let mut read = Vec::new();
    for number in 0..60 {
        writeln!(file, "entry {number:03}").unwrap();
        // Now and then, so that it meets files in their place, moved once and moved twice.
        if number % 7 == 0 || number % 11 == 0 {
            read.extend(texts(&mut reader));
        }
    }
    read.extend(texts(&mut reader));
    let written: Vec<String> = (0..60).map(|number| format!("entry {number:03}")).collect();
    assert_eq!(read, written);
}

#[test]
fn a_line_comes_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = LogFile::open(folder.path()).unwrap();
    let mut reader = LogReader::new(folder.path());
    write!(file, "2026-01-02T03:04:05Z  WARN chaperone_link: half").unwrap();
    assert_eq!(reader.read().unwrap(), []);
    writeln!(file, " and \u{1b}[2Jwhole").unwrap();
    let lines = reader.read().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].at.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(lines[0].level.as_deref(), Some("WARN"));
    assert_eq!(lines[0].text, "chaperone_link: half and \\u{1b}[2Jwhole");
}

/// What a test's log wrote.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn parts_of_others_say_nothing_that_only_a_developer_wants() {
    use tracing_subscriber::{Layer as _, layer::SubscriberExt as _};
    let written = Written::default();
    let sink = written.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || sink.clone())
        .with_ansi(false)
        .with_filter(super::wanted("trace"));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        tracing::trace!(target: "chaperone_link", "ours, in detail");
        tracing::info!(target: "tungstenite::client", "theirs, in general");
        tracing::debug!(target: "tungstenite::client", "theirs: wss://hub/?token=canary");
        tracing::trace!(target: "hyper::proto", "theirs: canary");
        tracing::error!(target: "parse", "a command line: canary");
    });
    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("ours, in detail"), "{written}");
    assert!(written.contains("theirs, in general"), "{written}");
    assert!(!written.contains("canary"), "{written}");
}
