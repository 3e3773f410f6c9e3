//! Command lines and what becomes of them under the rules of an ordinary person. No line may pass
//! a rule that does not mean it.

use chaperone_gate::{Argument, RuleBook, Verdict, parse};
use chaperone_protocol::Program;

use proptest::prelude::*;

use crate::{
    noise::pieces,
    support::{Asked, FOLDER, REST, World, argv, below, cases, word},
};

/// What a line is and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Plain words, and rules let them run.
    Runs,
    /// Plain words, and the person is asked.
    Asked,
    /// Plain words, and a rule forbids them.
    Forbidden,
    /// Needs a shell, and the person is asked.
    Script,
    /// A shell would refuse it, too.
    Unread,
}

use Fate::{Asked as Asks, Forbidden, Runs, Script, Unread};

/// An autonomous agent in a project, with rules that a developer could have made.
fn world() -> World {
    let (free, words) = (Verdict::Free, |words: &[&str]| {
        words.iter().map(|text| word(text)).collect::<Vec<_>>()
    });
    let one = |first: &str, then| vec![word(first), then];
    World::with_rules(vec![
        argv(free, "git", words(&["status"]), "git status"),
        argv(free, "git", one("log", REST), "git log -1"),
        argv(free, "git", one("diff", REST), "git diff HEAD"),
        argv(free, "ls", vec![REST], "ls -la"),
        argv(free, "cat", vec![below(FOLDER)], "cat a"),
        argv(free, "cargo", words(&["test"]), "cargo test"),
        argv(free, "cargo", one("build", REST), "cargo build -q"),
        argv(
            free,
            "echo",
            vec![Argument::Rest { options: false }],
            "echo a",
        ),
        argv(
            free,
            "grep",
            vec![Argument::Any {}, below(FOLDER)],
            "grep a b",
        ),
        argv(free, "make", vec![REST], "make all"),
        argv(free, "sort", vec![REST], "sort a"),
        argv(free, "find", vec![REST], "find ."),
        argv(free, "tar", vec![REST], "tar -tf a"),
        argv(free, "sed", vec![REST], "sed -n 5p a"),
        argv(free, "rsync", vec![REST], "rsync a b"),
        argv(free, "zip", vec![REST], "zip a b"),
        argv(free, "vim", vec![REST], "vim a"),
        argv(free, "less", vec![REST], "less a"),
        argv(free, "man", vec![REST], "man ls"),
        argv(free, "npm", vec![REST], "npm test"),
        argv(free, "/usr/bin/id", vec![], "/usr/bin/id"),
        argv(free, "env", vec![REST], "env"),
        argv(free, "python3", vec![REST], "python3 --version"),
        argv(Verdict::Forbid, "rm", vec![REST], "rm a"),
    ])
}

fn fate(line: &str) -> Fate {
    let Ok(program) = parse(line) else {
        return Unread;
    };
    let plain = matches!(program, Program::Plain { .. });
    match (plain, world().verdict(&Asked::line(line))) {
        (true, Verdict::Free) => Runs,
        (true, Verdict::Ask) => Asks,
        (true, Verdict::Forbid) => Forbidden,
        (false, Verdict::Ask) => Script,
        other => panic!("{line}: {other:?}"),
    }
}

