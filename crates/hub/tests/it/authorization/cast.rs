//! Two people of one hub, and one of each thing that each of them has.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::{device::Device, door::forged, http::Reply, scene::Scene, stream::Stream};

const PASSWORD: &str = "correct horse battery";
const LEVELS: [&str; 4] = ["student", "intern", "supervised", "autonomous"];

/// Everybody who calls.
pub(super) struct Cast {
    owner: Person,
    member: Person,
    wrong: Vec<String>,
    expired: Vec<String>,
}

/// Somebody with an account.
struct Person {
    token: String,
    /// Of another session, for whoever asks for somebody else's things.
    abroad: String,
    device_token: String,
    keys: HashMap<&'static str, String>,
    things: Things,
}

/// Whether a path of the document is a socket's.
pub(super) fn is_socket(path: &str) -> bool {
    path.ends_with("/ws") || path == "/api/v1/ws/device"
}

/// What a person has, by the names that the document has for them.
pub(super) struct Things(HashMap<&'static str, String>);

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Calls with success.
async fn ask(scene: &Scene, start: &str, credential: &str, body: &Value) -> Value {
    let Reply { status, body, .. } = scene.call(start, credential, &[], body).await.reply().await;
    assert!((200..300).contains(&status), "{start}: {status} {body}");
    body
}

impl Cast {
    pub(super) async fn assemble(scene: &Scene) -> Self {
        let mut owner = Person::come(scene, "owner").await;
        let mut member = Person::come(scene, "member").await;
        // What an owner does to an account is done to another's.
        let account = member.things.0["own account"].clone();
        for person in [&mut owner, &mut member] {
            person.things.0.insert("account", account.clone());
        }
        // Entries of a table are numbered for each person: these two have no number in common.
        for (person, count) in [(&mut owner, 3), (&mut member, 1)] {
            for number in 1..=count {
                let entry = person.things.entry(&number.to_string());
                let start = "POST /dialects/blueprint/api/devices";
                let entry = ask(scene, start, &person.token, &entry).await;
                person
                    .things
                    .0
                    .insert("id", entry["device"]["id"].to_string());
            }
        }
        // One for each of those who may take one out.
        owner.things.0.insert("id for its device", "2".to_owned());
        let first = "DELETE /dialects/blueprint/api/devices/1";
        ask(scene, first, &owner.token, &Value::Null).await;
        let secret = scene.secrets.0.lock().unwrap()["hub.signing-secret"].clone();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let (sub, device) = (&owner.things.0["own account"], &owner.things.0["device"]);
        let claims = json!({ "sub": sub, "exp": now + 3_600 });
        Self {
            wrong: vec![
                "garbage".to_owned(),
                "chap_0123456789".to_owned(),
                forged("another secret", &claims),
            ],
            expired: vec![
                forged(&secret, &json!({ "sub": sub, "exp": now - 1 })),
                forged(
                    &secret,
                    &json!({ "sub": sub, "exp": now - 1, "scope": "device", "device": device }),
                ),
                // Of a session that was ended.
                ended(scene, &owner).await,
            ],
            owner,
            member,
        }
    }

    /// What a caller proves themself with; several, where one word stands for several callers.
    pub(super) fn credentials(&self, caller: &str) -> Vec<&str> {
        match caller {
            "nobody" => vec![""],
            "wrong" => self.wrong.iter().map(String::as_str).collect(),
            "expired" => self.expired.iter().map(String::as_str).collect(),
            "device" => vec![&self.owner.device_token],
            "their device" => vec![&self.member.device_token],
            "their agent" => vec![&self.member.keys["autonomous"]],
            "stranger" => vec![&self.member.abroad],
            "member" => vec![&self.member.token],
            "owner" => vec![&self.owner.token],
            "meddler" => vec![&self.owner.abroad],
            level => vec![&self.owner.keys[level]],
        }
    }

    /// Whose things a caller asks for.
    pub(super) fn things_for(&self, caller: &str) -> &Things {
        match caller {
            "member" | "meddler" => &self.member.things,
            _ => &self.owner.things,
        }
    }
}

/// A token that was good until its session ended.
async fn ended(scene: &Scene, person: &Person) -> String {
    let login = json!({ "username": person.things.0["email"], "password": PASSWORD });
    let token = text(&ask(scene, "POST /api/auth/login", "", &login).await["access_token"]);
    ask(scene, "POST /api/auth/logout", &token, &Value::Null).await;
    token
}

impl Person {
    async fn come(scene: &Scene, role: &'static str) -> Self {
        let email = format!("{role}@example.org");
        let account = json!({ "email": email, "password": PASSWORD, "name": role, "role": role });
        let account = ask(scene, "POST /api/accounts", &scene.owner_token, &account).await;
        let login = json!({ "username": email, "password": PASSWORD });
        let token = text(&ask(scene, "POST /api/auth/login", "", &login).await["access_token"]);
        let mut things = Things(HashMap::new());
        things.0.insert("own account", text(&account["id"]));
        things.0.insert("email", email);
        let abroad = text(&ask(scene, "POST /api/auth/login", "", &login).await["access_token"]);
        // One more, to be ended: the newest comes first.
        ask(scene, "POST /api/auth/login", "", &login).await;
        let sessions = ask(scene, "GET /api/auth/sessions", &token, &Value::Null).await;
        let other = sessions
            .as_array()
            .unwrap()
            .iter()
            .find(|session| session["current"] == false);
        things.0.insert("session", text(&other.unwrap()["id"]));

        let mut keys = HashMap::new();
        for level in LEVELS {
            let agent =
                json!({ "id": format!("{role}-{level}"), "name": level, "maturity": level });
            let agent = ask(scene, "POST /api/agents", &token, &agent).await;
            keys.insert(level, text(&agent["key"]));
        }
        things.0.insert("agent", format!("{role}-autonomous"));
        let spare = json!({ "id": format!("{role}-spare"), "name": "to be ended" });
        let spare = text(&ask(scene, "POST /api/agents", &token, &spare).await["id"]);
        let start = format!("POST /api/agents/{spare}/keys");
        let key = ask(scene, &start, &token, &json!({ "label": "spare" })).await;
        things.0.insert("key", text(&key["id"]));
        things.0.insert("spare agent", spare);

        let device = format!("{role}-pc");
        let device_token = pair(scene, &token, &device).await;
        things.0.insert("device", device);
        let mut person = Self {
            token,
            abroad,
            device_token,
            keys,
            things,
        };
        person.things.0.insert("file", part_of_the_pages());
        person.own(scene).await;
        person
    }

    /// One of each.
    async fn own(&mut self, scene: &Scene) {
        let device = self.things.0["device"].clone();
        let agent = self.keys["autonomous"].clone();
        let mut socket = Device::open_with(scene, &self.device_token).await;
        socket.register(&device, &[]).await;
        let tea = json!({ "device_node_id": device, "title": "Tea", "body": "" });
        let later = ["Prefer: respond-async"];
        let asked = scene
            .call("POST /api/devices/notification", &agent, &later, &tea)
            .await;
        let asked = asked.reply().await.body;
        let command = socket.hear_a("command").await;
        socket.succeed(&command, json!({})).await;
        self.things.0.insert("command", text(&asked["command_id"]));
        let open = format!("/api/commands/{}", text(&asked["command_id"]));
        while scene.get(&open, &agent).await.body["state"] != "settled" {
            tokio::task::yield_now().await;
        }
        self.automate(scene, &mut socket, &tea).await;
        drop(socket);
        let own = format!("/api/devices/{device}");
        while scene.get(&own, &agent).await.body["status"] != "offline" {
            tokio::task::yield_now().await;
        }

        for name in ["artifact", "artifact for its agent"] {
            let file = ask(scene, "POST /api/artifacts", &agent, &json!("a file")).await;
            self.things.0.insert(name, text(&file["id"]));
        }
        let wish = json!({ "action_type": "search", "action_details": { "for": "tea" } });
        let start = "POST /api/agent-governance/submit-for-approval";
        let proposal = ask(scene, start, &agent, &wish).await;
        self.things
            .0
            .insert("proposal", text(&proposal["proposal_id"]));
        let group = json!({ "name": "mine", "device_node_ids": [device] });
        let group = ask(scene, "POST /api/groups", &self.token, &group).await;
        self.things.0.insert("group", text(&group["id"]));
        let webhook = json!({ "url": "http://127.0.0.1:9/", "events": ["webhook.disabled"] });
        let webhook = ask(scene, "POST /api/webhooks", &self.token, &webhook).await;
        self.things.0.insert("webhook", text(&webhook["id"]));
        // One each for those who may decide, because it is gone then.
        for name in ["code", "code for the other"] {
            self.things.0.insert(name, apply(scene, "another").await.1);
        }
    }
}

impl Person {
    /// What comes of the same wish where no person set it off.
    async fn automate(&mut self, scene: &Scene, socket: &mut Device, wish: &Value) {
        let mut wish = wish.clone();
        wish["trigger"] = json!("automated");
        let start = "POST /api/devices/notification";
        let refused = scene.call(start, &self.keys["student"], &[], &wish).await;
        let training = text(&refused.reply().await.body["proposal_id"]);
        let person = Stream::open(scene, "/api/events", &self.token, &[]).await;
        let later = ["Prefer: respond-async"];
        let asked = scene
            .call(start, &self.keys["supervised"], &later, &wish)
            .await;
        let command = socket.hear_a("command").await;
        socket.succeed(&command, json!({})).await;
        let supervision = text(&asked.reply().await.body["command_id"]);
        let open = format!("/api/supervision/sessions/{supervision}");
        while scene.get(&open, &self.token).await.body["status"] != "completed" {
            tokio::task::yield_now().await;
        }
        drop(person);
        self.things.0.extend([
            ("training", training),
            ("execution", supervision.clone()),
            ("supervision", supervision),
        ]);
    }
}

/// Their names change with what is in them.
fn part_of_the_pages() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist-hub/pages");
    let first = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
    first.file_name().into_string().unwrap()
}

