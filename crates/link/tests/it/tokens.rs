//! Tokens that are kept good, and what happens when they cannot be.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chaperone_dialects::{Proving, dialect};
use chaperone_link::{
    Address, BoxFuture, DeviceKey, LinkSettings, Outlook, Renewal, Secret, StoreError, Token,
    TokenError, TokenSource, TokenStore,
};
use chaperone_protocol::{ConnectionPhase, DeviceId, Remedy, SignedDuration, Timestamp};
use serde_json::json;
use tokio_util::task::TaskTracker;

use crate::{
    device::{Device, Setup},
    hub::{Hub, Socket},
    keys,
    web::{Asks, Visit, Web},
    world::Small,
};

/// Keeps a token in memory, and everything it was told to keep.
#[derive(Default)]
pub(crate) struct Memory {
    kept: Mutex<Vec<Option<Token>>>,
    broken: bool,
}

impl Memory {
    fn of(token: Option<Token>) -> Arc<Self> {
        Arc::new(Self {
            kept: Mutex::new(vec![token]),
            broken: false,
        })
    }

    fn last(&self) -> Option<Token> {
        self.kept.lock().unwrap().last().unwrap().clone()
    }
}

impl TokenStore for Memory {
    fn load(&self) -> BoxFuture<'_, Result<Option<Token>, StoreError>> {
        let loaded = if self.broken {
            Err("the keyring is locked".into())
        } else {
            Ok(self.last())
        };
        Box::pin(async move { loaded })
    }

    fn save<'a>(&'a self, token: Option<&'a Token>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.kept.lock().unwrap().push(token.cloned());
        Box::pin(async { Ok(()) })
    }
}

fn token(access: &str, ends_in: i64) -> Token {
    Token {
        access: Secret::new(access),
        refresh: Some(Secret::new("r&1")),
        expires_at: Some(Timestamp::now() + SignedDuration::from_secs(ends_in)),
    }
}

pub(crate) fn atoms() -> Renewal {
    Renewal::Showing {
        path: "/api/auth/refresh".to_owned(),
        logout_path: Some("/api/auth/logout".to_owned()),
    }
}

fn oauth() -> Renewal {
    Renewal::OAuth {
        client_id: "chaperone".to_owned(),
    }
}

/// A source and all it depends on.
struct Kept {
    source: TokenSource,
    store: Arc<Memory>,
    world: Arc<Small>,
    tracker: TaskTracker,
}

fn kept(hub: &Web, kind: &str, renewal: Renewal, token: Option<Token>) -> Kept {
    kept_by(None, hub, kind, (renewal, token))
}

fn kept_by(
    key: Option<DeviceKey>,
    hub: &Web,
    kind: &str,
    (renewal, token): (Renewal, Option<Token>),
) -> Kept {
    let (store, world, tracker) = (Memory::of(token), Small::new(), TaskTracker::new());
    let address = Address::parse(&format!("ws://{}", hub.address())).unwrap();
    let profile = dialect(kind).unwrap().profile();
    let source = TokenSource::kept(
        renewal,
        key.map(|key| (key, DeviceId::new("desk").unwrap())),
        Arc::clone(&store) as _,
        (profile, &address, &LinkSettings::default()),
        Arc::clone(&world) as _,
        &tracker,
    );
    Kept {
        source,
        store,
        world,
        tracker,
    }
}

async fn socket(hub: &Web) -> (Socket, String) {
    match hub.visit().await {
        Visit::Knocks(stream) => Hub::accept_on(Box::new(stream)).await,
        Visit::Asks(asks) => panic!("a request: {}", asks.line),
    }
}

async fn refuse(hub: &Web, status: u16) {
    match hub.visit().await {
        Visit::Knocks(stream) => Hub::refuse_on(Box::new(stream), status).await,
        Visit::Asks(asks) => panic!("a request: {}", asks.line),
    }
}

