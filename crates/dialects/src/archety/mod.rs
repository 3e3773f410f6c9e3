//! The edge socket of archety: `{type, data}` objects, beside an HTTP side that does the same slower.
//!
//! Who the device is stands in the request for the socket; how it came to have an id is the matter
//! of `registering.rs`. `README.md` beside this file tells where peers differ.

mod acknowledgement;
mod foreign;
mod frames;
mod from_wire;
mod polling;
mod profile;
mod registering;
mod sign;
#[cfg(test)]
mod tests;
mod to_wire;
mod wire;

use std::time::Duration;

use chaperone_protocol::{CommandState, Health, Outcome, Report};

pub use registering::{EdgeRegistered, EdgeRegistration};
pub use sign::{BearerError, SignedBearer, is_shared_secret};

use crate::{
    Asked, Configuration, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError,
    FrameKind, Polling, Profile, RemoteCommand, SignInWay, Upstream,
};

/// The dialect.
pub(crate) static DIALECT: Archety = Archety;

pub(crate) struct Archety;

impl Dialect for Archety {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
    }

    fn sign_in(&self) -> &'static [SignInWay] {
        &[SignInWay::Registration, SignInWay::Pasted]
    }

    fn frames(&self) -> &'static [FrameKind] {
        frames::FRAMES
    }

    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::up(message, cx)
    }

    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        from_wire::up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::down(message, cx)
    }

    fn decode_down(
        &self,
        text: &str,
        _cx: Context<'_>,
    ) -> Result<Decoded<Downstream>, DecodeError> {
        from_wire::down(text)
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        match message {
            Upstream::Heartbeat | Upstream::Accepted { .. } => Some(message),
            Upstream::Progress { id, state } => match state {
                CommandState::Received | CommandState::Judged => Some(Upstream::Accepted { id }),
                CommandState::Waiting => Some(Upstream::Progress { id, state }),
                CommandState::Approved | CommandState::Running | CommandState::Reviewing => {
                    let state = CommandState::Running;
                    Some(Upstream::Progress { id, state })
                }
                CommandState::Finished
                | CommandState::Denied
                | CommandState::Expired
                | CommandState::Cancelled
                | CommandState::Interrupted
                | CommandState::Delivered => None,
            },
            Upstream::Result { id, outcome } => Some(Upstream::Result {
                id,
                outcome: heard_outcome(outcome),
            }),
            Upstream::Report(Report::Health(health)) => {
                Some(Upstream::Report(Report::Health(heard_health(health))))
            }
            Upstream::Register(_)
            | Upstream::Proof { .. }
            | Upstream::Part { .. }
            | Upstream::Report(Report::Event(_))
            | Upstream::Error { .. } => None,
        }
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        match message {
            Downstream::Connected { .. } => Some(Downstream::Connected {
                device: None,
                heartbeat_every: None,
            }),
            Downstream::Command(RemoteCommand { id, asked, .. }) => {
                let asked = match asked {
                    Asked::Ability(action) => Asked::Ability(action),
                    Asked::Foreign { name, .. } if name == foreign::UPDATE_CONFIG => return None,
                    Asked::Foreign { name, parameters } => {
                        let name = foreign::usual_name(&name).to_owned();
                        let parameters = foreign::usual_parameters(&name, parameters);
                        Asked::Foreign { name, parameters }
                    }
                    Asked::Wish(configuration) => Asked::Wish(heard_wish(configuration)),
                    Asked::Senseless { .. } => return None,
                };
                Some(Downstream::Command(RemoteCommand {
                    id,
                    agent: None,
                    deadline_at: None,
                    asked,
                }))
            }
            Downstream::HeartbeatAck => Some(Downstream::HeartbeatAck),
            Downstream::Configure(configuration) => {
                Some(Downstream::Configure(heard_wish(configuration)))
            }
            Downstream::Challenge { .. }
            | Downstream::Registered { .. }
            | Downstream::Cancel { .. }
            | Downstream::ResultAck { .. }
            | Downstream::Heartbeat
            | Downstream::HeartbeatProbe
            | Downstream::Event(_)
            | Downstream::Error { .. } => None,
        }
    }

    fn polling(&self) -> Option<&'static dyn Polling> {
        Some(&polling::POLLING)
    }
}

/// A failure without a reason gets one; everything else arrives.
fn heard_outcome(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failure {
            code,
            message,
            finished_at,
            ..
        } if message.is_empty() => Outcome::failure(code, acknowledgement::NO_REASON, finished_at),
        arrives => arrives,
    }
}

/// Whole seconds, and no second value under a name that has one already.
fn heard_health(mut health: Health) -> Health {
    for name in wire::STATUS_NAMES {
        health.more.remove(name);
    }
    let number = |number: Option<f64>| number.filter(|number| number.is_finite());
    Health {
        uptime: health
            .uptime
            .map(|uptime| Duration::from_secs(uptime.as_secs())),
        cpu_percent: number(health.cpu_percent),
        memory_percent: number(health.memory_percent),
        memory_mb: number(health.memory_mb),
        more: health.more,
    }
}

/// Whole seconds, and nothing under the name that they have.
fn heard_wish(wish: Configuration) -> Configuration {
    let Configuration {
        poll_every,
        mut more,
    } = wish;
    more.remove(wire::SYNC_INTERVAL);
    Configuration {
        poll_every: poll_every.map(|every| Duration::from_secs(wire::whole_seconds(every))),
        more,
    }
}
