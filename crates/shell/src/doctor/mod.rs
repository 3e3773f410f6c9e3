//! Trying the sandboxes out. What a program inside may not do is tried by a program inside.

mod trial;

use std::{fmt, io, thread};

use serde::{Serialize, Serializer};
use tokio::runtime;

use crate::{Backend, Profile, Uncontained, platform};

/// What trying out one sandbox with one profile showed.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What was promised.
    pub profile: Profile,
    /// What should keep the promise.
    pub backend: Backend,
    /// Why it does not; absent where it does. Serialized as its sentence.
    #[serde(serialize_with = "as_sentence")]
    pub problem: Option<Uncontained>,
    /// Whether commands of this profile run in this sandbox: it is the first that works.
    pub serves: bool,
}

impl Finding {
    /// Whether the promise is kept.
    pub fn works(&self) -> bool {
        self.problem.is_none()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}: ", self.profile, self.backend)?;
        match &self.problem {
            None if self.serves => f.write_str("works, and is used"),
            None => f.write_str("works"),
            Some(problem) => write!(f, "does not work: {problem}"),
        }
    }
}

#[expect(
    clippy::ref_option,
    reason = "what is serialized is handed over like this"
)]
fn as_sentence<S: Serializer>(
    problem: &Option<Uncontained>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    problem
        .as_ref()
        .map(ToString::to_string)
        .serialize(serializer)
}

/// Tries every sandbox there is with every profile it offers.
pub(crate) fn doctor() -> Vec<Finding> {
    let mut findings = Vec::new();
    for profile in Profile::ALL {
        let mut first = true;
        for backend in platform::backends(profile) {
            let problem = try_out(profile, *backend).err();
            let serves = problem.is_none() && first;
            first &= !serves;
            findings.push(Finding {
                profile,
                backend: *backend,
                problem,
                serves,
            });
        }
    }
    findings
}

/// Tries one. Blocks; brings its own runtime, so that it may be called from anywhere.
pub(crate) fn try_out(profile: Profile, backend: Backend) -> Result<(), Uncontained> {
    let untried = |error: io::Error| Uncontained::Untried(error.to_string());
    let tried = thread::Builder::new()
        .name("doctor".to_owned())
        .spawn(move || -> Result<(), Uncontained> {
            runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(untried)?
                .block_on(trial::run(profile, backend))
        })
        .map_err(untried)?;
    tried
        .join()
        .unwrap_or_else(|_| Err(Uncontained::Untried("the trial broke off".to_owned())))
}
