//! The graduated shell: which lines a lower level may ask for, and that asking is all it gets.

use std::collections::BTreeMap;

use chaperone_gate::{Cell, Verdict};
use chaperone_protocol::{Action, Capability, Maturity};

use crate::support::{Asked, REST, World, argv, execute};
use Maturity::{Autonomous, Intern, Student, Supervised};
use Verdict::{Ask, Forbid, Free};

fn graduated() -> World {
    World::trusting().with(|world| world.graduated_shell = true)
}

/// The lowest level below the floor that may ask, if any.
fn lowest(line: &str) -> Option<Maturity> {
    let world = graduated();
    let verdicts: Vec<Verdict> = [Student, Intern, Supervised]
        .into_iter()
        .map(|level| world.verdict(&Asked::line(line).by(level)))
        .collect();
    match verdicts.as_slice() {
        [Forbid, Ask, Ask] => Some(Intern),
        [Forbid, Forbid, Ask] => Some(Supervised),
        [Forbid, Forbid, Forbid] => None,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn reading_is_for_interns() {
    for line in [
        "ls",
        "ls -laR /tmp",
        "pwd",
        "pwd -P",
        "cat a b",
        "cat -- -a",
        "grep -rn x .",
        "grep -e a -f b",
        "head -n 5 a",
        "tail a",
        "tail -n 5 a",
        "tail -n5 -q a",
        "tail -c 10 a",
        "tail --lines=3 a",
        "echo hello -e",
        "date",
        "date +%s",
        "date -u +%F",
        "date -d tomorrow",
        "date --date=now -R",
        "date -I",
        "date -Iseconds",
        "date --iso-8601",
        "date --rfc-3339=ns",
        "date --utc",
        "date --universal",
        "date --rfc-email",
        "date --date tomorrow",
        "whoami",
        "ls | grep a | head -n 1",
        "ls && cat a; pwd || echo no",
        "cat 'a b' \"c\"",
        "l's'",
    ] {
        assert_eq!(lowest(line), Some(Intern), "{line}");
    }
}

#[test]
fn monitoring_is_for_supervised_agents() {
    for line in [
        "find . -name x",
        "find . -type f -size +1M -print",
        "ps",
        "ps -ef",
        "ps aux",
        "ps -o pid,time",
        "ps -u me",
        "top -b -n 1",
        "df -h",
        "du -sh .",
        "netstat -tln",
        "lsof -i",
        "lsof -p 1",
        "ls | find .",
        "ps aux | grep x",
    ] {
        assert_eq!(lowest(line), Some(Supervised), "{line}");
    }
}

#[test]
fn everything_else_stays_behind_the_floor() {
    for line in [
        // Not on the list.
        "rm a",
        "git status",
        "env",
        "sort a",
        "wc -l a",
        "tee a",
        "cp a b",
        "sh",
        "less a",
        "awk 1 a",
        "sed -n 1p a",
        "xargs",
        "ls | sort",
        "ls; rm a",
        "echo a | tee b",
        "cat a | sh",
        "LS",
        "Cat a",
        // On the list by another way.
        "/bin/ls",
        "./ls",
        "../ls",
        "bin/cat a",
        "busybox ls",
        "env ls",
        "sudo ls",
        "timeout 5 ls",
        "xargs ls",
        // Waits for ever.
        "tail -f a",
        "tail -F a",
        "tail -5f a",
        "tail +5f a",
        "tail -qf a",
        "tail --follow a",
        "tail --follow=name a",
        "tail --fol a",
        "tail --f a",
        "tail --retry a",
        "tail --pid=1 a",
        "tail --pid 1 a",
        "tail -n 5 -f a",
        "tail +F a",
        // Sets the clock.
        "date -s now",
        "date --set=now",
        "date --set now",
        "date 010203042026",
        "date -us now",
        "date +%s -s now",
        "date -d",
        "date --date",
        "date -d x 0102030426",
        "date -f a",
        "date --file=a",
        // Runs, deletes, writes.
        "find . -exec rm {} ';'",
        "find . -execdir rm {} ';'",
        "find . -ok rm {} ';'",
        "find . -okdir rm {} ';'",
        "find . -delete",
        "find . -fprint a",
        "find . -fprint0 a",
        "find . -fprintf a b",
        "find . -fls a",
        "ls | find . -delete",
        // Shows what others keep in their variables.
        "ps e",
        "ps auxe",
        "ps axe",
        "ps -E",
        "ps -AE",
        "ps -o environ",
        "ps -o pid axe",
        "ps ewww",
        // Keeps a file of what it saw.
        "lsof -D b",
        "lsof -Db",
        "lsof -iD",
        // Scripts.
        "ls > a",
        "ls *",
        "echo $HOME",
        "cat $(ls)",
        "ls &",
        "(ls)",
        "cat <<< a",
        "! ls",
        "A=b ls",
        "ls 2>&1",
    ] {
        assert_eq!(lowest(line), None, "{line}");
    }
}

#[test]
fn it_is_off_until_the_person_says_so() {
    for level in [Student, Intern, Supervised] {
        let asked = Asked::line("ls").by(level);
        assert_eq!(World::trusting().verdict(&asked), Forbid);
    }
    assert_eq!(World::trusting().verdict(&Asked::line("ls")), Ask);
    assert_eq!(graduated().verdict(&Asked::line("ls")), Ask);
    assert_eq!(graduated().verdict(&Asked::line("rm a")), Ask);
}

#[test]
fn it_is_never_more_than_a_question() {
    let ls = Asked::line("ls -la");
    let allowed = World::with_rules(vec![argv(Free, "ls", vec![REST], "ls -la")])
        .with(|world| world.graduated_shell = true);
    assert_eq!(allowed.verdict(&ls), Free);
    for level in [Intern, Supervised] {
        assert_eq!(allowed.verdict(&ls.clone().by(level)), Ask);
        let table = graduated().with(|world| {
            for level in [Autonomous, Supervised, Intern] {
                world
                    .standing
                    .set(Capability::Shell, level, Cell::new(Free));
            }
        });
        assert_eq!(table.verdict(&ls.clone().by(level)), Ask);
    }
}

#[test]
fn it_lifts_nothing_but_the_floor() {
    let ls = Asked::line("ls").by(Intern);
    for world in [
        graduated().with(|world| world.switches.set(Capability::Shell, false)),
        graduated().with(|world| world.paused = true),
        graduated().with(|world| world.policy.set(Capability::Shell, Forbid)),
        graduated().with(|world| world.ceiling = Student),
        // Who wants nobody in the shell wants nobody in a part of it.
        graduated().with(|world| {
            world
                .standing
                .set(Capability::Shell, Autonomous, Cell::new(Forbid));
        }),
    ] {
        assert_eq!(world.verdict(&ls), Forbid);
    }
    let with_network = ls.with(|asked| asked.network = true);
    assert_eq!(graduated().verdict(&with_network), Forbid);
    let unread = Asked::for_action(execute("ls")).by(Intern);
    assert_eq!(graduated().verdict(&unread), Forbid);
    let with_variable = ls.with(|asked| {
        if let Action::Execute(execute) = &mut asked.action {
            execute.environment = BTreeMap::from([("A".to_owned(), "b".to_owned())]);
        }
    });
    assert_eq!(graduated().verdict(&with_variable), Forbid);
    // Other capabilities have their own floors.
    let denied = World::with_rules(vec![]).with(|world| world.graduated_shell = true);
    assert_eq!(
        denied.verdict(&Asked::for_action(crate::support::screenshot(None)).by(Intern)),
        Forbid
    );
}
