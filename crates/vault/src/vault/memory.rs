//! The handle's part for what the person said: settings, rules and answers.

use chaperone_protocol::{Capability, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Vault;
use crate::{
    Answer, Answers, Asker, Error, Lasting, RecordEntry, StoredRule, answers, column, rules,
    settings,
};

impl Vault {
    /// Reads a setting; one that was never set is none.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let key = key.to_owned();
        let value = self
            .shared
            .reader
            .ask(move |connection| settings::setting(connection, &key))
            .await?;
        value
            .map(|value| column::decode("setting", &value))
            .transpose()
    }

    /// Changes a setting, and says so in the record, both or neither. What it gives another meaning
    /// is asked anew: no yes to `asked_anew` counts any more.
    pub async fn set_setting<T: Serialize + ?Sized>(
        &self,
        key: &str,
        value: &T,
        asked_anew: Option<Capability>,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        let value = column::encode("setting", value)?;
        let key = key.to_owned();
        self.write_recorded(record, move |connection| {
            settings::set_setting(connection, &key, &value)?;
            match asked_anew {
                Some(capability) => answers::unsay(connection, capability),
                None => Ok(()),
            }
        })
        .await
    }

    /// All rules, in the order they were made.
    pub async fn rules(&self) -> Result<Vec<StoredRule>, Error> {
        self.shared.reader.ask(rules::all).await
    }

    /// Adds a rule, and says so in the record, both or neither.
    pub async fn add_rule(
        &self,
        id: &str,
        document: Value,
        lasting: Lasting,
        at: Timestamp,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        let id = id.to_owned();
        self.write_recorded(record, move |connection| {
            rules::add(connection, &id, &document, until_lock(lasting), at)
        })
        .await
    }

    /// Puts another document in place of a rule's, if that is still the one of this version, and
    /// says so in the record, both or neither. Answers the version it has then.
    pub async fn replace_rule(
        &self,
        id: &str,
        version: u64,
        document: Value,
        lasting: Lasting,
        at: Timestamp,
        record: Option<RecordEntry>,
    ) -> Result<u64, Error> {
        let id = id.to_owned();
        self.write_recorded(record, move |connection| {
            rules::replace(connection, &id, version, &document, until_lock(lasting), at)
        })
        .await
    }

    /// Takes a rule out, if it is still the one of this version, and says so in the record, both
    /// or neither.
    pub async fn remove_rule(
        &self,
        id: &str,
        version: u64,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        let id = id.to_owned();
        self.write_recorded(record, move |connection| {
            rules::remove(connection, &id, version)
        })
        .await
    }

    /// Notes that a verdict rested on these rules; those that are gone are passed over.
    pub async fn note_rule_use(&self, ids: &[&str], at: Timestamp) -> Result<(), Error> {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        self.write(move |connection| rules::note_use(connection, &ids, at))
            .await
    }

    /// What the person answered this asker before.
    pub async fn answers(&self, asker: Asker) -> Result<Answers, Error> {
        self.shared
            .reader
            .ask(move |connection| answers::find(connection, &asker))
            .await
    }

    /// Remembers an answer. How long it lasts is asked of a yes only.
    pub async fn remember_answer(
        &self,
        asker: Asker,
        answer: Answer,
        lasting: Lasting,
        at: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |connection| match answer {
            Answer::Allowed => answers::allow(connection, &asker, lasting, at),
            Answer::Denied => answers::deny(connection, &asker, at),
        })
        .await
    }

    /// The screen was locked, or may have been while nobody looked: ends every rule and every yes
    /// that stood until then. Answers the rules that went and how many answers did; `record` says
    /// so from that, where it is more than nothing.
    pub async fn end_with_lock(
        &self,
        record: impl FnOnce(&[StoredRule], u64) -> Option<RecordEntry> + Send + 'static,
    ) -> Result<(Vec<StoredRule>, u64), Error> {
        self.shared
            .writer
            .submit(move |batch| {
                let ended = rules::end_with_lock(batch.connection)?;
                let answers = answers::end_with_lock(batch.connection)?;
                if let Some(entry) = record(&ended, answers) {
                    entry.check()?;
                    batch.append(&entry)?;
                }
                Ok((ended, answers))
            })
            .await
    }
}

fn until_lock(lasting: Lasting) -> bool {
    lasting == Lasting::UntilLock
}
