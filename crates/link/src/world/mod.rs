//! What a link perceives of the computer it runs on: the time, names, proxies, the network.
//!
//! One trait, so that tests can let time jump and names fail. It opens no connection.

mod addresses;
#[cfg(target_os = "linux")]
mod netlink;
#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, sync::Arc};

use chaperone_protocol::Timestamp;
use futures_util::{
    FutureExt as _,
    future::BoxFuture,
    stream::{BoxStream, StreamExt as _},
};

use crate::Proxies;

/// The surroundings of a link.
pub trait World: Send + Sync {
    /// The wall clock. It may jump.
    fn now(&self) -> Timestamp;

    /// Where a host is.
    fn lookup(&self, host: String, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

    /// Who stands between this computer and others.
    fn proxies(&self) -> &Proxies;

    /// Says something whenever this computer's way to the network may have become another one.
    fn changes(&self) -> BoxStream<'static, ()>;
}

/// This computer as it is. Takes the proxies from the environment, once.
pub fn this_computer() -> Arc<dyn World> {
    Arc::new(ThisComputer {
        proxies: Proxies::from_environment(),
    })
}

struct ThisComputer {
    proxies: Proxies,
}

impl World for ThisComputer {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn lookup(&self, host: String, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) }.boxed()
    }

    fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        #[cfg(target_os = "linux")]
        match netlink::changes() {
            Ok(changes) => return changes,
            Err(error) => {
                tracing::debug!(%error, "the kernel does not tell of network changes");
            }
        }
        addresses::changes().boxed()
    }
}
