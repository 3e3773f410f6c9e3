//! Rules, pairings, agents, answers and reports.

use chaperone_protocol::{
    Agent, AgentId, Capability, Confidence, ConnectionId, DeviceId, Health, Maturity, Report,
};
use serde_json::json;
use tempfile::TempDir;

use super::{arrival, connection, entry, moment, open, outcome, receive, run};
use crate::{
    Answer, Answers, Asker, ChangedBy, ConnectionChange, Ending, Error, Lasting, LevelChange,
    LevelKind, NewConnection, REPORTS_KEPT, Received, Secret, Step, connections::secret_name,
    verify,
};

#[test]
fn a_rule_is_changed_only_by_who_has_seen_it() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let document = json!({ "answer": "allow" });
    run(async {
        let add = async |id, lasting, second| {
            vault
                .add_rule(
                    id,
                    document.clone(),
                    lasting,
                    moment(second),
                    Some(entry("ruled")),
                )
                .await
        };
        add("b", Lasting::UntilDenied, 1).await.unwrap();
        add("a", Lasting::UntilLock, 2).await.unwrap();
        let taken = add("a", Lasting::UntilLock, 3).await.unwrap_err();
        assert!(matches!(taken, Error::Taken { .. }), "{taken}");

        let other = json!({ "answer": "ask" });
        let replace = async |version| {
            let document = other.clone();
            vault
                .replace_rule(
                    "b",
                    version,
                    document,
                    Lasting::UntilDenied,
                    moment(4),
                    None,
                )
                .await
        };
        assert_eq!(replace(1).await.unwrap(), 2);
        // From a window that still shows the first one.
        assert!(matches!(
            replace(1).await,
            Err(Error::Conflict { found: Some(2), .. })
        ));
        vault
            .note_rule_use(&["b", "gone"], moment(9))
            .await
            .unwrap();
        vault.note_rule_use(&["b"], moment(5)).await.unwrap();

        let rules = vault.rules().await.unwrap();
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
        let rule = &rules[0];
        assert_eq!((rule.version, &rule.document), (2, &other));
        assert_eq!(
            (
                rule.created_at,
                rule.changed_at,
                rule.last_used_at,
                rule.uses
            ),
            (moment(1), moment(4), Some(moment(9)), 2)
        );
        assert!(rules[1].until_lock && !rule.until_lock);

        let stale = vault.remove_rule("b", 1, Some(entry("ruled"))).await;
        assert!(matches!(stale, Err(Error::Conflict { found: Some(2), .. })));
        vault
            .remove_rule("b", 2, Some(entry("ruled")))
            .await
            .unwrap();
        let gone = vault.remove_rule("b", 2, None).await;
        assert!(matches!(gone, Err(Error::Conflict { found: None, .. })));
        // Two were added and one removed; what was refused is not in the record.
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap().len(), 3);
    });
}

#[test]
fn a_screen_lock_ends_what_stood_until_then() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let asker = |capability| Asker {
        connection: connection(),
        agent: None,
        capability,
    };
    run(async {
        for (id, lasting) in [
            ("stays", Lasting::UntilDenied),
            ("goes", Lasting::UntilLock),
        ] {
            let rule = vault.add_rule(id, json!({}), lasting, moment(1), None);
            rule.await.unwrap();
        }
        for (capability, lasting) in [
            (Capability::Camera, Lasting::UntilDenied),
            (Capability::Screen, Lasting::UntilLock),
        ] {
            let yes = vault.remember_answer(asker(capability), Answer::Allowed, lasting, moment(2));
            yes.await.unwrap();
        }
        let lock = async || {
            let ended = vault.end_with_lock(|rules, answers| {
                (rules.len() + usize::try_from(answers).unwrap() > 0).then(|| entry("locked"))
            });
            ended.await.unwrap()
        };
        let (rules, answers) = lock().await;
        assert_eq!((rules.len(), rules[0].id.as_str(), answers), (1, "goes", 1));
        let (rules, answers) = lock().await;
        assert_eq!((rules, answers), (Vec::new(), 0));
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap().len(), 1);

        let standing = async |capability| {
            let answers = vault.answers(asker(capability)).await.unwrap();
            assert_eq!(answers.last_allowed_at, Some(moment(2)));
            answers.standing_at
        };
        assert_eq!(standing(Capability::Camera).await, Some(moment(2)));
        assert_eq!(standing(Capability::Screen).await, None);
    });
}

