//! The Linux kernel's own word on links, addresses and routes.
//!
//! It talks more than matters: wireless scans, lifetimes of addresses. What counts is something
//! that went, or another address to speak from.

use std::{io, time::Duration};

use futures_util::stream::{self, BoxStream, StreamExt as _};
use rustix::{
    io::Errno,
    net::{AddressFamily, SocketFlags, SocketType, bind, netlink::SocketAddrNetlink, socket_with},
};
use tokio::{net::UnixDatagram, time::sleep};

use super::addresses::Addresses;

/// One change is many messages; the address comes a moment after the cable.
const SETTLES: Duration = Duration::from_millis(500);

/// Links, addresses and routes of both families, as `linux/rtnetlink.h` numbers their groups.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

const DELETED_LINK: u16 = 17;
const DELETED_ADDRESS: u16 = 21;
const DELETED_ROUTE: u16 = 25;

const BUFFER_BYTES: usize = 8 * 1024;

struct Watch {
    /// Not of the Unix family, but datagrams are received from it in the same way.
    socket: UnixDatagram,
    known: Addresses,
}

/// Listens to the kernel from now on.
pub(super) fn changes() -> io::Result<BoxStream<'static, ()>> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    // Its protocol for routes has the number of none.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    let watch = Watch {
        socket: UnixDatagram::from_std(socket.into())?,
        known: Addresses::now(),
    };
    let changes = stream::unfold(watch, |mut watch| async move {
        watch.change().await.ok()?;
        Some(((), watch))
    });
    Ok(changes.boxed())
}

impl Watch {
    async fn change(&mut self) -> io::Result<()> {
        loop {
            let mut went = self.heard().await?;
            sleep(SETTLES).await;
            went |= self.drain()?;
            let found = Addresses::now();
            if went || found != self.known {
                self.known = found;
                return Ok(());
            }
        }
    }

    /// Waits for a message, and says whether something went.
    async fn heard(&self) -> io::Result<bool> {
        let mut buffer = [0; BUFFER_BYTES];
        let read = self.socket.recv(&mut buffer).await;
        told(&buffer, read)
    }

    fn drain(&self) -> io::Result<bool> {
        let mut went = false;
        loop {
            let mut buffer = [0; BUFFER_BYTES];
            match self.socket.try_recv(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(went),
                read => went |= told(&buffer, read)?,
            }
        }
    }
}

fn told(buffer: &[u8], read: io::Result<usize>) -> io::Result<bool> {
    match read {
        Ok(read) => Ok(tells_of_a_loss(buffer.get(..read).unwrap_or_default())),
        // So much happened that the kernel dropped some of it.
        Err(error) if error.raw_os_error() == Some(Errno::NOBUFS.raw_os_error()) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether any of these messages says that a link, an address or a route is gone.
pub(super) fn tells_of_a_loss(mut messages: &[u8]) -> bool {
    /// Length, kind, flags, number, sender.
    const HEADER: usize = 16;

    while let (Some(length), Some(kind)) = (messages.first_chunk::<4>(), messages.get(4..6)) {
        let length = u32::from_ne_bytes(*length);
        let kind = kind.try_into().map_or(0, u16::from_ne_bytes);
        if [DELETED_LINK, DELETED_ADDRESS, DELETED_ROUTE].contains(&kind) {
            return true;
        }
        let Ok(length) = usize::try_from(length) else {
            return false;
        };
        if length < HEADER {
            return false;
        }
        // Messages begin at multiples of four.
        messages = messages
            .get(length.next_multiple_of(4)..)
            .unwrap_or_default();
    }
    false
}
