use super::*;

#[test]
fn closing_the_last_window_is_not_the_end() {
    assert_eq!(answer(Phase::Running, None), (Phase::Running, Answer::Stay));
}

#[test]
fn quitting_ends_the_engine_once_and_then_the_process() {
    let (phase, first) = answer(Phase::Running, Some(0));
    assert_eq!((phase, first), (Phase::Ending, Answer::EndInOrder));
    // The windows that close meanwhile, and an impatient second quit.
    assert_eq!(answer(phase, None), (Phase::Ending, Answer::Stay));
    assert_eq!(answer(phase, Some(0)), (Phase::Ending, Answer::Stay));
    assert_eq!(answer(Phase::Ended, Some(0)), (Phase::Ended, Answer::Leave));
}
