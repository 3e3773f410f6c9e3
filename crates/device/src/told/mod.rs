//! What a hub tells about itself, as the person is shown it.
//!
//! In memory only, and bounded, whatever a hub tells. What was told on one socket is the last that is
//! known once that is closed, and says so; on the next one nothing of it holds until it is told again.

use std::time::Duration;

use chaperone_protocol::{CardKind, HubCard, HubNews, HubSwitch, Timestamp, visible};
use tokio::time::Instant;

/// Switches that are kept of one hub, which is more than anybody looks through.
const SWITCHES: usize = 32;
/// Cards that are kept of one hub.
const CARDS: usize = 6;
/// How long a hub has to do what the person wished.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubTold {
    /// What can be switched: first what every hub of its kind has, then what it told of. No two look
    /// alike.
    pub switches: Vec<ToldSwitch>,
    /// There are more switches than are kept here.
    pub more_switches: bool,
    /// How things are there.
    pub cards: Vec<ToldCard>,
}

/// Something of a hub that can be switched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldSwitch {
    /// The hub's name for it.
    pub name: String,
    /// What the hub said last, and when; nothing, where it has not.
    pub on: Option<(bool, Timestamp)>,
    /// It was said on the socket that is open.
    pub current: bool,
    /// What the person wishes of it.
    pub wish: Wish,
}

/// What a person wishes of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    None,
    /// On or off. The hub has until then to say that it is.
    Asked(bool, Instant),
    /// On or off, which the hub has not confirmed in time.
    Unanswered(bool),
}

/// How something of a hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldCard {
    /// What the hub said.
    pub card: HubCard,
    /// When.
    pub at: Timestamp,
    /// It was said on the socket that is open.
    pub current: bool,
}

impl HubTold {
    /// Nothing is told yet by a hub that has these switches.
    pub(crate) fn of(switches: &[&str]) -> Self {
        Self {
            switches: switches.iter().map(|name| ToldSwitch::of(name)).collect(),
            ..Self::default()
        }
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.switches.is_empty() && self.cards.is_empty()
    }

    /// Takes up what the hub tells, and says whether anything is otherwise now.
    pub(crate) fn hear(&mut self, news: HubNews, now: Timestamp) -> bool {
        match news {
            HubNews::Switch(switch) => self.hear_switch(switch, now),
            HubNews::Card(card) => {
                self.hear_card(card, now);
                true
            }
        }
    }

    fn hear_switch(&mut self, HubSwitch { name, on }: HubSwitch, now: Timestamp) -> bool {
        if let Some(known) = self.switches.iter_mut().find(|known| known.name == name) {
            return known.hear(on, now);
        }
        let is_full = self.switches.len() >= SWITCHES;
        if is_full || self.find(&visible(&name)).is_some() {
            return !std::mem::replace(&mut self.more_switches, true);
        }
        let mut switch = ToldSwitch::of(&name);
        switch.hear(on, now);
        self.switches.push(switch);
        true
    }

    fn hear_card(&mut self, card: HubCard, at: Timestamp) {
        let told = ToldCard {
            card,
            at,
            current: true,
        };
        let is_same = |known: &&mut ToldCard| known.is_about(told.card.kind, &told.card.name);
        if let Some(known) = self.cards.iter_mut().find(is_same) {
            *known = told;
            return;
        }
        if self.cards.len() >= CARDS
            && let Some(oldest) =
                (0..self.cards.len()).min_by_key(|at| self.cards.get(*at).map(|card| card.at))
        {
            self.cards.remove(oldest);
        }
        self.cards.push(told);
    }

    /// The switch that a person sees under that name.
    pub(crate) fn find(&mut self, shown: &str) -> Option<&mut ToldSwitch> {
        self.switches
            .iter_mut()
            .find(|switch| visible(&switch.name) == shown)
    }

    /// The socket is closed: nothing holds, and nobody answers any more.
    pub(crate) fn end(&mut self) {
        for switch in &mut self.switches {
            switch.current = false;
            switch.wish = Wish::None;
        }
        for card in &mut self.cards {
            card.current = false;
        }
    }

    /// When the first wish has waited long enough.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let waiting = self.switches.iter().filter_map(|switch| match switch.wish {
            Wish::Asked(_, until) => Some(until),
            Wish::None | Wish::Unanswered(_) => None,
        });
        waiting.min()
    }

    /// Gives up what has waited long enough, and says whether anything had.
    pub(crate) fn give_up(&mut self, now: Instant) -> bool {
        let mut any = false;
        for switch in &mut self.switches {
            if let Wish::Asked(on, until) = switch.wish
                && until <= now
            {
                switch.wish = Wish::Unanswered(on);
                any = true;
            }
        }
        any
    }
}

impl ToldSwitch {
    fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            on: None,
            current: false,
            wish: Wish::None,
        }
    }

    fn hear(&mut self, on: bool, now: Timestamp) -> bool {
        let is_known = self.current && self.on.is_some_and(|(was, _)| was == on);
        // What somebody else had done meanwhile is no answer.
        let wish = match self.wish {
            Wish::Asked(wished, _) if wished != on => self.wish,
            Wish::Asked(..) | Wish::Unanswered(_) | Wish::None => Wish::None,
        };
        let changed = !is_known || wish != self.wish;
        self.on = Some((on, now));
        self.current = true;
        self.wish = wish;
        changed
    }

    /// The person wishes it so.
    pub(crate) fn ask(&mut self, on: bool, now: Instant) {
        self.wish = Wish::Asked(on, now + ANSWERED_WITHIN);
    }

    /// Whether the hub was asked and may still answer.
    pub(crate) fn is_asked(&self) -> bool {
        matches!(self.wish, Wish::Asked(..))
    }
}

impl ToldCard {
    fn is_about(&self, kind: CardKind, name: &str) -> bool {
        self.card.kind == kind && self.card.name == name
    }
}

#[cfg(test)]
mod tests;