#[test]
fn answers_are_remembered_with_their_times() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let asker = || Asker {
        connection: connection(),
        agent: AgentId::new("bot").ok(),
        capability: Capability::Camera,
    };
    run(async {
        assert_eq!(vault.answers(asker()).await.unwrap(), Answers::default());
        assert_eq!(Answers::default().last_answer(), None);
        let answer = async |answer, second| {
            let lasting = Lasting::UntilDenied;
            let remembered = vault.remember_answer(asker(), answer, lasting, moment(second));
            remembered.await.unwrap();
            vault.answers(asker()).await.unwrap()
        };
        let no = answer(Answer::Denied, 1).await;
        assert_eq!(no.last_answer(), Some((Answer::Denied, moment(1))));
        assert_eq!(no.first_allowed_at, None);
        let yes = answer(Answer::Allowed, 2).await;
        assert_eq!(yes.standing_at, Some(moment(2)));
        answer(Answer::Allowed, 3).await;
        let no = answer(Answer::Denied, 4).await;
        let expected = Answers {
            first_allowed_at: Some(moment(2)),
            last_allowed_at: Some(moment(3)),
            last_denied_at: Some(moment(4)),
            standing_at: None,
            allowed: 2,
            denied: 2,
            last: Some(Answer::Denied),
        };
        assert_eq!(no, expected);
        assert_eq!(no.last_answer(), Some((Answer::Denied, moment(4))));
        // With the clock set back, what was said last is still what was said last.
        answer(Answer::Allowed, 9).await;
        let no = answer(Answer::Denied, 5).await;
        assert_eq!(no.last_answer(), Some((Answer::Denied, moment(5))));
        assert_eq!(no.standing_at, None);
        let yes = answer(Answer::Allowed, 1).await;
        assert_eq!(yes.last_answer(), Some((Answer::Allowed, moment(1))));
        // A no does not make them strangers, and is nobody else's.
        let bot = asker().agent.unwrap();
        let before = async |agent: Option<&AgentId>, capability| {
            let hub = connection();
            let asker = Asker {
                connection: hub.clone(),
                agent: agent.cloned(),
                capability,
            };
            let answers = vault.answers(asker).await.unwrap();
            answers.first_allowed_at.is_some()
        };
        assert!(before(Some(&bot), Capability::Camera).await);
        assert!(!before(None, Capability::Camera).await);
        assert!(!before(Some(&bot), Capability::Shell).await);
    });
}

fn hub(id: &str) -> NewConnection {
    NewConnection {
        id: ConnectionId::new(id).unwrap(),
        name: format!("Hub {id}"),
        dialect: "atom".to_owned(),
        address: "wss://hub.example".to_owned(),
        device: DeviceId::new("laptop").unwrap(),
        ceiling: Maturity::Intern,
        settings: json!({ "colour": "green" }),
    }
}

#[test]
fn a_pairing_is_kept_changed_arranged_and_removed_with_its_secrets() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let id = |id: &str| ConnectionId::new(id).unwrap();
    let agent = Agent {
        id: AgentId::new("bot").unwrap(),
        name: "Bot".to_owned(),
        maturity: Maturity::Intern,
        confidence: None,
    };
    run(async {
        for name in ["a", "b", "c"] {
            let added = vault.add_connection(hub(name), moment(1), Some(entry("paired")));
            added.await.unwrap();
        }
        let twice = vault.add_connection(hub("b"), moment(1), None).await;
        assert!(matches!(twice, Err(Error::Taken { .. })));

        let change = ConnectionChange {
            ceiling: Some(Maturity::Autonomous),
            paused: Some(true),
            ..ConnectionChange::default()
        };
        let b = id("b");
        let changed = vault.change_connection(&b, 1, change.clone(), Some(entry("raised")));
        assert_eq!(changed.await.unwrap(), 2);
        let stale = vault
            .change_connection(&id("b"), 1, change.clone(), None)
            .await;
        assert!(matches!(stale, Err(Error::Conflict { found: Some(2), .. })));
        let unknown = vault.change_connection(&id("x"), 1, change, None).await;
        assert!(matches!(unknown, Err(Error::Conflict { found: None, .. })));

        vault
            .arrange_connections(vec![id("c"), id("b")])
            .await
            .unwrap();
        let order = async || {
            let all = vault.connections().await.unwrap();
            all.iter().map(|one| one.id.to_string()).collect::<String>()
        };
        assert_eq!(order().await, "cba");
        vault
            .add_connection(hub("d"), moment(2), None)
            .await
            .unwrap();
        assert_eq!(order().await, "cbad");
        let all = vault.connections().await.unwrap();
        let second = &all[1];
        assert_eq!(
            (second.ceiling, second.paused),
            (Maturity::Autonomous, true)
        );
        assert_eq!(
            (&second.name, &second.settings),
            (&hub("b").name, &hub("b").settings)
        );

        // A name longer than any that a secret store takes.
        let long = id(&"x".repeat(200));
        for (of, token) in [(&id("b"), "token b"), (&long, "token x")] {
            vault
                .set_connection_secret(of, "token", Secret::new(token))
                .await
                .unwrap();
        }
        let token = async |of: &ConnectionId| vault.connection_secret(of, "token").await.unwrap();
        assert_eq!(token(&id("b")).await, Some(Secret::new("token b")));
        assert_eq!(token(&long).await, Some(Secret::new("token x")));
        vault.see_agent(&id("b"), &agent, moment(3)).await.unwrap();
        vault
            .queue_report(&id("b"), Report::Health(Health::default()), moment(3))
            .await
            .unwrap();

        vault
            .remove_connection(&id("b"), Some(entry("unpaired")))
            .await
            .unwrap();
        assert_eq!(order().await, "cad");
        assert_eq!(token(&id("b")).await, None);
        assert_eq!(token(&long).await, Some(Secret::new("token x")));
        let stored = vault
            .secrets()
            .get(&secret_name(&id("b"), "token"))
            .unwrap();
        assert_eq!(stored, None);
        assert_eq!(vault.agents().await.unwrap(), []);
        assert_eq!(vault.queued_reports(&id("b"), 10).await.unwrap(), []);
        let again = vault.remove_connection(&id("b"), None).await;
        assert!(matches!(again, Err(Error::Unknown { .. })));
    });
}

