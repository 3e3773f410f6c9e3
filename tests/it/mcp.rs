//! A client of the Model Context Protocol that starts a program, as most of them do.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use support::Home;

use crate::home;

/// The program and the pipes to it.
struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
}

impl Client {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        Ok(Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().context("no output")?),
            child,
            next: 0,
        })
    }

    /// Starts it and says hello, as clients of today do.
    fn greet(command: Command) -> Result<Self> {
        let mut client = Self::start(command)?;
        let hello = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let id = client.ask("initialize", &hello)?;
        let answer = client.answer(id)?;
        ensure!(
            answer["result"]["serverInfo"]["title"] == "Chaperone",
            "{answer}"
        );
        client.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))?;
        Ok(client)
    }

    fn say(&mut self, message: &Value) -> Result<()> {
        let input = self.input.as_mut().context("the input has ended")?;
        writeln!(input, "{message}")?;
        Ok(input.flush()?)
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<u64> {
        self.next += 1;
        let id = self.next;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        Ok(id)
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Result<u64> {
        let params = json!({
            "name": tool,
            "arguments": arguments,
            "_meta": { "progressToken": "news" },
        });
        self.ask("tools/call", &params)
    }

    fn hear(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("no message: {line:?}"))
    }

    /// The answer to a request; what is said before it is passed over.
    fn answer(&mut self, id: u64) -> Result<Value> {
        loop {
            let message = self.hear()?;
            if message["id"] == id {
                return Ok(message);
            }
        }
    }

    /// Ends the input; the program ends by itself.
    fn end(mut self) -> Result<()> {
        drop(self.input.take());
        let status = self.child.wait()?;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }
}

/// The word, with an agent's key in the environment.
fn word(home: &Home, agent: &str) -> Result<Command> {
    let mut command = home.command();
    command
        .arg("mcp")
        .env("CHAPERONE_AGENT_KEY", home.key(agent)?);
    Ok(command)
}

#[test]
fn a_client_uses_the_hub_that_runs_here_and_waits_for_the_person() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let mut client = Client::greet(word(&home, "autonomous")?)?;
    let id = client.ask("tools/list", &json!({}))?;
    let tools = client.answer(id)?;
    let names: Vec<_> = tools["result"]["tools"]
        .as_array()
        .context("no tools")?
        .iter()
        .filter_map(|tool| tool["name"].as_str())
        .collect();
    assert!(names.contains(&"run_command"), "{names:?}");

    let id = client.call("list_devices", &json!({}))?;
    let devices = client.answer(id)?;
    let device = &devices["result"]["structuredContent"]["devices"][0];
    assert_eq!(device["status"], "online", "{devices}");

    let line = json!({ "device_id": device["id"], "command": "echo from a model" });
    let id = client.call("run_command", &line)?;
    let request = chaperone.request()?;
    assert_eq!(request["action"]["line"], "echo from a model");
    let waiting = loop {
        let news = client.hear()?;
        let said = news["params"]["message"].as_str().unwrap_or_default();
        if said.starts_with("Waiting for the person") {
            break news;
        }
    };
    assert_eq!(waiting["params"]["progressToken"], "news");
    chaperone.decide(&request, "allowOnce")?;
    let done = client.answer(id)?;
    assert_eq!(done["result"]["isError"], false, "{done}");
    assert_eq!(
        done["result"]["structuredContent"]["stdout"],
        "from a model\n"
    );

    // What the person denies comes back as something to act on.
    let line = json!({ "device_id": device["id"], "command": "echo once more" });
    let id = client.call("run_command", &line)?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "deny")?;
    let refused = client.answer(id)?;
    assert_eq!(refused["result"]["isError"], true, "{refused}");
    let said = refused["result"]["content"][0]["text"].as_str();
    assert!(
        said.is_some_and(|it| it.contains("Do not ask again")),
        "{refused}"
    );

    // A client that takes its call back takes the question from the person.
    let line = json!({ "device_id": device["id"], "command": "echo never" });
    let id = client.call("run_command", &line)?;
    chaperone.request()?;
    client.say(&json!({
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": { "requestId": id },
    }))?;
    chaperone.soon("the request is gone", || {
        Ok(chaperone.requests()?.is_empty())
    })?;
    client.end()
}

#[test]
fn a_client_that_goes_takes_its_calls_along() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let mut client = Client::greet(word(&home, "autonomous")?)?;
    let line = json!({ "device_id": "this-computer", "command": "echo never" });
    client.call("run_command", &line)?;
    chaperone.request()?;
    client.end()?;
    chaperone.soon("the request is gone", || {
        Ok(chaperone.requests()?.is_empty())
    })
}

#[test]
fn a_key_comes_from_a_file_and_a_hub_from_an_address() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let file = home.folder().join("key");
    std::fs::write(&file, home.key("intern")?)?;
    let mut command = home.command();
    command
        .args(["mcp", "--hub", &format!("http://{}/mcp", chaperone.hub())])
        .arg("--key-file")
        .arg(&file)
        .env_remove("CHAPERONE_AGENT_KEY");
    let mut client = Client::greet(command)?;
    let line = json!({ "device_id": "this-computer", "command": "ls" });
    let id = client.call("run_command", &line)?;
    let refused = client.answer(id)?;
    assert_eq!(
        refused["result"]["structuredContent"]["code"], "forbidden",
        "{refused}"
    );
    client.end()
}

#[test]
fn whatever_is_missing_is_said() -> Result<()> {
    let home = home()?;
    let said = |command: &mut Command| -> Result<(Option<i32>, String)> {
        let output = command.stdin(Stdio::null()).output()?;
        assert!(output.stdout.is_empty(), "{output:?}");
        Ok((output.status.code(), String::from_utf8(output.stderr)?))
    };
    let (code, sentence) = said(home.command().arg("mcp").env_remove("CHAPERONE_AGENT_KEY"))?;
    assert_eq!(code, Some(2), "{sentence}");
    assert!(sentence.contains("--key-file"), "{sentence}");
    let key = ("CHAPERONE_AGENT_KEY", "chap_secret");
    let (code, sentence) = said(home.command().arg("mcp").env(key.0, key.1))?;
    assert_eq!(code, Some(3), "{sentence}");
    let far = ["mcp", "--hub", "http://hub.example.org"];
    let (code, sentence) = said(home.command().args(far).env(key.0, key.1))?;
    assert_eq!(code, Some(2), "{sentence}");
    assert!(!sentence.contains(key.1), "{sentence}");

    // A hub that does not know the key says so to the client.
    let chaperone = home.start()?;
    let mut command = home.command();
    command
        .args(["mcp", "--hub", &format!("http://{}", chaperone.hub())])
        .env(key.0, key.1);
    let mut client = Client::start(command)?;
    let id = client.ask("initialize", &json!({}))?;
    let refused = client.answer(id)?;
    assert_eq!(refused["error"]["data"]["status"], 401, "{refused}");
    assert!(!refused.to_string().contains(key.1), "{refused}");
    client.end()
}
