//! The HTTP side: commands fetched and events delivered by `/edge/sync`, results by
//! `/edge/command/ack`.
//!
//! The same objects as on the socket, in bodies of their own.

use chaperone_protocol::{CommandId, DeviceId, Event, Map, Value};
use serde::Serialize;

use super::{
    acknowledgement, from_wire,
    profile::PROFILE,
    sign::SignedBearer,
    to_wire,
    wire::{Arguments, Order, Wishes},
};
use crate::{
    Configuration, Context, DecodeError, Downstream, EncodeError, Poll, Polled, PolledEvent,
    Polling, Upstream,
    json::{self, Fields},
    shorten::{fitting_result, written},
};

pub(super) static POLLING: Edge = Edge;

pub(super) struct Edge;

const SYNC: &str = "sync";

impl Polling for Edge {
    fn path(&self) -> &'static str {
        "/edge/sync"
    }

    fn headers(&self, token: &str, cx: Context<'_>) -> Vec<(&'static str, String)> {
        // The moment of the token; one that was not signed has none, and then it is now.
        let signed_at = SignedBearer::signed_at(token).unwrap_or(cx.now);
        let mut headers = vec![
            ("x-edge-protocol-version", "1.0".to_owned()),
            ("x-edge-timestamp", signed_at.as_second().to_string()),
        ];
        if let Some(device) = cx.device {
            headers.push(("x-edge-agent-id", device.as_str().to_owned()));
        }
        headers
    }

    fn ask(&self, poll: &Poll, cx: Context<'_>) -> Result<String, EncodeError> {
        let said = |name| cx.health.and_then(|health| health.more.get(name)?.as_u64());
        let body = AskBody {
            edge_agent_id: cx.device.map(DeviceId::as_str),
            last_command_id: poll.last_command.as_ref().map(CommandId::as_str),
            pending_events: poll.events.iter().map(event_body).collect(),
            status: StatusBody {
                // This device keeps neither messages nor rules, so none is no guess.
                scheduled_messages: said("scheduled_messages").unwrap_or(0),
                active_rules: said("active_rules").unwrap_or(0),
                uptime_seconds: cx
                    .health
                    .and_then(|health| health.uptime)
                    .map(|uptime| uptime.as_secs()),
            },
        };
        written(&body, PROFILE.max_up_bytes)
    }

    fn asked(&self, text: &str, cx: Context<'_>) -> Result<Poll, DecodeError> {
        let body = json::frame(text, PROFILE.max_up_bytes)?;
        let fields = Fields::of(&body);
        let named = fields.text("edge_agent_id").map_err(malformed)?;
        if let (Some(named), Some(device)) = (named, cx.device)
            && named != device.as_str()
        {
            return Err(malformed("it speaks for another device"));
        }
        let last_command = fields
            .has("last_command_id")
            .then(|| fields.command_id(SYNC, "last_command_id"))
            .transpose()?;
        let events = entries(fields, "pending_events")?
            .iter()
            .map(|entry| event(object(entry, "an event")?).map_err(malformed))
            .collect::<Result<_, _>>()?;
        Ok(Poll {
            last_command,
            events,
        })
    }

    fn answer(&self, polled: &Polled, cx: Context<'_>) -> Result<String, EncodeError> {
        let mut asking = Vec::new();
        let mut wishes: Option<Configuration> = None;
        for message in &polled.messages {
            match message {
                Downstream::Command(command) => {
                    asking.push((command, to_wire::arguments(command)?));
                }
                Downstream::Configure(configuration) => {
                    let merged = wishes.get_or_insert_default();
                    merged.poll_every = configuration.poll_every.or(merged.poll_every);
                    merged.more.extend(configuration.more.clone());
                }
                Downstream::Connected { .. }
                | Downstream::Challenge { .. }
                | Downstream::Registered { .. }
                | Downstream::Cancel { .. }
                | Downstream::ResultAck { .. }
                | Downstream::Heartbeat
                | Downstream::HeartbeatAck
                | Downstream::HeartbeatProbe
                | Downstream::Event(_)
                | Downstream::Error { .. } => {
                    return Err(EncodeError::Unsupported {
                        what: "anything but commands and wishes in an answer",
                    });
                }
            }
        }
        let body = AnswerBody {
            commands: asking
                .iter()
                .map(|(command, arguments): &(_, Arguments<'_>)| {
                    to_wire::order(command, arguments, cx)
                })
                .collect::<Result<_, _>>()?,
            ack_events: &polled.kept_events,
            config_updates: wishes.as_ref().map(to_wire::wishes),
        };
        written(&body, PROFILE.max_down_bytes)
    }

    fn answered(&self, text: &str, _cx: Context<'_>) -> Result<Polled, DecodeError> {
        let body = json::frame(text, PROFILE.max_down_bytes)?;
        let fields = Fields::of(&body);
        let mut messages: Vec<Downstream> = entries(fields, "commands")?
            .iter()
            .map(|entry| {
                let command = object(entry, "a command").and_then(from_wire::command);
                // One that cannot even be answered must not hold up the others, nor be silent.
                command.unwrap_or_else(|error| Downstream::Error {
                    message: error.to_string(),
                })
            })
            .collect();
        let updates = fields.object("config_updates").map_err(malformed)?;
        if updates.entries().next().is_some() {
            let wishes = from_wire::wishes(updates).map_err(malformed)?;
            messages.push(Downstream::Configure(wishes));
        }
        let kept_events = entries(fields, "ack_events")?
            .iter()
            .map(|id| id.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| malformed("ack_events holds something else than ids"))?;
        Ok(Polled {
            messages,
            kept_events,
        })
    }

    fn result_path(&self) -> &'static str {
        "/edge/command/ack"
    }

    fn result(&self, message: &Upstream, _cx: Context<'_>) -> Result<String, EncodeError> {
        let Upstream::Result { id, outcome } = message else {
            return Err(EncodeError::Unsupported {
                what: "anything but a result in a request",
            });
        };
        let limit = PROFILE.max_up_bytes;
        fitting_result(outcome, limit, |outcome| {
            written(&acknowledgement::of_outcome(id, outcome), limit)
        })
    }

    fn result_taken(&self, text: &str, cx: Context<'_>) -> Result<Upstream, DecodeError> {
        let body = json::frame(text, PROFILE.max_up_bytes)?;
        acknowledgement::heard(Fields::of(&body), cx)
    }
}

