//! Every way to a first token, against a hub that answers as the texts say.

use std::sync::Arc;

use chaperone_dialects::{ALL, Proving, SignedBearer, dialect};
use chaperone_link::{
    Address, Applicant, DeviceKey, Failure, Given, LinkSettings, Need, Renewal, Secret, SignIn,
    SignedIn, Step, Token, Way,
};
use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{device::info, keys, tokens::atoms, web::Web, world::Small};

fn begin(hub: &Web, kind: &str, way: Way) -> (SignIn, Arc<Small>) {
    begin_by(None, hub, kind, way)
}

fn begin_by(key: Option<DeviceKey>, hub: &Web, kind: &str, way: Way) -> (SignIn, Arc<Small>) {
    let world = Small::new();
    let address = Address::parse(&format!("ws://{}", hub.address())).unwrap();
    let applicant = Applicant {
        client_id: "chaperone".to_owned(),
        device: info(),
        fingerprint: "21fe 31df a154 a261".to_owned(),
        key,
        version: "2.0.0".to_owned(),
    };
    let sign_in = SignIn::begin(
        way,
        dialect(kind).unwrap(),
        &address,
        &LinkSettings::default(),
        applicant,
        Arc::clone(&world) as _,
    );
    (sign_in.unwrap(), world)
}

fn given<const N: usize>(fields: [(Need, &str); N]) -> Given {
    let fields = fields.map(|(need, text)| (need, Secret::new(text)));
    fields.into_iter().collect()
}

/// A step that asks the hub once, and what it asked.
async fn step(
    sign_in: &mut SignIn,
    given: &Given,
    hub: &Web,
    status: u16,
    answer: Value,
) -> (Step, String, String) {
    let served = async {
        let asks = hub.asks().await;
        let (line, body) = (asks.line.clone(), asks.body.clone());
        assert_eq!(asks.bearer(), None);
        drop(asks.answer(status, answer).await);
        (line, body)
    };
    let (step, (line, body)) = tokio::join!(sign_in.step(given), served);
    (step, line, body)
}

fn json_of(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

fn needs(what: &[Need], problem: Option<&str>) -> Step {
    Step::Needs {
        what: what.to_vec(),
        problem: problem.map(str::to_owned),
    }
}

fn done(step: Step) -> SignedIn {
    match step {
        Step::Done(signed_in) => signed_in,
        step => panic!("not signed in: {step:?}"),
    }
}

const BOTH: [Need; 2] = [Need::Email, Need::Password];

#[test]
fn every_kind_of_hub_offers_its_ways() {
    let offered: Vec<(&str, Vec<Way>)> = ALL
        .iter()
        .map(|dialect| (dialect.profile().id, Way::offered(*dialect)))
        .collect();
    assert_eq!(
        offered[..4],
        [
            (
                "atom",
                vec![Way::DeviceCode, Way::Password, Way::PastedToken]
            ),
            ("adiuva", vec![Way::Password, Way::PastedToken]),
            ("angela", vec![]),
            ("archety", vec![Way::Registration, Way::PastedToken]),
        ]
    );
}

#[tokio::test]
async fn atom_wants_a_password_and_perhaps_a_code() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "atom", Way::Password);
    assert_eq!(sign_in.step(&Given::new()).await, needs(&BOTH, None));

    let login = given([(Need::Email, " me@example.com "), (Need::Password, " p w ")]);
    let answer = json!({"detail": "Incorrect username or password"});
    let (wrong, line, body) = step(&mut sign_in, &login, &hub, 401, answer).await;
    assert_eq!(line, "POST /api/auth/login HTTP/1.1");
    assert_eq!(
        json_of(&body),
        json!({"username": "me@example.com", "password": " p w "})
    );
    assert_eq!(wrong, needs(&BOTH, Some("Incorrect username or password")));

    let answer = json!({"two_factor_required": true, "user_id": "u", "email": "me@example.com",
        "message": "2FA"});
    let (code, ..) = step(&mut sign_in, &login, &hub, 200, answer.clone()).await;
    assert_eq!(code, needs(&[Need::Code], None));
    assert_eq!(
        sign_in.step(&Given::new()).await,
        needs(&[Need::Code], None)
    );

    let (again, ..) = step(
        &mut sign_in,
        &given([(Need::Code, "000000")]),
        &hub,
        200,
        answer,
    )
    .await;
    assert!(matches!(again, Step::Needs { what, problem: Some(_) } if what == [Need::Code]));

    let answer = json!({"access_token": "a-1", "token_type": "bearer"});
    let (end, _, body) = step(
        &mut sign_in,
        &given([(Need::Code, "123 456")]),
        &hub,
        200,
        answer,
    )
    .await;
    assert_eq!(
        json_of(&body),
        json!({"username": "me@example.com", "password": " p w ", "totp_code": "123456"})
    );
    assert_eq!(
        done(end),
        SignedIn {
            token: Token {
                access: Secret::new("a-1"),
                refresh: None,
                expires_at: None,
            },
            renewal: atoms(),
            device: None,
        }
    );
}

