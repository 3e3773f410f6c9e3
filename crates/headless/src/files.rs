//! Files that a word writes for the person.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result};

/// Makes a file that was not there and that only this user can read, and lets `write` fill it.
/// What could not be filled is taken away again.
pub(crate) fn fresh<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).with_context(|| {
        format!(
            "{} cannot be made; name a file that is not there yet, in a folder that can be written",
            path.display()
        )
    })?;
    write(&mut file)
        .and_then(|written| {
            file.sync_all()
                .with_context(|| format!("writing {}", path.display()))?;
            Ok(written)
        })
        .inspect_err(|_| {
            // Half a file would pass for a whole one.
            let _ = std::fs::remove_file(path);
        })
}
