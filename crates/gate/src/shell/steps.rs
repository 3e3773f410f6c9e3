//! Turns the parser's tree into plain steps, or says what in it needs a shell.

use brush_parser::ast::{
    AndOr, Assignment, AssignmentValue, Command, CommandPrefix, CommandPrefixOrSuffixItem,
    CompoundCommand, IoRedirect, Pipeline, Program, SeparatorOperator, SimpleCommand,
};
use chaperone_protocol::{Join, NeedsShell, Step};

use super::{builtins, word::literal};

/// Every step, in order, if all of them are plain.
pub(super) fn of(program: &Program) -> Result<Vec<Step>, NeedsShell> {
    let mut steps = Vec::new();
    for item in program.complete_commands.iter().flat_map(|list| &list.0) {
        match item.1 {
            SeparatorOperator::Sequence => {}
            SeparatorOperator::Async => return Err(NeedsShell::Background),
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

fn step(join: Join, pipeline: &Pipeline) -> Result<Step, NeedsShell> {
    if pipeline.timed.is_some() {
        return Err(NeedsShell::Timing);
    }
    if pipeline.bang || pipeline.seq.is_empty() {
        return Err(NeedsShell::Negation);
    }
    let pipeline = pipeline.seq.iter().map(argv).collect::<Result<_, _>>()?;
    Ok(Step { join, pipeline })
}

fn argv(command: &Command) -> Result<Vec<String>, NeedsShell> {
    match command {
        Command::Simple(simple) => simple_argv(simple),
        Command::Compound(compound, _) => Err(compound_because(compound)),
        Command::Function(_) => Err(NeedsShell::Function),
        Command::ExtendedTest(..) => Err(NeedsShell::Test),
    }
}

fn simple_argv(command: &SimpleCommand) -> Result<Vec<String>, NeedsShell> {
    if let Some(CommandPrefix(items)) = &command.prefix {
        return Err(items.first().map_or(NeedsShell::Variable, prefix_because));
    }
    let name = command
        .word_or_name
        .as_ref()
        .ok_or(NeedsShell::NoProgram)
        .and_then(|word| literal(&word.value))?;
    if name.is_empty() {
        return Err(NeedsShell::NoProgram);
    }
    if builtins::needs_shell(&name) {
        return Err(NeedsShell::Builtin { name });
    }
    let mut argv = vec![name];
    for item in command.suffix.iter().flat_map(|suffix| &suffix.0) {
        argv.push(argument(item)?);
    }
    Ok(argv)
}

fn argument(item: &CommandPrefixOrSuffixItem) -> Result<String, NeedsShell> {
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

fn prefix_because(item: &CommandPrefixOrSuffixItem) -> NeedsShell {
    match item {
        CommandPrefixOrSuffixItem::IoRedirect(
            IoRedirect::File(..) | IoRedirect::OutputAndError(..),
        ) => NeedsShell::Redirection,
        CommandPrefixOrSuffixItem::IoRedirect(
            IoRedirect::HereDocument(..) | IoRedirect::HereString(..),
        ) => NeedsShell::HereDocument,
        CommandPrefixOrSuffixItem::ProcessSubstitution(..) => NeedsShell::ProcessSubstitution,
        CommandPrefixOrSuffixItem::AssignmentWord(..) | CommandPrefixOrSuffixItem::Word(_) => {
            NeedsShell::Variable
        }
    }
}

fn compound_because(command: &CompoundCommand) -> NeedsShell {
    match command {
        CompoundCommand::Arithmetic(_) => NeedsShell::Arithmetic,
        CompoundCommand::BraceGroup(_) | CompoundCommand::Subshell(_) => NeedsShell::Group,
        CompoundCommand::ArithmeticForClause(_)
        | CompoundCommand::ForClause(_)
        | CompoundCommand::WhileClause(_)
        | CompoundCommand::UntilClause(_) => NeedsShell::Loop,
        CompoundCommand::CaseClause(_) | CompoundCommand::IfClause(_) => NeedsShell::Condition,
        CompoundCommand::Coprocess(_) => NeedsShell::Background,
    }
}
