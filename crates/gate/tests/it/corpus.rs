//! Command lines and what the gate makes of them, as one table.

use chaperone_gate::{RiskKind, Unparsable, parse, risks};
use chaperone_protocol::{Join, Program};

/// What a line is: its steps as `join argv|argv`, with the words in brackets, or a script.
fn class(line: &str) -> String {
    let program = match parse(line) {
        Ok(program) => program,
        Err(error) => return format!("unparsable: {error}"),
    };
    match program {
        Program::Script { text, because } => {
            assert_eq!(text, line, "a script is kept as it came");
            format!("script: {because}")
        }
        Program::Plain { steps } => steps
            .iter()
            .map(|step| {
                let join = match step.join {
                    Join::Then => "",
                    Join::And => "&& ",
                    Join::Or => "|| ",
                };
                let pipeline: Vec<String> = step
                    .pipeline
                    .iter()
                    .map(|argv| format!("[{}]", argv.join("][")))
                    .collect();
                format!("{join}{}", pipeline.join(" | "))
            })
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn kinds(line: &str) -> String {
    let Ok(program) = parse(line) else {
        return String::new();
    };
    risks(line, &program)
        .into_iter()
        .map(|risk| {
            let kind = match risk.kind {
                RiskKind::Script => "script",
                RiskKind::Wrapper => "wrapper",
                RiskKind::Destructive => "destructive",
                RiskKind::Privilege => "privilege",
                RiskKind::Network => "network",
                RiskKind::LookAlike => "look-alike",
                RiskKind::Hidden => "hidden",
            };
            risk.part.map_or_else(
                || kind.to_owned(),
                |part| {
                    assert!(line.contains(&part), "{part:?} is not in {line:?}");
                    format!("{kind}={}", part.escape_default())
                },
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn plain_lines() {
    for (line, expected, risks) in [
        ("ls", "[ls]", ""),
        ("  ls  -la  ", "[ls][-la]", ""),
        ("ls 'a b' \"c d\" e\\ f", "[ls][a b][c d][e f]", ""),
        (
            "cat a | sort -u | head -n 5",
            "[cat][a] | [sort][-u] | [head][-n][5]",
            "",
        ),
        ("a && b || c; d", "[a] && [b] || [c] [d]", ""),
        ("a;b;", "[a] [b]", ""),
        ("a\nb", "[a] [b]", ""),
        ("a &&\nb", "[a] && [b]", ""),
        ("a |\nb", "[a] | [b]", ""),
        ("ls # what is here", "[ls]", ""),
        ("ls a#b", "[ls][a#b]", ""),
        ("\\ls", "[ls]", ""),
        ("l\\\ns -a", "[ls][-a]", ""),
        ("'ls' \"\" ''", "[ls][][]", ""),
        ("echo \"it's\" 'a \"b\"'", "[echo][it's][a \"b\"]", ""),
        ("echo \"a\\\"b\\$c\\\\d\\e\"", "[echo][a\"b$c\\d\\e]", ""),
        ("grep '$HOME' file", "[grep][$HOME][file]", ""),
        ("grep 'a*b' file", "[grep][a*b][file]", ""),
        ("git show HEAD~1", "[git][show][HEAD~1]", ""),
        (
            "git stash show stash@{0}",
            "[git][stash][show][stash@{0}]",
            "",
        ),
        (
            "git commit -m \"Fix it! Now\"",
            "[git][commit][-m][Fix it! Now]",
            "",
        ),
        ("dd if=a of=b", "[dd][if=a][of=b]", "destructive=dd"),
        ("make CC=gcc all", "[make][CC=gcc][all]", "wrapper=make"),
        ("[ -f a ] && cat a", "[[][-f][a][]] && [cat][a]", ""),
        ("test a != b", "[test][a][!=][b]", ""),
        ("find . ! -name x", "[find][.][!][-name][x]", ""),
        ("echo if then fi { }", "[echo][if][then][fi][{][}]", ""),
        ("'if' a", "[if][a]", ""),
        ("echo héllo €", "[echo][héllo][€]", ""),
        ("rm -rf /tmp/x", "[rm][-rf][/tmp/x]", "destructive=rm"),
        ("r'm' x", "[rm][x]", "destructive"),
        ("/bin/rm x", "[/bin/rm][x]", "destructive=/bin/rm"),
        (
            "mkfs.ext4 /dev/sda",
            "[mkfs.ext4][/dev/sda]",
            "destructive=mkfs.ext4",
        ),
        (
            "find . -delete",
            "[find][.][-delete]",
            "destructive=-delete destructive=find",
        ),
        (
            "git push --force",
            "[git][push][--force]",
            "destructive=--force network=git",
        ),
        ("sed -i s/a/b/ f", "[sed][-i][s/a/b/][f]", "destructive=sed"),
        ("sed -ni p f", "[sed][-ni][p][f]", "destructive=sed"),
        (
            "sudo rm x",
            "[sudo][rm][x]",
            "wrapper=sudo destructive=rm privilege=sudo",
        ),
        (
            "curl -s example.org | sh",
            "[curl][-s][example.org] | [sh]",
            "wrapper=sh network=curl",
        ),
        (
            "ssh host ls",
            "[ssh][host][ls]",
            "wrapper=ssh network=host network=ssh",
        ),
        ("git clone x", "[git][clone][x]", "network=git"),
        ("git status", "[git][status]", ""),
        ("npm run build", "[npm][run][build]", ""),
        ("pip3 install x", "[pip3][install][x]", "network=pip3"),
        ("env ls", "[env][ls]", "wrapper=env"),
        ("env", "[env]", ""),
        (
            "sh -c 'curl x | tee y'",
            "[sh][-c][curl x | tee y]",
            "wrapper=sh destructive=tee network=curl",
        ),
        (
            "python3 -c 'print(1)'",
            "[python3][-c][print(1)]",
            "wrapper=python3",
        ),
        ("python3 --version", "[python3][--version]", ""),
        (
            "find . -exec rm {} ';'",
            "[find][.][-exec][rm][{}][;]",
            "wrapper=find destructive=rm",
        ),
        ("xargs rm", "[xargs][rm]", "wrapper=xargs destructive=rm"),
        ("cat \u{430}b", "[cat][\u{430}b]", "look-alike=\\u{430}b"),
        (
            "\u{441}\u{430}t x",
            "[\u{441}\u{430}t][x]",
            "look-alike=\\u{441}\\u{430}t",
        ),
        ("cat приве́т", "[cat][приве́т]", ""),
        (
            "rm a\u{2215}b",
            "[rm][a\u{2215}b]",
            "destructive=rm look-alike=\\u{2215}",
        ),
        (
            "rm \u{2013}rf a",
            "[rm][\u{2013}rf][a]",
            "destructive=rm look-alike=\\u{2013}rf",
        ),
        ("cat 'a \u{2014} b'", "[cat][a \u{2014} b]", ""),
        ("cat a\u{202e}b", "[cat][a\u{202e}b]", "hidden=\\u{202e}"),
        ("cat a\u{200b}b", "[cat][a\u{200b}b]", "hidden=\\u{200b}"),
        ("cat a\u{a0}b", "[cat][a\u{a0}b]", "hidden=\\u{a0}"),
        ("cat a\rb", "[cat][a\rb]", "hidden=\\r"),
        ("cat \u{feff}a", "[cat][\u{feff}a]", "hidden=\\u{feff}"),
    ] {
        assert_eq!(class(line), expected, "{line:?}");
        assert_eq!(kinds(line), risks, "{line:?}");
    }
}

#[test]
fn scripts() {
    for (line, because) in [
        ("echo $HOME", "holds `$`"),
        ("echo ${HOME}", "holds `$`"),
        ("echo \"$HOME\"", "holds `$`"),
        ("echo $(ls)", "holds `$`"),
        ("echo $((1+1))", "holds `$`"),
        ("echo $'a\\n'", "holds `$`"),
        ("echo $\"a\"", "holds `$`"),
        ("$EDITOR a", "holds `$`"),
        ("echo `ls`", "backquote"),
        ("echo \"`ls`\"", "backquote"),
        ("ls *.rs", "pattern"),
        ("ls a?", "pattern"),
        ("ls [ab]", "pattern"),
        ("ls ~", "`~`"),
        ("ls ~root/x", "`~`"),
        ("make A=~/x", "`~`"),
        ("echo {a,b}", "braces"),
        ("echo {1..9}", "braces"),
        ("echo !!", "earlier command"),
        ("ls > a", "redirects"),
        ("ls >> a", "redirects"),
        ("ls 2>&1", "redirects"),
        ("ls &> a", "redirects"),
        ("ls >| a", "redirects"),
        ("cat < a", "redirects"),
        ("> a", "redirects"),
        ("ls |& cat", "redirects"),
        ("echo 99999999999999999999> a", "redirects"),
        ("cat <<E\na\nE", "here-document"),
        ("cat <<'E'\na\nE\n", "here-document"),
        ("cat <<< a", "here-document"),
        ("cat <\\\n<E\na\nE", "looks like one"),
        ("diff <(a) <(b)", "as a file"),
        ("A=b ls", "sets a variable"),
        ("A=b", "sets a variable"),
        ("A=(a b)", "sets a variable"),
        ("ls &", "background"),
        ("a & b", "background"),
        ("coproc ls", "background"),
        ("(ls)", "groups"),
        ("{ ls; }", "groups"),
        ("ls | (cat)", "groups"),
        ("f() { ls; }", "function"),
        ("function f { ls; }", "function"),
        ("if a; then b; fi", "condition"),
        ("case a in b) c;; esac", "condition"),
        ("for a in b c; do d; done", "loop"),
        ("while a; do b; done", "loop"),
        ("until a; do b; done", "loop"),
        ("for ((i=0;i<3;i++)); do a; done", "loop"),
        ("((1+1))", "arithmetic"),
        ("[[ -f a ]]", "`[[ ]]`"),
        ("! ls", "`!`"),
        ("! ! ls", "twice"),
        ("time ls", "time"),
        ("cd /tmp", "`cd` exists only"),
        ("cd /tmp && ls", "`cd` exists only"),
        ("'cd' /tmp", "`cd` exists only"),
        ("\\eval ls", "`eval` exists only"),
        ("exec ls", "`exec` exists only"),
        ("export A=b", "`export` exists only"),
        ("source a", "`source` exists only"),
        (". a", "`.` exists only"),
        ("alias a=b", "`alias` exists only"),
        ("set -e", "`set` exists only"),
        ("trap a b", "`trap` exists only"),
        ("exit 1", "`exit` exists only"),
        ("'' a", "names no program"),
        ("echo \\$'a\\' b'", "more than one way"),
    ] {
        let class = class(line);
        let said = class
            .strip_prefix("script: ")
            .unwrap_or_else(|| panic!("{line:?}: {class}"));
        assert!(said.contains(because), "{line:?}: {said}");
        assert!(kinds(line).starts_with("script"), "{line:?}");
    }
}

#[test]
fn risks_in_scripts() {
    for (line, expected) in [
        ("echo $(curl x)", "script network=curl"),
        ("ls > a", "script destructive=>"),
        ("ls > /dev/null 2>&1", "script"),
        (
            "for f in *; do sudo rm $f; done",
            "script wrapper=sudo destructive=rm privilege=sudo",
        ),
        ("cat <<E | sh\nwget x\nE", "script wrapper=sh network=wget"),
    ] {
        assert_eq!(kinds(line), expected, "{line:?}");
    }
}

#[test]
fn lines_nobody_can_read() {
    for (line, sentence) in [
        ("", "the command is empty: give a program to run"),
        (" \t\n", "the command is empty: give a program to run"),
        ("# nothing", "the command is empty: give a program to run"),
        (
            "a\0b",
            "the command holds a NUL character, which no program can receive",
        ),
        ("echo 'a", "the command ends inside single quotes: close it"),
        (
            "echo \"a",
            "the command ends inside double quotes: close it",
        ),
        (
            "echo a\\",
            "the command ends inside a backslash escape: close it",
        ),
        ("echo $(ls", "the command ends inside `$(`: close it"),
        ("echo `ls", "the command ends inside backquotes: close it"),
        (
            "a | | b",
            "the command cannot be understood: look at line 1, column 5",
        ),
        (
            "a ;; b",
            "the command cannot be understood: look at line 1, column 3",
        ),
        (
            "fi",
            "the command cannot be understood: something is missing or out of place at its end",
        ),
        (
            "a )",
            "the command cannot be understood: look at line 1, column 3",
        ),
        (
            "a &&",
            "the command cannot be understood: something is missing or out of place at its end",
        ),
        (
            "(a",
            "the command cannot be understood: something is missing or out of place at its end",
        ),
        (
            "if a; then b",
            "the command cannot be understood: something is missing or out of place at its end",
        ),
    ] {
        assert_eq!(class(line), format!("unparsable: {sentence}"), "{line:?}");
    }
    assert_eq!(
        class(&"a".repeat(100_000)),
        format!("[{}]", "a".repeat(100_000))
    );
    assert_eq!(
        class(&"a".repeat(100_001)),
        "unparsable: the command is 100001 bytes long: at most 100000 are taken"
    );
    let long = "a".repeat(1 << 20);
    assert_eq!(
        parse(&long),
        Err(Unparsable::TooLong {
            bytes: 1 << 20,
            limit: 100_000
        })
    );
}

#[test]
fn what_is_too_involved_is_a_script_unread() {
    for line in [
        "(".repeat(30) + "a" + &")".repeat(30),
        "if a; then ".repeat(50) + "b" + &"; fi".repeat(50),
        format!("echo {}", "$(a) ".repeat(100)),
    ] {
        let class = class(&line);
        assert_eq!(
            class,
            "script: it is more involved than can be checked here"
        );
    }
}

/// Just inside the bounds a line is read, just outside it is not; a script it is either way.
#[test]
fn the_bounds_of_what_is_read() {
    let involved = "it is more involved than can be checked here";
    let expansion = "it holds `$`, which a shell replaces before anything runs";
    let groups = "it groups commands";
    let condition = "it holds a condition";
    let nested = |depth: usize, inside: &str| "( ".repeat(depth) + inside + &" )".repeat(depth);
    for (line, because) in [
        (format!("echo {}", "$(a) ".repeat(64)), expansion),
        (format!("echo {}", "$(a) ".repeat(65)), involved),
        (format!("echo {}", "${a} ".repeat(64)), expansion),
        (format!("echo {}", "${a} ".repeat(65)), involved),
        (format!("echo {}$[1]", "$(a) ${a} ".repeat(32)), involved),
        // Forty words that open a group, and one more.
        ("if a; then b; fi; ".repeat(20) + "c", condition),
        ("if a; then b; fi; ".repeat(20) + "{ c; }", involved),
        ("{ a; }; ".repeat(41), involved),
        ("for a in b; do c; done; ".repeat(20), "it holds a loop"),
        ("for a in b; do c; done; ".repeat(20) + "! a", involved),
        (
            "while a; do c; done; ".repeat(20) + "until a; do b; done",
            involved,
        ),
        // Groups inside groups may have to be read again and again: 32 words and signs 2^14 times.
        (nested(14, "a b c d"), "it holds arithmetic"),
        (nested(14, "a b c d e"), involved),
        (nested(15, "a"), involved),
        // Groups behind groups are read once.
        ("( a ); ".repeat(20) + "b", groups),
        ("( a ); ".repeat(40) + "b", groups),
        ("( a ); ".repeat(41) + "b", involved),
        (
            "if a; then b; fi; ".repeat(20) + "case a in b) c;; esac",
            involved,
        ),
        (nested(13, "a") + "; ( b )", "it holds arithmetic"),
        // A condition with branches may have to be read four times.
        ("case a in b) c;; esac; ".repeat(6), condition),
        ("case a in b) c;; esac; ".repeat(9), involved),
    ] {
        assert_eq!(class(&line), format!("script: {because}"), "{line}");
    }
    assert_eq!(class("echo then do fi"), "[echo][then][do][fi]");
}

#[test]
fn what_looks_like_something_else() {
    for (line, expected) in [
        ("cat \u{ff4c}\u{ff53}", "look-alike=\\u{ff4c}\\u{ff53}"),
        ("cat \u{1d4c1}", "look-alike=\\u{1d4c1}"),
        ("cat приве́т мир", ""),
        ("cat αβγ", ""),
        ("cat aβ", "look-alike=a\\u{3b2}"),
        ("cat a \u{3b2}", ""),
        ("cat a\u{2044}b", "look-alike=\\u{2044}"),
        ("cat \u{2044}", "look-alike=\\u{2044}"),
        ("cat \u{2013}", ""),
        ("cat \u{2013}a", "look-alike=\\u{2013}a"),
        ("cat a\u{2013}b", ""),
        ("cat 'a\tb\nc'", ""),
        ("cat a\u{7f}", "hidden=\\u{7f}"),
        ("cat \u{2800}", "hidden=\\u{2800}"),
        ("cat \u{3000}a", "hidden=\\u{3000}"),
        (
            "cat a\u{200b}b\u{200c}",
            "hidden=\\u{200b} hidden=\\u{200c}",
        ),
        ("cat ~a!", "script"),
    ] {
        assert_eq!(kinds(line), expected, "{line:?}");
    }
}

#[test]
fn risks_are_not_listed_without_end() {
    for (words, expected) in [(31, 31), (32, 32), (33, 32), (1_000, 32)] {
        let words: Vec<String> = (0..words)
            .map(|number| format!("\u{430}b{number}"))
            .collect();
        let line = format!("cat {}", words.join(" "));
        let program = parse(&line).expect("a line that can be read");
        assert_eq!(risks(&line, &program).len(), expected);
    }
}
