//! What keys a text names.

/// Some of the keys that do nothing alone, and one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key that is held or is not"
)]
pub(super) struct Keys {
    pub(super) control: bool,
    pub(super) alt: bool,
    pub(super) shift: bool,
    /// The key with the logo.
    pub(super) logo: bool,
    /// A letter or a digit, as it is written in capitals.
    pub(super) key: u8,
}

impl Keys {
    /// Reads `Ctrl+Alt+Shift+P`. One modifier at the least, or the key could not be typed any more.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut keys = Self {
            control: false,
            alt: false,
            shift: false,
            logo: false,
            key: 0,
        };
        let (modifiers, key) = text.rsplit_once('+')?;
        for modifier in modifiers.split('+') {
            let held = match modifier {
                "Ctrl" => &mut keys.control,
                "Alt" => &mut keys.alt,
                "Shift" => &mut keys.shift,
                "Super" => &mut keys.logo,
                _ => return None,
            };
            if std::mem::replace(held, true) {
                return None;
            }
        }
        match key.as_bytes() {
            [key @ (b'A'..=b'Z' | b'0'..=b'9')] => keys.key = *key,
            _ => return None,
        }
        Some(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        let keys = Keys::read(super::super::written()).unwrap();
        assert!(keys.control && keys.alt && keys.shift && !keys.logo);
        assert_eq!(keys.key, b'P');
        assert!(Keys::read("Super+7").unwrap().logo);
        for unreadable in [
            "",
            "P",
            "+P",
            "Ctrl+",
            "Ctrl+p",
            "Ctrl+Ctrl+P",
            "Hyper+P",
            "Ctrl+F13",
        ] {
            assert_eq!(Keys::read(unreadable), None, "{unreadable}");
        }
    }
}
