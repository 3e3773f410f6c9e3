//! The pause, as it is written down: it holds over a restart.

use chaperone_protocol::Timestamp;
use chaperone_vault::{Error, RecordEntry, Vault};

use crate::entry::Entry;

/// The setting that holds it.
pub(crate) const PAUSED: &str = "paused";

/// Whether everything is paused.
pub(crate) async fn is_paused(vault: &Vault) -> Result<bool, Error> {
    Ok(vault.setting(PAUSED).await?.unwrap_or(false))
}

/// Writes the pause into settings and record, as one. A device that runs must be told instead.
pub async fn set_paused(vault: &Vault, paused: bool) -> Result<(), Error> {
    let entry = of(paused);
    let row = RecordEntry::new(entry.kind(), &entry, Timestamp::now())?;
    vault.set_setting(PAUSED, &paused, None, Some(row)).await
}

/// The record's word for it.
pub(crate) fn of(paused: bool) -> Entry {
    if paused {
        Entry::Paused
    } else {
        Entry::Resumed
    }
}
