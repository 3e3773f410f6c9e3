//! What Debian's own location service is asked and answers, on a bus of the tests' own, with a
//! satellite receiver that says what it is told.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    os::unix::net::UnixListener,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::{Locate, Precision};
use chaperone_senses::{Locator as _, NativeLocator};
use tokio::time::sleep;
use zbus::{Connection, connection::Builder, interface};

use crate::desktop::{Bus, Running};

const SERVICE: &str = "org.freedesktop.GeoClue2";
const MANAGER: &str = "/org/freedesktop/GeoClue2/Manager";

/// What `GeoClue` asks whether a program may know the place, in the person's stead.
struct Agent {
    answer: bool,
}

#[interface(name = "org.freedesktop.GeoClue2.Agent")]
impl Agent {
    #[zbus(name = "AuthorizeApp")]
    fn authorize(&self, program: &str, level: u32) -> (bool, u32) {
        (self.answer && program == "chaperone", level)
    }

    #[zbus(property)]
    fn max_accuracy_level(&self) -> u32 {
        if self.answer { 8 } else { 0 }
    }
}

/// What the person has said.
#[derive(PartialEq)]
enum Person {
    Allows,
    Refuses,
    IsNotThere,
}

/// A computer with a location service. It ends in the order of its parts.
struct Computer {
    agent: Option<Connection>,
    _service: Running,
    bus: Bus,
}

impl Computer {
    /// With a receiver that says these sentences once a second.
    async fn with(sentences: &[&str], person: Person) -> Self {
        let bus = Bus::start();
        let folder = bus.folder.path();
        let socket = folder.join("nmea");
        receiver(&UnixListener::bind(&socket).unwrap(), sentences);
        let settings = folder.join("geoclue.conf");
        let off = ["3g", "cdma", "modem-gps", "wifi", "compass"]
            .map(|source| format!("[{source}]\nenable=false\n"))
            .concat();
        fs::write(
            &settings,
            format!(
                "[agent]\nwhitelist=agent-of-the-tests\n\
                 [network-nmea]\nenable=true\nnmea-socket={}\n{off}",
                socket.display()
            ),
        )
        .unwrap();
        // It reads its settings in one place only.
        let service = Command::new("bwrap")
            .args(["--dev-bind", "/", "/", "--die-with-parent", "--ro-bind"])
            .arg(&settings)
            .args(["/etc/geoclue/geoclue.conf", "/usr/libexec/geoclue"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need bwrap and GeoClue: install bubblewrap and geoclue-2.0");
        let mut computer = Self {
            agent: None,
            _service: Running(service),
            bus,
        };
        computer.wait_for_service().await;
        if person != Person::IsNotThere {
            computer.agent = Some(computer.speak_for(person == Person::Allows).await);
        }
        computer
    }

    async fn wait_for_service(&self) {
        let connection = Builder::address(self.bus.address.as_str())
            .build()
            .await
            .unwrap();
        let bus = zbus::fdo::DBusProxy::new(&connection).await.unwrap();
        let asked_at = Instant::now();
        while !bus
            .name_has_owner(SERVICE.try_into().unwrap())
            .await
            .unwrap()
        {
            assert!(
                asked_at.elapsed() < Duration::from_secs(10),
                "GeoClue does not start: install bubblewrap and geoclue-2.0"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn speak_for(&self, answer: bool) -> Connection {
        let connection = Builder::address(self.bus.address.as_str())
            .serve_at("/org/freedesktop/GeoClue2/Agent", Agent { answer })
            .build()
            .await
            .unwrap();
        connection
            .call_method(
                Some(SERVICE),
                MANAGER,
                Some("org.freedesktop.GeoClue2.Manager"),
                "AddAgent",
                &("agent-of-the-tests",),
            )
            .await
            .unwrap();
        connection
    }

    fn ask(&self, precision: Precision) -> String {
        ask("seeker", &self.bus.address, precision)
    }
}

/// Says its sentences to whoever connects, until the test ends.
fn receiver(listener: &UnixListener, sentences: &[&str]) {
    let listener = listener.try_clone().unwrap();
    let mut said = String::new();
    for sentence in sentences {
        let sum = sentence.bytes().fold(0, |sum, byte| sum ^ byte);
        write!(said, "${sentence}*{sum:02X}\r\n").unwrap();
    }
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else {
                return;
            };
            let said = said.clone();
            thread::spawn(move || {
                while connection.write_all(said.as_bytes()).is_ok() {
                    thread::sleep(Duration::from_millis(500));
                }
            });
        }
    });
}

/// Asks in a process of its own, since the system bus's address is a process's one.
fn ask(part: &str, address: &str, precision: Precision) -> String {
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("location::{part}"),
            "--ignored",
            "--nocapture",
        ])
        .env("DBUS_SYSTEM_BUS_ADDRESS", address)
        .env("PRECISION", precision.as_str())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed
        .lines()
        .find_map(|line| line.strip_prefix("said: "))
        .unwrap_or_else(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            panic!("said nothing: {printed}{errors}")
        })
        .to_owned()
}

