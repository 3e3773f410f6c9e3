//! Judging a command that came, or one that nobody sent.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use chaperone_gate::{
    Judgement, Past, Permissions, Policy, Question, Rule, RuleBook, RuleId, Situation, Use, Verdict,
};
use chaperone_protocol::{
    Action, Agent, AgentId, Capability, ConnectionId, Maturity, Precision, Program, Timestamp,
};
use chaperone_shell::Prepared;
use chaperone_vault::{Asker as AnswersOf, Error as VaultError};
use tokio::{sync::oneshot, time::Instant};

use super::{Engine, command::agent_id};
use crate::{
    error::ExplainError,
    event::{Event, Supposed},
};

/// A command as it is judged.
pub(super) struct Judged<'a> {
    pub(super) connection: &'a ConnectionId,
    pub(super) agent: Option<&'a Agent>,
    pub(super) action: &'a Action,
    pub(super) program: Option<&'a Program>,
    /// What a shell command comes to, where it comes to anything.
    pub(super) prepared: Option<&'a Prepared>,
}

impl Engine {
    /// A face wants to know what would happen with a command that nobody has sent.
    pub(super) async fn on_explain(&mut self, supposed: Box<Supposed>, reply: Explaining) {
        let (Action::Execute(execute), Some(program)) = (&supposed.action, &supposed.program)
        else {
            return self.on_explained(supposed, None, reply).await;
        };
        let lookout = self.lookout.clone();
        let preparing =
            lookout.prepare(execute.clone(), program.clone(), Arc::clone(&self.settings));
        self.find_out(async move {
            let prepared = preparing.await.ok().map(Box::new);
            Event::Explained {
                supposed,
                prepared,
                reply,
            }
        });
    }

    pub(super) async fn on_explained(
        &mut self,
        supposed: Box<Supposed>,
        prepared: Option<Box<Prepared>>,
        reply: Explaining,
    ) {
        let explained = self.explain(*supposed, prepared.as_deref()).await;
        // Nobody waiting for it is no harm.
        let _ = reply.send(explained);
    }

    async fn explain(
        &mut self,
        supposed: Supposed,
        prepared: Option<&Prepared>,
    ) -> Result<Judgement, ExplainError> {
        let Supposed {
            connection,
            agent,
            action,
            program,
        } = supposed;
        let connection = match connection {
            Some(named) => Some(named).filter(|named| self.links.contains_key(named)),
            None => self.links.keys().next().cloned(),
        };
        let connection = connection.ok_or(ExplainError::NoConnection)?;
        let judged = self.judge(Judged {
            connection: &connection,
            agent: Some(&agent),
            action: &action,
            program: program.as_ref(),
            prepared,
        });
        Ok(judged.await?)
    }

    /// Whether nothing that is yet to be found out about a command could let it be asked.
    pub(super) async fn is_out_of_question(
        &mut self,
        judged: Judged<'_>,
    ) -> Result<bool, VaultError> {
        let past = self.past(&judged).await?;
        let situation = Situation {
            rules: &NO_RULES,
            ..self.situation(&judged, &past)
        };
        let judgement = chaperone_gate::judge(&question(&judged, None), &situation);
        Ok(judgement.verdict == Verdict::Forbid)
    }

    /// What the gate says now.
    pub(super) async fn judge(&mut self, judged: Judged<'_>) -> Result<Judgement, VaultError> {
        let past = self.past(&judged).await?;
        let folder = judged
            .prepared
            .and_then(|prepared| prepared.working_dir().to_str());
        Ok(chaperone_gate::judge(
            &question(&judged, folder),
            &self.situation(&judged, &past),
        ))
    }

    /// Rules that would have let exactly this run, as far as any could.
    pub(super) async fn suggestions(&mut self, judged: Judged<'_>) -> Vec<Rule> {
        let Ok(past) = self.past(&judged).await else {
            return Vec::new();
        };
        let folder = judged
            .prepared
            .and_then(|prepared| prepared.working_dir().to_str());
        let question = question(&judged, folder);
        let suggested = new_rule_id().and_then(|id| Rule::suggest(id, &question));
        // One that does not help is no suggestion.
        suggested
            .filter(|rule| self.helps(&judged, &question, &past, rule))
            .into_iter()
            .collect()
    }

