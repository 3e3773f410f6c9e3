//! Rules for command lines: what they cover, what limits them, and what they never lift.

use std::collections::BTreeMap;

use chaperone_gate::{
    Argument, Because, Rule, RuleBook, RuleId, Scope, Shape, TextDigest, Use, Verdict,
};
use chaperone_protocol::{Action, AgentId, Capability, Maturity, Timestamp};

use crate::support::{
    Asked, FOLDER, REST, World, agent, argv, connection, execute, rule, rule_id, word,
};
use Verdict::{Ask, Forbid, Free, Watch};

fn git_status() -> Rule {
    argv(Watch, "git", vec![word("status")], "git status")
}

fn digest(line: &str) -> Shape {
    Shape::Script {
        sha256: TextDigest::of(line),
    }
}

#[test]
fn a_rule_answers_what_the_table_asks() {
    let status = Asked::line("git status");
    assert_eq!(World::trusting().verdict(&status), Ask);
    let world = World::with_rules(vec![git_status()]);
    let judged = world.judge(&status);
    assert_eq!(judged.verdict, Watch);
    assert_eq!(
        judged.rules_used().collect::<Vec<_>>(),
        [&rule_id("watch git status")]
    );
    assert!(judged.missed.is_empty());
    // Even at first sight: the person has said so beforehand.
    let stranger = world.with(|world| world.past.set(Capability::Shell, Use::default()));
    assert_eq!(stranger.verdict(&status), Watch);
}

#[test]
fn a_rule_lifts_nothing_that_forbids() {
    let status = Asked::line("git status");
    let world = World::with_rules(vec![argv(Free, "git", vec![word("status")], "git status")]);
    assert_eq!(world.verdict(&status), Free);
    for (name, held) in [
        (
            "switch",
            world.with(|world| world.switches.set(Capability::Shell, false)),
        ),
        ("pause", world.with(|world| world.paused = true)),
        (
            "ceiling",
            world.with(|world| world.ceiling = Maturity::Supervised),
        ),
        (
            "policy",
            world.with(|world| world.policy.set(Capability::Shell, Forbid)),
        ),
        (
            "permission",
            world.with(|world| {
                world
                    .permissions
                    .set(Capability::Shell, chaperone_gate::Permission::Denied);
            }),
        ),
        (
            "rate",
            world.with(|world| {
                let cell = chaperone_gate::Cell::limited(Ask, 1);
                world
                    .standing
                    .set(Capability::Shell, Maturity::Autonomous, cell);
                world.past.set(
                    Capability::Shell,
                    Use {
                        acquainted: true,
                        recent: 1,
                        ..Use::default()
                    },
                );
            }),
        ),
        (
            "table",
            world.with(|world| {
                let cell = chaperone_gate::Cell::new(Forbid);
                world
                    .standing
                    .set(Capability::Shell, Maturity::Autonomous, cell);
            }),
        ),
    ] {
        let judged = held.judge(&status);
        assert_eq!(judged.verdict, Forbid, "{name}");
        assert_eq!(judged.rules_used().count(), 0, "{name}");
    }
    assert_eq!(
        world.verdict(&status.clone().by(Maturity::Supervised)),
        Forbid
    );
    // What others ask is not the person's to answer in advance.
    let hub = world.with(|world| world.policy.set(Capability::Shell, Ask));
    assert_eq!(hub.verdict(&status), Ask);
    assert_eq!(hub.judge(&status).rules_used().count(), 0);
    let system = world.with(|world| {
        world
            .permissions
            .set(Capability::Shell, chaperone_gate::Permission::NotYetAsked);
    });
    assert_eq!(system.verdict(&status), Ask);
}

