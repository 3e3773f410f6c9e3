//! Listening to keys on Windows and macOS.

use global_hotkey::{
    Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState,
    hotkey::{HotKey, Modifiers},
};
use tokio::sync::mpsc;

use super::{Hearing, keys::Keys};

/// Called on the main thread, whose loop brings the presses.
pub(super) fn listen(keys: Keys, pressed: mpsc::Sender<()>) -> Hearing {
    match registered(keys) {
        Ok(manager) => {
            // It listens as long as it lives, which is as long as the process does.
            std::mem::forget(manager);
        }
        Err(Error::AlreadyRegistered(_)) => return Hearing::Taken,
        Err(error) => {
            tracing::warn!(%error, "keys cannot be listened to");
            return Hearing::NotHere;
        }
    }
    GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
        if event.state == HotKeyState::Pressed && pressed.try_send(()).is_err() {
            tracing::debug!("the same keys again");
        }
    }));
    Hearing::Works
}

fn registered(keys: Keys) -> Result<GlobalHotKeyManager, Error> {
    let mut held = Modifiers::empty();
    for (wanted, modifier) in [
        (keys.control, Modifiers::CONTROL),
        (keys.alt, Modifiers::ALT),
        (keys.shift, Modifiers::SHIFT),
        (keys.logo, Modifiers::SUPER),
    ] {
        held.set(modifier, wanted);
    }
    let key = char::from(keys.key);
    let name = if key.is_ascii_digit() {
        format!("Digit{key}")
    } else {
        format!("Key{key}")
    };
    let code = name
        .parse()
        .map_err(|_| Error::FailedToRegister(format!("there is no key {key}")))?;
    let manager = GlobalHotKeyManager::new()?;
    manager.register(HotKey::new(Some(held), code))?;
    Ok(manager)
}
