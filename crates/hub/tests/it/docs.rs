//! The document of all paths, and the page to look at it.

use crate::{http, scene::Scene};

#[tokio::test]
async fn the_document_and_its_page_come_from_the_hub_alone() {
    let scene = Scene::start().await;
    let open = async |path: &str| {
        let headers = [&scene.host(), "Connection: close"];
        let start = format!("GET {path}");
        http::send(scene.address, &start, &headers, "")
            .await
            .reply()
            .await
    };
    let document = open("/openapi.json").await;
    assert_eq!(
        (document.status, &document.body["openapi"]),
        (200, &"3.1.0".into())
    );
    let snap = &document.body["paths"]["/api/devices/camera/snap"]["post"];
    assert_eq!(snap["summary"], "Take a picture with a camera");
    for (path, kind) in [
        ("/docs", "text/html"),
        ("/docs/page.js", "text/javascript"),
        ("/docs/page.css", "text/css"),
        ("/simulator", "text/html"),
        ("/simulator/page.css", "text/css"),
        ("/simulator/page.js", "text/javascript"),
        ("/simulator/device.js", "text/javascript"),
        ("/simulator/pairing.js", "text/javascript"),
        ("/simulator/senses.js", "text/javascript"),
    ] {
        let reply = open(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            reply.head.contains(&format!("content-type: {kind}")),
            "{}",
            reply.head
        );
        let policy = "content-security-policy: default-src 'none'; script-src 'self';";
        assert!(reply.head.contains(policy), "{}", reply.head);
    }
}
