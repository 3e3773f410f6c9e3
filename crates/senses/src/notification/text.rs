//! Text and icons from outside, made fit for a desktop. Pure.

use chaperone_protocol::visible;

/// The title, in one line, with nothing hidden in it.
pub(super) fn title(title: &str) -> String {
    visible(&title.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The body, with nothing hidden in it.
pub(super) fn body(body: &str) -> String {
    visible(body)
}

/// Text for a desktop that reads it as a small markup language, whose links and styles it could
/// use to pose as something else. Read as that, it is the very text it was.
#[cfg(any(test, all(unix, not(target_os = "macos"))))]
pub(super) fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The icon, if it is the name of one in the desktop's theme. A path or an address could make the
/// desktop open a file, or fetch one.
pub(super) fn themed(icon: &str) -> Option<&str> {
    let named = !icon.is_empty()
        && icon.starts_with(|first: char| first.is_ascii_alphanumeric())
        && icon
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    named.then_some(icon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_honest_line() {
        assert_eq!(title("a\n b\t c"), "a b c");
        assert_eq!(title("a\u{202E}b"), "a\\u{202e}b");
    }

    #[test]
    fn a_body_is_only_text() {
        let shown = body("<a href=\"x\">A & B</a>\n\u{200B}");
        assert_eq!(shown, "<a href=\"x\">A & B</a>\n\\u{200b}");
        assert_eq!(
            without_markup(&shown),
            "&lt;a href=\"x\"&gt;A &amp; B&lt;/a&gt;\n\\u{200b}"
        );
    }

    #[test]
    fn only_a_name_is_an_icon() {
        assert_eq!(themed("mail-unread"), Some("mail-unread"));
        assert_eq!(themed("org.gnome.Maps"), Some("org.gnome.Maps"));
        for path in [
            "",
            "/etc/x.png",
            "file:///x",
            "../x",
            "http://x",
            ".x",
            "a b",
        ] {
            assert_eq!(themed(path), None, "{path}");
        }
    }
}
