//! Steps with a heading and their seconds, all of them tried, and a closing word on what failed.

use std::time::Instant;

use anyhow::{Error, Result, bail};

struct Failure {
    heading: String,
    next: &'static str,
}

/// A row of steps. One that fails does not keep the next from being tried, so that a single run
/// says everything that is wrong.
pub(crate) struct Steps {
    word: &'static str,
    started: Instant,
    failures: Vec<Failure>,
}

impl Steps {
    /// Starts a row for this word of `./dev`.
    pub(crate) fn new(word: &'static str) -> Self {
        Self {
            word,
            started: Instant::now(),
            failures: Vec::new(),
        }
    }

    /// Tries one step; `next` says what to do when it fails.
    pub(crate) fn run<T>(
        &mut self,
        heading: &str,
        next: &'static str,
        step: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        println!("── {heading}");
        let started = Instant::now();
        let result = step();
        let seconds = started.elapsed().as_secs_f32();
        match result {
            Ok(value) => {
                println!("   done in {seconds:.1} s");
                Some(value)
            }
            Err(error) => {
                self.failed(heading, next, &error, seconds);
                None
            }
        }
    }

    fn failed(&mut self, heading: &str, next: &'static str, error: &Error, seconds: f32) {
        println!("   FAILED after {seconds:.1} s: {error:#}");
        self.failures.push(Failure {
            heading: heading.to_owned(),
            next,
        });
    }

    /// Closes the row: an error that lists what failed and what to do about it.
    pub(crate) fn finish(self) -> Result<()> {
        let seconds = self.started.elapsed().as_secs_f32();
        if self.failures.is_empty() {
            println!("./dev {}: all good, {seconds:.0} s", self.word);
            return Ok(());
        }
        let mut said = format!(
            "./dev {}: {} failed after {seconds:.0} s",
            self.word,
            count(self.failures.len())
        );
        for Failure { heading, next } in &self.failures {
            said.push_str("\n  • ");
            said.push_str(heading);
            said.push_str(": ");
            said.push_str(next);
        }
        bail!(said)
    }
}

fn count(steps: usize) -> String {
    if steps == 1 {
        "one step".to_owned()
    } else {
        format!("{steps} steps")
    }
}
