//! The handle's part for the record: adding to it, reading it back, taking it elsewhere.

use std::{collections::HashMap, io::Write};

use super::{Vault, blocking};
use crate::{
    Checkpoint, Error, ExportFormat, RecordEntry, RecordPage, RecordQuery, RecordRow, export_file,
    record,
};

impl Vault {
    /// Adds an entry to the record, and answers its number.
    pub async fn append(&self, entry: RecordEntry) -> Result<u64, Error> {
        entry.check()?;
        self.shared
            .writer
            .submit(move |batch| batch.append(&entry))
            .await
    }

    /// Reads the record, newest first: at most `limit` entries, and never more than a thousand,
    /// older than `before`, of these kinds or of all when none is named.
    pub async fn record_page(
        &self,
        before: Option<u64>,
        limit: u32,
        kinds: &[&str],
    ) -> Result<Vec<RecordRow>, Error> {
        let query = RecordQuery {
            before,
            limit,
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            ..RecordQuery::default()
        };
        Ok(self.record_query(query).await?.rows)
    }

    /// Looks entries up, newest first, one page at a time.
    pub async fn record_query(&self, query: RecordQuery) -> Result<RecordPage, Error> {
        self.shared
            .reader
            .ask(move |connection| record::run(connection, &query))
            .await
    }

    /// How many entries of this kind there are about each agent, by connection and agent.
    pub async fn counts_by_agent(
        &self,
        kind: &'static str,
    ) -> Result<HashMap<(String, String), u64>, Error> {
        self.shared
            .reader
            .ask(move |connection| record::counts_by_agent(connection, kind))
            .await
    }

    /// Makes sure that a search by words finds what the record holds, and says whether it did
    /// not: then something changed the index, and it was made again. Who writes meanwhile waits,
    /// so it belongs to a check that a person asks for.
    pub async fn mend_search(&self) -> Result<bool, Error> {
        self.write(record::mend_words).await
    }

    /// Writes the entries that the query wants, oldest first, and answers how many, with what
    /// they were written to. A `limit` of zero is no limit. Nobody waits for it, and it never
    /// holds more than one entry.
    pub async fn export_record<W: Write + Send + 'static>(
        &self,
        format: ExportFormat,
        query: RecordQuery,
        mut out: W,
    ) -> Result<(u64, W), Error> {
        let file = self.shared.file.clone();
        blocking(move || {
            let count = export_file(&file, format, &query, &mut out)?;
            Ok((count, out))
        })
        .await
    }

    /// Signs where the record stands, to be kept elsewhere.
    pub async fn checkpoint(&self) -> Result<Checkpoint, Error> {
        self.shared
            .writer
            .submit(|batch| Ok(Checkpoint::sign(batch.head, batch.key)))
            .await
    }
}
