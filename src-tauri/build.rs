//! Names the windows' commands, so that each window must be granted them, and embeds the pages.

use tauri_build::{AppManifest, Attributes};

fn main() {
    // Tauri's own watching knows only the usual place.
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    // The pages are embedded; they are made by another build.
    println!("cargo::rerun-if-changed=ui/dist");
    let attributes = Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(AppManifest::new().commands(&[
            "call",
            "subscribe",
            "captures",
            "captures_seen",
            "stop_capture",
            "desktop_state",
            "links",
            "open_logs",
            "set_start_at_login",
        ]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