/// A device's own words and the person's, for a device that wants to be let in.
async fn apply(scene: &Scene, device: &str) -> (String, String) {
    let fields = [("client_id", "chaperone"), ("device_id", device)];
    let grant = scene.form("/oauth/device_authorization", &fields).await;
    assert_eq!(grant.status, 200, "{grant:?}");
    (
        text(&grant.body["device_code"]),
        text(&grant.body["user_code"]),
    )
}

/// The token of a device that a person let in.
async fn pair(scene: &Scene, token: &str, device: &str) -> String {
    let (device_code, user_code) = apply(scene, device).await;
    let start = format!("POST /api/pairing/{user_code}");
    ask(scene, &start, token, &json!({ "allow": true })).await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", &device_code),
        ("client_id", "chaperone"),
    ];
    text(&scene.form("/oauth/token", &fields).await.body["access_token"])
}

impl Things {
    /// A path of the document, with these things' ids.
    pub(super) fn fill(&self, path: &str, caller: &str) -> String {
        let mut filled = path.to_owned();
        for (name, id) in &self.0 {
            let id = match (*name, caller) {
                ("artifact", "autonomous") => &self.0["artifact for its agent"],
                ("id", "device") => &self.0["id for its device"],
                ("agent", _) if path.starts_with("/api/agents/") => &self.0["spare agent"],
                // Neither looks at what is theirs: any code will do, but another.
                ("code", "stranger" | "meddler") => &self.0["code for the other"],
                _ => id,
            };
            filled = filled.replace(&format!("{{{name}}}"), id);
        }
        filled
    }

