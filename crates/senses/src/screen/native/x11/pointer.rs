//! Where the mouse pointer of an X server is, and what it looks like.

use std::sync::Arc;

use x11rb::{
    connection::RequestConnection as _,
    errors::ReplyError,
    protocol::{
        xfixes::{self, ConnectionExt as _, CursorNotifyMask},
        xproto::{ConnectionExt as _, Window},
    },
};

use super::connection::Connection;
use crate::screen::source::{Pointer, PointerPicture};

/// The pointer as it was last seen.
pub(super) struct PointerWatch {
    picture: Arc<PointerPicture>,
    /// The place in its picture that points.
    tip: (i64, i64),
    stale: bool,
}

impl PointerWatch {
    /// None where the server does not show its pointer.
    pub(super) fn open(connection: &Connection, root: Window) -> Result<Option<Self>, ReplyError> {
        if connection
            .extension_information(xfixes::X11_EXTENSION_NAME)?
            .is_none()
        {
            return Ok(None);
        }
        connection.xfixes_query_version(5, 0)?.reply()?;
        connection.xfixes_select_cursor_input(root, CursorNotifyMask::DISPLAY_CURSOR)?;
        Ok(Some(Self {
            picture: Arc::default(),
            tip: (0, 0),
            stale: true,
        }))
    }

    /// It looks different now.
    pub(super) fn changed(&mut self) {
        self.stale = true;
    }

    /// Where it is on the display that begins at `origin`; none if it is on another screen.
    pub(super) fn look(
        &mut self,
        connection: &Connection,
        root: Window,
        origin: (i32, i32),
    ) -> Result<Option<Pointer>, ReplyError> {
        if self.stale {
            let image = connection.xfixes_get_cursor_image()?.reply()?;
            self.stale = false;
            self.tip = (image.xhot.into(), image.yhot.into());
            let width = usize::from(image.width);
            let picture = PointerPicture {
                width,
                pixels: image.cursor_image,
            };
            if *self.picture != picture {
                self.picture = Arc::new(picture);
            }
        }
        let place = connection.query_pointer(root)?.reply()?;
        Ok(place.same_screen.then(|| Pointer {
            x: i64::from(place.root_x) - self.tip.0 - i64::from(origin.0),
            y: i64::from(place.root_y) - self.tip.1 - i64::from(origin.1),
            picture: Arc::clone(&self.picture),
        }))
    }
}
