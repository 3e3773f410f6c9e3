//! Writing in one folder: what works there, and what is set aside.

use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

use chaperone_shell::{Backend, Containment, PrepareError, Profile, RunError, prepare};

use crate::bench::{WAYS, bench_with, execute, plain, script};

fn writing() -> impl Iterator<Item = (Backend, Profile)> {
    WAYS.into_iter().filter(|(_, profile)| profile.writes())
}

#[tokio::test]
async fn ordinary_work_is_done() {
    for (backend, profile) in writing() {
        let bench = bench_with(backend, profile);
        let text = "set -e; echo one > a; echo two >> a; mkdir -p x/y; mv a x/y/b; cp x/y/b c; \
                    ln -s c d; ln c e; rm e; truncate -s 3 c; mkfifo pipe; sed -i s/o/0/ x/y/b; \
                    echo t > \"${TMPDIR:-/tmp}/t\"; cat \"${TMPDIR:-/tmp}/t\"; sort x/y/b d; \
                    rm -r x pipe; ls";
        let executed = bench.script(text).await;
        assert_eq!(
            executed.stdout, "t\n0ne\none\ntw0\nc\nd\nreadable\n",
            "{backend}, {profile}: {}",
            executed.stderr
        );
        assert_eq!(fs::read_to_string(bench.work().join("c")).unwrap(), "one");
        assert!(executed.containment.contains("writes in "));
    }
}

#[tokio::test]
async fn what_is_needed_for_a_while_is_shared_by_the_programs_and_gone_with_them() {
    for (backend, profile) in writing() {
        let bench = bench_with(backend, profile);
        let name = format!("chaperone-{}-{profile:?}", std::process::id());
        let line = match backend {
            Backend::Bubblewrap => format!("cp readable /tmp/{name} && cat /tmp/{name}"),
            _ => "mktemp && true".to_owned(),
        };
        let executed = bench.run(plain(&line)).await;
        assert_eq!(executed.exit_code, 0, "{backend}: {}", executed.stderr);
        assert!(!Path::new("/tmp").join(name).exists());
        let made = executed.stdout.trim();
        assert!(backend == Backend::Bubblewrap || (made.contains("/chaperone-run-")));
        assert!(!Path::new(made).exists() || made == "readable");
    }
}

#[tokio::test]
async fn modes_and_times_change_where_mounts_keep_the_rest() {
    for (backend, profile) in writing() {
        let bench = bench_with(backend, profile);
        let executed = bench
            .script("chmod 700 readable && touch -d 2001-01-01 readable && stat -c %a readable")
            .await;
        if backend == Backend::Bubblewrap {
            assert_eq!(executed.stdout, "700\n", "{}", executed.stderr);
        } else {
            assert!(executed.stderr.contains("not permitted"));
        }
    }
}

#[tokio::test]
async fn a_repository_made_meanwhile_is_set_aside_and_said() {
    for (backend, profile) in writing() {
        let bench = bench_with(backend, profile);
        fs::create_dir_all(bench.work().join("old/.git")).unwrap();
        fs::create_dir(bench.work().join("sub")).unwrap();
        let text = "mkdir -p sub/new/.git/hooks; echo evil > sub/new/.git/hooks/pre-commit; \
                    mkdir sub/x; echo evil > sub/x/config; mv sub/x sub/.git; ln -s /tmp sub/.ssh; \
                    mkdir -p sub/a/.GIT; true";
        let executed = bench.script(text).await;
        let work = bench.work();
        for name in ["sub/new/.git", "sub/.git", "sub/.ssh", "sub/a/.GIT"] {
            assert!(
                work.join(name).symlink_metadata().is_err(),
                "{backend}: {name}: {}",
                executed.stderr
            );
            let aside = work.join(format!("{name}.set-aside"));
            assert!(aside.symlink_metadata().is_ok(), "{backend}: {name}");
            let said = format!("{}", aside.display());
            assert!(
                executed.containment.contains(&said),
                "{}",
                executed.containment
            );
        }
        assert!(work.join("old/.git").is_dir());
        assert!(!executed.containment.contains("old/"));
    }
}

#[tokio::test]
async fn it_is_set_aside_however_the_run_ends() {
    // The network makes no difference to this.
    for (backend, profile) in writing().filter(|(_, profile)| *profile == Profile::Write) {
        let bench = bench_with(backend, profile);
        let ended = bench
            .within(Duration::from_secs(1), "mkdir .git; sleep 300")
            .await;
        let Err(RunError::TimedOut { partial, .. }) = ended else {
            panic!("ended otherwise: {ended:?}");
        };
        assert!(partial.containment.contains("set aside"));
        assert!(!bench.work().join(".git").exists());

        let prepared = bench.prepare(script("mkdir .git; sleep 300")).unwrap();
        let made = bench.work().join(".git");
        tokio::select! {
            _ = bench.start(prepared) => panic!("it ended"),
            () = async {
                while !made.exists() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            } => {}
        }
        // The future is gone; what it leaves to do is done by itself.
        for _ in 0..300 {
            if !made.exists() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!made.exists(), "{backend}");
    }
}

