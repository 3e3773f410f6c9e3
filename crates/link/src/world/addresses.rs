//! Which of its addresses this computer would speak from: another one means another network.
//!
//! Nothing is sent to find out: "connecting" a datagram socket only asks the routing table.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use futures_util::stream::{self, Stream};
use tokio::time::{MissedTickBehavior, interval};

/// How often it is looked at where nobody tells.
const EVERY: Duration = Duration::from_secs(3);

/// The addresses this computer speaks from, for either family; none where it has no way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Addresses([Option<IpAddr>; 2]);

impl Addresses {
    pub(super) fn now() -> Self {
        // Addresses set aside for documentation: on no network, and so behind the default route.
        let four = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9));
        let six = SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9));
        let any_four = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let any_six = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
        Self([source(any_four, four).ok(), source(any_six, six).ok()])
    }
}

fn source(from: SocketAddr, to: SocketAddr) -> io::Result<IpAddr> {
    let socket = UdpSocket::bind(from)?;
    socket.connect(to)?;
    Ok(socket.local_addr()?.ip())
}

/// Compares them every few seconds.
pub(super) fn changes() -> impl Stream<Item = ()> + Send + 'static {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold(
        (ticks, Addresses::now()),
        |(mut ticks, mut known)| async move {
            loop {
                ticks.tick().await;
                let found = Addresses::now();
                if found != known {
                    known = found;
                    return Some(((), (ticks, known)));
                }
            }
        },
    )
}
