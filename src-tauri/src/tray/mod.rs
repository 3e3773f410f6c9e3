//! The icon in the tray: how things stand at a glance, and the way back to the panel.
//! Where there is no tray, starting the app again is the way back.

mod look;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chaperone_api::{Face, Pulse};
use serde_json::json;
use tauri::{
    AppHandle, Manager as _,
    image::Image,
    include_image,
    menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use crate::{host::Host, window};
use look::{Look, Picture};

const TRAY: &str = "tray";
const STANDING: &str = "standing";
const OPEN: &str = "open";
const REQUESTS: &str = "requests";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

const AT_REST: Image<'_> = include_image!("icons/tray.png");
const ATTENTION: Image<'_> = include_image!("icons/tray-attention.png");
const PAUSED: Image<'_> = include_image!("icons/tray-paused.png");

/// Puts the icon up and keeps it true.
pub(crate) fn put(app: &AppHandle) {
    // The library for trays is loaded when it is first used, and its binding panics where the
    // system has none.
    let put = catch_unwind(AssertUnwindSafe(|| Icon::put(app)));
    let icon = match put {
        Ok(Ok(icon)) => icon,
        Ok(Err(error)) => {
            tracing::warn!(%error, "there is no tray icon");
            return;
        }
        Err(_) => {
            tracing::warn!("there is no tray icon: this system has no library for trays");
            return;
        }
    };
    let host = app.state::<Host>();
    let ending = host.ending.clone();
    let mut pulse = host.api.pulse();
    host.tasks.spawn(async move {
        loop {
            let look = look::look(*pulse.borrow_and_update());
            if let Err(error) = icon.wear(&look) {
                tracing::warn!(%error, "the tray icon cannot be changed");
            }
            tokio::select! {
                () = ending.cancelled() => return,
                changed = pulse.changed() => if changed.is_err() { return },
            }
        }
    });
}

/// Takes the icon down.
pub(crate) fn remove(app: &AppHandle) {
    app.remove_tray_by_id(TRAY);
}

struct Icon {
    tray: TrayIcon,
    standing: MenuItem<tauri::Wry>,
    requests: MenuItem<tauri::Wry>,
    pause: MenuItem<tauri::Wry>,
    /// What the pause entry would do if it were chosen now: a click means what it was read as,
    /// whatever else happened since.
    would_pause: Arc<AtomicBool>,
}

impl Icon {
    fn put(app: &AppHandle) -> tauri::Result<Self> {
        let look = look::look(Pulse::default());
        // Read, not chosen.
        let standing = MenuItem::with_id(app, STANDING, &look.standing, false, None::<&str>)?;
        let open = MenuItem::with_id(app, OPEN, "Open Chaperone", true, None::<&str>)?;
        let requests = MenuItem::with_id(
            app,
            REQUESTS,
            &look.requests,
            look.has_requests,
            None::<&str>,
        )?;
        let pause = MenuItem::with_id(app, PAUSE, look.pause, true, None::<&str>)?;
        let quit = MenuItem::with_id(app, QUIT, "Quit Chaperone", true, None::<&str>)?;
        let line = PredefinedMenuItem::separator(app)?;
        let last = PredefinedMenuItem::separator(app)?;
        let menu = Menu::with_items(
            app,
            &[&standing, &line, &open, &requests, &pause, &last, &quit],
        )?;
        let would_pause = Arc::new(AtomicBool::new(true));
        let chosen_pause = would_pause.clone();
        let tray = TrayIconBuilder::with_id(TRAY)
            .icon(picture(look.picture))
            .tooltip(&look.tooltip)
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(move |app, event| chosen(app, &event, &chosen_pause))
            .on_tray_icon_event(|tray, event| clicked(tray.app_handle(), &event))
            .build(app)?;
        Ok(Self {
            tray,
            standing,
            requests,
            pause,
            would_pause,
        })
    }

    fn wear(&self, look: &Look) -> tauri::Result<()> {
        self.tray.set_icon(Some(picture(look.picture)))?;
        self.tray.set_tooltip(Some(&look.tooltip))?;
        self.tray.set_title(look.title.as_deref())?;
        self.standing.set_text(&look.standing)?;
        self.requests.set_text(&look.requests)?;
        self.requests.set_enabled(look.has_requests)?;
        self.pause.set_text(look.pause)?;
        self.would_pause.store(look.would_pause, Ordering::Relaxed);
        Ok(())
    }
}

fn picture(picture: Picture) -> Image<'static> {
    match picture {
        Picture::AtRest => AT_REST,
        Picture::Attention => ATTENTION,
        Picture::Paused => PAUSED,
    }
}

fn chosen(app: &AppHandle, event: &MenuEvent, would_pause: &AtomicBool) {
    match event.id().as_ref() {
        OPEN => window::show_panel(app),
        REQUESTS => {
            if let Err(error) = window::show_request(app, window::Company::Shared) {
                tracing::error!(%error, "the request window cannot be shown");
            }
        }
        PAUSE => set_pause(app, would_pause.load(Ordering::Relaxed)),
        QUIT => app.exit(0),
        _ => {}
    }
}

/// A click opens the panel, where the desktop tells of clicks (on Linux it opens the menu).
fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    let TrayIconEvent::Click {
        button,
        button_state,
        ..
    } = event
    else {
        return;
    };
    if (*button, *button_state) == (MouseButton::Left, MouseButtonState::Up) {
        window::show_panel(app);
    }
}

fn set_pause(app: &AppHandle, paused: bool) {
    let host = app.state::<Host>();
    let api = host.api.clone();
    host.tasks.spawn(async move {
        if let Err(error) = api
            .call(Face::Panel, "pause/set", json!({ "paused": paused }))
            .await
        {
            tracing::error!(
                message = error.message,
                paused,
                "the pause cannot be changed"
            );
        }
    });
}
