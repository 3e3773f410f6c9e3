//! The narrowest rule that would have let a command run.

use chaperone_protocol::{Action, Locate, RunAgent, Screenshot, Snap, StartRecording};

use super::{
    Argument, Example, Rule, RuleId, Sample, Scope, ScreenUse, Shape, TextDigest, text::quoted,
};
use crate::{Question, Verdict, question::argvs, shell::wraps};

impl Rule {
    /// Proposes a rule for exactly this command, this agent, this connection and this folder, with
    /// examples of what it would and would not cover. Where words tell what a line does, the rule
    /// is about its words, and otherwise about its exact text. There is none for what no rule can
    /// let run, or what could not be said narrowly: a command with variables of its own, in a
    /// folder that nobody knows, or of a program by a path that depends on the folder, and a
    /// recording with sound, which needs two.
    pub fn suggest(id: RuleId, question: &Question<'_>) -> Option<Self> {
        let (shape, examples, folder) = match question.action {
            Action::Execute(execute) => {
                if question.sets_variables() {
                    return None;
                }
                let folder = question.folder?;
                let (shape, examples) = for_line(&execute.line, question)?;
                (shape, examples, Some(folder.to_owned()))
            }
            Action::StartRecording(StartRecording { audio: true, .. })
            | Action::StopRecording(_) => {
                return None;
            }
            action => {
                let example = Example {
                    sample: Sample::Action {
                        action: action.clone(),
                    },
                    covers: true,
                };
                (for_action(action)?, vec![example], None)
            }
        };
        Some(Self {
            id,
            answer: Verdict::Watch,
            shape,
            scope: Scope {
                connection: Some(question.connection.clone()),
                agent: question.agent.map(|agent| agent.id.clone()),
            },
            folder,
            expires_at: None,
            until_lock: false,
            examples,
            created_at: question.now,
            last_used_at: None,
        })
    }
}

fn for_line(line: &str, question: &Question<'_>) -> Option<(Shape, Vec<Example>)> {
    let mut programs = argvs(question.program).into_iter().flatten();
    let only = programs
        .next()
        .filter(|argv| programs.next().is_none() && !wraps(argv));
    let covered = example(line.to_owned(), true);
    let Some((program, words)) = only.and_then(|argv| argv.split_first()) else {
        let sha256 = TextDigest::of(line);
        let other = example(format!("{line} "), false);
        return Some((Shape::Script { sha256 }, vec![covered, other]));
    };
    // Which file that is depends on the folder.
    if program.contains('/') && !program.starts_with('/') {
        return None;
    }
    let argv = |words: &[String], more: &str| {
        let program = std::slice::from_ref(program);
        quoted(&[program, words].concat()) + more
    };
    let mut examples = vec![
        covered,
        example(argv(words, " something-else"), false),
        example(argv(words, " && something-else"), false),
    ];
    if let Some((_, fewer)) = words.split_last() {
        examples.push(example(argv(fewer, ""), false));
    }
    let arguments = words
        .iter()
        .map(|word| Argument::Exact { word: word.clone() })
        .collect();
    let shape = Shape::Argv {
        program: program.clone(),
        arguments,
    };
    Some((shape, examples))
}

fn for_action(action: &Action) -> Option<Shape> {
    Some(match action {
        Action::Notify(_) => Shape::Notification {},
        Action::Locate(Locate { precision }) => Shape::Location {
            precision: *precision,
        },
        Action::Snap(Snap { camera, .. }) => Shape::Camera {
            camera: camera.clone(),
        },
        Action::Screenshot(Screenshot { display, .. }) => Shape::Screen {
            display: display.clone(),
            captures: ScreenUse::Snapshot,
        },
        Action::StartRecording(StartRecording { display, .. }) => Shape::Screen {
            display: display.clone(),
            captures: ScreenUse::Recording,
        },
        Action::RunAgent(RunAgent { program, .. }) => Shape::Agents {
            program: program.clone(),
        },
        Action::Execute(_) | Action::StopRecording(_) => return None,
    })
}

fn example(line: String, covers: bool) -> Example {
    Example {
        sample: Sample::Line { line, folder: None },
        covers,
    }
}
