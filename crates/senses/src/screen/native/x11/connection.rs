//! Talking to an X server, but not for longer than it answers.

use std::{
    io,
    os::fd::AsFd as _,
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::{
    reexports::x11rb_protocol::{parse_display::parse_display, xauth::get_auth},
    rust_connection::{DefaultStream, PollMode, RustConnection, Stream},
    utils::RawFdContainer,
};

use crate::{SenseError, screen::recording::Stop};

/// A server that has not said a word for so long is taken to hang.
const PATIENCE: Duration = Duration::from_secs(4);

/// So often it is looked whether the answer is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A connection to an X server.
pub(super) type Connection = RustConnection<Patient>;

/// A stream that is not waited on for ever.
#[derive(Debug)]
pub(super) struct Patient {
    stream: DefaultStream,
    stop: Option<Stop>,
}

impl Stream for Patient {
    fn poll(&self, mode: PollMode) -> io::Result<()> {
        let mut wanted = PollFlags::empty();
        wanted.set(PollFlags::IN, mode.readable());
        wanted.set(PollFlags::OUT, mode.writable());
        let asked_at = Instant::now();
        let slice = Timespec::try_from(LOOK_EVERY).map_err(io::Error::other)?;
        loop {
            let fd = self.stream.as_fd();
            match poll(&mut [PollFd::from_borrowed_fd(fd, wanted)], Some(&slice)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            let given_up = self.stop.as_ref().is_some_and(Stop::told);
            if given_up || asked_at.elapsed() >= PATIENCE {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }

    fn read(&self, buffer: &mut [u8], fds: &mut Vec<RawFdContainer>) -> io::Result<usize> {
        self.stream.read(buffer, fds)
    }

    fn write(&self, bytes: &[u8], fds: &mut Vec<RawFdContainer>) -> io::Result<usize> {
        self.stream.write(bytes, fds)
    }
}

/// Connects to the server of that name, or to the one of this session; says also which of its
/// screens is meant.
pub(super) fn connect(
    server: Option<&str>,
    stop: Option<&Stop>,
) -> Result<(Connection, usize), SenseError> {
    let unavailable = |why: &dyn std::fmt::Display| {
        SenseError::Missing(format!(
            "there is no display to see ({why}): start Chaperone inside a desktop session, or \
             check that DISPLAY names one"
        ))
    };
    let parsed = parse_display(server).map_err(|error| unavailable(&error))?;
    let screen = usize::from(parsed.screen);
    let mut last = None;
    for address in parsed.connect_instruction() {
        let (stream, (family, peer)) = match DefaultStream::connect(&address) {
            Ok(connected) => connected,
            Err(error) => {
                last = Some(error);
                continue;
            }
        };
        let (name, data) = get_auth(family, &peer, parsed.display)
            .ok()
            .flatten()
            .unwrap_or_default();
        let patient = Patient {
            stream,
            stop: stop.cloned(),
        };
        return Connection::connect_to_stream_with_auth_info(patient, screen, name, data)
            .map(|connection| (connection, screen))
            .map_err(|error| unavailable(&error));
    }
    Err(last.map_or_else(|| unavailable(&"no address"), |error| unavailable(&error)))
}