#[test]
fn an_agents_levels_are_remembered_with_every_change() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let agent = |maturity, score| Agent {
        id: AgentId::new("bot").unwrap(),
        name: "Bot".repeat(100),
        maturity,
        confidence: Some(Confidence::new(score).unwrap()),
    };
    let bot = AgentId::new("bot").unwrap();
    run(async {
        let see = async |maturity, score, second| {
            let (hub, agent) = (connection(), agent(maturity, score));
            vault.see_agent(&hub, &agent, moment(second)).await.unwrap()
        };
        assert!(see(Maturity::Intern, 0.6, 1).await.is_some());
        assert_eq!(see(Maturity::Intern, 0.6, 2).await, None);
        // The lower one of level and score.
        let raised = see(Maturity::Autonomous, 0.8, 3).await.unwrap();
        assert_eq!(raised.to, Some(Maturity::Supervised));
        let set = async |ceiling, second| {
            let (hub, record) = (connection(), Some(entry("ceiling")));
            let set = vault.set_agent_ceiling(&hub, &bot, ceiling, moment(second), record);
            set.await.unwrap()
        };
        assert!(set(Some(Maturity::Intern), 4).await.is_some());
        assert_eq!(set(Some(Maturity::Intern), 5).await, None);
        set(None, 6).await;
        let hub = connection();
        let muted = vault.set_agent_muted(&hub, &bot, true, Some(entry("muted")));
        muted.await.unwrap();

        let change = |what, by, second, from, to| LevelChange {
            what,
            by,
            at: moment(second),
            from,
            to,
        };
        let (hub, person) = (ChangedBy::Hub, ChangedBy::Person);
        let (claim, ceiling) = (LevelKind::Claim, LevelKind::Ceiling);
        let (intern, supervised) = (Some(Maturity::Intern), Some(Maturity::Supervised));
        let changes = vault.level_changes(&connection(), &bot).await.unwrap();
        let expected = [
            change(ceiling, person, 6, intern, None),
            change(ceiling, person, 4, None, intern),
            change(claim, hub, 3, intern, supervised),
            change(claim, hub, 1, None, intern),
        ];
        assert_eq!(changes, expected);
        let known = vault.agent(&connection(), &bot).await.unwrap().unwrap();
        assert_eq!(known.name.len(), 200);
        assert_eq!(
            (known.claim, known.ceiling, known.muted),
            (Maturity::Supervised, None, true)
        );
        assert_eq!(
            (known.first_seen_at, known.last_seen_at),
            (moment(1), moment(3))
        );

        let stranger = AgentId::new("stranger").unwrap();
        let unknown = vault
            .set_agent_muted(&connection(), &stranger, true, None)
            .await;
        assert!(matches!(unknown, Err(Error::Unknown { .. })));
        assert_eq!(vault.agent(&connection(), &stranger).await.unwrap(), None);
    });
}

