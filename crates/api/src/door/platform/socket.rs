//! A socket file in the data folder. Nobody but this user can reach it, and whoever does is asked
//! of the system.
//!
//! Where the data folder's path is longer than a socket's name may be, the socket lies in the
//! user's runtime folder, and a symbolic link stands in its place, so that the command line needs
//! no variable to find it.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        fs::{
            DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink,
        },
        net::UnixStream as Wired,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use axum::{Router, serve::Listener};
use tokio::net::{UnixListener, UnixStream, unix::SocketAddr};
use tokio_util::sync::CancellationToken;

use crate::door::{DoorError, DoorOpenError};

const NAME: &str = "door.sock";
/// Under this name a socket or link is made ready before it takes its place in one step. Not
/// longer than the other, so that it fits where that fits.
const FRESH: &str = "door.new";
/// As many bytes as a socket's name may have on every Unix we run on, the closing zero included.
const NAME_LIMIT: usize = 104;
/// What the group and everybody else may do.
const OTHERS: u32 = 0o077;
/// After a failed accept, which is a lack of descriptors or memory, that passes.
const BREATH: Duration = Duration::from_millis(500);

/// The command line's end of it.
pub(in crate::door) type Wire = Wired;

/// The socket, listening.
pub(in crate::door) struct Threshold {
    listener: UnixListener,
    /// What goes when the door closes, in this order.
    leftovers: Vec<PathBuf>,
}

impl Threshold {
    /// Makes the socket. Whoever calls holds the data folder's lock, so a socket that is there and
    /// answers is a riddle, and one that does not is what a killed process left.
    #[expect(clippy::unused_async, reason = "on other systems it waits")]
    pub(in crate::door) async fn open(data_dir: &Path) -> Result<Self, DoorOpenError> {
        make_private(data_dir)?;
        let wanted = data_dir.join(NAME);
        make_room(&wanted)?;
        if fits(&wanted) {
            let listener = listen(data_dir)?;
            return Ok(Self {
                listener,
                leftovers: vec![wanted],
            });
        }
        let short = short_folder(data_dir, &wanted)?;
        let listener = listen(&short)?;
        let fresh = data_dir.join(FRESH);
        let _ = fs::remove_file(&fresh);
        symlink(short.join(NAME), &fresh)
            .and_then(|()| fs::rename(&fresh, &wanted))
            .map_err(|source| make(&wanted, source))?;
        Ok(Self {
            listener,
            leftovers: vec![wanted, short.join(NAME)],
        })
    }

    /// Lets in whoever is this user, until told to close.
    pub(in crate::door) async fn serve(
        self,
        routes: Router,
        closing: CancellationToken,
    ) -> io::Result<()> {
        let own = OwnOnly {
            listener: self.listener,
            user: rustix::process::geteuid().as_raw(),
        };
        let served = axum::serve(own, routes)
            .with_graceful_shutdown(closing.cancelled_owned())
            .await;
        for path in &self.leftovers {
            // Gone already is just as well.
            let _ = fs::remove_file(path);
        }
        served
    }
}

/// Hangs up on every other user, root included: what root does, root can do without us.
struct OwnOnly {
    listener: UnixListener,
    user: u32,
}

