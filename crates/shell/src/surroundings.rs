//! What lies around a command on this machine: the person's home and secrets, the folder agents
//! work in, and the system's own folders. Decides who may read which path; enforces nothing.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Where commands run, and what is kept from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The person's home, where there is one.
    pub home: Option<PathBuf>,
    /// Where a command runs that names no folder. Not the home, unless the person says so.
    pub working_folder: PathBuf,
    /// Files and folders no contained program may read, wherever it runs.
    pub secrets: Vec<PathBuf>,
}

/// Where programs keep what opens doors, beneath a home: keys, tokens, passwords, sessions.
const SECRETS_AT_HOME: &[&str] = &[
    // Keys and logins.
    ".ssh",
    ".gnupg",
    ".pki",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".local/share/pass",
    ".netrc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".config/git/credentials",
    ".Xauthority",
    ".ICEauthority",
    ".config/1Password",
    ".config/Bitwarden",
    ".config/KeePassXC",
    ".config/keepassxc",
    ".config/sops",
    ".config/age",
    // Clouds, clusters, registries.
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".config/containers",
    ".config/gcloud",
    ".config/gh",
    ".config/glab-cli",
    ".config/hub",
    ".config/rclone",
    ".config/op",
    ".config/doctl",
    ".config/heroku",
    ".terraform.d",
    ".vault-token",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".m2/settings.xml",
    ".gradle/gradle.properties",
    ".composer/auth.json",
    // Agents' own.
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    // Browsers and mail.
    ".mozilla",
    ".thunderbird",
    ".librewolf",
    ".config/mozilla",
    ".config/google-chrome",
    ".config/google-chrome-beta",
    ".config/google-chrome-unstable",
    ".config/chromium",
    ".config/BraveSoftware",
    ".config/microsoft-edge",
    ".config/opera",
    ".config/vivaldi",
    ".cache/mozilla",
    ".cache/google-chrome",
    ".cache/chromium",
    ".local/share/evolution",
    ".config/evolution",
    ".var/app",
    "snap",
    // Messengers and wallets.
    ".config/Signal",
    ".config/Slack",
    ".config/discord",
    ".config/Element",
    ".local/share/TelegramDesktop",
    ".bitcoin",
    ".ethereum",
    ".electrum",
    ".config/solana",
    // What was typed.
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
    ".mysql_history",
    ".node_repl_history",
    ".local/share/fish/fish_history",
    // The same on other systems.
    "Library/Keychains",
    "Library/Cookies",
    "Library/Mail",
    "Library/Messages",
    "Library/Application Support/Google/Chrome",
    "Library/Application Support/Chromium",
    "Library/Application Support/BraveSoftware",
    "Library/Application Support/Firefox",
    "Library/Safari",
    "AppData/Local/Google/Chrome",
    "AppData/Local/Microsoft/Edge",
    "AppData/Local/BraveSoftware",
    "AppData/Local/Microsoft/Credentials",
    "AppData/Local/Microsoft/Vault",
    "AppData/Roaming/Microsoft/Credentials",
    "AppData/Roaming/Microsoft/Protect",
    "AppData/Roaming/Mozilla",
    "AppData/Roaming/gcloud",
];

/// The system's own folders. Everybody may read them, and so may a contained program.
pub(crate) const SYSTEM_TREES: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/etc",
    "/nix/store",
    "/gnu/store",
    "/run/current-system",
];

/// Where the kernel and the running services show themselves as files. A working folder there opens
/// nothing more.
const LIVE_TREES: &[&str] = &["/proc", "/sys", "/dev", "/run"];

/// Where a desktop mounts the person's drives, although it lies in one of those.
const DRIVES: &str = "/run/media";

impl Surroundings {
    /// Those of the user this process runs as. `secrets` come on top of the well-known ones:
    /// Chaperone's own data folder belongs there.
    pub fn of_this_user(
        working_folder: impl Into<PathBuf>,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        Self::around(env::home_dir(), working_folder.into(), secrets)
    }

    /// Those of a user whose home is `home`.
    pub fn of(
        home: impl Into<PathBuf>,
        working_folder: impl Into<PathBuf>,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        Self::around(Some(home.into()), working_folder.into(), secrets)
    }

    fn around(
        home: Option<PathBuf>,
        working_folder: PathBuf,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        let home = home.filter(|home| home.is_absolute());
        let known = home
            .iter()
            .flat_map(|home| SECRETS_AT_HOME.iter().map(move |secret| home.join(secret)));
        Self {
            secrets: known.chain(secrets).collect(),
            working_folder,
            home,
        }
    }

    /// The secrets that are there, by their own paths and by the real ones behind them.
    pub(crate) fn present_secrets(&self) -> Vec<PathBuf> {
        let mut present = Vec::new();
        for secret in &self.secrets {
            if secret.symlink_metadata().is_err() {
                continue;
            }
            // The folders on the way may be links, and so may the secret: all three paths count.
            if let Ok(real) = secret.canonicalize() {
                present.push(real);
            }
            if let (Some(parent), Some(name)) = (secret.parent(), secret.file_name())
                && let Ok(parent) = parent.canonicalize()
            {
                present.push(parent.join(name));
            }
            present.push(secret.clone());
        }
        present.sort_unstable();
        present.dedup();
        present
    }

    /// Whether working in this folder opens it for reading. A folder so wide that the home is
    /// but a part of it, or one of the kernel's, is only a place to stand.
    pub(crate) fn opens(&self, folder: &Path) -> bool {
        let wide = |home: &Path| home.starts_with(folder) && home != folder;
        let real_home = self.home.as_ref().and_then(|home| home.canonicalize().ok());
        folder.parent().is_some()
            && !self.home.as_deref().is_some_and(wide)
            && !real_home.as_deref().is_some_and(wide)
            && (folder.starts_with(DRIVES)
                || !LIVE_TREES.iter().any(|tree| folder.starts_with(tree)))
    }

    /// Whether a contained program working in `folder` could read the real path `path`.
    pub(crate) fn reaches(&self, path: &Path, folder: &Path) -> bool {
        let system = if cfg!(unix) {
            SYSTEM_TREES.iter().any(|tree| {
                Path::new(tree)
                    .canonicalize()
                    .is_ok_and(|tree| path.starts_with(tree))
            })
        } else {
            true
        };
        (system || (self.opens(folder) && path.starts_with(folder)))
            && !self
                .present_secrets()
                .iter()
                .any(|secret| path.starts_with(secret))
    }
}
