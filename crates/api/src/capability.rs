//! How each capability stands on this computer: a look at the real thing, not at a list.

use std::time::Duration;

use chaperone_device::Senses;
use chaperone_protocol::{Capability, visible};
use chaperone_senses::SenseError;
use chaperone_shell::{Backend, Finding, Profile, Uncontained};
use tokio::time::timeout;

use crate::{
    Api, convert, offline,
    view::{
        ApiError, BackendView, CapabilitiesResponse, CapabilityState, DevicesResponse, FixView,
        FoundView, ProfileView, SandboxProblem, SourceView, SourcesView, TriedView, TroubleKind,
    },
};

/// A system that does not say in this time what it has, has nothing.
const LOOKING: Duration = Duration::from_secs(5);

/// What a look found, or what is missing.
pub(crate) struct Found {
    /// In plain words.
    pub(crate) note: String,
    view: FoundView,
    fix: Option<FixView>,
}

impl Found {
    fn new(note: impl Into<String>, view: FoundView) -> Self {
        Self {
            note: note.into(),
            view,
            fix: None,
        }
    }

    fn fix(self, fix: FixView) -> Self {
        Self {
            fix: Some(fix),
            ..self
        }
    }
}

impl Api {
    pub(crate) async fn capabilities(&self) -> Result<CapabilitiesResponse, ApiError> {
        let settings = self.inner.device.look().await?.settings;
        let mut capabilities = Vec::new();
        for capability in convert::DOABLE {
            let found = self.found(capability, &settings).await;
            let available = found.is_ok();
            let (Ok(found) | Err(found)) = found;
            capabilities.push(CapabilityState {
                capability: convert::capability(capability),
                on: settings.switches.is_on(capability),
                available,
                note: visible(&found.note),
                found: found.view,
                fix: found.fix,
            });
        }
        Ok(CapabilitiesResponse { capabilities })
    }

    async fn found(
        &self,
        capability: Capability,
        settings: &chaperone_device::Settings,
    ) -> Result<Found, Found> {
        match capability {
            Capability::Shell => sandbox(|finding| finding.profile == Profile::ReadOnly).await,
            Capability::Network => {
                sandbox(|finding| finding.profile == Profile::WriteNetwork).await
            }
            Capability::Location if settings.place.is_some() => {
                Ok(Found::new("the place you typed", FoundView::TypedPlace))
            }
            capability => sense(&self.inner.senses, capability).await,
        }
    }

    /// The cameras and displays there are, and which is used when nobody names one.
    pub(crate) async fn devices(&self) -> Result<DevicesResponse, ApiError> {
        let settings = self.inner.device.look().await?.settings;
        let senses = &self.inner.senses;
        let cameras = listed(senses.cameras.list()).await.map(|cameras| {
            let cameras = cameras.into_iter().map(|camera| SourceView {
                id: camera.id,
                name: visible(&camera.name),
                width: None,
                height: None,
                used: false,
            });
            (cameras.collect::<Vec<_>>(), 0)
        });
        let displays = listed(senses.displays.list()).await.map(|displays| {
            let primary = displays.iter().position(|display| display.primary);
            let displays = displays.into_iter().map(|display| SourceView {
                id: display.id,
                name: visible(&display.name),
                width: Some(display.resolution.width),
                height: Some(display.resolution.height),
                used: false,
            });
            (displays.collect::<Vec<_>>(), primary.unwrap_or(0))
        });
        Ok(DevicesResponse {
            cameras: sources(cameras, settings.camera),
            displays: sources(displays, settings.display),
        })
    }
}

/// Those that there are, and the usual one; the chosen one is used, and no other in its place.
fn sources(found: Result<(Vec<SourceView>, usize), Found>, chosen: Option<String>) -> SourcesView {
    let (mut sources, usual, problem) = match found {
        Ok((sources, usual)) => (sources, usual, None),
        Err(missing) => (Vec::new(), 0, Some(visible(&missing.note))),
    };
    for (place, source) in sources.iter_mut().enumerate() {
        source.used = match &chosen {
            Some(chosen) => source.id == *chosen,
            None => place == usual,
        };
    }
    SourcesView {
        sources,
        chosen,
        problem,
    }
}

/// What the system says that it has, where it says so in time.
async fn listed<T>(
    listing: impl Future<Output = Result<Vec<T>, SenseError>>,
) -> Result<Vec<T>, Found> {
    match timeout(LOOKING, listing).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(trouble(&error)),
        Err(_) => {
            let silent = Found::new("the system does not answer", FoundView::Silent);
            Err(silent.fix(FixView::TryAgain))
        }
    }
}

fn trouble(error: &SenseError) -> Found {
    let (kind, fix) = match error {
        SenseError::Unavailable(_) | SenseError::Missing(_) | SenseError::Refused(_) => {
            (TroubleKind::Unavailable, None)
        }
        SenseError::Busy(_) => (TroubleKind::Busy, Some(FixView::CloseOther)),
        SenseError::Unsupported(_) => (TroubleKind::Unsupported, None),
        SenseError::TimedOut(_) => (TroubleKind::TimedOut, Some(FixView::TryAgain)),
        _ => (TroubleKind::Failed, None),
    };
    Found {
        fix,
        ..Found::new(error.to_string(), FoundView::Trouble { kind })
    }
}

