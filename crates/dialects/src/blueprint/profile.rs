//! The wire's numbers and names.

use std::time::Duration;

use crate::{
    Credential, Extensions, GivenUp, Greeting, Heartbeat, Pace, Profile, Refusal, Refusals, Retry,
    Seat,
};

/// The document knows no close codes; this is the one for what a peer may not do.
const REFUSED: Refusal = Refusal {
    code: 1008,
    reason: None,
};

pub(super) static PROFILE: Profile = Profile {
    id: "blueprint",
    name: "SmartBlueprint Pro",
    native_path: "/ws",
    usual_port: Some(5000),
    // The document asks for a token and does not say where it goes.
    credential: Credential::Query("token"),
    id_query: None,
    seat: Seat::Socket,
    greeting: Greeting::Announced {
        within: None,
        refusals: Refusals {
            late: REFUSED,
            other: REFUSED,
            senseless: REFUSED,
        },
    },
    heartbeat: Heartbeat::Device {
        every: Duration::from_secs(30),
        answered_within: None,
        asked_for_after: None,
    },
    given_up: GivenUp::WithoutFurtherHeartbeat(Duration::from_secs(90)),
    open_within: Duration::from_secs(20),
    ping_every: Some(Duration::from_secs(30)),
    silence_limit: Some(Duration::from_secs(90)),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    command_timeout: Duration::from_secs(30),
    max_up_bytes: 1024 * 1024,
    max_down_bytes: 1024 * 1024,
    pace: Pace {
        messages: 100,
        within: Duration::from_mins(1),
    },
    retry: Retry {
        first: Duration::from_secs(1),
        most: Duration::from_secs(30),
        patience: 10,
        refused: Duration::from_mins(5),
    },
    poll_every: None,
    extensions: Extensions::NONE,
};
