//! The desktop app.

// A console window would open beside the panel otherwise; a debug build keeps it for the log.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    chaperone_desktop::run()
}
