//! What agents may do, what waits for a person, and what a person looks on at.

use super::operations::{Operation, operation};
use crate::rest::{agent_governance as agents, proposals, supervision, training};

pub(super) fn operations() -> Vec<Operation> {
    let under = |method, path: &str, summary| {
        let path = format!("/api/agent-governance/{path}");
        operation("governance", method, path, summary)
    };
    let proposal = |method, path: &str, summary| {
        let path = format!("/api/maturity/proposals{path}");
        operation("governance", method, path, summary)
    };
    let mut all = vec![
        under("get", "rules", "Levels, and what is at stake in actions").gives::<agents::Rules>(),
        under("get", "agents", "The person's agents").gives_many::<agents::AgentView>(),
        under("get", "agents/{agent}", "One of them").gives::<agents::AgentView>(),
        under("get", "agents/{agent}/capabilities", "What it may do")
            .gives::<agents::Capabilities>(),
        under("post", "check-deployment", "Whether it may do these things")
            .takes::<agents::DeploymentBody>()
            .gives::<agents::Deployment>(),
        under("post", "enforce-action", "What has to happen first")
            .takes::<agents::ActionBody>()
            .gives::<agents::Enforced>(),
        under("post", "submit-for-approval", "Propose something")
            .takes::<agents::ActionBody>()
            .gives::<agents::Submitted>()
            .status("201"),
        under("get", "pending-approvals", "What waits for a decision")
            .gives_many::<proposals::ProposalView>(),
        under("post", "approve/{proposal}", "Approve and carry out").gives::<proposals::Decided>(),
        under("post", "reject/{proposal}", "Reject")
            .query(&[("reason", "why")])
            .gives::<proposals::Decided>(),
        proposal("get", "", "Proposals, newest first")
            .query(&[
                ("agent_id", "of one agent"),
                ("status_filter", "in one state"),
                ("limit", "1 to 1000; 50 if absent"),
            ])
            .gives_many::<proposals::ProposalView>(),
        proposal("get", "/{proposal}", "One of them").gives::<proposals::ProposalView>(),
        proposal("post", "/{proposal}/approve", "Approve and carry out")
            .takes::<proposals::ApproveBody>()
            .gives::<proposals::Decided>(),
        proposal("post", "/{proposal}/reject", "Reject")
            .takes::<proposals::RejectBody>()
            .gives::<proposals::Decided>(),
    ];
    all.extend(trainings());
    all.extend(supervisions());
    all
}

fn trainings() -> Vec<Operation> {
    let training = |method, path: &str, summary| {
        let path = format!("/api/maturity/{path}");
        operation("governance", method, path, summary)
    };
    vec![
        training(
            "get",
            "training/proposals",
            "What students were refused, newest first",
        )
        .query(&[
            ("agent_id", "of one agent"),
            ("status_filter", "in one state"),
            ("limit", "1 to 1000; 50 if absent"),
        ])
        .gives::<training::Trainings>(),
        training("get", "training/proposals/{training}", "One of them")
            .gives::<training::TrainingView>(),
        training(
            "post",
            "training/proposals/{training}/approve",
            "Begin to train the agent",
        )
        .takes::<training::BeginBody>()
        .gives::<training::TrainingView>(),
        training("post", "training/proposals/{training}/reject", "Reject")
            .takes::<proposals::RejectBody>()
            .gives::<proposals::Decided>(),
        training(
            "post",
            "training/sessions/{training}/complete",
            "Say how the agent did; its score moves",
        )
        .takes::<training::CompleteBody>()
        .gives::<training::Completed>(),
        training(
            "get",
            "agents/{agent}/training-history",
            "An agent's trainings",
        )
        .gives::<training::History>(),
    ]
}

fn supervisions() -> Vec<Operation> {
    const LIMIT: &[(&str, &str)] = &[("limit", "1 to 1000; 50 if absent")];
    let under = |method, path: &str, summary| {
        let path = format!("/api/supervision/{path}");
        operation("governance", method, path, summary)
    };
    vec![
        under(
            "get",
            "sessions",
            "What agents do and did while a person looked on",
        )
        .query(LIMIT)
        .gives_many::<supervision::SupervisionView>(),
        under(
            "get",
            "sessions/active",
            "What agents do now while a person looks on",
        )
        .query(LIMIT)
        .gives_many::<supervision::SupervisionView>(),
        under("get", "sessions/{supervision}", "One of them")
            .gives::<supervision::SupervisionView>(),
        under("get", "agents/{agent}/sessions", "What an agent did so")
            .query(LIMIT)
            .gives_many::<supervision::SupervisionView>(),
        under("post", "sessions/{supervision}/intervene", "Step in")
            .takes::<supervision::InterveneBody>()
            .gives::<supervision::Intervened>(),
        under(
            "post",
            "sessions/{supervision}/complete",
            "Say how it went; the agent's score moves",
        )
        .query(&[
            ("supervisor_rating", "1 to 5 stars"),
            ("feedback", "what to say of it"),
        ])
        .gives::<supervision::Rated>(),
        under(
            "get",
            "{execution}/stream",
            "What happens in one, as server-sent events",
        ),
        under(
            "post",
            "proposals/{proposal}/autonomous-approve",
            "Refused: only a person decides",
        ),
    ]
}
