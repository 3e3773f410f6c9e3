//! Signing in at a hub, step by step, and pairing with it when that is done.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chaperone_device::{Change, Entry};
use chaperone_link::{
    Address, Applicant, Given, LinkSettings, Need, Secret, SignIn, SignedIn, Step, TokenStore as _,
    Way, this_computer,
};
use chaperone_protocol::{ConnectionId, DeviceId, Maturity, Timestamp};
use chaperone_vault::{ConnectionChange, NewConnection};
use tokio::{sync::Mutex as AsyncMutex, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    Api,
    answer::{failed, invalid},
    connection::{Kept, device_key, this_device},
    convert,
    kept::{self, way},
    place,
    view::{
        ApiError, DialectView, Done, ErrorCode, NeedView, NeededView, OfferParams, OfferResponse,
        SignInCancelParams, SignInParams, SignInResponse, SignInStepParams, StepView, WayView,
    },
};

/// What this program is called at hubs that ask.
const CLIENT: &str = "chaperone";
/// Sign-ins that are under way at once; the oldest gives way.
const AT_ONCE: usize = 8;
/// Longer than any code is good.
const PATIENCE: Duration = Duration::from_mins(30);

/// Sign-ins that have begun.
#[derive(Default)]
pub(crate) struct SignIns(Mutex<HashMap<String, Arc<Pending>>>);

struct Pending {
    began: Instant,
    intent: Intent,
    /// None once nobody has to sign in.
    sign_in: AsyncMutex<Option<SignIn>>,
    /// Nobody waits for it any more.
    over: CancellationToken,
}

/// What the pairing is to be.
#[derive(Clone)]
struct Intent {
    address: Address,
    address_text: String,
    dialect: &'static str,
    name: String,
    device: DeviceId,
    ceiling: Maturity,
    link: LinkSettings,
    again: Option<ConnectionId>,
}

impl Api {
    pub(crate) fn offer(params: &OfferParams) -> Result<OfferResponse, ApiError> {
        let address =
            Address::parse_exposed(&params.address).map_err(|error| invalid(error.to_string()))?;
        if address.is_exposed() && !params.unencrypted {
            return Err(ApiError::new(
                ErrorCode::Unencrypted,
                format!(
                    "{} is another computer, and the token would cross the network unencrypted",
                    address.host()
                ),
            )
            .hint("Use wss://, or say in the settings that you accept it."));
        }
        let dialects = chaperone_dialects::ALL.iter().map(|dialect| DialectView {
            id: dialect.profile().id.to_owned(),
            name: dialect.profile().name.to_owned(),
            ways: Way::offered(*dialect).into_iter().map(way).collect(),
        });
        Ok(OfferResponse {
            dialects: dialects.collect(),
            detected: address.kind().map(str::to_owned),
            encrypted: address.is_encrypted(),
            exposed: address.is_exposed(),
        })
    }

    pub(crate) async fn sign_in(&self, params: SignInParams) -> Result<SignInResponse, ApiError> {
        let dialect = chaperone_dialects::dialect(&params.dialect)
            .ok_or_else(|| invalid(format!("there is no kind of hub {:?}", params.dialect)))?;
        let again = match &params.connection {
            None => None,
            Some(id) => Some(self.stored(id).await?),
        };
        // Who signs in again wants nothing else changed by that.
        let mut link = match &again {
            None => LinkSettings::default(),
            Some(stored) => {
                serde_json::from_value::<Kept>(stored.settings.clone())
                    .map_err(failed)?
                    .link
            }
        };
        if let Some(settings) = params.settings {
            kept::set(&mut link, settings)?;
        }
        let address =
            Address::parse_exposed(&params.address).map_err(|error| invalid(error.to_string()))?;
        link.check(dialect, &address)
            .map_err(|error| invalid(error.to_string()))?;
        let device = match (&again, params.device) {
            (Some(stored), _) => stored.device.clone(),
            (None, Some(device)) => {
                DeviceId::new(device).map_err(|error| invalid(error.to_string()))?
            }
            (None, None) => own_device_id().map_err(failed)?,
        };
        let intent = Intent {
            address_text: address.to_string(),
            name: params.name.unwrap_or_else(|| address.host().to_owned()),
            ceiling: params.ceiling.map_or(Maturity::Intern, convert::maturity),
            dialect: dialect.profile().id,
            again: again.map(|stored| stored.id),
            address,
            device,
            link,
        };
        let sign_in = match params.way {
            None if Way::offered(dialect).is_empty() => None,
            None => return Err(invalid("say in which way to sign in")),
            Some(way) => {
                let way = way_named(way);
                if !Way::offered(dialect).contains(&way) {
                    return Err(invalid(
                        "hubs of this kind do not offer this way to sign in",
                    ));
                }
                let applicant = Applicant {
                    client_id: CLIENT.to_owned(),
                    device: this_device(intent.device.clone()),
                    fingerprint: self.inner.vault.fingerprint().to_owned(),
                    key: Some(device_key(&self.inner.vault)),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                };
                let begun = SignIn::begin(
                    way,
                    dialect,
                    &intent.address,
                    &intent.link,
                    applicant,
                    this_computer(),
                );
                Some(begun.map_err(|error| invalid(error.to_string()))?)
            }
        };
        let ticket = ticket().map_err(failed)?;
        let pending = Arc::new(Pending {
            began: Instant::now(),
            intent,
            sign_in: AsyncMutex::new(sign_in),
            over: self.closing(),
        });
        self.inner
            .sign_ins
            .put(ticket.clone(), Arc::clone(&pending));
        let step = self.advance(&ticket, &pending, &Given::new()).await?;
        Ok(SignInResponse { ticket, step })
    }

