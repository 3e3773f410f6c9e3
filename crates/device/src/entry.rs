//! What the record says, entry by entry.
//!
//! No output of a program, no value of a variable, no artifact: the record is kept for ever and
//! shown to others. What a command printed stays in the journal.

use std::time::Duration;

use chaperone_gate::{Judgement, Rule, RuleId};
use chaperone_protocol::{
    Action, Agent, AgentId, Capability, CommandId, CommandState, ConnectionId, Data, FailureCode,
    Maturity, Outcome, Precision, Timestamp,
};
use chaperone_vault::{About, RecordEntry};
use serde::{Deserialize, Serialize};

use crate::trial::{Hindrance, TrialKind};

/// One entry of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// The device began its work.
    Started {
        /// The version that did.
        version: String,
    },
    /// The device ended its work in good order.
    Stopped,
    /// A person stopped everything.
    Paused,
    /// A person lifted the pause.
    Resumed,
    /// A connection came up.
    Connected {
        /// Its name.
        connection: String,
    },
    /// A connection went down.
    Disconnected {
        /// Its name.
        connection: String,
    },
    /// Something was captured, and is kept on this device.
    Captured {
        /// The journal's number.
        number: u64,
        /// With what.
        capability: Capability,
    },
    /// The person had something captured once more.
    Retaken {
        /// The journal's number.
        number: u64,
    },
    /// A recording ended.
    RecordingEnded {
        /// The journal's number of the command that began it.
        number: u64,
        /// Why, as a sentence.
        why: String,
    },
    /// The person cut a recording before it left.
    RecordingCut {
        /// The journal's number of the command that wants it.
        number: u64,
        /// How long it was.
        was: Duration,
        /// How long it is.
        is: Duration,
    },
    /// The person deleted something that was captured, or its time had come.
    ArtifactDeleted {
        /// The name it had on this device.
        artifact: String,
    },
    /// The person is about to try what this computer can do.
    Trying {
        /// What.
        trial: TrialKind,
    },
    /// The person tried what this computer can do.
    Tried {
        /// What.
        trial: TrialKind,
        /// The camera or display, as people know it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// What was in the way; nothing where it worked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hindrance: Option<Hindrance>,
        /// The same as a sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// The person made a rule.
    RuleAdded {
        /// The whole rule.
        rule: Box<Rule>,
    },
    /// The person took a rule back, or a screen lock did.
    RuleRemoved {
        /// Its name.
        rule: RuleId,
    },
    /// The person changed settings.
    SettingsChanged {
        /// Which ones, by name.
        which: Vec<String>,
    },
    /// The person set the highest level an agent has here.
    AgentCeiling {
        /// Its connection's name.
        connection: String,
        /// Which.
        agent: AgentId,
        /// None is its connection's.
        ceiling: Option<Maturity>,
    },
    /// The person mutes an agent, or hears it again.
    AgentMuted {
        /// Its connection's name.
        connection: String,
        /// Which.
        agent: AgentId,
        /// No more.
        muted: bool,
    },
    /// The person paired this device with a hub.
    Paired {
        /// The connection's name.
        connection: String,
        /// Its address; it holds no token.
        address: String,
    },
    /// The person signed in again.
    SignedIn {
        /// The connection's name.
        connection: String,
    },
    /// The person changed how a connection is kept.
    ConnectionChanged {
        /// The connection's name.
        connection: String,
    },
    /// The person asked a hub to switch something of its own.
    HubSwitched {
        /// The connection's name.
        connection: String,
        /// The hub's name for it.
        switch: String,
        /// On, or off.
        on: bool,
    },
    /// The person ended a pairing.
    Unpaired {
        /// The connection's name.
        connection: String,
    },
    /// A hub asked more often than anybody answers; so many were refused unheard.
    Flooded {
        /// The connection's name.
        connection: String,
        /// How many.
        refused: u64,
    },
    /// The screen was locked, which ended what was to last until then.
    Locked {
        /// So many rules and answers.
        ended: u64,
    },
    /// A command took a step before its end.
    Stepped {
        /// The journal's number.
        number: u64,
        /// Where it stands now.
        state: CommandState,
        /// Who asked for what; said at the first step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<Asked>,
        /// The judgement; said when it is made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        judgement: Option<Box<Judgement>>,
        /// The digest of what the person was shown, or of what runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
        /// Who let it run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Approval>,
    },
    /// A command ended, however it ended.
    Settled(Box<Settled>),
}

