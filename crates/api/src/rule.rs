//! Rules as faces show them: the sentence, and the parts for faces that have words of their own.

use std::collections::HashMap;

use chaperone_gate::{
    Argument, Example, Miss, RefusedRule, Rule, RuleProblem, Sample, ScreenUse, Shape, WhyNot,
};
use chaperone_protocol::visible;

use crate::{
    convert,
    view::{
        ArgumentView, ExampleView, MissView, RefusedRuleView, RuleMatchView, RuleProblemView,
        RuleTermsView, RuleView, ScreenUseView, WhyNotView,
    },
};

pub(crate) fn rule(rule: &Rule) -> RuleView {
    used(rule, 0)
}

/// How often each was used, by its id.
pub(crate) type Uses = HashMap<String, u64>;

pub(crate) fn counted(rule: &Rule, uses: &Uses) -> RuleView {
    used(rule, uses.get(rule.id.as_str()).copied().unwrap_or(0))
}

fn used(rule: &Rule, uses: u64) -> RuleView {
    RuleView {
        id: rule.id.to_string(),
        // A rule is made of names, texts and times, which always have a JSON form.
        document: serde_json::to_value(rule).unwrap_or_default(),
        sentence: visible(&rule.to_string()),
        terms: terms(rule),
        capability: convert::capability(rule.shape.capability()),
        examples: rule.examples.iter().map(example).collect(),
        created_at: convert::millis(rule.created_at),
        last_used_at: rule.last_used_at.map(convert::millis),
        uses,
    }
}

pub(crate) fn terms(rule: &Rule) -> RuleTermsView {
    RuleTermsView {
        answer: convert::verdict(rule.answer),
        matches: matches(&rule.shape),
        connection: rule.scope.connection.as_ref().map(ToString::to_string),
        agent: rule
            .scope
            .agent
            .as_ref()
            .map(|agent| visible(agent.as_str())),
        folder: rule.folder.as_deref().map(visible),
        expires_at: rule.expires_at.map(convert::millis),
        until_lock: rule.until_lock,
    }
}

fn matches(shape: &Shape) -> RuleMatchView {
    match shape {
        Shape::Argv { program, arguments } => RuleMatchView::Argv {
            program: visible(program),
            arguments: arguments.iter().map(argument).collect(),
        },
        Shape::Script { sha256 } => RuleMatchView::Script {
            sha256: sha256.to_string(),
        },
        Shape::Notification {} => RuleMatchView::Notification,
        Shape::Location { precision } => RuleMatchView::Location {
            precision: convert::precision(*precision),
        },
        Shape::Camera { camera } => RuleMatchView::Camera {
            camera: camera.as_deref().map(visible),
        },
        Shape::Microphone {} => RuleMatchView::Microphone,
        Shape::Screen { display, captures } => RuleMatchView::Screen {
            display: display.as_deref().map(visible),
            captures: match captures {
                ScreenUse::Snapshot => ScreenUseView::Snapshot,
                ScreenUse::Recording => ScreenUseView::Recording,
                ScreenUse::Any => ScreenUseView::Any,
            },
        },
        Shape::Agents { program } => RuleMatchView::Agents {
            program: program.as_ref().map(|program| visible(program.as_str())),
        },
        Shape::Network {} => RuleMatchView::Network,
    }
}

fn argument(argument: &Argument) -> ArgumentView {
    match argument {
        Argument::Exact { word } => ArgumentView::Exact {
            word: visible(word),
        },
        Argument::OneOf { words } => ArgumentView::OneOf {
            words: words.iter().map(|word| visible(word)).collect(),
        },
        Argument::Any {} => ArgumentView::Any,
        Argument::Below { folder } => ArgumentView::Below {
            folder: visible(folder),
        },
        Argument::Rest { options } => ArgumentView::Rest { options: *options },
    }
}

fn example(example: &Example) -> ExampleView {
    ExampleView {
        line: match &example.sample {
            Sample::Line { line, .. } => Some(visible(line)),
            Sample::Action { .. } => None,
        },
        sentence: visible(&example.sample.to_string()),
        covers: example.covers,
    }
}

pub(crate) fn refused(refused: &RefusedRule, uses: &Uses) -> RefusedRuleView {
    RefusedRuleView {
        rule: counted(&refused.rule, uses),
        problem: visible(&refused.problem.to_string()),
        because: problem(&refused.problem),
        counts: refused.counts,
    }
}

