//! What happens to the device, and what it tells those who watch.

use chaperone_gate::Judgement;
use chaperone_link::LinkEvent;
use chaperone_protocol::{Action, Agent, AgentId, ConnectionId, Program, Timestamp};
use tokio::sync::oneshot;

use crate::{
    connection::Connection,
    entry::Entry,
    error::{AnswerError, ExplainError},
    request::{Answer, Request, Running},
    run::Ended,
};

/// Everything that can happen to the device. Nothing else changes its state.
#[derive(Debug)]
pub(crate) enum Event {
    /// A link has something to say.
    Link(ConnectionId, LinkEvent),
    /// A run ended.
    Ended { number: u64, ended: Ended },
    /// The person answered.
    Answer {
        number: u64,
        digest: String,
        answer: Answer,
        reply: Reply,
    },
    /// The person denies everything of one agent, or of everybody.
    DenyAll {
        agent: Option<(ConnectionId, AgentId)>,
        reply: Reply,
    },
    /// The person stops a run.
    Stop { number: u64, reply: Reply },
    /// The person stops everything, or lifts that.
    Pause { paused: bool, reply: Reply },
    /// The person wants a connection tried at once.
    TryNow { connection: ConnectionId },
    /// A face wants the whole state.
    Look { reply: oneshot::Sender<Look> },
    /// A face wants to know what would happen with a command.
    Explain {
        supposed: Box<Supposed>,
        reply: oneshot::Sender<Result<Judgement, ExplainError>>,
    },
    /// The app ends.
    Shutdown { reply: oneshot::Sender<()> },
}

/// A command that nobody has sent.
#[derive(Debug, Clone)]
pub struct Supposed {
    /// The connection it would come through; the first one, where none is named.
    pub connection: Option<ConnectionId>,
    /// Who would ask.
    pub agent: Agent,
    /// What would be asked.
    pub action: Action,
    /// What the gate makes of its line, where it has one.
    pub program: Option<Program>,
}

pub(crate) type Reply = oneshot::Sender<Result<(), AnswerError>>;

/// The whole state, at one moment.
#[derive(Debug, Clone)]
pub struct Look {
    /// Everything is paused.
    pub paused: bool,
    /// The connections.
    pub connections: Vec<Connection>,
    /// What waits.
    pub requests: Vec<Request>,
    /// What runs.
    pub running: Vec<Running>,
}

/// One change, told to whoever watches.
#[derive(Debug, Clone)]
pub enum Update {
    /// The pause was set or lifted.
    Paused(bool),
    /// A connection changed.
    Connections(Vec<Connection>),
    /// What waits changed.
    Requests(Vec<Request>),
    /// What runs changed.
    Running(Vec<Running>),
    /// The record has a new entry that a person would want to see.
    Recorded {
        /// Its number in the record.
        seq: u64,
        /// When.
        at: Timestamp,
        /// What.
        entry: Box<Entry>,
    },
    /// The record cannot be written (with the cause), or can be again.
    Unwritable(Option<String>),
}
