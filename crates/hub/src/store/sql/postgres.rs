//! PostgreSQL: for hubs whose operators keep their data there.
//!
//! Encrypted unless the server is on this computer.

use std::{collections::HashMap, error, sync::Arc};

use bytes::BytesMut;
use postgres::{
    Client, Config, NoTls, Statement,
    config::{Host, SslMode},
    types::{IsNull, ToSql, Type},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Cell, Flavour, Row, Sql, Survives};
use crate::Error;

/// Which hub of a database is the one, in the numbers of advisory locks.
const ONLY_HUB: i64 = 0x6368_6170_6572_6f6e;

pub(in crate::store) struct Postgres {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    pub(in crate::store) fn open(url: &str) -> Result<Self, Error> {
        let refused = |source| Error::Database { source };
        let mut config: Config = url.parse().map_err(refused)?;
        let local = config.get_hosts().iter().all(is_here);
        let client = if local {
            config.ssl_mode(SslMode::Disable);
            config.connect(NoTls)
        } else {
            config.ssl_mode(SslMode::Require);
            config.connect(MakeRustlsConnect::new(encryption()?))
        };
        Ok(Self {
            client: client.map_err(refused)?,
            prepared: HashMap::new(),
        })
    }

    /// Makes sure that no other hub works on this database for as long as this connection stands.
    pub(in crate::store) fn claim(&mut self) -> Result<bool, Error> {
        let row = self
            .client
            .query_one("SELECT pg_try_advisory_lock($1)", &[&ONLY_HUB])?;
        Ok(row.get(0))
    }

    fn prepare(&mut self, statement: &str) -> Result<Statement, Error> {
        if let Some(prepared) = self.prepared.get(statement) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(&statement.replace('?', "$"))?;
        self.prepared.insert(statement.to_owned(), prepared.clone());
        Ok(prepared)
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn encryption() -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    // Whatever cannot be read is missed when a certificate is checked.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

impl Sql for Postgres {
    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Result<u64, Error> {
        let statement = self.prepare(statement)?;
        Ok(self.client.execute(&statement, &given(cells))?)
    }

    fn rows(&mut self, statement: &str, cells: &[Cell]) -> Result<Vec<Row>, Error> {
        let statement = self.prepare(statement)?;
        let columns: Arc<[String]> = statement
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        let rows = self.client.query(&statement, &given(cells))?;
        rows.into_iter()
            .map(|row| {
                let cells = (0..columns.len())
                    .map(|column| Ok(row.try_get::<_, Taken>(column)?.0))
                    .collect::<Result<_, postgres::Error>>()?;
                Ok(Row::new(Arc::clone(&columns), cells))
            })
            .collect()
    }

    fn begin(&mut self, survives: Survives) -> Result<(), Error> {
        self.batch(match survives {
            Survives::Crash => "BEGIN; SET LOCAL synchronous_commit TO off",
            Survives::PowerCut => "BEGIN",
        })
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.batch("COMMIT")
    }

    fn batch(&mut self, statements: &str) -> Result<(), Error> {
        Ok(self.client.batch_execute(statements)?)
    }

    fn dialect(&self) -> Flavour {
        Flavour::Postgres
    }
}

fn given(cells: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    cells
        .iter()
        .map(|cell| cell as &(dyn ToSql + Sync))
        .collect()
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // A statement of whole numbers alone is counted in the small ones.
            Self::Number(number) if *kind == Type::INT4 => {
                i32::try_from(*number)?.to_sql(kind, out)
            }
            Self::Number(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(kind, out),
        }
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// A cell as the server sends it.
struct Taken(Cell);

impl<'a> postgres::types::FromSql<'a> for Taken {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn error::Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::INT8 => Cell::Number(i64::from_sql(kind, raw)?),
            Type::INT4 => Cell::Number(i32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Cell::Bytes(raw.to_vec()),
            _ => Cell::Text(String::from_sql(kind, raw)?),
        }))
    }

    fn from_sql_null(_kind: &Type) -> Result<Self, Box<dyn error::Error + Sync + Send>> {
        Ok(Self(Cell::Null))
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }
}