    pub(super) fn query(&self, path: &str, credential: &str) -> Option<String> {
        let device = &self.0["device"];
        match path {
            "/edge/ws" | "/dialects/archety/ws" => Some(format!("edge_agent_id={device}")),
            "/api/artifacts" | "/api/devices/artifacts" => {
                Some(format!("command_id={}", self.0["command"]))
            }
            "/api/supervision/sessions/{supervision}/complete" => {
                Some("supervisor_rating=3&feedback=fair".to_owned())
            }
            "/api/events/ws" => None,
            _ if is_socket(path) && !credential.is_empty() => Some(format!("token={credential}")),
            _ => None,
        }
    }

    fn entry(&self, number: &str) -> Value {
        json!({
            "name": self.0["device"], "macAddress": number,
            "deviceType": "phone", "protocol": "wifi", "rssi": -40,
        })
    }

    /// What does something, if the caller is let in.
    pub(super) fn body(&self, method: &str, path: &str) -> Value {
        if matches!(method, "get" | "head" | "options" | "delete") && path != "/api/auth/totp" {
            return Value::Null;
        }
        let (device, agent) = (&self.0["device"], &self.0["agent"]);
        let asked = path.rsplit_once("/api/devices/").map(|(_, kind)| kind);
        let asked = asked.or_else(|| path.strip_prefix("/api/groups/{group}/"));
        match (path, asked) {
            // By showing the token.
            ("/api/auth/refresh", _) => Value::Null,
            (_, Some("notification")) => {
                json!({ "device_node_id": device, "title": "Tea", "body": "" })
            }
            (_, Some("execute")) => json!({ "device_node_id": device, "command": "ls" }),
            (_, Some("screen/record/stop")) => json!({ "session_id": "none" }),
            (_, Some("camera/snap" | "screen/snap" | "screen/record/start" | "location")) => {
                json!({ "device_node_id": device })
            }
            ("/api/devices/nodes/register", _) => json!({ "deviceId": device, "name": "PC" }),
            ("/api/groups", _) => json!({ "name": "another", "device_node_ids": [device] }),
            ("/api/groups/{group}" | "/api/agents/{agent}", _) => json!({ "name": "renamed" }),
            (
                "/api/agent-governance/check-deployment"
                | "/api/agent-governance/enforce-action"
                | "/api/agent-governance/submit-for-approval",
                _,
            ) => {
                json!({ "agent_id": agent, "action_type": "search" })
            }
            ("/api/maturity/proposals/{proposal}/approve", _) => json!({ "approve": true }),
            ("/api/maturity/training/proposals/{training}/approve", _) => {
                json!({ "approve": true })
            }
            (path, _) if path.ends_with("/reject") => json!({ "reason": "no" }),
            ("/api/maturity/training/sessions/{training}/complete", _) => {
                json!({ "performance_score": 0.5, "supervisor_feedback": "fair" })
            }
            ("/api/supervision/sessions/{supervision}/intervene", _) => {
                json!({ "intervention_type": "correct", "guidance": "slower" })
            }
            ("/api/v1/agents/trigger", _) => json!({ "agent_id": agent }),
            ("/api/agents", _) => json!({ "name": "another" }),
            ("/api/webhooks", _) => json!({ "url": "http://127.0.0.1:9/" }),
            ("/api/webhooks/{webhook}", _) => json!({ "enabled": false }),
            ("/api/pairing/{code}", _) => json!({ "allow": true }),
            ("/api/accounts", _) => json!({ "email": "a@example.org", "password": PASSWORD }),
            ("/api/accounts/{account}", _) => json!({ "disabled": false }),
            ("/dialects/archety/agents/{device}/config", _) => json!({ "sync_interval": 5 }),
            ("/edge/sync", _) => {
                json!({ "edge_agent_id": device, "pending_events": [], "status": {} })
            }
            ("/edge/command/ack" | "/edge/ack_command", _) => {
                json!({ "command_id": self.0["command"], "success": true })
            }
            ("/edge/message", _) => json!({ "text": "tea?" }),
            _ => json!({}),
        }
    }
}
