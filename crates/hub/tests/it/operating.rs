//! A hub as it runs on a server: names, pages elsewhere, TLS, limits, figures, its log, and what is
//! done to it while it does not run.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chaperone_hub::{
    Certificate, Entrance, Error, Hub, HubConfig, Limits, Place, Reach, Registration, TlsFiles,
    Upkeep,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    device::Device,
    http::{self, Reply},
    scene::{Memory, Scene, place},
};

const PASSWORD: &str = "correct horse battery";

/// A hub that others reach.
struct Served {
    address: SocketAddr,
    certificate: Option<Certificate>,
    cancel: CancellationToken,
    tasks: TaskTracker,
    folder: TempDir,
}

impl Served {
    async fn start(reach: Reach, limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let hub = Hub::open(HubConfig {
            data_dir: folder.path().to_owned(),
            place: place(folder.path()),
            secrets: Box::new(Memory::default()),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            registration: Registration::Open,
            reach,
            limits,
        })
        .await
        .unwrap();
        let (cancel, tasks) = (CancellationToken::new(), TaskTracker::new());
        let served = Self {
            address: hub.address(),
            certificate: hub.certificate(),
            cancel: cancel.clone(),
            tasks: tasks.clone(),
            folder,
        };
        tasks.spawn(async move { hub.serve(cancel).await.unwrap() });
        served
    }

    async fn ask(&self, start: &str, headers: &[&str], body: &str) -> Reply {
        let mut all = vec!["Connection: close"];
        all.extend(headers);
        let pending = http::send(self.address, start, &all, body).await;
        pending.reply().await
    }

    async fn stop(self) -> TempDir {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.folder
    }
}

fn public() -> Reach {
    Reach {
        entrance: Entrance::BehindProxy,
        public_url: Some("https://hub.example.org".parse().unwrap()),
        names: Vec::new(),
        origins: vec!["https://app.example.org".parse().unwrap()],
        ..Reach::default()
    }
}

#[tokio::test]
async fn pages_elsewhere_are_answered_where_they_are_listed() {
    let hub = Served::start(public(), Limits::default()).await;
    let host = "Host: hub.example.org";
    let listed = "Origin: https://app.example.org";
    let wish = "Access-Control-Request-Method: POST";

    let reply = hub
        .ask("OPTIONS /api/devices", &[host, listed, wish], "")
        .await;
    assert_eq!(reply.status, 204, "{reply:?}");
    for line in [
        "access-control-allow-origin: https://app.example.org\r\n",
        "access-control-allow-headers: authorization, content-type\r\n",
        "vary: origin\r\n",
    ] {
        assert!(reply.head.contains(line), "{}", reply.head);
    }
    // A refusal must be readable, too.
    let reply = hub.ask("GET /api/devices", &[host, listed], "").await;
    assert_eq!(reply.status, 401);
    assert!(reply.head.contains("access-control-allow-origin: https"));

    let foreign = "Origin: https://evil.example";
    for headers in [&[host, foreign, wish][..], &[host, foreign]] {
        let reply = hub.ask("OPTIONS /api/devices", headers, "").await;
        assert_eq!(reply.verdict(), (403, "forbidden"));
        assert!(!reply.head.contains("access-control-"), "{}", reply.head);
    }
    let reply = hub.ask("GET /healthz", &["Host: evil.example"], "").await;
    assert_eq!(reply.status, 403);
    hub.stop().await;
}

#[tokio::test]
async fn every_answer_tells_browsers_what_they_may_do() {
    let hub = Served::start(public(), Limits::default()).await;
    let reply = hub
        .ask("GET /healthz", &["Host: hub.example.org"], "")
        .await;
    for line in [
        "x-content-type-options: nosniff\r\n",
        "x-frame-options: deny\r\n",
        "referrer-policy: no-referrer\r\n",
        "cache-control: no-store\r\n",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
        "strict-transport-security: max-age=15768000\r\n",
    ] {
        assert!(reply.head.contains(line), "{line}{}", reply.head);
    }
    let page = hub.ask("GET /pair", &["Host: hub.example.org"], "").await;
    assert!(page.head.contains("script-src 'self'"), "{}", page.head);
    assert_eq!(page.head.matches("content-security-policy").count(), 1);
    let host = format!("Host: {}", hub.address);
    let near = hub.ask("GET /healthz", &[&host], "").await;
    assert!(!near.head.contains("strict-transport-security"));
    // Where others find it, whoever asks.
    let found = hub
        .ask("GET /.well-known/oauth-authorization-server", &[&host], "")
        .await;
    assert_eq!(found.body["issuer"], "https://hub.example.org");
    hub.stop().await;
}

