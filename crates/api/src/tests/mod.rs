mod artifacts;
mod connections;
mod home;
mod own_agents;
mod revisions;
mod settings;
mod told;
mod trial;

use std::{collections::BTreeMap, fs, path::Path};

use ts_rs::{Config, ExportError, TS};

use crate::{
    face::Face,
    stream::Message,
    view::{
        ActivityListParams, ActivityListResponse, AddRuleParams, AddRuleResponse,
        AgentCeilingParams, AgentHistoryParams, AgentHistoryResponse, AgentLimitParams,
        AgentMuteParams, AgentsResponse, AllowAlwaysParams, AnswerParams, ApiError,
        ArtifactDeleteParams, ArtifactDeleteResponse, ArtifactListParams, ArtifactListResponse,
        ArtifactReadParams, ArtifactReadResponse, ArtifactThumbnailParams,
        ArtifactThumbnailResponse, ArtifactTrimParams, ArtifactTrimResponse, CapabilitiesResponse,
        ChangeConnectionParams, CheckpointResponse, ConnectionDetails, CreateAgentParams,
        CreatedAgentResponse, DenyAllParams, DevicesResponse, Done, ExplainParams, ExplainResponse,
        GetConnectionParams, HubSwitchParams, MendSearchResponse, NewKeyParams, OfferParams,
        OfferResponse, OutputParams, OutputResponse, OwnAgentsResponse, PauseParams,
        PracticeParams, RemoveAgentParams, RemoveConnectionParams, RemoveRuleParams,
        RevokeKeyParams, RulesResponse, SetCapabilityParams, SetSettingsParams, SetStandingParams,
        SettingsView, ShownParams, SignInCancelParams, SignInParams, SignInResponse,
        SignInStepParams, StartersResponse, StopParams, SuggestParams, SuggestResponse,
        TryCancelParams, TryNowParams, TryParams, TryResponse, VerifyResponse,
    },
};

/// The page's types are those of this crate. `UPDATE_GENERATED=1` writes them anew.
#[test]
fn generated_types_are_fresh() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated");
    let fresh = tempfile::tempdir().unwrap();
    generate(fresh.path()).unwrap();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        let _ = fs::remove_dir_all(&committed);
        generate(&committed).unwrap();
    }
    assert!(
        read(&committed) == read(fresh.path()),
        "stale: run `UPDATE_GENERATED=1 cargo test -p chaperone-api generated`"
    );
}

fn generate(dir: &Path) -> Result<(), ExportError> {
    let config = Config::new().with_out_dir(dir);
    macro_rules! export {
        ($($root:ty),* $(,)?) => { $(<$root>::export_all(&config)?;)* };
    }
    export!(
        Message,
        AnswerParams,
        DenyAllParams,
        ShownParams,
        StopParams,
        PauseParams,
        TryNowParams,
        ActivityListParams,
        ActivityListResponse,
        OutputParams,
        OutputResponse,
        VerifyResponse,
        MendSearchResponse,
        StartersResponse,
        ExplainParams,
        ExplainResponse,
        AddRuleParams,
        AddRuleResponse,
        AgentCeilingParams,
        AgentHistoryParams,
        AgentHistoryResponse,
        AgentMuteParams,
        AgentsResponse,
        AllowAlwaysParams,
        ArtifactDeleteParams,
        ArtifactDeleteResponse,
        ArtifactListParams,
        ArtifactListResponse,
        ArtifactReadParams,
        ArtifactReadResponse,
        ArtifactThumbnailParams,
        ArtifactThumbnailResponse,
        ArtifactTrimParams,
        ArtifactTrimResponse,
        CapabilitiesResponse,
        DevicesResponse,
        ChangeConnectionParams,
        CheckpointResponse,
        OfferParams,
        OfferResponse,
        RemoveConnectionParams,
        RemoveRuleParams,
        RulesResponse,
        SetCapabilityParams,
        TryParams,
        TryCancelParams,
        TryResponse,
        SetSettingsParams,
        SetStandingParams,
        SettingsView,
        SignInParams,
        SignInResponse,
        SignInStepParams,
        SignInCancelParams,
        GetConnectionParams,
        HubSwitchParams,
        ConnectionDetails,
        SuggestParams,
        SuggestResponse,
        OwnAgentsResponse,
        CreateAgentParams,
        CreatedAgentResponse,
        NewKeyParams,
        RevokeKeyParams,
        AgentLimitParams,
        RemoveAgentParams,
        PracticeParams,
        Done,
        ApiError,
    );
    Ok(())
}

fn read(dir: &Path) -> BTreeMap<String, String> {
    let Ok(files) = fs::read_dir(dir) else {
        return BTreeMap::new();
    };
    files
        .map(|file| file.unwrap())
        .map(|file| {
            let text = fs::read_to_string(file.path()).unwrap();
            (file.file_name().to_string_lossy().into_owned(), text)
        })
        .collect()
}