fn is_oauth_refresh(asks: &Asks, refresh: &str) {
    assert_eq!(asks.line, "POST /oauth/token HTTP/1.1");
    assert_eq!(
        asks.form(),
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_id", "chaperone"),
        ]
    );
}

fn rotated() -> serde_json::Value {
    json!({"access_token": "a-2", "refresh_token": "r-2", "token_type": "bearer", "expires_in": 3600})
}

#[tokio::test]
async fn a_token_is_renewed_ahead_and_kept_before_it_is_used() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", -1)));
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    let asks = hub.asks().await;
    is_oauth_refresh(&asks, "r%261");
    drop(asks.answer(200, rotated()).await);
    let (mut socket, asked) = socket(&hub).await;
    assert_eq!(asked, "/api/devices/ws?token=a-2");
    let stored = kept.store.last().unwrap();
    assert_eq!(
        (stored.access.expose(), stored.refresh.unwrap().expose()),
        ("a-2", "r-2")
    );
    socket.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    assert_eq!(kept.source.outlook().await, Outlook::Good);
}

#[tokio::test]
async fn a_renewal_is_proved_by_the_devices_key() {
    let hub = Web::listen().await;
    let due = || (oauth(), Some(token("a-1", -1)));
    let kept = kept_by(Some(keys::key()), &hub, "atom", due());
    let authority = hub.address().to_string();
    let signature = keys::signature(Proving::Renewal, &authority, "r&1");
    let served = async {
        let asks = hub.asks().await;
        let form = asks.form();
        assert_eq!(form.last(), Some(&("device_signature", signature.as_str())));
        drop(asks.answer(200, rotated()).await);
    };
    let (renewed, ()) = tokio::join!(kept.source.token(), served);
    assert_eq!(renewed, Ok(Secret::new("a-2")));

    // The hub goes by another key.
    let kept = kept_by(Some(keys::key()), &hub, "atom", due());
    let served = async {
        let answer = json!({"error": "invalid_proof", "error_description": "whatever"});
        drop(hub.asks().await.answer(400, answer).await);
    };
    let (refused, ()) = tokio::join!(kept.source.token(), served);
    let said = refused.unwrap_err().to_string();
    let expected = "this hub knows this device by another key: pair it again";
    assert_eq!(said, expected);
    assert_eq!(kept.source.outlook().await, Outlook::SignIn);
    // Nothing is tried any more, and nothing is lost.
    assert!(kept.source.token().await.is_err());
    assert_eq!(kept.store.last().unwrap().access.expose(), "a-1");
}

#[tokio::test]
async fn many_who_want_a_token_make_one_request() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", -1)));
    let wanted = futures_util::future::join_all((0..10).map(|_| kept.source.token()));
    let served = async {
        let asks = hub.asks().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(asks.answer(200, rotated()).await);
    };
    let (tokens, ()) = tokio::join!(wanted, served);
    assert!(
        tokens.iter().all(|token| token == &Ok(Secret::new("a-2"))),
        "{tokens:?}"
    );
    assert!(!hub.visited_within(Duration::from_millis(100)).await);
}

#[tokio::test]
async fn a_renewal_is_finished_though_nobody_waits_for_it_any_more() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", -1)));
    let given_up = tokio::time::timeout(Duration::from_millis(50), kept.source.token()).await;
    assert!(given_up.is_err());
    drop(hub.asks().await.answer(200, rotated()).await);
    assert_eq!(kept.source.token().await, Ok(Secret::new("a-2")));
    kept.tracker.close();
    kept.tracker.wait().await;
    assert_eq!(kept.store.last().unwrap().access.expose(), "a-2");
}

