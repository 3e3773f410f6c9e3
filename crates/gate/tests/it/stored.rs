//! What is written to disk is what is read back.

use chaperone_gate::{
    Argument, Cell, Judgement, Permission, Permissions, Policy, Rule, Shape, Standing, Switches,
    TextDigest, Use, Verdict,
};
use chaperone_protocol::{AgentId, Capability, Maturity};
use serde_json::json;

use crate::support::{
    Asked, REST, World, argv, below, connection, example, locate, noon, rule, word,
};
use Capability::{Camera, Notification, Shell};
use Maturity::{Autonomous, Intern, Student};
use Verdict::{Ask, Forbid, Free, Watch};

#[test]
fn settings_are_stored_by_name() {
    let mut switches = Switches::default();
    switches.set(Camera, false);
    let text = serde_json::to_string(&switches).unwrap();
    assert_eq!(
        text,
        r#"["notification","location","microphone","screen","agents","network","shell"]"#
    );
    assert_eq!(serde_json::from_str::<Switches>(&text).unwrap(), switches);
    assert!(!serde_json::from_str::<Switches>("[]").unwrap().is_on(Shell));

    let standing = serde_json::to_value(Standing::default()).unwrap();
    assert_eq!(
        standing["notification"]["autonomous"],
        json!({ "verdict": "free", "per_minute": 10 })
    );
    assert_eq!(standing["shell"]["intern"], json!({ "verdict": "forbid" }));
    assert_eq!(
        standing["camera"]["autonomous"],
        json!({ "verdict": "ask", "memory": { "lasts": 3600, "verdict": "watch" } })
    );
    assert_eq!(
        standing["camera"]["intern"],
        json!({ "verdict": "ask", "preview": true })
    );
    assert_eq!(
        standing["location"]["autonomous"],
        json!({ "verdict": "watch", "precision": "low" })
    );
    assert_eq!(
        serde_json::from_value::<Standing>(standing).unwrap(),
        Standing::default()
    );
    let mut edited = Standing::default();
    edited.set(Notification, Autonomous, Cell::limited(Watch, 3));
    let text = serde_json::to_string(&edited).unwrap();
    assert_eq!(serde_json::from_str::<Standing>(&text).unwrap(), edited);
}

#[test]
fn an_older_table_gets_the_rows_it_lacks() {
    let read: Standing = serde_json::from_value(json!({
        "shell": {
            "student": { "verdict": "free" },
            "intern": { "verdict": "forbid" },
            "supervised": { "verdict": "watch" },
            "autonomous": { "verdict": "ask" },
        }
    }))
    .unwrap();
    let verdicts = Maturity::ALL.map(|level| read.cell(Shell, level).verdict);
    // What was upside down is made strict.
    assert_eq!(verdicts, [Forbid, Forbid, Ask, Ask]);
    for capability in Capability::ALL {
        if capability != Shell {
            for level in Maturity::ALL {
                assert_eq!(
                    read.cell(capability, level),
                    Standing::default().cell(capability, level)
                );
            }
        }
    }
    for wrong in [
        json!({ "teleport": {} }),
        json!({ "shell": {} }),
        json!({ "shell": { "student": { "verdict": "free", "often": true } } }),
    ] {
        assert!(serde_json::from_value::<Standing>(wrong).is_err());
    }
    let cell = json!({ "verdict": "free", "surprise": 1 });
    assert!(serde_json::from_value::<Cell>(cell).is_err());
}

#[test]
fn a_judgement_is_stored_whole() {
    let world = World::with_rules(vec![argv(Watch, "git", vec![REST], "git log")]);
    for (asked, verdict, level) in [
        (Asked::line("ls").by(Intern), "forbid", "intern"),
        (Asked::line("git status"), "watch", "autonomous"),
        (Asked::line("./git status"), "ask", "autonomous"),
        (
            Asked::for_action(locate(chaperone_protocol::Precision::High)),
            "ask",
            "autonomous",
        ),
    ] {
        let judgement = world.judge(&asked);
        let value = serde_json::to_value(&judgement).unwrap();
        assert_eq!(value["verdict"], verdict);
        assert_eq!(value["level"], level);
        assert_eq!(
            serde_json::from_value::<Judgement>(value).unwrap(),
            judgement
        );
    }
    let value = serde_json::to_value(world.judge(&Asked::line("ls").by(Intern))).unwrap();
    assert_eq!(
        value["reasons"].as_array().unwrap().last().unwrap(),
        &json!({
            "said": "forbid",
            "because": {
                "type": "floor", "capability": "shell", "needs": "autonomous", "has": "intern"
            },
            "decided": true
        })
    );
    // As an older version wrote it.
    let old = json!({ "verdict": "ask", "reasons": [], "level": "intern" });
    assert_eq!(
        serde_json::from_value::<Judgement>(old).unwrap().verdict,
        Ask
    );
}

