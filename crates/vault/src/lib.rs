//! What this device remembers: the journal of commands, the record, pictures and recordings, rules,
//! pairings, settings and secrets.
//!
//! Everything but the secrets and the artifacts' content lives in one database file with one
//! writer, so that a step of a command and its entry in the record are durable together or not at
//! all. Nothing here decides anything: what a step means, and whether a command may run, is the
//! device's business.

#![deny(missing_docs)]

mod agents;
mod answers;
mod artifacts;
mod column;
mod connections;
mod device_key;
mod error;
mod journal;
mod lock;
mod platform;
mod reader;
mod record;
mod reports;
mod rules;
mod schema;
mod secrets;
mod settings;
mod store;
mod vault;
mod worker;
mod writer;

pub use agents::{ChangedBy, KnownAgent, LevelChange, LevelKind};
pub use answers::{Answer, Answers, Asker, Lasting};
pub use artifacts::{
    Artifact, ArtifactReader, ArtifactWriter, BlockingArtifactReader, Deleted, Leftovers,
    LocalArtifactId, NewArtifact, RETENTION, Swept,
};
pub use connections::{ConnectionChange, NewConnection, StoredConnection};
pub use device_key::DeviceKey;
pub use error::Error;
pub use journal::{Arrival, Ending, JournalEntry, Received, Step};
pub use record::{
    About, Broken, Checkpoint, ExportFormat, InvalidCheckpoint, Problem, RecordEntry, RecordPage,
    RecordQuery, RecordRow, Verified, checkpoint, export_file, mend_search, verify, verify_file,
    verify_since,
};
pub use reports::{QueuedReport, REPORTS_KEPT};
pub use rules::StoredRule;
pub use secrets::{KeyringTrouble, Secret, SecretPlace, SecretStore};
pub use store::{FILE_NAME, SetAside};
pub use vault::{Opening, Vault};
