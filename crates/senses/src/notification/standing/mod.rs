//! A notice that stands on the person's desktop for as long as something goes on, with a button
//! that ends it.

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(target_os = "linux")]
use freedesktop as platform;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as platform;

use tokio::sync::watch;

use crate::SenseError;

/// What a standing notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who shows it, as the desktop will say.
    pub application: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// What its button says.
    pub button: String,
}

/// A notice that stands. It goes when it is dropped.
#[derive(Debug)]
pub struct StandingNotice {
    place: String,
    over: watch::Receiver<Option<NoticeOver>>,
    /// Dropped with the notice, which tells its thread.
    _shown: watch::Sender<()>,
}

/// Why a notice stands no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeOver {
    /// The person pressed its button.
    Pressed,
    /// It was closed, or what showed it is gone.
    Gone,
}

impl StandingNotice {
    /// Shows a notice; answers when it is on the screen.
    pub async fn show(standing: Standing) -> Result<Self, SenseError> {
        platform::show(standing).await
    }

    /// Where it stands: with this a later run can take it away, should this one be killed before it
    /// does.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Takes away what an earlier run left standing there. What stands somewhere else, or stands no
    /// more, is left alone.
    pub async fn take_away(place: &str) -> Result<(), SenseError> {
        platform::take_away(place).await
    }

    /// Waits until it stands no more. May be asked again.
    pub async fn over(&self) -> NoticeOver {
        let mut over = self.over.clone();
        match over.wait_for(Option::is_some).await {
            Ok(over) => over.unwrap_or(NoticeOver::Gone),
            Err(_) => NoticeOver::Gone,
        }
    }
}
