//! Notifications, seen from the desktop's side.

#[cfg(test)]
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(test)]
mod fake;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod native;