#[tokio::test]
async fn too_many_requests_from_one_address_are_refused() {
    let limits = Limits {
        requests_per_minute: Some(3),
        ..Limits::default()
    };
    let hub = Served::start(public(), limits).await;
    let from = |address: &'static str| ["Host: hub.example.org", address];
    let one = from("X-Forwarded-For: 192.0.2.1");
    for _ in 0..3 {
        assert_eq!(hub.ask("GET /healthz", &one, "").await.status, 200);
    }
    let reply = hub.ask("GET /healthz", &one, "").await;
    assert_eq!(reply.verdict(), (429, "too_many"));
    assert!(reply.head.contains("retry-after: "), "{}", reply.head);
    // What the caller claims stands first, and does not count.
    let claimed = from("X-Forwarded-For: 198.51.100.7, 192.0.2.1");
    assert_eq!(hub.ask("GET /healthz", &claimed, "").await.status, 429);
    let other = from("X-Forwarded-For: 192.0.2.2");
    assert_eq!(hub.ask("GET /healthz", &other, "").await.status, 200);
    hub.stop().await;
}

fn pem(kind: &str, bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
}

/// Writes a certificate for `localhost`, and whom to trust for it.
fn certify(folder: &Path) -> (TlsFiles, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
    };
    fs::write(&files.certificate, pem("CERTIFICATE", made.cert.der())).unwrap();
    fs::write(
        &files.key,
        pem("PRIVATE KEY", &made.signing_key.serialize_der()),
    )
    .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    (files, roots)
}

async fn status_over_tls(address: SocketAddr, roots: RootCertStore) -> Option<String> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, stream).await.ok()?;
    let port = address.port();
    let request =
        format!("GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer.lines().next().map(str::to_owned)
}

#[tokio::test]
async fn a_certificate_is_renewed_while_it_serves() {
    let certificates = TempDir::new().unwrap();
    let (files, first) = certify(certificates.path());
    let reach = Reach {
        entrance: Entrance::Tls(files.clone()),
        ..Reach::default()
    };
    let limits = Limits {
        handshakes: 2,
        ..Limits::default()
    };
    let hub = Served::start(reach, limits).await;
    let ok = Some("HTTP/1.1 200 OK".to_owned());
    assert_eq!(status_over_tls(hub.address, first.clone()).await, ok);
    // Whoever says nothing keeps nobody out.
    let _silent = TcpStream::connect(hub.address).await.unwrap();
    assert_eq!(status_over_tls(hub.address, first.clone()).await, ok);

    let (_, second) = certify(certificates.path());
    hub.certificate.as_ref().unwrap().reload().unwrap();
    assert_eq!(status_over_tls(hub.address, first.clone()).await, None);
    assert_eq!(status_over_tls(hub.address, second.clone()).await, ok);
    // What cannot be used changes nothing.
    for (file, text) in [(&files.certificate, "nothing"), (&files.key, "")] {
        fs::write(file, text).unwrap();
        let error = hub.certificate.as_ref().unwrap().reload().unwrap_err();
        assert!(matches!(error, Error::Certificate { .. }), "{error:?}");
    }
    assert_eq!(status_over_tls(hub.address, second).await, ok);
    hub.stop().await;
}

#[tokio::test]
async fn others_come_in_only_as_the_hub_was_told() {
    let open = async |reach: Reach| {
        let folder = TempDir::new().unwrap();
        Hub::open(HubConfig {
            data_dir: folder.path().to_owned(),
            place: Place::File,
            secrets: Box::new(Memory::default()),
            listen: SocketAddr::from(([0, 0, 0, 0], 0)),
            registration: Registration::Closed,
            reach,
            limits: Limits::default(),
        })
        .await
    };
    let error = open(Reach::default()).await.unwrap_err();
    assert!(matches!(error, Error::NotLoopback { .. }), "{error:?}");
    let mut reach = public();
    reach.public_url = None;
    let error = open(reach).await.unwrap_err();
    assert!(matches!(error, Error::NoPublicUrl { .. }), "{error:?}");
    assert!(open(public()).await.is_ok());
}

