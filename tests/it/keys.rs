//! A device that is paired with a hub elsewhere by a code, and goes by its key from then on.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use support::{Answer, Chaperone, exchange};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chaperone-under-test");

/// A hub by itself.
struct Server {
    child: Child,
    address: SocketAddr,
}

fn hub(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .arg("hub")
        .args(words)
        .env("CHAPERONE_HUB_DATA_DIR", folder)
        .env("CHAPERONE_DATA_DIR", "/nowhere/at/all");
    command
}

impl Server {
    fn start(folder: &Path, listen: &str) -> Result<Self> {
        let mut child = hub(folder, &["--json", "--listen", listen])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("a standard output")?;
        for line in BufReader::new(output).lines() {
            let said: Value = serde_json::from_str(&line?)?;
            if said["type"] == "ready" {
                let url = said["hub"].as_str().context("where it is")?;
                let address = url.trim_start_matches("http://").parse()?;
                return Ok(Self { child, address });
            }
        }
        anyhow::bail!("it ended before it was ready")
    }

    /// Ends it, does something meanwhile, and starts it again where it was.
    fn restart(mut self, folder: &Path, meanwhile: impl FnOnce() -> Result<()>) -> Result<Self> {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        ensure!(told.success(), "it cannot be told to end");
        ensure!(self.child.wait()?.success(), "it ended with an error");
        meanwhile()?;
        Self::start(folder, &self.address.to_string())
    }

    fn ask(&self, start: &str, token: &str, body: &Value) -> Result<Answer> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        exchange(
            self.address,
            &format!(
                "{start} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                self.address,
                body.len()
            ),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already is just as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pairs by a code, which the person confirms on the hub's side; the connection's name.
fn pair(chaperone: &Chaperone<'_>, hub: &Server, person: &str, wanted: &Value) -> Result<String> {
    let begun = chaperone.call("connections/signIn", wanted)?;
    let shown = &begun["step"];
    ensure!(shown["type"] == "show", "{begun}");
    let code = shown["code"].as_str().context("a code")?;
    let path = format!("/api/pairing/{code}");
    let seen = hub.ask(&format!("GET {path}"), person, &Value::Null)?;
    assert_eq!(seen.json()["fingerprint"], shown["fingerprint"], "{seen:?}");
    let allowed = hub.ask(&format!("POST {path}"), person, &json!({ "allow": true }))?;
    assert_eq!(allowed.status, 200, "{allowed:?}");
    let step = json!({ "ticket": begun["ticket"], "given": {} });
    let done = chaperone.call("connections/signInStep", &step)?;
    let id = done["step"]["connection"].as_str();
    Ok(id
        .with_context(|| format!("not paired: {done}"))?
        .to_owned())
}

#[test]
fn a_paired_device_proves_its_key_after_every_restart_and_says_when_it_is_not_taken() -> Result<()>
{
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let mut added = hub(folder, &["account", "add", "you@example.org", "--owner"])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut password = added.stdin.take().context("a standard input")?;
    password.write_all(b"correct horse battery\n")?;
    drop(password);
    ensure!(added.wait()?.success(), "no account");
    let server = Server::start(folder, "127.0.0.1:0")?;
    let login = json!({ "username": "you@example.org", "password": "correct horse battery" });
    let given = server.ask("POST /api/auth/login", "", &login)?.json();
    let person = given["access_token"]
        .as_str()
        .context("a token")?
        .to_owned();

    let home = super::home()?;
    let chaperone = home.start()?;
    let address = format!("ws://{}", server.address);
    let wanted = json!({ "address": address, "dialect": "atom", "way": "deviceCode",
        "name": "The server", "ceiling": "autonomous" });
    let id = pair(&chaperone, &server, &person, &wanted)?;
    chaperone.connected(&id)?;
    let sessions = |server: &Server| -> Result<Vec<Value>> {
        let all = server.ask("GET /api/auth/sessions", &person, &Value::Null)?;
        let all = all.json().as_array().cloned().unwrap_or_default();
        Ok(all
            .into_iter()
            .filter(|one| one["kind"] == "device")
            .collect())
    };
    let [session] = sessions(&server)?
        .try_into()
        .map_err(|_| anyhow::anyhow!("one session"))?;
    assert_eq!(session["bound_to_key"], true, "{session}");
    let device = session["device_id"]
        .as_str()
        .context("a device")?
        .to_owned();
    let is_online = |server: &Server| -> Result<bool> {
        let path = format!("GET /api/devices/{device}");
        let seen = server.ask(&path, &person, &Value::Null)?;
        Ok(seen.json()["status"] == "online")
    };

    let server = server.restart(folder, || Ok(()))?;
    chaperone.soon("it is back", || is_online(&server))?;
    chaperone.connected(&id)?;

    // The hub has another key for it now, as after a pairing from elsewhere under the same name.
    let server = server.restart(folder, || {
        let books = rusqlite::Connection::open(folder.join("hub.sqlite"))?;
        let other = "5866666666666666666666666666666666666666666666666666666666666666";
        books.execute_batch(&format!(
            "UPDATE sessions SET public_key = x'{other}' WHERE kind = 'device';
             UPDATE devices SET public_key = x'{other}';"
        ))?;
        Ok(())
    })?;
    chaperone.soon("it says what is wrong", || {
        let connection = chaperone.connection(&id)?;
        Ok(connection["trouble"] == "this hub knows this device by another key: pair it again")
    })?;
    assert_eq!(chaperone.connection(&id)?["phase"], "refused");
    ensure!(!is_online(&server)?, "a device without the key is let in");

    // And that is what helps.
    let again = json!({ "address": address, "dialect": "atom", "way": "deviceCode",
        "connection": id });
    assert_eq!(pair(&chaperone, &server, &person, &again)?, id);
    chaperone.connected(&id)?;
    ensure!(is_online(&server)?, "it is paired and not there");
    let [renewed] = sessions(&server)?
        .try_into()
        .map_err(|_| anyhow::anyhow!("one session"))?;
    assert_ne!(renewed["id"], session["id"]);
    Ok(())
}
