//! Locks of the screen, told over a real bus by what stands in for a screen saver and for logind.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use chaperone_senses::ScreenLocks;
use zbus::{Connection, OwnedObjectPath, connection, interface, object_server::SignalEmitter};

use crate::desktop::Bus;

const SESSION: &str = "/org/freedesktop/login1/session/_31";
const OTHER: &str = "/org/freedesktop/login1/session/_32";

/// Says each lock that it hears. A process of its own, since the buses' addresses are a process's.
#[tokio::test]
#[ignore = "a process that other tests start"]
async fn listener() {
    let mut locks = ScreenLocks::default();
    loop {
        locks.next().await;
        println!("\nlocked");
    }
}

struct Listener {
    process: Child,
    locks: Receiver<()>,
}

impl Listener {
    fn start(bus: &Bus) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "lock::listener", "--ignored", "--nocapture"])
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(process.stdout.take().unwrap());
        let (tell, locks) = channel();
        thread::spawn(move || {
            for line in says.lines().map_while(Result::ok) {
                if line == "locked" && tell.send(()).is_err() {
                    return;
                }
            }
        });
        Self { process, locks }
    }

    fn hears(&self, within: Duration) -> bool {
        self.locks.recv_timeout(within).is_ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

async fn connect(bus: &Bus) -> Connection {
    let builder = connection::Builder::address(bus.address.as_str());
    builder.build().await.unwrap()
}

async fn saver_says(bus: &Connection, interface: &str, active: bool) {
    bus.emit_signal(
        None::<&str>,
        "/org/freedesktop/ScreenSaver",
        interface,
        "ActiveChanged",
        &active,
    )
    .await
    .unwrap();
}

/// Nobody knows when the other process listens, so it is said until it is heard.
async fn said_until_heard<F: Future<Output = ()>>(listener: &Listener, say: impl Fn() -> F) {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        say().await;
        if listener.hears(Duration::from_millis(200)) {
            // What was said before it listened, or while it did, comes no more after this.
            while listener.hears(Duration::from_millis(300)) {}
            return;
        }
    }
    panic!("never heard");
}

#[tokio::test]
async fn a_screen_saver_that_locks_is_heard_and_one_that_unlocks_is_not() {
    let bus = Bus::start();
    let listener = Listener::start(&bus);
    let saver = connect(&bus).await;
    for interface in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
        said_until_heard(&listener, || saver_says(&saver, interface, true)).await;
    }
    saver_says(&saver, "org.freedesktop.ScreenSaver", false).await;
    saver_says(&saver, "org.example.Lamp", true).await;
    assert!(!listener.hears(Duration::from_millis(500)));
}

struct Session(u32);

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn user(&self) -> (u32, OwnedObjectPath) {
        let path = format!("/org/freedesktop/login1/user/_{}", self.0);
        (self.0, path.try_into().unwrap())
    }

    #[zbus(signal)]
    async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

async fn locks(bus: &Connection, path: &str) {
    let emitter = SignalEmitter::new(bus, path).unwrap();
    Session::lock(&emitter).await.unwrap();
}

#[tokio::test]
async fn a_session_of_this_person_is_heard_and_one_of_another_is_not() {
    let bus = Bus::start();
    let listener = Listener::start(&bus);
    let me = rustix::process::getuid().as_raw();
    let logind = connection::Builder::address(bus.address.as_str())
        .name("org.freedesktop.login1")
        .serve_at(SESSION, Session(me))
        .serve_at(OTHER, Session(me + 1))
        .build()
        .await
        .unwrap();
    said_until_heard(&listener, || locks(&logind, SESSION)).await;
    locks(&logind, OTHER).await;
    assert!(!listener.hears(Duration::from_millis(500)));
}
