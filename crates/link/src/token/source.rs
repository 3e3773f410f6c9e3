//! Where a link gets its token: refreshed ahead of its end, by one request at a time.
//!
//! A refresh is finished whoever waits for it, and saved before it is used: a hub that has answered
//! it takes the old token no more.

use std::{
    fmt,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use chaperone_dialects::{BearerError, Profile, Proving};
use chaperone_protocol::{DeviceId, Timestamp};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use tokio::{sync::Mutex, time::Instant};
use tokio_util::task::TaskTracker;

use super::{
    Renewal, Token, TokenStore,
    due::{self, Due},
    renewal::{self, Step},
};
use crate::{
    Address, DeviceKey, LinkSettings, Secret, World,
    dial::Dialer,
    http::{Answer, NoAnswer, Requester},
};

/// Token answers are small.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// A hub that refuses one good token after the other is not asked for more of them all the time.
const FORCED_AT_MOST_EVERY: Duration = Duration::from_mins(5);
/// How often a refresh that failed is tried again while the old token is still good.
const TENDED_AT_MOST_EVERY: Duration = Duration::from_mins(1);

/// Gives one connection's token to whoever needs it. Cheap to clone.
#[derive(Clone)]
pub struct TokenSource(Kind);

#[derive(Clone)]
enum Kind {
    Fixed(Secret),
    Kept(Arc<Keeper>),
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Only a person gets another one.
    #[error("the hub does not renew this device's token: sign in again")]
    SignIn,
    /// The hub goes by a key that is not this device's.
    #[error("this hub knows this device by another key: pair it again")]
    OtherKey,
    /// Nobody has signed in yet.
    #[error("this device has no token for the hub: sign in")]
    Missing,
    /// The hub was not reached.
    #[error("the token cannot be renewed: {problem}")]
    Unreachable {
        /// What is in the way, in plain words.
        problem: String,
    },
    /// The hub cannot do it now.
    #[error("the hub renews no token now (HTTP {status})")]
    Status {
        /// What it answered.
        status: u16,
    },
    /// The hub answered something else.
    #[error("the hub answered without a token")]
    NoToken,
    /// It cannot be signed.
    #[error("the token cannot be signed: {0}")]
    Unsigned(#[source] BearerError),
    /// It cannot be kept, or not be found again.
    #[error("the token store of this computer failed: {problem}")]
    Store {
        /// What it said.
        problem: String,
    },
}

impl TokenError {
    /// Whether trying again is of no use before a person has signed in.
    pub fn wants_sign_in(&self) -> bool {
        matches!(self, Self::SignIn | Self::OtherKey | Self::Missing)
    }
}

/// How a connection's token stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// Nothing is to be done, so far as is known.
    Good,
    /// Nothing renews it: this is to be told.
    Ends {
        /// In plain words.
        warning: String,
    },
    /// A person must sign in.
    SignIn,
}

struct Keeper {
    renewal: Renewal,
    /// What renewals are proved with, and as whom.
    key: Option<(DeviceKey, DeviceId)>,
    dialer: Dialer,
    profile: &'static Profile,
    store: Arc<dyn TokenStore>,
    tracker: TaskTracker,
    state: Mutex<State>,
    /// The refresh under way; all who want a token wait for the same one.
    flight: StdMutex<Option<Flight>>,
}

type Flight = Shared<BoxFuture<'static, Result<Token, TokenError>>>;

#[derive(Default)]
struct State {
    token: Option<Token>,
    renew_at: Option<Timestamp>,
    is_loaded: bool,
    /// Why nothing is tried any more.
    refused: Option<TokenError>,
    /// The hub does not take the token whatever its end says.
    is_stale: bool,
    forced_at: Option<Instant>,
    tended_at: Option<Instant>,
}

impl From<Secret> for TokenSource {
    fn from(token: Secret) -> Self {
        Self::fixed(token)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Fixed(_) => "TokenSource(fixed)",
            Kind::Kept(_) => "TokenSource(kept)",
        })
    }
}

impl TokenSource {
    /// A token that never changes. An empty one serves hubs that want none.
    pub fn fixed(token: Secret) -> Self {
        Self(Kind::Fixed(token))
    }