#[test]
fn a_rule_is_stored_by_name() {
    let mut full = argv(
        Watch,
        "cat",
        vec![
            word("a"),
            Argument::OneOf {
                words: vec!["b".to_owned()],
            },
            Argument::Any {},
            below("/home"),
            Argument::Rest { options: false },
        ],
        "cat a b c /home/d",
    );
    full.scope.connection = Some(connection("hub"));
    full.scope.agent = Some(AgentId::new("bot").unwrap());
    full.folder = Some("/home".to_owned());
    full.expires_at = Some(noon());
    full.until_lock = true;
    full.last_used_at = Some(noon());
    full.examples.push(example("ls", false));
    let value = serde_json::to_value(&full).unwrap();
    assert_eq!(
        value["shape"],
        json!({
            "type": "argv",
            "program": "cat",
            "arguments": [
                { "type": "exact", "word": "a" },
                { "type": "one_of", "words": ["b"] },
                { "type": "any" },
                { "type": "below", "folder": "/home" },
                { "type": "rest", "options": false },
            ]
        })
    );
    assert_eq!(serde_json::from_value::<Rule>(value.clone()).unwrap(), full);

    let sha256 = TextDigest::of("abc");
    let script = rule("s", Free, Shape::Script { sha256 });
    let text = serde_json::to_string(&script).unwrap();
    assert!(text.contains(r#"{"type":"script","sha256":"ba7816bf8f01cfea"#));
    assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), script);

    let plain = rule("r", Forbid, Shape::Microphone {});
    let small = serde_json::to_value(&plain).unwrap();
    assert_eq!(
        small,
        json!({
            "id": "r",
            "answer": "forbid",
            "shape": { "type": "microphone" },
            "scope": {},
            "created_at": "2026-01-01T00:00:00Z",
        })
    );
    assert_eq!(
        serde_json::from_value::<Rule>(small.clone()).unwrap(),
        plain
    );

    for (at, what) in [
        ("", "surprise"),
        ("/shape", "surprise"),
        ("/scope", "surprise"),
        ("/examples/0", "surprise"),
        ("/examples/0/sample", "surprise"),
        ("/shape/arguments/0", "surprise"),
        ("/shape/arguments/2", "surprise"),
    ] {
        let mut wrong = value.clone();
        wrong.pointer_mut(at).unwrap()[what] = json!(1);
        assert!(serde_json::from_value::<Rule>(wrong).is_err(), "{at}");
    }
    let mut wrong = small;
    wrong["shape"]["surprise"] = json!(1);
    assert!(serde_json::from_value::<Rule>(wrong).is_err());
}

#[test]
fn what_is_not_known_is_not_granted() {
    let mut permissions: Permissions = serde_json::from_str("{}").unwrap();
    assert_eq!(permissions.of(Camera), Permission::NotYetAsked);
    permissions.set(Camera, Permission::Denied);
    let text = serde_json::to_string(&permissions).unwrap();
    assert_eq!(text, r#"{"camera":"denied"}"#);

    let mut policy = Policy::default();
    assert_eq!(policy.of(Shell), None);
    policy.set(Shell, Ask);
    policy.set(Notification, Forbid);
    policy.set(Notification, Free);
    assert_eq!(policy.of(Notification), Some(Free));
    let text = serde_json::to_string(&policy).unwrap();
    assert_eq!(text, r#"{"notification":"free","shell":"ask"}"#);

    let past: Use = serde_json::from_str(r#"{"recent":3}"#).unwrap();
    assert_eq!(
        past,
        Use {
            recent: 3,
            ..Use::default()
        }
    );
    assert!(!past.acquainted);
    assert_eq!(Student.min(Autonomous), Student);
}
