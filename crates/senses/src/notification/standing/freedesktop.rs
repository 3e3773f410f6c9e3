//! Desktops that speak the freedesktop protocol over D-Bus.
//!
//! One thread a notice: it shows it, listens, and takes it away.

use std::{collections::HashMap, thread, time::Duration};

use tokio::{
    runtime,
    sync::{oneshot, watch},
    time::timeout,
};
use zbus::{
    Connection, Variant, export::ordered_stream::OrderedStreamExt as _, fdo::DBusProxy,
    names::BusName, proxy,
};

use super::{NoticeOver, Standing, StandingNotice};
use crate::{SenseError, notification::text};

const SERVICE: &str = "org.freedesktop.Notifications";
/// How long the desktop gets to show it.
const LIMIT: Duration = Duration::from_secs(3);
/// What the button is called on the bus.
const BUTTON: &str = "stop";

#[proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the protocol has as many")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Variant<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
    fn close_notification(&self, id: u32) -> zbus::Result<()>;
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;
    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

pub(super) async fn show(standing: Standing) -> Result<StandingNotice, SenseError> {
    let (shown, hidden) = watch::channel(());
    let (says, over) = watch::channel(None);
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name("standing notice".to_owned())
        .spawn(move || {
            let ran = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map(|runtime| runtime.block_on(stand(standing, answer, hidden)));
            let _ = says.send(Some(ran.unwrap_or(NoticeOver::Gone)));
        })
        .map_err(|error| {
            SenseError::Failed(format!("could not start showing the notice: {error}"))
        })?;
    match timeout(LIMIT, answered).await {
        Ok(Ok(Ok(place))) => Ok(StandingNotice {
            place,
            over,
            _shown: shown,
        }),
        Ok(Ok(Err(error))) => Err(error),
        Ok(Err(_)) => Err(SenseError::Failed(
            "showing the notice broke off".to_owned(),
        )),
        Err(_) => Err(silent()),
    }
}

/// Takes away what stands there, if this is still the desktop that shows it.
pub(super) async fn take_away(place: &str) -> Result<(), SenseError> {
    let taking = async {
        let Some((at, id)) = place.rsplit_once(' ') else {
            return Ok(());
        };
        let Ok(id) = id.parse() else {
            return Ok(());
        };
        let connection = Connection::session().await?;
        // Another service counts anew: its notice of that number is somebody else's.
        if desktop(&connection).await? == at {
            let service = NotificationsProxy::new(&connection).await?;
            service.close_notification(id).await?;
        }
        zbus::Result::Ok(())
    };
    match timeout(LIMIT, taking).await {
        Ok(taken) => taken.map_err(|error| unavailable(&error)),
        Err(_) => Err(silent()),
    }
}

/// The bus and the service on it, as long as they live; no other has these names.
async fn desktop(connection: &Connection) -> zbus::Result<String> {
    let bus = DBusProxy::new(connection).await?;
    let service = bus.get_name_owner(BusName::try_from(SERVICE)?).await?;
    Ok(format!("{} {service}", connection.server_guid()))
}

/// Shows it, says so, and waits for its end.
async fn stand(
    standing: Standing,
    answer: oneshot::Sender<Result<String, SenseError>>,
    mut hidden: watch::Receiver<()>,
) -> NoticeOver {
    match begin(&standing).await {
        Err(error) => {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(Err(unavailable(&error)));
            NoticeOver::Gone
        }
        Ok(mut notice) => {
            if answer.send(Ok(notice.place.clone())).is_err() {
                notice.close().await;
                return NoticeOver::Gone;
            }
            let over = tokio::select! {
                over = notice.over() => over,
                // Nothing is ever sent: the other end is dropped with the notice.
                _ = hidden.changed() => NoticeOver::Gone,
            };
            notice.close().await;
            over
        }
    }
}

struct Notice {
    id: u32,
    place: String,
    service: NotificationsProxy<'static>,
    pressed: ActionInvokedStream,
    closed: NotificationClosedStream,
    owners: zbus::fdo::NameOwnerChangedStream,
}

async fn begin(standing: &Standing) -> zbus::Result<Notice> {
    let connection = Connection::session().await?;
    let service = NotificationsProxy::new(&connection).await?;
    // Heard from before it is shown, so that nothing is missed.
    let pressed = service.receive_action_invoked().await?;
    let closed = service.receive_notification_closed().await?;
    let owners = DBusProxy::new(&connection)
        .await?
        .receive_name_owner_changed_with_args(&[(0, SERVICE)])
        .await?;
    let capabilities = service.get_capabilities().await?;
    let reads_markup = capabilities.iter().any(|one| one == "body-markup");
    let body = text::body(&standing.body);
    let body = if reads_markup {
        text::without_markup(&body)
    } else {
        body
    };
    let hints = HashMap::from([
        ("urgency", Variant::U8(2)),
        ("resident", Variant::Bool(true)),
        ("suppress-sound", Variant::Bool(true)),
        ("category", Variant::from("device")),
    ]);
    let desktop = desktop(&connection).await?;
    let id = service
        .notify(
            &standing.application,
            0,
            "",
            &text::title(&standing.title),
            &body,
            &[BUTTON, &standing.button],
            hints,
            // It stays until it is closed.
            0,
        )
        .await?;
    Ok(Notice {
        id,
        place: format!("{desktop} {id}"),
        service,
        pressed,
        closed,
        owners,
    })
}

impl Notice {
    async fn over(&mut self) -> NoticeOver {
        loop {
            tokio::select! {
                pressed = self.pressed.next() => {
                    let Some(signal) = pressed else { return NoticeOver::Gone };
                    let ours = signal
                        .args()
                        .is_ok_and(|args| args.id == self.id && args.action_key == BUTTON);
                    if ours {
                        return NoticeOver::Pressed;
                    }
                }
                closed = self.closed.next() => {
                    let Some(signal) = closed else { return NoticeOver::Gone };
                    if signal.args().is_ok_and(|args| args.id == self.id) {
                        return NoticeOver::Gone;
                    }
                }
                owner = self.owners.next() => {
                    let Some(signal) = owner else { return NoticeOver::Gone };
                    let gone = signal.args().is_ok_and(|args| {
                        args.new_owner().is_none() && matches!(args.name(), BusName::WellKnown(_))
                    });
                    if gone {
                        return NoticeOver::Gone;
                    }
                }
            }
        }
    }

    async fn close(&self) {
        // One that is closed already is just as well.
        let closing = self.service.close_notification(self.id);
        let _ = timeout(LIMIT, closing).await;
    }
}

fn silent() -> SenseError {
    SenseError::Unavailable(
        "the desktop's notification service does not answer: restart it, or log in again"
            .to_owned(),
    )
}

fn unavailable(error: &zbus::Error) -> SenseError {
    SenseError::Unavailable(format!(
        "no notification service answers on this desktop ({error}): start one, such as dunst, or \
         run Chaperone inside a desktop session"
    ))
}