#[test]
fn a_hub_cannot_fill_the_vault_with_agents_or_changes() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let (hub, agent) = (connection(), |number: u32, maturity| Agent {
        id: AgentId::new(format!("bot-{number}")).unwrap(),
        name: String::new(),
        maturity,
        confidence: None,
    });
    let seen = vault.shared.writer.submit(move |batch| {
        for number in 0..1_100 {
            let agent = agent(number, Maturity::Intern);
            crate::agents::see(batch.connection, &hub, &agent, moment(1))?;
            if number == 3 {
                crate::agents::set_muted(batch.connection, &hub, &agent.id, true)?;
            }
        }
        for turn in 0..150 {
            let level = [Maturity::Intern, Maturity::Student][turn % 2];
            crate::agents::see(batch.connection, &hub, &agent(1_099, level), moment(2))?;
        }
        Ok(())
    });
    run(async {
        seen.await.unwrap();
        let agents = vault.agents().await.unwrap();
        // The muted one is the person's, and stays beyond the number.
        assert_eq!(agents.len(), 1_001);
        assert_eq!(agents[0].id.as_str(), "bot-1099");
        let last = agents.last().unwrap();
        assert!((last.id.as_str(), last.muted) == ("bot-3", true));
        let changes = vault
            .level_changes(&connection(), &agents[0].id)
            .await
            .unwrap();
        assert_eq!(changes.len(), 100);
    });
}

#[test]
fn reports_wait_over_a_restart_and_the_oldest_go_first() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let report = |number: u32| {
        Report::Health(Health {
            cpu_percent: Some(f64::from(number)),
            ..Health::default()
        })
    };
    let other = ConnectionId::new("other").unwrap();
    let hub = connection();
    let queued = vault.shared.writer.submit(move |batch| {
        let mut dropped = 0;
        for number in 0..REPORTS_KEPT + 5 {
            let queued = crate::reports::queue(batch.connection, &hub, &report(number), moment(1))?;
            dropped += queued.dropped;
        }
        Ok(dropped)
    });
    run(async {
        assert_eq!(queued.await.unwrap(), 5);
        let (_, dropped) = vault
            .queue_report(&other, report(9), moment(1))
            .await
            .unwrap();
        assert_eq!(dropped, 0);
    });
    drop(vault);
    let vault = open(dir.path());
    run(async {
        let waiting = vault.queued_reports(&connection(), 3).await.unwrap();
        let found: Vec<&Report> = waiting.iter().map(|waiting| &waiting.report).collect();
        assert_eq!(found, [&report(5), &report(6), &report(7)]);
        // Another hub cannot have it.
        vault.report_sent(&other, waiting[0].number).await.unwrap();
        vault
            .report_sent(&connection(), waiting[0].number)
            .await
            .unwrap();
        let waiting = vault.queued_reports(&connection(), u32::MAX).await.unwrap();
        assert_eq!(waiting.len(), 999);
        assert_eq!(waiting[0].report, report(6));
        assert_eq!(vault.queued_reports(&other, 10).await.unwrap().len(), 1);
    });
}

#[test]
fn a_command_that_was_pruned_is_never_new_again() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        let mut numbers = Vec::new();
        for id in 0..250 {
            let id = format!("c{id}");
            let number = receive(&vault, &id).await.number;
            numbers.push(number);
            // One stays unsettled, one undelivered, and one was delivered lately.
            if number == 1 {
                continue;
            }
            let ended = Step::Ended {
                ending: Ending::Finished,
                outcome: outcome(),
            };
            vault
                .transition(number, ended, moment(10), Some(entry("settled")))
                .await
                .unwrap();
            let at = match number {
                2 => continue,
                3 => moment(200),
                _ => moment(20),
            };
            vault
                .transition(number, Step::Delivered, at, None)
                .await
                .unwrap();
        }
        assert_eq!(vault.prune_journal(moment(20)).await.unwrap(), 0);
        assert_eq!(vault.prune_journal(moment(100)).await.unwrap(), 247);
        assert_eq!(vault.prune_journal(moment(100)).await.unwrap(), 0);
        for (number, there) in [(1, true), (2, true), (3, true), (4, false), (250, false)] {
            let found = vault.entry(number).await.unwrap();
            assert_eq!(found.is_some(), there, "{number}");
        }
        // The hub repeats one: it is known, does not run, and its number is nobody else's.
        let repeated = vault.receive(arrival("c3")).await.unwrap();
        assert_eq!(repeated, Received::Past { number: 4 });
        let recorded = vault
            .receive_recorded(arrival("c249"), |_| entry("twice"))
            .await
            .unwrap();
        assert_eq!(recorded, Received::Past { number: 250 });
        assert_eq!(receive(&vault, "new").await.number, 251);
        // The same id of another hub is another command.
        let mut other = arrival("c3");
        other.connection = ConnectionId::new("other").unwrap();
        assert!(matches!(
            vault.receive(other).await.unwrap(),
            Received::New(_)
        ));
    });
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (249, None));
}
