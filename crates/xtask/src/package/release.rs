//! What running apps are told of newer packages.

use std::{env, fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, json};

use super::made;
use crate::workspace;

/// The bundler signs with it.
const SIGNING_KEY: &str = "TAURI_SIGNING_PRIVATE_KEY";
/// The app is built with both; see docs/desktop.md.
const ADDRESS: &str = "CHAPERONE_UPDATES_ADDRESS";
const PUBLIC_KEY: &str = "CHAPERONE_UPDATES_KEY";

/// Packages that are signed, and told of at an address.
pub(super) struct Release {
    address: String,
}

impl Release {
    /// None where there is nothing to sign with: packages for oneself.
    pub(super) fn from_environment() -> Result<Option<Self>> {
        if env::var_os(SIGNING_KEY).is_none() {
            return Ok(None);
        }
        let address = env::var(ADDRESS)
            .with_context(|| format!("packages that are signed take {ADDRESS}"))?;
        ensure!(
            env::var_os(PUBLIC_KEY).is_some(),
            "packages that are signed take {PUBLIC_KEY}, the other half of {SIGNING_KEY}"
        );
        Ok(Some(Self { address }))
    }

    /// Writes the file that belongs at the address, with the packages beside it.
    pub(super) fn write(&self, shop: &Path) -> Result<()> {
        let (folder, name) = self
            .address
            .rsplit_once('/')
            .with_context(|| format!("{ADDRESS} names no file"))?;
        let mut platforms = Map::new();
        for kind in ["deb", "rpm"] {
            let package = made(kind)?;
            let file = package.file_name().unwrap_or_default().to_string_lossy();
            let signature = package.with_extension(format!("{kind}.sig"));
            let signature = fs::read_to_string(&signature)
                .with_context(|| format!("reading {}", signature.display()))?;
            platforms.insert(
                format!("linux-{}-{kind}", env::consts::ARCH),
                json!({ "url": format!("{folder}/{file}"), "signature": signature.trim() }),
            );
        }
        let changes = fs::read_to_string(workspace::root().join("CHANGELOG.md"))
            .context("reading what changed")?;
        let version = env!("CARGO_PKG_VERSION");
        let notes = notes(&changes, version);
        let told = json!({ "version": version, "notes": notes, "platforms": platforms });
        let path = shop.join(name);
        fs::write(&path, format!("{told:#}\n"))
            .with_context(|| format!("writing {}", path.display()))?;
        println!("   {} tells of them", path.display());
        Ok(())
    }
}

/// What people are told of a version: its part of the list of changes.
fn notes(changes: &str, version: &str) -> String {
    let heading = format!("## [{version}]");
    changes
        .lines()
        .skip_while(|line| !line.starts_with(&heading))
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::notes;

    #[test]
    fn a_version_s_notes_are_its_part_of_the_list() {
        let changes = "# Changes\n\n## [Unreleased]\n\n- New\n\n## [0.2.0] - 2027-01-02\n\n### Added\n\n- This\n\n## [0.1.0]\n\n- That\n";
        assert_eq!(notes(changes, "0.2.0"), "### Added\n\n- This");
        assert_eq!(notes(changes, "0.1.0"), "- That");
        assert_eq!(notes(changes, "0.3.0"), "");
    }
}