#[test]
fn to_forbid_beats_to_ask_beats_to_allow() {
    let status = Asked::line("git status");
    let any_git = |answer| argv(answer, "git", vec![REST], "git log");
    for (rules, verdict) in [
        (vec![Free], Free),
        (vec![Watch], Watch),
        (vec![Watch, Free], Free),
        (vec![Free, Watch], Free),
        (vec![Free, Ask], Ask),
        (vec![Ask, Free, Watch], Ask),
        (vec![Forbid, Free, Ask], Forbid),
        (vec![Free, Forbid], Forbid),
    ] {
        let world = World::with_rules(rules.iter().map(|answer| any_git(*answer)).collect());
        let judged = world.judge(&status);
        assert_eq!(judged.verdict, verdict, "{rules:?}");
        let used: Vec<&RuleId> = judged.rules_used().collect();
        assert_eq!(used, [&rule_id(&format!("{verdict} git log"))], "{rules:?}");
    }
    // A rule that asks also asks where the table would not.
    let free = World::with_rules(vec![any_git(Ask)]).with(|world| {
        let cell = chaperone_gate::Cell::new(Free);
        world
            .standing
            .set(Capability::Shell, Maturity::Autonomous, cell);
    });
    assert_eq!(free.verdict(&status), Ask);
    assert_eq!(free.verdict(&Asked::line("ls")), Free);
    // One that lets run makes nothing stricter there.
    let watched = World::with_rules(vec![any_git(Watch)]).with(|world| {
        let cell = chaperone_gate::Cell::new(Free);
        world
            .standing
            .set(Capability::Shell, Maturity::Autonomous, cell);
    });
    assert_eq!(watched.verdict(&status), Free);
    assert_eq!(watched.judge(&status).rules_used().count(), 0);
    // And where the table would watch, one that says so makes it free.
    for (table, rule, verdict) in [
        (Watch, Free, Free),
        (Watch, Watch, Watch),
        (Ask, Watch, Watch),
        (Forbid, Free, Forbid),
    ] {
        let world = World::with_rules(vec![any_git(rule)]).with(|world| {
            let cell = chaperone_gate::Cell::new(table);
            world
                .standing
                .set(Capability::Shell, Maturity::Autonomous, cell);
        });
        let judged = world.judge(&status);
        assert_eq!(judged.verdict, verdict, "{table} {rule}");
        // A rule that changes nothing is not among the reasons.
        let used = usize::from(verdict < table);
        assert_eq!(judged.rules_used().count(), used, "{table} {rule}");
    }
}

#[test]
fn every_program_of_a_line_needs_a_rule() {
    let world = World::with_rules(vec![
        argv(Free, "ls", vec![REST], "ls"),
        argv(Watch, "cat", vec![Argument::Any {}], "cat a"),
        argv(Forbid, "rm", vec![REST], "rm a"),
        argv(Ask, "cp", vec![REST], "cp a b"),
    ]);
    for (line, verdict) in [
        ("ls", Free),
        ("ls -la", Free),
        ("cat a", Watch),
        ("ls; cat a", Watch),
        ("ls | cat a && ls", Watch),
        ("ls; sort a", Ask),
        ("ls | cat", Ask),
        ("cat a b", Ask),
        ("ls; rm a", Forbid),
        ("rm a", Forbid),
        ("ls; cp a b", Ask),
        ("cp a b; rm a", Forbid),
    ] {
        assert_eq!(world.verdict(&Asked::line(line)), verdict, "{line}");
    }
    let judged = world.judge(&Asked::line("ls | cat a && ls"));
    let used: Vec<String> = judged.rules_used().map(RuleId::to_string).collect();
    assert_eq!(used, ["free ls", "watch cat a"]);
}

#[test]
fn a_bare_name_is_no_path_and_a_path_is_no_other() {
    let world = World::with_rules(vec![
        argv(Free, "ls", vec![], "ls"),
        argv(Free, "/usr/bin/id", vec![], "/usr/bin/id"),
    ]);
    for (line, verdict) in [
        ("ls", Free),
        ("/usr/bin/id", Free),
        ("./ls", Ask),
        ("/bin/ls", Ask),
        ("../ls", Ask),
        ("LS", Ask),
        ("ls.exe", Ask),
        ("id", Ask),
        ("/bin/id", Ask),
        ("/usr/bin/../bin/id", Ask),
        ("/usr/bin//id", Ask),
    ] {
        assert_eq!(world.verdict(&Asked::line(line)), verdict, "{line}");
    }
}

#[test]
fn what_is_held_back_is_held_back_by_any_path() {
    let free = |rules| {
        World::with_rules(rules).with(|world| {
            let cell = chaperone_gate::Cell::new(Free);
            world
                .standing
                .set(Capability::Shell, Maturity::Autonomous, cell);
        })
    };
    let bare = free(vec![argv(Forbid, "rm", vec![REST], "rm a")]);
    let path = free(vec![argv(Forbid, "/bin/rm", vec![REST], "/bin/rm a")]);
    for (line, by_name, by_path) in [
        ("rm a", Forbid, Forbid),
        ("/bin/rm a", Forbid, Forbid),
        ("./rm a", Forbid, Forbid),
        ("/opt/rm a", Forbid, Free),
        ("RM a", Forbid, Forbid),
        ("rm.exe a", Forbid, Forbid),
        ("rmdir a", Free, Free),
        ("ls; rm a", Forbid, Forbid),
        ("ls rm", Free, Free),
    ] {
        assert_eq!(bare.verdict(&Asked::line(line)), by_name, "{line}");
        assert_eq!(path.verdict(&Asked::line(line)), by_path, "{line}");
    }
    // A wrapper's own name can be forbidden like any other.
    let sudo = free(vec![argv(Forbid, "sudo", vec![REST], "sudo ls")]);
    assert_eq!(sudo.verdict(&Asked::line("sudo rm a")), Forbid);
    assert_eq!(sudo.verdict(&Asked::line("env rm a")), Ask);
}

