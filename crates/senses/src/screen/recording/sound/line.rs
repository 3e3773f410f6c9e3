//! Sound in the time of the recording, cut into packets. Pure.

use std::time::Duration;

use crate::screen::recording::mp4::{PACKET_TICKS, SOUND_TICKS};

/// The two clocks may be so far apart; then it is put right at once, which is hardly heard.
const APART: u64 = SOUND_TICKS as u64 / 5;

/// A microphone that says nothing for so long is taken to be gone, and it goes on in silence.
const SILENCE: u64 = SOUND_TICKS as u64 / 2;

/// Samples that follow each other without a gap from the beginning of the recording.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// So many there are until now, with those that are packed already.
    until: u64,
    loose: Vec<f32>,
}

impl Line {
    /// Adds samples of which the last was heard at that time.
    pub(super) fn add(&mut self, at: Duration, samples: &[f32]) {
        let heard = u64::try_from(samples.len()).unwrap_or(u64::MAX);
        let end = ticks(at);
        let begins = end.saturating_sub(heard);
        let mut samples = samples;
        if self.until == 0 {
            // What was heard before the recording began is none of it.
            let before = usize::try_from(heard.saturating_sub(end)).unwrap_or(usize::MAX);
            samples = samples.get(before..).unwrap_or_default();
            self.be_silent(begins);
        } else if begins > self.until + APART {
            self.be_silent(begins);
        } else if self.until > begins + APART {
            let much = usize::try_from(self.until - begins).unwrap_or(usize::MAX);
            samples = samples.get(much..).unwrap_or_default();
        }
        self.loose.extend_from_slice(samples);
        self.until += u64::try_from(samples.len()).unwrap_or(0);
    }

    /// Nothing was heard until that time.
    pub(super) fn wait(&mut self, at: Duration) {
        let now = ticks(at);
        if now > self.until + SILENCE {
            // Less than that, for what may yet come.
            self.be_silent(now - SILENCE / 2);
        }
    }

    /// The next whole packet.
    pub(super) fn packet(&mut self) -> Option<Vec<f32>> {
        let length = usize::try_from(PACKET_TICKS).ok()?;
        (self.loose.len() >= length).then(|| self.loose.drain(..length).collect())
    }

    fn be_silent(&mut self, until: u64) {
        let missing = until.saturating_sub(self.until);
        let length = self.loose.len() + usize::try_from(missing).unwrap_or(0);
        self.loose.resize(length, 0.0);
        self.until = self.until.max(until);
    }
}

fn ticks(at: Duration) -> u64 {
    let ticks = at.as_micros() * u128::from(SOUND_TICKS) / 1_000_000;
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    fn packed(line: &mut Line) -> Vec<f32> {
        std::iter::from_fn(|| line.packet()).flatten().collect()
    }

    /// So many milliseconds of sound.
    fn sound(long: usize) -> Vec<f32> {
        vec![1.0; long * 48]
    }

    #[test]
    fn sound_lies_where_it_was_heard() {
        let mut line = Line::default();
        // Ten milliseconds of it from before the beginning.
        line.add(milliseconds(10), &sound(20));
        line.add(milliseconds(30), &sound(20));
        assert_eq!(packed(&mut line), vec![1.0; 20 * 48]);
        let mut line = Line::default();
        line.add(milliseconds(60), &sound(20));
        let all = packed(&mut line);
        assert_eq!(all.len(), 60 * 48);
        assert!(all[..40 * 48].iter().all(|sample| *sample == 0.0));
        assert!(all[40 * 48..].iter().all(|sample| *sample != 0.0));
    }

    #[test]
    fn clocks_that_differ_a_little_are_left_alone_until_they_differ_much() {
        // Either way, half a part in a hundred off for a minute.
        for (every, drift) in [(20_100, 1), (19_900, -1)] {
            let mut line = Line::default();
            let mut at = Duration::ZERO;
            let mut packets = 0;
            let mut silent = 0;
            for _ in 0..3000 {
                at += Duration::from_micros(every);
                line.add(at, &sound(20));
                while let Some(packet) = line.packet() {
                    packets += 1;
                    silent += u32::from(packet[0] == 0.0);
                }
            }
            let there = Duration::from_millis(20) * packets;
            assert!(at.abs_diff(there) < milliseconds(230), "{at:?} {there:?}");
            assert_eq!(silent > 0, drift > 0, "{silent}");
        }
    }

    #[test]
    fn a_microphone_that_is_gone_is_silent() {
        let mut line = Line::default();
        line.add(milliseconds(20), &sound(20));
        line.wait(milliseconds(300));
        assert_eq!(packed(&mut line).len(), 20 * 48);
        line.wait(milliseconds(1020));
        let all = packed(&mut line);
        assert_eq!(all.len(), (1020 - 250 - 20) / 20 * 20 * 48);
        assert!(all.iter().all(|sample| *sample == 0.0));
        // It comes back.
        line.add(milliseconds(2000), &sound(20));
        let all = packed(&mut line);
        assert!(all.iter().any(|sample| *sample != 0.0));
        assert!(line.until == 2000 * 48);
    }
}
