//! Servers that do not tell what changed, seen from inside: which way their pictures come, and that
//! they are the same either way.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use x11rb::{
    connection::Connection as _,
    protocol::xproto::{ChangeGCAux, ConnectionExt as _, CreateGCAux, Rectangle},
    rust_connection::RustConnection,
};

use super::{
    X11, scrapped,
    watch::{Pictures, Watch},
};
use crate::screen::{
    area::Area,
    picture::collect,
    source::{FrameSource as _, Look},
};

struct Server {
    name: String,
    process: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        Self::of("641x481x24", arguments)
    }

    fn of(screen: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", screen])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need Xvfb (Debian's package xvfb)");
        let mut name = String::from(":");
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut name)
            .unwrap();
        Self {
            name: name.trim().to_owned(),
            process,
        }
    }

    fn open(&self, display: Option<&str>) -> X11 {
        X11::open(Some(&self.name), display, None).unwrap()
    }

    /// Squares all over the display, which are there when this returns.
    fn paint(&self, colours: u32) {
        let (connection, screen) = RustConnection::connect(Some(&self.name)).unwrap();
        let root = connection.setup().roots[screen].root;
        let gc = connection.generate_id().unwrap();
        let plain = CreateGCAux::new();
        connection.create_gc(gc, root, &plain).unwrap();
        for number in 0..48u16 {
            let colour = u32::from(number).wrapping_mul(colours) & 0x00ff_ffff;
            let colour = ChangeGCAux::new().foreground(colour);
            connection.change_gc(gc, &colour).unwrap();
            let square = Rectangle {
                x: (number % 8 * 81).try_into().unwrap(),
                y: (number / 8 * 81).try_into().unwrap(),
                width: 81,
                height: 81,
            };
            connection.poly_fill_rectangle(root, gc, &[square]).unwrap();
        }
        connection.get_input_focus().unwrap().reply().unwrap();
    }
}

fn all_of(source: &mut X11) -> Vec<u8> {
    let all = Area::whole(source.extent());
    collect(source, all).unwrap()
}

/// The areas of the next look that finds some.
fn changed(source: &mut X11) -> Vec<Area> {
    for _ in 0..3 {
        let Look::Changed(areas) = source.look().unwrap() else {
            panic!("nothing else was changed");
        };
        if !areas.is_empty() {
            return areas;
        }
    }
    panic!("nothing changed");
}

fn is_scrapped(source: &X11) -> bool {
    matches!(
        source.watch,
        Watch::Compared {
            pictures: Pictures::Scrapped(_),
            ..
        }
    )
}

#[test]
fn pictures_asked_for_ahead_are_the_ones_read() {
    let server = Server::start(&[]);
    server.paint(0x0005_4321);
    let mut telling = server.open(None);
    assert!(matches!(telling.watch, Watch::Told { .. }));
    telling.look().unwrap();
    let mut comparing = server.open(None);
    comparing.watch = Watch::comparing(Some(&server.name));
    comparing.look().unwrap();
    assert_eq!(all_of(&mut comparing), all_of(&mut telling));
    assert!(!is_scrapped(&comparing));
    for colours in [0x0005_4321, 0x0001_f357, 0x00c0_ffee] {
        server.paint(colours);
        while !matches!(comparing.look().unwrap(), Look::Changed(areas) if areas.is_empty()) {}
        assert!(is_scrapped(&comparing));
        assert_eq!(all_of(&mut comparing), all_of(&mut telling));
    }
}

#[test]
fn a_server_without_damage_is_asked_ahead_and_one_without_shared_memory_is_not() {
    for (missing, ahead) in [("DAMAGE", true), ("MIT-SHM", false)] {
        let server = Server::start(&["-extension", "DAMAGE", "-extension", missing]);
        server.paint(0x0005_4321);
        let mut source = server.open(None);
        source.look().unwrap();
        all_of(&mut source);
        changed(&mut source);
        assert_eq!(is_scrapped(&source), ahead, "without {missing}");
        server.paint(0x0001_f357);
        let areas = changed(&mut source);
        assert!(areas.iter().any(|area| area.bottom() == 481), "{areas:?}");
    }
}

#[test]
fn each_display_shows_its_own_part() {
    let server = Server::start(&["-extension", "DAMAGE"]);
    server.paint(0x0005_4321);
    for arrangement in [
        "left 341/100x481/100+0+0 screen",
        "right 300/100x400/100+341+80 none",
    ] {
        let words = arrangement.split(' ');
        let done = Command::new("xrandr")
            .env("DISPLAY", &server.name)
            .arg("--setmonitor")
            .args(words)
            .status();
        assert!(done.is_ok_and(|status| status.success()), "{arrangement}");
    }
    let mut whole = Vec::new();
    for display in ["left", "right"] {
        let mut source = server.open(Some(display));
        source.look().unwrap();
        let read = all_of(&mut source);
        changed(&mut source);
        assert!(is_scrapped(&source));
        assert_eq!(all_of(&mut source), read, "{display}");
        whole.push(read);
    }
    assert_ne!(whole[0][..400], whole[1][..400]);
}

#[test]
fn the_memory_of_pictures_is_nobody_elses_and_goes_with_its_users() {
    // Of a size that no other test here has.
    let server = Server::of("639x479x24", &["-extension", "DAMAGE"]);
    let mut source = server.open(None);
    source.look().unwrap();
    all_of(&mut source);
    // What is black was black before.
    server.paint(0x0005_4321);
    changed(&mut source);
    assert!(is_scrapped(&source));
    let bytes = 639 * 479 * 4 * 2;
    let found = scrapped::rights_of_segments(bytes);
    // What is to be removed has a mark beside its rights.
    assert!(!found.is_empty());
    assert!(found.iter().all(|rights| *rights == 0o1600), "{found:?}");
}
