//! A computer whose names are a file: a program that runs in it finds what the file says, and
//! nothing else.

use std::{fs, path::Path, process::Command};

use anyhow::Result;
use tempfile::TempDir;

/// Names that a test gives and takes.
pub struct Names(TempDir);

impl Names {
    pub fn none() -> Result<Self> {
        let names = Self(tempfile::tempdir()?);
        names.forget()?;
        // Where nobody answers, so that what the file does not say is not found at once.
        fs::write(names.0.path().join("resolv.conf"), "nameserver 127.0.0.1\n")?;
        Ok(names)
    }

    /// From now on this name is this computer.
    pub fn give(&self, name: &str) -> Result<()> {
        self.put(&format!("127.0.0.1 localhost {name}\n"))
    }

    /// From now on no name but this computer's own is known.
    pub fn forget(&self) -> Result<()> {
        self.put("127.0.0.1 localhost\n")
    }

    /// Written in place: it is mounted.
    fn put(&self, text: &str) -> Result<()> {
        Ok(fs::write(self.0.path().join("hosts"), text)?)
    }

    /// The same command with these names. It keeps its process id.
    pub fn around(&self, inner: &Command) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--", "sh", "-c"])
            .arg(
                "mount --bind \"$0/hosts\" /etc/hosts \
                 && mount --bind \"$0/resolv.conf\" /etc/resolv.conf && exec \"$@\"",
            )
            .arg(self.0.path())
            .arg(inner.get_program())
            .args(inner.get_args())
            .env("NO_PROXY", "*");
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Whether this computer lets a test do that.
    pub fn can_be_given(&self) -> bool {
        let mut hosts = Command::new("cat");
        hosts.arg("/etc/hosts");
        let read = self.around(&hosts).output();
        let ours = fs::read(Path::new(self.0.path()).join("hosts"));
        match (read, ours) {
            (Ok(read), Ok(ours)) => read.status.success() && read.stdout == ours,
            _ => false,
        }
    }
}
