//! `mcp`: a hub's tools over the standard input and output.

use anyhow::{Context as _, Result};

use super::Desk;
use crate::{
    arguments::McpOptions,
    bridge::{self, Address, Key},
};

pub(crate) fn mcp(desk: &Desk<'_>, options: &McpOptions) -> Result<()> {
    let key = Key::read(options.key_file.as_deref())?;
    let address = match &options.hub {
        Some(url) => Address::read(url)?,
        None => Address::found(desk)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime; see whether this machine has room for more threads")?;
    let carrying = bridge::carry(tokio::io::stdin(), tokio::io::stdout(), address, key);
    let carried = runtime.block_on(carrying);
    // A read of the standard input cannot be given up.
    runtime.shutdown_background();
    carried
}
