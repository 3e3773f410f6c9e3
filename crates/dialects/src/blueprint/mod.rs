//! The socket of `SmartBlueprint` Pro: `{type, agentId, timestamp, data}`, and the same without `data`.
//!
//! Its document and its programs agree on little more than the path, so both forms are heard
//! everywhere. `README.md` beside this file tells where peers differ.

mod about;
mod complaint;
mod frames;
mod from_wire;
mod introduction;
mod opened;
mod profile;
mod relays;
mod schema;
mod state;
mod to_wire;
mod wire;

use chaperone_protocol::{Event, HubNews, Outcome, Report};

pub use introduction::agent_token;

use crate::{
    Asked, Configuration, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError,
    Extensions, FrameKind, Profile, Registration, Relay, RemoteCommand, Upstream,
};

/// The dialect.
pub(crate) static DIALECT: Blueprint = Blueprint;

pub(crate) struct Blueprint;

impl Dialect for Blueprint {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
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
            Upstream::Register(Registration { device, .. }) => {
                Some(Upstream::Register(Registration {
                    device: introduction::heard(device)?,
                    extensions: Extensions::NONE,
                    public_key: None,
                }))
            }
            Upstream::Heartbeat | Upstream::Error { .. } => Some(message),
            Upstream::Result { id, outcome } => Some(Upstream::Result {
                id,
                outcome: heard_outcome(outcome),
            }),
            Upstream::Report(Report::Health(health)) => {
                Some(Upstream::Report(Report::Health(state::heard(health)?)))
            }
            Upstream::Report(Report::Event(event)) => {
                let fields = schema::event(&event.name)?;
                schema::flaw(fields, &event.data)
                    .is_none()
                    .then_some(Upstream::Report(Report::Event(event)))
            }
            Upstream::Proof { .. }
            | Upstream::Accepted { .. }
            | Upstream::Progress { .. }
            | Upstream::Part { .. } => None,
        }
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        match message {
            Downstream::Connected { device, .. } => Some(Downstream::Connected {
                device,
                heartbeat_every: None,
            }),
            Downstream::Command(RemoteCommand { id, asked, .. }) => match asked {
                Asked::Ability(_) | Asked::Foreign { .. } => {
                    Some(Downstream::Command(RemoteCommand {
                        id,
                        agent: None,
                        deadline_at: None,
                        asked,
                    }))
                }
                Asked::Wish(_) | Asked::Senseless { .. } => None,
            },
            Downstream::HeartbeatAck | Downstream::Error { .. } => Some(message),
            Downstream::Configure(Configuration { more, .. }) => {
                Some(Downstream::Configure(Configuration {
                    poll_every: None,
                    more,
                }))
            }
            Downstream::Event(event) => heard_event(event).map(Downstream::Event),
            Downstream::Challenge { .. }
            | Downstream::Registered { .. }
            | Downstream::Cancel { .. }
            | Downstream::ResultAck { .. }
            | Downstream::Heartbeat
            | Downstream::HeartbeatProbe => None,
        }
    }

    fn tells(&self, heard: &Event) -> Option<HubNews> {
        about::told(heard)
    }

    fn relays(&self, heard: &Upstream, cx: Context<'_>) -> Vec<Relay> {
        relays::relays(heard, cx)
    }
}

/// Times have milliseconds here, and a failure without a reason gets one.
fn heard_outcome(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Success { data, finished_at } => Outcome::Success {
            data,
            finished_at: wire::to_the_millisecond(finished_at),
        },
        Outcome::Failure {
            code,
            message,
            finished_at,
            ..
        } => Outcome::failure(
            code,
            if message.is_empty() {
                from_wire::NO_REASON.to_owned()
            } else {
                message
            },
            wire::to_the_millisecond(finished_at),
        ),
    }
}

/// Relayed ones arrive whole; flat ones lose what would stand where the envelope stands.
fn heard_event(mut event: Event) -> Option<Event> {
    let fields = if let Some(fields) = schema::relayed(&event.name) {
        fields
    } else {
        let fields = schema::flat(&event.name)?;
        for name in wire::FLAT_NAMES {
            event.data.remove(name);
        }
        if event.data.get("agentId").is_some_and(|id| !id.is_string()) {
            event.data.remove("agentId");
        }
        fields
    };
    schema::flaw(fields, &event.data).is_none().then_some(event)
}
