//! Results on wires with a frame limit.
//!
//! A result must fit, or it would be refused and sent again for ever. Of long texts head and tail
//! stay, because a program's first and last lines say the most; the cut is marked. A picture cannot
//! be shortened: there the sender learns that it does not fit.

use chaperone_protocol::{Data, Outcome};
use serde::Serialize;

use crate::EncodeError;

/// Room for everything in a frame that is not one of the long texts.
const MARGIN_BYTES: usize = 64 * 1024;

/// Writes a frame, if it is no longer than that.
pub(crate) fn written(frame: &impl Serialize, limit: usize) -> Result<String, EncodeError> {
    let text = serde_json::to_string(frame).map_err(|_| EncodeError::Unsupported {
        what: "this message",
    })?;
    if text.len() > limit {
        return Err(EncodeError::TooLarge {
            bytes: text.len(),
            limit,
        });
    }
    Ok(text)
}

/// Writes the frame of an outcome, with its texts shortened where it would be longer than that.
pub(crate) fn fitting_result(
    outcome: &Outcome,
    limit: usize,
    write: impl Fn(&Outcome) -> Result<String, EncodeError>,
) -> Result<String, EncodeError> {
    match write(outcome) {
        Err(EncodeError::TooLarge { .. }) => {
            write(&fitted(outcome.clone(), limit.saturating_sub(MARGIN_BYTES)))
        }
        other => other,
    }
}

/// The outcome with its texts shortened to what fits into `room` bytes of JSON.
fn fitted(outcome: Outcome, room: usize) -> Outcome {
    match outcome {
        Outcome::Success {
            data: Data::Executed(mut executed),
            finished_at,
        } => {
            // Either stream may use what the other leaves free.
            let half = room / 2;
            let (stdout, stderr) = (
                escaped_bytes(&executed.stdout),
                escaped_bytes(&executed.stderr),
            );
            for (text, limit) in [
                (&mut executed.stdout, half.max(room.saturating_sub(stderr))),
                (&mut executed.stderr, half.max(room.saturating_sub(stdout))),
            ] {
                let (short, cut) = shortened(text, limit);
                *text = short;
                executed.cut_bytes = executed.cut_bytes.saturating_add(cut);
            }
            for text in [&mut executed.working_dir, &mut executed.containment] {
                (*text, _) = shortened(text, 8 * 1024);
            }
            Outcome::Success {
                data: Data::Executed(executed),
                finished_at,
            }
        }
        Outcome::Failure {
            code,
            message,
            finished_at,
            ..
        } => Outcome::failure(code, shortened(&message, room).0, finished_at),
        Outcome::Success { .. } => outcome,
    }
}

/// How many bytes a text takes inside a JSON string.
fn escaped_bytes(text: &str) -> usize {
    text.bytes().map(escaped).sum()
}

/// What one byte of UTF-8 becomes: only ASCII is ever escaped.
fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 2,
        0..=0x1f => 6,
        _ => 1,
    }
}

/// The text, or its head and tail where it would take more than `limit` bytes of JSON, and how
/// many of its bytes were left out.
fn shortened(text: &str, limit: usize) -> (String, u64) {
    /// The mark between head and tail, with any number in it.
    const MARK_BYTES: usize = 64;

    if escaped_bytes(text) <= limit {
        return (text.to_owned(), 0);
    }
    let half = limit.saturating_sub(MARK_BYTES) / 2;
    let head_end = text.floor_char_boundary(fitting(text.bytes(), half));
    let tail_start = text.ceil_char_boundary(text.len() - fitting(text.bytes().rev(), half));
    let head = text.get(..head_end).unwrap_or_default();
    let tail = text.get(tail_start..).unwrap_or_default();
    let cut = tail_start.saturating_sub(head_end);
    let marked = format!("{head}\n[… {cut} bytes left out …]\n{tail}");
    (marked, u64::try_from(cut).unwrap_or(u64::MAX))
}

/// How many bytes fit.
fn fitting(bytes: impl Iterator<Item = u8>, limit: usize) -> usize {
    let mut escaped_so_far = 0;
    bytes
        .take_while(|byte| {
            escaped_so_far += escaped(*byte);
            escaped_so_far <= limit
        })
        .count()
}
