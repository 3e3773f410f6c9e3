//! Signing in, second factors, sessions, pairing and agents.

use serde_json::{Value, json};

use crate::{
    device::Device,
    http::{self, Reply},
    scene::Scene,
};

const EMAIL: &str = "someone@example.com";
const PASSWORD: &str = "correct horse battery";

impl Scene {
    async fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Reply {
        let mut headers = vec![self.host(), "Connection: close".to_owned()];
        if !token.is_empty() {
            headers.push(format!("Authorization: Bearer {token}"));
        }
        if body.is_some() {
            headers.push("Content-Type: application/json".to_owned());
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        http::send(self.address, &format!("{method} {path}"), &headers, &body)
            .await
            .reply()
            .await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(':', "%3A").replace(' ', "+")))
            .collect();
        let host = self.host();
        let headers = [
            host.as_str(),
            "Content-Type: application/x-www-form-urlencoded",
            "Connection: close",
        ];
        http::send(
            self.address,
            &format!("POST {path}"),
            &headers,
            &body.join("&"),
        )
        .await
        .reply()
        .await
    }

    /// Registers somebody; their token.
    async fn somebody(&self, email: &str) -> Value {
        let body = json!({ "email": email, "password": PASSWORD, "first_name": "Some", "last_name": "One" });
        let reply = self.ask("POST", "/api/auth/register", "", Some(body)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body
    }

    async fn login(&self, password: &str, code: Option<&str>) -> Reply {
        let body =
            json!({ "username": "SomeOne@example.com", "password": password, "totp_code": code });
        self.ask("POST", "/api/auth/login", "", Some(body)).await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn people_register_sign_in_and_out() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    assert_eq!(given["token_type"], "bearer");
    let again = json!({ "email": EMAIL, "password": PASSWORD });
    let reply = scene
        .ask("POST", "/api/auth/register", "", Some(again))
        .await;
    assert_eq!(reply.verdict(), (409, "exists"));
    let short = json!({ "email": "a@b.cd", "password": "short" });
    let reply = scene
        .ask("POST", "/api/auth/register", "", Some(short))
        .await;
    assert_eq!(reply.verdict(), (422, "unprocessable"));

    let reply = scene.login(PASSWORD, None).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let token = text(&reply.body["access_token"]).to_owned();
    let me = scene.ask("GET", "/api/auth/me", &token, None).await;
    assert_eq!(me.body["email"], EMAIL);
    assert_eq!(me.body["role"], "member");
    let devices = scene.ask("GET", "/api/devices", &token, None).await;
    assert_eq!(devices.body, json!([]));
    // By showing the old token, and without a body.
    let next = scene.ask("POST", "/api/auth/refresh", &token, None).await;
    let next = text(&next.body["access_token"]).to_owned();
    let out = scene.ask("POST", "/api/auth/logout", &next, None).await;
    assert_eq!(out.status, 200);
    for ended in [&token, &next] {
        let me = scene.ask("GET", "/api/auth/me", ended, None).await;
        assert_eq!(me.status, 401, "{me:?}");
    }
    // Nothing of this is another person's business.
    let accounts = scene
        .ask("GET", "/api/accounts", text(&given["access_token"]), None)
        .await;
    assert_eq!(accounts.verdict(), (403, "forbidden"));
    let verified = scene
        .ask("GET", "/api/audit/verify", &scene.owner_token, None)
        .await;
    assert_eq!(verified.body["broken"], Value::Null);
    // The account's own line, two sign-ins and a sign-out.
    assert_eq!(verified.body["entries"], 4);
    let accounts = scene
        .ask("GET", "/api/accounts", &scene.owner_token, None)
        .await;
    assert_eq!(accounts.body.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn ten_wrong_passwords_lock_and_say_for_how_long() {
    let scene = Scene::start().await;
    scene.somebody(EMAIL).await;
    for _ in 0..10 {
        let reply = scene.login("not this one", None).await;
        assert_eq!(reply.status, 401);
        assert_eq!(reply.detail(), "Incorrect username or password");
    }
    let reply = scene.login(PASSWORD, None).await;
    assert_eq!(reply.verdict(), (429, "locked"));
    assert!(reply.head.contains("retry-after: "), "{}", reply.head);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let token = text(&given["access_token"]);
    let me = scene.ask("GET", "/api/auth/me", token, None).await;
    let path = format!("/api/accounts/{}", text(&me.body["id"]));
    let disable = Some(json!({ "disabled": true }));
    let reply = scene.ask("PATCH", &path, &scene.owner_token, disable).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(
        scene.ask("GET", "/api/auth/me", token, None).await.status,
        401
    );
    assert_eq!(
        scene.login(PASSWORD, None).await.verdict(),
        (400, "inactive")
    );
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_a_copy_ends_the_session() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let first = json!({ "refresh_token": given["refresh_token"] });
    let reply = scene
        .ask("POST", "/api/v1/auth/refresh", "", Some(first.clone()))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let token = text(&reply.body["access_token"]).to_owned();
    assert_eq!(
        scene.ask("GET", "/api/auth/me", &token, None).await.status,
        200
    );
    let copy = scene
        .ask("POST", "/api/v1/auth/refresh", "", Some(first))
        .await;
    assert_eq!(copy.status, 401);
    assert_eq!(
        scene.ask("GET", "/api/auth/me", &token, None).await.status,
        401
    );
    let second = json!({ "refresh_token": reply.body["refresh_token"] });
    let reply = scene
        .ask("POST", "/api/v1/auth/refresh", "", Some(second))
        .await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let here = scene.login(PASSWORD, None).await;
    let (here, there) = (
        text(&here.body["access_token"]),
        text(&given["access_token"]),
    );
    let change = |current: &str| {
        Some(json!({ "current_password": current, "new_password": "another horse battery" }))
    };
    let reply = scene
        .ask("POST", "/api/auth/password", here, change("wrong"))
        .await;
    assert_eq!(reply.status, 401);
    let reply = scene
        .ask("POST", "/api/auth/password", here, change(PASSWORD))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(
        scene.ask("GET", "/api/auth/me", here, None).await.status,
        200
    );
    assert_eq!(
        scene.ask("GET", "/api/auth/me", there, None).await.status,
        401
    );
    assert_eq!(scene.login(PASSWORD, None).await.status, 401);
    assert_eq!(scene.login("another horse battery", None).await.status, 200);
}

#[tokio::test]
async fn a_device_is_paired_by_a_code_and_lives_as_long_as_its_session() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let token = text(&given["access_token"]);
    let fields = [
        ("client_id", "chaperone"),
        ("device_id", "desk"),
        ("device_name", "The desk"),
        ("device_fingerprint", "A1B2 C3D4 E5F6 0718"),
    ];
    let grant = scene.form("/oauth/device_authorization", &fields).await;
    assert_eq!(grant.status, 200, "{grant:?}");
    let (device_code, user_code) = (
        text(&grant.body["device_code"]).to_owned(),
        text(&grant.body["user_code"]).to_owned(),
    );
    let poll = async || {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", &device_code),
            ("client_id", "chaperone"),
        ];
        scene.form("/oauth/token", &fields).await
    };
    assert_eq!(poll().await.body["error"], "authorization_pending");
    assert_eq!(poll().await.body["error"], "slow_down");

    let path = format!(
        "/api/pairing/{}",
        user_code.to_lowercase().replace('-', "%20")
    );
    let seen = scene.ask("GET", &path, token, None).await;
    assert_eq!(seen.body["device_name"], "The desk", "{seen:?}");
    assert_eq!(seen.body["fingerprint"], "a1b2 c3d4 e5f6 0718");
    // Nobody who is not signed in, and no agent, lets a device in.
    for credential in ["", scene.key("autonomous")] {
        let allow = Some(json!({ "allow": true }));
        let reply = scene.ask("POST", &path, credential, allow).await;
        assert!([401, 403].contains(&reply.status), "{reply:?}");
    }
    let allow = Some(json!({ "allow": true }));
    assert_eq!(
        scene.ask("POST", &path, token, allow.clone()).await.status,
        200
    );
    assert_eq!(scene.ask("POST", &path, token, allow).await.status, 404);

    let paired = poll().await;
    assert_eq!(paired.status, 200, "{paired:?}");
    assert_eq!(paired.body["device_id"], "desk");
    assert_eq!(poll().await.body["error"], "invalid_grant");
    let access = text(&paired.body["access_token"]);
    // It opens the device's socket and nothing else.
    assert_eq!(
        scene.ask("GET", "/api/devices", access, None).await.status,
        401
    );
    let mut other = Device::open_with(&scene, access).await;
    let hello = json!({ "type": "register", "device_node_id": "another" });
    other.send(&hello).await;
    assert_eq!(other.closed().await, 1008);
    // Nor does it fetch what another device is asked, or answer for it.
    let sync = json!({ "edge_agent_id": "another", "pending_events": [], "status": {} });
    let headers = [
        &scene.host(),
        &format!("Authorization: Bearer {access}"),
        "X-Edge-Agent-Id: another",
        "Content-Type: application/json",
        "Connection: close",
    ];
    for path in ["/edge/sync", "/edge/command/ack"] {
        let start = format!("POST {path}");
        let pending = http::send(scene.address, &start, &headers, &sync.to_string()).await;
        assert_eq!(
            pending.reply().await.verdict(),
            (403, "forbidden"),
            "{path}"
        );
    }
    let mut device = Device::open_with(&scene, access).await;
    device.register("desk", &[]).await;
    let devices = scene.ask("GET", "/api/devices", token, None).await;
    assert_eq!(devices.body[0]["status"], "online");

    let refresh = text(&paired.body["refresh_token"]).to_owned();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    let renewed = scene.form("/oauth/token", &fields).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    // Its person ends it: the socket goes, and there is no way back.
    let sessions = scene.ask("GET", "/api/auth/sessions", token, None).await;
    let session = sessions
        .body
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "device");
    let path = format!("/api/auth/sessions/{}", text(&session.unwrap()["id"]));
    assert_eq!(scene.ask("DELETE", &path, token, None).await.status, 200);
    assert_eq!(device.closed().await, 4009);
    let refresh = text(&renewed.body["refresh_token"]).to_owned();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    assert_eq!(
        scene.form("/oauth/token", &fields).await.body["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_code_that_is_denied_or_guessed_opens_nothing() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let token = text(&given["access_token"]);
    let fields = [("client_id", "chaperone"), ("device_name", "The desk")];
    let grant = scene.form("/oauth/device_authorization", &fields).await;
    let path = format!("/api/pairing/{}", text(&grant.body["user_code"]));
    let deny = Some(json!({ "allow": false }));
    assert_eq!(scene.ask("POST", &path, token, deny).await.status, 200);
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", text(&grant.body["device_code"])),
        ("client_id", "chaperone"),
    ];
    assert_eq!(
        scene.form("/oauth/token", &fields).await.body["error"],
        "access_denied"
    );
    for _ in 0..10 {
        let reply = scene
            .ask("GET", "/api/pairing/BBBB-BBBB", token, None)
            .await;
        assert_eq!(reply.status, 404);
    }
    let reply = scene
        .ask("GET", "/api/pairing/BBBB-BBBB", token, None)
        .await;
    assert_eq!(reply.verdict(), (429, "locked"));
}

#[tokio::test]
async fn agents_have_levels_with_a_history_and_keys_that_end() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let token = text(&given["access_token"]);
    let new = Some(json!({ "name": "Helper", "confidence": 0.7 }));
    let made = scene.ask("POST", "/api/agents", token, new).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["maturity"], "supervised");
    let key = text(&made.body["key"]).to_owned();
    let path = format!("/api/agents/{}", text(&made.body["id"]));
    let seen = scene.ask("GET", &path, token, None).await;
    assert!(seen.body.get("key").is_none(), "{seen:?}");
    // The key is the agent's: it looks at its person's devices, and at no policy.
    assert_eq!(
        scene.ask("GET", "/api/devices", &key, None).await.body,
        json!([])
    );
    for (method, path) in [
        ("GET", "/api/agents"),
        ("PATCH", &path),
        ("POST", "/api/auth/password"),
    ] {
        let body = (method != "GET").then(|| json!({}));
        let reply = scene.ask(method, path, &key, body).await;
        assert_eq!(reply.verdict(), (403, "forbidden"), "{method} {path}");
    }
    let wrong = Some(json!({ "maturity": "autonomous", "confidence": 0.5 }));
    let reply = scene.ask("PATCH", &path, token, wrong).await;
    assert_eq!(
        reply.detail(),
        "confidence: stands for intern, not for autonomous"
    );
    let promote = Some(json!({ "reason": "did well" }));
    let reply = scene
        .ask("POST", &format!("{path}/promote"), token, promote)
        .await;
    assert_eq!(reply.body["maturity"], "autonomous", "{reply:?}");
    let history = scene
        .ask("GET", &format!("{path}/history"), token, None)
        .await;
    assert_eq!(history.body[0]["from"], "supervised");
    assert_eq!(history.body[0]["reason"], "did well");
    assert_eq!(history.body[1]["from"], Value::Null);

    let keys = scene.ask("GET", &format!("{path}/keys"), token, None).await;
    let end = format!("{path}/keys/{}", text(&keys.body[0]["id"]));
    assert_eq!(scene.ask("DELETE", &end, token, None).await.status, 200);
    assert_eq!(
        scene.ask("GET", "/api/devices", &key, None).await.status,
        401
    );
    let another = scene
        .ask("POST", &format!("{path}/keys"), token, Some(json!({})))
        .await;
    let key = text(&another.body["key"]).to_owned();
    assert_eq!(
        scene.ask("GET", "/api/devices", &key, None).await.status,
        200
    );
    // Another person sees no such agent.
    let other = scene.somebody("other@example.com").await;
    let reply = scene
        .ask("GET", &path, text(&other["access_token"]), None)
        .await;
    assert_eq!(reply.status, 404);
    assert_eq!(scene.ask("DELETE", &path, token, None).await.status, 200);
    assert_eq!(
        scene.ask("GET", "/api/devices", &key, None).await.status,
        401
    );
}

