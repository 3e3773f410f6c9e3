//! What hubs tell about themselves, and what the person has them switch.
//!
//! **Invariant:** nothing of it reaches the gate, the journal or a rule. It is shown, and only the
//! hub's own word changes what is shown.

use std::time::Duration;

use chaperone_protocol::{ConnectionId, HubNews, HubSwitch, Timestamp};
use tokio::time::Instant;

use super::Engine;
use crate::{entry::Entry, error::SwitchError};

/// Those who watch hear at once what a hub tells within so long; a hub that tells more costs no more.
const GATHERED: Duration = Duration::from_millis(200);

impl Engine {
    pub(super) fn on_news(&mut self, connection: &ConnectionId, news: HubNews) {
        let Some(linked) = self.links.get_mut(connection) else {
            return;
        };
        if linked.link.is_some() && linked.connection.told.hear(news, Timestamp::now()) {
            self.told_at
                .get_or_insert_with(|| Instant::now() + GATHERED);
        }
    }

    /// The person wants something of a hub switched.
    pub(super) async fn on_switch(
        &mut self,
        connection: &ConnectionId,
        name: &str,
        on: bool,
    ) -> Result<(), SwitchError> {
        let linked = self.links.get_mut(connection);
        let linked = linked.ok_or(SwitchError::NoConnection)?;
        let connected = linked.connection.is_connected();
        let switch = linked.connection.told.find(name);
        let switch = switch.ok_or(SwitchError::NoSwitch)?;
        let link = linked.link.as_ref().filter(|_| connected);
        let link = link.ok_or(SwitchError::NotConnected)?;
        if switch.is_asked() {
            return Err(SwitchError::Asked);
        }
        let wish = HubSwitch {
            name: switch.name.clone(),
            on,
        };
        let said = link.switching(&wish).ok_or(SwitchError::NoSwitch)?;
        let entry = Entry::HubSwitched {
            connection: linked.connection.name.clone(),
            switch: wish.name.clone(),
            on,
        };
        self.try_note(entry)
            .await
            .map_err(SwitchError::Unrecorded)?;
        if let Some(link) = self.link(connection) {
            link.send_now(said);
        }
        if let Some(linked) = self.links.get_mut(connection)
            && let Some(switch) = linked.connection.told.find(name)
        {
            switch.ask(on, Instant::now());
        }
        self.tell_connections().await;
        Ok(())
    }

    /// When something has to be done about all that.
    pub(super) fn next_told(&self) -> Option<Instant> {
        let waiting = self.links.values();
        let waiting = waiting.filter_map(|linked| linked.connection.told.next_due());
        waiting.chain(self.told_at).min()
    }

    pub(super) async fn look_after_told(&mut self, now: Instant) {
        let mut changed = false;
        for linked in self.links.values_mut() {
            changed |= linked.connection.told.give_up(now);
        }
        if self.told_at.is_some_and(|at| at <= now) || changed {
            self.told_at = None;
            self.tell_connections().await;
        }
    }
}
