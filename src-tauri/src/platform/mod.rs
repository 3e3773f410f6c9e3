//! What differs between systems, and nothing else.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::asked_to_end;
#[cfg(windows)]
pub(crate) use windows::asked_to_end;

/// Prepares the process. Called first, while it has one thread.
pub(crate) fn prepare() {
    #[cfg(target_os = "linux")]
    linux::draw_without_graphics_card();
}

/// Tells the person something when there is no window of ours to tell it in.
pub(crate) fn tell(title: &str, text: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(text)
        .show();
}
