//! Notices that stand, on a desktop of the tests' own with a real notification service.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chaperone_senses::{Standing, StandingNotice};

use crate::desktop::{Bus, Dunst};

/// Stands in a process of its own, since the bus's address is a process's one. Says when it stands,
/// and why it stands no more; ends with its input.
#[tokio::test]
#[ignore = "a process that other tests start"]
async fn stander() {
    let notice = StandingNotice::show(Standing {
        application: "Chaperone".to_owned(),
        title: "Scout records your screen".to_owned(),
        body: "<b>All</b> of it".to_owned(),
        button: "Stop".to_owned(),
    });
    match notice.await {
        Err(error) => println!("not: {error}"),
        Ok(notice) => {
            println!("stands");
            println!("at: {}", notice.place());
            let asked =
                tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
            tokio::select! {
                over = notice.over() => println!("over: {over:?}"),
                _ = asked => {
                    drop(notice);
                    // Its thread takes it away.
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
            }
            std::process::exit(0);
        }
    }
}

struct Stander {
    process: Child,
    says: BufReader<ChildStdout>,
}

impl Stander {
    fn start(address: &str) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "standing::stander", "--ignored", "--nocapture"])
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(process.stdout.take().unwrap());
        Self { process, says }
    }

    fn says(&mut self) -> String {
        for line in self.says.by_ref().lines() {
            let line = line.unwrap();
            // What the test harness prints goes before it.
            for word in ["stands", "over: ", "not: ", "at: "] {
                if let Some(at) = line.find(word) {
                    return line[at..].to_owned();
                }
            }
        }
        panic!("it ended without a word");
    }
}

impl Stander {
    fn place(&mut self) -> String {
        let said = self.says();
        said.strip_prefix("at: ").unwrap().to_owned()
    }
}

/// Takes away what stands at the place that it is told, in a process of its own.
#[tokio::test]
#[ignore = "a process that other tests start"]
async fn taker() {
    StandingNotice::take_away(&env::var("PLACE").unwrap())
        .await
        .unwrap();
}

fn take_away(dunst: &Dunst, place: &str) {
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "standing::taker", "--ignored"])
        .env("DBUS_SESSION_BUS_ADDRESS", &dunst.bus.address)
        .env("PLACE", place)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn what_a_killed_process_left_is_taken_away_and_nothing_else() {
    let dunst = Dunst::start();
    let mut stander = Stander::start(&dunst.bus.address);
    assert_eq!(stander.says(), "stands");
    let place = stander.place();
    drop(stander);
    assert_eq!(displayed(&dunst), 1, "it went by itself");
    let (at, number) = place.rsplit_once(' ').unwrap();
    for other in [format!("{at}9 {number}"), format!("{at} x"), String::new()] {
        take_away(&dunst, &other);
        assert_eq!(displayed(&dunst), 1, "{other:?}");
    }
    take_away(&dunst, &place);
    assert_eq!(displayed(&dunst), 0);
}

impl Drop for Stander {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn displayed(dunst: &Dunst) -> u64 {
    let counts: serde_json::Value =
        serde_json::from_slice(&dunst.control(&["count", "displayed"]).stdout).unwrap();
    counts.as_u64().unwrap()
}

#[test]
fn it_stands_until_its_owner_lets_go() {
    let dunst = Dunst::start();
    let mut stander = Stander::start(&dunst.bus.address);
    assert_eq!(stander.says(), "stands");
    assert_eq!(displayed(&dunst), 1);
    drop(stander.process.stdin.take());
    let asked_at = Instant::now();
    while displayed(&dunst) > 0 {
        assert!(
            asked_at.elapsed() < Duration::from_secs(5),
            "it still stands"
        );
        thread::sleep(Duration::from_millis(20));
    }
    let shown = dunst.shown();
    assert_eq!(shown[0]["summary"]["data"], "Scout records your screen");
}

#[test]
fn its_button_is_heard() {
    let dunst = Dunst::start();
    let mut stander = Stander::start(&dunst.bus.address);
    assert_eq!(stander.says(), "stands");
    stander.place();
    assert!(dunst.control(&["action"]).status.success());
    assert_eq!(stander.says(), "over: Pressed");
}

#[test]
fn whoever_closes_it_is_noticed() {
    let dunst = Dunst::start();
    let mut stander = Stander::start(&dunst.bus.address);
    assert_eq!(stander.says(), "stands");
    stander.place();
    assert!(dunst.control(&["close-all"]).status.success());
    assert_eq!(stander.says(), "over: Gone");
}

#[test]
fn a_service_that_ends_is_noticed() {
    let dunst = Dunst::start();
    let mut stander = Stander::start(&dunst.bus.address);
    assert_eq!(stander.says(), "stands");
    stander.place();
    let Dunst { bus: _bus, .. } = dunst.without_service();
    assert_eq!(stander.says(), "over: Gone");
}

#[test]
fn without_a_service_nothing_stands() {
    let bus = Bus::start();
    let said = Stander::start(&bus.address).says();
    assert!(said.contains("start one, such as dunst"), "{said}");
}
