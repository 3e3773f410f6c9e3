//! A peer that sends whatever the fuzzer thinks of, frame by frame, to both halves.

use std::time::Duration;

use chaperone_dialects::{
    Action, Context, Decoded, DeviceSession, Dialect, Downstream, EncodeError, HubAction, HubInput,
    HubSession, Input, Purpose, dialect,
};
use chaperone_protocol::{DeviceId, DeviceInfo, Map, Timestamp};

const NOW: Timestamp = Timestamp::constant(1_770_026_400, 0);

/// Frames are separated by a byte that no frame holds.
pub fn speak(name: &str, data: &[u8]) {
    let dialect = dialect(name).expect("a dialect of that name");
    let texts: Vec<&str> = data
        .split(|byte| *byte == 0)
        .filter_map(|frame| std::str::from_utf8(frame).ok())
        .collect();
    let desk = DeviceId::new("desk").expect("an id");
    let cx = Context::at(NOW).of(Some(&desk));
    for text in &texts {
        alone(dialect, text, cx);
    }
    to_device(dialect, &desk, &texts);
    to_hub(dialect, &desk, &texts);
}

/// What is understood can be said again, and then means what was declared.
fn alone(dialect: &dyn Dialect, text: &str, cx: Context<'_>) {
    if let Ok(Decoded::Message(message)) = dialect.decode_up(text, cx) {
        let declared = dialect.heard_up(message.clone());
        match dialect.encode_up(&message, cx) {
            Ok(said) => {
                let Ok(Decoded::Message(heard)) = dialect.decode_up(&said, cx) else {
                    panic!("not heard again: {said}")
                };
                assert_eq!(Some(heard), declared, "{said}");
            }
            Err(EncodeError::Unsupported { .. }) => assert_eq!(declared, None),
            Err(EncodeError::TooLarge { .. }) => {}
        }
        let _ = dialect.relays(&message, cx);
    }
    if let Ok(Decoded::Message(message)) = dialect.decode_down(text, cx) {
        if let Downstream::Event(event) = &message {
            let _ = dialect.tells(event);
        }
        let declared = dialect.heard_down(message.clone());
        match dialect.encode_down(&message, cx) {
            Ok(said) => {
                let Ok(Decoded::Message(heard)) = dialect.decode_down(&said, cx) else {
                    panic!("not heard again: {said}")
                };
                assert_eq!(Some(heard), declared, "{said}");
            }
            Err(EncodeError::Unsupported { .. }) => assert_eq!(declared, None),
            Err(EncodeError::TooLarge { .. }) => {}
        }
    }
    if let Some(polling) = dialect.polling() {
        let _ = polling.asked(text, cx);
        let _ = polling.answered(text, cx);
        let _ = polling.result_taken(text, cx);
    }
}

fn to_device(dialect: &'static dyn Dialect, desk: &DeviceId, texts: &[&str]) {
    let info = DeviceInfo {
        id: desk.clone(),
        name: "Desk".to_owned(),
        kind: "desktop_linux".to_owned(),
        platform: "linux".to_owned(),
        platform_version: String::new(),
        architecture: String::new(),
        capabilities: Vec::new(),
        more: Map::new(),
    };
    let mut session = DeviceSession::new(dialect, info, 1);
    let mut now = Duration::ZERO;
    let mut polls = Vec::new();
    let mut handle = |input: Input, now: Duration| {
        for action in session.handle(input, now, NOW + now) {
            if let Action::Request {
                purpose: Purpose::Poll,
                ..
            } = action
            {
                polls.push(());
            }
        }
        !polls.is_empty()
    };
    handle(Input::Timer, now);
    handle(Input::Opened, now);
    for text in texts {
        let polled = handle(Input::Text((*text).to_owned()), now);
        if polled {
            let answer = Ok((200, (*text).to_owned()));
            handle(
                Input::Answered {
                    purpose: Purpose::Poll,
                    answer,
                },
                now,
            );
        }
        now += Duration::from_secs(7);
        handle(Input::Timer, now);
    }
}

fn to_hub(dialect: &'static dyn Dialect, desk: &DeviceId, texts: &[&str]) {
    let mut session = HubSession::new(dialect).of(desk.clone());
    let mut now = Duration::ZERO;
    let mut inputs = vec![HubInput::Opened];
    inputs.extend(texts.iter().map(|text| HubInput::Text((*text).to_owned())));
    for input in inputs {
        let mut hello = false;
        for action in session.handle(input, now, NOW + now) {
            hello |= matches!(
                action,
                HubAction::Deliver(chaperone_dialects::Upstream::Register(_))
            );
        }
        if hello {
            session.handle(HubInput::Admit, now, NOW + now);
        }
        now += Duration::from_secs(7);
        session.handle(HubInput::Timer, now, NOW + now);
    }
}
