//! Which sandbox serves a profile: the first of those there are in which a trial holds. Found out
//! once, by really running something inside.

use std::sync::OnceLock;

use tokio::task;

use crate::{Backend, Profile, Uncontained, doctor, error::Tried, platform};

/// What was found for each profile. Only what serves is remembered: a sandbox that failed may be
/// there the next time, once the person has done what the sentence says.
static FOUND: [OnceLock<Backend>; Profile::ALL.len()] =
    [const { OnceLock::new() }; Profile::ALL.len()];

/// The sandbox for this profile. The first call for each takes as long as running a few programs.
pub(crate) async fn serving(profile: Profile) -> Result<Backend, Uncontained> {
    let place = Profile::ALL.iter().position(|known| *known == profile);
    let Some(found) = place.and_then(|place| FOUND.get(place)) else {
        return find(profile);
    };
    if let Some(backend) = found.get() {
        return Ok(*backend);
    }
    let backend = task::spawn_blocking(move || find(profile))
        .await
        .map_err(|error| Uncontained::Untried(error.to_string()))??;
    Ok(*found.get_or_init(|| backend))
}

fn find(profile: Profile) -> Result<Backend, Uncontained> {
    let mut tried = Vec::new();
    for backend in platform::backends(profile) {
        match doctor::try_out(profile, *backend) {
            Ok(()) => return Ok(*backend),
            Err(problem) => tried.push(Tried {
                backend: *backend,
                because: problem.to_string(),
            }),
        }
    }
    if tried.is_empty() {
        return Err(Uncontained::NotBuilt {
            system: std::env::consts::OS,
        });
    }
    Err(Uncontained::Nowhere { profile, tried })
}