fn problem(problem: &RuleProblem) -> RuleProblemView {
    match problem {
        RuleProblem::SameId => RuleProblemView::SameId,
        RuleProblem::NoProgram => RuleProblemView::NoProgram,
        RuleProblem::RelativeProgram { program } => RuleProblemView::RelativeProgram {
            program: visible(program),
        },
        RuleProblem::RestNotLast => RuleProblemView::RestNotLast,
        RuleProblem::RelativeFolder { folder } => RuleProblemView::RelativeFolder {
            folder: visible(folder),
        },
        RuleProblem::FolderWithoutCommand => RuleProblemView::FolderWithoutCommand,
        RuleProblem::AgentWithoutConnection => RuleProblemView::AgentWithoutConnection,
        RuleProblem::NoExample => RuleProblemView::NoExample,
        RuleProblem::NotCovered { sample } => RuleProblemView::NotCovered {
            sample: visible(sample),
        },
        RuleProblem::Covered { sample } => RuleProblemView::Covered {
            sample: visible(sample),
        },
        RuleProblem::TooMany { limit, .. } => RuleProblemView::TooMany {
            limit: u32::try_from(*limit).unwrap_or(u32::MAX),
        },
        _ => RuleProblemView::Other,
    }
}

pub(crate) fn miss(miss: &Miss) -> MissView {
    MissView {
        rule: miss.rule.to_string(),
        why: why_not(miss.why),
        word: miss.word.as_deref().map(visible),
    }
}

fn why_not(why: WhyNot) -> WhyNotView {
    match why {
        WhyNot::Expired => WhyNotView::Expired,
        WhyNot::NotYet => WhyNotView::NotYet,
        WhyNot::OtherConnection => WhyNotView::OtherConnection,
        WhyNot::OtherAgent => WhyNotView::OtherAgent,
        WhyNot::OtherFolder => WhyNotView::OtherFolder,
        WhyNot::OtherProgram => WhyNotView::OtherProgram,
        WhyNot::Argument { at } => WhyNotView::Argument {
            at: u32::try_from(at).unwrap_or(u32::MAX),
        },
        WhyNot::TooFewArguments => WhyNotView::TooFewArguments,
        WhyNot::OtherText => WhyNotView::OtherText,
        WhyNot::RunsOthers => WhyNotView::RunsOthers,
        WhyNot::Variables => WhyNotView::Variables,
        WhyNot::OtherKind => WhyNotView::OtherKind,
        WhyNot::OtherPrecision => WhyNotView::OtherPrecision,
        WhyNot::OtherSource => WhyNotView::OtherSource,
    }
}

#[cfg(test)]
mod tests {
    use chaperone_device::Entry;
    use chaperone_gate::Rule;
    use chaperone_protocol::Timestamp;
    use serde_json::{Value, json};

    use super::{convert, rule};

    fn shown(shape: &Value) -> Value {
        let document = json!({
            "id": "one", "answer": "forbid", "shape": shape,
            "scope": { "connection": "team", "agent": "scout" },
            "expires_at": "2026-01-02T00:00:00Z", "until_lock": true,
            "examples": [{ "sample": { "type": "line", "line": "git log" }, "covers": true }],
            "created_at": "2026-01-01T00:00:00Z",
        });
        let parsed: Rule = serde_json::from_value(document.clone()).unwrap();
        let view = serde_json::to_value(rule(&parsed)).unwrap();
        assert_eq!(view["document"], document);
        let made = Entry::RuleAdded {
            rule: Box::new(parsed),
        };
        let made = convert::activity(1, Timestamp::UNIX_EPOCH, &made).unwrap();
        let made = serde_json::to_value(made).unwrap();
        assert_eq!(made["what"]["sentence"], view["sentence"]);
        for (name, term) in made["what"]["terms"].as_object().unwrap() {
            assert_eq!(*term, view[name], "{name}");
        }
        assert_eq!(made["what"]["terms"]["agent"], "scout");
        view
    }

    #[test]
    fn a_rule_is_shown_in_its_parts() {
        let view = shown(&json!({
            "type": "argv", "program": "git",
            "arguments": [
                { "type": "exact", "word": "log\u{202e}" },
                { "type": "below", "folder": "/srv" },
                { "type": "rest", "options": false },
            ],
        }));
        assert_eq!(
            view["matches"],
            json!({
                "type": "argv", "program": "git",
                "arguments": [
                    { "type": "exact", "word": "log\\u{202e}" },
                    { "type": "below", "folder": "/srv" },
                    { "type": "rest", "options": false },
                ],
            })
        );
        assert_eq!(
            [&view["connection"], &view["agent"], &view["capability"]],
            [&json!("team"), &json!("scout"), &json!("shell")]
        );
        assert_eq!(view["expiresAt"], 1_767_312_000_000_i64);
        assert_eq!(view["untilLock"], true);
        assert_eq!(
            view["examples"],
            json!([{ "line": "git log", "sentence": "`git log`", "covers": true }])
        );
        let screen = shown(&json!({ "type": "screen", "captures": "recording" }));
        assert_eq!(
            screen["matches"],
            json!({ "type": "screen", "display": null, "captures": "recording" })
        );
    }
}
