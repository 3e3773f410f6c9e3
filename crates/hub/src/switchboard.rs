//! Who is connected and who waits for whom.
//!
//! In memory only: the books are the store's. One lock for all tables, because a device that comes
//! back and a command that goes out must not miss each other. Devices that come and go, and how far
//! commands have come, is told from under it, so that nobody hears it in another order.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chaperone_dialects::{Downstream, RemoteCommand};
use chaperone_protocol::{CommandId, CommandState, DeviceId, Outcome, SignedDuration, Timestamp};
use tokio::sync::oneshot;

use crate::{
    events::{Events, News, Subject},
    line::{Dead, Line},
    store::AccountId,
};

/// How many commands may wait for one device's answer. A person cannot look at more.
const CALLS_PER_DEVICE: usize = 64;
/// How long a device that asked for commands over HTTP counts as reachable: some of its usual
/// pauses.
const POLLED_FOR: SignedDuration = SignedDuration::from_secs(90);
/// Beyond so many the devices that no longer ask are forgotten.
const POLLERS: usize = 10_000;

/// The one switchboard of a hub.
pub(crate) struct Switchboard {
    tables: Mutex<Tables>,
    next_line: AtomicU64,
    events: Arc<Events>,
}

#[derive(Default)]
struct Tables {
    /// The devices that have a line.
    connected: HashMap<DeviceId, Connected>,
    /// The one device of an account, on wires that keep one.
    sole: HashMap<AccountId, (DeviceId, u64)>,
    /// When a device last asked for commands over HTTP.
    polled: HashMap<DeviceId, Timestamp>,
    calls: HashMap<CommandId, Call>,
    /// The calls of each device, oldest first.
    waiting: HashMap<DeviceId, Vec<CommandId>>,
}

/// A device that has a line.
struct Connected {
    account: AccountId,
    /// Commands go over the last. Only wires whose sockets are a group leave a device more than one.
    lines: Vec<Arc<Line>>,
}

/// A command that somebody waits for.
struct Call {
    device: DeviceId,
    command: RemoteCommand,
    answer: oneshot::Sender<Outcome>,
    sent: Sent,
    progress: Option<CommandState>,
}

/// How far a command has come on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// It is not in the books yet.
    Not,
    /// It waits until the device asks for it.
    Due,
    /// Over that line.
    Over(u64),
    /// In an answer over HTTP.
    Polled,
}

/// Whom a device's new line takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The device's own older one.
    Device,
    /// Every older one of the account, whichever device's.
    Account,
    /// Nobody: each socket is kept.
    Socket,
}

/// A device's hold on its line. Dropping it hangs up, and leaves newer lines alone.
pub(crate) struct Seat {
    board: Arc<Switchboard>,
    device: DeviceId,
    line: u64,
    /// The account that keeps no other line, where one does.
    sole: Option<AccountId>,
}

/// Why a message cannot go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// The device is not connected.
    Offline,
    /// The device does not read what it is sent.
    Stuck,
}

/// Too many commands wait for the device already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

impl Switchboard {
    pub(crate) fn new(events: Arc<Events>) -> Self {
        Self {
            tables: Mutex::default(),
            next_line: AtomicU64::default(),
            events,
        }
    }

    /// A line for a new socket. It is nobody's yet.
    pub(crate) fn line(&self, now: Timestamp) -> Arc<Line> {
        let number = self.next_line.fetch_add(1, Ordering::Relaxed);
        Arc::new(Line::new(number, now))
    }

    /// Makes a line the device's. Lines whose place it takes end: their sockets hear
    /// [`Line::next`] say `None`. Returns also the commands that went out over an earlier line and
    /// still wait for their answer.
    pub(crate) fn seat(
        self: &Arc<Self>,
        account: &AccountId,
        device: &DeviceId,
        kept: Kept,
        line: &Arc<Line>,
    ) -> (Seat, Vec<RemoteCommand>) {
        let mut tables = self.tables();
        if kept == Kept::Account {
            let sole = (device.clone(), line.number());
            if let Some((before, number)) = tables.sole.insert(account.clone(), sole)
                && before != *device
            {
                tables.hang_up(&before, number, &self.events);
            }
        }
        let connected = tables.connected.entry(device.clone());
        let lines = &mut connected
            .or_insert_with(|| {
                self.events.publish(News::device_connected(account, device));
                Connected {
                    account: account.clone(),
                    lines: Vec::new(),
                }
            })
            .lines;
        if let Kept::Device | Kept::Account = kept {
            lines.drain(..).for_each(|older| older.end());
        }
        lines.push(Arc::clone(line));
        lines.shrink_to_fit();
        let again = tables
            .of(device)
            .filter(|call| matches!(call.sent, Sent::Over(_)))
            .map(|call| call.command.clone())
            .collect();
        let seat = Seat {
            board: Arc::clone(self),
            device: device.clone(),
            line: line.number(),
            sole: (kept == Kept::Account).then(|| account.clone()),
        };
        (seat, again)
    }