#[tokio::test]
async fn a_hub_that_refuses_says_why_without_control_characters() {
    let hub = Web::listen().await;
    let login = given([(Need::Email, "me"), (Need::Password, "hunter2")]);
    for (status, answer, failure) in [
        (
            400,
            json!({"detail": "Inactive\u{202e} user"}),
            "the hub refuses: Inactive\\u{202e} user",
        ),
        (404, json!({}), "does not offer this way"),
        (503, json!({}), "cannot sign anybody in now (HTTP 503)"),
        (302, json!({}), "the hub refuses: HTTP 302"),
        (200, json!({"access_token": ""}), "holds no token"),
        (200, json!([]), "holds no token"),
    ] {
        let (mut sign_in, _) = begin(&hub, "atom", Way::Password);
        let (end, ..) = step(&mut sign_in, &login, &hub, status, answer).await;
        let Step::Failed(found) = end else {
            panic!("{end:?}")
        };
        let said = found.to_string();
        assert!(said.contains(failure), "{said}");
        assert!(!format!("{found:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn adiuva_wants_a_password() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "adiuva", Way::Password);
    assert_eq!(sign_in.step(&Given::new()).await, needs(&BOTH, None));
    let login = given([(Need::Email, "me@example.com"), (Need::Password, "pw")]);
    let answer =
        json!({"access_token": "a-1", "refresh_token": "r-1", "expires_at": 4_102_444_800_i64});
    let (end, line, body) = step(&mut sign_in, &login, &hub, 200, answer).await;
    assert_eq!(line, "POST /api/v1/auth/login HTTP/1.1");
    assert_eq!(
        json_of(&body),
        json!({"email": "me@example.com", "password": "pw"})
    );
    let SignedIn { token, renewal, .. } = done(end);
    let path = "/api/v1/auth/refresh".to_owned();
    assert_eq!(renewal, Renewal::RefreshToken { path });
    assert_eq!(token.refresh, Some(Secret::new("r-1")));
    assert_eq!(
        token.expires_at,
        Some(Timestamp::from_second(4_102_444_800).unwrap())
    );
}

#[tokio::test]
async fn an_edge_device_registers_and_signs_its_own_tokens() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "archety", Way::Registration);
    let all = [Need::Phone, Need::RegistrationToken, Need::SharedSecret];
    assert_eq!(sign_in.step(&Given::new()).await, needs(&all, None));

    let typed = given([
        (Need::Phone, "+15550100"),
        (Need::RegistrationToken, "edge_manual_token"),
    ]);
    let (wrong, ..) = step(
        &mut sign_in,
        &typed,
        &hub,
        401,
        json!({"error": "unauthorized", "message": "No"}),
    )
    .await;
    assert_eq!(wrong, needs(&all, Some("No")));

    let answer = json!({"edge_agent_id": "edge_123"});
    let (next, line, body) = step(&mut sign_in, &typed, &hub, 200, answer).await;
    assert_eq!(line, "POST /edge/register HTTP/1.1");
    assert_eq!(
        json_of(&body),
        json!({"user_phone": "+15550100", "apple_id": null, "version": "2.0.0",
            "capabilities": ["notification"], "auth_token": "edge_manual_token"})
    );
    // The hub gave no token of its own, so the secret is needed now.
    assert_eq!(next, needs(&[Need::SharedSecret], None));
    let end = sign_in
        .step(&given([(Need::SharedSecret, "shared-secret")]))
        .await;
    let SignedIn {
        token,
        renewal,
        device,
    } = done(end);
    let id = DeviceId::new("edge_123").unwrap();
    assert_eq!(device, Some(id.clone()));
    assert_eq!(
        renewal,
        Renewal::Signed {
            device: id.clone(),
            phone: "+15550100".to_owned()
        }
    );
    let signed = SignedBearer::verified(token.access.expose(), b"shared-secret", Timestamp::now());
    assert_eq!(signed.unwrap().edge_agent_id, id);
    let left = token.expires_at.unwrap().duration_since(Timestamp::now());
    assert!(left > SignedDuration::from_hours(23) && left <= SignedDuration::from_hours(24));
}

#[tokio::test]
async fn an_edge_device_takes_the_token_that_its_hub_gives_it() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "archety", Way::Registration);
    let typed = given([(Need::Phone, "+1"), (Need::RegistrationToken, "t")]);
    let answer = json!({"edge_agent_id": "edge_1", "auth_token": "own"});
    let (end, ..) = step(&mut sign_in, &typed, &hub, 200, answer).await;
    let SignedIn { token, renewal, .. } = done(end);
    assert_eq!((token.access.expose(), renewal), ("own", Renewal::Never));
}

