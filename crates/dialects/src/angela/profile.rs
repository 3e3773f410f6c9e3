//! The wire's numbers and names.

use std::time::Duration;

use crate::{Credential, Extensions, GivenUp, Greeting, Heartbeat, Pace, Profile, Retry, Seat};

pub(super) static PROFILE: Profile = Profile {
    id: "angela",
    name: "Angela",
    native_path: "/ws",
    usual_port: Some(8000),
    credential: Credential::Nothing,
    id_query: None,
    seat: Seat::Socket,
    greeting: Greeting::Nothing,
    heartbeat: Heartbeat::Device {
        every: Duration::from_secs(30),
        // A running backend that was sent a list or a binary frame keeps the socket open and never
        // answers on it again.
        answered_within: Some(Duration::from_secs(10)),
        asked_for_after: None,
    },
    // One of the system's own clients never sends a `ping`; that its socket lives is enough.
    given_up: GivenUp::OnSilence,
    open_within: Duration::from_secs(20),
    ping_every: Some(Duration::from_secs(30)),
    silence_limit: Some(Duration::from_secs(90)),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    // Never waited for: this wire has no commands.
    command_timeout: Duration::from_secs(30),
    // What the backend's web server takes unless it is told otherwise.
    max_up_bytes: 16 * 1024 * 1024,
    max_down_bytes: 16 * 1024 * 1024,
    pace: Pace::USUAL,
    retry: Retry {
        first: Duration::from_secs(1),
        most: Duration::from_secs(30),
        patience: 10,
        refused: Duration::from_mins(5),
    },
    poll_every: None,
    extensions: Extensions::NONE,
};
