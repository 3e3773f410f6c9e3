//! The Atom device socket: flat JSON objects with a `type`, one per text frame.
//!
//! `README.md` beside this file lists the frames and where each is known from.

mod from_wire;
mod profile;
mod to_wire;
mod wire;

use crate::{Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, Profile, Upstream};

/// The dialect.
pub(crate) static DIALECT: Atom = Atom;

pub(crate) struct Atom;

impl Dialect for Atom {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
    }

    fn encode_up(&self, message: &Upstream, cx: Context) -> Result<String, EncodeError> {
        to_wire::up(message, cx)
    }

    fn decode_up(&self, text: &str, cx: Context) -> Result<Decoded<Upstream>, DecodeError> {
        from_wire::up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, cx: Context) -> Result<String, EncodeError> {
        to_wire::down(message, cx)
    }

    fn decode_down(&self, text: &str, cx: Context) -> Result<Decoded<Downstream>, DecodeError> {
        from_wire::down(text, cx)
    }
}