fn asked() -> Locate {
    let word = env::var("PRECISION").unwrap();
    let precision = Precision::ALL
        .into_iter()
        .find(|precision| precision.as_str() == word);
    Locate {
        precision: precision.unwrap(),
    }
}

/// Not a test by itself.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn seeker() {
    let locator = NativeLocator::new().within(Duration::from_millis(
        env::var("LIMIT").map_or(2_500, |limit| limit.parse().unwrap()),
    ));
    println!("\nsaid: {:?}", locator.locate(&asked()).await);
}

/// Not a test by itself: gives up, and asks the bus what is left of it.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn turncoat() {
    let watcher = Connection::system().await.unwrap();
    let before = others(&watcher).await;
    let (locator, asked) = (NativeLocator::new(), asked());
    let during = tokio::select! {
        found = locator.locate(&asked) => panic!("{found:?}"),
        during = becomes(&watcher, (before + 1, true)) => during,
    };
    let given_up_at = Instant::now();
    let after = becomes(&watcher, (before, false)).await;
    assert!(given_up_at.elapsed() < Duration::from_secs(1));
    println!("\nsaid: {during} {after}");
}

/// Waits until there are so many on the bus, and somebody looks for the place or nobody.
async fn becomes(watcher: &Connection, wanted: (usize, bool)) -> bool {
    for _ in 0..250 {
        if (others(watcher).await, in_use(watcher).await) == wanted {
            return true;
        }
        sleep(Duration::from_millis(20)).await;
    }
    false
}

async fn others(connection: &Connection) -> usize {
    let bus = zbus::fdo::DBusProxy::new(connection).await.unwrap();
    bus.list_names().await.unwrap().len()
}

async fn in_use(connection: &Connection) -> bool {
    let manager = zbus::Proxy::new(
        connection,
        SERVICE,
        MANAGER,
        "org.freedesktop.GeoClue2.Manager",
    );
    manager.await.unwrap().get_property("InUse").await.unwrap()
}

/// In Berlin, as a receiver with a fair view of the sky says it. Its time is the day's.
const BERLIN: &str = "GPGGA,101112.00,5231.2000,N,01324.3000,E,1,08,3.0,34.0,M,46.9,M,,";

fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

fn number(said: &str, name: &str) -> f64 {
    let (_, rest) = said.split_once(&format!("{name}: ")).unwrap();
    rest.split([',', ' ']).next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_place_as_exactly_as_asked() {
    let computer = Computer::with(&[BERLIN], Person::Allows).await;
    let exactly = computer.ask(Precision::High);
    assert_says(
        &exactly,
        &[
            "latitude: 52.52, longitude: 13.405, altitude: Some(34.0), accuracy: Some(3.0)",
            // What GeoClue gives no number for is absent.
            "heading: None, speed: None, source: Some(\"GeoClue\")",
            "T10:11:12Z)",
        ],
    );
    for (precision, accuracy, off) in [
        (Precision::Medium, "accuracy: Some(1000.0)", 0.01),
        (Precision::Low, "accuracy: Some(5000.0)", 0.05),
    ] {
        let coarsely = computer.ask(precision);
        assert_says(&coarsely, &["altitude: None", accuracy]);
        for (name, exact) in [("latitude", 52.52), ("longitude", 13.405)] {
            let told = number(&coarsely, name);
            assert!((told - exact).abs() > 1e-4, "{coarsely}");
            assert!((told - exact).abs() < off, "{coarsely}");
        }
    }
}

#[tokio::test]
async fn an_accuracy_that_is_not_known_is_not_told() {
    // GeoClue makes it 0 of a very clear sky.
    let clear = BERLIN.replace(",3.0,", ",0.9,");
    let computer = Computer::with(&[&clear], Person::Allows).await;
    assert_says(&computer.ask(Precision::High), &["Ok(", "accuracy: None"]);
}

#[tokio::test]
async fn without_a_fix_it_says_what_to_do() {
    let computer = Computer::with(&[], Person::Allows).await;
    for precision in [Precision::High, Precision::Low] {
        assert_says(
            &computer.ask(precision),
            &["Err(TimedOut(", "found no place in time", "switch on Wi-Fi"],
        );
    }
}

#[tokio::test]
async fn refused_it_says_who_may_allow_it() {
    let computer = Computer::with(&[BERLIN], Person::Refuses).await;
    assert_says(
        &computer.ask(Precision::High),
        &["Err(Refused(", "privacy settings"],
    );
    let computer = Computer::with(&[BERLIN], Person::IsNotThere).await;
    assert_says(
        &computer.ask(Precision::High),
        &["Err(Refused(", "start an agent for GeoClue"],
    );
}

#[tokio::test]
async fn given_up_nothing_goes_on() {
    let computer = Computer::with(&[], Person::Allows).await;
    // A connection and a search, and then neither.
    assert_eq!(
        ask("turncoat", &computer.bus.address, Precision::High),
        "true true"
    );
}

#[test]
fn without_a_service_it_says_what_to_install() {
    let bus = Bus::start();
    for address in [bus.address.as_str(), "unix:path=/nonexistent/bus"] {
        assert_says(
            &ask("seeker", address, Precision::High),
            &["Err(Missing(", "install GeoClue"],
        );
    }
}
