//! Standing answers of the person.

use chaperone_device::{Answer, AnswerError, Change, ChangeError};
use chaperone_gate::{Argument, Rule, RuleId, Shape, Verdict};
use chaperone_protocol::{AgentId, SignedDuration, Timestamp};
use serde_json::json;

use crate::support::{Home, agent, autonomous, intern};

async fn run(home: &Home, id: &str, line: &str) {
    let params = json!({"command": line});
    home.hub
        .ask(id, "execute_command", params, &autonomous())
        .await;
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn always_allowing_keeps_exactly_the_rule_that_was_shown() {
    let home = Home::new().await;
    let device = home.start().await;
    run(&home, "x-1", "true one").await;
    let request = device.request().await;
    let rule = request.rules[0].clone();
    assert!(matches!(&rule.shape, Shape::Argv { program, .. } if program == "true"));
    device
        .answer(&request, Answer::AllowAlways(Box::new(rule.clone())))
        .await;
    assert_eq!(home.hub.answer("x-1").await["success"], true);
    assert_eq!(device.look().await.rules, std::slice::from_ref(&rule));
    let added = device.recorded(&["rule_added"]).await;
    assert_eq!(added[0]["rule"], serde_json::to_value(&rule).unwrap());

    run(&home, "x-2", "true one").await;
    assert_eq!(home.hub.answer("x-2").await["success"], true);
    run(&home, "x-3", "true two").await;
    let neighbour = device.say(Answer::Deny).await;
    assert_eq!(neighbour.judgement.verdict, Verdict::Ask);
    home.hub
        .ask(
            "x-4",
            "execute_command",
            json!({"command": "true one"}),
            &agent("other", "autonomous"),
        )
        .await;
    device.say(Answer::Deny).await;

    let settled = device.recorded(&["settled"]).await;
    let approvals: Vec<_> = settled
        .iter()
        .map(|body| body["approval"].clone())
        .collect();
    assert_eq!(
        approvals,
        [json!("person"), json!("rule"), json!(null), json!(null)]
    );
    let stored = device.vault.rules().await.unwrap();
    assert_eq!(stored[0].uses, 1);
    assert!(device.look().await.rules[0].last_used_at.is_some());
    device.shut().await;

    let device = home.start().await;
    let kept = device.look().await.rules;
    assert_eq!((kept.len(), &kept[0].id), (1, &rule.id));
    run(&home, "x-5", "true one").await;
    assert_eq!(home.hub.answer("x-5").await["success"], true);
    device.change(Change::RemoveRule(rule.id.clone())).await;
    run(&home, "x-6", "true one").await;
    device.say(Answer::Deny).await;
    let removed = device.device.change(Change::RemoveRule(rule.id)).await;
    assert!(matches!(removed, Err(ChangeError::NoRule)), "{removed:?}");
    device.shut().await;
    home.check_record(&[]);
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn a_rule_that_would_not_let_this_run_is_not_kept() {
    let home = Home::new().await;
    let device = home.start().await;
    run(&home, "x-1", "true one").await;
    let request = device.request().await;
    let shown = request.rules[0].clone();
    let other = |change: fn(&mut Rule)| {
        let mut rule = shown.clone();
        change(&mut rule);
        rule
    };
    let wider = other(|rule| {
        rule.shape = Shape::Argv {
            program: "true".to_owned(),
            arguments: vec![Argument::Rest { options: true }],
        };
    });
    for rule in [
        wider,
        other(|rule| rule.scope.agent = None),
        other(|rule| rule.folder = None),
        other(|rule| rule.answer = Verdict::Ask),
        other(|rule| rule.answer = Verdict::Forbid),
        other(|rule| rule.examples.clear()),
        other(|rule| rule.expires_at = Some(Timestamp::now() - SignedDuration::from_secs(1))),
    ] {
        let answer = Answer::AllowAlways(Box::new(rule.clone()));
        let answered = device.try_answer(&request, answer).await;
        assert!(
            matches!(answered, Err(AnswerError::RuleMisses)),
            "{rule:?}: {answered:?}"
        );
    }
    assert_eq!(device.look().await.rules, []);
    let soon = other(|rule| {
        rule.id = RuleId::new("mine").unwrap();
        rule.answer = Verdict::Free;
        rule.expires_at = Some(Timestamp::now() + SignedDuration::from_hours(1));
    });
    device
        .answer(&request, Answer::AllowAlways(Box::new(soon.clone())))
        .await;
    assert_eq!(device.look().await.rules, [soon]);
    device.shut().await;
}

#[tokio::test]
async fn a_rule_that_is_not_what_it_says_is_refused() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    let request = device.request().await;
    let mut rule = request.rules[0].clone();
    rule.scope.connection = None;
    rule.scope.agent = Some(AgentId::new("scout").unwrap());
    let changed = device.device.change(Change::AddRule(Box::new(rule))).await;
    assert!(matches!(changed, Err(ChangeError::Rule(_))), "{changed:?}");
    assert_eq!(device.look().await.rules, []);
    assert_eq!(device.vault.rules().await.unwrap(), []);
    device.shut().await;
}

#[tokio::test]
async fn a_rule_that_forbids_takes_away_what_waits() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    let request = device.request().await;
    let mut rule = request.rules[0].clone();
    rule.answer = Verdict::Forbid;
    device.change(Change::AddRule(Box::new(rule))).await;
    assert_eq!(home.hub.answer("n-1").await["code"], "forbidden");
    assert_eq!(device.look().await.requests.len(), 0);
    device.shut().await;
}
