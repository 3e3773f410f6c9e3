//! Deleting what was captured. Who may have it deleted, and when, is decided elsewhere.

use chaperone_protocol::Timestamp;
use chaperone_vault::Vault;

use crate::entry::Entry;

/// Deletes something that was captured, for real, and says so in the record: answers where and when,
/// unless there is no such thing any more.
pub(crate) async fn erase(
    vault: &Vault,
    artifact: &str,
) -> Result<Option<(u64, Timestamp, Entry)>, chaperone_vault::Error> {
    let Ok(id) = artifact.parse() else {
        return Ok(None);
    };
    let at = Timestamp::now();
    let entry = Entry::ArtifactDeleted {
        artifact: artifact.to_owned(),
    };
    let deleted = vault.delete_artifact(&id, Some(entry.row(at)?)).await?;
    let seq = deleted.and_then(|deleted| deleted.recorded);
    Ok(seq.map(|seq| (seq, at, entry)))
}
