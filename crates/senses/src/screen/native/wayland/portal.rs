//! The desktop's portal, which asks the person whether a display may be seen.

use std::{
    collections::HashMap,
    os::fd::OwnedFd,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{interval, timeout};
use zbus::{
    Connection, ObjectPath, OwnedObjectPath, OwnedVariant, Variant, connection::Builder,
    export::ordered_stream::OrderedStreamExt as _, proxy,
};

use crate::{SenseError, screen::recording::Stop};

/// How long the portal gets for what it answers by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the person gets to answer.
const PERSON: Duration = Duration::from_mins(1);

/// So often it is looked whether the answer is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Displays, of all that a portal can show.
const MONITOR: u32 = 1;

/// What was chosen is remembered as long as this process is there.
const WHILE_RUNNING: u32 = 1;

/// The first version that remembers.
const REMEMBERS: u32 = 4;

/// How a portal says what the person answered.
const ALLOWED: u32 = 0;
const REFUSED: u32 = 1;

/// What becomes of the mouse pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::screen::native) enum Cursor {
    LeftOut,
    /// In the pixels.
    Drawn,
}

impl Cursor {
    /// As portals say it.
    fn number(self) -> u32 {
        match self {
            Self::LeftOut => 1,
            Self::Drawn => 2,
        }
    }
}

/// A display that may be seen. The portal takes it back when this is dropped.
pub(super) struct Granted {
    /// The way to the pictures.
    pub(super) remote: Option<OwnedFd>,
    /// Which pictures.
    pub(super) node: u32,
    /// Where on the desktop the display begins, where the portal says so.
    pub(super) position: Option<(i32, i32)>,
    /// Asks for the same again.
    pub(super) token: Option<String>,
    /// The session lasts as long as whoever asked for it is on the bus.
    _connection: Connection,
}

type Options<'a> = HashMap<&'a str, Variant<'a>>;
type Results = HashMap<String, OwnedVariant>;

#[proxy(
    interface = "org.freedesktop.portal.ScreenCast",
    default_service = "org.freedesktop.portal.Desktop",
    default_path = "/org/freedesktop/portal/desktop"
)]
trait ScreenCast {
    fn create_session(&self, options: Options<'_>) -> zbus::Result<OwnedObjectPath>;
    fn select_sources(
        &self,
        session: &ObjectPath<'_>,
        options: Options<'_>,
    ) -> zbus::Result<OwnedObjectPath>;
    fn start(
        &self,
        session: &ObjectPath<'_>,
        parent_window: &str,
        options: Options<'_>,
    ) -> zbus::Result<OwnedObjectPath>;
    fn open_pipe_wire_remote(
        &self,
        session: &ObjectPath<'_>,
        options: Options<'_>,
    ) -> zbus::Result<zbus::OwnedFd>;
    #[zbus(property(emits_changed_signal = "false"), name = "version")]
    fn version(&self) -> zbus::Result<u32>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn available_cursor_modes(&self) -> zbus::Result<u32>;
}

#[proxy(
    interface = "org.freedesktop.portal.Request",
    default_service = "org.freedesktop.portal.Desktop"
)]
trait Request {
    #[zbus(signal)]
    fn response(&self, response: u32, results: Results) -> zbus::Result<()>;
}

/// Asks for a display; with a token for the one that was chosen when it was given.
pub(super) fn ask(
    bus: Option<&str>,
    token: Option<String>,
    cursor: Cursor,
    stop: Option<&Stop>,
) -> Result<Granted, SenseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| SenseError::Failed(format!("could not ask the desktop: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            granted = converse(bus, token, cursor) => granted,
            () = given_up(stop) => Err(SenseError::Unavailable(
                "the desktop was no longer asked for a display".to_owned(),
            )),
        }
    })
}

async fn given_up(stop: Option<&Stop>) {
    let Some(stop) = stop else {
        return std::future::pending().await;
    };
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !stop.told() {
        looks.tick().await;
    }
}