    pub(crate) async fn sign_in_step(
        &self,
        params: SignInStepParams,
    ) -> Result<SignInResponse, ApiError> {
        let pending = self.inner.sign_ins.find(&params.ticket).ok_or_else(|| {
            ApiError::new(ErrorCode::Gone, "this sign-in is over").hint("Begin again.")
        })?;
        let given = params
            .given
            .into_iter()
            .map(|(need, text)| (need_named(need), Secret::new(text)))
            .collect();
        let step = self.advance(&params.ticket, &pending, &given).await?;
        Ok(SignInResponse {
            ticket: params.ticket,
            step,
        })
    }

    /// Whoever waits for its next step hears that it is over.
    pub(crate) fn sign_in_cancel(&self, params: &SignInCancelParams) -> Done {
        if let Some(pending) = self.inner.sign_ins.forget(&params.ticket) {
            pending.over.cancel();
        }
        Done {}
    }

    async fn advance(
        &self,
        ticket: &str,
        pending: &Pending,
        given: &Given,
    ) -> Result<StepView, ApiError> {
        let over = || ApiError::new(ErrorCode::Gone, "this sign-in was given up");
        let stepping = async {
            let mut sign_in = pending.sign_in.lock().await;
            match sign_in.as_mut() {
                Some(sign_in) => Some(sign_in.step(given).await),
                None => None,
            }
        };
        let stepped = pending.over.run_until_cancelled(stepping).await;
        let step = stepped.ok_or_else(over)?;
        Ok(match step {
            None => self.pair(ticket, &pending.intent, None).await?,
            Some(Step::Done(signed_in)) => {
                self.pair(ticket, &pending.intent, Some(signed_in)).await?
            }
            Some(Step::Needs { what, problem }) => StepView::Needs {
                what: what
                    .into_iter()
                    .map(|need| NeededView {
                        need: need_view(need),
                        secret: need.is_secret(),
                    })
                    .collect(),
                problem: problem.map(|problem| chaperone_protocol::visible(&problem)),
            },
            Some(Step::Show {
                code,
                uri,
                complete_uri,
                expires_at,
            }) => StepView::Show {
                code: chaperone_protocol::visible(&code),
                uri: chaperone_protocol::visible(&uri),
                complete_uri: complete_uri.map(|uri| chaperone_protocol::visible(&uri)),
                expires_at: convert::millis(expires_at),
                fingerprint: self.inner.vault.fingerprint().to_owned(),
            },
            Some(Step::Failed(failure)) => StepView::Failed {
                message: chaperone_protocol::visible(&failure.to_string()),
            },
        })
    }

