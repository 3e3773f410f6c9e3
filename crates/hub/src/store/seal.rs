//! The seal: the hub's signature on where its audit ends, and whether the audit is as it was.

use chaperone_chain::{Content, Head, hex};
use ed25519_dalek::{Signature, Signer as _, SigningKey};

use super::sql::{Sql, cells};
use crate::Error;

/// Lines are checked so many at a time.
const PAGE: i64 = 1_000;

/// The key that seals the audit. Its content is in no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub(crate) struct SealKey(SigningKey);

/// What a look at the whole audit found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// How many lines are sound, from the first.
    pub entries: u64,
    /// The hash of the last of them.
    pub head: String,
    /// Where and why the chain does not hold, if it does not.
    pub broken: Option<String>,
}

impl SealKey {
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Signs that the audit ends so.
    pub(super) fn seal(&self, sql: &mut dyn Sql, head: Head) -> Result<(), Error> {
        let signature = self.0.sign(&head.sealed()).to_bytes();
        let seq = i64::try_from(head.seq).map_err(|_| Error::Full)?;
        sql.execute(
            "INSERT INTO audit_seal (only_one, seq, hash, signature) VALUES (1, ?1, ?2, ?3)
             ON CONFLICT (only_one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,
                signature = excluded.signature",
            cells![seq, head.hash, signature],
        )?;
        Ok(())
    }

    /// Checks every line, and that the last one is the one that was sealed last.
    pub(super) fn verify(&self, sql: &mut dyn Sql) -> Result<Verified, Error> {
        let mut head = Head::START;
        let broken = loop {
            let from = i64::try_from(head.seq).map_err(|_| Error::Full)?;
            let rows = sql.rows(
                "SELECT seq, at, kind, body, previous, hash FROM audit WHERE seq > ?1
                 ORDER BY seq LIMIT ?2",
                cells![from, PAGE],
            )?;
            if rows.is_empty() {
                break self.check_end(sql, head)?;
            }
            let mut problem = None;
            for row in rows {
                let (at, kind, body): (String, String, String) =
                    (row.get("at")?, row.get("kind")?, row.get("body")?);
                let content = Content {
                    at: at.as_bytes(),
                    kind: kind.as_bytes(),
                    body: body.as_bytes(),
                };
                let seq: u64 = row.get("seq")?;
                let next = head.then(content).ok_or(Error::Full)?;
                if seq != next.seq {
                    problem = Some(format!("entry {} is missing", next.seq));
                } else if row.get::<Vec<u8>>("previous")? != head.hash
                    || row.get::<Vec<u8>>("hash")? != next.hash
                {
                    problem = Some(format!("entry {seq} was changed"));
                }
                if problem.is_some() {
                    break;
                }
                head = next;
            }
            if problem.is_some() {
                break problem;
            }
        };
        Ok(Verified {
            entries: head.seq,
            head: hex(&head.hash),
            broken,
        })
    }

    fn check_end(&self, sql: &mut dyn Sql, head: Head) -> Result<Option<String>, Error> {
        let row = sql.row("SELECT seq, hash, signature FROM audit_seal", &[])?;
        let Some(row) = row else {
            let sealed = head == Head::START;
            return Ok((!sealed).then(|| "the seal is missing".to_owned()));
        };
        let sealed = Head {
            seq: row.get("seq")?,
            hash: row.get("hash")?,
        };
        let signature = Signature::from_bytes(&row.get("signature")?);
        let genuine = self
            .0
            .verifying_key()
            .verify_strict(&sealed.sealed(), &signature)
            .is_ok();
        Ok(if !genuine {
            Some("the seal is not this hub's".to_owned())
        } else if sealed.seq > head.seq {
            Some(format!(
                "entries {} to {} are missing at the end",
                head.seq + 1,
                sealed.seq
            ))
        } else if sealed != head {
            Some(format!(
                "entries after {} were added by somebody else",
                sealed.seq
            ))
        } else {
            None
        })
    }
}
