//! Which texts the parser may look at: its effort and its stack must stay small for any input.
//!
//! The parser descends into itself for each group, and reads some groups twice before it knows
//! what they are. What is more involved than this is not refused, it is a script unread.

use brush_parser::Token;
use chaperone_protocol::NeedsShell;

/// How many `$(`, `${` and `$[` a text may hold; each may lie inside the one before.
const MAX_EXPANSIONS: usize = 64;
/// What begins a here-document. Where its end mark is itself an expansion that is left open, the
/// tokenizer looks for its end for ever, in ever more memory; and a here-document makes a script
/// of any line in any case.
const HERE_DOCUMENT: &str = "<<";
/// How many words and operators that open a group there may be; each may lie inside the one before.
const MAX_OPENERS: usize = 40;
/// How many tokens the parser may look at in the worst case.
const MAX_EFFORT: usize = 1 << 19;

/// Why a text may not even be cut into tokens, if it may not.
pub(super) fn of_text(text: &str) -> Option<NeedsShell> {
    let expansions: usize = ["$(", "${", "$["]
        .iter()
        .map(|opener| text.matches(opener).count())
        .sum();
    // A line that goes on below is one line to the tokenizer.
    if text.contains(HERE_DOCUMENT) || text.replace("\\\n", "").contains(HERE_DOCUMENT) {
        return Some(NeedsShell::HereDocument);
    }
    (expansions > MAX_EXPANSIONS).then_some(NeedsShell::TooInvolved)
}

/// Why tokens may not be parsed, if they may not.
pub(super) fn of_tokens(tokens: &[Token]) -> Option<NeedsShell> {
    let mut openers = 0_usize;
    // What the parser reads more than once: a group that could have been arithmetic twice, a
    // `case` whose last branch is left open up to four times.
    let mut cases = 0_usize;
    let mut open_parens = 0_usize;
    let mut most_open_parens = 0_usize;
    for token in tokens {
        match token {
            Token::Operator(operator, _) => match operator.as_str() {
                "(" => {
                    openers += 1;
                    open_parens += 1;
                    most_open_parens = most_open_parens.max(open_parens);
                }
                ")" => open_parens = open_parens.saturating_sub(1),
                _ => {}
            },
            Token::Word(word, _) => match word.as_str() {
                "case" => {
                    openers += 1;
                    cases += 1;
                }
                "!" | "{" | "[[" | "if" | "elif" | "else" | "for" | "while" | "until"
                | "select" | "do" | "then" | "function" | "coproc" => openers += 1,
                _ => {}
            },
        }
    }
    let doublings = u32::try_from(2 * cases + most_open_parens).unwrap_or(u32::MAX);
    let effort = 1_usize
        .checked_shl(doublings)
        .and_then(|times| times.checked_mul(tokens.len()))
        .unwrap_or(usize::MAX);
    if openers > MAX_OPENERS || effort > MAX_EFFORT {
        return Some(NeedsShell::TooInvolved);
    }
    tokens.windows(2).find_map(|pair| match pair {
        // The parser forgets an even number of negations.
        [Token::Word(one, _), Token::Word(two, _)] if one == "!" && two == "!" => {
            Some(NeedsShell::DoubleNegation)
        }
        // The parser takes this for the number of an open file and cannot hold it.
        [Token::Word(number, _), Token::Operator(operator, _)]
            if operator.starts_with(['<', '>'])
                && number.chars().all(|c| c.is_ascii_digit())
                && number.parse::<i32>().is_err() =>
        {
            Some(NeedsShell::Redirection)
        }
        _ => None,
    })
}
