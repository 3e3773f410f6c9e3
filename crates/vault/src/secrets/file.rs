//! Secrets as files, one each, where there is no keyring.
//!
//! The folder and the files are closed to other people (on Windows by the profile folder's access
//! control list), but open to every program that runs as the person. A file appears whole or not
//! at all.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::Secret;
use crate::{Error, platform, record::hex};

/// The files of one folder.
#[derive(Debug, Clone)]
pub(super) struct Files {
    dir: PathBuf,
}

impl Files {
    /// The secrets' own folder within this one; made when the first is set.
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.join("secrets"),
        }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether a secret was ever set.
    pub(super) fn in_use(&self) -> bool {
        self.dir.is_dir()
    }

    /// Really keeps something for a moment. Where nothing was ever kept, nothing is left that looks
    /// as if something had been: a keyring may yet be chosen there.
    pub(super) fn probe(&self) -> Result<(), Error> {
        const NAME: &str = "probe";
        let sample = Secret::new("probe");
        let used = self.in_use();
        let tried = self.set(NAME, &sample).and_then(|()| {
            let kept = self.get(NAME)?;
            self.delete(NAME)?;
            Ok(kept)
        });
        if !used {
            // It stays if somebody keeps something in it by now.
            let _ = fs::remove_dir(&self.dir);
        }
        let kept = tried?;
        if kept.as_ref() == Some(&sample) {
            return Ok(());
        }
        let damage = std::io::Error::from(ErrorKind::InvalidData);
        Err(Error::file("read back", &self.path(NAME), damage))
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        let path = self.path(name);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::file("open", &path, source)),
        };
        platform::refuse_loose(&path, &file)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|source| Error::file("read", &path, source))?;
        Ok(Some(Secret::new(bytes)))
    }

    pub(super) fn set(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        platform::private_dir(&self.dir)?;
        let path = self.path(name);
        let mut unique = [0; 8];
        getrandom::fill(&mut unique).map_err(Error::Random)?;
        let fresh = self.dir.join(format!(".new-{}", hex(&unique)));
        let written = write_whole(&fresh, secret).and_then(|()| {
            fs::rename(&fresh, &path).map_err(|source| Error::file("replace", &path, source))
        });
        if written.is_err() {
            // The failure to be told is the first one.
            let _ = fs::remove_file(&fresh);
        }
        written?;
        platform::sync_dir(&self.dir)
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Ok(()) => platform::sync_dir(&self.dir),
            Err(source) if source.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::file("remove", &path, source)),
        }
    }

    /// A file name that no file system takes for another's: only small letters, digits and `%`.
    fn path(&self, name: &str) -> PathBuf {
        let mut file_name = String::from("secret-");
        for byte in name.bytes() {
            if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
                file_name.push(char::from(byte));
            } else {
                let _ = write!(file_name, "%{byte:02x}");
            }
        }
        self.dir.join(file_name)
    }
}

fn write_whole(path: &Path, secret: &Secret) -> Result<(), Error> {
    let mut file = platform::create_private(path)?;
    file.write_all(secret.expose())
        .and_then(|()| file.sync_all())
        .map_err(|source| Error::file("write", path, source))
}
