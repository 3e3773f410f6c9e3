//! Displays of a Wayland session.
//!
//! Wayland shows no program what is on a display. The desktop's portal does, after it has asked the
//! person itself, and the person chooses the display there. What was chosen is asked for again
//! without another question for as long as this process runs, where the desktop offers that; it is
//! kept nowhere else.

mod outputs;
mod portal;
mod shown;
mod stream;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use chaperone_protocol::Resolution;

pub(super) use self::portal::Cursor;
use self::{portal::Granted, stream::Stream};
use crate::{
    SenseError,
    screen::{
        Display,
        area::Area,
        display::choose,
        recording::Stop,
        source::{FrameSource, Look, Lost, Pointer, Taker},
    },
};

/// Where a session's compositor and portal are found.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The compositor's socket.
    pub(super) socket: PathBuf,
    /// The bus the portal is on, if it is not the one of this process.
    pub(super) bus: Option<String>,
}

/// What the person has chosen in the portal, by what was asked for. Clones remember together.
#[derive(Debug, Clone, Default)]
pub(super) struct Consent(Arc<Mutex<HashMap<Option<String>, String>>>);

impl Consent {
    /// A word for what was chosen is good once.
    fn take(&self, asked: Option<&str>) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&asked.map(str::to_owned))
    }

    fn keep(&self, asked: Option<&str>, token: String) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(asked.map(str::to_owned), token);
    }
}

/// Every display of the session.
pub(super) fn displays(session: &Session) -> Result<Vec<Display>, SenseError> {
    outputs::list(&session.socket)
}

/// A display that the portal shows.
pub(super) struct Wayland {
    stream: Stream,
    /// Ends with this.
    _granted: Granted,
    id: String,
    stage: Stage,
}

/// What the next look is to find.
enum Stage {
    /// Everything.
    Fresh,
    /// What changed.
    Watching,
}

impl Wayland {
    /// Asks the portal, and through it the person, for that display, or for any. Waits for the
    /// first picture.
    pub(super) fn open(
        session: &Session,
        consent: &Consent,
        asked: Option<&str>,
        cursor: Cursor,
        stop: Option<&Stop>,
    ) -> Result<Self, SenseError> {
        let displays = displays(session)?;
        // One that does not exist is not worth a question.
        choose(displays.clone(), asked)?;
        let mut granted = portal::ask(session.bus.as_deref(), consent.take(asked), cursor, stop)?;
        let id = chosen(&displays, asked, granted.position)?;
        if let Some(token) = granted.token.take() {
            consent.keep(asked, token);
        }
        let stream = Stream::open(granted.remote.take(), granted.node, &id, stop)?;
        Ok(Self {
            stream,
            _granted: granted,
            id,
            stage: Stage::Fresh,
        })
    }

    /// The display that was chosen.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

/// Which display the person has chosen. Never another than was asked for.
fn chosen(
    displays: &[Display],
    asked: Option<&str>,
    position: Option<(i32, i32)>,
) -> Result<String, SenseError> {
    let told = position.and_then(|at| {
        let mut displays = displays.iter();
        displays.find(|display| (display.x, display.y) == at)
    });
    let ((Some(found), _) | (None, [found])) = (told, displays) else {
        return match asked {
            Some(_) => Err(SenseError::Unsupported(
                "this desktop does not say which of its displays was chosen: ask without naming \
                 one"
                .to_owned(),
            )),
            None => Ok("chosen".to_owned()),
        };
    };
    match asked {
        Some(asked) if asked != found.id => Err(SenseError::Invalid(format!(
            "display {asked} was asked for, and {} was chosen in the desktop's own question: \
             choose {asked} there",
            found.id
        ))),
        _ => Ok(found.id.clone()),
    }
}

impl FrameSource for Wayland {
    fn extent(&self) -> Resolution {
        self.stream.extent()
    }

    fn look(&mut self) -> Result<Look, Lost> {
        let found = self.stream.look()?;
        let stage = std::mem::replace(&mut self.stage, Stage::Watching);
        Ok(match (stage, found) {
            (_, Look::Resized) => Look::Resized,
            (Stage::Fresh, _) => Look::Changed(vec![Area::whole(self.extent())]),
            (Stage::Watching, found) => found,
        })
    }

    fn read(&mut self, area: Area, take: &mut Taker<'_>) -> Result<(), Lost> {
        self.stream.show(area, take);
        Ok(())
    }

    /// It is in the pixels, if it was asked for.
    fn pointer(&mut self) -> Result<Option<Pointer>, Lost> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(id: &str, x: i32) -> Display {
        Display {
            id: id.to_owned(),
            name: id.to_owned(),
            x,
            y: 0,
            resolution: Resolution {
                width: 800,
                height: 600,
            },
            primary: x == 0,
        }
    }

    #[test]
    fn what_was_chosen_is_what_was_asked_for_or_nothing() {
        let one = [display("DP-1", 0)];
        let two = [display("DP-1", 0), display("DP-2", 800)];
        let right = Some((800, 0));
        for (displays, asked, told, wanted) in [
            (&one[..], None, None, Some("DP-1")),
            (&one, Some("DP-1"), None, Some("DP-1")),
            (&two, None, right, Some("DP-2")),
            (&two, Some("DP-2"), right, Some("DP-2")),
            (&two, Some("DP-1"), right, None),
            (&two, None, None, Some("chosen")),
            (&two, Some("DP-1"), None, None),
        ] {
            let found = chosen(displays, asked, told);
            assert_eq!(found.ok().as_deref(), wanted, "{asked:?} {told:?}");
        }
        assert_eq!(
            chosen(&two, Some("DP-1"), right).unwrap_err().to_string(),
            "display DP-1 was asked for, and DP-2 was chosen in the desktop's own question: choose \
             DP-1 there"
        );
    }

    #[test]
    fn a_choice_is_remembered_for_what_was_asked_and_used_once() {
        let consent = Consent::default();
        consent.clone().keep(Some("DP-1"), "word".to_owned());
        assert_eq!(consent.take(None), None);
        assert_eq!(consent.take(Some("DP-1")), Some("word".to_owned()));
        assert_eq!(consent.take(Some("DP-1")), None);
    }
}
