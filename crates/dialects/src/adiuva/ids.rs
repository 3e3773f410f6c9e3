//! Two kinds of names on the wire, one kind of command ids here.
//!
//! A run's id is `run:` and its name. A call keeps its own; only where it would be taken for a
//! run's, or for one that was changed so, `call:` is put before it. The id alone tells the way
//! back, so nothing has to be remembered, not even over a restart.

use chaperone_protocol::{CommandId, InvalidId};

const RUN: &str = "run:";
const CALL: &str = "call:";

/// What a command is called on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name<'a> {
    /// A call, by its `id`.
    Call(&'a str),
    /// A run, by its `run_id`.
    Run(&'a str),
}

/// The id of the call of that name.
pub(super) fn call(name: &str) -> Result<CommandId, InvalidId> {
    if is_prefixed(name) {
        CommandId::new(format!("{CALL}{name}"))
    } else {
        CommandId::new(name)
    }
}

/// The id of the run of that name.
pub(super) fn run(name: &str) -> Result<CommandId, InvalidId> {
    if name.is_empty() {
        return Err(InvalidId);
    }
    CommandId::new(format!("{RUN}{name}"))
}

/// The name that has this id; a few ids belong to none.
pub(super) fn name(id: &CommandId) -> Option<Name<'_>> {
    let id = id.as_str();
    if let Some(run) = id.strip_prefix(RUN) {
        return Some(Name::Run(run)).filter(|_| !run.is_empty());
    }
    match id.strip_prefix(CALL) {
        None => Some(Name::Call(id)),
        Some(call) => Some(Name::Call(call)).filter(|_| is_prefixed(call)),
    }
}

fn is_prefixed(name: &str) -> bool {
    name.starts_with(RUN) || name.starts_with(CALL)
}
