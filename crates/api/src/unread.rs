//! Why the words of a command line do not tell what it does, as faces show it.

use chaperone_gate::Unread;
use chaperone_protocol::{NeedsShell, visible};

use crate::view::{NeedsShellView, UnreadView};

pub(crate) fn unread(unread: &Unread) -> UnreadView {
    match unread {
        Unread::NeedsShell { because } => UnreadView::NeedsShell {
            because: needs_shell(because),
        },
        Unread::Wraps { program } => UnreadView::Wraps {
            program: visible(program),
        },
        Unread::NotTakenApart => UnreadView::NotTakenApart,
    }
}

pub(crate) fn needs_shell(because: &NeedsShell) -> NeedsShellView {
    match because {
        NeedsShell::Arithmetic => NeedsShellView::Arithmetic,
        NeedsShell::Background => NeedsShellView::Background,
        NeedsShell::Backquote => NeedsShellView::Backquote,
        NeedsShell::Braces => NeedsShellView::Braces,
        NeedsShell::Builtin { name } => NeedsShellView::Builtin {
            name: visible(name),
        },
        NeedsShell::Condition => NeedsShellView::Condition,
        NeedsShell::DoubleNegation => NeedsShellView::DoubleNegation,
        NeedsShell::Expansion => NeedsShellView::Expansion,
        NeedsShell::Function => NeedsShellView::Function,
        NeedsShell::Group => NeedsShellView::Group,
        NeedsShell::HereDocument => NeedsShellView::HereDocument,
        NeedsShell::History => NeedsShellView::History,
        NeedsShell::Loop => NeedsShellView::Loop,
        NeedsShell::Negation => NeedsShellView::Negation,
        NeedsShell::NoProgram => NeedsShellView::NoProgram,
        NeedsShell::NotUnderstood => NeedsShellView::NotUnderstood,
        NeedsShell::Pattern => NeedsShellView::Pattern,
        NeedsShell::ProcessSubstitution => NeedsShellView::ProcessSubstitution,
        NeedsShell::Redirection => NeedsShellView::Redirection,
        NeedsShell::Test => NeedsShellView::Test,
        NeedsShell::Tilde => NeedsShellView::Tilde,
        NeedsShell::Timing => NeedsShellView::Timing,
        NeedsShell::TooInvolved => NeedsShellView::TooInvolved,
        NeedsShell::UnclearQuotes => NeedsShellView::UnclearQuotes,
        NeedsShell::Variable => NeedsShellView::Variable,
    }
}

#[cfg(test)]
mod tests {
    use chaperone_protocol::Timestamp;
    use chaperone_vault::RecordRow;
    use serde_json::{Value, json};

    use crate::answer;

    fn row(body: Value) -> RecordRow {
        RecordRow {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            kind: "settled".to_owned(),
            body,
            hash: String::new(),
        }
    }

    fn settled(because: &Value) -> Value {
        json!({
            "type": "settled", "number": 1, "state": "denied",
            "asked": {
                "id": "1", "connection": "Team", "agent": null,
                "what": { "type": "shell", "line": "cd /tmp" },
            },
            "judgement": {
                "verdict": "ask", "level": "autonomous", "missed": [], "duties": { "preview": false },
                "reasons": [{
                    "said": "ask", "decided": true,
                    "because": { "type": "script", "because": because },
                }],
            },
            "approval": null, "code": null, "message": null, "exit_code": null, "took": null,
        })
    }

    #[test]
    fn a_reason_is_shown_as_the_record_has_it() {
        for (recorded, shown) in [
            (
                json!({ "type": "needs_shell", "because": { "type": "builtin", "name": "c\u{202e}d" } }),
                json!({ "type": "needsShell", "because": { "type": "builtin", "name": "c\\u{202e}d" } }),
            ),
            (
                json!({ "type": "needs_shell", "because": { "type": "here_document" } }),
                json!({ "type": "needsShell", "because": { "type": "hereDocument" } }),
            ),
            (
                json!({ "type": "wraps", "program": "env" }),
                json!({ "type": "wraps", "program": "env" }),
            ),
            (
                json!({ "type": "not_taken_apart" }),
                json!({ "type": "notTakenApart" }),
            ),
        ] {
            let line = answer::line(row(settled(&recorded))).unwrap();
            let line = serde_json::to_value(line).unwrap();
            assert_eq!(line["what"]["reasons"][0]["because"]["because"], shown);
        }
    }

    #[test]
    fn a_reason_that_another_version_wrote_is_left_out_of_the_timeline() {
        let sentence = json!("it holds a loop");
        assert_eq!(answer::line(row(settled(&sentence))), None);
    }
}
