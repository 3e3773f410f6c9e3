//! Which microphone is heard, or which speakers: those the person has chosen for the desktop, or the
//! foremost.
//!
//! They are named to `PipeWire`, which would otherwise also take the one for the other.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

use pipewire::{
    core::{CoreRc, PW_ID_CORE},
    loop_::Timeout,
    main_loop::MainLoopRc,
    metadata::{Metadata, MetadataListener},
    registry::{GlobalObject, RegistryRc},
    spa::utils::dict::DictRef,
    types::ObjectType,
};

use super::Source;

/// How long the server may take to say what there is.
const PATIENCE: Duration = Duration::from_secs(2);

const WAIT: Duration = Duration::from_millis(20);

impl Source {
    /// What the kinds of its nodes begin with.
    fn kinds(self) -> [&'static str; 2] {
        match self {
            Self::Microphone => ["Audio/Source", "Audio/Duplex"],
            Self::Output => ["Audio/Sink", "Audio/Duplex"],
        }
    }

    /// What the desktop's choice is kept under.
    fn chosen_under(self) -> &'static str {
        match self {
            Self::Microphone => "default.audio.source",
            Self::Output => "default.audio.sink",
        }
    }
}

/// What the server has told of.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    /// The name of the one that the person has chosen, in more words than that.
    chosen: Option<String>,
    // What tells of the choice, and hears of it.
    listened: Vec<(MetadataListener, Metadata)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    node: u32,
    name: String,
    priority: i64,
}

/// The node that is heard, if there is one.
pub(super) fn node(
    source: Source,
    core: &CoreRc,
    main_loop: &MainLoopRc,
) -> Result<Option<u32>, pipewire::Error> {
    let found = Rc::new(RefCell::new(Found::default()));
    let registry = core.get_registry_rc()?;
    let (finding, asked) = (Rc::clone(&found), registry.clone());
    let _listener = registry
        .add_listener_local()
        .global(move |object| hear_of(source, &finding, &asked, object))
        .register();
    // At first it tells what there is, and then what was asked about that.
    for _ in 0..2 {
        all_told(core, main_loop)?;
    }
    let mut found = found.borrow_mut();
    found.listened.clear();
    let chosen = found.chosen.take();
    Ok(foremost(&found.candidates, chosen.as_deref()))
}

fn hear_of(
    source: Source,
    found: &Rc<RefCell<Found>>,
    registry: &RegistryRc,
    object: &GlobalObject<&DictRef>,
) {
    let Some(about) = object.props else {
        return;
    };
    match object.type_ {
        ObjectType::Node => {
            let kind = about.get("media.class").unwrap_or_default();
            if source.kinds().iter().any(|known| kind.starts_with(known)) {
                let priority = about.get("priority.session");
                found.borrow_mut().candidates.push(Candidate {
                    node: object.id,
                    name: about.get("node.name").unwrap_or_default().to_owned(),
                    priority: priority.and_then(|text| text.parse().ok()).unwrap_or(0),
                });
            }
        }
        ObjectType::Metadata if about.get("metadata.name") == Some("default") => {
            let Ok(choices) = registry.bind::<Metadata, _>(object) else {
                return;
            };
            let finding = Rc::clone(found);
            let listener = choices
                .add_listener_local()
                .property(move |_, what, _, value| {
                    if what == Some(source.chosen_under()) {
                        finding.borrow_mut().chosen = value.map(ToOwned::to_owned);
                    }
                    0
                })
                .register();
            found.borrow_mut().listened.push((listener, choices));
        }
        _ => {}
    }
}

/// Waits until it has answered all that it was asked.
fn all_told(core: &CoreRc, main_loop: &MainLoopRc) -> Result<(), pipewire::Error> {
    let done = Rc::new(Cell::new(false));
    let told = Rc::clone(&done);
    let asked = core.sync(0)?;
    let _listener = core
        .add_listener_local()
        .done(move |id, answered| {
            if id == PW_ID_CORE && answered == asked {
                told.set(true);
            }
        })
        .register();
    let asked_at = Instant::now();
    while !done.get() {
        if asked_at.elapsed() > PATIENCE {
            return Err(pipewire::Error::CreationFailed);
        }
        main_loop.loop_().iterate(Timeout::Finite(WAIT));
    }
    Ok(())
}

/// `chosen` has the name in it, in quotes.
fn foremost(candidates: &[Candidate], chosen: Option<&str>) -> Option<u32> {
    let chosen = chosen.unwrap_or_default();
    let is_chosen = |one: &Candidate| chosen.contains(&format!("\"{}\"", one.name));
    let foremost = candidates
        .iter()
        .max_by_key(|one| (is_chosen(one), one.priority));
    foremost.map(|one| one.node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(node: u32, name: &str, priority: i64) -> Candidate {
        Candidate {
            node,
            name: name.to_owned(),
            priority,
        }
    }

    #[test]
    fn the_chosen_one_or_else_the_foremost() {
        let there = [
            candidate(3, "built-in", 2009),
            candidate(4, "headset", 1000),
            candidate(5, "head", 10),
        ];
        let chosen = |name| foremost(&there, name);
        assert_eq!(chosen(None), Some(3));
        assert_eq!(chosen(Some(r#"{"name":"headset"}"#)), Some(4));
        assert_eq!(chosen(Some(r#"{"name":"head"}"#)), Some(5));
        assert_eq!(chosen(Some(r#"{"name":"speakers"}"#)), Some(3));
        assert_eq!(foremost(&[], Some(r#"{"name":"headset"}"#)), None);
    }
}