#[derive(Serialize)]
struct AskBody<'a> {
    edge_agent_id: Option<&'a str>,
    last_command_id: Option<&'a str>,
    pending_events: Vec<EventBody<'a>>,
    status: StatusBody,
}

#[derive(Serialize)]
struct EventBody<'a> {
    event_id: &'a str,
    event_type: &'a str,
    thread_id: Option<&'a str>,
    details: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct StatusBody {
    scheduled_messages: u64,
    active_rules: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    uptime_seconds: Option<u64>,
}

/// Programs read the length of both lists, so neither is ever left out.
#[derive(Serialize)]
struct AnswerBody<'a> {
    commands: Vec<Order<'a>>,
    ack_events: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    config_updates: Option<Wishes<'a>>,
}

/// The thread stands beside the details; ours has it in them as well, so that nothing is lost.
fn event_body(polled: &PolledEvent) -> EventBody<'_> {
    let Event { name, data } = &polled.event;
    EventBody {
        event_id: &polled.id,
        event_type: name,
        thread_id: data.get(THREAD).and_then(Value::as_str),
        details: data,
    }
}

const THREAD: &str = "thread_id";

fn event(fields: Fields<'_>) -> Result<PolledEvent, String> {
    let named = |name: &str| {
        let text = fields.text(name)?.filter(|text| !text.is_empty());
        text.map(str::to_owned)
            .ok_or_else(|| format!("an event has no {name}"))
    };
    let details = fields.object("details")?;
    let mut data = details.without(&[]);
    if let Some(thread) = fields.text(THREAD)?
        && !details.has(THREAD)
    {
        data.insert(THREAD.to_owned(), thread.into());
    }
    Ok(PolledEvent {
        id: named("event_id")?,
        event: Event {
            name: named("event_type")?,
            data,
        },
    })
}

fn entries<'a>(fields: Fields<'a>, name: &str) -> Result<&'a [Value], DecodeError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(entries)) => Ok(entries),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            Err(malformed(format!("{name} is not a list")))
        }
    }
}

fn object<'a>(entry: &'a Value, what: &str) -> Result<Fields<'a>, DecodeError> {
    Some(entry)
        .filter(|entry| entry.is_object())
        .and_then(|entry| Fields::inside(Some(entry)))
        .ok_or_else(|| malformed(format!("{what} is not an object")))
}

fn malformed(problem: impl Into<String>) -> DecodeError {
    let problem = problem.into();
    DecodeError::malformed(SYNC, format!("the sync body is malformed: {problem}"))
}