    /// The token in that store, renewed in that way at that hub, which may have been told to go by
    /// that key of that device. A refresh that has begun is
    /// finished on the tracker.
    pub fn kept(
        renewal: Renewal,
        key: Option<(DeviceKey, DeviceId)>,
        store: Arc<dyn TokenStore>,
        hub: (&'static Profile, &Address, &LinkSettings),
        world: Arc<dyn World>,
        tracker: &TaskTracker,
    ) -> Self {
        let (profile, address, settings) = hub;
        let dialer = Dialer::new(address.clone(), settings.pin, world);
        Self(Kind::Kept(Arc::new(Keeper {
            renewal,
            key,
            dialer,
            profile,
            store,
            tracker: tracker.clone(),
            state: Mutex::default(),
            flight: StdMutex::default(),
        })))
    }

    /// The token to show now, renewed first if it must be.
    pub async fn token(&self) -> Result<Secret, TokenError> {
        let keeper = match &self.0 {
            Kind::Fixed(token) => return Ok(token.clone()),
            Kind::Kept(keeper) => keeper,
        };
        let (token, due) = keeper.current().await?;
        let token = match due {
            Due::Not => token,
            Due::Soon => match keeper.renewed().await {
                Ok(token) => token,
                Err(error) => {
                    tracing::debug!(%error, "the token is not renewed yet, and still good");
                    token
                }
            },
            Due::Now => keeper.renewed().await?,
        };
        Ok(token.access)
    }

    /// The hub does not take this token. Says whether another one may be had without a person.
    pub async fn refused(&self, token: &Secret) -> bool {
        let Kind::Kept(keeper) = &self.0 else {
            return false;
        };
        keeper.refused(token).await
    }

    /// Renews the token in good time while nobody asks for it, so that one that is not used for
    /// weeks does not end meanwhile. Waits for nothing.
    pub(crate) async fn tend(&self) {
        if let Kind::Kept(keeper) = &self.0 {
            keeper.tend().await;
        }
    }

    /// Takes the token of a sign-in, keeps it, and forgets every refusal.
    pub async fn signed_in(&self, token: Token) -> Result<(), TokenError> {
        let Kind::Kept(keeper) = &self.0 else {
            return Ok(());
        };
        keeper.save(Some(&token)).await?;
        keeper.take(token).await;
        Ok(())
    }

    /// Forgets the token, and tells the hub where it can be told. The hub's answer is not waited
    /// for: the token is gone from here in any case.
    pub async fn sign_out(&self) -> Result<(), TokenError> {
        let Kind::Kept(keeper) = &self.0 else {
            return Ok(());
        };
        keeper.load().await?;
        let token = keeper.forget().await;
        keeper.save(None).await?;
        if let Some(farewell) = token.and_then(|token| keeper.renewal.farewell(&token)) {
            let keeper = Arc::clone(keeper);
            keeper.tracker.clone().spawn(async move {
                if let Err(error) = keeper.ask(farewell).await {
                    tracing::debug!(%error, "the hub was not told of the sign-out");
                }
            });
        }
        Ok(())
    }

    /// How the token stands.
    pub async fn outlook(&self) -> Outlook {
        let keeper = match &self.0 {
            Kind::Fixed(token) => return warned(&Token::pasted(token.expose()), Timestamp::now()),
            Kind::Kept(keeper) => keeper,
        };
        match keeper.current().await {
            Err(error) if error.wants_sign_in() => Outlook::SignIn,
            Ok((token, _)) if !keeper.renewal.is_possible(&token) => warned(&token, keeper.now()),
            Ok(_) | Err(_) => Outlook::Good,
        }
    }
}

fn warned(token: &Token, now: Timestamp) -> Outlook {
    token
        .warning(now)
        .map_or(Outlook::Good, |warning| Outlook::Ends { warning })
}

impl Keeper {
    fn now(&self) -> Timestamp {
        self.dialer.world().now()
    }

    async fn load(&self) -> Result<(), TokenError> {
        if self.state.lock().await.is_loaded {
            return Ok(());
        }
        let loaded = self.store.load().await.map_err(|error| store(&error))?;
        let now = self.now();
        let mut state = self.state.lock().await;
        // A sign-in may have been quicker.
        if !state.is_loaded {
            state.is_loaded = true;
            state.renew_at = loaded
                .as_ref()
                .and_then(|token| due::renew_at(token, now, &self.renewal));
            state.token = loaded;
        }
        Ok(())
    }

    async fn current(&self) -> Result<(Token, Due), TokenError> {
        self.load().await?;
        let now = self.now();
        let state = self.state.lock().await;
        if let Some(refused) = &state.refused {
            return Err(refused.clone());
        }
        let token = state.token.clone().ok_or(TokenError::Missing)?;
        let due = if !self.renewal.is_possible(&token) {
            // Our clock may be wrong; whether it is good is for the hub to say.
            Due::Not
        } else if state.is_stale {
            Due::Now
        } else {
            Due::of(&token, state.renew_at, now)
        };
        Ok((token, due))
    }

