//! People: how they sign in, and what they let in.
//!
//! Nothing here speaks HTTP.

mod attempts;
mod mailbox;
mod pairing;
mod password;
mod second_factor;
mod sessions;

pub(crate) use self::{
    attempts::Attempts,
    mailbox::mailbox,
    pairing::{ASKED_EVERY, Applicant, CODE_FOR, Poll, UserCode},
    password::Passwords,
    second_factor::SecondFactor,
    sessions::{Given, Opened, Renewed},
};
