//! The senses, seen from the other side: the desktop's, the camera's, the location service's.

#[cfg(test)]
#[cfg(target_os = "linux")]
mod camera;
#[cfg(test)]
mod camera_anywhere;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(test)]
mod fake;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod location;
#[cfg(test)]
mod location_anywhere;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod lock;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod native;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen;
#[cfg(test)]
mod screen_anywhere;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_desktop;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_endings;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_portal;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_recording;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_sound;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod screen_wayland;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod standing;
