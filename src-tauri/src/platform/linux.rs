//! `WebKit`'s manners on Linux.

use std::env;

/// Either makes `WebKit` draw with the processor; whoever set one has chosen.
const CHOICES: [&str; 2] = [
    "WEBKIT_DISABLE_DMABUF_RENDERER",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
];

/// Makes `WebKit` draw with the processor. These pages are text and buttons: loading the graphics
/// stack would cost a request 80 ms and each window 55 MB, and it is what leaves windows blank with
/// some drivers.
#[expect(
    unsafe_code,
    reason = "WebKit's only other switch comes too late, after its first page"
)]
pub(crate) fn draw_without_graphics_card() {
    if CHOICES.iter().any(|choice| env::var_os(choice).is_some()) {
        return;
    }
    // SAFETY: called first in `run`, before the runtime and GTK start any thread.
    unsafe { env::set_var(CHOICES[0], "1") };
}
