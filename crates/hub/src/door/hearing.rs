//! What a device's messages mean at this hub, and what becomes of the hub's when it has gone.

use chaperone_dialects::{
    Close, Context, Downstream, Extension, Extensions, HubInput, Registration, Seat as Kind,
    Upstream, agent_token,
};
use chaperone_protocol::{
    CommandId, CommandState, DeviceId, DeviceInfo, FailureCode, Outcome, Report, Timestamp,
};

use super::{admit_named, guest::Guest, settle, socket::Conversation, take_note};
use crate::{
    Error, call,
    device_key::DeviceKey,
    queue,
    runs::{self, RunId},
    store::{Admission, GivenUp},
    switchboard::Kept,
};

/// Close code: the hub cannot go on.
const INTERNAL: u16 = 1011;

impl Conversation {
    /// Takes in what the device says; returns what the session is to be told.
    pub(super) async fn hear(&mut self, message: Upstream) -> Vec<HubInput> {
        let relays = match &self.member {
            Some(_) => {
                let cx = Context::at(Timestamp::now()).of(self.session.introduced());
                self.dialect.relays(&message, cx)
            }
            None => Vec::new(),
        };
        let inputs = self.take_in(message).await;
        let refused = inputs
            .iter()
            .any(|input| matches!(input, HubInput::Refuse { .. } | HubInput::Close(_)));
        if let Some(member) = &self.member
            && !refused
        {
            for relay in relays {
                member.tell(relay.to, relay.message);
            }
        }
        inputs
    }

    async fn take_in(&mut self, message: Upstream) -> Vec<HubInput> {
        match message {
            Upstream::Register(registration) => self.register(registration).await,
            Upstream::Proof { signature } => self.proof(&signature).await,
            Upstream::Result { id, outcome } => self.result(id, outcome).await,
            Upstream::Accepted { id } => {
                self.progress(&id, CommandState::Received);
                Vec::new()
            }
            Upstream::Progress { id, state } => {
                self.progress(&id, state);
                Vec::new()
            }
            Upstream::Part { id, data } => {
                let run = RunId::of(&id);
                if let (Some(run), Some(seat)) = (run, &self.seat) {
                    let taken = runs::part(&self.app, seat.device(), &run, data).await;
                    if let Err(error) = taken {
                        tracing::error!(%error, "a part of a run could not be taken down");
                    }
                }
                Vec::new()
            }
            Upstream::Report(Report::Event(event)) => {
                let (app, account) = (&self.app, &self.guest.account);
                if let Err(error) = take_note(app, self.dialect, account, &event).await {
                    tracing::error!(%error, "what a device told could not be taken down");
                }
                Vec::new()
            }
            // How a device is concerns nobody here.
            Upstream::Heartbeat | Upstream::Report(Report::Health(_)) => Vec::new(),
            Upstream::Error { .. } => {
                tracing::debug!(device = self.name(), "the device complained");
                Vec::new()
            }
        }
    }

    /// Somebody without a token may bring one with the hello. A bad one is refused.
    pub(super) async fn look_for_token(&mut self, text: &str) -> Result<(), Close> {
        // The cheap look first: whoever never brings one says many other things.
        if !text.contains("token") {
            return Ok(());
        }
        let Some(token) = agent_token(text) else {
            return Ok(());
        };
        match Guest::of_token(&self.app, &token).await {
            // It has joined the first account's group already, so it may only be of that one.
            Ok(guest) if guest.account == self.guest.account => {
                self.guest = guest;
                Ok(())
            }
            Ok(guest) => {
                self.member = None;
                self.guest = guest;
                self.join();
                Ok(())
            }
            Err(_) => Err(Close::new(
                Close::POLICY,
                "AUTH_FAILED: the token is not valid",
            )),
        }
    }

    /// Takes its place among those that hear each other.
    fn join(&mut self) {
        let id = self.dialect.profile().id;
        let audiences = &self.app.audiences;
        self.member = Some(audiences.join(id, &self.guest.account, &self.line));
    }

    async fn register(&mut self, registration: Registration) -> Vec<HubInput> {
        let profile = self.dialect.profile();
        if profile.seat == Kind::Socket && self.member.is_none() {
            // Not the device itself: its socket, under a name that was made up for it.
            self.join();
            return vec![HubInput::Admit];
        }
        if !self.guest.proven {
            return vec![HubInput::Admit];
        }
        if !self.guest.is_for(&registration.device.id) {
            let reason = "the token is another device's".to_owned();
            return vec![HubInput::Refuse { reason }];
        }
        match self.guest.key.clone() {
            // One that is seated has proved it on this very socket.
            Some(bound) if self.seat.is_none() => self.challenge(registration, &bound).await,
            bound => {
                let key = bound.map(|bound| bound.key);
                self.admitted(registration.device, registration.extensions, key)
                    .await
            }
        }
    }

