//! The device socket of the Adiuva backend: flat JSON objects with a `type`, one per text frame.
//!
//! `README.md` beside this file tells where peers differ.

mod answer;
mod frames;
mod from_wire;
mod heard;
mod ids;
mod profile;
mod to_wire;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, FrameKind, PasswordForm,
    Profile, Refresh, SignInWay, Upstream,
};

/// The dialect.
pub(crate) static DIALECT: Adiuva = Adiuva;

pub(crate) struct Adiuva;

impl Dialect for Adiuva {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
    }

    /// The paths are known; the names in the bodies are our reading of a text that has none.
    fn sign_in(&self) -> &'static [SignInWay] {
        &[
            SignInWay::Password(PasswordForm {
                path: "/api/v1/auth/login",
                email_name: "email",
                refresh: Refresh::ByRefreshToken {
                    path: "/api/v1/auth/refresh",
                },
                logout_path: None,
            }),
            SignInWay::Pasted,
        ]
    }

    fn frames(&self) -> &'static [FrameKind] {
        frames::FRAMES
    }

    fn encode_up(&self, message: &Upstream, _cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::up(message)
    }

    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        from_wire::up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, _cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::down(message)
    }

    fn decode_down(
        &self,
        text: &str,
        _cx: Context<'_>,
    ) -> Result<Decoded<Downstream>, DecodeError> {
        from_wire::down(text)
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        heard::up(message)
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        heard::down(message)
    }
}