    async fn refused(&self, refused: &Secret) -> bool {
        let mut state = self.state.lock().await;
        let Some(token) = &state.token else {
            return false;
        };
        if token.access != *refused {
            // It was replaced meanwhile.
            return state.refused.is_none();
        }
        let forced_lately = state
            .forced_at
            .is_some_and(|at| at.elapsed() < FORCED_AT_MOST_EVERY);
        if state.refused.is_some() || forced_lately || !self.renewal.is_possible(token) {
            return false;
        }
        state.is_stale = true;
        state.forced_at = Some(Instant::now());
        true
    }

    async fn tend(self: &Arc<Self>) {
        let mut state = self.state.lock().await;
        let lately = state
            .tended_at
            .is_some_and(|at| at.elapsed() < TENDED_AT_MOST_EVERY);
        let is_due = state.token.as_ref().is_some_and(|token| {
            self.renewal.is_possible(token)
                && Due::of(token, state.renew_at, self.now()) != Due::Not
        });
        if is_due && !lately && state.refused.is_none() {
            state.tended_at = Some(Instant::now());
            drop(state);
            // It runs on a task of its own; who wants the token then waits for the same one.
            drop(self.flight());
        }
    }

    /// Waits for the refresh under way, or for a new one.
    async fn renewed(self: &Arc<Self>) -> Result<Token, TokenError> {
        self.flight().await
    }

    fn flight(self: &Arc<Self>) -> Flight {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = &*flight
            && flight.peek().is_none()
        {
            return flight.clone();
        }
        let keeper = Arc::clone(self);
        // On a task of its own, so that it is finished whoever stops waiting.
        let task = self.tracker.spawn(async move { keeper.renew().await });
        let ended = async move {
            task.await.unwrap_or_else(|_| {
                Err(TokenError::Unreachable {
                    problem: "the program ends".to_owned(),
                })
            })
        };
        let begun = ended.boxed().shared();
        *flight = Some(begun.clone());
        begun
    }

    async fn renew(&self) -> Result<Token, TokenError> {
        let old = self.state.lock().await.token.clone();
        let old = old.ok_or(TokenError::Missing)?;
        let prove = |refresh: &Secret| {
            let (key, device) = self.key.as_ref()?;
            let hub = self.dialer.address();
            Some(key.prove(Proving::Renewal, hub, device, refresh))
        };
        let renewed = match self.renewal.step(&old, prove, self.now()) {
            Ok(Step::Have(token)) => Ok(token),
            Ok(Step::Ask(asking)) => match self.ask(asking).await {
                Ok(answer) => renewal::renewed(&answer, &old, self.now()),
                Err(error) => Err(TokenError::Unreachable {
                    problem: error.to_string(),
                }),
            },
            Ok(Step::Impossible) => Err(TokenError::SignIn),
            Err(error) => Err(error),
        };
        match renewed {
            Ok(token) => {
                let current = self.state.lock().await.token.clone();
                if current.as_ref() != Some(&old) {
                    // Somebody has signed in or out meanwhile, and that is what counts.
                    return current.ok_or(TokenError::Missing);
                }
                // One that cannot be saved is used all the same: the old one may be gone already.
                if let Err(error) = self.save(Some(&token)).await {
                    tracing::warn!(%error, "a renewed token is not saved");
                }
                self.take(token.clone()).await;
                Ok(token)
            }
            Err(error) => {
                if error.wants_sign_in() {
                    let mut state = self.state.lock().await;
                    // Unless somebody has signed in meanwhile.
                    if state.token.as_ref() == Some(&old) {
                        state.refused = Some(error.clone());
                    }
                }
                Err(error)
            }
        }
    }

    async fn ask(&self, mut asking: crate::http::Asking) -> Result<Answer, NoAnswer> {
        let address = self.dialer.address();
        asking.path = address.request_path(self.profile, &asking.path);
        // A refresh is never sent twice over a stream that may have carried it already.
        let fresh = Requester::new(self.dialer.clone(), MAX_ANSWER_BYTES);
        fresh.post(&asking).await
    }

    async fn take(&self, token: Token) {
        let now = self.now();
        let mut state = self.state.lock().await;
        state.renew_at = due::renew_at(&token, now, &self.renewal);
        state.token = Some(token);
        state.is_loaded = true;
        state.refused = None;
        state.is_stale = false;
    }

    async fn forget(&self) -> Option<Token> {
        let mut state = self.state.lock().await;
        state.refused = None;
        state.is_stale = false;
        state.token.take()
    }

    async fn save(&self, token: Option<&Token>) -> Result<(), TokenError> {
        let saved = self.store.save(token).await;
        saved.map_err(|error| store(&error))
    }
}

fn store(error: &super::StoreError) -> TokenError {
    TokenError::Store {
        problem: error.to_string(),
    }
}
