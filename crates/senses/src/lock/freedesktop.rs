//! Desktops that tell over D-Bus: the screen saver on the session's bus, and logind on the system's.

use std::{num::NonZero, time::Duration};

use rustix::process::getuid;
use tokio::time::sleep;
use zbus::{
    Connection, MatchRule, Message, MessageStream, OwnedObjectPath,
    export::ordered_stream::OrderedStreamExt as _, message::Type, proxy,
};

/// Each desktop has the same signal under its own name.
const SAVERS: [&str; 4] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
];
/// How long until a bus that is not there is looked for again.
const LOOKED_FOR_EVERY: Duration = Duration::from_mins(1);
/// More signals than come while one is looked at.
const WAITING: NonZero<usize> = NonZero::new(16).unwrap();

#[proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1"
)]
trait Session {
    #[zbus(property)]
    fn user(&self) -> zbus::Result<(u32, OwnedObjectPath)>;
}

#[derive(Debug, Default)]
pub(super) struct Locks {
    savers: Ear,
    sessions: Ear,
}

/// One bus, as far as it is there.
#[derive(Debug, Default)]
struct Ear(Option<(Connection, MessageStream)>);

impl Locks {
    pub(super) async fn next(&mut self) {
        loop {
            tokio::select! {
                signal = self.savers.next(savers) => {
                    if begins(&signal) {
                        return;
                    }
                }
                signal = self.sessions.next(sessions) => {
                    if self.sessions.is_ours(&signal).await {
                        return;
                    }
                }
            }
        }
    }
}

impl Ear {
    /// The next signal. May be dropped at any time.
    async fn next<F>(&mut self, listen: impl Fn() -> F) -> Message
    where
        F: Future<Output = zbus::Result<(Connection, MessageStream)>>,
    {
        loop {
            if let Some((_, stream)) = &mut self.0 {
                match stream.next().await {
                    Some(Ok(signal)) => return signal,
                    // What nobody understands is no lock.
                    Some(Err(_)) => {}
                    None => self.0 = None,
                }
                continue;
            }
            match listen().await {
                Ok(heard) => self.0 = Some(heard),
                // No bus is no desktop, which is usual on a server.
                Err(_) => sleep(LOOKED_FOR_EVERY).await,
            }
        }
    }

    /// Whether it is this person's session that was locked; if that cannot be told, it is.
    async fn is_ours(&self, signal: &Message) -> bool {
        let header = signal.header();
        let (Some((connection, _)), Some(path)) = (&self.0, header.path()) else {
            return true;
        };
        let user = async {
            let session = SessionProxy::new(connection, path.to_owned()).await?;
            session.user().await
        };
        user.await
            .map_or(true, |(user, _)| user == getuid().as_raw())
    }
}

fn begins(signal: &Message) -> bool {
    let header = signal.header();
    let by_saver = header
        .interface()
        .is_some_and(|name| SAVERS.contains(&name.as_str()));
    by_saver && signal.body().deserialize::<bool>().unwrap_or_default()
}

async fn savers() -> zbus::Result<(Connection, MessageStream)> {
    let connection = Connection::session().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .member("ActiveChanged")
        .build()?;
    listen(connection, rule).await
}

async fn sessions() -> zbus::Result<(Connection, MessageStream)> {
    let connection = Connection::system().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.login1")
        .interface("org.freedesktop.login1.Session")
        .member("Lock")
        .build()?;
    listen(connection, rule).await
}

async fn listen(
    connection: Connection,
    rule: MatchRule<'_>,
) -> zbus::Result<(Connection, MessageStream)> {
    let stream = MessageStream::for_match_rule(rule, &connection, Some(WAITING)).await?;
    Ok((connection, stream))
}
