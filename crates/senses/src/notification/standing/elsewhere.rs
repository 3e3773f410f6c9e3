//! Systems whose notifications do not stand.

use super::{Standing, StandingNotice};
use crate::SenseError;

#[expect(
    clippy::unused_async,
    reason = "elsewhere the desktop is asked, and may not answer"
)]
pub(super) async fn show(_standing: Standing) -> Result<StandingNotice, SenseError> {
    Err(SenseError::Unsupported(
        "notifications of this system do not stay on the screen".to_owned(),
    ))
}

#[expect(
    clippy::unused_async,
    reason = "elsewhere the desktop is asked, and may not answer"
)]
pub(super) async fn take_away(_place: &str) -> Result<(), SenseError> {
    Ok(())
}
