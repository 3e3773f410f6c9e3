use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{review, shell_request};
use crate::{
    screen::Screen,
    words::requests::live::{Act, GUARD, Key, Live},
};

const WIDE: usize = 80;
const HIGH: usize = 30;

struct Tried {
    live: Live,
    now: Instant,
}

impl Tried {
    fn new(requests: &[Value]) -> Self {
        let now = Instant::now();
        let mut tried = Self {
            live: Live::new(),
            now,
        };
        let snapshot = json!({ "paused": false, "running": [], "requests": requests });
        tried.hear(&json!({ "type": "snapshot", "snapshot": snapshot }));
        tried
    }

    fn hear(&mut self, message: &Value) -> bool {
        self.live.hear(message)
    }

    fn change(&mut self, requests: &[Value]) {
        let change = json!({ "type": "requests", "requests": requests });
        assert!(self.hear(&json!({ "type": "event", "event": { "seq": 2, "change": change } })));
    }

    fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        self
    }

    fn draw(&mut self, rows: usize) -> String {
        let lines = self.live.draw(&Screen::fixed(), WIDE, rows);
        assert!(lines.len() <= rows, "{lines:?}");
        self.live.drawn(self.now);
        lines.join("\n")
    }

    fn press(&mut self, letter: char) -> Act {
        self.live.key(Key::Letter(letter), self.now)
    }

    fn answers(&mut self, letter: char) -> Option<(String, String, &'static str)> {
        match self.press(letter) {
            Act::Answer {
                id,
                digest,
                decision,
            } => Some((id, digest, decision)),
            Act::Draw => None,
            Act::Leave => panic!("left"),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what is compared with")]
fn answer(id: &str, decision: &'static str) -> Option<(String, String, &'static str)> {
    Some((id.to_owned(), id.repeat(4), decision))
}

#[test]
fn nothing_is_drawn_as_nothing() {
    let mut tried = Tried::new(&[]);
    insta::assert_snapshot!(tried.draw(HIGH));
    assert_eq!(tried.press('a'), Act::Draw);
    assert_eq!(tried.press('q'), Act::Leave);
    assert!(!tried.live.is_waiting());
}

#[test]
fn one_is_drawn_whole() {
    let mut tried = Tried::new(&[shell_request("7", "rm -r build && echo done")]);
    insta::assert_snapshot!(tried.draw(HIGH));
}

#[test]
fn several_are_listed_above_the_one_that_is_meant() {
    let mut tried = Tried::new(&[
        shell_request("7", "rm -r build"),
        shell_request("9", "ls"),
        review(),
    ]);
    tried.live.key(Key::Down, tried.now);
    tried.live.key(Key::Down, tried.now);
    insta::assert_snapshot!(tried.draw(HIGH));
}

#[test]
fn keys_do_nothing_until_it_can_have_been_read() {
    let mut tried = Tried::new(&[shell_request("7", "ls")]);
    tried.draw(HIGH);
    let almost = GUARD.checked_sub(Duration::from_millis(1)).unwrap();
    for letter in ['a', 'd'] {
        assert_eq!(tried.answers(letter), None, "at once");
    }
    tried.wait(almost);
    for letter in ['a', 'd'] {
        assert_eq!(tried.answers(letter), None, "almost");
    }
    assert!(tried.draw(HIGH).contains("Read it first"));
    tried.wait(Duration::from_millis(1));
    assert_eq!(tried.answers('a'), answer("7", "allowOnce"));
    assert_eq!(tried.answers('d'), answer("7", "deny"));
}

#[test]
fn a_slow_terminal_does_not_make_the_moment_shorter() {
    let mut tried = Tried::new(&[shell_request("7", "ls")]);
    let pressed = tried.now + GUARD * 3;
    // It came long ago, and is on the screen only now.
    tried.wait(GUARD * 2).draw(HIGH);
    let early = tried
        .live
        .key(Key::Letter('a'), pressed.checked_sub(GUARD * 2).unwrap());
    assert_eq!(early, Act::Draw, "it went down before anything was seen");
    assert_eq!(tried.answers('a'), None);
    tried.wait(GUARD);
    assert_eq!(tried.answers('a'), answer("7", "allowOnce"));
}

#[test]
fn what_takes_its_place_is_guarded_anew() {
    let mut tried = Tried::new(&[shell_request("7", "ls"), shell_request("9", "rm -r ~")]);
    tried.draw(HIGH);
    tried.wait(GUARD * 2);
    // The first is answered elsewhere, just as the key goes down.
    tried.change(&[shell_request("9", "rm -r ~")]);
    tried.draw(HIGH);
    assert_eq!(tried.answers('a'), None);
    tried.wait(GUARD);
    assert_eq!(tried.answers('a'), answer("9", "allowOnce"));

    let mut other = shell_request("9", "rm -r /");
    other["digest"] = "other".into();
    tried.change(&[other]);
    tried.draw(HIGH);
    assert_eq!(tried.answers('a'), None, "the same number, another digest");
    tried.wait(GUARD);
    assert_eq!(
        tried.answers('a').map(|(_, digest, _)| digest),
        Some("other".to_owned())
    );
}

#[test]
fn what_comes_beside_it_does_not_move_it() {
    let mut tried = Tried::new(&[shell_request("7", "ls"), shell_request("9", "pwd")]);
    tried.live.key(Key::Down, tried.now);
    tried.draw(HIGH);
    tried.wait(GUARD);
    tried.change(&[
        shell_request("3", "id"),
        shell_request("7", "ls"),
        shell_request("9", "pwd"),
    ]);
    tried.draw(HIGH);
    assert_eq!(tried.answers('a'), answer("9", "allowOnce"));
}

#[test]
fn a_yes_needs_the_end_to_have_been_on_the_screen() {
    let long: String = "echo again\n".repeat(60);
    let mut tried = Tried::new(&[shell_request("7", &long)]);
    let first = tried.draw(20);
    assert!(first.contains("more lines below"), "{first}");
    tried.wait(GUARD);
    assert_eq!(tried.answers('a'), None);
    assert_eq!(
        tried.answers('d'),
        answer("7", "deny"),
        "a no needs nothing"
    );
    let mut pages = 0;
    while !tried.draw(20).contains("digest") {
        tried.press(' ');
        pages += 1;
        assert!(pages < 20, "it does not end");
    }
    assert!(pages > 2);
    assert_eq!(tried.answers('a'), answer("7", "allowOnce"));
}

#[test]
fn only_what_is_offered_is_answered() {
    let mut tried = Tried::new(&[review()]);
    tried.draw(HIGH);
    tried.wait(GUARD);
    assert_eq!(tried.answers('a'), None);
    assert_eq!(tried.answers('d'), None);
    assert_eq!(tried.answers('s'), answer("8", "send"));
    assert_eq!(tried.answers('r'), answer("8", "retake"));
    assert_eq!(tried.answers('x'), answer("8", "discard"));
}

#[test]
fn pause_and_running_stand_in_the_headline() {
    let mut tried = Tried::new(&[]);
    for (change, says) in [
        (json!({ "type": "paused", "paused": true }), "PAUSED"),
        (
            json!({ "type": "running", "running": [{}, {}] }),
            "2 running",
        ),
    ] {
        assert!(tried.hear(&json!({ "type": "event", "event": { "change": change } })));
        assert!(tried.draw(HIGH).contains(says), "{says}");
    }
    let other = json!({ "type": "activity", "entry": {} });
    assert!(!tried.hear(&json!({ "type": "event", "event": { "change": other } })));
}

#[test]
fn a_terminal_is_told_nothing_by_what_is_shown() {
    let mut request = shell_request("7", "echo \u{1b}[2J\u{202e}\rhidden");
    request["agent"]["name"] = "\u{1b}]0;title\u{7}".into();
    let mut tried = Tried::new(&[request, shell_request("9", "a\u{1b}[31mb")]);
    let drawn = tried.draw(HIGH);
    assert!(
        drawn.chars().all(|c| c == '\n' || !c.is_control()),
        "{drawn:?}"
    );
    assert!(drawn.contains("\\u{1b}[2J\\u{202e}\\u{d}hidden"), "{drawn}");
}

#[test]
fn it_fits_however_small_the_window_is_and_takes_no_yes_there() {
    let requests: Vec<Value> = (0..20)
        .map(|number| shell_request(&number.to_string(), "echo many"))
        .collect();
    let mut tried = Tried::new(&requests);
    for (columns, rows) in (1..30).map(|rows| (10, rows)).chain([(80, 2), (80, 9)]) {
        let lines = tried.live.draw(&Screen::fixed(), columns, rows);
        tried.live.drawn(tried.now);
        tried.wait(GUARD);
        assert_eq!(tried.answers('a'), None, "{columns} × {rows}");
        assert!(lines.len() <= rows);
        assert!(
            lines
                .iter()
                .all(|line| { unicode_width::UnicodeWidthStr::width(line.as_str()) <= 80 }),
            "{lines:?}"
        );
    }
}
