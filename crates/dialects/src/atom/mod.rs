//! The Atom device socket: flat JSON objects with a `type`, one per text frame.
//!
//! `README.md` beside this file tells where peers differ.

mod frames;
mod from_wire;
mod profile;
mod to_wire;
mod wire;

use crate::{
    Asked, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, FrameKind,
    PasswordForm, Profile, Refresh, RemoteCommand, SignInWay, Upstream,
};

/// The dialect.
pub(crate) static DIALECT: Atom = Atom;

pub(crate) struct Atom;

impl Dialect for Atom {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
    }

    fn sign_in(&self) -> &'static [SignInWay] {
        &[
            SignInWay::DeviceCode,
            SignInWay::Password(PasswordForm {
                path: "/api/auth/login",
                email_name: "username",
                refresh: Refresh::ByShowing {
                    path: "/api/auth/refresh",
                },
                logout_path: Some("/api/auth/logout"),
            }),
            SignInWay::Pasted,
        ]
    }

    fn frames(&self) -> &'static [FrameKind] {
        frames::FRAMES
    }

    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::up(message, cx)
    }

    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        from_wire::up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::down(message, cx)
    }

    fn decode_down(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Downstream>, DecodeError> {
        from_wire::down(text, cx)
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        match message {
            Upstream::Part { .. } | Upstream::Report(_) => None,
            everything_else => Some(everything_else),
        }
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        match message {
            Downstream::Configure(_)
            | Downstream::Event(_)
            | Downstream::Command(RemoteCommand {
                asked: Asked::Wish(_) | Asked::Senseless { .. },
                ..
            }) => None,
            everything_else => Some(everything_else),
        }
    }
}
