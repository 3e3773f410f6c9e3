use chaperone_link::LinkSettings;
use serde_json::json;

use super::{changeable, set, settings};
use crate::view::LinkSettingsParams;

#[test]
fn what_is_not_said_of_a_connection_stays() {
    let mut kept = LinkSettings::default();
    let mut say = |params| {
        let params: LinkSettingsParams = serde_json::from_value(params).unwrap();
        set(&mut kept, params).unwrap();
        serde_json::to_value(settings(&kept)).unwrap()
    };
    let usual = json!({
        "socket": true, "polling": true, "attempts": null, "heartbeatSeconds": null,
        "pollSeconds": null, "unencrypted": false, "pin": null,
    });
    assert_eq!(say(json!({})), usual);
    let changed = say(json!({ "socket": false, "attempts": 3, "pollSeconds": 20 }));
    assert_eq!(changed["socket"], false);
    let changed = say(json!({ "attempts": null, "heartbeatSeconds": 9 }));
    assert_eq!(
        [
            &changed["socket"],
            &changed["attempts"],
            &changed["pollSeconds"]
        ],
        [&json!(false), &json!(null), &json!(20)]
    );
    let all = json!({ "socket": true, "heartbeatSeconds": null, "pollSeconds": null });
    assert_eq!(say(all), usual);
}

#[test]
fn a_page_learns_the_bounds_that_are_kept_to() {
    let of = |dialect| {
        let dialect = chaperone_dialects::dialect(dialect).unwrap();
        serde_json::to_value(changeable(dialect)).unwrap()
    };
    let archety = of("archety");
    assert_eq!(archety["polling"], true);
    assert_eq!(
        archety["pollSeconds"],
        json!({ "least": 5, "usual": 15, "most": 300 })
    );
    let atom = of("atom");
    assert_eq!(
        [&atom["polling"], &atom["pollSeconds"]],
        [&json!(false), &json!(null)]
    );
    assert_eq!(
        atom["heartbeatSeconds"],
        json!({ "least": 1, "usual": 30, "most": 30 })
    );
    assert_eq!(of("angela")["ways"], json!([]));
}
