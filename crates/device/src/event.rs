//! What happens to the device, and what it tells those who watch.

use std::{ops::Range, time::Duration};

use chaperone_gate::{Judgement, RefusedRule, Risk, Rule, RuleId};
use chaperone_link::LinkEvent;
use chaperone_protocol::{
    Action, Agent, AgentId, ArtifactId, CommandId, ConnectionId, FailureCode, Maturity, Program,
    Timestamp,
};
use chaperone_senses::Trimmed;
use chaperone_shell::Prepared;
use chaperone_vault::KnownAgent;
use tokio::sync::oneshot;

use crate::{
    connection::{Connection, ConnectionConfig},
    engine::Case,
    entry::Entry,
    error::{AnswerError, ChangeError, ExplainError, SwitchError, TrialError, TrimError},
    plan::Plan,
    request::{Answer, Captured, Request, Running},
    run::{Ended, RecordingEnded, TrialEnded},
    settings::Settings,
    trial::{Brought, Trial, TrialKind},
};

/// Everything that can happen to the device. Nothing else changes its state.
pub(crate) enum Event {
    /// A link has something to say.
    Link(ConnectionId, LinkEvent),
    /// It is known which programs a command line comes to.
    Prepared(Box<Drafted>),
    /// It is known what a command comes to.
    Planned(Box<Planned>),
    /// A run ended.
    Ended { number: u64, ended: Ended },
    /// A recording ended.
    RecordingEnded(Box<RecordingEnded>),
    /// An outcome that a new link knows nothing of.
    Undelivered(Box<chaperone_vault::JournalEntry>),
    /// What a hub is to get of a picture is ready to be sent.
    Loaded {
        connection: ConnectionId,
        id: CommandId,
        outcome: Box<chaperone_protocol::Outcome>,
    },
    /// The person answered.
    Answer {
        number: u64,
        digest: String,
        answer: Answer,
        reply: Reply,
    },
    /// The person wants only a part of a recording that waits to be sent.
    Trim {
        artifact: ArtifactId,
        part: Range<Duration>,
        reply: TrimReply,
    },
    /// That part is a recording of its own, or cannot be.
    Trimmed(Box<Shortened>),
    /// The person tries what this computer can do.
    Try {
        trial: Box<Trial>,
        reply: TrialReply,
    },
    /// That has ended.
    Tried(Box<TrialEnded>),
    /// The person stops what they try.
    StopTrial { kind: TrialKind, reply: Reply },
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
    /// The person wants something of a hub switched.
    Switch {
        connection: ConnectionId,
        /// The switch's name, as the person sees it.
        name: String,
        on: bool,
        reply: SwitchReply,
    },
    /// The person changes what holds from now on.
    Change { change: Change, reply: Changed },
    /// The screen was locked.
    ScreenLocked,
    /// A face wants the whole state.
    Look { reply: oneshot::Sender<Look> },
    /// A face wants to know what would happen with a command.
    Explain {
        supposed: Box<Supposed>,
        reply: oneshot::Sender<Result<Judgement, ExplainError>>,
    },
    /// It is known which programs that command line comes to.
    Explained {
        supposed: Box<Supposed>,
        prepared: Option<Box<Prepared>>,
        reply: oneshot::Sender<Result<Judgement, ExplainError>>,
    },
    /// The app ends.
    Shutdown { reply: oneshot::Sender<()> },
}

/// A recording that was cut while it waits.
pub(crate) struct Shortened {
    /// The command that it waits for.
    pub(crate) number: u64,
    /// The name of what was cut.
    pub(crate) old: ArtifactId,
    pub(crate) cut: Result<(Captured, Trimmed), TrimError>,
    pub(crate) reply: TrimReply,
    /// Told when the new one has taken the place of the old; it is deleted when it never does.
    pub(crate) taken: oneshot::Sender<()>,
}

pub(crate) type TrialReply = oneshot::Sender<Result<Brought, TrialError>>;

pub(crate) type TrimReply = oneshot::Sender<Result<Trimmed, TrimError>>;

/// A command before it is judged.
pub(crate) struct Drafted {
    pub(crate) case: Case,
    pub(crate) action: Action,
    pub(crate) program: Option<Program>,
    pub(crate) risks: Vec<Risk>,
    /// The programs of a command line, or why there are none.
    pub(crate) prepared: Option<Result<Prepared, (FailureCode, String)>>,
}

/// What a command comes to.
pub(crate) struct Planned {
    pub(crate) case: Case,
    pub(crate) judgement: Judgement,
    pub(crate) risks: Vec<Risk>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) plan: Result<Plan, (FailureCode, String)>,
}

/// Something the person wants to be otherwise.
pub enum Change {
    /// Other settings.
    Settings(Box<Settings>),
    /// One more rule.
    AddRule(Box<Rule>),
    /// One rule less.
    RemoveRule(RuleId),
    /// Another ceiling for an agent; none means its connection's.
    AgentCeiling {
        /// Its connection.
        connection: ConnectionId,
        /// Which.
        agent: AgentId,
        /// The highest level it has here.
        ceiling: Option<Maturity>,
    },
    /// An agent is heard no more, or again.
    AgentMuted {
        /// Its connection.
        connection: ConnectionId,
        /// Which.
        agent: AgentId,
        /// No more.
        muted: bool,
    },
    /// One more connection. The vault knows it already.
    Connect(Box<ConnectionConfig>),
    /// A connection is kept in another way. The vault knows it already.
    Reconnect(Box<ConnectionConfig>),
    /// A connection is gone. The vault has let go of it already.
    Disconnect(ConnectionId),
}

pub(crate) type Changed = oneshot::Sender<Result<(), ChangeError>>;

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

pub(crate) type SwitchReply = oneshot::Sender<Result<(), SwitchError>>;

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
    /// What the person set.
    pub settings: Settings,
    /// The rules that count.
    pub rules: Vec<Rule>,
    /// The rules that are not what they say.
    pub refused_rules: Vec<RefusedRule>,
    /// The agents that were met.
    pub agents: Vec<KnownAgent>,
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
    /// What the person set changed.
    Settings(Box<Settings>),
    /// There are other rules than before.
    Rules,
    /// An agent was met, or is known or held otherwise than before.
    Agents,
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
