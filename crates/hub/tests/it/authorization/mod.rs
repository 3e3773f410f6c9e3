//! Who may call what: every method of every path of the hub's own document, by everybody who might
//! try, and nothing changed by whoever was refused.

mod cast;
mod table;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use self::{
    cast::{Cast, is_socket},
    table::{CALLERS, CLASSES},
};
use crate::{
    http::{self, Reply},
    scene::Scene,
};

/// What a caller is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Anything but that they may not, or that it is not there: the body may make no sense.
    In,
    Refused(u16, &'static str),
}

impl Expected {
    fn read(text: &str) -> Self {
        match text {
            "in" => Self::In,
            "401" => Self::Refused(401, "unauthorized"),
            "403" => Self::Refused(403, "forbidden"),
            "404" => Self::Refused(404, "not_found"),
            other => panic!("the table says {other}"),
        }
    }

    fn is_met_by(self, method: &str, reply: &Reply) -> bool {
        match self {
            Self::In => !matches!(reply.status, 401 | 403 | 404 | 500..),
            // Such an answer has no body.
            Self::Refused(status, _) if method == "head" => reply.status == status,
            Self::Refused(status, code) => {
                reply.verdict() == (status, code) && reply.body["success"] == false
            }
        }
    }
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Operation {
    method: String,
    path: String,
}

impl Operation {
    /// Whether it takes a part of a file.
    fn is_a_piece(&self) -> bool {
        self.method == "patch" && self.path == "/api/artifacts/{artifact}"
    }
}

/// The table as it is read: for each operation what each caller is to be told.
fn expectations() -> BTreeMap<Operation, Vec<Expected>> {
    let mut all = BTreeMap::new();
    for class in CLASSES {
        let row: Vec<_> = class.row.split_whitespace().map(Expected::read).collect();
        assert_eq!(row.len(), CALLERS.len(), "{}", class.name);
        for line in class.operations {
            let (methods, path) = line.split_once(' ').unwrap();
            for method in methods.split(',') {
                let operation = Operation {
                    method: method.to_owned(),
                    path: path.to_owned(),
                };
                let before = all.insert(operation, row.clone());
                assert!(before.is_none(), "{method} {path} is in the table twice");
            }
        }
    }
    all
}

/// What the hub says that it has.
async fn described(scene: &Scene) -> BTreeSet<Operation> {
    let document = scene.get("/openapi.json", "").await.body;
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().keys();
        let operations: Vec<_> = methods
            .map(|method| Operation {
                method: method.clone(),
                path: path.clone(),
            })
            .collect();
        operations
    };
    paths.iter().flat_map(of_path).collect()
}

/// Looking first, then changing, then deleting what is within before what holds it, and at the very
/// end what ends a session.
fn order(operation: &Operation) -> (usize, Reverse<usize>) {
    let turn = match (operation.method.as_str(), operation.path.as_str()) {
        (_, "/api/auth/logout") => 3,
        ("get" | "head" | "options", _) => 0,
        ("delete", _) => 2,
        _ => 1,
    };
    (turn, Reverse(operation.path.len()))
}

impl Cast {
    /// What that caller is told. Who is to be let in is let in as far as to be told that this is
    /// no socket, because one would leave its traces whenever it ended.
    async fn call(
        &self,
        scene: &Scene,
        operation: &Operation,
        caller: &str,
        credential: &str,
        expected: Expected,
    ) -> Reply {
        let Operation { method, path } = operation;
        let things = self.things_for(caller);
        let mut target = things.fill(path, caller);
        if let Some(query) = things.query(path, credential) {
            target = format!("{target}?{query}");
        }
        let body = things.body(method, path);
        let mut headers = vec![scene.host()];
        if !credential.is_empty() {
            headers.push(format!("Authorization: Bearer {credential}"));
        }
        if path.starts_with("/edge/") {
            headers.push(format!(
                "X-Edge-Agent-Id: {}",
                things.fill("{device}", caller)
            ));
        }
        if is_socket(path) && expected != Expected::In {
            let upgrade = [
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ];
            headers.extend(upgrade.map(str::to_owned));
        } else {
            headers.push("Connection: close".to_owned());
        }
        if operation.is_a_piece() {
            let piece = ["Tus-Resumable: 1.0.0", "Upload-Offset: 0"].map(str::to_owned);
            headers.extend(piece);
            headers.push("Content-Type: application/offset+octet-stream".to_owned());
        } else if !body.is_null() {
            headers.push("Content-Type: application/json".to_owned());
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let start = format!("{} {target}", method.to_uppercase());
        let pending = http::send(scene.address, &start, &headers, &body).await;
        pending.reply_to(method).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let scene = Scene::start().await;
    let expectations = expectations();
    let listed: BTreeSet<_> = expectations.keys().cloned().collect();
    let described = described(&scene).await;
    let without_a_row: Vec<_> = described.difference(&listed).collect();
    assert!(without_a_row.is_empty(), "without a row: {without_a_row:?}");
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "in the table only: {gone:?}");

    let cast = Cast::assemble(&scene).await;
    let mut operations: Vec<_> = expectations.into_iter().collect();
    operations.sort_by_key(|(operation, _)| order(operation));
    let mut wrong = Vec::new();
    for (operation, row) in &operations {
        let callers = || CALLERS.iter().copied().zip(row.iter().copied());
        let mut hear = async |caller: &'static str, expected: Expected| {
            for credential in cast.credentials(caller) {
                let reply = cast
                    .call(&scene, operation, caller, credential, expected)
                    .await;
                if !expected.is_met_by(&operation.method, &reply) {
                    let Operation { method, path } = operation;
                    let told = reply.verdict();
                    let detail = reply.detail();
                    wrong.push(format!(
                        "{method} {path} by {caller}: {told:?} {detail}, not {expected:?}"
                    ));
                }
            }
        };
        let before = scene.books().dump();
        for (caller, expected) in callers().filter(|(_, expected)| *expected != Expected::In) {
            hear(caller, expected).await;
        }
        let after = scene.books().dump();
        for (caller, expected) in callers().filter(|(_, expected)| *expected == Expected::In) {
            hear(caller, expected).await;
        }
        if before != after {
            let lines: BTreeSet<_> = before.lines().collect();
            let others = after.lines().filter(|line| !lines.contains(line));
            let others: Vec<_> = others.collect();
            wrong.push(format!("{operation:?}: a refused call changed {others:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let verified = scene.get("/api/audit/verify", &scene.owner_token).await;
    assert_eq!(
        (verified.status, &verified.body["broken"]),
        (200, &Value::Null)
    );
}

/// A group's call is answered with what each device's would have been: a level that is too low shows
/// there.
#[tokio::test]
async fn a_group_lets_nobody_ask_for_more() {
    let scene = Scene::start().await;
    let cast = Cast::assemble(&scene).await;
    let path = "/api/groups/{group}/execute".to_owned();
    let operation = Operation {
        method: "post".to_owned(),
        path,
    };
    for caller in ["student", "intern", "supervised", "owner"] {
        for credential in cast.credentials(caller) {
            let reply = cast
                .call(&scene, &operation, caller, credential, Expected::In)
                .await;
            assert_eq!(
                (reply.status, &reply.body["success"]),
                (200, &Value::Bool(false))
            );
            let one = &reply.body["results"][0];
            assert_eq!(
                (&one["status"], &one["code"]),
                (&403.into(), &"forbidden".into()),
                "{caller}"
            );
        }
    }
}
