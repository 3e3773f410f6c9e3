//! Newer versions of the app: looked for when the person says so, and installed only if they were
//! signed with the key that this build was given.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chaperone_api::visible;
use serde::Serialize;
use tauri::{AppHandle, Manager as _, Url, ipc::Channel};
use tauri_plugin_updater::{Error, Update, Updater, UpdaterExt as _};
use tokio::{sync::Mutex, task};

use crate::host::Host;

/// Who does not answer by then is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// A package may take long, but not without a byte for this long.
const SILENCE: Duration = Duration::from_secs(30);
/// What is new is said in fewer words.
const LONGEST_NOTES: usize = 4000;

/// Where newer versions are told of, and what they are signed with.
struct Source {
    address: Url,
    key: String,
}

impl Source {
    /// Both are given to the build, and it looks at them. A debug build can be told when it starts,
    /// for tests.
    fn of_this_build() -> Option<Self> {
        let given = |name: &str, built_in: Option<&'static str>| {
            let now = if cfg!(debug_assertions) {
                std::env::var(name).ok()
            } else {
                None
            };
            now.or_else(|| built_in.map(str::to_owned))
        };
        let address = given(
            "CHAPERONE_UPDATES_ADDRESS",
            option_env!("CHAPERONE_UPDATES_ADDRESS"),
        )?;
        let key = given(
            "CHAPERONE_UPDATES_KEY",
            option_env!("CHAPERONE_UPDATES_KEY"),
        )?;
        let address = Url::parse(&address).ok()?;
        Some(Self { address, key })
    }
}

/// What was found, and whether the app starts anew when it ends.
#[derive(Default)]
pub(crate) struct Updates {
    /// Held while one is looked for or installed, so that both happen one at a time.
    found: Mutex<Option<Update>>,
    restart: AtomicBool,
}

/// A version that can be installed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Newer {
    version: String,
    /// What whoever made it says of it, made visible.
    notes: String,
}

/// How much of a package has come.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Progress {
    had: u64,
    of: Option<u64>,
}

/// Why there is no newer version, or not here.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    why: Why,
    detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Why {
    /// This build was told of no place.
    NoSource,
    Unreachable,
    /// There is none for this system.
    NotForThis,
    /// Not signed with the key, or signed for another version.
    NotGenuine,
    /// The person did not let the system install it.
    NotAllowed,
    NotInstalled,
}

/// Whether this build knows where newer ones are.
pub(crate) fn has_source() -> bool {
    Source::of_this_build().is_some()
}

impl Updates {
    /// Asks for a newer version.
    pub(crate) async fn look(&self, app: &AppHandle) -> Result<Option<Newer>, Problem> {
        let mut found = self.found.lock().await;
        *found = updater(app)?.check().await.map_err(problem)?;
        Ok(found.as_ref().map(newer))
    }

    /// Fetches and installs the version that was found last, and ends the app, which starts anew.
    pub(crate) async fn install(
        &self,
        app: &AppHandle,
        progress: &Channel<Progress>,
    ) -> Result<(), Problem> {
        let found = self.found.lock().await;
        let Some(update) = found.clone() else {
            return Err(Problem {
                why: Why::NotForThis,
                detail: "nothing was looked for yet".to_owned(),
            });
        };
        let (mut had, mut told) = (0, 0);
        let chunk = |length, of: Option<u64>| {
            had += u64::try_from(length).unwrap_or_default();
            // A page needs no more than a hundred of them.
            if had - told >= of.unwrap_or_default() / 100 {
                told = had;
                // A page that is gone misses nothing.
                let _ = progress.send(Progress { had, of });
            }
        };
        let package = update.download(chunk, || {}).await.map_err(problem)?;
        tracing::info!(version = update.version, "a newer version is installed");
        // It may ask the person for a password.
        let installed = task::spawn_blocking(move || update.install(package)).await;
        match installed {
            Ok(installed) => installed.map_err(problem)?,
            Err(error) => {
                return Err(Problem {
                    why: Why::NotInstalled,
                    detail: error.to_string(),
                });
            }
        }
        self.restart.store(true, Ordering::Relaxed);
        app.exit(0);
        Ok(())
    }

    fn restarts(&self) -> bool {
        self.restart.load(Ordering::Relaxed)
    }
}

/// Starts the app anew, if that was wanted; called last of all.
pub(crate) struct Restart(Option<tauri::Env>);

impl Restart {
    /// What the app ends with.
    pub(crate) fn after(app: &AppHandle) -> Self {
        if !app.state::<Host>().updates.restarts() {
            return Self(None);
        }
        let mut env = app.env();
        // Whoever installs something wants to see it.
        env.args_os.retain(|argument| argument != "--hidden");
        Self(Some(env))
    }

    pub(crate) fn now(self) {
        if let Self(Some(env)) = self {
            tracing::info!("Chaperone starts anew");
            tauri::process::restart(&env);
        }
    }
}

fn updater(app: &AppHandle) -> Result<Updater, Problem> {
    let source = Source::of_this_build().ok_or(Problem {
        why: Why::NoSource,
        detail: "this build was told of no place for newer versions".to_owned(),
    })?;
    let ending = app.clone();
    app.updater_builder()
        .endpoints(vec![source.address])
        .map_err(problem)?
        .pubkey(source.key)
        .configure_client(|client| {
            client
                .connect_timeout(CONNECT)
                .read_timeout(SILENCE)
                .https_only(!cfg!(debug_assertions))
        })
        // Windows replaces programs that do not run, and ends this one for that.
        .on_before_exit(move || {
            let host = ending.state::<Host>();
            tauri::async_runtime::block_on(host.api.shutdown());
        })
        .build()
        .map_err(problem)
}

fn newer(update: &Update) -> Newer {
    let notes = update.body.as_deref().unwrap_or_default();
    let notes: String = notes.chars().take(LONGEST_NOTES).collect();
    Newer {
        version: visible(&update.version),
        notes: visible(notes.trim()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(problem)`")]
fn problem(error: Error) -> Problem {
    let why = match &error {
        Error::Reqwest(_)
        | Error::Network(_)
        | Error::ReleaseNotFound
        | Error::Serialization(_)
        | Error::Semver(_)
        | Error::UrlParse(_)
        | Error::InsecureTransportProtocol => Why::Unreachable,
        Error::TargetNotFound(_)
        | Error::TargetsNotFound(_)
        | Error::UnsupportedArch
        | Error::UnsupportedOs => Why::NotForThis,
        Error::Minisign(_)
        | Error::Base64(_)
        | Error::SignatureUtf8(_)
        | Error::SignedVersionMismatch { .. }
        | Error::MissingSignedVersion
        | Error::InvalidUpdaterFormat => Why::NotGenuine,
        Error::AuthenticationFailed => Why::NotAllowed,
        _ => Why::NotInstalled,
    };
    let detail = chaperone_api::in_full(&error);
    tracing::warn!(?why, detail, "no newer version");
    Problem { why, detail }
}
