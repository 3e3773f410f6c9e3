//! What a hub that runs by itself needs of this computer: a place for its keys.
//!
//! The hub itself is the host's to open; nothing of the device is started here.

use std::path::Path;

use chaperone_vault::SecretStore;

use crate::{StartError, start::HubSecrets};

/// The keys of a hub.
pub struct HubKeys {
    /// Where they are kept.
    pub secrets: Box<dyn chaperone_hub::Secrets>,
    /// What is to be said of it to whoever runs the hub, the first time.
    pub notice: Option<String>,
}

impl HubKeys {
    /// Keeps them in files in this folder, closed to everybody else.
    pub fn in_files(data_dir: &Path) -> Self {
        let folder = data_dir.join("secrets");
        let notice = (!folder.exists()).then(|| {
            format!(
                "The hub's keys are kept in files that only this user can read, in {}. Back them \
                 up with the books, and apart from them: without the keys every token ends, and \
                 second factors cannot be read.",
                folder.display()
            )
        });
        Self {
            secrets: Box::new(HubSecrets(SecretStore::file(data_dir))),
            notice,
        }
    }

    /// Keeps them in the system's keyring, or in files where there is none.
    pub fn in_keyring(data_dir: &Path) -> Result<Self, StartError> {
        let (store, notice) = SecretStore::choose(data_dir)?;
        Ok(Self {
            secrets: Box::new(HubSecrets(store)),
            notice,
        })
    }
}