#[test]
fn a_wrapper_inherits_no_rule() {
    for (program, arguments, covered, line) in [
        ("env", vec![REST], "env", "env git status"),
        ("timeout", vec![REST], "timeout", "timeout 5 git status"),
        (
            "git",
            vec![REST],
            "git status",
            "git -c alias.status=x status",
        ),
        ("find", vec![REST], "find .", "find . -exec git status ';'"),
    ] {
        let rules = vec![argv(Free, program, arguments, covered), git_status()];
        let world = World::with_rules(rules);
        assert_eq!(world.verdict(&Asked::line(covered)), Free, "{covered}");
        assert_eq!(world.verdict(&Asked::line(line)), Ask, "{line}");
    }
    // A rule for what always runs others can never be met, and says so.
    let (book, refused) = RuleBook::load(vec![argv(Free, "sh", vec![REST], "sh -c ls")]);
    assert!(book.rules().is_empty());
    let problem = refused[0].problem.to_string();
    assert_eq!(
        problem,
        "its example `sh -c ls` in /home/u/project should be covered, and is not"
    );
}

#[test]
fn a_script_is_matched_by_its_exact_text() {
    let script = "for f in *; do git status; done";
    let sh = "sh -c 'git status'";
    let world = World::with_rules(vec![
        rule("loop", Watch, digest(script)),
        rule("sh", Free, digest(sh)),
        rule("no", Forbid, digest("ls *")),
        argv(Free, "git", vec![REST], "git status"),
    ]);
    for (line, verdict) in [
        (script, Watch),
        (sh, Free),
        ("ls *", Forbid),
        ("ls  *", Ask),
        ("for f in *; do git  status; done", Ask),
        ("for f in *; do git status; done ", Ask),
        ("git status > a", Ask),
        ("sh -c 'git log'", Ask),
    ] {
        assert_eq!(world.verdict(&Asked::line(line)), verdict, "{line}");
    }
    // Rules for other texts are named, the rule for this one is not among them.
    let missed = |world: &World, line: &str| {
        let missed = world.judge(&Asked::line(line)).missed;
        missed.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let told = world.with(|world| world.policy.set(Capability::Shell, Ask));
    let other = "the rule sh does not match: it is for another text";
    assert_eq!(missed(&told, script), [other]);
    let mut both = missed(&told, "ls  *");
    both.sort();
    let looped = "the rule loop does not match: it is for another text";
    assert_eq!(both, [looped, other]);
    // The text counts even where nobody has read it.
    let unread = Asked::for_action(execute(script));
    assert_eq!(world.verdict(&unread), Watch);
    let unread = Asked::for_action(execute("git status"));
    assert_eq!(world.verdict(&unread), Ask);
    // Of a rule for the text and rules for the words the looser ones count.
    let both = |text, words| {
        World::with_rules(vec![
            rule("text", text, digest("git status")),
            argv(words, "git", vec![REST], "git status"),
        ])
    };
    for (text, words) in [(Free, Watch), (Watch, Free), (Watch, Watch), (Free, Free)] {
        let judged = both(text, words).judge(&Asked::line("git status"));
        assert_eq!(judged.verdict, text.min(words), "{text} {words}");
        let used: Vec<&str> = judged.rules_used().map(RuleId::as_str).collect();
        let by_words = format!("{words} git status");
        let expected = if words < text {
            by_words.as_str()
        } else {
            "text"
        };
        assert_eq!(used, [expected]);
    }
}

#[test]
fn a_command_with_variables_of_its_own_is_asked() {
    let world = World::with_rules(vec![git_status(), rule("text", Free, digest("git status"))]);
    let asked = Asked::line("git status").with(|asked| {
        if let Action::Execute(execute) = &mut asked.action {
            execute.environment = BTreeMap::from([("HOME".to_owned(), "/tmp/x".to_owned())]);
        }
    });
    assert_eq!(world.verdict(&asked), Ask);
    let held = World::with_rules(vec![argv(Forbid, "git", vec![REST], "git status")]);
    assert_eq!(held.verdict(&asked), Forbid);
}

#[test]
fn a_rule_answers_only_whom_it_is_for() {
    let scope = |connection_id: Option<&str>, agent_id: Option<&str>| Scope {
        connection: connection_id.map(connection),
        agent: agent_id.map(|id| AgentId::new(id).unwrap()),
    };
    let asked = |connection_id: &str, agent_id: Option<&str>| {
        Asked::line("git status").with(|asked| {
            asked.connection = connection(connection_id);
            asked.agent = agent_id.map(|id| agent(id, Maturity::Autonomous));
        })
    };
    for (scope, connection_id, agent_id, allow, deny) in [
        (scope(None, None), "hub", Some("bot"), Watch, Forbid),
        (scope(None, None), "hub", None, Watch, Forbid),
        (scope(Some("hub"), None), "hub", Some("bot"), Watch, Forbid),
        (scope(Some("hub"), None), "hub", None, Watch, Forbid),
        (scope(Some("hub"), None), "other", Some("bot"), Ask, Ask),
        (
            scope(Some("hub"), Some("bot")),
            "hub",
            Some("bot"),
            Watch,
            Forbid,
        ),
        (
            scope(Some("hub"), Some("bot")),
            "hub",
            Some("other"),
            Ask,
            Ask,
        ),
        (
            scope(Some("hub"), Some("bot")),
            "other",
            Some("bot"),
            Ask,
            Ask,
        ),
        // Whoever is not named could be the one who is meant.
        (scope(Some("hub"), Some("bot")), "hub", None, Ask, Forbid),
    ] {
        let with = |answer| {
            World::with_rules(vec![Rule {
                answer,
                scope: scope.clone(),
                ..git_status()
            }])
        };
        let asked = asked(connection_id, agent_id);
        assert_eq!(
            with(Watch).verdict(&asked),
            allow,
            "{scope:?} {connection_id} {agent_id:?}"
        );
        assert_eq!(
            with(Forbid).verdict(&asked),
            deny,
            "{scope:?} {connection_id} {agent_id:?}"
        );
    }
}

#[test]
fn a_rule_ends_and_stays_in_its_folder() {
    for (folder, asked_in, allow, deny) in [
        (FOLDER, Some(FOLDER), Watch, Forbid),
        (FOLDER, Some("/home/u/project/sub/folder"), Watch, Forbid),
        (FOLDER, Some("/home/u"), Ask, Ask),
        (FOLDER, Some("/home/u/project-2"), Ask, Ask),
        (FOLDER, Some("/home/u/project/../x"), Ask, Ask),
        (FOLDER, None, Ask, Forbid),
        ("/", Some(FOLDER), Watch, Forbid),
    ] {
        let rule = Rule {
            folder: Some(folder.to_owned()),
            ..git_status()
        };
        let held = Rule {
            answer: Forbid,
            ..rule.clone()
        };
        let asked =
            Asked::line("git status").with(|asked| asked.folder = asked_in.map(str::to_owned));
        let (book, _) = RuleBook::load(vec![rule]);
        assert_eq!(
            World::trusting()
                .with(|world| world.rules = book)
                .verdict(&asked),
            allow,
            "{asked_in:?}"
        );
        let (book, _) = RuleBook::load(vec![held]);
        assert_eq!(
            World::trusting()
                .with(|world| world.rules = book)
                .verdict(&asked),
            deny,
            "{asked_in:?}"
        );
    }
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let ending = Rule {
        expires_at: Some(at("2026-04-01T00:00:00Z")),
        ..git_status()
    };
    for (now, allow, deny) in [
        ("2026-03-31T23:59:59.999Z", Watch, Forbid),
        ("2026-04-01T00:00:00Z", Ask, Ask),
        ("2027-04-01T00:00:00Z", Ask, Ask),
        // The clock was set back: the end lies ahead again, but the rule is not yet made.
        ("2025-12-31T23:59:59Z", Ask, Forbid),
        ("2026-01-01T00:00:00Z", Watch, Forbid),
    ] {
        let asked = Asked::line("git status").with(|asked| asked.now = at(now));
        assert_eq!(
            World::with_rules(vec![ending.clone()]).verdict(&asked),
            allow,
            "{now}"
        );
        let held = Rule {
            answer: Forbid,
            ..ending.clone()
        };
        assert_eq!(World::with_rules(vec![held]).verdict(&asked), deny, "{now}");
        // A rule without an end needs no clock.
        assert_eq!(
            World::with_rules(vec![git_status()]).verdict(&asked),
            Watch,
            "{now}"
        );
    }
}

#[test]
fn a_command_in_no_sandbox_is_asked_whatever_rules_say() {
    let asked = Asked::line("git status");
    let bare = asked.clone().with(|asked| asked.uncontained = true);
    let words = argv(Free, "git", vec![word("status")], "git status");
    for rule in [words, rule("text", Free, digest("git status"))] {
        let world = World::with_rules(vec![rule]);
        assert_eq!(world.verdict(&asked), Free);
        let judgement = world.judge(&bare);
        assert_eq!(judgement.verdict, Ask, "{judgement}");
        let decisive = judgement.decisive().map(|reason| &reason.because);
        assert_eq!(decisive, Some(&Because::Uncontained), "{judgement}");
    }
}
