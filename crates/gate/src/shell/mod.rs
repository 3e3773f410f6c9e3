//! Reads command lines, without running or resolving anything in them.
//!
//! A line becomes [`Program::Plain`] only if every word of every program in it is known before
//! anything runs; everything else that a shell can read is a [`Program::Script`]. In doubt it is
//! a script: that is the stricter class, shown whole and asked about each time.

mod bounds;
mod builtins;
mod look_alike;
mod names;
mod programs;
mod risk;
mod runners;
mod runs_with;
mod steps;
mod word;
mod wraps;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use brush_parser::{
    ParseError, ParserOptions, Token, TokenizerError, ast, parse_tokens, uncached_tokenize_str,
};
use chaperone_protocol::{Execute, NeedsShell, Program};

pub use risk::{Risk, RiskKind, risks};
pub(crate) use wraps::{fits_letter, wraps};

use crate::Unparsable;

/// Takes a command line apart as bash would, but replaces nothing.
pub fn parse(line: &str) -> Result<Program, Unparsable> {
    if line.len() > Execute::MAX_LINE_BYTES {
        return Err(Unparsable::TooLong {
            bytes: line.len(),
            limit: Execute::MAX_LINE_BYTES,
        });
    }
    if line.contains('\0') {
        return Err(Unparsable::Nul);
    }
    if line.trim().is_empty() {
        return Err(Unparsable::Empty);
    }
    let script = |because| Program::Script {
        text: line.to_owned(),
        because,
    };
    if let Some(because) = bounds::of_text(line) {
        return Ok(script(because));
    }
    // The parser asserts a few things about its own state. Should an assertion ever fail on some
    // hostile line, then that line is not understood, and nothing else happens.
    let read = catch_unwind(AssertUnwindSafe(|| read(line)));
    match read.unwrap_or(Ok(Read::NotUnderstood(NeedsShell::NotUnderstood)))? {
        Read::Tree(tree) => match steps::of(&tree) {
            Ok(steps) if steps.is_empty() => Err(Unparsable::Empty),
            Ok(steps) => Ok(Program::Plain { steps }),
            Err(because) => Ok(script(because)),
        },
        Read::NotUnderstood(because) => Ok(script(because)),
    }
}

enum Read {
    Tree(ast::Program),
    NotUnderstood(NeedsShell),
}

fn read(line: &str) -> Result<Read, Unparsable> {
    let options = ParserOptions {
        // A shell that is not interactive has it off.
        enable_extended_globbing: false,
        ..ParserOptions::default()
    };
    // The uncached way: nothing of a line stays in memory after its judgement.
    let tokens = uncached_tokenize_str(line, &options.tokenizer_options())
        .map_err(|error| unclosed(&error))?;
    if let Some(because) = bounds::of_tokens(&tokens) {
        return Ok(Read::NotUnderstood(because));
    }
    parse_tokens(&tokens, &options)
        .map(Read::Tree)
        .map_err(|error| misplaced(&error, &tokens))
}

fn unclosed(error: &TokenizerError) -> Unparsable {
    let what =
        match error {
            TokenizerError::UnterminatedEscapeSequence => "a backslash escape",
            TokenizerError::UnterminatedSingleQuote(_)
            | TokenizerError::UnterminatedAnsiCQuote(_) => "single quotes",
            TokenizerError::UnterminatedDoubleQuote(_) => "double quotes",
            TokenizerError::UnterminatedBackquote(_) => "backquotes",
            TokenizerError::UnterminatedExtendedGlob(_) => "a file name pattern",
            TokenizerError::UnterminatedVariable => "`${`",
            TokenizerError::UnterminatedCommandSubstitution
            | TokenizerError::UnterminatedExpansion => "`$(`",
            TokenizerError::MissingHereTagForDocumentBody
            | TokenizerError::MissingHereTag(_)
            | TokenizerError::UnterminatedHereDocuments(..) => "a here-document (`<<`)",
            // Neither can happen: the line is valid text in memory.
            TokenizerError::FailedDecoding | TokenizerError::ReadError(_) => {
                return Unparsable::Unfinished;
            }
        };
    Unparsable::Unclosed { what }
}

fn misplaced(error: &ParseError, tokens: &[Token]) -> Unparsable {
    match error {
        ParseError::ParsingNear(at) => Unparsable::Misplaced {
            line: at.line,
            column: at.column,
        },
        ParseError::ParsingAtEndOfInput => match tokens.first() {
            Some(_) => Unparsable::Unfinished,
            None => Unparsable::Empty,
        },
        ParseError::Tokenizing { inner, .. } => unclosed(inner),
    }
}