    /// Keeps what came out of a sign-in, and connects.
    async fn pair(
        &self,
        ticket: &str,
        intent: &Intent,
        signed_in: Option<SignedIn>,
    ) -> Result<StepView, ApiError> {
        let _one_at_a_time = self.inner.changing.lock().await;
        let (token, renewal, device) = match signed_in {
            Some(signed_in) => (
                Some(signed_in.token),
                Some(signed_in.renewal),
                signed_in.device,
            ),
            None => (None, None, None),
        };
        let device = device.unwrap_or_else(|| intent.device.clone());
        let kept = serde_json::to_value(Kept {
            link: intent.link.clone(),
            renewal,
        })
        .map_err(failed)?;
        let now = Timestamp::now();
        let id = if let Some(id) = &intent.again {
            let stored = self.stored(id.as_str()).await?;
            let entry = Entry::SignedIn {
                connection: stored.name,
            };
            let change = ConnectionChange {
                device: Some(device),
                settings: Some(kept),
                ..ConnectionChange::default()
            };
            self.inner
                .vault
                .change_connection(id, stored.version, change, Some(entry.row(now)?))
                .await?;
            id.clone()
        } else {
            let id = self.new_connection_id(&intent.name).await?;
            let entry = Entry::Paired {
                connection: intent.name.clone(),
                address: intent.address_text.clone(),
            };
            let new = NewConnection {
                id: id.clone(),
                name: intent.name.clone(),
                dialect: intent.dialect.to_owned(),
                address: intent.address_text.clone(),
                device,
                ceiling: intent.ceiling,
                settings: kept,
            };
            self.inner
                .vault
                .add_connection(new, now, Some(entry.row(now)?))
                .await?;
            id
        };
        if let Some(token) = &token {
            let store = self.inner.linking.store(&id);
            store.save(Some(token)).await.map_err(|error| {
                let problem = format!("the token cannot be kept: {error}");
                ApiError::new(ErrorCode::Failed, problem)
            })?;
        }
        let stored = self.stored(id.as_str()).await?;
        let config = self.inner.linking.config(&stored).map_err(failed)?;
        let change = Change::Connect(Box::new(config));
        self.inner.device.change(change).await?;
        self.inner.sign_ins.forget(ticket);
        Ok(StepView::Done {
            connection: id.to_string(),
        })
    }

    /// A name that no other connection has, made of what people call it.
    async fn new_connection_id(&self, name: &str) -> Result<ConnectionId, ApiError> {
        let mut base: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .take(40)
            .collect();
        if base.chars().all(|letter| letter == '-') {
            "hub".clone_into(&mut base);
        }
        let taken: Vec<String> = self
            .snapshot()
            .connections
            .into_iter()
            .map(|connection| connection.id)
            .chain(
                self.inner
                    .vault
                    .connections()
                    .await?
                    .into_iter()
                    .map(|stored| stored.id.to_string()),
            )
            .collect();
        // One more than are taken always has a free one among them.
        let id = (1..=taken.len() + 1)
            .map(|number| match number {
                1 => base.clone(),
                number => format!("{base}-{number}"),
            })
            .find(|id| !taken.contains(id))
            .unwrap_or_else(|| base.clone());
        ConnectionId::new(id).map_err(|error| invalid(error.to_string()))
    }
}

impl SignIns {
    fn put(&self, ticket: String, pending: Arc<Pending>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, pending| pending.began.elapsed() < PATIENCE);
        if held.len() >= AT_ONCE {
            let oldest = held
                .iter()
                .min_by_key(|(_, pending)| pending.began)
                .map(|(ticket, _)| ticket.clone());
            if let Some(oldest) = oldest {
                held.remove(&oldest);
            }
        }
        held.insert(ticket, pending);
    }

    fn find(&self, ticket: &str) -> Option<Arc<Pending>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(ticket).cloned()
    }

    fn forget(&self, ticket: &str) -> Option<Arc<Pending>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(ticket)
    }
}

/// A name for this device that no other has, and people can read.
fn own_device_id() -> Result<DeviceId, std::io::Error> {
    let name: String = place::computer_name()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(40)
        .collect();
    let mut suffix = ticket()?;
    suffix.truncate(8);
    let name = if name.is_empty() { "computer" } else { &name };
    DeviceId::new(format!("{name}-{suffix}")).map_err(std::io::Error::other)
}

fn ticket() -> Result<String, std::io::Error> {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes
        .iter()
        .fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

fn way_named(way: WayView) -> Way {
    match way {
        WayView::DeviceCode => Way::DeviceCode,
        WayView::Password => Way::Password,
        WayView::Registration => Way::Registration,
        WayView::PastedToken => Way::PastedToken,
    }
}

fn need_view(need: Need) -> NeedView {
    match need {
        Need::Email => NeedView::Email,
        Need::Password => NeedView::Password,
        Need::Code => NeedView::Code,
        Need::Phone => NeedView::Phone,
        Need::RegistrationToken => NeedView::RegistrationToken,
        Need::SharedSecret => NeedView::SharedSecret,
        Need::Token => NeedView::Token,
    }
}

fn need_named(need: NeedView) -> Need {
    match need {
        NeedView::Email => Need::Email,
        NeedView::Password => Need::Password,
        NeedView::Code => Need::Code,
        NeedView::Phone => Need::Phone,
        NeedView::RegistrationToken => Need::RegistrationToken,
        NeedView::SharedSecret => Need::SharedSecret,
        NeedView::Token => Need::Token,
    }
}
