//! One connection out of several addresses.
//!
//! A host may have addresses of both families of which one leads nowhere. Waiting for that one to
//! fail takes minutes, so the next is tried beside it after a moment, and the first to answer wins.

use std::{collections::VecDeque, io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};

/// How long one address is waited for before the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to the first of these that answers.
pub(super) async fn connect(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut left = alternating(addresses);
    let mut tries = FuturesUnordered::new();
    let mut failure = None;
    let mut next_at = Instant::now();
    loop {
        if tries.is_empty() || Instant::now() >= next_at {
            match left.pop_front() {
                Some(address) => {
                    tries.push(TcpStream::connect(address));
                    next_at = Instant::now() + HEAD_START;
                }
                None if tries.is_empty() => {
                    let nowhere = || io::Error::from(io::ErrorKind::NotFound);
                    return Err(failure.unwrap_or_else(nowhere));
                }
                None => {}
            }
        }
        tokio::select! {
            Some(done) = tries.next() => match done {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    // What refuses is more telling than what nothing leads to.
                    let telling = error.kind() == io::ErrorKind::ConnectionRefused;
                    if failure.is_none() || telling {
                        failure = Some(error);
                    }
                    next_at = Instant::now();
                }
            },
            () = sleep_until(next_at), if !left.is_empty() => {}
        }
    }
}

/// The families in turn, beginning with what the system prefers.
pub(super) fn alternating(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let prefers_six = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (VecDeque<_>, VecDeque<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == prefers_six);
    let mut mixed = VecDeque::new();
    while !first.is_empty() || !second.is_empty() {
        mixed.extend(first.pop_front());
        mixed.extend(second.pop_front());
    }
    mixed
}
