//! Which face may call what. A face is decided by the host that it is part of, never by itself.

use crate::{call::Call, view::Decision};

/// Where a call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// The panel window, or its twin in a browser on this machine.
    Panel,
    /// The small window that shows one request.
    Request,
    /// The small window that shows what is captured.
    Indicator,
    /// The command line, where no window exists.
    Terminal,
    /// The command line beside a desktop app: it may look and stop, but what needs a yes is
    /// answered in the window, where the person sees what it is about.
    Bystander,
}

impl Face {
    pub(crate) fn may(self, call: &Call) -> bool {
        match self {
            Self::Panel | Self::Terminal => true,
            Self::Request => matches!(
                call,
                Call::Snapshot
                    | Call::Answer(_)
                    | Call::AllowAlways(_)
                    | Call::DenyAll(_)
                    | Call::Shown(_)
                    | Call::ReadArtifact(_)
                    | Call::TrimArtifact(_)
            ),
            // It tells what is captured, and ends it.
            Self::Indicator => matches!(call, Call::Stop(_)),
            Self::Bystander => match call {
                Call::Snapshot
                | Call::DenyAll(_)
                | Call::Stop(_)
                | Call::ActivityList(_)
                | Call::Output(_)
                | Call::Verify
                | Call::MendSearch
                | Call::Explain(_)
                | Call::TryNow(_)
                | Call::Rules
                | Call::Suggest(_)
                | Call::Agents
                | Call::AgentHistory(_)
                | Call::Capabilities
                | Call::Devices
                | Call::TryCancel(_)
                | Call::Settings
                | Call::Artifacts(_)
                | Call::DeleteArtifact(_)
                | Call::GetConnection(_)
                | Call::Checkpoint => true,
                // To tighten is always taken.
                Call::AgentMute(params) => params.muted,
                Call::SetCapability(params) => !params.on,
                Call::Pause(params) => params.paused,
                Call::Answer(params) => {
                    matches!(params.decision, Decision::Deny | Decision::Discard)
                }
                Call::Shown(_)
                | Call::OwnAgents
                | Call::CreateAgent(_)
                | Call::NewAgentKey(_)
                | Call::RevokeAgentKey(_)
                | Call::LimitAgent(_)
                | Call::RemoveAgent(_)
                | Call::Practice(_)
                | Call::Starters
                | Call::AllowAlways(_)
                | Call::AddRule(_)
                | Call::RemoveRule(_)
                | Call::AgentCeiling(_)
                | Call::SetStanding(_)
                // What it brings is the person's, who sits at the window.
                | Call::Try(_)
                | Call::SetSettings(_)
                | Call::Offer(_)
                | Call::SignIn(_)
                | Call::SignInStep(_)
                | Call::SignInCancel(_)
                | Call::ChangeConnection(_)
                | Call::RemoveConnection(_)
                // What the hub makes of it is not known here: it may well be to loosen.
                | Call::Switch(_)
                | Call::ReadArtifact(_)
                | Call::TrimArtifact(_)
                | Call::ArtifactThumbnail(_) => false,
            },
        }
    }
}
