use super::{
    Argument, Certainty, TextDigest,
    argument::fit,
    path::{is_below, is_plain_folder, within},
    text::quoted,
};
use crate::parse;
use Certainty::{Possible, Sure};
use chaperone_protocol::Program;

#[test]
fn a_folder_holds_what_is_below_it() {
    for (path, folder, expected) in [
        ("/home/u", "/home/u", true),
        ("/home/u/", "/home/u", true),
        ("/home/u", "/home/u/", true),
        ("/home/./u//a", "/home/u", true),
        ("/home/u/a/b", "/home/u", true),
        ("/anything", "/", true),
        ("/home/us", "/home/u", false),
        ("/home", "/home/u", false),
        ("/home/u/../x", "/home/u", false),
        ("/home/u/a/../b", "/home/u", false),
        ("/home/u", "/home/x/../u", false),
        ("/home/U", "/home/u", false),
        ("home/u", "/home/u", false),
        ("/home/u", "home/u", false),
        ("", "/", false),
        (r"C:\Users\u\a", r"C:\Users\u", true),
        (r"C:/Users/u\a", r"C:\Users\u", true),
        (r"D:\Users\u\a", r"C:\Users\u", false),
        (r"\\host\share\a", r"\\host\share", true),
        (r"\host\share\a", r"\\host\share", false),
        ("C:", "C:", false),
        ("1:/a", "1:/a", false),
        ("CC/a", "CC/a", false),
        (r"/home/u\a", "/home/u", false),
        ("/a", r"C:\a", false),
    ] {
        assert_eq!(within(path, folder), expected, "{path} in {folder}");
    }
}

#[test]
fn a_rule_names_a_folder_that_depends_on_nothing() {
    for folder in ["/", "/home/u", r"C:\Users", r"\\host\share"] {
        assert!(is_plain_folder(folder), "{folder}");
    }
    for folder in [
        "",
        ".",
        "home",
        "~/x",
        "/home/../x",
        "/home/..",
        "/a\0b",
        r"C:\..\x",
        "C:x",
    ] {
        assert!(!is_plain_folder(folder), "{folder}");
    }
}

#[test]
fn a_word_stays_below_a_folder() {
    let base = Some("/home/u/p");
    for (word, base, sure, possible) in [
        ("a", base, true, true),
        ("./a/./b", base, true, true),
        (".", base, true, true),
        ("/home/u/p/a", base, true, true),
        ("/home/u/p", None, true, true),
        ("/etc/passwd", base, false, false),
        ("/home/u/p/../q", base, false, false),
        ("/home/u/q/../p/a", base, false, true),
        ("../p/a", base, false, true),
        ("../q", base, false, false),
        ("a/../b", base, false, true),
        ("a/../../b", base, false, false),
        ("p/a", Some("/home/u"), true, true),
        ("q/a", Some("/home/u"), false, false),
        ("a", Some("/home/u/p/sub"), true, true),
        ("a", None, false, true),
        ("a", Some("p"), false, true),
        ("a\\b", base, true, true),
        ("..\\b", base, true, true),
    ] {
        let below = |certainty| is_below(word, base, "/home/u/p", certainty);
        assert_eq!(below(Sure), sure, "{word} in {base:?}, surely");
        assert_eq!(below(Possible), possible, "{word} in {base:?}, possibly");
    }
    let base = Some(r"C:\p");
    for (word, expected) in [
        ("a", true),
        (r"a\b", true),
        (r"..\b", false),
        (r"a\..\b", false),
        (r"C:\p\a", true),
        (r"C:\q", false),
        ("C:a", false),
        (r"\a", false),
        ("/a", false),
        ("a:stream", false),
        (r"\\host\p", false),
    ] {
        assert_eq!(is_below(word, base, r"C:\p", Sure), expected, "{word}");
    }
    assert!(!is_below("a", Some("/p"), "p", Sure));
    assert!(!is_below("a", Some("/p"), "p", Possible));
}

fn word(word: &str) -> Argument {
    Argument::Exact {
        word: word.to_owned(),
    }
}

/// Patterns and words; and what is wrong with them to a rule that lets something run, and to one
/// that holds something back.
type Case = (
    Vec<Argument>,
    &'static [&'static str],
    Option<&'static str>,
    Option<&'static str>,
);

