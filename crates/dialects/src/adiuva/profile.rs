//! The wire's numbers and names.

use std::time::Duration;

use crate::{
    Credential, Extensions, GivenUp, Greeting, Heartbeat, Pace, Profile, Refusal, Refusals, Retry,
    Seat,
};

/// Whatever is wrong with a hello, hubs of this kind close without a word.
const REFUSAL: Refusal = Refusal {
    code: 1008,
    reason: Some(""),
};

pub(super) static PROFILE: Profile = Profile {
    id: "adiuva",
    name: "Adiuva",
    native_path: "/api/v1/ws/device",
    usual_port: None,
    credential: Credential::Query("token"),
    id_query: None,
    seat: Seat::Account,
    greeting: Greeting::Announced {
        within: Some(Duration::from_secs(15)),
        refusals: Refusals {
            late: REFUSAL,
            other: REFUSAL,
            senseless: REFUSAL,
        },
    },
    heartbeat: Heartbeat::Hub {
        every: Duration::from_secs(30),
    },
    // A device that never answers a `ping` is tolerated as long as its socket lives.
    given_up: GivenUp::OnSilence,
    open_within: Duration::from_secs(20),
    ping_every: Some(Duration::from_secs(30)),
    // Three of the hub's heartbeats.
    silence_limit: Some(Duration::from_secs(90)),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    command_timeout: Duration::from_secs(30),
    // Pictures travel inside results, and whole files inside an agent's data.
    max_up_bytes: 16 * 1024 * 1024,
    max_down_bytes: 1024 * 1024,
    pace: Pace::USUAL,
    retry: Retry {
        // A running backend notices up to 30 s late that a socket is gone, and then forgets
        // whichever socket the account has by that time: one that came back sooner stays open and
        // never hears a command again. Four fifths of this are past that.
        first: Duration::from_secs(39),
        most: Duration::from_mins(1),
        patience: 10,
        refused: Duration::from_mins(5),
    },
    poll_every: None,
    extensions: Extensions::NONE,
};
