//! Names the windows' commands, so that each window must be granted them, and embeds the pages.

use tauri_build::{AppManifest, Attributes};

/// Where newer versions are told of, and the key they are signed with. See docs/desktop.md.
const UPDATES: [&str; 2] = ["CHAPERONE_UPDATES_ADDRESS", "CHAPERONE_UPDATES_KEY"];

fn main() {
    if let Some(complaint) = wrong_updates() {
        println!("cargo::error={complaint}");
    }
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
            "install_update",
            "links",
            "look_for_update",
            "open_logs",
            "set_start_at_login",
        ]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

/// A build that would look for newer versions at no place, or believe anybody, is not made.
fn wrong_updates() -> Option<String> {
    let [address, key] = UPDATES.map(|name| {
        println!("cargo::rerun-if-env-changed={name}");
        std::env::var(name).ok()
    });
    match (address, key) {
        (None, None) => None,
        (Some(address), Some(key)) if address.starts_with("https://") && !key.is_empty() => None,
        (Some(_), Some(_)) => Some(format!(
            "{} must begin with https://, and {} is the public key in one line",
            UPDATES[0], UPDATES[1]
        )),
        _ => Some(format!("{} and {} belong together", UPDATES[0], UPDATES[1])),
    }
}
