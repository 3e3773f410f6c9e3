//! A screen in memory for what runs under Wine: tests of displays look at one.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use anyhow::{Context as _, Result};

use crate::workspace::program;

/// An X server that nobody sees. It ends with this.
pub(super) struct Screen {
    server: Child,
    /// What `DISPLAY` has to be.
    pub(super) name: String,
}

impl Screen {
    /// Starts one under a number that is free.
    pub(super) fn start() -> Result<Self> {
        let mut command = program("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
            .args(["-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut screen = Self {
            server: command
                .spawn()
                .context("starting Xvfb, which is Debian's package xvfb")?,
            name: String::from(":"),
        };
        let told = screen.server.stdout.take().context("reading from Xvfb")?;
        BufReader::new(told).read_line(&mut screen.name)?;
        screen.name.truncate(screen.name.trim_end().len());
        anyhow::ensure!(screen.name.len() > 1, "Xvfb did not start");
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
