//! Many devices of the atom wire that do at once what they are asked, and count it.
//!
//! Those that have their results acknowledged keep what they did until the hub has it, answer an id
//! that they hear again from memory, and lose their connection now and then. The others hear
//! everything once or not at all.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, runtime::Runtime};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};

use crate::Dice;

/// How long a device waits before it connects again.
const PAUSE: Duration = Duration::from_millis(30);
/// One in so many commands costs a device that can afford it its connection.
const CUT: u64 = 15;

/// What became of one command.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// At which device.
    pub device: String,
    pub acknowledges: bool,
    /// How often it was heard.
    pub heard: u32,
    /// How often it was done.
    pub done: u32,
}

/// The devices. They end with the value.
pub struct Fleet {
    asked: Arc<Mutex<BTreeMap<String, Asked>>>,
    _runtime: Runtime,
}

struct Device {
    url: String,
    name: String,
    acknowledges: bool,
    asked: Arc<Mutex<BTreeMap<String, Asked>>>,
    /// The results of what was done, for as long as the device lives.
    memory: HashMap<String, Value>,
    /// Which of them the hub is not known to have.
    owed: Vec<String>,
    dice: Dice,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fleet {
    /// Has so many devices connect, again and again; every second one acknowledges.
    pub fn start(hub: SocketAddr, token: &str, count: u64) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let asked = Arc::<Mutex<BTreeMap<String, Asked>>>::default();
        for number in 0..count {
            let device = Device {
                url: format!("ws://{hub}/api/devices/ws?token={token}"),
                name: Self::name(number),
                acknowledges: number % 2 == 0,
                asked: Arc::clone(&asked),
                memory: HashMap::new(),
                owed: Vec::new(),
                dice: Dice::new(number),
            };
            runtime.spawn(device.live());
        }
        Ok(Self {
            asked,
            _runtime: runtime,
        })
    }

    pub fn name(number: u64) -> String {
        format!("device-{number}")
    }

    /// What became of every command that any of them heard, by its id.
    pub fn asked(&self) -> BTreeMap<String, Asked> {
        lock(&self.asked).clone()
    }
}

impl Device {
    async fn live(mut self) {
        loop {
            if let Ok((socket, _)) = connect_async(&self.url).await {
                // However it ended: there is a next one.
                let _ = self.converse(socket).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn converse(&mut self, mut socket: Socket) -> Result<(), Error> {
        let extensions: &[&str] = if self.acknowledges {
            &["result_ack"]
        } else {
            &[]
        };
        let hello = json!({
            "type": "register",
            "device_node_id": self.name,
            "device_info": { "name": self.name, "extensions": extensions },
        });
        socket.send(Message::text(hello.to_string())).await?;
        while let Some(message) = socket.next().await {
            let Message::Text(text) = message? else {
                continue;
            };
            let frame: Value = serde_json::from_str(&text).unwrap_or_default();
            let text = |field| frame.get(field).and_then(Value::as_str);
            let id = text("command_id").unwrap_or_default().to_owned();
            match text("type") {
                Some("registered") => {
                    for id in self.owed.clone() {
                        self.tell(&mut socket, &id).await?;
                    }
                }
                Some("result_ack") => self.owed.retain(|owed| *owed != id),
                Some("command") => {
                    self.take(&id);
                    if self.acknowledges && self.dice.below(CUT) == 0 {
                        return Ok(());
                    }
                    self.tell(&mut socket, &id).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Does what was asked, unless it was done before.
    fn take(&mut self, id: &str) {
        let mut all = lock(&self.asked);
        let asked = all.entry(id.to_owned()).or_default();
        if asked.heard == 0 {
            asked.device.clone_from(&self.name);
            asked.acknowledges = self.acknowledges;
        }
        asked.heard += 1;
        if self.memory.contains_key(id) && self.acknowledges {
            return;
        }
        asked.done += 1;
        let result = json!({
            "type": "result",
            "command_id": id,
            "success": true,
            "data": {},
        });
        self.memory.insert(id.to_owned(), result);
        if self.acknowledges {
            self.owed.push(id.to_owned());
        }
    }

    async fn tell(&self, socket: &mut Socket, id: &str) -> Result<(), Error> {
        let Some(result) = self.memory.get(id) else {
            return Ok(());
        };
        socket.send(Message::text(result.to_string())).await
    }
}
