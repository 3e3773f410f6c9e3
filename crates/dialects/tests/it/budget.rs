//! A device's share of messages.

use std::time::Duration;

use chaperone_dialects::{Budget, Pace};

#[test]
fn a_budget_lets_a_minutes_worth_through_and_then_paces() {
    let mut budget = Budget::new(Pace::USUAL);
    let start = Duration::from_secs(1_000);
    for spent in 0..Pace::USUAL.messages {
        assert_eq!(budget.blocked_until(start), None, "{spent}");
        budget.spend(start);
    }
    let pause = Duration::from_mins(1) / Pace::USUAL.messages;
    assert_eq!(budget.blocked_until(start), Some(start + pause));
    assert!(budget.is_strained(start));
    assert_eq!(budget.blocked_until(start + pause), None);
    budget.spend(start + pause);
    assert_eq!(budget.blocked_until(start + pause), Some(start + 2 * pause));
    let later = start + Duration::from_mins(2);
    assert!(!budget.is_strained(later));
    assert_eq!(budget.blocked_until(later), None);
}
