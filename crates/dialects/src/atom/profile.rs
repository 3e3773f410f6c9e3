//! The wire's numbers and names.

use std::time::Duration;

use crate::{Credential, Extensions, Profile, Retry};

pub(super) const MAX_FRAME_BYTES: usize = 1024 * 1024;

pub(super) static PROFILE: Profile = Profile {
    id: "atom",
    name: "Atom",
    native_path: "/api/devices/ws",
    credential: Credential::Query("token"),
    open_within: Duration::from_secs(20),
    register_within: Duration::from_secs(10),
    registered_within: Duration::from_secs(15),
    heartbeat_every: Duration::from_secs(30),
    probe_after: Duration::from_secs(30),
    drop_after: Duration::from_mins(5),
    silence_limit: Duration::from_secs(90),
    wake_limit: Duration::from_secs(10),
    write_within: Duration::from_secs(20),
    command_timeout: Duration::from_secs(30),
    max_frame_bytes: MAX_FRAME_BYTES,
    retry: Retry {
        first: Duration::from_secs(1),
        most: Duration::from_secs(30),
        refused: Duration::from_mins(5),
    },
    extensions: Extensions::ALL,
};
