use std::path::{Path, PathBuf};

use chaperone_hub::{Entrance, Place, Registration};

use super::{
    config::{self, Config, Keeping},
    settings::{self, Said},
};

fn resolve(
    file: &str,
    variables: &[(&str, &str)],
    options: &[(&'static str, &str)],
) -> Result<Config, Vec<String>> {
    let variables = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let options = options.iter().map(|(key, text)| {
        let said = Said {
            texts: vec![(*text).to_owned()],
            place: format!("--{key}"),
        };
        (*key, said)
    });
    let file = (!file.is_empty()).then_some((Path::new("hub.toml"), file));
    let settings = settings::merge(file, variables, options.collect())?;
    config::resolve(&settings, PathBuf::from("/own"))
}

fn problems(resolved: Result<Config, Vec<String>>) -> Vec<String> {
    resolved.map(|_| ()).unwrap_err()
}

#[test]
fn without_a_word_it_is_a_hub_for_this_computer() {
    let config = resolve("", &[], &[]).unwrap();
    assert_eq!(config.data_dir, Path::new("/own"));
    assert_eq!(config.listen.to_string(), "127.0.0.1:8443");
    assert!(matches!(config.reach.entrance, Entrance::Local));
    assert!(matches!(config.place, Place::File));
    assert_eq!(config.registration, Registration::Closed);
    assert_eq!(config.keeping, Keeping::Files);
}

#[test]
fn options_go_before_variables_and_variables_before_the_file() {
    let file = "listen = '127.0.0.1:1'\nlog = 'json'\nregistration = 'open'\nnames = ['a', 'b']";
    let variables = [
        ("LISTEN", "127.0.0.1:2"),
        ("REGISTRATION", "closed"),
        // Empty takes back what the file says.
        ("NAMES", ""),
        ("ORIGINS", "https://a.example, https://b.example"),
        ("CONFIG", "hub.toml"),
    ];
    let config = resolve(file, &variables, &[("listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.registration, Registration::Closed);
    assert!(config.json_log);
    assert!(config.reach.names.is_empty());
    assert_eq!(config.reach.origins.len(), 2);
    assert_eq!(resolve(file, &variables, &[]).unwrap().listen.port(), 2);
    assert_eq!(resolve(file, &[], &[]).unwrap().listen.port(), 1);
}

#[test]
fn every_problem_is_told_at_once_and_where_it_stands() {
    let file =
        "listen = 'everywhere'\nsecrets = 'paper'\n[tls]\nkey = 'k'\n[limits]\nhandshakes = 0";
    let variables = [("PUBLIC_URL", "hub.example.org"), ("ORIGINS", "*")];
    let found = problems(resolve(file, &variables, &[("registration", "maybe")]));
    let starts = [
        "listen in hub.toml: must be like",
        "CHAPERONE_HUB_PUBLIC_URL: must be like https://",
        "tls.key in hub.toml: needs tls.certificate",
        "CHAPERONE_HUB_ORIGINS: `*` must be like",
        "limits.handshakes in hub.toml: must be at least 1",
        "--registration: must be closed or open",
        "secrets in hub.toml: must be file or keyring",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (problem, start) in found.iter().zip(starts) {
        assert!(problem.starts_with(start), "{problem}");
    }
    let unknown = resolve("lisen = 'a'\n[tls]\nca = 'b'", &[("PORT", "1")], &[]);
    let found = problems(unknown);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found
            .iter()
            .all(|problem| problem.ends_with("no such setting"))
    );
    assert_eq!(problems(resolve("listen = [", &[], &[])).len(), 1);
    assert_eq!(problems(resolve("listen = ['a']", &[], &[])).len(), 1);
}

#[test]
fn others_are_let_in_only_with_a_url_and_encryption() {
    let everywhere = ("listen", "0.0.0.0:8443");
    let url = ("public_url", "https://hub.example.org");
    let proxy = ("behind_proxy", "true");
    assert_eq!(problems(resolve("", &[], &[everywhere])).len(), 2);
    assert_eq!(problems(resolve("", &[], &[everywhere, url])).len(), 1);
    assert_eq!(problems(resolve("", &[], &[everywhere, proxy])).len(), 1);
    let clear = ("public_url", "http://hub.example.org");
    assert_eq!(
        problems(resolve("", &[], &[everywhere, clear, proxy])).len(),
        1
    );
    assert!(resolve("", &[], &[everywhere, url, proxy]).is_ok());
}

#[test]
fn what_is_shown_holds_no_secret() {
    let address = "postgres://hub:very-secret@db.example/hub";
    let config = resolve("", &[("DATABASE", address)], &[]).unwrap();
    assert!(matches!(&config.place, Place::Database(url) if url == address));
    let shown = config.shown();
    assert_eq!(shown["listen"], "127.0.0.1:8443");
    assert_eq!(shown["limits.requests_per_minute"], 1_200);
    assert!(!shown.to_string().contains("secret@"), "{shown}");
    // Every key can be found in it, and nothing else.
    let keys: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
    let known: Vec<_> = settings::KEYS
        .into_iter()
        .filter(|key| *key != "database_file")
        .collect();
    assert_eq!(keys, known);
}

#[test]
fn the_database_is_said_once() {
    let both = [("DATABASE", "postgres://a"), ("DATABASE_FILE", "/a")];
    assert_eq!(problems(resolve("", &both, &[])).len(), 1);
    let file = [("DATABASE_FILE", "/there/is/no/such/file")];
    assert_eq!(problems(resolve("", &file, &[])).len(), 1);
}

#[test]
fn certificates_are_looked_at_before_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificate.pem");
    std::fs::write(&path, "nothing").unwrap();
    let path = path.to_str().unwrap();
    let found = problems(resolve(
        "",
        &[],
        &[("tls.certificate", path), ("tls.key", path)],
    ));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("certificate.pem"), "{found:?}");
}
