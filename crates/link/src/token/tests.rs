//! What is read of a token, and when it is due.

use chaperone_protocol::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Renewal, Token,
    due::{Due, renew_at},
    jwt,
};
use crate::Secret;

/// `{"sub":"user-1","exp":4102444800}`, signed with a secret for tests.
const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyLTEiLCJleHAiOjQxMDI0NDQ4MDB9.YfqDGEfen5P40ppabOX_Xcdfp5TBbNGSNPmrBa7YH2s";

fn shown() -> Renewal {
    Renewal::Showing {
        path: "/refresh".to_owned(),
        logout_path: None,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn token(expires_at: Option<i64>) -> Token {
    Token {
        access: Secret::new("a"),
        refresh: Some(Secret::new("r")),
        expires_at: expires_at.map(at),
    }
}

#[test]
fn a_jwt_says_when_it_ends() {
    assert_eq!(jwt::expires_at(JWT), Some(at(4_102_444_800)));
    for text in [
        "",
        "a.b.c",
        "a.b",
        "a.e30.c",
        "a.eyJleHAiOiJzb29uIn0.c",
        &format!("{JWT}.d"),
    ] {
        assert_eq!(jwt::expires_at(text), None, "{text}");
    }
}

#[test]
fn moments_come_in_several_forms() {
    for (value, moment) in [
        (json!(12), Some(at(12))),
        (json!(12.9), Some(at(12))),
        (json!("1970-01-01T00:00:12Z"), Some(at(12))),
        (json!("1970-01-01T00:00:12"), Some(at(12))),
        (json!("1970-01-01T01:00:12+01:00"), Some(at(12))),
        (json!("soon"), None),
        (json!(null), None),
        (json!(i64::MAX), None),
        (json!(1e300), None),
    ] {
        assert_eq!(jwt::moment(&value), moment, "{value}");
    }
}

#[test]
fn what_is_pasted_is_tidied() {
    let expected = Token {
        access: Secret::new(JWT),
        refresh: None,
        expires_at: Some(at(4_102_444_800)),
    };
    assert_eq!(Token::pasted(&format!(" Bearer {JWT}\n")), expected);
    assert_eq!(Token::pasted("raw secret").expires_at, None);
}

#[test]
fn a_token_is_due_before_its_end() {
    let hour = token(Some(3_600));
    let lead = renew_at(&hour, at(0), &shown());
    assert_eq!(lead, Some(at(3_300)));
    for (now, due) in [
        (0, Due::Not),
        (3_299, Due::Not),
        (3_300, Due::Soon),
        (3_600, Due::Now),
    ] {
        assert_eq!(Due::of(&hour, lead, at(now)), due, "{now}");
    }
    // A minute's token is not renewed all the time.
    assert_eq!(renew_at(&token(Some(60)), at(0), &shown()), Some(at(48)));
    // One that has ended already is due.
    let old = token(Some(60));
    let lead = renew_at(&old, at(100), &shown());
    assert_eq!(Due::of(&old, lead, at(100)), Due::Now);
    assert_eq!(
        Due::of(&token(None), None, at(i64::from(u32::MAX))),
        Due::Not
    );
}

#[test]
fn what_is_signed_here_is_renewed_an_hour_ahead() {
    let renewal = Renewal::Signed {
        device: chaperone_protocol::DeviceId::new("edge_1").unwrap(),
        phone: "+1".to_owned(),
    };
    let day = token(Some(24 * 3_600));
    assert_eq!(renew_at(&day, at(0), &renewal), Some(at(23 * 3_600)));
}

#[test]
fn people_are_warned_in_good_time() {
    let now = at(0);
    let warning = |left: SignedDuration| {
        let token = Token {
            expires_at: Some(now + left),
            ..token(None)
        };
        token.warning(now)
    };
    assert_eq!(warning(SignedDuration::from_hours(200)), None);
    for (hours, part) in [
        (150, "6 days"),
        (47, "47 hours"),
        (1, "1 hours"),
        (0, "has ended"),
    ] {
        let said = warning(SignedDuration::from_hours(hours)).unwrap();
        assert!(said.contains(part), "{said}");
    }
    assert!(
        warning(SignedDuration::from_mins(5))
            .unwrap()
            .contains("within the hour")
    );
    assert_eq!(token(None).warning(now), None);
}

#[test]
fn a_token_comes_back_from_its_text() {
    let token = token(Some(60));
    let text = token.to_text();
    assert_eq!(Token::from_text(text.expose()), Some(token));
    assert_eq!(Token::from_text("{}"), None);
    assert!(!format!("{text:?}").contains('a'));
}
