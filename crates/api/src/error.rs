//! Why Chaperone did not start.

use std::path::PathBuf;

/// Each message is for the person who started it, and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no home folder to keep things in.
    #[error("this user has no home folder; name a data folder with --data-dir")]
    NoHome,
    /// The data folder cannot be used.
    #[error("the data folder {} cannot be used", path.display())]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another Chaperone runs on the same data folder.
    #[error(
        "Chaperone runs already with this data folder; use that one, or name another with --data-dir"
    )]
    InUse,
    /// What the device remembers cannot be read.
    #[error("opening what this device remembers")]
    Vault(#[source] chaperone_vault::Error),
    /// The embedded hub cannot start.
    #[error("starting the hub")]
    Hub(#[source] chaperone_hub::Error),
    /// The device cannot start.
    #[error("starting the device")]
    Device(#[from] chaperone_device::StartError),
    /// A part of the composition does not fit another.
    #[error("connecting this computer with its own hub")]
    Link(#[source] chaperone_link::Error),
    /// A name of ours that is no name.
    #[error("naming this computer")]
    Name(#[from] chaperone_protocol::InvalidId),
    /// The embedded hub's dialect is not built in.
    #[error("this build does not speak with its own hub")]
    NoDialect,
    /// Work that blocks could not be done.
    #[error("starting a worker thread")]
    Worker(#[from] tokio::task::JoinError),
}

impl From<chaperone_vault::Error> for StartError {
    fn from(error: chaperone_vault::Error) -> Self {
        match error {
            chaperone_vault::Error::InUse { .. } => Self::InUse,
            error => Self::Vault(error),
        }
    }
}
