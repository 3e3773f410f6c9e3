//! What happens, as it happens: for whoever looks on, and for what is sent out about it.
//!
//! News, not a record: in memory, bounded, and lost with the process. What must be known for certain
//! is in the books. An event never holds a parameter, a result or a secret. Whatever changes says so
//! itself, once: the books when they are committed, the switchboard under its lock.

mod ear;
mod news;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use chaperone_protocol::{AgentId, Timestamp};
use serde_json::{Value, json};

use self::news::Data;
pub(crate) use self::{
    ear::{Ear, Next},
    news::{News, Subject},
};
use crate::{Error, secrets, store::AccountId, webhooks::Inbox};

/// How many events of an account are kept for those who come back.
pub(crate) const KEPT: usize = 512;
/// How many may look on for one account.
pub(crate) const LOOKERS: usize = 64;
/// Of how many accounts events are kept; beyond it the quietest is forgotten.
const ACCOUNTS: usize = 1_000;

/// Every kind of event.
pub(crate) const KINDS: [&str; 15] = [
    "device.connected",
    "device.disconnected",
    "command.created",
    "command.progress",
    "command.settled",
    "approval.pending",
    "approval.granted",
    "approval.denied",
    "recording.started",
    "recording.ended",
    "proposal.pending",
    "proposal.changed",
    "supervision.started",
    "supervision.changed",
    "webhook.disabled",
];

/// Everything of a hub that may be looked on at, by account.
pub(crate) struct Events {
    /// Tells this run's ids from an earlier one's.
    run: Arc<str>,
    lines: Mutex<Lines>,
    inbox: Inbox,
}

struct Lines {
    /// Of the next event, whoever's: an account's numbers have gaps and never come again.
    next: u64,
    by_account: HashMap<AccountId, Line>,
}

struct Line {
    kept: VecDeque<Arc<Event>>,
    /// Up to this number nothing is known any more.
    gone_to: u64,
    ears: Vec<Weak<Ear>>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    number: u64,
    /// Of which run of the hub.
    run: Arc<str>,
    pub(crate) kind: &'static str,
    pub(crate) at: Timestamp,
    data: Data,
    seen: Seen,
}

/// Who of an account may see an event; its person sees all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Every agent.
    ByAll,
    /// That one, if it is one.
    By(Option<AgentId>),
}

/// Who looks on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Looking {
    Person,
    Agent(AgentId),
}

/// What whoever looks on missed, and what is to come.
pub(crate) struct View {
    /// The id of what happened last.
    pub(crate) last: String,
    pub(crate) missed: Missed,
    pub(crate) ear: Arc<Ear>,
}

/// What happened since the event that was named.
#[derive(Debug, PartialEq)]
pub(crate) enum Missed {
    /// These, or nothing was named.
    These(Vec<Arc<Event>>),
    /// Not known any more.
    Unknown,
}

/// Too many look on already.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Crowded;

impl Events {
    pub(crate) fn new(inbox: Inbox) -> Result<Self, Error> {
        let run = secrets::random_bytes::<6>()?;
        Ok(Self {
            run: chaperone_chain::hex(&run).into(),
            lines: Mutex::new(Lines {
                next: 1,
                by_account: HashMap::new(),
            }),
            inbox,
        })
    }

    /// Says that something happened. Never waits for anybody.
    pub(crate) fn publish(&self, news: News) {
        let News {
            account,
            kind,
            seen,
            data,
        } = news;
        let mut lines = self.lines();
        let number = lines.next;
        lines.next += 1;
        let event = Arc::new(Event {
            number,
            run: Arc::clone(&self.run),
            kind,
            at: Timestamp::now(),
            data,
            seen,
        });
        let line = lines.of(&account, number - 1);
        if line.kept.len() >= KEPT
            && let Some(oldest) = line.kept.pop_front()
        {
            line.gone_to = oldest.number;
        }
        line.kept.push_back(Arc::clone(&event));
        line.ears.retain(|ear| match ear.upgrade() {
            Some(ear) => {
                ear.put(&event);
                true
            }
            None => false,
        });
        self.inbox.notice(&account, &event);
    }

