//! The life of a command on this device: journal, gate, desk, run, outcome, record.
//!
//! One loop owns all state and changes it, event by event ([`engine`]); what takes time (a run, a
//! notification, a socket) happens in tasks that report back as events. No window, no HTTP.

mod connection;
mod desk;
mod device;
mod engine;
mod entry;
mod erase;
mod error;
mod event;
mod indicator;
mod owners;
mod pause;
mod plan;
mod rate;
mod request;
mod run;
mod settings;
mod told;
mod trial;

pub use chaperone_senses::Trimmed;
pub use connection::{Connection, ConnectionConfig, Trouble};
pub use device::{Device, Parts, StepHook};
pub use entry::{Approval, Asked, Entry, Settled, What};
pub use error::{
    AnswerError, ChangeError, ExplainError, StartError, SwitchError, TrialError, TrimError,
};
pub use event::{Change, Look, Supposed, Update};
pub use indicator::{
    Capture, CaptureFor, Indicator, Light, LightOver, Lighting, NoIndicator, NoLight,
};
pub use pause::set_paused;
pub use plan::{Film, Plan, Source};
pub use request::{Answer, Asker, Captured, Decision, Request, Running};
pub use run::Senses;
pub use settings::{FolderAccess, Place, RecordingSound, Settings, ShellFolder};
pub use told::{HubTold, ToldCard, ToldSwitch, Wish};
pub use trial::{Brought, Hindrance, Trial, TrialKind, contained};

#[cfg(test)]
mod tests;
