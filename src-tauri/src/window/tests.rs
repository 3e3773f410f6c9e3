use super::*;

fn own(url: &str, dev: Option<&str>) -> bool {
    let dev = dev.map(|dev| Url::parse(dev).unwrap());
    is_own(&Url::parse(url).unwrap(), dev.as_ref())
}

#[test]
fn a_window_stays_on_the_pages_of_the_app() {
    let ours = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };
    assert!(own(&format!("{ours}/"), None));
    assert!(own(&format!("{ours}/request.html?x=1#y"), None));
    for elsewhere in [
        "https://example.org/",
        "http://localhost/",
        "http://localhost:1420/",
        "http://127.0.0.1:7377/",
        "tauri://example.org/",
        "tauri://localhost:81/",
        "https://tauri.localhost/",
        "http://tauri.localhost:1/",
        "about:blank",
        "data:text/html,x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "blob:tauri://localhost/1",
    ] {
        assert!(!own(elsewhere, None), "{elsewhere}");
    }
}

#[test]
fn a_development_build_may_also_show_its_development_server() {
    let dev = Some("http://localhost:1420/");
    assert!(own("http://localhost:1420/request.html", dev));
    assert!(!own("http://localhost:1421/", dev));
    assert!(!own("https://localhost:1420/", dev));
    assert!(!own("http://example.org:1420/", dev));
}
