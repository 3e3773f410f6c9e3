//! What ran is what was shown.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use chaperone_protocol::{Execute, InvalidAction, NeedsShell};
use chaperone_shell::{Changed, PrepareError, Prepared, RunError};

use super::BACKEND;
use crate::bench::{Bench, bench_in, execute, plain, program, script};

async fn refused(bench: &Bench, prepared: Prepared) -> Changed {
    match bench.start(prepared).await {
        Err(RunError::Changed(changed)) => changed,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn shows_what_will_run() {
    let bench = bench_in(BACKEND);
    fs::create_dir(bench.work().join("inner")).unwrap();
    symlink("inner", bench.work().join("link")).unwrap();
    let execute = Execute {
        working_dir: Some("link".to_owned()),
        ..execute("cat a | sort && true")
    };
    let prepared = bench
        .prepare_as(&execute, plain("cat a | sort && true"))
        .unwrap();
    let real = |name: &str| fs::canonicalize(format!("/usr/bin/{name}")).unwrap();
    let argv = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        prepared.executables(),
        [
            (argv(&["cat", "a"]), real("cat")),
            (argv(&["sort"]), real("sort")),
            (argv(&["true"]), real("true")),
        ]
    );
    assert_eq!(prepared.working_dir(), bench.work().join("inner"));
    assert_eq!(prepared.needs_shell(), None);
    let json = serde_json::to_value(&prepared).unwrap();
    assert_eq!(json["executables"][0][0][1], "a");
    assert_eq!(json["containment"], "read_only");
    assert!(json.get("surroundings").is_none());

    let prepared = bench.prepare(script("echo $HOME")).unwrap();
    let [(argv, path)] = prepared.executables() else {
        panic!("a script is run by one program");
    };
    assert_eq!(argv[1..], ["-c", "echo $HOME"]);
    assert!(path.is_absolute());
    assert_eq!(prepared.needs_shell(), Some(&NeedsShell::Expansion));
}

#[tokio::test]
async fn a_swapped_program_is_refused() {
    let bench = bench_in(BACKEND);
    let path = bench.work().join("tool");
    let other = bench.work().join("other");
    for swap in [
        // Another file in its place.
        (|path, other| fs::rename(other, path).unwrap()) as fn(&Path, &Path),
        // Other content in the same file.
        |path, _| program(path, "echo other"),
        |path, other| {
            fs::remove_file(path).unwrap();
            symlink(other, path).unwrap();
        },
        |path, _| fs::remove_file(path).unwrap(),
        |path, _| fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap(),
    ] {
        drop(fs::remove_file(&path));
        program(&path, "echo shown");
        program(&other, "echo other");
        let prepared = bench.prepare(plain("./tool")).unwrap();
        assert_eq!(prepared.recheck(), Ok(()));
        let untouched = bench.start(prepared.clone()).await.unwrap();
        assert_eq!(untouched.stdout, "shown\n");
        swap(&path, &other);
        assert_eq!(
            refused(&bench, prepared.clone()).await,
            Changed::Executable { path: path.clone() }
        );
        assert!(prepared.recheck().is_err());
    }
}

#[tokio::test]
async fn a_program_swapped_while_an_earlier_one_runs_is_refused() {
    let bench = bench_in(BACKEND);
    let path = bench.work().join("tool");
    program(&path, "echo shown");
    let prepared = bench.prepare(plain("sleep 0.5 ; ./tool")).unwrap();
    let swapped = path.clone();
    let swap = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        program(&swapped, "echo other");
    });
    assert_eq!(
        refused(&bench, prepared).await,
        Changed::Executable { path }
    );
    swap.join().unwrap();
}

