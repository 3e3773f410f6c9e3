//! Displays, and how one is chosen.

use chaperone_protocol::Resolution;

use crate::SenseError;

/// A display as a person would point at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// Names it in a request; the same as long as it is plugged in where it is.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where its left edge is on the desktop.
    pub x: i32,
    /// Where its top edge is on the desktop.
    pub y: i32,
    /// How large it is.
    pub resolution: Resolution,
    /// Whether it is the main one, which is used when none is named. One is.
    pub primary: bool,
}

/// The display of that id; without one the primary. Never another than was asked for.
pub(crate) fn choose(displays: Vec<Display>, id: Option<&str>) -> Result<Display, SenseError> {
    let ids: Vec<_> = displays.iter().map(|display| display.id.clone()).collect();
    let first = displays.first().cloned();
    let mut displays = displays.into_iter();
    match id {
        Some(id) => displays.find(|display| display.id == id).ok_or_else(|| {
            SenseError::Invalid(if ids.is_empty() {
                format!("there is no display {id:?}: no display is switched on")
            } else {
                format!("there is no display {id:?}: there are {}", ids.join(", "))
            })
        }),
        None => displays
            .find(|display| display.primary)
            .or(first)
            .ok_or_else(none),
    }
}

pub(crate) fn none() -> SenseError {
    SenseError::Missing(
        "no display is switched on: switch one on, or start Chaperone inside a desktop session"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(id: &str, primary: bool) -> Display {
        Display {
            id: id.to_owned(),
            name: id.to_owned(),
            x: 0,
            y: 0,
            resolution: Resolution {
                width: 1,
                height: 1,
            },
            primary,
        }
    }

    #[test]
    fn the_one_that_was_asked_for_or_none() {
        let displays = vec![display("DP-1", false), display("DP-2", true)];
        let chosen = |id| choose(displays.clone(), id).map(|display| display.id);
        assert_eq!(chosen(Some("DP-1")), Ok("DP-1".to_owned()));
        assert_eq!(chosen(None), Ok("DP-2".to_owned()));
        assert_eq!(
            chosen(Some("DP-3")),
            Err(SenseError::Invalid(
                "there is no display \"DP-3\": there are DP-1, DP-2".to_owned()
            ))
        );
        assert_eq!(choose(Vec::new(), None), Err(none()));
        assert_eq!(
            choose(vec![display("a", false)], None).map(|display| display.id),
            Ok("a".to_owned())
        );
    }
}
