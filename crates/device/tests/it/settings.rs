//! What the person sets, and what is not taken.

use std::path::PathBuf;

use chaperone_device::{
    Answer, Change, ChangeError, FolderAccess, Place, Plan, Settings, ShellFolder,
};
use chaperone_gate::Because;
use chaperone_protocol::Capability;
use chaperone_shell::Containment;
use serde_json::json;

use crate::support::{Home, Running, autonomous, intern};

async fn run(home: &Home, id: &str, line: &str, folder: Option<PathBuf>) {
    let params = json!({"command": line, "working_dir": folder});
    home.hub
        .ask(id, "execute_command", params, &autonomous())
        .await;
}

async fn containment(device: &Running<'_>) -> Containment {
    let request = device.say(Answer::Deny).await;
    match request.plan {
        Plan::Shell { prepared, .. } => prepared.containment().clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn a_folder_gives_the_containment_that_the_person_set_for_it() {
    let home = Home::new().await;
    let device = home.start().await;
    let [plain, write, network, free] = ["plain", "write", "network", "free"].map(|name| {
        let folder = home.work().join(name);
        std::fs::create_dir_all(folder.join("below")).unwrap();
        folder
    });
    device
        .set(|settings| {
            settings.folders = [
                (&write, FolderAccess::Write),
                (&network, FolderAccess::WriteNetwork),
                (&free, FolderAccess::Uncontained),
            ]
            .map(|(path, access)| ShellFolder {
                path: path.clone(),
                access,
            })
            .to_vec();
        })
        .await;
    for (number, (folder, expected)) in [
        (plain, Containment::ReadOnly),
        (write.join("below"), Containment::Write { folder: write }),
        (
            network.join("below"),
            Containment::WriteNetwork { folder: network },
        ),
        (free.join("below"), Containment::None),
    ]
    .into_iter()
    .enumerate()
    {
        run(&home, &format!("x-{number}"), "true", Some(folder)).await;
        assert_eq!(containment(&device).await, expected);
    }
    device.shut().await;
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn what_is_not_contained_is_asked_each_time() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| {
            settings.folders = vec![ShellFolder {
                path: home.work(),
                access: FolderAccess::Uncontained,
            }];
        })
        .await;
    for id in ["x-1", "x-2"] {
        run(&home, id, "true", None).await;
        let request = device.request().await;
        let uncontained = |because: &Because| matches!(because, Because::Uncontained);
        assert!(
            request
                .judgement
                .reasons
                .iter()
                .any(|reason| uncontained(&reason.because))
        );
        assert_eq!(request.rules, []);
        device.answer(&request, Answer::AllowOnce).await;
        assert_eq!(home.hub.answer(id).await["success"], true);
    }
    device.shut().await;
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let home = Home::new().await;
    let device = home.start().await;
    let before = device.look().await.settings;
    assert_eq!(before, Settings::default());
    let folder = |path: &str| {
        vec![ShellFolder {
            path: path.into(),
            access: FolderAccess::Uncontained,
        }]
    };
    let place = |latitude, accuracy| {
        Some(Place {
            latitude,
            longitude: 0.0,
            accuracy,
        })
    };
    let wrong: [fn(&mut Settings); 3] = [
        |settings| settings.retention_days = 0,
        |settings| settings.retention_days = 3_651,
        |settings| settings.commands_per_minute = 0,
    ];
    let mut all: Vec<Settings> = wrong
        .into_iter()
        .map(|wrong| {
            let mut settings = before.clone();
            wrong(&mut settings);
            settings
        })
        .collect();
    for path in ["", "relative", "/home/../etc"] {
        all.push(Settings {
            folders: folder(path),
            ..before.clone()
        });
    }
    for place in [
        place(90.1, None),
        place(f64::NAN, None),
        place(1.0, Some(0.0)),
    ] {
        all.push(Settings {
            place,
            ..before.clone()
        });
    }
    for settings in all {
        let said = format!("{settings:?}");
        let changed = device
            .device
            .change(Change::Settings(Box::new(settings)))
            .await;
        assert!(
            matches!(changed, Err(ChangeError::Invalid(_))),
            "{said}: {changed:?}"
        );
    }
    assert_eq!(device.look().await.settings, before);
    assert_eq!(device.recorded(&["settings_changed"]).await.len(), 0);
    device.shut().await;
}

#[tokio::test]
async fn settings_hold_over_a_restart_and_the_record_names_them() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| {
            settings.retention_days = 1;
            settings.camera = Some("cam-2".to_owned());
        })
        .await;
    let set = device.look().await.settings;
    let recorded = device.recorded(&["settings_changed"]).await;
    assert_eq!(recorded[0]["which"], json!(["camera", "retention_days"]));
    device.kill().await;
    let device = home.start().await;
    assert_eq!(device.look().await.settings, set);
    device.shut().await;
}

#[tokio::test]
async fn what_is_switched_off_is_refused_and_no_longer_asked() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    device.request().await;
    device
        .set(|settings| settings.switches.set(Capability::Notification, false))
        .await;
    assert_eq!(home.hub.answer("n-1").await["code"], "forbidden");
    home.hub.notify("n-2", &intern()).await;
    assert_eq!(home.hub.answer("n-2").await["code"], "forbidden");
    device.shut().await;
}

#[tokio::test]
async fn the_typed_place_is_told_instead_of_the_real_one() {
    let home = Home::new().await;
    let device = home.start().await;
    device
        .set(|settings| {
            settings.place = Some(Place {
                latitude: 10.5,
                longitude: 20.5,
                accuracy: Some(100.0),
            });
        })
        .await;
    let params = json!({"accuracy": "high"});
    home.hub.ask("l-1", "get_location", params, &intern()).await;
    device.say(Answer::AllowOnce).await;
    let answer = home.hub.answer("l-1").await;
    assert_eq!(answer["data"]["latitude"], 10.5, "{answer}");
    device.shut().await;
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn the_graduated_shell_lets_interns_ask_for_harmless_programs() {
    let home = Home::new().await;
    let device = home.start().await;
    let ask = async |id: &str, line: &str| {
        let params = json!({"command": line});
        home.hub.ask(id, "execute_command", params, &intern()).await;
    };
    ask("x-1", "echo hello").await;
    assert_eq!(home.hub.answer("x-1").await["code"], "forbidden");
    device.set(|settings| settings.graduated_shell = true).await;
    ask("x-2", "echo hello").await;
    device.say(Answer::AllowOnce).await;
    let answer = home.hub.answer("x-2").await;
    assert_eq!(answer["data"]["stdout"], "hello\n", "{answer}");
    ask("x-3", "rm hello").await;
    assert_eq!(home.hub.answer("x-3").await["code"], "forbidden");
    device.shut().await;
    home.check_record(&["hello\\n"]);
}
