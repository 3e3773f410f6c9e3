//! `chaperone-headless`, with one addition: it ends itself, as `kill -9` would, at the journal
//! step that `CHAPERONE_DIE_AT` names.

use std::{process::ExitCode, sync::Arc};

fn main() -> ExitCode {
    let Ok(fatal) = std::env::var("CHAPERONE_DIE_AT") else {
        return chaperone_headless::main();
    };
    chaperone_headless::main_with(Some(Arc::new(move |state| {
        if state.as_str() == fatal {
            support::kill_hard(std::process::id());
        }
    })))
}