#[test]
fn arguments_fit_their_patterns() {
    let rest = |options| Argument::Rest { options };
    let either = Argument::OneOf {
        words: vec!["a".to_owned(), "-b".to_owned()],
    };
    let below = Argument::Below {
        folder: "/p".to_owned(),
    };
    let any = Argument::Any {};
    let cases: Vec<Case> = vec![
        (vec![], &[], None, None),
        (vec![], &["a"], Some("argument 1"), Some("argument 1")),
        (vec![word("a")], &["a"], None, None),
        (
            vec![word("a")],
            &["A"],
            Some("argument 1"),
            Some("argument 1"),
        ),
        (vec![word("a")], &[], Some("more"), Some("more")),
        (
            vec![word("a")],
            &["a", "b"],
            Some("argument 2"),
            Some("argument 2"),
        ),
        (vec![word("-x"), word("")], &["-x", ""], None, None),
        (vec![either.clone()], &["a"], None, None),
        (vec![either.clone()], &["-b"], None, None),
        (vec![either], &["b"], Some("argument 1"), Some("argument 1")),
        (vec![any.clone()], &["a"], None, None),
        (vec![any.clone()], &[""], None, None),
        (vec![any.clone()], &["-a"], Some("argument 1"), None),
        (vec![any.clone()], &["-"], Some("argument 1"), None),
        (vec![any.clone()], &["a\u{202e}b"], Some("argument 1"), None),
        (vec![any.clone()], &["a\u{200b}b"], Some("argument 1"), None),
        (vec![any.clone()], &["a\rb"], Some("argument 1"), None),
        (vec![any.clone()], &["a\x7fb"], Some("argument 1"), None),
        (vec![any.clone()], &["a\n\tb ~"], None, None),
        (vec![any.clone()], &["приве́т €"], None, None),
        (vec![any], &[], Some("more"), Some("more")),
        (vec![rest(true)], &[], None, None),
        (vec![rest(true)], &["a", "-b", "--"], None, None),
        (
            vec![rest(true)],
            &["a", "b\u{feff}"],
            Some("argument 2"),
            None,
        ),
        (vec![rest(false)], &["a", "b"], None, None),
        (
            vec![rest(false)],
            &["a", "--", "b"],
            Some("argument 2"),
            None,
        ),
        (
            vec![word("a"), rest(false)],
            &[],
            Some("more"),
            Some("more"),
        ),
        (vec![word("a"), rest(false)], &["a"], None, None),
        // What stands behind the rest is refused when a rule is loaded.
        (vec![rest(false), word("a")], &["b"], None, None),
        (vec![below.clone()], &["a"], None, None),
        (vec![below.clone()], &["/p/a"], None, None),
        (
            vec![below.clone()],
            &["/q"],
            Some("argument 1"),
            Some("argument 1"),
        ),
        (
            vec![below.clone()],
            &[""],
            Some("argument 1"),
            Some("argument 1"),
        ),
        (vec![below.clone()], &["-rf"], Some("argument 1"), None),
        (vec![below.clone()], &["a\0b"], Some("argument 1"), None),
        (vec![below], &["../p/a"], Some("argument 1"), None),
    ];
    for (patterns, words, sure, possible) in cases {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        for (certainty, expected) in [(Sure, sure), (Possible, possible)] {
            let why = fit(&patterns, &words, Some("/p"), certainty)
                .err()
                .map(|why| why.to_string());
            let case = format!("{patterns:?} {words:?} {certainty:?}: {why:?}");
            assert_eq!(why.is_some(), expected.is_some(), "{case}");
            let (why, expected) = (why.unwrap_or_default(), expected.unwrap_or_default());
            assert!(why.contains(expected), "{case}");
        }
    }
}

#[test]
fn a_digest_is_of_the_whole_text() {
    let digest = TextDigest::of("abc");
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest.to_string(), text);
    assert_eq!(TextDigest::try_from(text.to_owned()), Ok(digest));
    assert_ne!(TextDigest::of("abc "), digest);
    for wrong in [
        String::new(),
        text.to_uppercase(),
        text.replace('b', "g"),
        format!("{text}00"),
        text.split_at(62).0.to_owned(),
        text.replacen("ba", "+a", 1),
        text.replacen("ba", "é", 1),
    ] {
        let error = TextDigest::try_from(wrong.clone()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a digest is 64 lower-case hexadecimal digits",
            "{wrong}"
        );
    }
}

#[test]
fn quoted_words_are_read_back() {
    for words in [
        vec!["ls"],
        vec![
            "echo", "", " ", "a b", "it's", "\"", "\\", "a\nb", "$x", "*", "~", "{a,b}", "!x",
        ],
        vec!["git", "commit", "-m", "é€", "--x=y", "a;b", "a&b", "#"],
    ] {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let Ok(Program::Plain { steps }) = parse(&quoted(&words)) else {
            panic!("{words:?} is plain");
        };
        assert_eq!(steps[0].pipeline[0], words);
    }
    assert_eq!(quoted(&["a".to_owned(), "b c".to_owned()]), "a 'b c'");
}
