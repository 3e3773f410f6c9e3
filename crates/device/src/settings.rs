//! What the person set, as it is kept.

use std::{path::PathBuf, time::Duration};

use chaperone_gate::{Standing, Switches};
use chaperone_senses::TypedPlace;
use chaperone_shell::{Containment, Profile};
use serde::{Deserialize, Serialize};

/// Everything the person can set that is not about one agent, connection or rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Capabilities on or off.
    pub switches: Switches,
    /// What each level may do.
    pub standing: Standing,
    /// Whether agents below the floor of the shell may ask for harmless programs.
    pub graduated_shell: bool,
    /// How long pictures and recordings are kept here.
    pub retention_days: u32,
    /// The place that is told instead of the one the system finds.
    pub place: Option<Place>,
    /// The camera that is used when nobody names one.
    pub camera: Option<String>,
    /// The display that is used when nobody names one; the main one where there is none.
    pub display: Option<String>,
    /// What a recording hears whose sound is wanted too.
    pub recording_sound: RecordingSound,
    /// Whether captures may run where nothing can show that they do: for machines without a screen.
    pub capture_unseen: bool,
    /// Commands a minute that one hub may send; what comes beyond is refused unheard.
    pub commands_per_minute: u32,
    /// Folders in which programs may do more than read.
    pub folders: Vec<ShellFolder>,
}

/// What a recording with sound hears.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingSound {
    /// What the microphone hears.
    #[default]
    Microphone,
    /// What this computer plays, on the speakers that the person has chosen.
    Output,
}

/// A place the person typed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Within so many metres.
    #[serde(default)]
    pub accuracy: Option<f64>,
}

/// A folder, and what programs that run in it may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellFolder {
    /// The folder's real path; what lies in it is meant too.
    pub path: PathBuf,
    /// What programs may do there.
    pub access: FolderAccess,
}

/// What programs may do in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderAccess {
    /// Write in it.
    Write,
    /// Write in it and talk to others.
    WriteNetwork,
    /// Whatever the person can; asked each time.
    Uncontained,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            switches: Switches::default(),
            standing: Standing::default(),
            graduated_shell: false,
            retention_days: 7,
            place: None,
            camera: None,
            display: None,
            recording_sound: RecordingSound::default(),
            capture_unseen: false,
            commands_per_minute: 100,
            folders: Vec::new(),
        }
    }
}

impl Settings {
    /// The longest that pictures and recordings are kept.
    pub const MAX_RETENTION_DAYS: u32 = 3_650;
    /// How long pictures and recordings are kept.
    pub fn retention(&self) -> Duration {
        Duration::from_hours(24) * self.retention_days.clamp(1, Self::MAX_RETENTION_DAYS)
    }

    /// The place that the person typed, where it is one.
    pub(crate) fn typed_place(&self) -> Option<TypedPlace> {
        let place = self.place?;
        TypedPlace::new(place.latitude, place.longitude, place.accuracy).ok()
    }

    /// How programs that work in that folder are contained: as the nearest folder above it says.
    pub(crate) fn containment(&self, working_dir: &std::path::Path) -> Containment {
        let nearest = self
            .folders
            .iter()
            .filter(|folder| working_dir.starts_with(&folder.path))
            .max_by_key(|folder| folder.path.components().count());
        let Some(ShellFolder { path, access }) = nearest else {
            return Containment::ReadOnly;
        };
        let folder = path.clone();
        match access {
            FolderAccess::Write => Containment::Write { folder },
            FolderAccess::WriteNetwork => Containment::WriteNetwork { folder },
            FolderAccess::Uncontained => Containment::None,
        }
    }
}

impl FolderAccess {
    /// The profile that it means.
    pub fn profile(self) -> Profile {
        match self {
            Self::Write => Profile::Write,
            Self::WriteNetwork => Profile::WriteNetwork,
            Self::Uncontained => Profile::None,
        }
    }
}
