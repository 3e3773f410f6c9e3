//! The keyring of Linux desktops and their like: GNOME's, KDE's and others', over D-Bus.

use std::error::Error;

use zbus::{Connection, fdo::DBusProxy};

/// What people call it.
pub(crate) const KEYRING: &str = "the desktop's keyring (Secret Service)";

const NAME: &str = "org.freedesktop.secrets";

/// Starts it, if this session has one that does not run yet.
pub(crate) fn reach_keyring() -> Result<(), Box<dyn Error + Send + Sync>> {
    zbus::block_on(async {
        let bus = Connection::session().await?;
        let bus = DBusProxy::new(&bus).await?;
        // Asked first: one that runs need not be one that can be started.
        if !bus.name_has_owner(NAME.try_into()?).await? {
            bus.start_service_by_name(NAME.try_into()?, 0).await?;
        }
        Ok(())
    })
}
