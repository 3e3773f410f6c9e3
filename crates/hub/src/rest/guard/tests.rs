use axum::http::{HeaderMap, HeaderValue, Uri, header};

use super::foreign;

fn check(hosts: &[&str], origins: &[&str], taken: bool) {
    let mut headers = HeaderMap::new();
    for host in hosts {
        headers.append(header::HOST, HeaderValue::from_str(host).unwrap());
    }
    for origin in origins {
        headers.append(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
    }
    let refusal = foreign(&Uri::from_static("/api/devices"), &headers, 8000);
    assert_eq!(refusal.is_none(), taken, "{hosts:?} {origins:?}");
}

#[test]
fn only_our_own_names_are_taken() {
    for host in [
        "127.0.0.1:8000",
        "localhost:8000",
        "LOCALHOST:8000",
        "[::1]:8000",
    ] {
        check(&[host], &[], true);
    }
    for host in [
        "evil.example:8000",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:80000",
        "127.0.0.1.evil.example:8000",
        "localhost.evil.example:8000",
        "evil@localhost:8000",
        "",
        "ä",
    ] {
        check(&[host], &[], false);
    }
    check(&[], &[], false);
    check(&["localhost:8000", "localhost:8000"], &[], false);
}

#[test]
fn only_our_own_pages_are_taken() {
    let host = ["127.0.0.1:8000"];
    check(&host, &["http://127.0.0.1:8000"], true);
    for origin in [
        "http://localhost:8000",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:3000",
        "http://evil.example",
        "null",
        "",
    ] {
        check(&host, &[origin], false);
    }
    check(&host, &["http://127.0.0.1:8000", "null"], false);
}

#[test]
fn an_absolute_target_must_name_us_too() {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost:8000"));
    let ours = Uri::from_static("http://localhost:8000/");
    assert!(foreign(&ours, &headers, 8000).is_none());
    let theirs = Uri::from_static("http://evil.example/");
    assert!(foreign(&theirs, &headers, 8000).is_some());
}