/// Who asked for what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The hub's id for the command.
    pub id: CommandId,
    /// The connection's name.
    pub connection: String,
    /// The connection itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing: Option<ConnectionId>,
    /// Who asked.
    pub agent: Option<Agent>,
    /// For what.
    pub what: What,
}

/// The short form of what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// To show a notification.
    Notification {
        /// Its title.
        title: String,
    },
    /// To run a command line.
    Shell {
        /// The line.
        line: String,
    },
    /// To tell where this computer is.
    Location {
        /// How exactly.
        precision: Precision,
    },
    /// To take a photo.
    Camera,
    /// To take a picture of a display.
    Screenshot,
    /// To record a display.
    Recording {
        /// For so long at most.
        limit: Duration,
        /// With sound.
        audio: bool,
    },
    /// To end a recording and hand it over.
    EndRecording,
    /// Something this device cannot do.
    Unknown {
        /// The command's name.
        name: String,
    },
    /// Something with parameters that make no sense.
    Unreadable,
}

/// Who let a command run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The table lets it run unasked.
    Table,
    /// A rule of the person lets it run unasked.
    Rule,
    /// The person said yes, this once.
    Person,
}

/// A command's end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The journal's number.
    pub number: u64,
    /// Who asked for what.
    pub asked: Asked,
    /// How it ended.
    pub state: CommandState,
    /// What the gate said, when it was reached.
    pub judgement: Option<Box<Judgement>>,
    /// Who let it run, when somebody did.
    pub approval: Option<Approval>,
    /// Why it failed, when it did.
    pub code: Option<FailureCode>,
    /// The failure's sentence.
    pub message: Option<String>,
    /// A program's exit code.
    pub exit_code: Option<i32>,
    /// How long a program ran.
    pub took: Option<Duration>,
}

impl Entry {
    /// The entry's kind, by which the record is read back in parts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Connected { .. } => "connected",
            Self::Disconnected { .. } => "disconnected",
            Self::Captured { .. } => "captured",
            Self::Retaken { .. } => "retaken",
            Self::RecordingEnded { .. } => "recording_ended",
            Self::RecordingCut { .. } => "recording_cut",
            Self::ArtifactDeleted { .. } => "artifact_deleted",
            Self::Trying { .. } => "trying",
            Self::Tried { .. } => "tried",
            Self::RuleAdded { .. } => "rule_added",
            Self::RuleRemoved { .. } => "rule_removed",
            Self::SettingsChanged { .. } => "settings_changed",
            Self::AgentCeiling { .. } => "agent_ceiling",
            Self::AgentMuted { .. } => "agent_muted",
            Self::Paired { .. } => "paired",
            Self::SignedIn { .. } => "signed_in",
            Self::ConnectionChanged { .. } => "connection_changed",
            Self::HubSwitched { .. } => "hub_switched",
            Self::Unpaired { .. } => "unpaired",
            Self::Flooded { .. } => "flooded",
            Self::Locked { .. } => "locked",
            Self::Stepped { .. } => "stepped",
            Self::Settled(_) => "settled",
        }
    }

    /// The entry as the vault keeps it.
    pub fn row(&self, at: Timestamp) -> Result<RecordEntry, chaperone_vault::Error> {
        let row = RecordEntry::new(self.kind(), self, at)?;
        match self.about() {
            Some(about) => row.about(&about),
            None => Ok(row),
        }
    }

    /// By what it is found again. Entries that concern no agent are found by their time and kind.
    fn about(&self) -> Option<About> {
        if let Self::Tried {
            trial,
            source,
            message,
            ..
        } = self
        {
            let words: Vec<&str> = [source, message]
                .into_iter()
                .flatten()
                .map(|word| &**word)
                .collect();
            return Some(About {
                connection: None,
                agent: None,
                capability: Some(trial.capability()),
                verdict: None,
                text: words.join(" "),
            });
        }
        let (asked, judgement, message) = match self {
            Self::Stepped {
                asked: Some(asked),
                judgement,
                ..
            } => (asked, judgement, None),
            Self::Settled(settled) => (
                &settled.asked,
                &settled.judgement,
                settled.message.as_deref(),
            ),
            _ => return None,
        };
        let mut text = asked.connection.clone();
        let agent = asked.agent.as_ref();
        for word in agent
            .map(|agent| agent.name.as_str())
            .into_iter()
            .chain(asked.what.words())
            .chain(message)
        {
            text.push(' ');
            text.push_str(word);
        }
        Some(About {
            connection: asked.pairing.clone(),
            agent: agent.map(|agent| agent.id.clone()),
            capability: asked.what.capability(),
            verdict: judgement
                .as_ref()
                .map(|judgement| judgement.verdict.as_str().to_owned()),
            text,
        })
    }

    /// The kinds that make the person's timeline; the steps between are for auditors.
    pub const TIMELINE: [&'static str; 24] = [
        "started",
        "recording_ended",
        "recording_cut",
        "retaken",
        "artifact_deleted",
        "tried",
        "rule_added",
        "rule_removed",
        "settings_changed",
        "agent_ceiling",
        "agent_muted",
        "paired",
        "signed_in",
        "connection_changed",
        "hub_switched",
        "unpaired",
        "flooded",
        "locked",
        "stopped",
        "paused",
        "resumed",
        "connected",
        "disconnected",
        "settled",
    ];
}

