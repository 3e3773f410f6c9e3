use std::{collections::BTreeMap, env, fs, time::Duration};

use chaperone_protocol::{Execute, Join, Program, Step};
use tempfile::TempDir;

use super::*;

fn execute() -> Execute {
    Execute {
        line: "a line".to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(30),
        environment: BTreeMap::new(),
    }
}

fn plain(words: &[&str]) -> Program {
    Program::Plain {
        steps: vec![Step {
            join: Join::Then,
            pipeline: vec![words.iter().map(|word| (*word).to_owned()).collect()],
        }],
    }
}

fn prepare_read_only(
    execute: &Execute,
    program: Program,
    surroundings: &Surroundings,
) -> Result<Prepared, PrepareError> {
    prepare(execute, program, &Containment::ReadOnly, surroundings)
}

/// A program that every system has.
fn common() -> &'static str {
    if cfg!(windows) { "cmd" } else { "ls" }
}

fn home() -> (TempDir, Surroundings) {
    let home = TempDir::new().unwrap();
    let work = home.path().join("work");
    fs::create_dir(&work).unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    let surroundings = Surroundings::of(home.path(), work, []);
    (home, surroundings)
}

#[test]
fn finds_a_program_and_the_folder() {
    let (home, surroundings) = home();
    let prepared = prepare_read_only(&execute(), plain(&[common(), "x"]), &surroundings).unwrap();
    let [(argv, path)] = prepared.executables() else {
        panic!("one program was given");
    };
    assert_eq!(argv, &[common(), "x"]);
    assert!(path.is_absolute() && path.is_file());
    let real = fs::canonicalize(home.path().join("work")).unwrap();
    assert_eq!(prepared.working_dir(), real);
    assert_eq!(prepared.recheck(), Ok(()));
}

#[test]
fn another_folder_in_its_place_is_noticed() {
    let (home, surroundings) = home();
    let prepared = prepare_read_only(&execute(), plain(&[common()]), &surroundings).unwrap();
    fs::rename(home.path().join("work"), home.path().join("gone")).unwrap();
    let changed = Changed::WorkingDir {
        path: prepared.working_dir().to_owned(),
    };
    assert_eq!(prepared.recheck(), Err(changed));
}

#[test]
fn the_environment_does_not_leak() {
    let (_home, surroundings) = home();
    let mut execute = execute();
    execute.environment.insert("ASKED".into(), "for".into());
    let prepared = prepare_read_only(&execute, plain(&[common()]), &surroundings).unwrap();
    let whole = prepared.whole_environment();
    assert_eq!(whole.get("ASKED").map(String::as_str), Some("for"));
    assert_eq!(whole.get("PATH"), Some(&lookup::search_path()));
    let leaked: Vec<String> = env::vars()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("CARGO") && whole.contains_key(name))
        .collect();
    assert_eq!(leaked, Vec::<String>::new());
}

#[test]
fn refusals_say_what_to_do() {
    let (home, surroundings) = home();
    let said = |folder: &str, words: &[&str]| {
        let execute = Execute {
            working_dir: Some(folder.to_owned()),
            ..execute()
        };
        let error = prepare_read_only(&execute, plain(words), &surroundings).unwrap_err();
        error.to_string()
    };
    assert!(said("", &["no-such-program"]).contains("check its name"));
    assert!(said("nowhere", &[common()]).contains("does not exist: give one that does"));
    assert!(said("~/.ssh", &[common()]).contains("kept from agents: give another folder"));
    fs::write(home.path().join("file"), "").unwrap();
    assert!(said("~/file", &[common()]).contains("is not a folder"));
    assert_eq!(
        said("", &[]),
        "the command names no program: give one to run"
    );
}

#[test]
fn folders_are_meant_from_the_home_or_the_folder_for_agents() {
    let (home, surroundings) = home();
    let asked = |text| folder::asked(text, &surroundings);
    let work = home.path().join("work");
    assert_eq!(asked(None), work);
    assert_eq!(asked(Some("")), work);
    assert_eq!(asked(Some("a/b")), work.join("a/b"));
    assert_eq!(asked(Some("~")), home.path());
    assert_eq!(asked(Some("~/a")), home.path().join("a"));
    assert_eq!(asked(Some("~user")), work.join("~user"));
}
