use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderValue, Uri, header};

use super::{FORWARDED, Names, judge, sender};
use crate::reach::{Entrance, Reach, TlsFiles};

const LISTENING: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

fn local() -> Names {
    Names::new(Reach::default(), LISTENING)
}

/// One that is reached at `https://hub.example.org`, as `hub.lan`, and from two pages elsewhere.
fn public(entrance: Entrance) -> Names {
    let origin = |text: &str| text.parse().unwrap();
    Names::new(
        Reach {
            entrance,
            public_url: Some(origin("https://hub.example.org")),
            names: vec!["hub.lan".to_owned()],
            origins: vec![
                origin("https://app.example.org"),
                origin("http://localhost:5173"),
            ],
            ..Reach::default()
        },
        LISTENING,
    )
}

/// The page that may read the answer, if one asks; or why the request is refused.
fn judged(names: &Names, hosts: &[&str], origins: &[&str]) -> Result<Option<String>, &'static str> {
    let mut headers = HeaderMap::new();
    for host in hosts {
        headers.append(header::HOST, HeaderValue::from_str(host).unwrap());
    }
    for origin in origins {
        headers.append(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
    }
    let judged = judge(names, &Uri::from_static("/api/devices"), &headers)?;
    Ok(judged.map(|reader| reader.to_str().unwrap().to_owned()))
}

fn check(names: &Names, hosts: &[&str], origins: &[&str], taken: bool) {
    let judged = judged(names, hosts, origins);
    let ours = judged.as_ref().is_ok_and(Option::is_none);
    assert_eq!(ours, taken, "{hosts:?} {origins:?}: {judged:?}");
}

#[test]
fn only_our_own_names_are_taken() {
    let names = local();
    for host in [
        "127.0.0.1:8000",
        "localhost:8000",
        "LOCALHOST:8000",
        "[::1]:8000",
    ] {
        check(&names, &[host], &[], true);
    }
    for host in [
        "evil.example:8000",
        "hub.example.org",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:80000",
        "127.0.0.1.evil.example:8000",
        "localhost.evil.example:8000",
        "evil@localhost:8000",
        "",
        "ä",
    ] {
        check(&names, &[host], &[], false);
    }
    check(&names, &[], &[], false);
    check(&names, &["localhost:8000", "localhost:8000"], &[], false);
}

#[test]
fn a_public_hub_has_more_names() {
    let names = public(Entrance::BehindProxy);
    for host in [
        "hub.example.org",
        "HUB.example.org:443",
        "localhost:8000",
        "hub.lan",
        "hub.lan:8000",
    ] {
        check(&names, &[host], &[], true);
    }
    for host in [
        "hub.example.org:8000",
        "hub.example.org.evil.example",
        "evil.hub.example.org",
        "hub.lan:9000",
        "hub.lan.evil.example",
        "localhost",
    ] {
        check(&names, &[host], &[], false);
    }
}

#[test]
fn only_our_own_pages_are_taken() {
    let names = local();
    let host = ["127.0.0.1:8000"];
    check(&names, &host, &["http://127.0.0.1:8000"], true);
    for origin in [
        "http://localhost:8000",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:3000",
        "http://evil.example",
        "null",
        "",
    ] {
        check(&names, &host, &[origin], false);
    }
    check(&names, &host, &["http://127.0.0.1:8000", "null"], false);
}

#[test]
fn pages_elsewhere_are_taken_where_they_are_listed() {
    let names = public(Entrance::BehindProxy);
    let host = ["hub.example.org"];
    check(&names, &host, &["https://hub.example.org"], true);
    for listed in ["https://app.example.org", "http://localhost:5173"] {
        assert_eq!(
            judged(&names, &host, &[listed]),
            Ok(Some(listed.to_owned()))
        );
    }
    for origin in [
        "http://hub.example.org",
        "https://hub.lan",
        "http://127.0.0.1:8000",
        "http://app.example.org",
        "https://app.example.org:8443",
        "https://app.example.org.evil.example",
        "https://evil.example",
        "null",
        "*",
    ] {
        check(&names, &host, &[origin], false);
    }
}

#[test]
fn with_tls_the_loopback_pages_are_encrypted_too() {
    let files = TlsFiles {
        certificate: "a".into(),
        key: "b".into(),
    };
    let names = public(Entrance::Tls(files));
    let host = ["localhost:8000"];
    check(&names, &host, &["https://localhost:8000"], true);
    check(&names, &host, &["http://localhost:8000"], false);
    assert!(names.is_encrypted_at("hub.example.org"));
    assert!(!names.is_encrypted_at("localhost:8000"));
}

#[test]
fn an_absolute_target_must_name_us_too() {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost:8000"));
    let ours = Uri::from_static("http://localhost:8000/");
    assert!(judge(&local(), &ours, &headers).is_ok());
    let theirs = Uri::from_static("http://evil.example/");
    assert!(judge(&local(), &theirs, &headers).is_err());
}

#[test]
fn addresses_are_named_by_what_is_known() {
    assert_eq!(
        local().base(Some("localhost:8000")),
        "http://localhost:8000"
    );
    assert_eq!(local().base(None), "http://127.0.0.1:8000");
    let names = public(Entrance::BehindProxy);
    assert_eq!(
        names.base(Some("localhost:8000")),
        "https://hub.example.org"
    );
}

#[test]
fn only_a_proxy_that_is_to_be_there_may_say_who_calls() {
    let mut headers = HeaderMap::new();
    headers.append(FORWARDED, HeaderValue::from_static("192.0.2.1"));
    headers.append(FORWARDED, HeaderValue::from_static("192.0.2.2, 192.0.2.3"));
    assert_eq!(sender(&local(), LISTENING, &headers), LISTENING);
    let names = public(Entrance::BehindProxy);
    let from = sender(&names, LISTENING, &headers);
    assert_eq!(from.ip().to_string(), "192.0.2.3");
    headers.append(FORWARDED, HeaderValue::from_static("unknown"));
    assert_eq!(sender(&names, LISTENING, &headers), LISTENING);
}
