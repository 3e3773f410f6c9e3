//! A recording's file while it grows.

use std::{fs::File, io, time::Duration};

use chaperone_protocol::Resolution;

use super::{
    elements::Elements,
    finish::{self, Index},
    layout::{
        self, BLOCK_HEAD_BYTES, CLUSTER, Cue, KEY, MARKED, PICTURE, SIMPLE_BLOCK, SOUND, TIMESTAMP,
    },
};
use crate::screen::recording::{
    film::{Container, append},
    mp4::{PACKET_TICKS, SOUND_TICKS, SoundFormat},
};

/// After so long a cluster is written, so that no more than that is lost. In milliseconds, as all
/// times in the file.
const CLUSTER_LASTS: u64 = 500;

/// A block says in two bytes how much later it is than its cluster begins; that is not quite a third
/// of a minute either way.
const MOST_IN_CLUSTER: u64 = 30_000;

/// How long each packet of sound lasts.
pub(super) const PACKET_LASTS: u64 = (PACKET_TICKS * 1000 / SOUND_TICKS) as u64;

/// Writes frames into a file that plays however it ends.
#[derive(Debug)]
pub(in crate::screen::recording) struct Webm {
    file: File,
    index: Index,
    /// Of the cluster to come.
    waiting: Vec<Block>,
    /// When the first frame that waits begins.
    since: Option<u64>,
    /// Before that there is a frame already.
    free_from: u64,
    packets: u64,
}

/// A frame, or a packet of sound.
#[derive(Debug)]
struct Block {
    at: u64,
    track: u8,
    key: bool,
    data: Vec<u8>,
}

impl Webm {
    fn due(&self, now: u64) -> bool {
        let since = self.since;
        since.is_some_and(|since| now.saturating_sub(since) >= CLUSTER_LASTS)
    }

    /// Writes what waits.
    fn write(&mut self) -> io::Result<()> {
        self.since = None;
        let mut blocks = std::mem::take(&mut self.waiting);
        // The frame of a moment before its sound.
        blocks.sort_by_key(|block| (block.at, block.track));
        let mut written = Elements::default();
        let mut index = self.index.clone();
        let mut rest = blocks.as_slice();
        while let Some(first) = rest.first() {
            let fits = |block: &&Block| block.at - first.at < MOST_IN_CLUSTER;
            let (now, later) = rest.split_at(rest.iter().take_while(fits).count());
            let lies = self.index.good + length(written.len());
            put_cluster(&mut written, first.at, now);
            for block in now {
                match block.track {
                    PICTURE => index.show(block.at, block.key, lies),
                    _ => index.lasts_until(block.at + PACKET_LASTS),
                }
            }
            rest = later;
        }
        append(&mut self.file, &mut self.index.good, &written.done())?;
        self.index = Index {
            good: self.index.good,
            ..index
        };
        Ok(())
    }
}

impl Container for Webm {
    type Format = Resolution;

    fn begin(mut file: File, extent: &Resolution, sound: Option<SoundFormat>) -> io::Result<Self> {
        let mut head = layout::beginning();
        head.extend(layout::directory(None));
        head.extend(layout::tracks(*extent, sound));
        let mut index = Index::default();
        append(&mut file, &mut index.good, &head)?;
        Ok(Self {
            file,
            index,
            waiting: Vec::new(),
            since: None,
            free_from: 0,
            packets: 0,
        })
    }

    fn push(&mut self, at: Duration, data: &[u8], key: bool) -> io::Result<()> {
        let at = milliseconds(at);
        if key || self.due(at) {
            self.write()?;
        }
        let at = at.max(self.free_from);
        self.free_from = at + 1;
        self.since.get_or_insert(at);
        self.waiting.push(Block {
            at,
            track: PICTURE,
            key,
            data: data.to_vec(),
        });
        Ok(())
    }

    fn hear(&mut self, packet: &[u8]) -> io::Result<()> {
        self.waiting.push(Block {
            at: self.packets * PACKET_LASTS,
            track: SOUND,
            key: true,
            data: packet.to_vec(),
        });
        self.packets += 1;
        Ok(())
    }

    fn settle(&mut self, now: Duration) -> io::Result<()> {
        if self.due(milliseconds(now)) {
            self.write()?;
        }
        Ok(())
    }

    fn flush(&mut self, end: Duration) -> io::Result<()> {
        self.write()?;
        self.index.lasts_until(milliseconds(end));
        Ok(())
    }

    fn bytes(&self) -> u64 {
        let waiting = self.waiting.iter().map(|block| length(block.data.len()));
        self.index.good + waiting.sum::<u64>()
    }

    /// Without room for the index the file stays as it was, which also plays.
    fn finish(mut self, end: Duration) -> io::Result<u64> {
        let written = self.flush(end);
        let indexed = finish::end(&mut self.file, &self.index);
        if let Err(error) = indexed {
            self.file.set_len(self.index.good)?;
            return Err(written.err().unwrap_or(error));
        }
        written?;
        self.file.metadata().map(|data| data.len())
    }
}

fn put_cluster(elements: &mut Elements, begins: u64, blocks: &[Block]) {
    elements.put(CLUSTER, |cluster| {
        cluster.number(TIMESTAMP, begins);
        for block in blocks {
            cluster.begin(SIMPLE_BLOCK, BLOCK_HEAD_BYTES + block.data.len());
            let later = i16::try_from(block.at - begins).unwrap_or(i16::MAX);
            cluster.raw(&[MARKED | block.track]);
            cluster.raw(&later.to_be_bytes());
            cluster.raw(&[if block.key { KEY } else { 0 }]);
            cluster.raw(&block.data);
        }
    });
}

impl Index {
    /// A frame, in the cluster that lies there.
    pub(super) fn show(&mut self, at: u64, key: bool, lies: u64) {
        self.frames += 1;
        self.lasts_until(at + 1);
        if key {
            self.cues.push(Cue { at, lies });
        }
    }

    pub(super) fn lasts_until(&mut self, end: u64) {
        self.duration = self.duration.max(end);
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn milliseconds(at: Duration) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}