impl What {
    /// What it needs, where it is something that this device can do.
    pub fn capability(&self) -> Option<Capability> {
        match self {
            Self::Notification { .. } => Some(Capability::Notification),
            Self::Shell { .. } => Some(Capability::Shell),
            Self::Location { .. } => Some(Capability::Location),
            Self::Camera => Some(Capability::Camera),
            Self::Screenshot | Self::Recording { .. } | Self::EndRecording => {
                Some(Capability::Screen)
            }
            Self::Unknown { .. } | Self::Unreadable => None,
        }
    }

    /// The words in it that somebody would look for.
    fn words(&self) -> Option<&str> {
        match self {
            Self::Notification { title } => Some(title),
            Self::Shell { line } => Some(line),
            Self::Unknown { name } => Some(name),
            Self::Location { .. }
            | Self::Camera
            | Self::Screenshot
            | Self::Recording { .. }
            | Self::EndRecording
            | Self::Unreadable => None,
        }
    }

    /// Names an action in short.
    pub fn of(action: &Action) -> Self {
        match action {
            Action::Notify(notify) => Self::Notification {
                title: notify.title.clone(),
            },
            Action::Execute(execute) => Self::Shell {
                line: execute.line.clone(),
            },
            Action::Locate(locate) => Self::Location {
                precision: locate.precision,
            },
            Action::Snap(_) => Self::Camera,
            Action::Screenshot(_) => Self::Screenshot,
            Action::StartRecording(recording) => Self::Recording {
                limit: recording.duration,
                audio: recording.audio,
            },
            Action::StopRecording(_) => Self::EndRecording,
            Action::RunAgent(_) => Self::Unknown {
                name: chaperone_dialects::command_name(action).to_owned(),
            },
        }
    }
}

impl Settled {
    /// The end of a command, as the record keeps it.
    pub fn new(number: u64, asked: Asked, state: CommandState, outcome: &Outcome) -> Self {
        let (code, message, exit_code, took) = match outcome {
            Outcome::Failure { code, message, .. } => {
                (Some(*code), Some(message.clone()), None, None)
            }
            Outcome::Success {
                data: Data::Executed(executed),
                ..
            } => (None, None, Some(executed.exit_code), Some(executed.took)),
            Outcome::Success { .. } => (None, None, None, None),
        };
        Self {
            number,
            asked,
            state,
            judgement: None,
            approval: None,
            code,
            message,
            exit_code,
            took,
        }
    }
}
