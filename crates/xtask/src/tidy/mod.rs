//! What no compiler checks: who may use whom, and the form of source files.
//!
//! It is a test too, so that plain `cargo test` fails on a forbidden edge.

mod edges;
mod files;

use anyhow::{Result, bail};

use crate::workspace::{program, quietly, root};

/// Checks everything; an error lists every finding.
pub(crate) fn tidy() -> Result<()> {
    let mut findings = edges::findings(&edges::metadata()?)?;
    for package in edges::PURE {
        findings.extend(edges::impure(package, &tree(package)?));
    }
    let listing =
        quietly(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    for path in listing.lines() {
        if files::is_ours(path)
            && let Ok(text) = std::fs::read_to_string(root().join(path))
        {
            findings.extend(files::findings(path, &text));
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} findings\n  {}", findings.len(), findings.join("\n  "))
}

/// Every package that this one is built with, one a line.
fn tree(package: &str) -> Result<String> {
    let words = [
        "tree",
        "--package",
        package,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    quietly(&mut crate::workspace::cargo(words))
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_repository_is_tidy() {
        super::tidy().unwrap();
    }
}
