//! Where Chaperone keeps its things.

use std::path::PathBuf;

use crate::error::StartError;

/// The data folder: the one given, or the usual one of this system.
pub fn data_dir(given: Option<PathBuf>) -> Result<PathBuf, StartError> {
    match given {
        Some(given) => std::path::absolute(&given).map_err(|source| StartError::DataDir {
            path: given,
            source,
        }),
        None => Ok(dirs::data_local_dir()
            .ok_or(StartError::NoHome)?
            .join("chaperone")),
    }
}

/// The name of this computer, as its user knows it.
pub(crate) fn computer_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
