//! From a command line to exactly what would run. Starts nothing.

mod environment;
mod folder;
mod lookup;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use chaperone_protocol::{Action, Execute, NeedsShell, Program};
use serde::Serialize;

use crate::{Changed, Containment, PrepareError, Surroundings, identity::Identity};

/// What will run, down to the files: all of it is for showing, and for binding an answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prepared {
    line: String,
    program: Program,
    executables: Vec<(Vec<String>, PathBuf)>,
    identities: Vec<Identity>,
    /// As it was asked for; may be reached through links.
    asked_dir: PathBuf,
    working_dir: PathBuf,
    folder_identity: Identity,
    environment: BTreeMap<String, String>,
    whole_environment: BTreeMap<String, String>,
    timeout: Duration,
    /// As it was asked for; its folder may be reached through links.
    asked_containment: Containment,
    containment: Containment,
    /// Of the folder it may write in.
    writable_identity: Option<Identity>,
    /// What is around is the person's setting, not a part of the command.
    #[serde(skip)]
    surroundings: Surroundings,
}

/// Finds out what `program`, which `execute`'s line was taken apart into, would really run when
/// contained like this.
pub fn prepare(
    execute: &Execute,
    program: Program,
    containment: &Containment,
    surroundings: &Surroundings,
) -> Result<Prepared, PrepareError> {
    Action::Execute(execute.clone()).validate()?;
    let asked_dir = folder::asked(execute.working_dir.as_deref(), surroundings);
    let (working_dir, folder_identity) = folder::resolve(&asked_dir, surroundings)?;

    let writable = containment
        .folder()
        .map(|folder| folder::writable(folder, surroundings))
        .transpose()?;
    let real_containment = writable.as_ref().map_or_else(
        || containment.clone(),
        |(real, _)| containment.in_folder(real.clone()),
    );
    let writable_folder = real_containment.folder();

    let arguments = match &program {
        Program::Plain { steps } => steps
            .iter()
            .flat_map(|step| step.pipeline.iter().cloned())
            .collect(),
        Program::Script { text, .. } => vec![script(text)],
    };
    if arguments.is_empty() {
        return Err(PrepareError::Empty);
    }
    if let Program::Plain { steps } = &program
        && steps.iter().any(|step| step.pipeline.is_empty())
    {
        return Err(PrepareError::Empty);
    }
    let mut executables = Vec::with_capacity(arguments.len());
    let mut identities = Vec::with_capacity(arguments.len());
    for argv in arguments {
        let name = argv.first().ok_or(PrepareError::Empty)?;
        let (path, identity) = lookup::find(name, &working_dir)?;
        if real_containment != Containment::None
            && !surroundings.reaches(&path, &working_dir, writable_folder)
        {
            return Err(PrepareError::OutOfReach { path });
        }
        executables.push((argv, path));
        identities.push(identity);
    }
    let whole_environment = environment::whole(
        &execute.environment,
        &working_dir,
        real_containment.profile(),
        surroundings,
    );
    Ok(Prepared {
        line: execute.line.clone(),
        program,
        executables,
        identities,
        asked_dir,
        working_dir,
        folder_identity,
        environment: execute.environment.clone(),
        whole_environment,
        timeout: execute.timeout,
        asked_containment: containment.clone(),
        containment: real_containment,
        writable_identity: writable.map(|(_, identity)| identity),
        surroundings: surroundings.clone(),
    })
}

/// The grammar that lines are read with is bash's, so bash runs scripts where there is one.
fn script(text: &str) -> Vec<String> {
    let shell = ["/bin/bash", "/usr/bin/bash"]
        .into_iter()
        .find(|path| Path::new(path).is_file())
        .unwrap_or("/bin/sh");
    vec![shell.to_owned(), "-c".to_owned(), text.to_owned()]
}

impl Prepared {
    /// The line as it came.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The line, taken apart.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Why a shell will read it; absent for plain programs.
    pub fn needs_shell(&self) -> Option<&NeedsShell> {
        match &self.program {
            Program::Plain { .. } => None,
            Program::Script { because, .. } => Some(because),
        }
    }

    /// Every program's argv and real path, in the line's order; a script has one, the shell.
    pub fn executables(&self) -> &[(Vec<String>, PathBuf)] {
        &self.executables
    }

    /// The real path of the folder it will run in.
    pub fn working_dir(&self) -> &Path {
        &self.working_dir
    }

    /// The variables it asks for.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// Every variable its programs will get: what it asks for and the short list all get.
    pub fn whole_environment(&self) -> &BTreeMap<String, String> {
        &self.whole_environment
    }

    /// How long it may run.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The sandbox it will run in, with the real path of its folder.
    pub fn containment(&self) -> &Containment {
        &self.containment
    }

    /// Says whether the programs and the folders still are those that were shown.
    pub fn recheck(&self) -> Result<(), Changed> {
        self.recheck_folder()?;
        self.recheck_executables(0, self.executables.len())
    }

    pub(crate) fn recheck_folder(&self) -> Result<(), Changed> {
        match folder::resolve(&self.asked_dir, &self.surroundings) {
            Ok(found) if found == (self.working_dir.clone(), self.folder_identity) => {}
            Ok(_) | Err(_) => {
                return Err(Changed::WorkingDir {
                    path: self.working_dir.clone(),
                });
            }
        }
        let (Some(asked), Some(shown), Some(identity)) = (
            self.asked_containment.folder(),
            self.containment.folder(),
            self.writable_identity,
        ) else {
            return Ok(());
        };
        match folder::writable(asked, &self.surroundings) {
            Ok((path, found)) if path == shown && found == identity => Ok(()),
            Ok(_) | Err(_) => Err(Changed::WorkingDir {
                path: shown.to_owned(),
            }),
        }
    }

    pub(crate) fn recheck_executables(&self, from: usize, count: usize) -> Result<(), Changed> {
        let shown = self.executables.iter().zip(&self.identities);
        for ((argv, path), identity) in shown.skip(from).take(count) {
            let name = argv.first().map(String::as_str).unwrap_or_default();
            match lookup::find(name, &self.working_dir) {
                Ok(found) if found == (path.clone(), *identity) => {}
                Ok(_) | Err(_) => return Err(Changed::Executable { path: path.clone() }),
            }
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
impl Prepared {
    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    pub(crate) fn is_working_dir(&self, metadata: &std::fs::Metadata) -> bool {
        Identity::of_folder(metadata) == self.folder_identity
    }

    pub(crate) fn is_writable_folder(&self, metadata: &std::fs::Metadata) -> bool {
        Some(Identity::of_folder(metadata)) == self.writable_identity
    }

    pub(crate) fn is_executable(&self, place: usize, metadata: &std::fs::Metadata) -> bool {
        self.identities.get(place) == Some(&Identity::of_file(metadata))
    }
}

#[cfg(test)]
mod tests;