    /// Whether a command would run unasked if there were this rule as well.
    pub(super) async fn would_let_run(&mut self, judged: Judged<'_>, rule: &Rule) -> bool {
        let Ok(past) = self.past(&judged).await else {
            return false;
        };
        let folder = judged
            .prepared
            .and_then(|prepared| prepared.working_dir().to_str());
        let question = question(&judged, folder);
        self.helps(&judged, &question, &past, rule)
    }

    fn helps(
        &self,
        judged: &Judged<'_>,
        question: &Question<'_>,
        past: &Past,
        rule: &Rule,
    ) -> bool {
        let (rules, _) = RuleBook::load(with(self.rules.rules(), rule.clone()));
        let situation = Situation {
            rules: &rules,
            ..self.situation(judged, past)
        };
        chaperone_gate::judge(question, &situation).verdict < Verdict::Ask
    }

    fn situation<'a>(&'a self, judged: &Judged<'_>, past: &'a Past) -> Situation<'a> {
        Situation {
            paused: self.paused,
            switches: &self.settings.switches,
            permissions: &self.permissions,
            graduated_shell: self.settings.graduated_shell,
            standing: &self.settings.standing,
            ceiling: self.ceiling(judged.connection, judged.agent),
            rules: &self.rules,
            policy: &NO_POLICY,
            past,
        }
    }

    /// The highest level that counts for this agent here.
    fn ceiling(&self, connection: &ConnectionId, agent: Option<&Agent>) -> Maturity {
        let of_connection = self
            .links
            .get(connection)
            .map_or(Maturity::Student, |linked| linked.connection.ceiling);
        let of_agent = agent.and_then(|agent| self.agents.ceiling(connection, &agent.id));
        of_agent.map_or(of_connection, |ceiling| ceiling.min(of_connection))
    }

    async fn past(&mut self, judged: &Judged<'_>) -> Result<Past, VaultError> {
        let id = agent_id(judged.agent);
        let mut past = Past::default();
        let folder = None;
        let needs: Vec<Capability> = question(judged, folder).needs().collect();
        let now = Timestamp::now();
        for capability in needs {
            let answers = self
                .vault
                .answers(AnswersOf {
                    connection: judged.connection.clone(),
                    agent: id.clone(),
                    capability,
                })
                .await?;
            let key = (judged.connection.clone(), id.clone(), capability);
            past.set(
                capability,
                Use {
                    acquainted: answers.first_allowed_at.is_some(),
                    // A clock that was set back makes no yes of the future stand.
                    allowed_at: answers
                        .standing_at
                        .filter(|at| *at <= now && self.is_so_exact(judged, id.as_ref())),
                    recent: self.rates.recent(&key, Instant::now()),
                },
            );
        }
        Ok(past)
    }

    /// Whether the last yes was to a place as exact as the one that is asked for now. After a
    /// restart nobody knows any more, and it counts for the coarsest alone.
    fn is_so_exact(&self, judged: &Judged<'_>, agent: Option<&AgentId>) -> bool {
        let Action::Locate(locate) = judged.action else {
            return true;
        };
        let key = (judged.connection.clone(), agent.cloned());
        let said = self.exactness.get(&key).copied();
        locate.precision <= said.unwrap_or(Precision::Low)
    }
}

/// Whoever wants to know what would happen.
type Explaining = oneshot::Sender<Result<Judgement, ExplainError>>;

/// How exact the place was that the person last said yes to, by agent.
pub(super) type Exactness = HashMap<(ConnectionId, Option<AgentId>), Precision>;

/// Agents known at once; a hub could name any number.
const AGENTS: usize = 2_000;

/// No hub of ours says what it wants held tighter yet.
static NO_POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);

/// A rule can let run what is asked, and never what is forbidden.
static NO_RULES: LazyLock<RuleBook> = LazyLock::new(RuleBook::default);

