//! What needs a real terminal: the live view, and questions.

use std::{
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use support::{FakeDoor, Home};

use crate::home;

/// The longest a test waits for something that should happen soon.
const SOON: Duration = Duration::from_mins(1);
const MOMENT: Duration = Duration::from_millis(50);

/// The view in a terminal of its own, by util-linux's `script`.
struct View {
    child: Child,
    drawn: Arc<Mutex<Vec<u8>>>,
}

impl View {
    fn open(home: &Home, asked: &str) -> Result<Self> {
        let command = home.command();
        let program: Vec<String> = [command.get_program()]
            .into_iter()
            .chain(command.get_args())
            .map(|word| format!("'{}'", word.to_string_lossy()))
            .collect();
        let line = format!("stty rows 30 cols 100; exec {} {asked}", program.join(" "));
        let mut child = Command::new("script")
            .args(["-qfec", &line, "/dev/null"])
            .env("TERM", "xterm")
            .env("HOME", home.folder())
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting `script`, of util-linux")?;
        let mut output = child.stdout.take().context("no output")?;
        let drawn = Arc::new(Mutex::new(Vec::new()));
        let sink = drawn.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                sink.extend_from_slice(buffer.get(..count).unwrap_or_default());
            }
        });
        Ok(Self { child, drawn })
    }

    fn drawn(&self) -> String {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&drawn).into_owned()
    }

    fn forget(&self) {
        self.drawn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Waits until something stands there.
    fn shows(&self, text: &str) -> Result<()> {
        let until = Instant::now() + SOON;
        while !self.drawn().contains(text) {
            ensure!(Instant::now() < until, "no {text:?} in {}", self.drawn());
            std::thread::sleep(MOMENT);
        }
        Ok(())
    }

    fn press(&mut self, keys: &str) -> Result<()> {
        let input = self.child.stdin.as_mut().context("no input")?;
        input.write_all(keys.as_bytes())?;
        Ok(input.flush()?)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // Ended already is just as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_view_keeps_up_and_answers() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let mut view = View::open(&home, "requests")?;
    view.shows("Nothing waits for you")?;

    let call = chaperone.execute("echo seen in the view")?;
    view.shows("1 request waits for you")?;
    view.shows("echo seen in the view")?;
    for key in ["a allow", "d deny", "q leave"] {
        view.shows(key)?;
    }
    // The first of these come too early and do nothing.
    chaperone.soon("the yes counts", || {
        view.press("a")?;
        std::thread::sleep(MOMENT);
        Ok(chaperone.requests()?.is_empty())
    })?;
    assert_eq!(call.answer()?.json()["stdout"], "seen in the view\n");
    view.shows("Nothing waits for you")?;

    view.forget();
    let call = chaperone.execute("echo not this one")?;
    view.shows("echo not this one")?;
    chaperone.soon("the no counts", || {
        view.press("d")?;
        std::thread::sleep(MOMENT);
        Ok(chaperone.requests()?.is_empty())
    })?;
    assert_eq!(call.answer()?.json()["code"], "denied");

    view.press("q")?;
    let ended = view.child.wait()?;
    assert!(ended.success(), "{ended}: {}", view.drawn());
    // The terminal is given back.
    view.shows("\u{1b}[?1049l")
}

#[test]
fn a_password_is_typed_unseen() -> Result<()> {
    let home = home()?;
    let needs = json!({ "type": "needs", "problem": null, "what": [
        { "need": "email", "secret": false }, { "need": "password", "secret": true },
    ] });
    let door = FakeDoor::open(
        &home.data_dir(),
        vec![
            (
                "connections/offer",
                json!({ "dialects": [{ "id": "atom", "name": "Atom", "ways": ["deviceCode", "password"] }] }),
            ),
            (
                "connections/signIn",
                json!({ "ticket": "t1", "step": needs }),
            ),
            (
                "connections/signInStep",
                json!({ "ticket": "t1", "step": { "type": "done", "connection": "team" } }),
            ),
        ],
    )?;
    let mut view = View::open(&home, "pair wss://hub.example")?;
    view.shows("How do you sign in there?")?;
    view.shows("Number: ")?;
    view.press("2\n")?;
    view.shows("email: ")?;
    view.press("me@example.org\n")?;
    view.shows("password: ")?;
    view.press("canary-passwort\u{7f}d\r")?;
    view.shows("Connected.")?;
    assert!(view.child.wait()?.success());
    assert!(!view.drawn().contains("canary"), "{}", view.drawn());
    assert_eq!(
        door.asked().pop().map(|(_, params)| params),
        Some(json!({ "ticket": "t1", "given": {
            "email": "me@example.org", "password": "canary-password",
        } }))
    );
    Ok(())
}

#[test]
fn the_view_ends_with_chaperone() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let mut view = View::open(&home, "requests")?;
    view.shows("Nothing waits for you")?;
    chaperone.kill()?;
    let ended = view.child.wait()?;
    assert_eq!(ended.code(), Some(3), "{}", view.drawn());
    Ok(())
}

#[test]
fn without_a_terminal_it_is_a_list() -> Result<()> {
    let home = home()?;
    let _chaperone = home.start()?;
    let listed = home.run(&["requests"])?;
    assert_eq!(
        String::from_utf8(listed.stdout)?,
        "Nothing waits for you.\n"
    );
    Ok(())
}