#[tokio::test]
async fn a_token_that_is_still_good_is_used_when_the_hub_cannot_renew() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", 3_600)));
    assert_eq!(kept.source.token().await, Ok(Secret::new("a-1")));
    kept.world.jump(SignedDuration::from_mins(58));
    let wanted = kept.source.token();
    let served = async { drop(hub.asks().await.answer(503, "").await) };
    assert_eq!(tokio::join!(wanted, served).0, Ok(Secret::new("a-1")));
    // Past its end it is good for nothing.
    kept.world.jump(SignedDuration::from_mins(3));
    let wanted = kept.source.token();
    let served = async { drop(hub.asks().await.answer(503, "").await) };
    let failed = tokio::join!(wanted, served).0;
    assert_eq!(failed, Err(TokenError::Status { status: 503 }));
    // A clock that jumps back makes it good again.
    kept.world.jump(SignedDuration::from_hours(-1));
    assert_eq!(kept.source.token().await, Ok(Secret::new("a-1")));
}

#[tokio::test]
async fn a_refused_renewal_stops_everything_until_somebody_signs_in() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", -1)));
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    drop(
        hub.asks()
            .await
            .answer(400, json!({"error": "invalid_grant"}))
            .await,
    );
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert_eq!(state.remedy, Some(Remedy::SignIn));
    assert!(state.trouble.unwrap().contains("sign in again"));
    for _ in 0..3 {
        device.link().try_now();
        device.reaches(ConnectionPhase::Refused).await;
    }
    assert!(!hub.visited_within(Duration::from_millis(200)).await);
    assert_eq!(kept.source.outlook().await, Outlook::SignIn);

    kept.source.signed_in(token("a-3", 3_600)).await.unwrap();
    device.link().try_now();
    let (mut socket, asked) = socket(&hub).await;
    assert!(asked.ends_with("token=a-3"), "{asked}");
    socket.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn a_token_that_the_hub_does_not_take_is_renewed_once() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", atoms(), Some(token("a-1", 3_600)));
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    refuse(&hub, 403).await;
    let asks = hub.asks().await;
    assert_eq!(asks.line, "POST /api/auth/refresh HTTP/1.1");
    assert_eq!((asks.bearer(), asks.body.as_str()), (Some("a-1"), ""));
    assert!(!asks.headers.contains_key("content-type"));
    drop(
        asks.answer(200, json!({"access_token": "a-2", "token_type": "bearer"}))
            .await,
    );
    // The new one is not taken either: that is for a person.
    refuse(&hub, 403).await;
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert_eq!(state.remedy, Some(Remedy::SignIn));
    assert!(!hub.visited_within(Duration::from_millis(200)).await);
}

#[tokio::test]
async fn a_refusal_on_the_open_socket_leads_to_another_token_at_once() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", 3_600)));
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    let (mut first, _) = socket(&hub).await;
    first.next("register").await;
    first.close(4001, "Unauthorized").await;
    device.reaches(ConnectionPhase::Refused).await;
    drop(hub.asks().await.answer(200, rotated()).await);
    let (mut second, asked) = socket(&hub).await;
    assert!(asked.ends_with("token=a-2"), "{asked}");
    second.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn a_link_that_stays_up_keeps_its_token_good() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), Some(token("a-1", 3_600)));
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    let (mut socket, _) = socket(&hub).await;
    socket.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    kept.world.jump(SignedDuration::from_mins(57));
    // Only the wait for the next look at the clock is left out.
    tokio::time::pause();
    let visit = hub.visit().await;
    tokio::time::resume();
    let Visit::Asks(asks) = visit else {
        panic!("the socket is there")
    };
    is_oauth_refresh(&asks, "r%261");
    drop(asks.answer(200, rotated()).await);
    assert_eq!(kept.source.token().await, Ok(Secret::new("a-2")));
}