#[tokio::test]
async fn a_pasted_token_is_taken_as_it_is() {
    let hub = Web::listen().await;
    for (kind, renewal) in [("atom", atoms()), ("adiuva", Renewal::Never)] {
        let (mut sign_in, _) = begin(&hub, kind, Way::PastedToken);
        assert_eq!(
            sign_in.step(&Given::new()).await,
            needs(&[Need::Token], None)
        );
        let end = sign_in.step(&given([(Need::Token, " Bearer abc\n")])).await;
        let found = done(end);
        assert_eq!(
            (found.token.access.expose(), found.renewal),
            ("abc", renewal)
        );
    }
}

fn code(expires_in: i64) -> Value {
    json!({"device_code": "d c", "user_code": "WDJB-MJHT", "verification_uri": "https://hub.test/device",
        "verification_uri_complete": "https://hub.test/device?user_code=WDJB-MJHT",
        "expires_in": expires_in, "interval": 1})
}

#[tokio::test]
async fn a_device_with_a_key_asks_to_be_known_by_it_and_proves_it() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin_by(Some(keys::key()), &hub, "atom", Way::DeviceCode);
    let (_, _, body) = step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
    let public = format!("&device_public_key={}", keys::public());
    assert!(body.ends_with(&public), "{body}");
    let authority = hub.address().to_string();
    let user_code = "WDJB-MJHT";
    let signature = keys::signature(Proving::Pairing { user_code }, &authority, "d c");
    let answer = json!({"access_token": "a-1", "token_type": "Bearer", "device_id": "desk"});
    let (end, _, body) = step(&mut sign_in, &Given::new(), &hub, 200, answer).await;
    let signed = format!("&device_signature={signature}");
    assert!(body.ends_with(&signed), "{body}");
    assert_eq!(done(end).token.access.expose(), "a-1");
}

#[tokio::test]
async fn a_code_is_shown_and_waited_for_at_the_hubs_pace() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
    let (show, line, body) = step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
    assert_eq!(line, "POST /oauth/device_authorization HTTP/1.1");
    assert_eq!(
        body,
        "client_id=chaperone&device_id=desk&device_name=Desk&device_fingerprint=21fe%2031df%20a154%20a261"
    );
    let Step::Show {
        code,
        uri,
        complete_uri,
        expires_at,
    } = show
    else {
        panic!("{show:?}")
    };
    assert_eq!(
        (code.as_str(), uri.as_str()),
        ("WDJB-MJHT", "https://hub.test/device")
    );
    assert_eq!(
        complete_uri.unwrap(),
        "https://hub.test/device?user_code=WDJB-MJHT"
    );
    assert!(expires_at > Timestamp::now());

    let started = std::time::Instant::now();
    let served = async {
        for (number, (status, answer)) in [
            (400, json!({"error": "authorization_pending"})),
            (503, json!({})),
            (
                200,
                json!({"access_token": "a-1", "refresh_token": "r-1", "expires_in": 3600,
                "token_type": "Bearer", "device_id": "desk-7"}),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let asks = hub.asks().await;
            assert_eq!(asks.line, "POST /oauth/token HTTP/1.1");
            assert_eq!(
                asks.form(),
                [
                    (
                        "grant_type",
                        "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
                    ),
                    ("device_code", "d%20c"),
                    ("client_id", "chaperone"),
                ]
            );
            let paced = started.elapsed().as_millis() >= 900 * (number as u128 + 1);
            assert!(paced, "asked too soon");
            drop(asks.answer(status, answer).await);
        }
    };
    let nothing = Given::new();
    let (end, ()) = tokio::join!(sign_in.step(&nothing), served);
    let SignedIn {
        token,
        renewal,
        device,
    } = done(end);
    assert_eq!(token.refresh, Some(Secret::new("r-1")));
    assert_eq!(
        renewal,
        Renewal::OAuth {
            client_id: "chaperone".to_owned()
        }
    );
    assert_eq!(device, Some(DeviceId::new("desk-7").unwrap()));
}

