//! Telling a service manager how far it is, where one asks: `$NOTIFY_SOCKET` names its socket.

/// Up, and everything answers.
pub(crate) const READY: &str = "READY=1";
/// On its way out.
pub(crate) const STOPPING: &str = "STOPPING=1";

/// Says so, if anybody wants to know.
#[cfg(target_os = "linux")]
pub(crate) fn tell(state: &str) {
    use std::{
        ffi::OsStr,
        os::{
            linux::net::SocketAddrExt as _,
            unix::{
                ffi::OsStrExt as _,
                net::{SocketAddr, UnixDatagram},
            },
        },
    };

    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let address = match name.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
        path => SocketAddr::from_pathname(OsStr::from_bytes(path)),
    };
    let told = address
        .and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    if let Err(error) = told {
        // Its own time limit will tell it as well.
        let mut stderr = std::io::stderr().lock();
        let _ = std::io::Write::write_fmt(
            &mut stderr,
            format_args!("chaperone-headless: telling the service manager: {error}\n"),
        );
    }
}

/// Says so, if anybody wants to know: here nobody does.
#[cfg(not(target_os = "linux"))]
pub(crate) fn tell(_state: &str) {}
