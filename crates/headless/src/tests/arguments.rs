use clap::CommandFactory as _;

use super::parse;
use crate::{
    arguments::{Arguments, EXIT_CODES, RecordListOptions, RecordWord, RequestsWord, Way, Word},
    screen::Screen,
    words::{record, settings},
};

const UNIT: &str = include_str!("../../systemd/chaperone-headless.service");

#[test]
fn the_words_fit_together() {
    Arguments::command().debug_assert();
    let help = Arguments::command().render_help().to_string();
    assert!(help.contains(EXIT_CODES), "{help}");
}

#[test]
fn what_is_written_wrongly_is_refused() {
    for line in [
        "",
        "help me",
        "requests deny",
        "requests deny 1 --all",
        "requests deny --agent a1",
        "requests allow",
        "run --page-port 80",
        "run --join ws://127.0.0.1:1",
        "pair",
        "pair ws://127.0.0.1:1 --again x",
        "pair ws://127.0.0.1:1 --token t",
        "pair ws://127.0.0.1:1 --password p",
        "pair ws://127.0.0.1:1 --token-file a --answers b",
        "switches on everything",
        "agents ceiling a1 god",
        "record list --limit 0",
        "artifacts save p1",
        "hub account add",
        "hub --database postgres://a",
        "hub account add a@example.org --password p",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn what_is_written_well_is_understood() {
    for line in [
        "run --ui --page-port 0 --as-root",
        "pair wss://hub.example --way device-code --name Team --ceiling intern",
        "pair wss://hub.example --token-file -",
        "pair --again team",
        "requests",
        "requests deny --all --agent a1",
        "requests allow 7 --digest 00 --always 1",
        "rules add",
        "rules add -",
        "agents ceiling a1 none --connection team",
        "record verify --since checkpoint",
        "logs -f --lines 0",
        "requests list --json",
        "--json requests list",
        "hub",
        "hub --listen 0.0.0.0:8443 --public-url https://hub.example.org --behind-proxy",
        "hub --origin https://a.example --origin https://b.example --check-config",
        "hub account add a@example.org --owner --config hub.toml",
        "hub verify --data-dir /var/lib/chaperone-hub",
    ] {
        assert!(parse(line).is_ok(), "{line}: {:?}", parse(line).err());
    }
    let Word::Requests {
        word: Some(RequestsWord::Deny { id, all, agent }),
    } = parse("requests deny 7").unwrap().word
    else {
        panic!("another word");
    };
    assert_eq!((id.as_deref(), all, agent), (Some("7"), false, None));
}

#[test]
fn every_way_has_the_name_that_the_door_knows() {
    for name in ["deviceCode", "password", "registration", "pastedToken"] {
        assert_eq!(Way::of_name(name).map(Way::named), Some(name));
    }
    assert_eq!(Way::of_name("other"), None);
}

#[test]
fn the_unit_starts_something_there_is() {
    let line = UNIT
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    let (program, words) = line.split_once(' ').unwrap();
    assert!(program.ends_with("/chaperone-headless"), "{program}");
    assert!(matches!(parse(words).unwrap().word, Word::Run(_)));
    let page = UNIT
        .lines()
        .find_map(|line| line.strip_prefix("Documentation=man:"))
        .unwrap();
    assert_eq!(page, "chaperone-headless(1)");
}

#[test]
fn moments_are_meant_as_people_say_them() {
    let screen = Screen::fixed();
    let ago = |milliseconds: i64| Some(super::NOW - milliseconds);
    for (text, meant) in [
        ("90s", ago(90_000)),
        ("5m", ago(300_000)),
        ("2h", ago(7_200_000)),
        ("7d", ago(604_800_000)),
        ("1w", ago(604_800_000)),
        ("1970-01-02", Some(86_400_000)),
        ("1970-01-01T01:00", Some(3_600_000)),
        ("1970-01-01T01:00:00Z", Some(3_600_000)),
        ("", None),
        ("h", None),
        ("2x", None),
        ("yesterday", None),
        ("9223372036854775807w", None),
    ] {
        assert_eq!(screen.meant(text), meant, "{text}");
    }
}

#[test]
fn only_filters_that_are_set_are_asked_for() {
    let Word::Record {
        word: Some(RecordWord::List(options)),
    } = parse("record list --agent a1 --capability shell --verdict ask --from 1970-01-02")
        .unwrap()
        .word
    else {
        panic!("another word");
    };
    let filters = record::filters(&Screen::fixed(), &options).unwrap();
    assert_eq!(
        serde_json::Value::Object(filters).to_string(),
        r#"{"agent":"a1","capability":"shell","from":86400000,"verdict":"ask"}"#
    );
    let none = record::filters(&Screen::fixed(), &RecordListOptions::default()).unwrap();
    assert!(none.is_empty());
}

#[test]
fn settings_are_found_however_they_are_written() {
    let known = serde_json::json!({ "graduatedShell": false, "retentionDays": 7 });
    for name in ["graduatedShell", "graduated-shell", "graduated shell"] {
        assert_eq!(settings::meant(&known, name).unwrap(), "graduatedShell");
    }
    let error = settings::meant(&known, "no").unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no setting no; there are graduatedShell, retentionDays"
    );
}
