//! What every face of Chaperone calls and hears: the window, the browser page, the command line.
//!
//! Composes the engine (vault, embedded hub, device) and turns its types into what faces show.
//! Faces hold no logic of their own; hosts only carry calls and messages.

mod answer;
mod artifact;
mod call;
mod capability;
mod connection;
mod convert;
mod door;
mod error;
mod explain;
mod face;
mod indicator;
mod kept;
mod keyring;
mod log;
mod memory;
mod notices;
pub mod offline;
mod own_agents;
mod place;
mod policy;
mod rule;
mod server;
mod sign_in;
mod start;
mod stream;
mod table;
mod told;
mod trial;
mod unread;
pub mod view;

pub use chaperone_device::{
    Capture, CaptureFor, Indicator, Light, LightOver, Lighting, NoIndicator, NoLight,
    RecordingSound, Senses, StepHook,
};
pub use chaperone_hub::WebhookReach;
pub use chaperone_link::{Address, Error as AddressError, Secret};
pub use chaperone_protocol::{Capability, DeviceId, Maturity, in_full, visible};
pub use door::{Door, DoorClient, DoorError, DoorOpenError, Events, Refusal};
pub use error::StartError;
pub use face::Face;
pub use indicator::DesktopNotice;
pub use log::{LogLine, LogReader, log_dir, start_log, start_server_log};
pub use memory::let_go as let_memory_go;
pub use place::data_dir;
pub use server::HubKeys;
pub use start::{Api, Join, StartOptions};
pub use stream::{Message, Pulse, Subscription};

#[cfg(test)]
mod tests;
