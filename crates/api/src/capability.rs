//! How each capability stands on this computer: a look at the real thing, not at a list.

use std::time::Duration;

use chaperone_device::Senses;
use chaperone_protocol::{Capability, visible};
use chaperone_shell::Finding;
use tokio::time::timeout;

use crate::{
    Api, convert, offline,
    view::{ApiError, CapabilitiesResponse, CapabilityState},
};

/// A system that does not say in this time what it has, has nothing.
const LOOKING: Duration = Duration::from_secs(5);

impl Api {
    pub(crate) async fn capabilities(&self) -> Result<CapabilitiesResponse, ApiError> {
        let settings = self.inner.device.look().await?.settings;
        let mut capabilities = Vec::new();
        for capability in convert::DOABLE {
            let found = self.found(capability, &settings).await;
            let (available, note) = match found {
                Ok(note) => (true, note),
                Err(note) => (false, note),
            };
            capabilities.push(CapabilityState {
                capability: convert::capability(capability),
                on: settings.switches.is_on(capability),
                available,
                note: visible(&note),
            });
        }
        Ok(CapabilitiesResponse { capabilities })
    }

    async fn found(
        &self,
        capability: Capability,
        settings: &chaperone_device::Settings,
    ) -> Result<String, String> {
        match capability {
            Capability::Shell => {
                sandbox(|finding| finding.profile == chaperone_shell::Profile::ReadOnly).await
            }
            Capability::Network => {
                sandbox(|finding| finding.profile == chaperone_shell::Profile::WriteNetwork).await
            }
            Capability::Location if settings.place.is_some() => {
                Ok("the place you typed".to_owned())
            }
            capability => sense(&self.inner.senses, capability).await,
        }
    }
}

/// What was found of a sense, or what is missing. Captures nothing.
pub(crate) async fn sense(senses: &Senses, capability: Capability) -> Result<String, String> {
    let silent = |_| "the system does not answer".to_owned();
    match capability {
        Capability::Camera => {
            let listed = timeout(LOOKING, senses.cameras.list())
                .await
                .map_err(silent)?;
            let cameras = listed.map_err(|error| error.to_string())?;
            let names: Vec<String> = cameras
                .iter()
                .map(|camera| format!("{} ({})", camera.name, camera.id))
                .collect();
            named("no camera is there", &names)
        }
        Capability::Screen => {
            let listed = timeout(LOOKING, senses.displays.list())
                .await
                .map_err(silent)?;
            let displays = listed.map_err(|error| error.to_string())?;
            let names: Vec<String> = displays
                .iter()
                .map(|display| format!("{} ({}, {})", display.name, display.id, display.resolution))
                .collect();
            named("no display is there", &names)
        }
        Capability::Location => Ok("what the system's location service finds".to_owned()),
        Capability::Notification => Ok("the desktop's notifications".to_owned()),
        Capability::Microphone => match senses.displays.hears() {
            Ok(()) => Ok(
                "the sound of recordings: what the microphone hears, or what this computer plays"
                    .to_owned(),
            ),
            Err(error) => Err(error.to_string()),
        },
        Capability::Shell | Capability::Network | Capability::Agents => {
            Err("this device does not have it".to_owned())
        }
    }
}

async fn sandbox(of: impl Fn(&Finding) -> bool) -> Result<String, String> {
    let findings = tokio::task::spawn_blocking(offline::doctor)
        .await
        .map_err(|error| error.to_string())?;
    let findings: Vec<&Finding> = findings.iter().filter(|finding| of(finding)).collect();
    if let Some(serves) = findings.iter().find(|finding| finding.serves) {
        return Ok(format!("{} by {}", serves.profile, serves.backend));
    }
    let why: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Err(why.join("; "))
}

fn named(none: &str, names: &[String]) -> Result<String, String> {
    if names.is_empty() {
        Err(none.to_owned())
    } else {
        Ok(names.join(", "))
    }
}
