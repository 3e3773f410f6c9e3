//! Surroundings that a test can turn over: names, the clock, the network.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use chaperone_link::{Proxies, World};
use chaperone_protocol::{SignedDuration, Timestamp};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::sync::watch;

/// A small world.
pub(crate) struct Small {
    /// Where every name leads, if anywhere.
    names: Mutex<Option<SocketAddr>>,
    ahead: Mutex<SignedDuration>,
    proxies: Proxies,
    network: watch::Sender<u32>,
}

impl Small {
    pub(crate) fn new() -> Arc<Self> {
        Self::behind(Proxies::none())
    }

    pub(crate) fn behind(proxies: Proxies) -> Arc<Self> {
        Arc::new(Self {
            names: Mutex::new(None),
            ahead: Mutex::new(SignedDuration::ZERO),
            proxies,
            network: watch::Sender::new(0),
        })
    }

    pub(crate) fn name(&self, leads_to: Option<SocketAddr>) {
        *self.names.lock().unwrap() = leads_to;
    }

    /// Lets the wall clock jump, either way.
    pub(crate) fn jump(&self, by: SignedDuration) {
        *self.ahead.lock().unwrap() += by;
    }

    pub(crate) fn change_network(&self) {
        self.network.send_modify(|changes| *changes += 1);
    }
}

impl World for Small {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.ahead.lock().unwrap()
    }

    fn lookup(&self, host: String, _port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        let found = *self.names.lock().unwrap();
        async move {
            let missing = || io::Error::other(format!("no address for {host}"));
            Ok(vec![found.ok_or_else(missing)?])
        }
        .boxed()
    }

    fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        let changes = self.network.subscribe();
        stream::unfold(changes, |mut changes| async move {
            changes.changed().await.ok()?;
            Some(((), changes))
        })
        .boxed()
    }
}