    /// Ends a device's lines: their sockets hear [`Line::next`] say `None`.
    pub(crate) fn hang_up(&self, device: &DeviceId) {
        let mut tables = self.tables();
        if let Some(gone) = tables.connected.remove(device) {
            gone.lines.iter().for_each(|line| line.end());
            self.events
                .publish(News::device_disconnected(&gone.account, device));
        }
    }

    /// When a connected device was last heard.
    pub(crate) fn heard_at(&self, device: &DeviceId) -> Option<Timestamp> {
        let tables = self.tables();
        let line = tables.line(device);
        line.and_then(Line::heard_at).max(tables.polled_at(device))
    }

    /// Whether a command would reach the device: over a line, or because it asks for commands.
    pub(crate) fn is_connected(&self, device: &DeviceId) -> bool {
        let tables = self.tables();
        tables.connected.contains_key(device) || tables.polled_at(device).is_some()
    }

    /// The device of an account, on wires that keep one, and its line.
    pub(crate) fn sole(&self, account: &AccountId) -> Option<(DeviceId, u64)> {
        self.tables().sole.get(account).cloned()
    }

    /// Waits for a command's answer from now on.
    pub(crate) fn expect(
        &self,
        device: &DeviceId,
        command: RemoteCommand,
    ) -> Result<oneshot::Receiver<Outcome>, Crowded> {
        let mut tables = self.tables();
        let waiting = tables.waiting.entry(device.clone()).or_default();
        if waiting.len() >= CALLS_PER_DEVICE {
            return Err(Crowded);
        }
        waiting.push(command.id.clone());
        let (answer, answered) = oneshot::channel();
        let call = Call {
            device: device.clone(),
            answer,
            sent: Sent::Not,
            progress: None,
            command,
        };
        tables.calls.insert(call.command.id.clone(), call);
        Ok(answered)
    }

    /// Sends an expected command out, or has it wait for a device that will ask for it.
    pub(crate) fn call(&self, id: &CommandId) -> Result<(), Unsent> {
        let mut tables = self.tables();
        let Some(call) = tables.calls.get(id) else {
            return Ok(());
        };
        let sent = match tables.line(&call.device) {
            Some(line) => {
                put(line, Arc::new(Downstream::Command(call.command.clone())))?;
                Sent::Over(line.number())
            }
            None if tables.polled_at(&call.device).is_some() => Sent::Due,
            None => return Err(Unsent::Offline),
        };
        if let Some(call) = tables.calls.get_mut(id) {
            call.sent = sent;
        }
        Ok(())
    }

    /// Sends a device something that needs no answer.
    pub(crate) fn tell(&self, device: &DeviceId, message: Downstream) -> Result<(), Unsent> {
        let tables = self.tables();
        let line = tables.line(device).ok_or(Unsent::Offline)?;
        put(line, Arc::new(message))
    }

    /// Sends a device something over that line and no other.
    pub(crate) fn tell_over(
        &self,
        device: &DeviceId,
        number: u64,
        message: Downstream,
    ) -> Result<(), Unsent> {
        let tables = self.tables();
        let line = tables
            .line(device)
            .filter(|line| line.number() == number)
            .ok_or(Unsent::Offline)?;
        put(line, Arc::new(message))
    }

    /// Takes down that a device asks for commands over HTTP, and gives it those that wait for it:
    /// each is given once, and one that went out over a line only if that broke before anything
    /// was heard of it.
    pub(crate) fn polled(&self, device: &DeviceId, now: Timestamp) -> Vec<RemoteCommand> {
        let mut tables = self.tables();
        if tables.polled.len() >= POLLERS {
            tables
                .polled
                .retain(|_, at| now.duration_since(*at) < POLLED_FOR);
        }
        tables.polled.insert(device.clone(), now);
        tables.offer(device, Sent::Polled)
    }

    /// The same, over the line that such a device has opened.
    pub(crate) fn connected_again(&self, device: &DeviceId, line: u64) -> Vec<RemoteCommand> {
        self.tables().offer(device, Sent::Over(line))
    }