    pub(super) async fn admitted(
        &mut self,
        device: DeviceInfo,
        offered: Extensions,
        proved: Option<DeviceKey>,
    ) -> Vec<HubInput> {
        let profile = self.dialect.profile();
        let now = Timestamp::now();
        let id = device.id.clone();
        let store = &self.app.store;
        let account = &self.guest.account;
        let admitted = if self.session.introduced().is_some() {
            store
                .admit(account.clone(), profile.id, device, proved, now)
                .await
        } else {
            admit_named(&self.app, account, profile.id, &id, now).await
        };
        match admitted {
            Ok(Admission::Welcome) => {}
            Ok(Admission::Foreign) => {
                let reason = "this device id belongs to another account".to_owned();
                return vec![HubInput::Refuse { reason }];
            }
            Ok(Admission::Unproven) => {
                let why = "this device was paired with a key, which its token does not show";
                return self.unproven(&id, why).await;
            }
            Err(error) => {
                tracing::error!(%error, "a device could not be taken down");
                return vec![internal()];
            }
        }
        if self.seat.is_some() {
            // It says hello again on the same socket: nothing was lost in between.
            return vec![HubInput::Admit];
        }
        let unwanted = store.unwanted(id.clone(), now).await;
        let unwanted = unwanted.unwrap_or_else(|error| {
            tracing::error!(%error, "commands taken back meanwhile could not be read");
            Vec::new()
        });
        let kept = match profile.seat {
            Kind::Device => Kept::Device,
            Kind::Account => Kept::Account,
            Kind::Socket => Kept::Socket,
        };
        let board = &self.app.switchboard;
        let (seat, again) = board.seat(&self.guest.account, &id, kept, &self.line);
        tracing::info!(device = %id, "a device connected");
        self.seat = Some(seat);
        self.counted = Some(self.app.meter.connected(profile.id));
        queue::deliver(&self.app, &id);
        let mut inputs = vec![HubInput::Admit];
        let taken_back = unwanted
            .into_iter()
            .map(|id| HubInput::Send(Downstream::Cancel { id }));
        inputs.extend(taken_back);
        // A device that has its results acknowledged remembers commands by their ids, so it takes
        // no harm from hearing one twice; any other might do it twice.
        let agreed = offered.common(profile.extensions);
        if agreed.has(Extension::ResultAck) {
            let again = again.into_iter().map(Downstream::Command);
            inputs.extend(again.map(HubInput::Send));
        }
        self.catch_up(&id, &mut inputs).await;
        inputs
    }

    /// What waited for a device to be there.
    async fn catch_up(&mut self, device: &DeviceId, inputs: &mut Vec<HubInput>) {
        let line = self.line.number();
        if self.dialect.polling().is_some() {
            let waited = self.app.switchboard.connected_again(device, line);
            let waited = waited.into_iter().map(Downstream::Command);
            inputs.extend(waited.map(HubInput::Send));
            match super::edge::wishes(&self.app, device).await {
                Ok(Some(wishes)) => {
                    inputs.push(HubInput::Send(Downstream::Configure(wishes)));
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "a device's wishes could not be read"),
            }
        }
        if self.dialect.profile().seat == Kind::Account {
            let begun = runs::begin_due(&self.app, &self.guest.account, device, line).await;
            if let Err(error) = begun {
                tracing::error!(%error, "overdue runs could not be begun");
            }
        }
    }

    fn progress(&mut self, id: &CommandId, state: CommandState) {
        if let Some(seat) = &self.seat {
            let board = &self.app.switchboard;
            board.progress(&self.guest.account, seat.device(), id, state);
        }
    }

    async fn result(&mut self, id: CommandId, outcome: Outcome) -> Vec<HubInput> {
        let Some(seat) = &self.seat else {
            return Vec::new();
        };
        let device = seat.device();
        let run = RunId::of(&id).filter(|_| self.dialect.profile().seat == Kind::Account);
        let taken: Result<(), Error> = match run {
            Some(run) => runs::ended(&self.app, device, &run, &outcome).await,
            None => settle(&self.app, device, &id, outcome).await.map(drop),
        };
        if let Err(error) = taken {
            // Not acknowledged: the device keeps the outcome and sends it again.
            tracing::error!(%error, "an outcome could not be taken down");
            return vec![internal()];
        }
        vec![HubInput::Send(Downstream::ResultAck { id })]
    }

    pub(super) async fn settle_unsendable(&mut self, id: CommandId, message: String) {
        let Some(seat) = &self.seat else {
            return;
        };
        let reason = GivenUp {
            code: FailureCode::Unsupported,
            message,
        };
        if let Err(error) = call::give_up(&self.app, seat.device(), &id, reason).await {
            tracing::error!(%error, "a command that cannot be sent stays open");
        }
    }

    /// Clears up after a socket, and only after this one: a newer one of the same device has all
    /// its own.
    pub(super) async fn leave(&mut self) {
        self.member = None;
        let Some(seat) = self.seat.take() else {
            return;
        };
        let device = seat.device().clone();
        drop(seat);
        self.counted = None;
        tracing::info!(%device, "a device disconnected");
        let app = &self.app;
        let line = self.line.number();
        if let Err(error) = runs::disconnected(app, line).await {
            tracing::error!(%error, "the runs of a device that went stay open");
        }
        // A device that has its results acknowledged brings them when it comes back, and one that
        // asks for commands brings them by that way. Nothing more is heard of any other's.
        let profile = self.dialect.profile();
        let comes_back =
            profile.extensions.has(Extension::ResultAck) || self.dialect.polling().is_some();
        if !comes_back {
            for id in app.switchboard.unanswered(&device, line) {
                let reason = GivenUp {
                    code: FailureCode::Unavailable,
                    message: "device disconnected".to_owned(),
                };
                if let Err(error) = call::give_up(app, &device, &id, reason).await {
                    tracing::error!(%error, "a command of a device that went stays open");
                }
            }
        }
        let seen = app.store.seen(device, Timestamp::now()).await;
        if let Err(error) = seen {
            tracing::warn!(%error, "when a device was last seen could not be taken down");
        }
    }
}

pub(super) fn internal() -> HubInput {
    HubInput::Close(Close::new(INTERNAL, "the hub cannot keep its books"))
}