    /// Looks on, from after the event of that id if one is named.
    pub(crate) fn look(
        &self,
        account: &AccountId,
        looking: Looking,
        after: Option<&str>,
    ) -> Result<View, Crowded> {
        let mut lines = self.lines();
        let next = lines.next;
        let line = lines.of(account, next - 1);
        line.ears.retain(|ear| ear.strong_count() > 0);
        let looking_on = line.ears.iter().filter_map(Weak::upgrade);
        if looking_on.filter(|ear| ear.counts()).count() >= LOOKERS {
            return Err(Crowded);
        }
        let last = line.kept.back().map_or(line.gone_to, |event| event.number);
        let missed = match after {
            None => Missed::These(Vec::new()),
            Some(id) => self.since(line, next, &looking, id),
        };
        Ok(View {
            last: format!("{}-{last}", self.run),
            missed,
            ear: line.listen(Ear::new(looking)),
        })
    }

    /// Whether the person of an account looks on now.
    pub(crate) fn is_watched(&self, account: &AccountId) -> bool {
        let lines = self.lines();
        let ears = lines.by_account.get(account).map(|line| &line.ears);
        let mut watching = ears.into_iter().flatten().filter_map(Weak::upgrade);
        watching.any(|ear| ear.is_a_persons())
    }

    /// Looks on for the hub itself, which counts as nobody.
    pub(crate) fn follow(&self, account: &AccountId, agent: AgentId) -> Arc<Ear> {
        let mut lines = self.lines();
        let next = lines.next;
        let line = lines.of(account, next - 1);
        line.listen(Ear::uncounted(Looking::Agent(agent)))
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    fn since(&self, line: &Line, next: u64, looking: &Looking, id: &str) -> Missed {
        let number = id
            .strip_prefix(&*self.run)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|number| number.parse::<u64>().ok())
            .filter(|number| (line.gone_to..next).contains(number));
        let Some(number) = number else {
            return Missed::Unknown;
        };
        let later = line.kept.iter().filter(|event| event.number > number);
        Missed::These(
            later
                .filter(|event| event.is_for(looking))
                .cloned()
                .collect(),
        )
    }

    /// Every critical section is a few table operations, none of which leaves a table half changed,
    /// so a poisoned lock is as good as any.
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn of(&mut self, account: &AccountId, last: u64) -> &mut Line {
        if self.by_account.len() >= ACCOUNTS && !self.by_account.contains_key(account) {
            self.forget_quietest();
        }
        self.by_account.entry(account.clone()).or_insert(Line {
            kept: VecDeque::new(),
            gone_to: last,
            ears: Vec::new(),
        })
    }

    /// Forgets the account whose last event is the oldest, of those at which nobody looks.
    fn forget_quietest(&mut self) {
        let quiet = self.by_account.iter().filter(|(_, line)| {
            let mut ears = line.ears.iter();
            !ears.any(|ear| ear.strong_count() > 0)
        });
        let quietest = quiet.min_by_key(|(_, line)| line.kept.back().map(|event| event.number));
        if let Some(account) = quietest.map(|(account, _)| account.clone()) {
            self.by_account.remove(&account);
        }
    }
}

impl Line {
    fn listen(&mut self, ear: Ear) -> Arc<Ear> {
        let ear = Arc::new(ear);
        self.ears.push(Arc::downgrade(&ear));
        ear
    }
}

impl Event {
    /// By which it is told to have been read.
    pub(crate) fn id(&self) -> String {
        format!("{}-{}", self.run, self.number)
    }

    /// What is said of it: an object.
    pub(crate) fn data(&self) -> Value {
        self.data.value()
    }

    /// One of its data, if that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.data.text(name)
    }

    /// As it is sent.
    pub(crate) fn view(&self) -> Value {
        json!({ "id": self.id(), "type": self.kind, "at": self.at, "data": self.data() })
    }

    fn is_for(&self, looking: &Looking) -> bool {
        match (looking, &self.seen) {
            (Looking::Person, _) | (Looking::Agent(_), Seen::ByAll) => true,
            (Looking::Agent(agent), Seen::By(seer)) => seer.as_ref() == Some(agent),
        }
    }
}

#[cfg(test)]
mod tests;
