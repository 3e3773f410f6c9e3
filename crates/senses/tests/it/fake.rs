use std::time::Duration;

use chaperone_protocol::{FailureCode, Notified, Notify};
use chaperone_senses::{Notifier, SenseError, fake::RecordingNotifier};

fn notify(title: &str) -> Notify {
    Notify {
        title: title.to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    }
}

#[tokio::test]
async fn remembers_what_it_showed() {
    let notifier = RecordingNotifier::new();
    let seen = notifier.clone();
    assert_eq!(
        notifier.show(&notify("one")).await,
        Ok(Notified { shown_as: Some(1) })
    );
    assert_eq!(
        notifier.show(&notify("two")).await,
        Ok(Notified { shown_as: Some(2) })
    );
    assert_eq!(seen.shown(), [notify("one"), notify("two")]);
}

#[tokio::test]
async fn fails_and_hangs_when_told_to() {
    let error = SenseError::Unavailable("not now".to_owned());
    let failing = RecordingNotifier::failing(error.clone());
    assert_eq!(failing.show(&notify("one")).await, Err(error.clone()));
    assert_eq!(error.code(), FailureCode::Unavailable);
    assert_eq!(failing.shown().len(), 1);
    let hanging = RecordingNotifier::hanging();
    let notify = notify("one");
    let waited = tokio::time::timeout(Duration::from_millis(20), hanging.show(&notify)).await;
    assert!(waited.is_err());
}
