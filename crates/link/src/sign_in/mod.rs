//! Getting a hub's first token, in steps that a window can show.
//!
//! Each kind of hub has its own ways; each way is a file of requests and answers. What comes out is
//! a token and how it is kept good. Where it is kept at rest is the caller's matter.

mod edge;
mod failure;
mod oauth;
mod password;
mod way;

use std::{collections::BTreeMap, sync::Arc};

use chaperone_dialects::{Dialect, Refresh};
use chaperone_protocol::{DeviceId, DeviceInfo, Timestamp};

pub use self::{
    failure::Failure,
    way::{Need, Way},
};
use crate::{
    Address, DeviceKey, Error, LinkSettings, Renewal, Secret, Token, World,
    dial::Dialer,
    http::{Answer, Asking, Requester},
};

/// Sign-in answers are small.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Who wants in.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// What this program is called at hubs that ask.
    pub client_id: String,
    /// This computer.
    pub device: DeviceInfo,
    /// What tells the device's own key from others, for the person to compare with what the hub's
    /// page shows.
    pub fingerprint: String,
    /// That key, for hubs that go by it from then on.
    pub key: Option<DeviceKey>,
    /// This program's version.
    pub version: String,
}

/// What a person gave. What is not needed is passed over.
pub type Given = BTreeMap<Need, Secret>;

/// Where a sign-in stands, for a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The person is to type this.
    Needs {
        /// What, in the order it is asked for.
        what: Vec<Need>,
        /// What was wrong with what was typed before, in plain words.
        problem: Option<String>,
    },
    /// The person is to open this page and compare the code. The next step waits for that.
    Show {
        /// The code, which the page shows as well, or asks for.
        code: String,
        /// The page.
        uri: String,
        /// The same with the code filled in, where the hub has that.
        complete_uri: Option<String>,
        /// When the code stops being taken.
        expires_at: Timestamp,
    },
    /// It has a token.
    Done(SignedIn),
    /// It has none. The next step begins anew.
    Failed(Failure),
}

/// What came out of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The token.
    pub token: Token,
    /// How it is kept good.
    pub renewal: Renewal,
    /// What the hub calls this device from now on, where it gave it a name of its own.
    pub device: Option<DeviceId>,
}

/// One sign-in.
pub struct SignIn {
    way: Way,
    dialect: &'static dyn Dialect,
    requester: Requester,
    applicant: Applicant,
    stage: Stage,
}

/// What a sign-in knows between two steps.
enum Stage {
    Begin,
    /// The hub wants a second factor for these.
    SecondFactor {
        email: Secret,
        password: Secret,
    },
    /// The device has an id, and nothing yet to prove it with.
    Registered {
        device: DeviceId,
        phone: Secret,
    },
    /// The code is shown.
    Shown(oauth::Grant),
}

/// What a way makes of what was given.
enum Turn {
    Step(Step),
    /// The same, and this is to be known at the next step.
    Then(Stage, Step),
}

impl SignIn {
    /// Begins to sign in at that hub of that kind.
    pub fn begin(
        way: Way,
        dialect: &'static dyn Dialect,
        address: &Address,
        settings: &LinkSettings,
        applicant: Applicant,
        world: Arc<dyn World>,
    ) -> Result<Self, Error> {
        settings.check_address(address)?;
        let dialer = Dialer::new(address.clone(), settings.pin, world);
        Ok(Self {
            way,
            dialect,
            requester: Requester::new(dialer, MAX_ANSWER_BYTES),
            applicant,
            stage: Stage::Begin,
        })
    }

    /// Goes on with what the person gave, as far as it goes without them. May be given up
    /// anywhere, and called again.
    pub async fn step(&mut self, given: &Given) -> Step {
        let turn = match self.way {
            Way::Password => self.password(given).await,
            Way::Registration => self.edge(given).await,
            Way::PastedToken => Ok(self.pasted(given)),
            Way::DeviceCode => self.device_code().await,
        };
        let (stage, step) = match turn {
            Ok(Turn::Then(stage, step)) => (stage, step),
            Ok(Turn::Step(step)) => (Stage::Begin, step),
            Err(failure) => (Stage::Begin, Step::Failed(failure)),
        };
        self.stage = stage;
        step
    }

    fn pasted(&self, given: &Given) -> Turn {
        let Some(text) = filled(given, Need::Token) else {
            return Turn::Step(needs(vec![Need::Token]));
        };
        // What is renewed by showing it is renewed wherever it came from.
        let renewal = match self.password_form() {
            Some(form) if matches!(form.refresh, Refresh::ByShowing { .. }) => {
                Renewal::of_password(&form)
            }
            Some(_) | None => Renewal::Never,
        };
        Turn::Step(Step::Done(SignedIn {
            token: Token::pasted(text.expose()),
            renewal,
            device: None,
        }))
    }

    async fn ask(&self, mut asking: Asking) -> Result<Answer, Failure> {
        let address = self.requester.dialer().address();
        asking.path = address.request_path(self.dialect.profile(), &asking.path);
        Ok(self.requester.post(&asking).await?)
    }

    fn now(&self) -> Timestamp {
        self.requester.dialer().world().now()
    }
}

fn needs(what: Vec<Need>) -> Step {
    Step::Needs {
        what,
        problem: None,
    }
}

fn wrong(what: Vec<Need>, problem: impl Into<String>) -> Step {
    Step::Needs {
        what,
        problem: Some(problem.into()),
    }
}

/// What was given for this, if anything.
fn filled(given: &Given, need: Need) -> Option<&Secret> {
    given
        .get(&need)
        .filter(|secret| !secret.expose().trim().is_empty())
}
