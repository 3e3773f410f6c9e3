//! Turns the parser's tree into plain steps, or says what in it needs a shell.

use brush_parser::ast::{
    AndOr, Assignment, AssignmentValue, Command, CommandPrefix, CommandPrefixOrSuffixItem,
    CompoundCommand, IoRedirect, Pipeline, Program, SeparatorOperator, SimpleCommand,
};
use chaperone_protocol::{Join, Step};

use super::{builtins, word::literal};

/// Why a shell is needed, in plain words.
type Because = String;

/// Every step, in order, if all of them are plain.
pub(super) fn of(program: &Program) -> Result<Vec<Step>, Because> {
    let mut steps = Vec::new();
    for item in program.complete_commands.iter().flat_map(|list| &list.0) {
        match item.1 {
            SeparatorOperator::Sequence => {}
            SeparatorOperator::Async => return Err("it runs a program in the background".into()),
        }
        steps.push(step(Join::Then, &item.0.first)?);
        for next in &item.0.additional {
            steps.push(match next {
                AndOr::And(pipeline) => step(Join::And, pipeline)?,
                AndOr::Or(pipeline) => step(Join::Or, pipeline)?,
            });
        }
    }
    Ok(steps)
}

fn step(join: Join, pipeline: &Pipeline) -> Result<Step, Because> {
    if pipeline.timed.is_some() {
        return Err("it asks the shell to measure time".into());
    }
    if pipeline.bang || pipeline.seq.is_empty() {
        return Err("it turns a result around with `!`".into());
    }
    let pipeline = pipeline.seq.iter().map(argv).collect::<Result<_, _>>()?;
    Ok(Step { join, pipeline })
}

fn argv(command: &Command) -> Result<Vec<String>, Because> {
    match command {
        Command::Simple(simple) => simple_argv(simple),
        Command::Compound(compound, _) => Err(compound_because(compound).into()),
        Command::Function(_) => Err("it defines a function".into()),
        Command::ExtendedTest(..) => Err("it holds a `[[ ]]` test".into()),
    }
}

fn simple_argv(command: &SimpleCommand) -> Result<Vec<String>, Because> {
    if let Some(CommandPrefix(items)) = &command.prefix {
        return Err(items
            .first()
            .map_or("it sets a variable", prefix_because)
            .into());
    }
    let name = command
        .word_or_name
        .as_ref()
        .ok_or("it names no program")
        .and_then(|word| literal(&word.value))?;
    if name.is_empty() {
        return Err("it names no program".into());
    }
    if builtins::needs_shell(&name) {
        return Err(format!("`{name}` exists only inside a shell"));
    }
    let mut argv = vec![name];
    for item in command.suffix.iter().flat_map(|suffix| &suffix.0) {
        argv.push(argument(item)?);
    }
    Ok(argv)
}

fn argument(item: &CommandPrefixOrSuffixItem) -> Result<String, &'static str> {
    match item {
        CommandPrefixOrSuffixItem::AssignmentWord(
            Assignment {
                value: AssignmentValue::Array(_),
                ..
            },
            _,
        )
        | CommandPrefixOrSuffixItem::IoRedirect(_)
        | CommandPrefixOrSuffixItem::ProcessSubstitution(..) => Err(prefix_because(item)),
        // Behind the program's name, `a=b` is a word like any other.
        CommandPrefixOrSuffixItem::AssignmentWord(_, word)
        | CommandPrefixOrSuffixItem::Word(word) => literal(&word.value),
    }
}

fn prefix_because(item: &CommandPrefixOrSuffixItem) -> &'static str {
    match item {
        CommandPrefixOrSuffixItem::IoRedirect(
            IoRedirect::File(..) | IoRedirect::OutputAndError(..),
        ) => "it redirects a file",
        CommandPrefixOrSuffixItem::IoRedirect(
            IoRedirect::HereDocument(..) | IoRedirect::HereString(..),
        ) => "it holds a here-document",
        CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
            "it passes a program's output as a file"
        }
        CommandPrefixOrSuffixItem::AssignmentWord(..) | CommandPrefixOrSuffixItem::Word(_) => {
            "it sets a variable"
        }
    }
}

fn compound_because(command: &CompoundCommand) -> &'static str {
    match command {
        CompoundCommand::Arithmetic(_) => "it holds arithmetic",
        CompoundCommand::BraceGroup(_) | CompoundCommand::Subshell(_) => "it groups commands",
        CompoundCommand::ArithmeticForClause(_)
        | CompoundCommand::ForClause(_)
        | CompoundCommand::WhileClause(_)
        | CompoundCommand::UntilClause(_) => "it holds a loop",
        CompoundCommand::CaseClause(_) | CompoundCommand::IfClause(_) => "it holds a condition",
        CompoundCommand::Coprocess(_) => "it runs a program in the background",
    }
}
