//! Through a proxy, and past it.

use chaperone_link::{LinkSettings, Proxies};
use chaperone_protocol::ConnectionPhase;
use tokio::io::copy_bidirectional;

use crate::{
    device::{Device, Setup},
    hub::{EDGE, Hub},
    tls::{Certificate, pinned},
    web::{Asks, Visit, Web},
    world::Small,
};

fn proxies(variables: &[(&'static str, String)]) -> Proxies {
    Proxies::from_variables(|wanted| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.clone())
    })
}

fn behind(proxy: &Web, variable: &'static str, credentials: &str) -> std::sync::Arc<Small> {
    let url = format!("http://{credentials}{}", proxy.address());
    Small::behind(proxies(&[(variable, url)]))
}

/// Takes the next visitor's wish for a tunnel and grants it, for as long as it lasts.
async fn tunnel(asks: Asks, hub: &Hub, device: &Device) {
    let mut near = asks.answer_raw(b"HTTP/1.1 200 Go\r\n\r\n").await;
    let mut far = tokio::net::TcpStream::connect(hub.address()).await.unwrap();
    device.tracker.spawn(async move {
        let _ = copy_bidirectional(&mut near, &mut far).await;
    });
}

#[tokio::test]
async fn an_encrypted_socket_goes_through_a_proxy_that_wants_a_password() {
    let (proxy, certificate) = (Web::listen().await, Certificate::new());
    let hub = Hub::listen_encrypted(certificate.acceptor()).await;
    let mut device = Setup::at(hub.address())
        .address("wss://hub.test")
        .with(pinned(certificate.pin()))
        .within(behind(&proxy, "https_proxy", "me:hunter2@"))
        .start();
    let asks = proxy.asks().await;
    assert_eq!(asks.line, "CONNECT hub.test:443 HTTP/1.1");
    assert_eq!(asks.headers["host"], "hub.test:443");
    assert_eq!(
        asks.headers["proxy-authorization"],
        "Basic bWU6aHVudGVyMg=="
    );
    assert_eq!(asks.bearer(), None);
    tunnel(asks, &hub, &device).await;
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn requests_go_through_it_as_well() {
    let proxy = Web::listen().await;
    let settings = LinkSettings {
        socket: false,
        unencrypted: true,
        ..LinkSettings::default()
    };
    let mut device = Setup::at(proxy.address())
        .address("ws://hub.test:8000")
        .speaking(&EDGE)
        .with(settings)
        .within(behind(&proxy, "HTTP_PROXY", ""))
        .start();
    let asks = proxy.asks().await;
    assert_eq!(asks.line, "CONNECT hub.test:8000 HTTP/1.1");
    assert!(!asks.headers.contains_key("proxy-authorization"));
    // What comes through the tunnel is the request itself.
    let stream = asks.answer_raw(b"HTTP/1.1 200 Go\r\n\r\n").await;
    let asks = Asks::read(stream).await.unwrap();
    assert_eq!(asks.line, "POST /edge/sync HTTP/1.1");
    assert_eq!(asks.headers["host"], "hub.test:8000");
    let _kept = asks.answer(200, r#"{"commands":[],"ack_events":[]}"#).await;
    device.reaches(ConnectionPhase::Polling).await;
}

#[tokio::test]
async fn this_computer_is_never_reached_through_a_proxy() {
    let (proxy, hub) = (Web::listen().await, Hub::listen().await);
    let mut device = Setup::at(hub.address())
        .within(behind(&proxy, "ALL_PROXY", ""))
        .start();
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn exceptions_are_kept() {
    let (proxy, certificate) = (Web::listen().await, Certificate::new());
    for exception in ["hub.test", ".test", "other.example, hub.test", "*"] {
        let hub = Hub::listen_encrypted(certificate.acceptor()).await;
        let world = Small::behind(proxies(&[
            ("ALL_PROXY", format!("http://{}", proxy.address())),
            ("no_proxy", exception.to_owned()),
        ]));
        world.name(Some(hub.address()));
        let mut device = Setup::at(hub.address())
            .address("wss://hub.test")
            .with(pinned(certificate.pin()))
            .within(world)
            .start();
        hub.register(&[]).await;
        device.reaches(ConnectionPhase::Connected).await;
    }
}

#[tokio::test]
async fn a_proxy_in_the_way_is_named_without_its_password() {
    for (answer, part) in [
        ("HTTP/1.1 407 No\r\n\r\n", "name and a password"),
        (
            "HTTP/1.1 502 Bad\r\n\r\n",
            "refuses the way there (HTTP 502)",
        ),
        ("SSH-2.0-x\r\n\r\n", "is none"),
    ] {
        let proxy = Web::listen().await;
        let world = behind(&proxy, "HTTPS_PROXY", "me:hunter2@");
        let mut device = Setup::at(proxy.address())
            .address("wss://hub.test")
            .within(world)
            .start();
        let Visit::Asks(asks) = proxy.visit().await else {
            panic!("no request")
        };
        drop(asks.answer_raw(answer.as_bytes()).await);
        let trouble = device
            .reaches(ConnectionPhase::Waiting)
            .await
            .trouble
            .unwrap();
        assert!(trouble.contains(part), "{trouble}");
        assert!(!trouble.contains("hunter2"), "{trouble}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_or_of_another_kind_is_said_so() {
    let gone = {
        let web = Web::listen().await;
        web.address()
    };
    for (url, part) in [
        (
            format!("http://me:hunter2@{gone}"),
            format!("the proxy at {gone} is not reached"),
        ),
        (
            format!("socks5://me:hunter2@{gone}"),
            "socks5://, which is not spoken".to_owned(),
        ),
    ] {
        let world = Small::behind(proxies(&[("HTTPS_PROXY", url)]));
        assert!(!format!("{:?}", chaperone_link::World::proxies(&*world)).contains("hunter2"));
        let mut device = Setup::at(gone)
            .address("wss://hub.test")
            .within(world)
            .start();
        let trouble = device
            .reaches(ConnectionPhase::Waiting)
            .await
            .trouble
            .unwrap();
        assert!(trouble.contains(&part), "{trouble}");
        assert!(!trouble.contains("hunter2"), "{trouble}");
    }
}