/// What was found of a sense, or what is missing. Captures nothing.
pub(crate) async fn sense(senses: &Senses, capability: Capability) -> Result<Found, Found> {
    match capability {
        Capability::Camera => {
            let cameras = listed(senses.cameras.list()).await?;
            if cameras.is_empty() {
                let none = Found::new("no camera is there", FoundView::NoCamera);
                return Err(none.fix(FixView::ConnectCamera));
            }
            let note = cameras
                .iter()
                .map(|camera| format!("{} ({})", camera.name, camera.id));
            let note = note.collect::<Vec<_>>().join(", ");
            let names = cameras.iter().map(|camera| visible(&camera.name)).collect();
            Ok(Found::new(note, FoundView::Cameras { names }))
        }
        Capability::Screen => {
            let displays = listed(senses.displays.list()).await?;
            if displays.is_empty() {
                let none = Found::new("no display is there", FoundView::NoDisplay);
                return Err(none.fix(FixView::SwitchDisplayOn));
            }
            let note = displays.iter().map(|display| {
                format!("{} ({}, {})", display.name, display.id, display.resolution)
            });
            let note = note.collect::<Vec<_>>().join(", ");
            let names = displays
                .iter()
                .map(|display| visible(&display.name))
                .collect();
            Ok(Found::new(note, FoundView::Displays { names }))
        }
        Capability::Location => Ok(Found::new(
            "what the system's location service finds",
            FoundView::LocationService,
        )),
        Capability::Notification => Ok(Found::new(
            "the desktop's notifications",
            FoundView::Notifications,
        )),
        Capability::Microphone => match senses.displays.hears() {
            Ok(()) => Ok(Found::new(
                "the sound of recordings: what the microphone hears, or what this computer plays",
                FoundView::Sound,
            )),
            Err(error) => Err(trouble(&error)),
        },
        Capability::Shell | Capability::Network | Capability::Agents => Err(Found::new(
            "this device does not have it",
            FoundView::NotHere,
        )),
    }
}

async fn sandbox(of: impl Fn(&Finding) -> bool) -> Result<Found, Found> {
    let findings = tokio::task::spawn_blocking(offline::doctor).await;
    let findings = findings.map_err(|error| {
        let kind = TroubleKind::Failed;
        Found::new(error.to_string(), FoundView::Trouble { kind })
    })?;
    let findings: Vec<&Finding> = findings.iter().filter(|finding| of(finding)).collect();
    if let Some(serves) = findings.iter().find(|finding| finding.serves) {
        return Ok(Found::new(
            format!("{} by {}", serves.profile, serves.backend),
            FoundView::Sandbox {
                profile: profile(serves.profile),
                backend: backend(serves.backend),
            },
        ));
    }
    let why: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let tried: Vec<TriedView> = findings.iter().filter_map(|one| tried(one)).collect();
    // The best sandbox is tried first.
    let fix = tried.iter().find_map(|tried| match tried.problem {
        SandboxProblem::NoBubblewrap => Some(FixView::InstallBubblewrap),
        SandboxProblem::Broken if tried.backend == BackendView::Bubblewrap => {
            Some(FixView::AllowNamespaces)
        }
        SandboxProblem::NoLandlock => Some(FixView::NewerKernel),
        SandboxProblem::NotBuilt | SandboxProblem::NotOffered | SandboxProblem::Broken => None,
    });
    Err(Found {
        fix,
        ..Found::new(why.join("; "), FoundView::NoSandbox { tried })
    })
}

fn tried(finding: &Finding) -> Option<TriedView> {
    let problem = finding.problem.as_ref()?;
    Some(TriedView {
        profile: profile(finding.profile),
        backend: backend(finding.backend),
        problem: self::problem(problem),
        sentence: visible(&problem.to_string()),
    })
}

pub(crate) fn problem(problem: &Uncontained) -> SandboxProblem {
    match problem {
        Uncontained::NotBuilt { .. } => SandboxProblem::NotBuilt,
        Uncontained::NotOffered { .. } => SandboxProblem::NotOffered,
        Uncontained::NoBubblewrap => SandboxProblem::NoBubblewrap,
        Uncontained::NoLandlock => SandboxProblem::NoLandlock,
        _ => SandboxProblem::Broken,
    }
}

pub(crate) fn profile(profile: Profile) -> ProfileView {
    match profile {
        Profile::ReadOnly => ProfileView::ReadOnly,
        Profile::Write => ProfileView::Write,
        Profile::WriteNetwork => ProfileView::WriteNetwork,
        Profile::None => ProfileView::None,
    }
}

pub(crate) fn backend(backend: Backend) -> BackendView {
    match backend {
        Backend::Bubblewrap => BackendView::Bubblewrap,
        Backend::Landlock => BackendView::Landlock,
        Backend::LowIntegrity => BackendView::LowIntegrity,
        Backend::Unconfined => BackendView::Unconfined,
    }
}
