//! What a real notification service receives, and what is said when there is none.

use std::{
    env,
    os::unix::net::UnixListener,
    time::{Duration, Instant},
};

use chaperone_protocol::Notify;
use chaperone_senses::{NativeNotifier, Notifier as _};
use tempfile::TempDir;

use crate::desktop::{Bus, Dunst, show};

/// Not a test by itself: what `show` runs in a process of its own.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn shower() {
    let notify = Notify {
        title: env::var("SHOW_title").unwrap(),
        body: env::var("SHOW_body").unwrap_or_default(),
        icon: env::var("SHOW_icon").ok(),
        sound: env::var("SHOW_sound").ok(),
    };
    let shown = NativeNotifier::new("Chaperone").show(&notify).await;
    println!("\nshown: {shown:?}");
}

#[test]
fn a_notification_arrives_as_the_text_it_is() {
    let dunst = Dunst::start();
    let body = "<b>1 < 2 & 3</b>\n<a href='x'>link</a> \u{202E}live";
    let said = show(
        &dunst.bus.address,
        &[
            ("title", "Tea <i>&</i>\nbiscuits"),
            ("body", body),
            ("icon", "mail-unread"),
        ],
    );
    let shown = dunst.shown();
    let [notification] = shown.as_slice() else {
        panic!("not one notification: {shown:?}");
    };
    assert_eq!(
        said,
        format!(
            "Ok(Notified {{ shown_as: Some({}) }})",
            notification["id"]["data"]
        )
    );
    assert_eq!(notification["appname"]["data"], "Chaperone");
    assert_eq!(notification["summary"]["data"], "Tea <i>&</i> biscuits");
    // dunst keeps a body in its markup: read as that, it is the text that was sent.
    assert_eq!(
        notification["body"]["data"],
        "&lt;b&gt;1 &lt; 2 &amp; 3&lt;/b&gt;\n&lt;a href='x'&gt;link&lt;/a&gt; \\u{202e}live"
    );
}

#[test]
fn several_arrive_in_order() {
    let dunst = Dunst::start();
    for title in ["one", "two"] {
        let said = show(&dunst.bus.address, &[("title", title), ("sound", "none")]);
        assert!(said.starts_with("Ok("), "{said}");
    }
    let titles: Vec<_> = dunst
        .shown()
        .iter()
        .map(|notification| notification["summary"]["data"].clone())
        .collect();
    assert_eq!(titles, ["two", "one"]);
}

fn assert_says(said: &str, code: &str, what_to_do: &str) {
    assert!(said.starts_with(&format!("Err({code}(")), "{said}");
    assert!(said.contains(what_to_do), "{said}");
}

#[test]
fn without_a_service_it_says_what_to_do() {
    let bus = Bus::start();
    let said = show(&bus.address, &[("title", "x")]);
    assert_says(&said, "Missing", "start one, such as dunst");
}

#[test]
fn without_a_bus_it_says_what_to_do() {
    let said = show("unix:path=/nonexistent/bus", &[("title", "x")]);
    assert_says(&said, "Missing", "run Chaperone inside a desktop session");
}

#[test]
fn a_desktop_that_hangs_is_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bus");
    // Takes every connection and never says a word.
    let _listener = UnixListener::bind(&path).unwrap();
    let asked_at = Instant::now();
    let said = show(&format!("unix:path={}", path.display()), &[("title", "x")]);
    assert_says(&said, "Unavailable", "does not answer");
    assert!(asked_at.elapsed() < Duration::from_secs(7));
}
