//! Reads the closing lines of cargo's, Vitest's, Playwright's and node's test runners.

use std::fmt;

/// How many tests passed, failed and were skipped, over several runners.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    /// What did not pass the first time.
    again: Vec<&'static str>,
}

impl Tally {
    /// How many tests ran.
    pub(super) fn ran(&self) -> u64 {
        self.passed + self.failed
    }

    /// Notes that a kind of tests failed and runs once more.
    pub(super) fn again(&mut self, kind: &'static str) {
        self.again.push(kind);
    }

    /// Takes one line of a runner's output.
    pub(super) fn hear(&mut self, line: &str) {
        let plain = without_colour(line);
        let line = plain.trim();
        let counts = if let Some((_, counts)) = line.split_once("test result: ") {
            counts.split_once(". ").map_or("", |(_, counts)| counts)
        } else if let Some(counts) = line.strip_prefix("Tests ") {
            counts
        } else if let Some(counts) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            return self.hear_node(counts);
        } else {
            line
        };
        // A runner's counts and nothing else: `12 passed (3.4s)`, `1 failed | 2 passed (3)`.
        for part in counts.split([';', '|', ',']) {
            let mut words = part.split_whitespace();
            let (Some(count), Some(kind)) = (
                words.next().and_then(|word| word.parse().ok()),
                words.next(),
            ) else {
                continue;
            };
            if words.next().is_some_and(|more| !more.starts_with('(')) {
                continue;
            }
            self.add(kind, count);
        }
    }

    fn hear_node(&mut self, counts: &str) {
        if let Some((kind, count)) = counts.split_once(' ')
            && let Ok(count) = count.parse()
        {
            self.add(kind, count);
        }
    }

    fn add(&mut self, kind: &str, count: u64) {
        match kind {
            "passed" | "pass" => self.passed += count,
            "failed" | "fail" => self.failed += count,
            "ignored" | "skipped" => self.skipped += count,
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        if !self.again.is_empty() {
            write!(f, "; ran twice, mend them: {}", self.again.join(", "))?;
        }
        Ok(())
    }
}

/// Whether a person wants to read this line: cargo closes a group without tests with three lines.
pub(super) fn tells_something(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty()
        && line != "running 0 tests"
        && !line.starts_with("test result: ok. 0 passed; 0 failed; 0 ignored")
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::{Tally, tells_something};

    fn check(lines: &[&str], expected: &str) {
        let mut tally = Tally::default();
        for line in lines {
            tally.hear(line);
        }
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn every_runner_is_understood() {
        check(
            &[
                "running 4 tests",
                "....",
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.1s",
            ],
            "3 passed, 0 failed, 1 skipped",
        );
        check(
            &["test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured"],
            "3 passed, 2 failed",
        );
        check(
            &[
                " Test Files  3 passed (3)",
                "      Tests  1 failed | 33 passed (34)",
            ],
            "33 passed, 1 failed",
        );
        check(
            &["\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m34 passed\u{1b}[39m (34)"],
            "34 passed, 0 failed",
        );
        check(
            &[
                "  1 failed",
                "    [chromium] › prompt.spec.ts:3:1 › asks",
                "  2 skipped",
                "  5 passed (3.2s)",
            ],
            "5 passed, 1 failed, 2 skipped",
        );
        check(&["ℹ tests 3", "ℹ pass 2", "ℹ fail 1"], "2 passed, 1 failed");
        check(&["# pass 2", "# fail 0"], "2 passed, 0 failed");
    }

    #[test]
    fn what_a_test_prints_is_no_count() {
        check(
            &[
                "5 passed the door",
                "saw 3 failed attempts",
                "4 agents, 2 failed to connect",
            ],
            "0 passed, 0 failed",
        );
    }

    #[test]
    fn empty_groups_are_not_shown() {
        assert!(!tells_something("running 0 tests"));
        assert!(!tells_something(
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
        ));
        assert!(tells_something(
            "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
        ));
        assert!(tells_something(
            "test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"
        ));
    }
}
