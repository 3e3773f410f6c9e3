//! What can be done without a running Chaperone: look at the record, read a key, set the pause.

use std::{io::Write, path::Path};

use chaperone_protocol::{Capability, in_full, visible};
pub use chaperone_vault::ExportFormat;
use chaperone_vault::{RecordQuery, SecretStore, Vault};

use crate::{
    capability, convert,
    error::StartError,
    start::native_senses,
    view::{BrokenView, CapabilityView, VerifyResponse},
};

/// Why something could not be done offline.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// Nothing was ever kept there.
    #[error("there is no Chaperone data in {0}; start it once, or name its folder with --data-dir")]
    Nothing(String),
    /// What is kept could not be read or written.
    #[error(transparent)]
    Vault(#[from] chaperone_vault::Error),
    /// It could not be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No such agent.
    #[error(
        "there is no agent {0:?} on this computer's hub (there are student, intern, supervised and autonomous)"
    )]
    NoAgent(String),
    /// Something else than a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] chaperone_vault::InvalidCheckpoint),
    /// A worker could not be started.
    #[error("starting a worker")]
    Worker(#[from] std::io::Error),
}

/// Checks the whole record and, where a checkpoint is given, that what the record said then is in
/// it still. Works while Chaperone runs.
pub fn verify(data_dir: &Path, since: Option<&str>) -> Result<VerifyResponse, OfflineError> {
    let (secrets, _) = secrets(data_dir)?;
    let verified = match since {
        None => chaperone_vault::verify(data_dir, &secrets)?,
        Some(checkpoint) => {
            let checkpoint = checkpoint.trim().parse()?;
            chaperone_vault::verify_since(data_dir, &secrets, &checkpoint)?
        }
    };
    Ok(VerifyResponse {
        search_mended: false,
        entries: verified.entries,
        broken: verified.broken.map(|broken| BrokenView {
            seq: broken.seq,
            problem: broken.to_string(),
        }),
    })
}

/// Makes sure that searches find what the record holds, and says whether they did not. Chaperone
/// must not run meanwhile; one that runs does this itself, asked by the call `record/mendSearch`.
pub fn mend_search(data_dir: &Path) -> Result<bool, OfflineError> {
    Ok(chaperone_vault::mend_search(data_dir)?)
}

/// Writes the record out, oldest first, and says how many entries it had. Works while Chaperone
/// runs.
pub fn export(
    data_dir: &Path,
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<u64, OfflineError> {
    let file = data_dir.join(chaperone_vault::FILE_NAME);
    if !file.is_file() {
        return Err(OfflineError::Nothing(data_dir.display().to_string()));
    }
    let everything = RecordQuery::default();
    Ok(chaperone_vault::export_file(
        &file,
        format,
        &everything,
        out,
    )?)
}

/// Where the secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretsKept {
    /// In words for people.
    pub place: String,
    /// In the system's keyring, rather than in files.
    pub in_keyring: bool,
    /// What keeps them from being kept there now; tried, not guessed.
    pub problem: Option<String>,
}

/// Says where the secrets are kept, and tries that place.
pub fn secrets_kept(data_dir: &Path) -> Result<SecretsKept, OfflineError> {
    let (secrets, _) = secrets(data_dir)?;
    Ok(SecretsKept {
        place: secrets.place().to_string(),
        in_keyring: secrets.is_keyring(),
        problem: secrets.examine().err().map(|error| in_full(&error)),
    })
}

/// The key of one of the embedded hub's own agents.
pub fn agent_key(data_dir: &Path, agent: &str) -> Result<String, OfflineError> {
    let (secrets, _) = secrets(data_dir)?;
    let known: chaperone_protocol::Maturity = agent
        .parse()
        .map_err(|_| OfflineError::NoAgent(agent.to_owned()))?;
    secrets
        .get(&chaperone_hub::agent_key_name(known.as_str()))?
        .and_then(|key| key.expose_str().map(str::to_owned))
        .ok_or_else(|| OfflineError::Nothing(data_dir.display().to_string()))
}

/// Writes the pause down, for the next start.
pub fn set_paused(data_dir: &Path, paused: bool) -> Result<(), OfflineError> {
    let (secrets, _) = secrets(data_dir)?;
    let vault = Vault::open(data_dir, secrets).map_err(StartError::from)?;
    tokio::runtime::Builder::new_current_thread()
        .build()?
        .block_on(chaperone_device::set_paused(&vault, paused))?;
    Ok(())
}

/// Tries what the shell's sandboxes promise, by running something inside each.
pub fn doctor() -> Vec<chaperone_shell::Finding> {
    chaperone_shell::doctor()
}

/// What of this computer's senses is there. Nothing is captured, and no place is looked for. What
/// the shell needs is what [`doctor`] tells.
pub fn senses() -> Result<Vec<SenseFound>, OfflineError> {
    let senses = native_senses();
    let all = [
        Capability::Camera,
        Capability::Screen,
        Capability::Microphone,
        Capability::Location,
        Capability::Notification,
    ];
    let looking = async {
        let mut found = Vec::new();
        for capability in all {
            let sense = capability::sense(&senses, capability).await;
            found.push(SenseFound {
                capability: convert::capability(capability),
                found: match sense {
                    Ok(found) => Ok(visible(&found.note)),
                    Err(missing) => Err(visible(&missing.note)),
                },
            });
        }
        found
    };
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(looking))
}

/// One of this computer's senses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenseFound {
    /// What it serves.
    pub capability: CapabilityView,
    /// What was found, or what is missing, in words for people.
    pub found: Result<String, String>,
}

fn secrets(data_dir: &Path) -> Result<(SecretStore, Option<String>), OfflineError> {
    if !data_dir.is_dir() {
        return Err(OfflineError::Nothing(data_dir.display().to_string()));
    }
    Ok(SecretStore::choose(data_dir)?)
}