#[tokio::test]
async fn a_secret_that_comes_to_be_in_the_folder_is_one() {
    for (backend, profile) in writing() {
        let mut bench = bench_with(backend, profile);
        let later = bench.work().join("later");
        bench.surroundings.secrets.push(later.clone());
        let said = bench.work().join("readable");
        let text = "echo mine > later; mkdir later; echo begun >> readable; \
                    for i in $(seq 50); do [ -e later ] && break; sleep 0.02; done; \
                    cat later; echo broken > later; echo there >> readable; cat readable";
        let (executed, ()) = tokio::join!(bench.script(text), async {
            while !fs::read_to_string(&said).unwrap().contains("begun") {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            fs::write(&later, "secret\n").unwrap();
        });
        assert_eq!(
            executed.stdout, "readable\nbegun\nthere\n",
            "{backend}: {}",
            executed.stderr
        );
        assert_eq!(fs::read_to_string(&later).unwrap(), "secret\n");
    }
}

#[tokio::test]
async fn a_guarded_name_that_is_a_link_is_not_left_to_chance() {
    for (backend, profile) in writing() {
        let bench = bench_with(backend, profile);
        fs::create_dir(bench.home().join("repository")).unwrap();
        symlink("../repository", bench.work().join(".git")).unwrap();
        let prepared = bench
            .prepare(script("rm .git; mkdir .git; echo x > .git/config; true"))
            .unwrap();
        let ended = bench.start(prepared).await;
        match backend {
            Backend::Bubblewrap => assert!(matches!(ended, Err(RunError::Uncontained(_)))),
            _ => assert!(ended.is_ok()),
        }
        assert!(bench.work().join(".git").is_symlink());
        assert_eq!(
            fs::read_dir(bench.home().join("repository"))
                .unwrap()
                .count(),
            0
        );
    }
}

#[test]
fn some_folders_are_never_for_writing() {
    let bench = bench_with(Backend::Landlock, Profile::Write);
    for folder in [".config/app", "work/.git", "work/inner"] {
        fs::create_dir_all(bench.home().join(folder)).unwrap();
    }
    let said = |folder: &str| {
        let containment = Containment::Write {
            folder: folder.into(),
        };
        let prepared = prepare(
            &execute("x"),
            plain("true"),
            &containment,
            &bench.surroundings,
        );
        prepared.map(|prepared| prepared.containment().clone())
    };
    for folder in [
        "~",
        "~/.config/app",
        "~/work/.git",
        "/",
        "/usr",
        "/usr/share",
        "/etc",
        "/tmp",
        "/proc",
        "/dev/shm",
    ] {
        assert!(
            matches!(said(folder), Err(PrepareError::NotForWriting { .. })),
            "{folder}: {:?}",
            said(folder)
        );
    }
    assert!(matches!(
        said("~/.ssh"),
        Err(PrepareError::SecretFolder { .. })
    ));
    assert!(matches!(
        said("~/nowhere"),
        Err(PrepareError::FolderMissing { .. })
    ));
    let real = Containment::Write {
        folder: bench.work().join("inner"),
    };
    assert_eq!(said("inner").unwrap(), real);
    assert_eq!(said("~/work/inner").unwrap(), real);
}

#[tokio::test]
async fn another_folder_in_its_place_is_noticed() {
    for (backend, profile) in writing() {
        let mut bench = bench_with(backend, profile);
        let folder = bench.home().join("folder");
        fs::create_dir(&folder).unwrap();
        bench.containment = match profile {
            Profile::Write => Containment::Write {
                folder: folder.clone(),
            },
            _ => Containment::WriteNetwork {
                folder: folder.clone(),
            },
        };
        let text = format!("echo x > {}/made && ! echo x > made", folder.display());
        let prepared = bench.prepare(script(&text)).unwrap();
        let executed = bench.start(prepared.clone()).await.unwrap();
        assert_eq!(executed.exit_code, 0, "{}", executed.stderr);
        assert!(folder.join("made").exists() && !bench.work().join("made").exists());
        fs::rename(&folder, bench.home().join("gone")).unwrap();
        fs::create_dir(&folder).unwrap();
        let ended = bench.start(prepared).await;
        assert!(matches!(ended, Err(RunError::Changed(_))), "{ended:?}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }
}
