use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;

use crate::{Action, AgentId, Execute, InvalidAction, Maturity, Notify, visible};

#[test]
fn confidence_bands() {
    for (score, level) in [
        (-1.0, Maturity::Student),
        (0.49, Maturity::Student),
        (0.5, Maturity::Intern),
        (0.7, Maturity::Supervised),
        (0.9, Maturity::Autonomous),
        (f64::NAN, Maturity::Student),
    ] {
        assert_eq!(Maturity::from_confidence(score), level, "{score}");
    }
}

#[test]
fn ids_are_short_and_printable() {
    assert!(AgentId::new("release-bot").is_ok());
    for bad in ["", "a\nb", &"x".repeat(201)] {
        assert!(AgentId::new(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn actions_out_of_bounds_say_which_parameter() {
    let execute = |line: &str, seconds, variable: &str| {
        Action::Execute(Execute {
            line: line.to_owned(),
            working_dir: None,
            timeout: Duration::from_secs(seconds),
            environment: BTreeMap::from([(variable.to_owned(), "x".to_owned())]),
        })
        .validate()
    };
    assert_eq!(execute("ls", 30, "LANG"), Ok(()));
    assert_eq!(execute(" ", 30, "LANG"), Err(InvalidAction::EmptyCommand));
    assert_eq!(
        execute("a\0b", 30, "LANG"),
        Err(InvalidAction::Nul { field: "command" })
    );
    assert_eq!(
        execute("ls", 301, "LANG"),
        Err(InvalidAction::Timeout {
            seconds: 301,
            limit: 300
        })
    );
    for name in [
        "LD_PRELOAD",
        "ld_preload",
        "PATH",
        "A=B",
        "",
        "1A",
        "BASH_ENV",
    ] {
        assert_eq!(
            execute("ls", 30, name),
            Err(InvalidAction::Variable {
                name: name.to_owned()
            }),
        );
    }
    let notify = Notify {
        title: " ".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    };
    assert_eq!(
        Action::Notify(notify).validate(),
        Err(InvalidAction::EmptyTitle)
    );
}

#[test]
fn what_cannot_be_seen_is_shown() {
    assert_eq!(
        visible("rm \u{202e}txt.exe\u{200b}\x1b[0m"),
        "rm \\u{202e}txt.exe\\u{200b}\\u{1b}[0m"
    );
    assert_eq!(visible("Zoë\n\täß €"), "Zoë\n\täß €");
}

proptest! {
    #[test]
    fn shown_text_never_deceives(text in any::<String>()) {
        let shown = visible(&text);
        prop_assert_eq!(visible(&shown), shown.clone());
    }
}
