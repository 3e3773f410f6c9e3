//! What a hub of this kind tells about itself: which of its modules are on, and how its pet is.
//!
//! The synchronisation's `status_change` says of a module what `module_status_changed` said just
//! before, and is not read here. What the numbers of `state_update` mean, and whose they are, is not
//! known.

use chaperone_protocol::{CardKind, Event, HubCard, HubNews, HubSwitch, Map, Value};

use crate::{
    json::{Fields, shortened},
    readings::{Known, Scale, readings},
};

/// What every backend has.
pub(super) const MODULES: &[&str] = &["vision", "audio", "tactile", "action"];

/// What is known of a pet.
const STATE: &[Known] = &[
    Known::new("happiness", "happiness", Scale::Percent),
    Known::new("energy", "energy", Scale::Percent),
    Known::new("hunger", "hunger", Scale::Percent),
    Known::new("current_expression", "expression", Scale::Own),
    Known::new("current_animation", "animation", Scale::Own),
];
/// Where it stands on the hub's own screen, and how large.
const DRAWN: &[&str] = &["position", "scale"];

pub(super) fn told(event: &Event) -> Option<HubNews> {
    match event.name.as_str() {
        super::MODULE_STATUS_CHANGED => module(&event.data).map(HubNews::Switch),
        super::PET_STATE_CHANGED => pet(&event.data).map(HubNews::Card),
        _ => None,
    }
}

/// The wish to switch a module, which the hub tells everybody once it is done.
pub(super) fn control(wish: &HubSwitch) -> Event {
    let members = [
        ("module", Value::from(wish.name.as_str())),
        ("enabled", Value::from(wish.on)),
    ];
    Event {
        name: super::MODULE_CONTROL.to_owned(),
        data: members
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
    }
}

/// A running backend passes on names of any kind and states that are none.
fn module(data: &Map<String, Value>) -> Option<HubSwitch> {
    let name = data.get("module")?.as_str()?;
    let on = data.get("enabled")?.as_bool()?;
    // One that had to be cut could not be named to the hub again.
    let is_name = !name.trim().is_empty() && shortened(name) == name;
    is_name.then(|| HubSwitch {
        name: name.to_owned(),
        on,
    })
}

fn pet(data: &Map<String, Value>) -> Option<HubCard> {
    let readings = readings(data.get("state")?.as_object()?, STATE, DRAWN);
    let name = Fields::of(data).text("pet_id").ok().flatten();
    (!readings.is_empty()).then(|| HubCard {
        kind: CardKind::Companion,
        name: shortened(name.unwrap_or_default()),
        readings,
    })
}