#[tokio::test]
async fn a_swapped_folder_is_refused() {
    let bench = bench_in(BACKEND);
    let within = |folder: &str| Execute {
        working_dir: Some(folder.to_owned()),
        ..execute("pwd")
    };
    for name in ["one", "two", "three", "four"] {
        fs::create_dir(bench.work().join(name)).unwrap();
    }
    let at = |name: &str| bench.work().join(name);
    // By a link that leads elsewhere now.
    symlink("one", at("link")).unwrap();
    let prepared = bench.prepare_as(&within("link"), plain("pwd")).unwrap();
    let untouched = bench.start(prepared.clone()).await.unwrap();
    assert_eq!(untouched.stdout, format!("{}\n", at("one").display()));
    fs::remove_file(at("link")).unwrap();
    symlink("two", at("link")).unwrap();
    assert_eq!(
        refused(&bench, prepared).await,
        Changed::WorkingDir { path: at("one") }
    );
    // By a link in its own place.
    let prepared = bench.prepare_as(&within("two"), plain("pwd")).unwrap();
    fs::rename(at("two"), at("gone")).unwrap();
    symlink("one", at("two")).unwrap();
    assert_eq!(
        refused(&bench, prepared).await,
        Changed::WorkingDir { path: at("two") }
    );
    // By another folder of that name.
    let prepared = bench.prepare_as(&within("three"), plain("pwd")).unwrap();
    fs::rename(at("three"), at("gone too")).unwrap();
    fs::rename(at("four"), at("three")).unwrap();
    assert_eq!(
        refused(&bench, prepared).await,
        Changed::WorkingDir { path: at("three") }
    );
}

#[tokio::test]
async fn a_folder_that_only_gets_new_files_is_the_same() {
    let bench = bench_in(BACKEND);
    let prepared = bench.prepare(plain("ls")).unwrap();
    fs::write(bench.work().join("new"), "").unwrap();
    let executed = bench.start(prepared).await.unwrap();
    assert_eq!(executed.stdout, "new\nreadable\n");
}

fn unprepared(bench: &Bench, execute: &Execute, line: &str) -> String {
    bench
        .prepare_as(execute, plain(line))
        .unwrap_err()
        .to_string()
}

#[test]
fn what_can_not_run_is_said_beforehand() {
    let bench = bench_in(BACKEND);
    let work = bench.work().display().to_string();
    fs::write(bench.work().join("data.txt"), "").unwrap();
    let within = |folder: &str| Execute {
        working_dir: Some(folder.to_owned()),
        ..execute("ls")
    };
    let missing = unprepared(&bench, &execute("x"), "true | no-such-program");
    assert!(missing.starts_with("there is no program \"no-such-program\" in /usr/local/sbin:"));
    assert_eq!(
        unprepared(&bench, &execute("x"), "./data.txt"),
        format!("{work}/data.txt is not a program: it must be a file that may be executed")
    );
    assert_eq!(
        unprepared(&bench, &execute("x"), "/usr"),
        "/usr is not a program: it must be a file that may be executed"
    );
    assert_eq!(
        unprepared(&bench, &within("nowhere"), "ls"),
        format!("the working folder {work}/nowhere does not exist: give one that does")
    );
    assert_eq!(
        unprepared(&bench, &within("readable"), "ls"),
        format!("{work}/readable is not a folder: give a folder to work in")
    );
    let ssh = bench.home().join(".ssh").display().to_string();
    for folder in [ssh.as_str(), "~/.ssh", "../.ssh"] {
        let said = unprepared(&bench, &within(folder), "ls");
        assert!(
            said.contains(&format!("{ssh}, which is kept from agents")),
            "{said}"
        );
    }
    let empty = chaperone_protocol::Program::Plain { steps: Vec::new() };
    assert!(matches!(
        bench.prepare_as(&execute("x"), empty),
        Err(PrepareError::Empty)
    ));
    assert!(matches!(
        bench.prepare_as(&execute("x"), plain("true | | true")),
        Err(PrepareError::Empty)
    ));
    let mut loader = execute("x");
    loader
        .environment
        .insert("LD_PRELOAD".to_owned(), "/tmp/x.so".to_owned());
    assert!(matches!(
        bench.prepare_as(&loader, plain("true")),
        Err(PrepareError::Invalid(InvalidAction::Variable { .. }))
    ));
}

#[tokio::test]
async fn words_arrive_as_they_are() {
    let bench = bench_in(BACKEND);
    let words = [
        "printf",
        "%s\\n",
        "a b",
        "$HOME",
        "*",
        "`id`",
        "\"'",
        "-n",
        "",
        "ü\u{202E}",
    ];
    let program = chaperone_protocol::Program::Plain {
        steps: vec![chaperone_protocol::Step {
            join: chaperone_protocol::Join::Then,
            pipeline: vec![words.iter().map(|word| (*word).to_owned()).collect()],
        }],
    };
    let executed = bench.run(program).await;
    assert_eq!(
        executed.stdout,
        "a b\n$HOME\n*\n`id`\n\"'\n-n\n\nü\u{202E}\n"
    );
}
