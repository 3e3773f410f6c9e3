use chaperone_protocol::CommandId;

use super::ids::{Name, call, name, run};

fn id(text: &str) -> CommandId {
    CommandId::new(text).unwrap()
}

#[test]
fn ids_find_their_way_back() {
    for (wire, here) in [
        ("c1", "c1"),
        ("0d0f-uuid", "0d0f-uuid"),
        ("run", "run"),
        ("runs:1", "runs:1"),
        ("run:r9", "call:run:r9"),
        ("call:c1", "call:call:c1"),
        ("call:run:r9", "call:call:run:r9"),
        ("run:", "call:run:"),
    ] {
        assert_eq!(call(wire), Ok(id(here)));
        assert_eq!(name(&id(here)), Some(Name::Call(wire)));
    }
    for (wire, here) in [("r9", "run:r9"), ("run:r9", "run:run:r9")] {
        assert_eq!(run(wire), Ok(id(here)));
        assert_eq!(name(&id(here)), Some(Name::Run(wire)));
    }
}

#[test]
fn no_two_names_have_one_id() {
    let names = [
        "a",
        "run:a",
        "call:a",
        "call:run:a",
        "run:call:a",
        "call:call:a",
    ];
    let mut ids: Vec<_> = names.iter().map(|name| call(name).unwrap()).collect();
    ids.extend(names.iter().map(|name| run(name).unwrap()));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2 * names.len());
}

#[test]
fn some_ids_have_no_name() {
    for nobody in ["run:", "call:", "call:c1"] {
        assert_eq!(name(&id(nobody)), None, "{nobody}");
    }
    assert!(run("").is_err() && call("").is_err());
    let long = "x".repeat(198);
    assert!(call(&long).is_ok() && run(&long).is_err());
}