impl Listener for OwnOnly {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (UnixStream, SocketAddr) {
        loop {
            let (stream, address) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "the local door could not let somebody in");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            };
            match stream.peer_cred() {
                Ok(peer) if peer.uid() == self.user => return (stream, address),
                Ok(peer) => tracing::warn!(user = peer.uid(), "another user was turned away"),
                Err(error) => tracing::warn!(%error, "somebody without a name was turned away"),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Whether a Chaperone ever opened a door here and did not close it.
pub(in crate::door) fn is_there(data_dir: &Path) -> bool {
    data_dir.join(NAME).symlink_metadata().is_ok()
}

/// Goes to the door of whoever runs on this data folder, and gives the head lines it wants, which
/// are none beyond the ordinary.
pub(in crate::door) fn connect(data_dir: &Path) -> Result<(Wire, String), DoorError> {
    let named = data_dir.join(NAME);
    let path = fs::read_link(&named).unwrap_or(named);
    // Before anything is said: a password must not reach somebody who took the name.
    let owner = match path.symlink_metadata() {
        Ok(metadata) => metadata.uid(),
        Err(error) => return Err(unreachable(path, error)),
    };
    if owner != rustix::process::geteuid().as_raw() {
        return Err(DoorError::AnotherUser { path });
    }
    match Wired::connect(&path) {
        Ok(wire) => Ok((wire, "Host: localhost\r\n".to_owned())),
        Err(error) => Err(unreachable(path, error)),
    }
}

fn unreachable(path: PathBuf, error: io::Error) -> DoorError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => DoorError::AnotherUser { path },
        // Refused: the socket of a process that was killed.
        io::ErrorKind::NotFound
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::ConnectionRefused => DoorError::NotRunning,
        _ => DoorError::Find(error),
    }
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() < NAME_LIMIT
}

/// Binds beside its place, shuts out everybody else, and only then takes the place, and with it
/// that of a socket nobody listens at.
fn listen(folder: &Path) -> Result<UnixListener, DoorOpenError> {
    let (fresh, path) = (folder.join(FRESH), folder.join(NAME));
    let _ = fs::remove_file(&fresh);
    let bind = || {
        let listener = UnixListener::bind(&fresh)?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o600))?;
        fs::rename(&fresh, &path)?;
        Ok(listener)
    };
    bind().map_err(|source| make(&path, source))
}

/// Looks at what has the name already. What is no socket and no link stays; what answers, too.
fn make_room(path: &Path) -> Result<(), DoorOpenError> {
    let Ok(metadata) = path.symlink_metadata() else {
        return Ok(());
    };
    let kind = metadata.file_type();
    if !kind.is_socket() && !kind.is_symlink() {
        return Err(DoorOpenError::InTheWay {
            path: path.to_owned(),
        });
    }
    let target = fs::read_link(path).unwrap_or_else(|_| path.to_owned());
    if Wired::connect(&target).is_ok() {
        return Err(DoorOpenError::Alive {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// A folder with a short name, for one data folder alone.
fn short_folder(data_dir: &Path, wanted: &Path) -> Result<PathBuf, DoorOpenError> {
    let too_long = || DoorOpenError::TooLong {
        path: wanted.to_owned(),
    };
    let metadata = fs::metadata(data_dir).map_err(|source| make(wanted, source))?;
    let name = format!("chaperone-{:x}-{:x}", metadata.dev(), metadata.ino());
    let folder = runtime_dir().ok_or_else(too_long)?.join(name);
    if !fits(&folder.join(NAME)) {
        return Err(too_long());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(|source| make(&folder, source))?;
    make_private(&folder)?;
    Ok(folder)
}

/// A folder for sockets that the system gives each user.
fn runtime_dir() -> Option<PathBuf> {
    // macOS has no runtime folders, but a folder for temporary files for each user.
    dirs::runtime_dir().or_else(|| cfg!(target_os = "macos").then(std::env::temp_dir))
}

/// Sees to it that nobody else enters this folder: whoever could change names in it could stand
/// where the socket stands.
fn make_private(folder: &Path) -> Result<(), DoorOpenError> {
    let metadata = folder
        .symlink_metadata()
        .and_then(|itself| {
            // The person may have put the data folder elsewhere with a link.
            if itself.is_symlink() {
                fs::metadata(folder)
            } else {
                Ok(itself)
            }
        })
        .map_err(|source| make(folder, source))?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(DoorOpenError::AnotherUser {
            path: folder.to_owned(),
        });
    }
    let mode = metadata.permissions().mode();
    if mode & OTHERS != 0 {
        fs::set_permissions(folder, Permissions::from_mode(mode & !OTHERS & 0o7777))
            .map_err(|source| make(folder, source))?;
    }
    Ok(())
}

fn make(path: &Path, source: io::Error) -> DoorOpenError {
    DoorOpenError::Make {
        path: path.to_owned(),
        source,
    }
}