#[tokio::test]
async fn an_agent_sends_no_more_than_its_person_lets_it() {
    let scene = Scene::start().await;
    let given = scene.somebody(EMAIL).await;
    let token = text(&given["access_token"]);
    let new = json!({ "name": "Helper", "maturity": "intern", "commands_per_minute": 2 });
    let made = scene.ask("POST", "/api/agents", token, Some(new)).await;
    let key = text(&made.body["key"]).to_owned();
    let ask = async || {
        let body = json!({ "device_node_id": "nowhere", "title": "Tea", "body": "" });
        let reply = scene
            .ask("POST", "/api/devices/notification", &key, Some(body))
            .await;
        (reply.status, reply.head.contains("retry-after: "))
    };
    assert_eq!(ask().await, (404, false));
    assert_eq!(ask().await, (404, false));
    assert_eq!(ask().await, (429, true));
}

#[tokio::test]
async fn an_owner_changes_somebody_else_s_account() {
    let scene = Scene::start().await;
    let made = json!({ "email": "kim@example.org", "password": "correct horse" });
    let made = scene
        .ask("POST", "/api/accounts", &scene.owner_token, Some(made))
        .await;
    let path = format!("/api/accounts/{}", text(&made.body["id"]));
    let login = async |password: &str| {
        let body = json!({ "username": "kim@example.org", "password": password });
        scene.ask("POST", "/api/auth/login", "", Some(body)).await
    };
    let change = async |body: Value| {
        scene
            .ask("PATCH", &path, &scene.owner_token, Some(body))
            .await
    };
    let before = login("correct horse").await;
    let token = text(&before.body["access_token"]);
    let people = async || scene.ask("GET", "/api/accounts", token, None).await.status;
    assert_eq!(people().await, 403);

    let owner = change(json!({ "role": "owner" })).await;
    assert_eq!((owner.status, &owner.body["role"]), (200, &"owner".into()));
    assert_eq!(people().await, 200);
    let member = change(json!({ "role": "member" })).await;
    assert_eq!(member.body["role"], "member");
    assert_eq!(people().await, 403);

    assert_eq!(change(json!({})).await.verdict(), (422, "unprocessable"));
    let short = change(json!({ "password": "short" })).await;
    assert_eq!(short.verdict(), (422, "unprocessable"));
    assert_eq!(people().await, 403);
    let reset = change(json!({ "password": "another horse" })).await;
    assert_eq!(reset.status, 200, "{reset:?}");
    // Signed out, and in again by the new one alone.
    assert_eq!(people().await, 401);
    assert_eq!(login("correct horse").await.status, 401);
    assert_eq!(login("another horse").await.status, 200);

    let again = login("another horse").await;
    let agent = Some(json!({ "name": "Scout" }));
    let token = text(&again.body["access_token"]);
    let agent = scene.ask("POST", "/api/agents", token, agent).await;
    let devices = async || {
        let key = text(&agent.body["key"]);
        scene.get("/api/devices", key).await.status
    };
    assert_eq!(devices().await, 200);
    assert_eq!(change(json!({ "disabled": true })).await.status, 200);
    assert_eq!(devices().await, 401);
    assert_eq!(change(json!({ "disabled": false })).await.status, 200);
    assert_eq!(devices().await, 200);

    let me = scene.get("/api/auth/me", &scene.owner_token).await;
    let own = format!("/api/accounts/{}", text(&me.body["id"]));
    let resigns = Some(json!({ "role": "member" }));
    let reply = scene.ask("PATCH", &own, &scene.owner_token, resigns).await;
    assert_eq!(reply.verdict(), (403, "forbidden"));
    let verified = scene.get("/api/audit/verify", &scene.owner_token).await;
    assert_eq!(verified.body["broken"], Value::Null);
}

#[tokio::test]
async fn the_hub_s_public_keys_are_open() {
    let scene = Scene::start().await;
    let keys = scene.ask("GET", "/.well-known/jwks.json", "", None).await;
    assert_eq!(keys.body["keys"][0]["crv"], "Ed25519");
}