#[test]
fn a_bystander_may_look_and_stop_but_not_allow() {
    use serde_json::json;

    use crate::call::Call;
    let may = |face: Face, name: &str, params| face.may(&Call::read(name, params).unwrap());
    let allow = json!({ "id": "1", "digest": "", "decision": "allowOnce" });
    let deny = json!({ "id": "1", "digest": "", "decision": "deny" });
    assert!(may(Face::Terminal, "requests/answer", allow.clone()));
    assert!(may(Face::Request, "requests/answer", allow.clone()));
    assert!(!may(Face::Bystander, "requests/answer", allow));
    assert!(may(Face::Bystander, "requests/answer", deny));
    assert!(may(Face::Bystander, "pause/set", json!({ "paused": true })));
    assert!(!may(
        Face::Bystander,
        "pause/set",
        json!({ "paused": false })
    ));
    assert!(!may(Face::Bystander, "agents/starters", json!({})));
    assert!(!may(Face::Request, "pause/set", json!({ "paused": false })));
    let part = json!({ "id": "a", "from": 0, "to": 1 });
    assert!(may(Face::Request, "artifacts/trim", part.clone()));
    assert!(!may(Face::Bystander, "artifacts/trim", part));
    for trial in [
        json!({ "type": "camera" }),
        json!({ "type": "location" }),
        json!({ "type": "containment" }),
        json!({ "type": "notification", "title": "Hello", "body": "" }),
    ] {
        assert!(may(Face::Panel, "capabilities/try", trial.clone()));
        assert!(may(Face::Terminal, "capabilities/try", trial.clone()));
        for face in [Face::Bystander, Face::Request, Face::Indicator] {
            assert!(!may(face, "capabilities/try", trial.clone()), "{face:?}");
        }
    }
    let switch = json!({ "id": "a", "name": "vision", "on": false });
    assert!(may(Face::Panel, "connections/switch", switch.clone()));
    for face in [Face::Bystander, Face::Request, Face::Indicator] {
        assert!(!may(face, "connections/switch", switch.clone()), "{face:?}");
    }
    let camera = json!({ "trial": "camera" });
    assert!(may(
        Face::Bystander,
        "capabilities/tryCancel",
        camera.clone()
    ));
    assert!(!may(Face::Request, "capabilities/tryCancel", camera));
    assert!(may(Face::Indicator, "running/stop", json!({ "id": "1" })));
    assert!(!may(Face::Indicator, "state/snapshot", json!({})));
    assert!(!may(
        Face::Indicator,
        "pause/set",
        json!({ "paused": true })
    ));
}

#[test]
fn what_recordings_hear_is_set_and_shown() {
    use chaperone_device::{RecordingSound, Settings};
    use serde_json::json;

    use crate::{call::Call, policy};
    let mut settings = Settings::default();
    let shown = |settings: &Settings| {
        serde_json::to_value(policy::view(settings, "/data".as_ref())).unwrap()
    };
    assert_eq!(shown(&settings)["recordingSound"], "microphone");
    let mut set = |params| {
        let Ok(Call::SetSettings(params)) = Call::read("settings/set", params) else {
            return None;
        };
        policy::apply(&mut settings, params).unwrap();
        let heard = settings.recording_sound;
        Some((heard, shown(&settings)["recordingSound"].clone()))
    };
    let output = Some((RecordingSound::Output, json!("output")));
    assert_eq!(set(json!({ "recordingSound": "output" })), output);
    // What is not said stays.
    assert_eq!(set(json!({ "retentionDays": 3 })), output);
    assert_eq!(set(json!({ "recordingSound": "everything" })), None);
    assert_eq!(
        set(json!({ "recordingSound": "microphone" })),
        Some((RecordingSound::Microphone, json!("microphone")))
    );
}

#[test]
fn the_notice_says_what_is_heard() {
    use chaperone_device::{Capture, CaptureFor, RecordingSound};
    use chaperone_protocol::{Capability, Timestamp};

    let scout = CaptureFor::Agent {
        name: "Scout".to_owned(),
        connection: "Team".to_owned(),
    };
    let shown = |whom: &CaptureFor, hears| {
        let capture = Capture {
            number: 1,
            whom: whom.clone(),
            capability: Capability::Screen,
            hears,
            source: "Desk".to_owned(),
            since: Timestamp::UNIX_EPOCH,
        };
        crate::indicator::standing(&capture)
    };
    let title = |hears| shown(&scout, hears).title;
    assert_eq!(title(None), "Scout looks at your screen");
    assert_eq!(
        title(Some(RecordingSound::Microphone)),
        "Scout looks at your screen and hears your microphone"
    );
    assert_eq!(
        title(Some(RecordingSound::Output)),
        "Scout looks at your screen and hears what this computer plays"
    );
    let own = shown(&CaptureFor::Person, None);
    assert_eq!(
        own.title,
        "Chaperone looks at your screen, because you try it"
    );
    assert!(own.body.contains("for you alone"), "{}", own.body);
}

#[test]
fn a_request_says_what_is_heard() {
    use std::time::Duration;

    use chaperone_device::{Film, Plan, RecordingSound, Source};
    use chaperone_protocol::{RecordingFormat, SessionId};
    use serde_json::{Value, json};

    let hears = |audio, heard| -> Value {
        let plan = Plan::Recording(Film {
            session: SessionId::new("film").unwrap(),
            display: Source {
                id: "1".to_owned(),
                name: "Desk".to_owned(),
            },
            at_most: None,
            limit: Duration::from_mins(1),
            format: RecordingFormat::Mp4,
            audio,
            heard,
        });
        let mut shown = serde_json::to_value(crate::convert::action(&plan)).unwrap();
        shown["hears"].take()
    };
    assert_eq!(hears(true, RecordingSound::Output), json!("output"));
    assert_eq!(hears(true, RecordingSound::Microphone), json!("microphone"));
    assert_eq!(hears(false, RecordingSound::Output), json!(null));
}
