//! People: how they sign in, and what they let in.
//!
//! Nothing here speaks HTTP.

mod attempts;
mod pairing;
mod password;
mod second_factor;
mod sessions;

pub(crate) use self::{
    attempts::Attempts,
    pairing::{ASKED_EVERY, Applicant, CODE_FOR, Poll, UserCode},
    password::Passwords,
    second_factor::SecondFactor,
    sessions::{Given, Opened},
};
