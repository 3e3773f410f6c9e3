//! Whoever begins a request and does not end it.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::scene::Scene;

#[tokio::test]
async fn an_upgrade_that_never_ends_is_given_up() {
    let scene = Scene::start().await;
    let mut stream = TcpStream::connect(scene.address).await.unwrap();
    let begun = format!("GET /ws HTTP/1.1\r\nHost: {}\r\nUpgr", scene.address);
    stream.write_all(begun.as_bytes()).await.unwrap();
    let begun = tokio::time::Instant::now();
    tokio::time::pause();
    let mut answer = Vec::new();
    // Ended, or reset because something was still unread.
    let _ = stream.read_to_end(&mut answer).await;
    tokio::time::resume();
    assert!(begun.elapsed() >= std::time::Duration::from_secs(9));
    // The hub goes on.
    assert_eq!(
        scene.get("/api/devices", &scene.owner_token).await.status,
        200
    );
}
