//! What the command line, the environment and a file say, before anybody asks what it means.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::arguments::HubOptions;

/// What the names of our variables begin with.
const PREFIX: &str = "CHAPERONE_HUB_";
/// Says which file it is, and so is no key of one.
const FILE: &str = "config";

/// Every key.
pub(super) const KEYS: [&str; 17] = [
    "behind_proxy",
    "data_dir",
    "database",
    "database_file",
    "limits.handshakes",
    "limits.requests_per_minute",
    "limits.sign_in_failures_per_minute",
    "listen",
    "log",
    "names",
    "origins",
    "public_url",
    "registration",
    "secrets",
    "tls.certificate",
    "tls.key",
    "webhooks",
];

/// What is said of a key, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) texts: Vec<String>,
    pub(super) place: String,
}

pub(super) type Settings = BTreeMap<&'static str, Said>;

/// Reads all three.
pub(super) fn gather(
    options: &HubOptions,
    folder: Option<PathBuf>,
) -> Result<Settings, Vec<String>> {
    let variables = env::vars_os().filter_map(|(name, text)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_owned();
        Some((name, text.to_string_lossy().into_owned()))
    });
    let file = match &options.config {
        Some(path) => match fs::read_to_string(path) {
            Ok(text) => Some((path.as_path(), text)),
            Err(error) => {
                return Err(vec![format!("reading {}: {error}", path.display())]);
            }
        },
        None => None,
    };
    let file = file.as_ref().map(|(path, text)| (*path, text.as_str()));
    merge(file, variables, of_options(options, folder))
}

/// The file first; what comes later stands.
pub(super) fn merge(
    file: Option<(&Path, &str)>,
    variables: impl IntoIterator<Item = (String, String)>,
    options: Vec<(&'static str, Said)>,
) -> Result<Settings, Vec<String>> {
    let mut settings = Settings::new();
    let mut problems = Vec::new();
    if let Some((path, text)) = file {
        match text.parse::<Table>() {
            Ok(table) => read_table(path, "", &table, &mut settings, &mut problems),
            Err(error) => problems.push(format!("reading {}: {}", path.display(), error.message())),
        }
    }
    for (name, text) in variables {
        let variable = format!("{PREFIX}{name}");
        let known = KEYS
            .into_iter()
            .find(|key| key.replace('.', "_").eq_ignore_ascii_case(&name));
        match known {
            Some(key) if text.is_empty() => drop(settings.remove(key)),
            Some(key) => {
                let texts = if is_list(key) {
                    let parts = text.split(',').map(str::trim);
                    parts
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect()
                } else {
                    vec![text]
                };
                let place = variable;
                settings.insert(key, Said { texts, place });
            }
            None if name.eq_ignore_ascii_case(FILE) => {}
            None => problems.push(format!("{variable}: there is no such setting")),
        }
    }
    settings.extend(options);
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

pub(super) fn is_list(key: &str) -> bool {
    ["names", "origins"].contains(&key)
}

fn read_table(
    path: &Path,
    within: &str,
    table: &Table,
    settings: &mut Settings,
    problems: &mut Vec<String>,
) {
    for (name, value) in table {
        let key = format!("{within}{name}");
        let place = format!("{} in {}", key, path.display());
        let known = KEYS.into_iter().find(|known| *known == key);
        match (known, value) {
            (None, Value::Table(inner)) if ["tls", "limits"].contains(&key.as_str()) => {
                read_table(path, &format!("{key}."), inner, settings, problems);
            }
            (None, _) => problems.push(format!("{place}: there is no such setting")),
            (Some(key), value) => match texts(value, is_list(key)) {
                Some(texts) => drop(settings.insert(key, Said { texts, place })),
                None => problems.push(format!(
                    "{place}: must be {}",
                    if is_list(key) {
                        "a list of texts"
                    } else {
                        "one text, number or truth"
                    }
                )),
            },
        }
    }
}

fn texts(value: &Value, is_list: bool) -> Option<Vec<String>> {
    match value {
        Value::Array(values) if is_list => values
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect(),
        Value::String(text) => Some(vec![text.clone()]),
        Value::Integer(number) if !is_list => Some(vec![number.to_string()]),
        Value::Boolean(truth) if !is_list => Some(vec![truth.to_string()]),
        _ => None,
    }
}

fn of_options(options: &HubOptions, folder: Option<PathBuf>) -> Vec<(&'static str, Said)> {
    let HubOptions {
        config: _,
        check_config: _,
        word: _,
        listen,
        public_url,
        behind_proxy,
        tls_certificate,
        tls_key,
        database_file,
        registration,
        webhooks,
        origin,
        name,
        secrets,
        log,
    } = options;
    let folder = folder.map(|folder| folder.to_string_lossy().into_owned());
    let proxy = behind_proxy.then(|| true.to_string());
    let single = |key, option: &Option<String>, name: &str| {
        let texts = option.clone().into_iter().collect();
        (
            key,
            Said {
                texts,
                place: name.to_owned(),
            },
        )
    };
    let several = |key, option: &[String], name: &str| {
        (
            key,
            Said {
                texts: option.to_vec(),
                place: name.to_owned(),
            },
        )
    };
    let mut said = vec![
        single("data_dir", &folder, "--data-dir"),
        single("listen", listen, "--listen"),
        single("public_url", public_url, "--public-url"),
        single("behind_proxy", &proxy, "--behind-proxy"),
        single("tls.certificate", tls_certificate, "--tls-certificate"),
        single("tls.key", tls_key, "--tls-key"),
        single("database_file", database_file, "--database-file"),
        single("registration", registration, "--registration"),
        single("webhooks", webhooks, "--webhooks"),
        single("secrets", secrets, "--secrets"),
        single("log", log, "--log"),
        several("origins", origin, "--origin"),
        several("names", name, "--name"),
    ];
    said.retain(|(_, said)| !said.texts.is_empty());
    said
}