#[tokio::test]
async fn monitoring_is_told_how_the_hub_is() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &body)
        .await;
    let command = device.hear_a("command").await;
    device.succeed(&command, json!({})).await;
    assert_eq!(pending.reply().await.status, 200);

    let ready = scene.get("/readyz", "").await;
    assert_eq!((ready.status, &ready.body["status"]), (200, &json!("ok")));
    assert!(!scene.folder().join("hub.probe").exists());
    let figures = figures(&scene).await;
    for line in [
        "chaperone_hub_connected_devices{dialect=\"atom\"} 1",
        "chaperone_hub_commands_total{kind=\"send_notification\",outcome=\"done\"} 1",
        "chaperone_hub_command_seconds_count 1",
        "chaperone_hub_waiting_commands 0",
        "chaperone_hub_request_seconds_count{path=\"/api/devices/notification\",status=\"2xx\"} 1",
    ] {
        assert!(
            figures.lines().any(|other| other == line),
            "{line}\n{figures}"
        );
    }
    assert!(figures.contains("chaperone_hub_commit_seconds_bucket"));
    drop(device);
    scene.stop().await;
}

/// What `/metrics` says to this computer.
async fn figures(scene: &Scene) -> String {
    let mut stream = TcpStream::connect(scene.address).await.unwrap();
    let host = scene.host();
    let request = format!("GET /metrics HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn figures_behind_a_proxy_are_the_owners() {
    let hub = Served::start(public(), Limits::default()).await;
    let host = "Host: hub.example.org";
    let json = "Content-Type: application/json";
    assert_eq!(hub.ask("GET /metrics", &[host], "").await.status, 401);
    let near = format!("Host: {}", hub.address);
    assert_eq!(hub.ask("GET /metrics", &[&near], "").await.status, 401);
    let body = json!({ "email": "member@example.com", "password": PASSWORD }).to_string();
    let given = hub
        .ask("POST /api/auth/register", &[host, json], &body)
        .await;
    let token = given.body["access_token"].as_str().unwrap();
    let bearer = format!("Authorization: Bearer {token}");
    let reply = hub.ask("GET /metrics", &[host, &bearer], "").await;
    assert_eq!(reply.verdict(), (403, "forbidden"));
    hub.stop().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told() {
    let scene = Scene::start().await;
    // A folder where the probe is to be: no file can be made, not even by root.
    fs::create_dir(scene.folder().join("hub.probe")).unwrap();
    let ready = scene.get("/readyz", "").await;
    assert_eq!(ready.verdict(), (503, "not_ready"));
    assert_eq!(scene.get("/healthz", "").await.status, 200);
    scene.stop().await;
}

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For every thread: what other tests log meanwhile does no harm.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let scene = Scene::start().await;
    let mut secrets: Vec<String> = scene.secrets.0.lock().unwrap().values().cloned().collect();
    secrets.extend([scene.device_token.clone(), scene.owner_token.clone()]);

    // In a header, right and wrong.
    let wrong = format!("chap_{}", "w".repeat(43));
    for credential in [scene.key("intern"), &scene.owner_token, &wrong] {
        scene.get("/api/devices", credential).await;
    }
    secrets.push(wrong);
    // In a URL: right, wrong, and where none belongs.
    let mut device = Device::join(&scene, "pc").await;
    for path in ["/api/devices/ws", "/api/devices", "/nothing", "/healthz"] {
        let token = format!("token-in-a-url-{}", path.len());
        let target = format!("{path}?token={token}&access_token={token}");
        scene.get(&target, "").await;
        secrets.push(token);
    }
    // In a path that nobody knows.
    let lost = "a-secret-as-a-path";
    scene
        .get(&format!("/api/pairing/{lost}"), &scene.owner_token)
        .await;
    scene.get(&format!("/{lost}"), "").await;
    secrets.push(lost.to_owned());
    // In bodies: well-formed, ill-formed, a form.
    let password = "a very secret password";
    let account = json!({ "email": "a@example.com", "password": password });
    let given = scene
        .post("/api/auth/register", "", &account)
        .await
        .reply()
        .await;
    let wrong = json!({ "username": "a@example.com", "password": "wrong-but-secret", "totp_code": "314159" });
    scene
        .post("/api/auth/login", "", &wrong)
        .await
        .reply()
        .await;
    let strange = json!({ "email": { "password": password }, "password": [password] });
    scene
        .post("/api/auth/register", "", &strange)
        .await
        .reply()
        .await;
    secrets.extend([
        password.to_owned(),
        "wrong-but-secret".to_owned(),
        "314159".to_owned(),
    ]);
    for name in ["access_token", "refresh_token"] {
        let token = given.body[name].as_str().unwrap().to_owned();
        let refresh = json!({ "refresh_token": token });
        scene
            .post("/api/auth/refresh", "", &refresh)
            .await
            .reply()
            .await;
        let form = format!("token={token}");
        let (host, kind) = (
            scene.host(),
            "Content-Type: application/x-www-form-urlencoded",
        );
        let headers = [host.as_str(), kind, "Connection: close"];
        http::send(scene.address, "POST /oauth/revoke", &headers, &form)
            .await
            .reply()
            .await;
        secrets.push(token);
    }
    // In frames.
    device
        .send(&json!({ "type": "nonsense", "token": "secret-in-a-frame" }))
        .await;
    device
        .send(&json!({ "type": "result", "command_id": "x", "success": "secret-in-a-frame" }))
        .await;
    secrets.push("secret-in-a-frame".to_owned());
    scene.get("/api/devices", &scene.owner_token).await;
    scene.stop().await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "a device connected",
        "path=\"/api/auth/login\"",
        "status=401",
    ] {
        assert!(log.contains(expected), "{expected}\n{log}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log\n{log}");
    }
}

