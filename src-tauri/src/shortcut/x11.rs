//! Listening to keys on X11, by a thread that sleeps until one of them is pressed.

use tokio::sync::mpsc;
use x11rb::{
    connection::Connection as _,
    errors::ReplyError,
    protocol::{
        ErrorKind, Event,
        xproto::{ConnectionExt as _, GrabMode, ModMask},
    },
    rust_connection::RustConnection,
};

use super::{Hearing, keys::Keys};

pub(super) fn listen(keys: Keys, pressed: mpsc::Sender<()>) -> Hearing {
    let connection = match grabbed(keys) {
        Ok(connection) => connection,
        Err(Trouble::Taken) => return Hearing::Taken,
        Err(Trouble::Other(error)) => {
            tracing::warn!(error, "keys cannot be listened to");
            return Hearing::NotHere;
        }
    };
    let listening = std::thread::Builder::new()
        .name("shortcut".to_owned())
        .spawn(move || {
            // Ends with the connection to the screen, as everything does.
            while let Ok(event) = connection.wait_for_event() {
                if let Event::KeyPress(_) = event
                    && pressed.try_send(()).is_err()
                    && pressed.is_closed()
                {
                    return;
                }
            }
        });
    match listening {
        Ok(_) => Hearing::Works,
        Err(error) => {
            tracing::warn!(%error, "keys cannot be listened to");
            Hearing::NotHere
        }
    }
}

enum Trouble {
    Taken,
    Other(String),
}

impl<E: std::error::Error> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Other(error.to_string())
    }
}

fn grabbed(keys: Keys) -> Result<RustConnection, Trouble> {
    let (connection, screen) = RustConnection::connect(None)?;
    let setup = connection.setup();
    let root = setup.roots.get(screen).map(|screen| screen.root);
    let root = root.ok_or_else(|| Trouble::Other("the display has no screen".to_owned()))?;
    let first = setup.min_keycode;
    let count = setup.max_keycode - first + 1;
    let mapping = connection.get_keyboard_mapping(first, count)?.reply()?;
    // A letter's symbol is the small letter's code.
    let symbol = u32::from(keys.key.to_ascii_lowercase());
    let code = mapping
        .keysyms
        .chunks(mapping.keysyms_per_keycode.max(1).into())
        .position(|symbols| symbols.contains(&symbol))
        .and_then(|at| u8::try_from(at).ok())
        .and_then(|at| first.checked_add(at))
        .ok_or_else(|| Trouble::Other("this keyboard has no such key".to_owned()))?;
    let mut held = ModMask::default();
    for (wanted, mask) in [
        (keys.control, ModMask::CONTROL),
        (keys.alt, ModMask::M1),
        (keys.shift, ModMask::SHIFT),
        (keys.logo, ModMask::M4),
    ] {
        if wanted {
            held |= mask;
        }
    }
    // A lock that is on counts as a key that is held.
    let locks = [
        ModMask::default(),
        ModMask::LOCK,
        ModMask::M2,
        ModMask::LOCK | ModMask::M2,
    ];
    for lock in locks {
        let (mode, mask) = (GrabMode::ASYNC, held | lock);
        let grab = connection.grab_key(false, root, mask, code, mode, mode)?;
        match grab.check() {
            Ok(()) => {}
            Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access => {
                return Err(Trouble::Taken);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(connection)
}