fn question<'a>(judged: &Judged<'a>, folder: Option<&'a str>) -> Question<'a> {
    let profile = judged
        .prepared
        .map(|prepared| prepared.containment().profile());
    Question {
        agent: judged.agent,
        connection: judged.connection,
        action: judged.action,
        program: judged.program,
        folder,
        network: profile.is_some_and(chaperone_shell::Profile::reaches_network),
        uncontained: profile == Some(chaperone_shell::Profile::None),
        now: Timestamp::now(),
    }
}

fn with(rules: &[Rule], one_more: Rule) -> Vec<Rule> {
    rules.iter().cloned().chain([one_more]).collect()
}

/// A name that no other rule has.
fn new_rule_id() -> Option<RuleId> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).ok()?;
    RuleId::new(format!("rule-{:016x}", u64::from_be_bytes(bytes))).ok()
}

/// What is asked of nobody: no system of ours asks about these.
pub(super) fn permissions() -> Permissions {
    Permissions::granted()
}

/// The agents that were met, as far as judging needs them.
#[derive(Debug, Default)]
pub(super) struct Agents(HashMap<(ConnectionId, AgentId), chaperone_vault::KnownAgent>);

impl Agents {
    pub(super) fn new(known: Vec<chaperone_vault::KnownAgent>) -> Self {
        Self(
            known
                .into_iter()
                .map(|agent| ((agent.connection.clone(), agent.id.clone()), agent))
                .collect(),
        )
    }

    fn ceiling(&self, connection: &ConnectionId, id: &AgentId) -> Option<Maturity> {
        self.find(connection, id)?.ceiling
    }

    pub(super) fn is_muted(&self, connection: &ConnectionId, id: &AgentId) -> bool {
        self.find(connection, id).is_some_and(|agent| agent.muted)
    }

    pub(super) fn find(
        &self,
        connection: &ConnectionId,
        id: &AgentId,
    ) -> Option<&chaperone_vault::KnownAgent> {
        self.0.get(&(connection.clone(), id.clone()))
    }

    /// An agent asked for something. Answers whether it was not known, or not as it is now.
    pub(super) fn see(&mut self, connection: &ConnectionId, agent: &Agent, now: Timestamp) -> bool {
        let key = (connection.clone(), agent.id.clone());
        let is_new = !self.0.contains_key(&key);
        if is_new && self.0.len() >= AGENTS {
            self.forget_one();
        }
        let known = self
            .0
            .entry(key)
            .or_insert_with(|| chaperone_vault::KnownAgent {
                connection: connection.clone(),
                id: agent.id.clone(),
                name: String::new(),
                claim: agent.claim(),
                ceiling: None,
                muted: false,
                first_seen_at: now,
                last_seen_at: now,
            });
        let news = is_new || known.name != agent.name || known.claim != agent.claim();
        known.name.clone_from(&agent.name);
        known.claim = agent.claim();
        known.last_seen_at = now;
        news
    }

    /// What the person said of an agent that was met; nobody, where it was not.
    pub(super) fn find_mut(
        &mut self,
        connection: &ConnectionId,
        id: &AgentId,
    ) -> Option<&mut chaperone_vault::KnownAgent> {
        self.0.get_mut(&(connection.clone(), id.clone()))
    }

    pub(super) fn forget_connection(&mut self, connection: &ConnectionId) {
        self.0.retain(|(of, _), _| of != connection);
    }

    /// Of those that the person never touched, the one seen longest ago.
    fn forget_one(&mut self) {
        let oldest = self
            .0
            .iter()
            .filter(|(_, agent)| agent.ceiling.is_none() && !agent.muted)
            .min_by_key(|(_, agent)| agent.last_seen_at)
            .map(|(key, _)| key.clone());
        if let Some(key) = oldest {
            self.0.remove(&key);
        }
    }

    pub(super) fn all(&self) -> Vec<chaperone_vault::KnownAgent> {
        let mut all: Vec<_> = self.0.values().cloned().collect();
        all.sort_by_key(|agent| std::cmp::Reverse(agent.last_seen_at));
        all
    }
}
