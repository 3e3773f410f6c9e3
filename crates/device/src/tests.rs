use std::time::Duration;

use chaperone_gate::{Judgement, Verdict};
use chaperone_protocol::{
    Agent, AgentId, ArtifactId, Capability, CommandId, ConnectionId, Maturity, Notify,
    RecordingFormat, SessionId, Timestamp,
};
use tokio::time::Instant;

use crate::{
    desk::Desk,
    engine::Case,
    entry::{Asked, What},
    error::AnswerError,
    plan::{Film, Plan, Source},
    rate::Rates,
    request::{Asker, Captured, Request},
    settings::{RecordingSound, Settings},
};

fn connection() -> ConnectionId {
    ConnectionId::new("home").unwrap()
}

fn agent(id: &str) -> Agent {
    Agent {
        id: AgentId::new(id).unwrap(),
        name: id.to_owned(),
        maturity: Maturity::Intern,
        confidence: None,
    }
}

fn asker(id: &str) -> Asker {
    Asker {
        connection: connection(),
        connection_name: "Home".to_owned(),
        agent: Some(agent(id)),
        level: Maturity::Intern,
    }
}

fn plan(title: &str) -> Plan {
    Plan::Notification(Notify {
        title: title.to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    })
}

fn digest(number: u64, asker: &Asker, plan: &Plan) -> String {
    Request::digest(number, asker, plan, None).unwrap()
}

fn waiting(number: u64, id: &str) -> (Case, Request) {
    let (asker, plan) = (asker(id), plan("Hello"));
    let case = Case {
        number,
        id: CommandId::new(format!("command-{number}")).unwrap(),
        connection: connection(),
        asked: Asked {
            id: CommandId::new(format!("command-{number}")).unwrap(),
            connection: "Home".to_owned(),
            pairing: Some(connection()),
            agent: Some(agent(id)),
            what: What::Notification {
                title: "Hello".to_owned(),
            },
        },
        action: None,
        judgement: None,
        approval: None,
        expires_at: Timestamp::UNIX_EPOCH,
    };
    let request = Request {
        number,
        digest: digest(number, &asker, &plan),
        asker,
        plan,
        review: None,
        rules: Vec::new(),
        judgement: Judgement {
            verdict: Verdict::Ask,
            reasons: Vec::new(),
            level: Maturity::Intern,
            duties: chaperone_gate::Duties::default(),
            missed: Vec::new(),
        },
        risks: Vec::new(),
        asked_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
    };
    (case, request)
}

#[test]
fn a_request_is_taken_once_and_only_as_it_was_shown() {
    let mut desk = Desk::default();
    let (case, request) = waiting(7, "scout");
    let digest = request.digest.clone();
    desk.put(case, request, Instant::now());

    assert!(matches!(desk.take(7, "another"), Err(AnswerError::Changed)));
    assert!(desk.take(7, &digest).is_ok());
    assert!(matches!(desk.take(7, &digest), Err(AnswerError::Gone)));
}

#[test]
fn every_part_of_a_request_is_in_its_digest() {
    let reference = digest(1, &asker("scout"), &plan("Hello"));
    assert_eq!(reference, digest(1, &asker("scout"), &plan("Hello")));
    let mut raised = asker("scout");
    raised.level = Maturity::Supervised;
    let captured = |sha256: &str| Captured {
        artifact: ArtifactId::new("a").unwrap(),
        media_type: "image/png".to_owned(),
        bytes: 1,
        sha256: sha256.to_owned(),
        resolution: None,
        length: None,
    };
    let review = |sha256| {
        let (asker, plan) = (asker("scout"), plan("Hello"));
        Request::digest(1, &asker, &plan, Some(&captured(sha256))).unwrap()
    };
    assert_ne!(review("aa"), review("bb"));
    for other in [
        digest(1, &asker("scout"), &plan("Hallo")),
        digest(2, &asker("scout"), &plan("Hello")),
        digest(1, &asker("spy"), &plan("Hello")),
        digest(1, &raised, &plan("Hello")),
        review("aa"),
    ] {
        assert_ne!(reference, other);
    }
}

#[test]
fn a_yes_to_one_sound_is_none_to_another() {
    let film = |audio, heard| {
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
        (digest(1, &asker("scout"), &plan), plan.hears())
    };
    let (microphone, hears) = film(true, RecordingSound::Microphone);
    assert_eq!(hears, Some(RecordingSound::Microphone));
    let (output, hears) = film(true, RecordingSound::Output);
    assert_eq!(hears, Some(RecordingSound::Output));
    let (silent, hears) = film(false, RecordingSound::Output);
    assert_eq!(hears, None);
    assert_ne!(microphone, output);
    assert_ne!(silent, output);
}

#[test]
fn settings_from_before_recordings_could_hear_two_things_mean_the_microphone() {
    let mut kept = serde_json::to_value(Settings {
        recording_sound: RecordingSound::Output,
        ..Settings::default()
    })
    .unwrap();
    assert_eq!(kept["recording_sound"], "output");
    let read = |kept| serde_json::from_value::<Settings>(kept).unwrap();
    assert_eq!(read(kept.clone()).recording_sound, RecordingSound::Output);
    kept.as_object_mut().unwrap().remove("recording_sound");
    assert_eq!(read(kept).recording_sound, RecordingSound::Microphone);
}

#[test]
fn the_desk_knows_whose_requests_expire_when() {
    let mut desk = Desk::default();
    let now = Instant::now();
    for (number, id, left) in [(1, "scout", 5), (2, "spy", 1), (3, "scout", 9)] {
        let (case, request) = waiting(number, id);
        desk.put(case, request, now + Duration::from_secs(left));
    }
    assert_eq!(desk.next_expiry(), Some(now + Duration::from_secs(1)));
    assert_eq!(desk.expired(now + Duration::from_secs(5)), [1, 2]);
    let (home, scout) = (connection(), AgentId::new("scout").unwrap());
    assert_eq!(desk.of(Some((&home, &scout))), [1, 3]);
    assert_eq!(desk.of(None), [1, 2, 3]);
    let id = CommandId::new("command-2").unwrap();
    assert_eq!(desk.find(&home, &id), Some(2));
}

#[test]
fn unasked_runs_are_counted_for_a_minute() {
    let mut rates = Rates::default();
    let key = (connection(), None, Capability::Notification);
    let now = Instant::now();
    for second in 0..3 {
        rates.count(key.clone(), now + Duration::from_secs(second));
    }
    assert_eq!(rates.recent(&key, now + Duration::from_secs(59)), 3);
    assert_eq!(rates.recent(&key, now + Duration::from_secs(61)), 1);
    let other = (connection(), None, Capability::Shell);
    assert_eq!(rates.recent(&other, now), 0);
}
