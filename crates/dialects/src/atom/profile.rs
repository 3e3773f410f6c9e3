//! The wire's numbers and names.

use std::time::Duration;

use crate::{
    Credential, Extensions, GivenUp, Greeting, Heartbeat, Pace, Profile, Refusal, Refusals, Retry,
    Seat,
};

pub(super) static PROFILE: Profile = Profile {
    id: "atom",
    name: "Atom",
    native_path: "/api/devices/ws",
    usual_port: Some(8000),
    credential: Credential::Query("token"),
    id_query: None,
    seat: Seat::Device,
    greeting: Greeting::Confirmed {
        within: Duration::from_secs(10),
        answer_within: Duration::from_secs(15),
        refusals: Refusals {
            late: Refusal {
                code: 1008,
                reason: Some("Registration timeout"),
            },
            other: Refusal {
                code: 1002,
                reason: Some("Expected register message"),
            },
            senseless: Refusal {
                code: 1002,
                reason: None,
            },
        },
    },
    heartbeat: Heartbeat::Device {
        every: Duration::from_secs(30),
        answered_within: None,
        asked_for_after: Some(Duration::from_secs(30)),
    },
    given_up: GivenUp::WithoutHeartbeat(Duration::from_mins(5)),
    open_within: Duration::from_secs(20),
    ping_every: None,
    silence_limit: Some(Duration::from_secs(90)),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    command_timeout: Duration::from_secs(30),
    // Pictures travel inside results.
    max_up_bytes: 8 * 1024 * 1024,
    max_down_bytes: 1024 * 1024,
    pace: Pace::USUAL,
    retry: Retry {
        first: Duration::from_secs(1),
        most: Duration::from_secs(30),
        patience: 10,
        refused: Duration::from_mins(5),
    },
    poll_every: None,
    extensions: Extensions::ALL,
};
