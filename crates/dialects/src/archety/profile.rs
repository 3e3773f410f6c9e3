//! The wire's numbers and names.

use std::time::Duration;

use crate::{Credential, Extensions, GivenUp, Greeting, Heartbeat, Pace, Profile, Retry, Seat};

pub(super) static PROFILE: Profile = Profile {
    id: "archety",
    name: "Archety",
    native_path: "/edge/ws",
    usual_port: Some(443),
    credential: Credential::Bearer,
    id_query: Some("edge_agent_id"),
    seat: Seat::Device,
    greeting: Greeting::Nothing,
    heartbeat: Heartbeat::Device {
        every: Duration::from_secs(30),
        answered_within: Some(Duration::from_secs(10)),
        asked_for_after: None,
    },
    given_up: GivenUp::WithoutHeartbeat(Duration::from_mins(1)),
    open_within: Duration::from_secs(10),
    ping_every: None,
    silence_limit: Some(Duration::from_secs(90)),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    // A command may have to wait for the next request, and for the one after that.
    command_timeout: Duration::from_mins(2),
    // Pictures travel inside acknowledgements.
    max_up_bytes: 8 * 1024 * 1024,
    max_down_bytes: 1024 * 1024,
    pace: Pace::USUAL,
    retry: Retry {
        first: Duration::from_secs(1),
        most: Duration::from_mins(1),
        patience: 10,
        refused: Duration::from_mins(5),
    },
    poll_every: Some(Duration::from_secs(15)),
    extensions: Extensions::NONE,
};