#[tokio::test]
async fn a_hub_slows_a_device_down() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
    step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
    let served = async {
        drop(
            hub.asks()
                .await
                .answer(400, json!({"error": "slow_down"}))
                .await,
        );
        assert!(!hub.visited_within(std::time::Duration::from_secs(2)).await);
    };
    let nothing = Given::new();
    tokio::select! {
        end = sign_in.step(&nothing) => panic!("{end:?}"),
        () = served => {}
    }
}

#[tokio::test]
async fn a_code_comes_to_nothing_in_several_ways() {
    for (answer, failure) in [
        (json!({"error": "access_denied"}), Failure::Denied),
        (json!({"error": "expired_token"}), Failure::Expired),
        (
            json!({"error": "invalid_client", "error_description": "who?"}),
            Failure::Refused {
                said: "who?".to_owned(),
            },
        ),
    ] {
        let hub = Web::listen().await;
        let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
        step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
        let (end, ..) = step(&mut sign_in, &Given::new(), &hub, 400, answer).await;
        assert_eq!(end, Step::Failed(failure));
        // The next step begins anew.
        let (show, ..) = step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
        assert!(matches!(show, Step::Show { .. }));
    }
}

#[tokio::test]
async fn a_code_ends_by_our_own_clock_too() {
    let hub = Web::listen().await;
    let (mut sign_in, world) = begin(&hub, "atom", Way::DeviceCode);
    step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
    world.jump(SignedDuration::from_mins(11));
    assert_eq!(
        sign_in.step(&Given::new()).await,
        Step::Failed(Failure::Expired)
    );
}

#[tokio::test]
async fn a_code_outlives_a_hub_that_is_away_and_a_window_that_is_closed() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
    step(&mut sign_in, &Given::new(), &hub, 200, code(600)).await;
    let nothing = Given::new();
    // Somebody stops waiting, and the hub does not answer once.
    tokio::select! {
        end = sign_in.step(&nothing) => panic!("{end:?}"),
        asks = hub.asks() => drop(asks),
    }
    let answer = json!({"access_token": "a-1"});
    let (end, ..) = step(&mut sign_in, &nothing, &hub, 200, answer).await;
    assert_eq!(done(end).token.access.expose(), "a-1");
}

#[tokio::test]
async fn only_pages_are_opened() {
    let hub = Web::listen().await;
    let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
    let mut answer = code(600);
    answer["verification_uri_complete"] = "file:///etc/passwd".into();
    let (show, ..) = step(&mut sign_in, &Given::new(), &hub, 200, answer.clone()).await;
    assert!(matches!(
        show,
        Step::Show {
            complete_uri: None,
            ..
        }
    ));
    let (mut sign_in, _) = begin(&hub, "atom", Way::DeviceCode);
    answer["verification_uri"] = "javascript:alert(1)".into();
    let (end, ..) = step(&mut sign_in, &Given::new(), &hub, 200, answer).await;
    assert_eq!(end, Step::Failed(Failure::Senseless));
}

#[tokio::test]
async fn a_password_does_not_cross_a_network_in_the_clear() {
    let address = Address::parse_exposed("http://192.168.1.7:8000").unwrap();
    let applicant = Applicant {
        client_id: String::new(),
        device: info(),
        fingerprint: String::new(),
        key: None,
        version: String::new(),
    };
    let begun = SignIn::begin(
        Way::Password,
        dialect("atom").unwrap(),
        &address,
        &LinkSettings::default(),
        applicant,
        Small::new(),
    );
    assert!(begun.is_err());
}
