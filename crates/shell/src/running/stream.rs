//! One pipe that programs write to, read without blocking the runtime.

use std::io::{self, PipeWriter};

/// At most so much is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// Makes a pipe.
pub(super) fn stream() -> io::Result<(Stream, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    Ok((Stream::of(reader)?, writer))
}

#[cfg(unix)]
pub(super) use by_runtime::Stream;

#[cfg(unix)]
mod by_runtime {
    use std::{
        io::{self, PipeReader},
        os::fd::OwnedFd,
    };

    use tokio::{io::AsyncReadExt as _, net::unix::pipe};

    use super::PIECE_BYTES;

    /// The end that is read.
    pub(in super::super) struct Stream {
        pipe: pipe::Receiver,
        buffer: Vec<u8>,
    }

    impl Stream {
        pub(super) fn of(reader: PipeReader) -> io::Result<Self> {
            Ok(Self {
                pipe: pipe::Receiver::from_owned_fd(OwnedFd::from(reader))?,
                buffer: vec![0; PIECE_BYTES],
            })
        }

        /// What comes next; `None` at the end.
        pub(in super::super) async fn next(&mut self) -> Option<&[u8]> {
            let count = self.pipe.read(&mut self.buffer).await.ok()?;
            self.buffer.get(..count).filter(|bytes| !bytes.is_empty())
        }
    }
}

#[cfg(not(unix))]
pub(super) use by_thread::Stream;

#[cfg(not(unix))]
mod by_thread {
    use std::{
        io::{self, PipeReader, Read as _},
        thread,
    };

    use tokio::sync::mpsc;

    use super::PIECE_BYTES;

    /// When full, the reading thread waits, and with it the programs.
    const PIECES: usize = 16;

    /// The end that is read. Anonymous pipes block here, so a thread does it.
    pub(in super::super) struct Stream {
        pieces: mpsc::Receiver<Vec<u8>>,
        current: Vec<u8>,
    }

    impl Stream {
        pub(super) fn of(mut reader: PipeReader) -> io::Result<Self> {
            let (pieces, received) = mpsc::channel(PIECES);
            // Ends with the pipe, which ends with the programs.
            thread::Builder::new()
                .name("output".to_owned())
                .spawn(move || {
                    let mut buffer = vec![0; PIECE_BYTES];
                    while let Ok(count) = reader.read(&mut buffer) {
                        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty())
                        else {
                            break;
                        };
                        if pieces.blocking_send(bytes.to_vec()).is_err() {
                            break;
                        }
                    }
                })?;
            Ok(Self {
                pieces: received,
                current: Vec::new(),
            })
        }

        /// What comes next; `None` at the end.
        pub(in super::super) async fn next(&mut self) -> Option<&[u8]> {
            self.current = self.pieces.recv().await?;
            Some(&self.current)
        }
    }
}