#[tokio::test]
async fn a_signed_token_is_made_anew_without_asking_anybody() {
    let hub = Web::listen().await;
    let renewal = Renewal::Signed {
        device: DeviceId::new("edge_123").unwrap(),
        phone: "+15550001111".to_owned(),
    };
    let shared = Token {
        refresh: Some(Secret::new("shared-secret")),
        ..token("", -1)
    };
    let kept = kept(&hub, "archety", renewal, Some(shared));
    let verified = |token: &Secret, at| {
        chaperone_dialects::SignedBearer::verified(token.expose(), b"shared-secret", at)
    };
    let first = kept.source.token().await.unwrap();
    let signed = verified(&first, Timestamp::now()).unwrap();
    assert_eq!(
        (signed.edge_agent_id.as_str(), signed.user_phone.as_str()),
        ("edge_123", "+15550001111")
    );
    kept.world.jump(SignedDuration::from_hours(22));
    assert_eq!(kept.source.token().await, Ok(first.clone()));
    kept.world.jump(SignedDuration::from_mins(61));
    let second = kept.source.token().await.unwrap();
    assert_ne!(second, first);
    let later = Timestamp::now() + SignedDuration::from_hours(40);
    assert!(verified(&second, later).is_ok() && verified(&first, later).is_err());
    assert_eq!(kept.store.last().unwrap().access, second);
}

#[tokio::test]
async fn adiuva_takes_its_refresh_token() {
    let hub = Web::listen().await;
    let adiuvas = Renewal::RefreshToken {
        path: "/api/v1/auth/refresh".to_owned(),
    };
    let kept = kept(&hub, "adiuva", adiuvas, Some(token("a-1", -1)));
    let served = async {
        let asks = hub.asks().await;
        assert_eq!(asks.line, "POST /api/v1/auth/refresh HTTP/1.1");
        assert_eq!(asks.json(), json!({"refresh_token": "r&1"}));
        let answer = json!({"access_token": "a-2", "expires_at": "2100-01-01T00:00:00"});
        drop(asks.answer(200, answer).await);
    };
    let (had, ()) = tokio::join!(kept.source.token(), served);
    assert_eq!(had, Ok(Secret::new("a-2")));
    let stored = kept.store.last().unwrap();
    assert_eq!(
        stored.refresh,
        Some(Secret::new("r&1")),
        "still the old one"
    );
    assert_eq!(
        stored.expires_at,
        Some("2100-01-01T00:00:00Z".parse().unwrap())
    );
}

#[tokio::test]
async fn signing_out_forgets_the_token_and_tells_the_hub() {
    for (renewal, line) in [
        (atoms(), "POST /api/auth/logout HTTP/1.1"),
        (oauth(), "POST /oauth/revoke HTTP/1.1"),
    ] {
        let hub = Web::listen().await;
        let kept = kept(&hub, "atom", renewal.clone(), Some(token("a-1", 3_600)));
        kept.source.sign_out().await.unwrap();
        assert_eq!(kept.store.last(), None);
        assert_eq!(kept.source.token().await, Err(TokenError::Missing));
        let asks = hub.asks().await;
        assert_eq!(asks.line, line);
        if renewal == atoms() {
            assert_eq!(asks.bearer(), Some("a-1"));
        } else {
            assert_eq!(asks.form()[0], ("token", "r%261"));
        }
        drop(asks.answer(200, "{}").await);
    }
}

#[tokio::test]
async fn without_a_token_nobody_is_bothered() {
    let hub = Web::listen().await;
    let kept = kept(&hub, "atom", oauth(), None);
    let mut device = Setup::at(hub.address())
        .bearing(kept.source.clone())
        .start();
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert!(state.trouble.unwrap().contains("sign in"));
    assert!(!hub.visited_within(Duration::from_millis(200)).await);

    let broken = Memory {
        broken: true,
        ..Memory::default()
    };
    let address = Address::parse(&format!("ws://{}", hub.address())).unwrap();
    let source = TokenSource::kept(
        oauth(),
        None,
        Arc::new(broken),
        (
            dialect("atom").unwrap().profile(),
            &address,
            &LinkSettings::default(),
        ),
        Small::new(),
        &TaskTracker::new(),
    );
    let mut device: Device = Setup::at(hub.address()).bearing(source).start();
    let state = device.reaches(ConnectionPhase::Waiting).await;
    assert!(state.trouble.unwrap().contains("the keyring is locked"));
}
