//! Both halves together, over a wire that breaks whenever it likes.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use chaperone_dialects::{
    Action, Asked, CloseReason, DeviceSession, Downstream, HubAction, HubInput, HubSession, Input,
    RemoteCommand, Upstream,
};
use chaperone_protocol::{Action as Ability, CommandId, ConnectionPhase, Notify, Timestamp};
use proptest::prelude::*;

use crate::support::{NOW, atom, denied, desktop, id};

/// A device, a hub, and the bytes between them.
struct World {
    device: DeviceSession,
    device_timer_at: Duration,
    hub: Option<HubSession>,
    up: VecDeque<String>,
    down: VecDeque<String>,
    now: Duration,
    commands: BTreeMap<CommandId, usize>,
    delivered: BTreeMap<CommandId, usize>,
    kept: BTreeMap<CommandId, usize>,
}

/// What may happen next.
#[derive(Debug, Clone, Copy)]
enum Step {
    Command(u8),
    Answer(u8),
    FrameUp,
    FrameDown,
    Break,
    Wait(u64),
}

impl World {
    fn new() -> Self {
        Self {
            device: DeviceSession::new(atom(), desktop(), 1),
            device_timer_at: Duration::ZERO,
            hub: None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            now: Duration::ZERO,
            commands: BTreeMap::new(),
            delivered: BTreeMap::new(),
            kept: BTreeMap::new(),
        }
    }

    fn wall(&self) -> Timestamp {
        NOW.now + self.now
    }

    fn tell_device(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for action in self.device.handle(input, self.now, self.wall()) {
                match action {
                    Action::Connect => {
                        self.disconnect();
                        self.hub = Some(HubSession::new(atom()));
                        self.tell_hub(HubInput::Opened);
                        inputs.push_back(Input::Opened);
                    }
                    Action::SendText(text) => self.up.push_back(text),
                    Action::SendResult { id, text } => {
                        self.up.push_back(text);
                        inputs.push_back(Input::Written(id));
                    }
                    Action::Close(_) => self.disconnect(),
                    Action::Deliver(Downstream::Command(command)) => {
                        *self.commands.entry(command.id).or_default() += 1;
                    }
                    Action::Delivered(id) => *self.delivered.entry(id).or_default() += 1,
                    Action::SetTimer(at) => self.device_timer_at = at,
                    Action::StateChanged(_) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    fn tell_hub(&mut self, input: HubInput) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let wall = self.wall();
            let Some(hub) = &mut self.hub else { return };
            for action in hub.handle(input, self.now, wall) {
                match action {
                    HubAction::SendText(text) => self.down.push_back(text),
                    HubAction::Deliver(Upstream::Register(_)) => {
                        inputs.push_back(HubInput::Admit);
                    }
                    HubAction::Deliver(Upstream::Result { id, .. }) => {
                        *self.kept.entry(id.clone()).or_default() += 1;
                        inputs.push_back(HubInput::Send(Downstream::ResultAck { id }));
                    }
                    HubAction::Deliver(_) | HubAction::SetTimer(_) => {}
                    HubAction::Close(close) => {
                        assert_eq!(close.code, 1008, "only a time limit");
                        self.broken();
                        return;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    /// Whatever was on its way is lost, at both ends.
    fn disconnect(&mut self) {
        self.hub = None;
        self.up.clear();
        self.down.clear();
    }

    fn broken(&mut self) {
        self.disconnect();
        self.tell_device(Input::Closed(CloseReason {
            code: None,
            reason: String::new(),
        }));
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Command(number) => {
                let asked = Asked::Ability(Ability::Notify(Notify {
                    title: "Hi".to_owned(),
                    body: String::new(),
                    icon: None,
                    sound: None,
                }));
                let is_up = self
                    .hub
                    .as_ref()
                    .is_some_and(|hub| !hub.extensions().is_empty());
                if is_up {
                    self.tell_hub(HubInput::Send(Downstream::Command(RemoteCommand {
                        id: id(&format!("c-{number}")),
                        agent: None,
                        deadline_at: None,
                        asked,
                    })));
                }
            }
            Step::Answer(number) => self.tell_device(Input::Send(Upstream::Result {
                id: id(&format!("c-{number}")),
                outcome: denied(),
            })),
            Step::FrameUp => {
                if let Some(text) = self.up.pop_front() {
                    self.tell_hub(HubInput::Text(text));
                }
            }
            Step::FrameDown => {
                if let Some(text) = self.down.pop_front() {
                    self.tell_device(Input::Text(text));
                }
            }
            Step::Break => self.broken(),
            Step::Wait(seconds) => {
                self.now += Duration::from_secs(seconds);
                if self.now >= self.device_timer_at {
                    self.tell_device(Input::Timer);
                }
                self.tell_hub(HubInput::Timer);
            }
        }
    }

    /// Lets everything arrive that is on its way, for as long as a few reconnects take.
    fn settle(&mut self) {
        for _ in 0..30 {
            self.step(Step::Wait(5));
            while !self.up.is_empty() || !self.down.is_empty() {
                self.step(Step::FrameUp);
                self.step(Step::FrameDown);
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0_u8..6).prop_map(Step::Command),
        3 => (0_u8..6).prop_map(Step::Answer),
        6 => Just(Step::FrameUp),
        6 => Just(Step::FrameDown),
        1 => Just(Step::Break),
        2 => (0_u64..40).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn every_outcome_arrives_however_the_wire_breaks(steps in prop::collection::vec(step(), 0..120)) {
        let mut world = World::new();
        world.tell_device(Input::Timer);
        let mut answered: BTreeMap<CommandId, usize> = BTreeMap::new();
        for step in steps {
            if let Step::Answer(number) = step {
                *answered.entry(id(&format!("c-{number}"))).or_default() += 1;
            }
            world.step(step);
        }
        world.settle();
        prop_assert_eq!(world.device.state().phase, ConnectionPhase::Connected);
        for (command, times) in &answered {
            // At least once at the hub; confirmed at least once, and never more often than sent.
            prop_assert!(world.kept.get(command).is_some_and(|kept| *kept >= 1));
            let delivered = world.delivered.get(command).copied().unwrap_or_default();
            prop_assert!((1..=*times).contains(&delivered), "{command}: {delivered} of {times}");
        }
        prop_assert!(world.delivered.keys().eq(answered.keys()), "nothing that was not said");
    }
}

#[test]
fn a_quiet_day_stays_connected() {
    let mut world = World::new();
    world.tell_device(Input::Timer);
    world.settle();
    let mut ups = 0;
    while world.now < Duration::from_hours(24) {
        world.step(Step::Wait(30));
        while !world.up.is_empty() || !world.down.is_empty() {
            ups += world.up.len();
            world.step(Step::FrameUp);
            world.step(Step::FrameDown);
        }
        assert_eq!(world.device.state().phase, ConnectionPhase::Connected);
        assert!(world.device.state().trouble.is_none());
    }
    assert!(ups >= 2880, "{ups} heartbeats");
    world.step(Step::Command(1));
    world.settle();
    assert_eq!(world.commands.len(), 1);
}
