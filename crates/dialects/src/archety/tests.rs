//! What of the token can only be seen from inside the crate, and what of it a program relies on.

use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};

use super::sign::{BearerError, SignedBearer, is_shared_secret};

const SECRET: &[u8] = b"shared-secret";
/// What a device of this system makes of the bearer below.
const TOKEN: &str = "ZWRnZV8xMjM6KzE1NTUwMDAxMTExOjE3OTUyMzEzNzI6YWVlODQyNzU4NDQxMDU4NGYzMjZjNzA4ZTgyMTlkZGE2YTQ2NjZmMTRjZmE4NGVmNTM4OWZkZjAyNmYzNmUzNQ==";

fn bearer() -> SignedBearer {
    SignedBearer {
        edge_agent_id: DeviceId::new("edge_123").unwrap(),
        user_phone: "+15550001111".to_owned(),
        signed_at: Timestamp::from_second(1_795_231_372).unwrap(),
    }
}

fn after(hours: i64, seconds: i64) -> Timestamp {
    bearer().signed_at + SignedDuration::from_hours(hours) + SignedDuration::from_secs(seconds)
}

#[test]
fn a_token_is_the_one_that_programs_make() {
    assert_eq!(bearer().signed(SECRET).unwrap(), TOKEN);
    assert_eq!(
        SignedBearer::verified(TOKEN, SECRET, after(0, 0)),
        Ok(bearer())
    );
}

#[test]
fn a_token_is_good_for_a_day() {
    for (now, expected) in [
        (after(24, 0), Ok(bearer())),
        (after(24, 1), Err(BearerError::Expired)),
        (after(0, -300), Ok(bearer())),
        (after(0, -301), Err(BearerError::Early)),
    ] {
        assert_eq!(SignedBearer::verified(TOKEN, SECRET, now), expected);
    }
    assert!(!bearer().is_due_for_renewal(after(23, 0)));
    assert!(bearer().is_due_for_renewal(after(23, 1)));
}

#[test]
fn only_the_secret_signs() {
    let long_secret = [7; 100];
    let token = bearer().signed(&long_secret).unwrap();
    assert_eq!(
        SignedBearer::verified(&token, &long_secret, after(0, 0)),
        Ok(bearer())
    );
    for (token, secret) in [
        (TOKEN, b"another".as_slice()),
        (TOKEN, b""),
        (&token, SECRET),
    ] {
        assert_eq!(
            SignedBearer::verified(token, secret, after(0, 0)),
            Err(BearerError::Forged)
        );
    }
}

#[test]
fn what_is_no_token_is_not_read() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let hexadecimal = "0".repeat(64);
    let texts = [
        String::new(),
        "no".to_owned(),
        "no:colons:enough".to_owned(),
        format!("a:b:1:{}", "g".repeat(64)),
        format!("a:b:1:{}", "0".repeat(63)),
        format!("a:b:1:{}", "é".repeat(32)),
    ];
    for text in texts {
        let token = STANDARD.encode(&text);
        let read = SignedBearer::verified(&token, SECRET, after(0, 0));
        assert_eq!(read, Err(BearerError::Unreadable), "{text}");
    }
    for token in ["", "%%%", "zz", &STANDARD.encode([0xff, 0xfe])] {
        let read = SignedBearer::verified(token, SECRET, after(0, 0));
        assert_eq!(read, Err(BearerError::Unreadable), "{token}");
    }
    let forged = STANDARD.encode(format!("a:b:1:{hexadecimal}"));
    assert_eq!(
        SignedBearer::verified(&forged, SECRET, after(0, 0)),
        Err(BearerError::Forged)
    );
}

#[test]
fn a_colon_would_read_as_another_token() {
    let id = SignedBearer {
        edge_agent_id: DeviceId::new("a:b").unwrap(),
        ..bearer()
    };
    let phone = SignedBearer {
        user_phone: "1:2".to_owned(),
        ..bearer()
    };
    for bearer in [id, phone] {
        assert_eq!(bearer.signed(SECRET), Err(BearerError::Ambiguous));
    }
}

#[test]
fn the_secret_itself_is_a_token_too() {
    assert!(is_shared_secret("shared-secret", "shared-secret"));
    for (token, secret) in [
        ("shared-secret ", "shared-secret"),
        ("", "shared-secret"),
        ("shared", "shared-secret"),
        (TOKEN, "shared-secret"),
        ("", ""),
    ] {
        assert!(!is_shared_secret(token, secret), "{token}");
    }
}