#[tokio::test]
async fn people_keys_and_the_audit_are_looked_after_while_it_does_not_run() {
    let scene = Scene::start().await;
    let before = scene.owner_token.clone();
    let open = async |scene: &Scene| {
        let folder = scene.folder().to_owned();
        let place = place(&folder);
        Upkeep::open(folder, place, Box::new(scene.secrets.clone())).await
    };
    // Not while it runs.
    let error = open(&scene).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error:?}");
    scene.stop().await;

    Upkeep::rotate_keys(scene.folder(), &scene.secrets).unwrap();
    let upkeep = open(&scene).await.unwrap();
    upkeep.keys_rotated().await.unwrap();
    let add = async |email: &str, password: &str, is_owner| {
        upkeep
            .add_account(email, "", password.to_owned(), is_owner)
            .await
    };
    add("Owner@example.com", PASSWORD, true).await.unwrap();
    add("second@example.com", PASSWORD, true).await.unwrap();
    let errors = [
        add("owner@EXAMPLE.com", PASSWORD, false).await.unwrap_err(),
        add("nobody", PASSWORD, false).await.unwrap_err(),
        add("a@example.com", "short", false).await.unwrap_err(),
        upkeep
            .set_password("a@example.com", PASSWORD.to_owned())
            .await
            .unwrap_err(),
    ];
    assert!(
        matches!(
            errors,
            [
                Error::AccountExists,
                Error::Email,
                Error::UnfitPassword,
                Error::NoAccount
            ]
        ),
        "{errors:?}"
    );
    upkeep
        .set_password("second@example.com", "another password".to_owned())
        .await
        .unwrap();
    let sound = upkeep.verify().await.unwrap();
    assert_eq!((sound.broken, sound.entries), (None, 4));
    upkeep.close().await;

    let scene = scene.restart(|_| {}).await;
    assert_eq!(scene.get("/api/devices", &before).await.status, 401);
    let login = async |email: &str, password: &str| {
        let body = json!({ "username": email, "password": password });
        let pending = scene.post("/api/auth/login", "", &body).await;
        pending.reply().await
    };
    assert_eq!(login("second@example.com", PASSWORD).await.status, 401);
    let second = login("second@example.com", "another password").await;
    let me = scene.get("/api/auth/me", token(&second)).await;
    assert_eq!(me.body["role"], "owner");
    // The first owner has the agents that every hub begins with.
    let first = login("owner@example.com", PASSWORD).await;
    let agents = scene.get("/api/agents", token(&first)).await;
    assert!(
        agents.body.to_string().contains("\"autonomous\""),
        "{agents:?}"
    );

    let scene = scene
        .restart(|books| {
            books.change(
                "UPDATE audit SET body = '{\"name\":\"x\",\"role\":\"owner\"}' WHERE seq = 2",
            );
        })
        .await;
    scene.stop().await;
    let upkeep = open(&scene).await.unwrap();
    let broken = upkeep.verify().await.unwrap().broken;
    assert_eq!(broken.as_deref(), Some("entry 2 was changed"));
    upkeep.close().await;
    // Whoever copies the folder now has everything.
    assert!(!scene.folder().join("hub.sqlite-wal").exists());
}

fn token(reply: &Reply) -> &str {
    match &reply.body["access_token"] {
        Value::String(token) => token,
        other => panic!("no token but {other}"),
    }
}