/// What rules say about lines, whatever else they are.
const LINES: &[(&str, Fate)] = &[
    // What the rules mean.
    ("git status", Runs),
    ("git  status ", Runs),
    ("git log", Runs),
    ("git log --oneline -n 5 main..HEAD", Runs),
    ("git log -- src", Runs),
    ("git diff --stat HEAD~1", Runs),
    ("ls", Runs),
    ("ls -la /etc", Runs),
    ("cat a", Runs),
    ("cat src/main.rs", Runs),
    ("cat ./a", Runs),
    ("cat /home/u/project/a", Runs),
    ("cargo test", Runs),
    ("cargo build --release", Runs),
    ("echo a b c", Runs),
    ("grep a src/lib.rs", Runs),
    ("make all", Runs),
    ("/usr/bin/id", Runs),
    // Several programs, each with a rule.
    ("git status; ls", Runs),
    ("git status && ls || echo no", Runs),
    ("git status\nls", Runs),
    ("ls | grep a b", Runs),
    ("ls | sort | sort -u", Runs),
    // Several programs, one without.
    ("git status; wc", Asks),
    ("git status && wc", Asks),
    ("wc || git status", Asks),
    ("git status | wc", Asks),
    ("git status\nwc", Asks),
    ("git status;wc;ls", Asks),
    ("ls | tee a", Asks),
    ("git status; rm a", Forbidden),
    ("git status && rm -rf /", Forbidden),
    ("ls | rm a", Forbidden),
    ("git status\nrm a", Forbidden),
    ("/bin/rm a", Forbidden),
    ("./rm a", Forbidden),
    ("r'm' a", Forbidden),
    ("\\rm a", Forbidden),
    // Other arguments.
    ("git", Asks),
    ("git status -s", Asks),
    ("git statu", Asks),
    ("git statuss", Asks),
    ("git push", Asks),
    ("git status push", Asks),
    ("git -- status", Asks),
    ("cargo test --release", Asks),
    ("cargo", Asks),
    ("cat", Asks),
    ("cat a b", Asks),
    ("echo -e a", Asks),
    ("echo a -n", Asks),
    ("grep -r a", Asks),
    ("grep a", Asks),
    ("/usr/bin/id -u", Asks),
    ("git ''", Asks),
    ("'' git", Script),
    // Paths.
    ("cat /etc/passwd", Asks),
    ("cat ../a", Asks),
    ("cat src/../../a", Asks),
    ("cat src/../a", Asks),
    ("cat /home/u/project/../x", Asks),
    ("cat /home/u/project2/a", Asks),
    ("cat /home/u", Asks),
    ("cat ..", Asks),
    ("cat ''", Asks),
    ("cat -", Asks),
    ("cat --help", Asks),
    ("cat -- a", Asks),
    ("cat ~/a", Script),
    ("cat '~/a'", Runs),
    ("cat /home/u/project//a/./b", Runs),
    ("cat //etc/passwd", Asks),
    ("cat '/etc/passwd'", Asks),
    ("cat /e'tc'/passwd", Asks),
    ("cat \\/etc/passwd", Asks),
    // Other files of the same name.
    ("./git status", Asks),
    ("/tmp/git status", Asks),
    ("../git status", Asks),
    ("bin/git status", Asks),
    ("/usr/bin/git status", Asks),
    ("./ls", Asks),
    ("/tmp/ls", Asks),
    ("../ls", Asks),
    ("id", Asks),
    ("/usr/bin/../bin/id", Asks),
    ("GIT status", Asks),
    ("Ls", Asks),
    ("git.exe status", Asks),
    // Quotes.
    ("l's'", Runs),
    ("\"ls\"", Runs),
    ("l\\s", Runs),
    ("'l''s'", Runs),
    ("g\"i\"t 's'tatus", Runs),
    ("git 'status'", Runs),
    ("'git status'", Asks),
    ("git 'status; wc'", Asks),
    ("git \"status && wc\"", Asks),
    ("git\\ status", Asks),
    ("$'ls'", Script),
    ("$\"ls\"", Script),
    ("git $'status'", Script),
    ("git \"status", Unread),
    ("git 'status", Unread),
    ("git status\\", Unread),
    ("l\\\ns", Runs),
    ("git sta\\\ntus", Runs),
    ("git status # and more; wc", Runs),
    ("git status #\nwc", Asks),
    ("git status;#", Runs),
    ("#git status", Unread),
    // Everything that a shell does itself.
    ("git status > a", Script),
    ("git status >> a", Script),
    ("git status 2>&1", Script),
    ("git status &> a", Script),
    ("git status >| a", Script),
    ("git status 3<> a", Script),
    ("git status < a", Script),
    ("git status <<E\na\nE", Script),
    ("git status <<<a", Script),
    ("cat <<'E'\nrm a\nE", Script),
    ("git log $(wc)", Script),
    ("git log `wc`", Script),
    ("git log \"$(wc)\"", Script),
    ("git log \"`wc`\"", Script),
    ("git log <(wc)", Script),
    ("git log >(wc)", Script),
    ("git log $HOME", Script),
    ("git log ${HOME}", Script),
    ("git log $((1+1))", Script),
    ("git log \"$@\"", Script),
    ("$GIT status", Script),
    ("`echo git` status", Script),
    ("ls *", Script),
    ("ls ?", Script),
    ("ls [ab]", Script),
    ("ls {a,b}", Script),
    ("ls {1..3}", Script),
    ("ls @(a)", Unread),
    ("ls !(a)", Unread),
    ("ls ~", Script),
    ("ls ~root", Script),
    ("ls !!", Script),
    ("ls !$", Script),
    ("! git status", Script),
    ("(git status)", Script),
    ("{ git status; }", Script),
    ("git status &", Script),
    ("git status & wc", Script),
    ("coproc git status", Script),
    ("time git status", Script),
    ("if git status; then ls; fi", Script),
    ("for a in b; do ls; done", Script),
    ("while ls; do ls; done", Script),
    ("case a in a) ls;; esac", Script),
    ("ls() { wc; }; ls", Script),
    ("function ls { wc; }", Script),
    ("[[ -f a ]]", Script),
    ("((1))", Script),
    ("ls |& wc", Script),
    ("PATH=/tmp git status", Script),
    ("A=b", Script),
    ("A=b B=c git status", Script),
    ("A+=b git status", Script),
    ("a[0]=b git status", Script),
    ("LD_PRELOAD=/tmp/x.so ls", Script),
    ("GIT_PAGER=wc git log", Script),
    ("git log A=b", Runs),
    ("alias ls=wc", Script),
    ("eval git status", Script),
    ("exec git status", Script),
    ("command git status", Script),
    ("builtin echo a", Script),
    ("source a", Script),
    (". a", Script),
    ("cd /tmp", Script),
    ("cd /tmp && git status", Script),
    ("export A=b", Script),
    ("set -x", Script),
    ("trap wc EXIT", Script),
    ("hash -p /tmp/x git", Script),
    ("enable -f /tmp/x ls", Script),
    // Programs that run others, always.
    ("env git status", Asks),
    ("env -S 'git status'", Asks),
    ("env -i ls", Asks),
    ("env A=b ls", Asks),
    ("sudo git status", Asks),
    ("doas ls", Asks),
    ("xargs git status", Asks),
    ("ls | xargs cat", Asks),
    ("nice git status", Asks),
    ("timeout 5 git status", Asks),
    ("nohup git status", Asks),
    ("setsid ls", Asks),
    ("stdbuf -o0 ls", Asks),
    ("watch ls", Asks),
    ("strace ls", Asks),
    ("busybox ls", Asks),
    ("busybox sh -c ls", Asks),
    ("toybox ls", Asks),
    ("sh -c ls", Asks),
    ("bash -c 'git status'", Asks),
    ("bash -lc ls", Asks),
    ("/bin/sh -c ls", Asks),
    ("zsh -c ls", Asks),
    ("python3 -c 'print(1)'", Asks),
    ("python3 a.py", Asks),
    ("python3 -m http.server", Asks),
    ("python3.12 -c 1", Asks),
    ("perl -e 1", Asks),
    ("node -e 1", Asks),
    ("ruby -e 1", Asks),
    ("awk 'BEGIN { system(\"wc\") }'", Asks),
    ("ssh -o ProxyCommand=wc host", Asks),
    ("ssh host ls", Asks),
    ("parallel ls", Asks),
    ("flock a ls", Asks),
    ("/lib64/ld-linux-x86-64.so.2 /bin/ls", Asks),
    ("echo 'wc' | sh", Asks),
    // Programs that run others when told to, under a rule for everything they take.
    ("git -c alias.status='!wc' status", Asks),
    ("git -c alias.x='!wc' x", Asks),
    ("git -c core.pager=wc log", Asks),
    ("git -ccore.pager=wc log", Asks),
    ("git --config-env=core.pager=A log", Asks),
    ("git --exec-path=/tmp status", Asks),
    ("git -C /tmp status", Asks),
    ("git --git-dir=/tmp/x status", Asks),
    ("git --work-tree /tmp status", Asks),
    ("git -p log", Asks),
    ("git log --ext-diff", Asks),
    ("git log --ext-d", Asks),
    ("git log --textconv", Asks),
    ("git log --output=/home/u/.bashrc", Asks),
    ("git diff --output /home/u/.bashrc", Asks),
    ("git diff --outp=a", Asks),
    ("make CC=wc all", Asks),
    ("make -f /tmp/x", Asks),
    ("make -f/tmp/x", Asks),
    ("make --file=/tmp/x", Asks),
    ("make -C /tmp", Asks),
    ("make --eval='$(shell wc)'", Asks),
    ("make -kf /tmp/x", Asks),
    ("sort --compress-program=wc a", Asks),
    ("sort --comp=wc a", Asks),
    ("sort -o b a", Asks),
    ("find . -exec wc {} ';'", Asks),
    ("find . -exec wc {} +", Asks),
    ("find . -execdir wc ';'", Asks),
    ("find . -ok wc ';'", Asks),
    ("find . -name a", Runs),
    ("find . -executable", Runs),
    ("tar -xf a --to-command=wc", Asks),
    ("tar -xf a --to-c=wc", Asks),
    ("tar --checkpoint-action=exec=wc -cf a b", Asks),
    ("tar --checkpoint=1 -cf a b", Asks),
    ("tar -I wc -xf a", Asks),
    ("tar -xI/tmp/x -f a", Asks),
    ("tar xIf wc a", Asks),
    ("tar --use-compress-program wc -xf a", Asks),
    ("tar -xf a", Runs),
    ("tar xzf a", Runs),
    ("sed -n 1,5p a", Runs),
    ("sed s/a/b/g a", Runs),
    ("sed 1e a", Asks),
    ("sed '1e wc' a", Asks),
    ("sed s/a/wc/e a", Asks),
    ("sed -n -e 5p -e '1e wc' a", Asks),
    ("sed --expression='1e wc' a", Asks),
    ("sed --exp='1e wc' a", Asks),
    ("sed -f a b", Asks),
    ("sed --file=a b", Asks),
    ("sed 'w /home/u/.bashrc' a", Asks),
    ("sed 's/a/b/w /home/u/.bashrc' a", Asks),
    ("sed 's/a/b/;1e wc' a", Asks),
    ("rsync -e wc a b", Asks),
    ("rsync -ae wc a b", Asks),
    ("rsync --rsh=wc a b", Asks),
    ("rsync --rs=wc a b", Asks),
    ("rsync -a b c", Runs),
    ("zip -TT wc a b", Asks),
    ("zip -T a b", Asks),
    ("zip --unzip-command=wc a b", Asks),
    ("vim -c '!wc' a", Asks),
    ("vim '+!wc' a", Asks),
    ("vim --cmd '!wc' a", Asks),
    ("vim -S a", Asks),
    ("less '+!wc' a", Asks),
    ("less +!wc a", Script),
    ("less --lesskey-file=a b", Asks),
    ("man -P wc ls", Asks),
    ("man --pager=wc ls", Asks),
    ("man -Hwc ls", Asks),
    ("npm exec wc", Asks),
    ("npm test --script-shell=wc", Asks),
    ("npm --prefix /tmp test", Asks),
    ("cargo build --config build.rustc-wrapper=wc", Asks),
    ("cargo build --manifest-path /tmp/Cargo.toml", Asks),
    ("cargo +nightly build", Asks),
    ("cargo --config a=b build", Asks),
    // Letters that look like others, and letters that cannot be seen.
    ("g\u{456}t status", Asks),
    ("git st\u{430}tus", Asks),
    ("\u{ff4c}s", Asks),
    ("ls\u{200b}", Asks),
    ("\u{feff}ls", Asks),
    ("l\u{ad}s", Asks),
    ("git status\u{200d}", Asks),
    ("git log \u{202e}gpj.a", Asks),
    ("git log a\u{2066}b", Asks),
    ("git log a\u{200b}", Asks),
    ("git log a\rb", Asks),
    ("git status\r", Asks),
    ("ls \u{1b}[2J", Asks),
    ("ls \u{8}", Asks),
    ("git\u{a0}status", Asks),
    ("git\u{2003}status", Asks),
    ("git\u{b}status", Asks),
    ("git\u{c}status", Asks),
    ("git status\u{ff1b} wc", Asks),
    ("git log \u{2013}\u{2013}output=a", Runs),
    ("cat приве́т", Runs),
    ("cat ..\u{2215}..\u{2215}etc", Runs),
    ("ls\u{0}", Unread),
    ("git status\0; wc", Unread),
    // Words that would mean something elsewhere.
    ("ls -- -la", Runs),
    ("ls if then fi", Runs),
    ("git log -- --output=a", Asks),
    ("git log HEAD~1 stash@{0}", Runs),
    ("ls a=b", Runs),
    ("ls %1 @a +b ^c ,d", Runs),
    ("ls a#b", Runs),
    ("ls a!", Runs),
    ("ls a!b", Script),
    ("if ls", Unread),
    ("ls ;; ls", Unread),
    ("ls )", Unread),
    ("ls &&", Unread),
    ("| ls", Unread),
    ("", Unread),
    ("\n", Unread),
];

