use super::*;

#[test]
fn a_window_has_the_face_of_its_label_and_no_other() {
    assert_eq!(face("panel").unwrap(), Face::Panel);
    assert_eq!(face("request").unwrap(), Face::Request);
    for stranger in [
        "",
        "Panel",
        "panel2",
        "request ",
        "main",
        "terminal",
        "indicator",
    ] {
        assert_eq!(
            face(stranger).unwrap_err().code,
            ErrorCode::NotAllowed,
            "{stranger}"
        );
    }
}

#[test]
fn only_the_indicator_tells_what_is_seen() {
    assert!(indicator("indicator").is_ok());
    for stranger in ["", "panel", "request", "Indicator", "indicator2"] {
        assert_eq!(
            indicator(stranger).unwrap_err().code,
            ErrorCode::NotAllowed,
            "{stranger}"
        );
    }
}
