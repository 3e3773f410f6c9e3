//! Pairing with hubs and keeping connections, as faces show and do it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Level, LinkSettingsParams};

/// `connections/offer`: what could be done about an address.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferParams {
    pub address: String,
    /// The person accepts that the token crosses a network in the clear.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub unencrypted: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferResponse {
    pub dialects: Vec<DialectView>,
    /// The kind of hub that the address speaks for, where it does.
    pub detected: Option<String>,
    /// Whether the way there is encrypted.
    pub encrypted: bool,
    /// Whether a token would cross a network in the clear.
    pub exposed: bool,
}

/// A kind of hub.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DialectView {
    pub id: String,
    pub name: String,
    /// The ways to sign in there, the best first; none where nobody has to.
    pub ways: Vec<WayView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WayView {
    DeviceCode,
    Password,
    Registration,
    PastedToken,
}

/// `connections/signIn`: begins to pair with a hub, or to sign in again there.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInParams {
    pub address: String,
    pub dialect: String,
    /// Absent where nobody has to sign in.
    #[ts(optional)]
    pub way: Option<WayView>,
    /// What people call the connection; its address where absent.
    #[ts(optional)]
    pub name: Option<String>,
    /// What the hub calls this device; a name of this computer where absent.
    #[ts(optional)]
    pub device: Option<String>,
    /// The highest level anybody there has here; intern where absent.
    #[ts(optional)]
    pub ceiling: Option<Level>,
    /// How the connection is kept, where not as is usual, or not as it was.
    #[ts(optional)]
    pub settings: Option<LinkSettingsParams>,
    /// The connection to sign in again for.
    #[ts(optional)]
    pub connection: Option<String>,
}

/// `connections/signInStep`: goes on with what the person gave.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInStepParams {
    pub ticket: String,
    /// By need.
    pub given: BTreeMap<NeedView, String>,
}

/// `connections/signInCancel`: nobody waits for it any more.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInCancelParams {
    pub ticket: String,
}

/// Where a sign-in stands.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInResponse {
    /// Names the sign-in in its next step.
    pub ticket: String,
    pub step: StepView,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum StepView {
    /// The person is to type this.
    Needs {
        what: Vec<NeededView>,
        /// What was wrong with what was typed before.
        problem: Option<String>,
    },
    /// The person is to open this page and compare the code; the next step waits for that.
    Show {
        code: String,
        uri: String,
        complete_uri: Option<String>,
        /// Milliseconds since 1970.
        #[ts(type = "number")]
        expires_at: i64,
        /// What tells this device's key from others; the page shows it as well.
        fingerprint: String,
    },
    /// It is paired.
    Done { connection: String },
    /// It is not. The next step begins anew.
    Failed { message: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NeededView {
    pub need: NeedView,
    /// It is not to be seen while it is typed.
    pub secret: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NeedView {
    Email,
    Password,
    Code,
    Phone,
    RegistrationToken,
    SharedSecret,
    Token,
}

/// `connections/change`: what is absent stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeConnectionParams {
    pub id: String,
    #[ts(optional)]
    pub name: Option<String>,
    #[ts(optional)]
    pub ceiling: Option<Level>,
    #[ts(optional)]
    pub paused: Option<bool>,
    #[ts(optional)]
    pub settings: Option<LinkSettingsParams>,
}

/// `connections/remove`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveConnectionParams {
    pub id: String,
}
