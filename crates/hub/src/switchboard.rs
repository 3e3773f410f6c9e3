//! Who is connected and who waits for whom.
//!
//! In memory only: the books are the store's. One lock for both tables, because a device that
//! comes back and a command that goes out must not miss each other.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use chaperone_dialects::{Downstream, RemoteCommand};
use chaperone_protocol::{CommandId, CommandState, DeviceId, Outcome, Timestamp};
use tokio::sync::{mpsc, oneshot};

/// How many messages may wait for one device's socket. Beyond it a command is refused: the device
/// does not read.
const OUTBOX: usize = 64;

/// How many commands may wait for one device's answer. A person cannot look at more.
const CALLS_PER_DEVICE: usize = 64;

/// The one switchboard of a hub.
#[derive(Default)]
pub(crate) struct Switchboard {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    lines: HashMap<DeviceId, Line>,
    calls: HashMap<CommandId, Call>,
    next_line: u64,
}

/// The one connection of a device.
struct Line {
    number: u64,
    outbox: mpsc::Sender<Downstream>,
    heard_at: Arc<AtomicI64>,
}

/// A command that somebody waits for.
struct Call {
    device: DeviceId,
    command: RemoteCommand,
    answer: oneshot::Sender<Outcome>,
    sent: bool,
    progress: Option<CommandState>,
}

/// A socket's end of a line. Dropping it hangs up, unless a newer socket took the line over.
pub(crate) struct Seat {
    board: Arc<Switchboard>,
    device: DeviceId,
    number: u64,
    outbox: mpsc::Receiver<Downstream>,
    heard_at: Arc<AtomicI64>,
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
    /// Seats a device's socket. A line that it had before ends: its seat hears
    /// [`Seat::next`] say `None`. Returns also the commands that went out over an earlier line and
    /// still wait for their answer.
    pub(crate) fn seat(
        self: &Arc<Self>,
        device: &DeviceId,
        now: Timestamp,
    ) -> (Seat, Vec<RemoteCommand>) {
        let (sender, outbox) = mpsc::channel(OUTBOX);
        let heard_at = Arc::new(AtomicI64::new(now.as_microsecond()));
        let mut tables = self.tables();
        let number = tables.next_line;
        tables.next_line += 1;
        let line = Line {
            number,
            outbox: sender,
            heard_at: Arc::clone(&heard_at),
        };
        tables.lines.insert(device.clone(), line);
        let open = tables.calls.values();
        let again = open
            .filter(|call| call.sent && call.device == *device)
            .map(|call| call.command.clone())
            .collect();
        let seat = Seat {
            board: Arc::clone(self),
            device: device.clone(),
            number,
            outbox,
            heard_at,
        };
        (seat, again)
    }

    /// When a connected device was last heard.
    pub(crate) fn heard_at(&self, device: &DeviceId) -> Option<Timestamp> {
        let micros = self
            .tables()
            .lines
            .get(device)
            .map(|line| line.heard_at.load(Ordering::Relaxed))?;
        Timestamp::from_microsecond(micros).ok()
    }

    /// Ends a device's line: its seat hears that it is over.
    pub(crate) fn hang_up(&self, device: &DeviceId) {
        self.tables().lines.remove(device);
    }

    pub(crate) fn is_connected(&self, device: &DeviceId) -> bool {
        self.tables().lines.contains_key(device)
    }

    /// Waits for a command's answer from now on.
    pub(crate) fn expect(
        &self,
        device: &DeviceId,
        command: RemoteCommand,
    ) -> Result<oneshot::Receiver<Outcome>, Crowded> {
        let mut tables = self.tables();
        let waiting = tables.calls.values().filter(|call| call.device == *device);
        if waiting.count() >= CALLS_PER_DEVICE {
            return Err(Crowded);
        }
        let (answer, answered) = oneshot::channel();
        let call = Call {
            device: device.clone(),
            answer,
            sent: false,
            progress: None,
            command,
        };
        tables.calls.insert(call.command.id.clone(), call);
        Ok(answered)
    }

    /// Sends an expected command out.
    pub(crate) fn call(&self, id: &CommandId) -> Result<(), Unsent> {
        let mut tables = self.tables();
        let Tables { lines, calls, .. } = &mut *tables;
        let Some(call) = calls.get_mut(id) else {
            return Ok(());
        };
        let command = Downstream::Command(call.command.clone());
        put(lines, &call.device, command)?;
        call.sent = true;
        Ok(())
    }

    /// Sends a device something that needs no answer.
    pub(crate) fn tell(&self, device: &DeviceId, message: Downstream) -> Result<(), Unsent> {
        put(&self.tables().lines, device, message)
    }

    /// Takes down how far a command has come.
    pub(crate) fn progress(&self, device: &DeviceId, id: &CommandId, state: CommandState) {
        if let Some(call) = self.tables().calls.get_mut(id)
            && call.device == *device
        {
            call.progress = Some(state);
        }
    }

    /// Hands an outcome to whoever waits for it. Only for outcomes that the store has accepted.
    pub(crate) fn answer(&self, id: &CommandId, outcome: Outcome) {
        if let Some(call) = self.tables().calls.remove(id) {
            // Whoever waited may just have gone; the store has the outcome.
            let _ = call.answer.send(outcome);
        }
    }

    /// Stops waiting; returns how far the command was last said to have come.
    pub(crate) fn forget(&self, id: &CommandId) -> Option<CommandState> {
        self.tables().calls.remove(id)?.progress
    }

    /// Every critical section is a few table operations, none of which leaves a table half
    /// changed, so a poisoned lock is as good as any.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The next message for the device; `None` once a newer connection has taken the line over.
    pub(crate) async fn next(&mut self) -> Option<Downstream> {
        self.outbox.recv().await
    }

    /// Takes down that the device was heard.
    pub(crate) fn heard(&self, now: Timestamp) {
        self.heard_at.store(now.as_microsecond(), Ordering::Relaxed);
    }

    pub(crate) fn device(&self) -> &DeviceId {
        &self.device
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut tables = self.board.tables();
        if tables
            .lines
            .get(&self.device)
            .is_some_and(|line| line.number == self.number)
        {
            tables.lines.remove(&self.device);
        }
    }
}

fn put(
    lines: &HashMap<DeviceId, Line>,
    device: &DeviceId,
    message: Downstream,
) -> Result<(), Unsent> {
    let line = lines.get(device).ok_or(Unsent::Offline)?;
    line.outbox.try_send(message).map_err(|error| match error {
        mpsc::error::TrySendError::Full(_) => Unsent::Stuck,
        mpsc::error::TrySendError::Closed(_) => Unsent::Offline,
    })
}
