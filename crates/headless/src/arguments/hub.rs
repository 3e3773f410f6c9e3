//! How running a hub by itself is written.
//!
//! Every option is also a key of the configuration file and a variable of the environment; the
//! option goes first, then the variable. The database's address may hold a password, so it is none.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Default, Args)]
#[command(after_help = "\
Every key of the configuration file is also a variable, CHAPERONE_HUB_ and the key in large letters \
(tls.certificate is CHAPERONE_HUB_TLS_CERTIFICATE; lists are separated by commas). Options go before \
variables, and variables before the file. Its own folder is named by --data-dir.")]
pub(crate) struct HubOptions {
    /// The configuration file (TOML)
    #[arg(long, global = true, value_name = "FILE", env = "CHAPERONE_HUB_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Say what the configuration comes to, and everything that is wrong with it; nothing is started
    #[arg(long)]
    pub(crate) check_config: bool,
    /// Where to listen; other addresses than loopback take --public-url and TLS or --behind-proxy
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// Where others find the hub: <https://hub.example.org>
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// A proxy with TLS stands before the hub, and tells it in X-Forwarded-For whom it speaks for
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// The certificate, and then those that vouch for it (PEM; read again on SIGHUP)
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_certificate: Option<String>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<String>,
    /// A file that holds the address of a PostgreSQL database for the books
    #[arg(long, value_name = "FILE")]
    pub(crate) database_file: Option<String>,
    /// Whether people may make accounts for themselves: open or closed
    #[arg(long, value_name = "OPEN|CLOSED")]
    pub(crate) registration: Option<String>,
    /// Where webhooks may lead: outside, which is the world over https, or also inside, to this
    /// computer and its network
    #[arg(long, value_name = "OUTSIDE|INSIDE")]
    pub(crate) webhooks: Option<String>,
    /// A page elsewhere that may call the hub: <https://app.example.org>; may be said again
    #[arg(long, value_name = "URL")]
    pub(crate) origin: Vec<String>,
    /// Another name that requests may call the hub by; may be said again
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// Where the hub's keys are kept: in a file each, or in the system's keyring
    #[arg(long, value_name = "FILE|KEYRING")]
    pub(crate) secrets: Option<String>,
    /// How the log is written: as text or json
    #[arg(long, value_name = "TEXT|JSON")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) word: Option<HubWord>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HubWord {
    /// Look after people's accounts; the hub must not run
    Account {
        #[command(subcommand)]
        word: AccountWord,
    },
    /// Replace what tokens are signed with, which ends them all; the hub must not run
    RotateKeys,
    /// Check the hub's audit, whole; the hub must not run
    Verify,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountWord {
    /// Make an account; the password is asked for, or read from the standard input
    Add {
        /// The address that the person signs in with
        email: String,
        /// Let the person look after other people's accounts; the first owner also has the agents
        /// that every hub begins with
        #[arg(long)]
        owner: bool,
        /// What the person is called
        #[arg(long, value_name = "NAME", default_value = "")]
        person: String,
    },
    /// Give an account another password, which ends its sessions
    Password {
        /// The address that the person signs in with
        email: String,
    },
}