    /// The commands that went out over a line and still wait for their answer.
    pub(crate) fn unanswered(&self, device: &DeviceId, line: u64) -> Vec<CommandId> {
        let tables = self.tables();
        let sent = tables
            .of(device)
            .filter(|call| call.sent == Sent::Over(line));
        sent.map(|call| call.command.id.clone()).collect()
    }

    /// Takes down how far a command has come that an account's device was asked for.
    pub(crate) fn progress(
        &self,
        account: &AccountId,
        device: &DeviceId,
        id: &CommandId,
        state: CommandState,
    ) {
        let mut tables = self.tables();
        let Some(call) = tables.calls.get_mut(id) else {
            return;
        };
        if call.device != *device || call.progress.replace(state) == Some(state) {
            return;
        }
        let asker = call.command.agent.as_ref().map(|agent| &agent.id);
        let subject = Subject {
            account,
            device,
            // The person asks under their account's own id.
            agent: asker.filter(|id| id.as_str() != account.as_str()),
            id,
        };
        for news in subject.progress(state) {
            self.events.publish(news);
        }
    }

    /// Hands an outcome to whoever waits for it. Only for outcomes that the store has accepted.
    pub(crate) fn answer(&self, id: &CommandId, outcome: Outcome) {
        if let Some(call) = self.tables().take(id) {
            // Whoever waited may just have gone; the store has the outcome.
            let _ = call.answer.send(outcome);
        }
    }

    /// Stops waiting; returns how far the command was last said to have come.
    pub(crate) fn forget(&self, id: &CommandId) -> Option<CommandState> {
        self.tables().take(id)?.progress
    }

    /// Every critical section is a few table operations, none of which leaves a table half
    /// changed, so a poisoned lock is as good as any.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// The line that commands go over.
    fn line(&self, device: &DeviceId) -> Option<&Line> {
        let connected = self.connected.get(device)?;
        connected.lines.last().map(AsRef::as_ref)
    }

    /// When a device that still counts as reachable last asked for commands.
    fn polled_at(&self, device: &DeviceId) -> Option<Timestamp> {
        let at = *self.polled.get(device)?;
        (Timestamp::now().duration_since(at) < POLLED_FOR).then_some(at)
    }

    /// A device's calls, oldest first.
    fn of(&self, device: &DeviceId) -> impl Iterator<Item = &Call> {
        let ids = self.waiting.get(device).into_iter().flatten();
        ids.filter_map(|id| self.calls.get(id))
    }

    fn offer(&mut self, device: &DeviceId, sent: Sent) -> Vec<RemoteCommand> {
        let ids = self.waiting.get(device).cloned().unwrap_or_default();
        let mut offered = Vec::new();
        for id in ids {
            let Some(call) = self.calls.get_mut(&id) else {
                continue;
            };
            let wanted = match call.sent {
                Sent::Due => true,
                Sent::Over(line) => {
                    let connected = self.connected.get(device);
                    let mut lines = connected.iter().flat_map(|device| &device.lines);
                    let alive = lines.any(|open| open.number() == line);
                    !alive && call.progress.is_none()
                }
                Sent::Not | Sent::Polled => false,
            };
            if wanted {
                call.sent = sent;
                offered.push(call.command.clone());
            }
        }
        offered
    }

    fn take(&mut self, id: &CommandId) -> Option<Call> {
        let call = self.calls.remove(id)?;
        if let Some(waiting) = self.waiting.get_mut(&call.device) {
            waiting.retain(|waits| waits != id);
            if waiting.is_empty() {
                self.waiting.remove(&call.device);
            }
        }
        Some(call)
    }

    /// Ends a line, if the device still has it.
    fn hang_up(&mut self, device: &DeviceId, number: u64, events: &Events) {
        let Some(connected) = self.connected.get_mut(device) else {
            return;
        };
        connected.lines.retain(|line| {
            let other = line.number() != number;
            if !other {
                line.end();
            }
            other
        });
        if connected.lines.is_empty() {
            events.publish(News::device_disconnected(&connected.account, device));
            self.connected.remove(device);
        }
    }
}

impl Seat {
    pub(crate) fn device(&self) -> &DeviceId {
        &self.device
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut tables = self.board.tables();
        tables.hang_up(&self.device, self.line, &self.board.events);
        if let Some(account) = &self.sole
            && tables
                .sole
                .get(account)
                .is_some_and(|(_, line)| *line == self.line)
        {
            tables.sole.remove(account);
        }
    }
}

fn put(line: &Line, message: Arc<Downstream>) -> Result<(), Unsent> {
    line.put(message).map_err(|dead| match dead {
        Dead::Full => Unsent::Stuck,
        Dead::Ended => Unsent::Offline,
    })
}
