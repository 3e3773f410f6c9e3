//! What the tray shows, as a function of the few numbers it needs.

use chaperone_api::Pulse;

/// Which picture the icon has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    AtRest,
    /// Somebody waits for the person.
    Attention,
    Paused,
}

/// Everything the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) picture: Picture,
    /// Beside the icon, where the desktop has room for it.
    pub(super) title: Option<String>,
    pub(super) tooltip: String,
    /// The same in the menu: many desktops show no tooltips of trays.
    pub(super) standing: String,
    pub(super) requests: String,
    pub(super) has_requests: bool,
    pub(super) pause: &'static str,
    /// What choosing it does.
    pub(super) would_pause: bool,
}

pub(super) fn look(pulse: Pulse) -> Look {
    let Pulse {
        pending,
        running,
        paused,
        connected,
        connections,
    } = pulse;
    let picture = match (pending, paused) {
        (1.., _) => Picture::Attention,
        (0, true) => Picture::Paused,
        (0, false) => Picture::AtRest,
    };
    let requests = match pending {
        0 => "No requests".to_owned(),
        1 => "1 request waits".to_owned(),
        more => format!("{more} requests wait"),
    };
    let standing = match (paused, pending, running) {
        (true, 0, _) => "everything is paused".to_owned(),
        (true, _, _) => format!("everything is paused, {}", requests.to_lowercase()),
        (false, 1.., _) => requests.to_lowercase(),
        (false, 0, 1) => "1 command runs".to_owned(),
        (false, 0, 2..) => format!("{running} commands run"),
        (false, 0, 0) if connected < connections => {
            format!("{connected} of {connections} connections are up")
        }
        (false, 0, 0) => "nothing waits".to_owned(),
    };
    Look {
        picture,
        title: (pending > 0).then(|| pending.to_string()),
        tooltip: format!("Chaperone: {standing}"),
        standing: capital(&standing),
        requests,
        has_requests: pending > 0,
        pause: if paused { "Resume" } else { "Pause everything" },
        would_pause: !paused,
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Pulse = Pulse {
        pending: 0,
        running: 0,
        paused: false,
        connected: 1,
        connections: 1,
    };

    fn check(pulse: Pulse, picture: Picture, tooltip: &str) -> Look {
        let look = look(pulse);
        assert_eq!(look.picture, picture, "{pulse:?}");
        assert_eq!(look.tooltip, format!("Chaperone: {tooltip}"), "{pulse:?}");
        look
    }

    #[test]
    fn the_tray_tells_how_things_stand() {
        let look = check(QUIET, Picture::AtRest, "nothing waits");
        assert_eq!((look.title, look.has_requests), (None, false));
        assert_eq!(look.standing, "Nothing waits");
        assert_eq!(
            (look.requests.as_str(), look.pause),
            ("No requests", "Pause everything")
        );

        check(
            Pulse {
                running: 1,
                ..QUIET
            },
            Picture::AtRest,
            "1 command runs",
        );
        check(
            Pulse {
                running: 3,
                ..QUIET
            },
            Picture::AtRest,
            "3 commands run",
        );
        check(
            Pulse {
                connected: 0,
                ..QUIET
            },
            Picture::AtRest,
            "0 of 1 connections are up",
        );
    }

    #[test]
    fn who_waits_comes_before_everything_else() {
        let look = check(
            Pulse {
                pending: 2,
                running: 1,
                connected: 0,
                ..QUIET
            },
            Picture::Attention,
            "2 requests wait",
        );
        assert_eq!(
            (look.title.as_deref(), look.has_requests),
            (Some("2"), true)
        );
        assert_eq!(look.requests, "2 requests wait");
        check(
            Pulse {
                pending: 1,
                paused: true,
                ..QUIET
            },
            Picture::Attention,
            "everything is paused, 1 request waits",
        );
    }

    #[test]
    fn a_pause_is_seen_and_can_be_lifted() {
        let look = check(
            Pulse {
                paused: true,
                ..QUIET
            },
            Picture::Paused,
            "everything is paused",
        );
        assert_eq!(look.pause, "Resume");
    }
}
