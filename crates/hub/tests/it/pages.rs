//! The hub's own pages, as a browser gets them.

use std::collections::BTreeSet;

use crate::{http, scene::Scene};

#[tokio::test]
async fn the_hub_s_own_pages_load_nothing_from_elsewhere() {
    let scene = Scene::start().await;
    let fetch = async |path: &str| {
        let headers = [&scene.host(), "Connection: close"];
        let start = format!("GET {path}");
        let pending = http::send(scene.address, &start, &headers, "").await;
        let (status, head, body) = pending.raw().await;
        assert_eq!(status, 200, "{path}");
        let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; \
            img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'\r\n";
        assert!(head.contains(policy), "{head}");
        (head, String::from_utf8(body).unwrap())
    };
    let mut parts = BTreeSet::new();
    for path in ["/pair", "/admin"] {
        let (head, page) = fetch(path).await;
        assert!(head.contains("content-type: text/html"), "{head}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        assert!(!page.contains("<style") && !page.contains("style="));
        let named = page
            .split('"')
            .filter_map(|text| text.strip_prefix("./pages/"));
        parts.extend(named.map(str::to_owned));
    }
    let kinds: BTreeSet<_> = parts
        .iter()
        .filter_map(|name| name.rsplit_once('.'))
        .map(|(_, kind)| kind)
        .collect();
    assert_eq!(kinds, BTreeSet::from(["css", "js", "svg"]), "{parts:?}");
    for name in &parts {
        let (head, _) = fetch(&format!("/pages/{name}")).await;
        let kind = match name.rsplit_once('.').unwrap().1 {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        let (kind, kept) = (
            format!("content-type: {kind}\r\n"),
            "cache-control: public, max-age=31536000, immutable\r\n",
        );
        assert!(
            head.contains(&kind) && head.contains(kept),
            "{name}: {head}"
        );
    }
    let gone = scene.get("/pages/..%2Fhub.html", "").await;
    assert_eq!(gone.verdict(), (404, "not_found"));
    assert!(
        gone.head.contains("cache-control: no-store"),
        "{}",
        gone.head
    );
}

#[tokio::test]
async fn a_browser_at_the_door_is_shown_in() {
    let scene = Scene::start().await;
    let ask = async |accepted: &str| {
        let headers = [&scene.host(), accepted, "Connection: close"];
        let pending = http::send(scene.address, "GET /", &headers, "").await;
        let (status, head, _) = pending.raw().await;
        (status, head.contains("location: admin\r\n"))
    };
    assert_eq!(ask("Accept: text/html,*/*;q=0.8").await, (303, true));
    assert_eq!(ask("Accept: */*").await, (404, false));
}
