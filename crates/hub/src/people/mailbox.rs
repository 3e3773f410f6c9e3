//! Addresses of mailboxes, by which people are known here. Whether mail arrives is not tried.

const LONGEST: usize = 254;

/// An address as it is kept: people do not care about its letters' size.
pub(crate) fn mailbox(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let sound = !name.is_empty()
        && host.contains('.')
        && text.len() <= LONGEST
        && !text
            .chars()
            .any(|sign| sign.is_whitespace() || sign.is_control());
    sound.then(|| text.to_lowercase())
}
