//! How a hub of some kind gives a first token, as data.
//!
//! Names and paths only: whoever signs in makes the requests.

/// One way to a first token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInWay {
    /// OAuth 2.0 device authorization, as our own hub has it.
    DeviceCode,
    /// E-mail and password.
    Password(PasswordForm),
    /// The device registers and signs its own tokens: see [`EdgeRegistration`](crate::EdgeRegistration).
    Registration,
    /// A token from elsewhere.
    Pasted,
}

/// Where e-mail and password go, and how the token that they give is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordForm {
    /// Where they are posted.
    pub path: &'static str,
    /// Under which name the e-mail stands.
    pub email_name: &'static str,
    /// How the token is renewed.
    pub refresh: Refresh,
    /// Where the hub is told that the token is not needed any more.
    pub logout_path: Option<&'static str>,
}

/// How a token is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// By showing the old one, while it is good.
    ByShowing {
        /// Where.
        path: &'static str,
    },
    /// By a refresh token, in a body under its usual name.
    ByRefreshToken {
        /// Where.
        path: &'static str,
    },
}
