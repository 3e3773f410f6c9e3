//! What each word does. Each asks the running Chaperone, or looks at what it left, and shows the
//! answer; what is allowed is decided behind the door.

pub(crate) mod agents;
pub(crate) mod artifacts;
pub(crate) mod connections;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod logs;
pub(crate) mod manual;
pub(crate) mod mcp;
pub(crate) mod pair;
pub(crate) mod record;
pub(crate) mod requests;
pub(crate) mod rules;
pub(crate) mod running;
pub(crate) mod settings;
pub(crate) mod simple;
pub(crate) mod switches;

use std::path::Path;

use anyhow::Result;
use chaperone_api::{DoorClient, DoorError};
use serde_json::{Value, json};

use crate::{json, screen::Screen, terminal};

/// What a word works with.
pub(crate) struct Desk<'a> {
    pub(crate) data_dir: &'a Path,
    pub(crate) screen: &'a Screen,
}

impl Desk<'_> {
    pub(crate) fn door(&self) -> Result<DoorClient, DoorError> {
        DoorClient::find(self.data_dir)
    }

    pub(crate) fn call(&self, name: &str, params: &Value) -> Result<Value, DoorError> {
        self.door()?.call(name, params)
    }

    /// Everything a face draws, now.
    fn snapshot(&self) -> Result<Value, DoorError> {
        self.call("state/snapshot", &json!({}))
    }

    /// The list in an answer.
    fn listed(&self, call: &str, params: &Value, name: &str) -> Result<Vec<Value>, DoorError> {
        Ok(json::list(&self.call(call, params)?, name).to_vec())
    }

    /// Makes a call that has nothing to say, and says what it did.
    fn act(&self, call: &str, params: &Value, sentence: &str) -> Result<(), DoorError> {
        let answer = self.call(call, params)?;
        self.screen.done(sentence, &answer);
        Ok(())
    }

    /// Goes on only if the person says yes, or said so before.
    fn sure(&self, said: bool, question: &str) -> Result<()> {
        if said {
            return Ok(());
        }
        terminal::sure(self.screen, question)
    }
}
