//! Which step may follow which.

use chaperone_protocol::CommandState;

/// Whether a command may go from one state to another.
///
/// `received → judged → (waiting →) approved → running (→ reviewing) → ending → delivered`, and from anything
/// unsettled to any ending. A command that never began to run may be judged again, which is how
/// it is asked again after a restart; one that did may not: it is never run a second time.
pub(crate) fn may_follow(from: CommandState, to: CommandState) -> bool {
    use CommandState::{
        Approved, Cancelled, Delivered, Denied, Expired, Finished, Interrupted, Judged, Received,
        Reviewing, Running, Waiting,
    };
    match to {
        Received => false,
        Judged => matches!(from, Received | Judged | Waiting | Approved),
        Waiting => from == Judged,
        Approved => matches!(from, Judged | Waiting),
        Running => from == Approved,
        Reviewing => from == Running,
        Finished | Denied | Expired | Cancelled | Interrupted => !from.is_settled(),
        Delivered => from.is_settled() && from != Delivered,
    }
}
