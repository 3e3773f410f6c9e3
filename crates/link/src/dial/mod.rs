//! A byte stream to a hub: names, addresses, proxies, encryption.
//!
//! The same for sockets and for requests. Errors become sentences here, because those of the
//! libraries may hold what must not be shown.

mod error;
mod proxy;
mod race;
#[cfg(test)]
mod tests;
mod tls;

use std::{net::SocketAddr, sync::Arc};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

pub(crate) use self::error::DialError;
pub use self::error::Unreachable;
pub use self::proxy::Proxies;
use self::{proxy::Proxy, tls::Changed};
use crate::{Address, Pin, World};

/// Bytes both ways, encrypted or not.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Bytes for T {}

pub(crate) type Stream = Box<dyn Bytes>;

/// Opens streams to one hub.
#[derive(Clone)]
pub(crate) struct Dialer {
    address: Address,
    pin: Option<Pin>,
    world: Arc<dyn World>,
}

impl Dialer {
    pub(crate) fn new(address: Address, pin: Option<Pin>, world: Arc<dyn World>) -> Self {
        Self {
            address,
            pin,
            world,
        }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn world(&self) -> &Arc<dyn World> {
        &self.world
    }

    /// Opens one. May be given up anywhere.
    pub(crate) async fn dial(&self) -> Result<Stream, DialError> {
        let address = &self.address;
        let stream = match self.world.proxies().before(address) {
            None => {
                let place = address.to_string();
                self.connect(address.host(), address.port(), place).await?
            }
            Some(proxy) => self.through(&proxy?).await?,
        };
        if !address.is_encrypted() {
            return Ok(Box::new(stream));
        }
        let config = tls::config(self.pin).await?;
        let name = ServerName::try_from(address.host().to_owned())
            .map_err(|_| DialError::Name(address.clone()))?;
        let stream = TlsConnector::from(config)
            .connect(name, stream)
            .await
            .map_err(|source| DialError::from_handshake(address, source))?;
        Ok(Box::new(stream))
    }

    async fn through(&self, proxy: &Proxy) -> Result<TcpStream, DialError> {
        let place = format!("{}:{}", proxy.host, proxy.port);
        let reached = self.connect(&proxy.host, proxy.port, place.clone()).await;
        let mut stream = reached.map_err(|source| DialError::ProxyAway {
            place,
            source: Box::new(source),
        })?;
        proxy.tunnel(&mut stream, &self.address).await?;
        Ok(stream)
    }

    async fn connect(&self, host: &str, port: u16, place: String) -> Result<TcpStream, DialError> {
        let addresses = match host.parse() {
            Ok(number) => vec![SocketAddr::new(number, port)],
            Err(_) => self
                .world
                .lookup(host.to_owned(), port)
                .await
                .map_err(|source| DialError::from_lookup(host, source))?,
        };
        let stream = race::connect(addresses).await;
        let stream = stream.map_err(|source| DialError::from_connect(place, source))?;
        // Frames are small, and whoever waits for one waits for all of it.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

/// The fingerprint of the certificate that a hub shows, so that a person can compare and pin it.
/// Nothing is sent to the hub.
pub async fn shown_certificate(
    address: &Address,
    world: Arc<dyn World>,
) -> Result<Pin, crate::Unreachable> {
    // No certificate has this fingerprint, so that the handshake ends where it is known.
    let nothing = Pin::of(b"");
    let dialer = Dialer::new(address.clone(), Some(nothing), world);
    match dialer.dial().await {
        Err(DialError::Changed { shown, .. }) => Ok(shown),
        Err(error) => Err(error.into()),
        Ok(_) => Err(DialError::NotEncrypted(address.clone()).into()),
    }
}
