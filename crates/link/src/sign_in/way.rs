//! The ways to sign in, and what they ask of a person.

use chaperone_dialects::{Credential, Dialect, SignInWay};
use serde::{Deserialize, Serialize};

/// One way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A code that the person confirms in a browser, as our own hub has it.
    DeviceCode,
    /// E-mail and password, with a second factor where the account has one.
    Password,
    /// The device registers with a token from the hub's owner and signs its own from then on.
    Registration,
    /// A token that the person has from elsewhere.
    PastedToken,
}

impl Way {
    /// The ways hubs of this kind have, the best first. None, where nobody has to sign in.
    pub fn offered(dialect: &dyn Dialect) -> Vec<Self> {
        if dialect.profile().credential == Credential::Nothing {
            return Vec::new();
        }
        let ways = dialect.sign_in().iter().map(|way| match way {
            SignInWay::DeviceCode => Self::DeviceCode,
            SignInWay::Password(_) => Self::Password,
            SignInWay::Registration => Self::Registration,
            SignInWay::Pasted => Self::PastedToken,
        });
        ways.collect()
    }
}

/// Something a person has to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Their e-mail address.
    Email,
    /// Their password.
    Password,
    /// The six digits of their second factor.
    Code,
    /// Their phone number, with the country's.
    Phone,
    /// The token that lets a device register.
    RegistrationToken,
    /// The secret that the hub shares with its devices.
    SharedSecret,
    /// A token.
    Token,
}

impl Need {
    /// Whether it is not to be seen while it is typed.
    pub fn is_secret(self) -> bool {
        match self {
            Self::Password | Self::RegistrationToken | Self::SharedSecret | Self::Token => true,
            Self::Email | Self::Code | Self::Phone => false,
        }
    }
}