#[test]
fn every_line_has_its_fate() {
    assert!(LINES.len() >= 150);
    let wrong: Vec<_> = LINES
        .iter()
        .map(|(line, expected)| (line, *expected, fate(line)))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    assert_eq!(wrong, []);
}

/// What is asked here is asked because of the line, and not because nobody knows the agent: the
/// same lines run where the table lets them, unless they need understanding.
#[test]
fn a_line_that_runs_needs_every_one_of_its_rules() {
    for (line, expected) in LINES {
        if *expected != Runs {
            continue;
        }
        let asked = Asked::line(line);
        let judged = world().judge(&asked);
        for used in judged.rules_used() {
            let fewer = world()
                .rules
                .rules()
                .iter()
                .filter(|rule| rule.id != *used)
                .cloned()
                .collect();
            let (book, _) = RuleBook::load(fewer);
            let without = world().with(|world| world.rules = book);
            assert_eq!(
                without.verdict(&asked),
                Verdict::Ask,
                "{line} without {used}"
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// Whatever is put around a command that may run, it runs only as what the rule means.
    #[test]
    fn noise_passes_no_rule(before in pieces(), after in pieces(), spaced in any::<bool>()) {
        let space = if spaced { " " } else { "" };
        let line = format!("{before}{space}git status{space}{after}");
        if let Ok(Program::Plain { steps }) = parse(&line) {
            let asked = Asked::line(&line);
            let world = World::with_rules(vec![argv(Verdict::Free, "git", vec![word("status")], "git status")]);
            let meant = steps.iter().flat_map(|step| &step.pipeline).all(|argv| *argv == ["git", "status"]);
            let expected = if meant { Verdict::Free } else { Verdict::Ask };
            prop_assert_eq!(world.verdict(&asked), expected);
        } else if parse(&line).is_ok() {
            let world = World::with_rules(vec![argv(Verdict::Free, "git", vec![word("status")], "git status")]);
            prop_assert_eq!(world.verdict(&Asked::line(&line)), Verdict::Ask);
        }
    }
}
