//! The calls about pictures and recordings.

use serde_json::json;

use super::home::Home;
use crate::{Face, view::ErrorCode};

#[tokio::test]
async fn only_what_waits_to_be_sent_is_cut() {
    let home = Home::new().await;
    let trim = async |id: &str| {
        let part = json!({ "id": id, "from": 0, "to": 1_000 });
        let answer = home.api.call(Face::Panel, "artifacts/trim", part).await;
        answer.unwrap_err()
    };
    let refused = trim("0123456789abcdef0123456789abcdef").await;
    assert_eq!(refused.code, ErrorCode::Gone);
    assert_eq!(refused.message, "this recording does not wait to be sent");
    assert_eq!(trim("../vault.db").await.code, ErrorCode::Invalid);
    home.end().await;
}

#[test]
fn a_cut_that_was_refused_says_by_its_code_what_to_do() {
    use chaperone_device::TrimError;
    use chaperone_senses::SenseError;

    use crate::view::ApiError;
    let sentence = || "a sentence".to_owned();
    for (error, code) in [
        (TrimError::Gone, ErrorCode::Gone),
        (TrimError::Busy, ErrorCode::Changed),
        (TrimError::OtherKind, ErrorCode::Invalid),
        (
            TrimError::Part(SenseError::Invalid(sentence())),
            ErrorCode::Invalid,
        ),
        (
            TrimError::Part(SenseError::Failed(sentence())),
            ErrorCode::Failed,
        ),
        (TrimError::Stopping, ErrorCode::Failed),
    ] {
        assert_eq!(ApiError::from(error).code, code);
    }
}
