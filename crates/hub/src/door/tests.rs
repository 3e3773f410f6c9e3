use std::sync::Arc;

use super::Limits;
use crate::store::AccountId;

#[test]
fn places_are_counted_and_come_back() {
    let limits = Arc::new(Limits::new(3, 2));
    let [one, another] = ["one", "another"].map(|id| AccountId::new(id.to_owned()));
    let first = limits.room(&one).unwrap();
    let _second = limits.room(&one).unwrap();
    assert!(limits.room(&one).is_none(), "an account has its share");
    let _third = limits.room(&another).unwrap();
    assert!(limits.room(&another).is_none(), "and all have theirs");
    drop(first);
    assert!(limits.room(&one).is_some());
}