async fn converse(
    bus: Option<&str>,
    token: Option<String>,
    cursor: Cursor,
) -> Result<Granted, SenseError> {
    let connection = match bus {
        Some(address) => Builder::address(address).build().await,
        None => Connection::session().await,
    };
    let connection = connection.map_err(|error| no_portal(&error))?;
    let portal = ScreenCastProxy::new(&connection)
        .await
        .map_err(|error| no_portal(&error))?;
    let version = timeout(PATIENCE, portal.version())
        .await
        .map_err(|_| silent())?
        .map_err(|error| no_portal(&error))?;
    let cursors = portal.available_cursor_modes().await.unwrap_or_default();

    let word = fresh();
    let options = Options::from([("session_handle_token", Variant::from(word.as_str()))]);
    let created = answered(&connection, options, PATIENCE, async |options| {
        portal.create_session(options).await
    })
    .await?;
    // Older portals say it as a text, though it is a path.
    let session = text(&created, "session_handle").ok_or_else(strange)?;
    let session = ObjectPath::try_from(session).map_err(|_| strange())?;

    let mut options = Options::from([
        ("types", Variant::from(MONITOR)),
        ("multiple", Variant::from(false)),
    ]);
    if cursors & cursor.number() != 0 {
        options.insert("cursor_mode", Variant::from(cursor.number()));
    }
    if version >= REMEMBERS {
        options.insert("persist_mode", Variant::from(WHILE_RUNNING));
        if let Some(token) = &token {
            options.insert("restore_token", Variant::from(token.as_str()));
        }
    }
    answered(&connection, options, PATIENCE, async |options| {
        portal.select_sources(&session, options).await
    })
    .await?;

    let started = answered(&connection, Options::new(), PERSON, async |options| {
        portal.start(&session, "", options).await
    })
    .await?;
    let (node, described) = streams(&started).ok_or_else(strange)?;
    let position = described
        .get("position")
        .and_then(|position| <(i32, i32)>::try_from(position.try_clone().ok()?).ok());
    let remote = portal
        .open_pipe_wire_remote(&session, Options::new())
        .await
        .map_err(|error| told(&error))?;
    Ok(Granted {
        remote: Some(remote.into()),
        node,
        position,
        token: text(&started, "restore_token"),
        _connection: connection,
    })
}

/// The first stream that was granted; only one was asked for.
fn streams(results: &Results) -> Option<(u32, Results)> {
    let streams = results.get("streams")?.try_clone().ok()?;
    let streams = Vec::<(u32, Results)>::try_from(streams).ok()?;
    streams.into_iter().next()
}

fn text(results: &Results, name: &str) -> Option<String> {
    let found = results.get(name)?.try_clone().ok()?;
    match OwnedObjectPath::try_from(found.try_clone().ok()?) {
        Ok(path) => Some(path.to_string()),
        Err(_) => String::try_from(found).ok(),
    }
}

/// A word that this process has not used yet.
fn fresh() -> String {
    static USED: AtomicU64 = AtomicU64::new(0);
    format!(
        "chaperone_{}_{}",
        std::process::id(),
        USED.fetch_add(1, Ordering::Relaxed)
    )
}

/// Asks something, and waits for what a portal answers by signal.
async fn answered<'a>(
    connection: &Connection,
    mut options: Options<'a>,
    limit: Duration,
    ask: impl AsyncFnOnce(Options<'a>) -> zbus::Result<OwnedObjectPath>,
) -> Result<Results, SenseError> {
    let word = fresh();
    let me = connection
        .unique_name()
        .map(|name| name.trim_start_matches(':').replace('.', "_"))
        .unwrap_or_default();
    let path = format!("/org/freedesktop/portal/desktop/request/{me}/{word}");
    options.insert("handle_token", Variant::from(word));
    let request = RequestProxy::builder(connection)
        .path(path)
        .build()
        .await
        .map_err(|error| told(&error))?;
    // Listened for before it can be said.
    let mut responses = request
        .receive_response()
        .await
        .map_err(|error| told(&error))?;
    timeout(PATIENCE, ask(options))
        .await
        .map_err(|_| silent())?
        .map_err(|error| told(&error))?;
    let response = timeout(limit, responses.next())
        .await
        .map_err(|_| silent())?
        .ok_or_else(silent)?;
    let arguments = response.args().map_err(|error| told(&error))?;
    match arguments.response {
        ALLOWED => Ok(arguments.results),
        REFUSED => Err(SenseError::Refused(
            "the desktop's own question whether the display may be seen was answered with no: ask \
             again, and allow it there"
                .to_owned(),
        )),
        _ => Err(SenseError::Failed(
            "the desktop broke off its question whether the display may be seen: try again"
                .to_owned(),
        )),
    }
}

fn no_portal(error: &zbus::Error) -> SenseError {
    SenseError::Missing(format!(
        "this Wayland session has no portal that shows displays ({error}): install \
         xdg-desktop-portal with the part for this desktop, or log in to an X11 session"
    ))
}

fn silent() -> SenseError {
    SenseError::TimedOut(
        "the desktop's own question whether the display may be seen was not answered: ask again, \
         and answer it"
            .to_owned(),
    )
}

fn strange() -> SenseError {
    SenseError::Failed("the desktop's portal showed no display: try again".to_owned())
}

fn told(error: &zbus::Error) -> SenseError {
    SenseError::Failed(format!(
        "the desktop's portal refused to show a display: {error}"
    ))
}
