//! The graph, state by state.

use chaperone_protocol::{CommandState, FailureCode, Outcome, Timestamp};
use serde_json::json;

use super::{Ending, Step, graph::may_follow};

#[test]
fn the_graph_is_the_designed_one() {
    use CommandState::{
        Approved, Cancelled, Delivered, Denied, Expired, Finished, Interrupted, Judged, Received,
        Reviewing, Running, Waiting,
    };
    const ENDINGS: [CommandState; 5] = [Finished, Denied, Expired, Cancelled, Interrupted];
    for from in CommandState::ALL {
        let mut expected = match from {
            Received => vec![Judged],
            Judged => vec![Judged, Waiting, Approved],
            Waiting => vec![Judged, Approved],
            Approved => vec![Judged, Running],
            Finished | Denied | Expired | Cancelled | Interrupted => vec![Delivered],
            Running => vec![Reviewing],
            Reviewing | Delivered => vec![],
        };
        if !from.is_settled() {
            expected.extend(ENDINGS);
        }
        let found: Vec<CommandState> = CommandState::ALL
            .into_iter()
            .filter(|to| may_follow(from, *to))
            .collect();
        assert_eq!(found, expected, "from {from}");
    }
}

#[test]
fn nothing_runs_twice() {
    // Whatever follows `running`, at any distance, is not `running`.
    let mut reached = vec![CommandState::Running];
    let mut seen = Vec::new();
    while let Some(state) = reached.pop() {
        for next in CommandState::ALL
            .into_iter()
            .filter(|to| may_follow(state, *to))
        {
            assert_ne!(next, CommandState::Running);
            if !seen.contains(&next) {
                seen.push(next);
                reached.push(next);
            }
        }
    }
    assert!(seen.contains(&CommandState::Delivered));
}

#[test]
fn a_step_leads_to_its_state() {
    let outcome = Outcome::failure(FailureCode::Denied, "no", Timestamp::UNIX_EPOCH);
    let digest = || "d".to_owned();
    for (step, state) in [
        (
            Step::Judged {
                judgement: json!({}),
            },
            CommandState::Judged,
        ),
        (Step::Waiting { digest: digest() }, CommandState::Waiting),
        (Step::Approved { digest: digest() }, CommandState::Approved),
        (Step::Running, CommandState::Running),
        (Step::Reviewing, CommandState::Reviewing),
        (
            Step::Ended {
                ending: Ending::Denied,
                outcome,
            },
            CommandState::Denied,
        ),
        (Step::Delivered, CommandState::Delivered),
    ] {
        assert_eq!(step.to(), state);
    }
}
