use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{entry::Entries, guard::is_same_site};

fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
        .collect()
}

#[test]
fn only_this_very_address_is_answered() {
    let check = |pairs: &[(HeaderName, &str)]| is_same_site(&headers(pairs), 7000);
    assert!(check(&[(header::HOST, "127.0.0.1:7000")]));
    assert!(check(&[(header::HOST, "localhost:7000")]));
    assert!(check(&[
        (header::HOST, "localhost:7000"),
        (header::ORIGIN, "http://localhost:7000"),
    ]));
    assert!(!check(&[]));
    assert!(!check(&[(header::HOST, "127.0.0.1:7001")]));
    assert!(!check(&[(header::HOST, "evil.example:7000")]));
    for origin in ["null", "https://localhost:7000", "http://evil.example"] {
        assert!(
            !check(&[(header::HOST, "localhost:7000"), (header::ORIGIN, origin),]),
            "{origin}"
        );
    }
}

#[test]
fn a_cookie_that_nobody_was_given_lets_nobody_in() {
    let entries = Entries::default();
    for cookie in ["chaperone=", "chaperone=00", "other=1; chaperone", ""] {
        assert!(
            !entries.knows(&headers(&[(header::COOKIE, cookie)])),
            "{cookie}"
        );
    }
    assert!(!entries.knows(&HeaderMap::new()));
}
