//! Who a device is: the payload of `agent_register`, both ways.
//!
//! What has no word of its own in our vocabulary stays in `more`, where it came from.

use chaperone_protocol::{DeviceId, DeviceInfo, Map, Value};

use super::{
    opened::{Opened, malformed},
    profile::PROFILE,
    schema,
};
use crate::{
    DecodeError,
    json::{self, Fields},
};

const CAPABILITIES: &str = "capabilities";
const SYSTEM_INFO: &str = "systemInfo";
const TOKEN: &str = "token";
/// What in `systemInfo` has a word of its own here.
const TYPED: [&str; 6] = [
    "os",
    "platform",
    "platformVersion",
    "arch",
    "hostname",
    "kind",
];

/// The token in a hello, for devices that bring it there and not in the URL.
pub fn agent_token(hello: &str) -> Option<String> {
    let mut frame = json::frame(hello, PROFILE.max_up_bytes).ok()?;
    let kind = frame.remove("type")?;
    if kind.as_str() != Some(schema::REGISTER.name) {
        return None;
    }
    let Opened {
        payload, beside, ..
    } = Opened::new(frame, schema::REGISTER.name).ok()?;
    let token = payload.get(TOKEN).or_else(|| beside.get(TOKEN))?;
    token
        .as_str()
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
}

/// What a device says of itself.
pub(super) fn payload(device: &DeviceInfo) -> Map<String, Value> {
    let mut payload = device.more.clone();
    payload.remove(TOKEN);
    let mut system = match payload.remove(SYSTEM_INFO) {
        Some(Value::Object(system)) => system,
        _ => Map::new(),
    };
    let os = [device.platform.as_str(), &device.platform_version];
    system.insert("os".to_owned(), os.join(" ").trim().into());
    for (name, text) in [
        ("platform", &device.platform),
        ("platformVersion", &device.platform_version),
        ("arch", &device.architecture),
        ("hostname", &device.name),
        ("kind", &device.kind),
    ] {
        system.insert(name.to_owned(), text.as_str().into());
    }
    payload.insert(SYSTEM_INFO.to_owned(), system.into());
    payload.insert(CAPABILITIES.to_owned(), device.capabilities.clone().into());
    payload
}

/// Reads it.
pub(super) fn read(opened: Opened) -> Result<DeviceInfo, DecodeError> {
    let kind = schema::REGISTER.name;
    let Opened {
        agent,
        mut payload,
        mut beside,
    } = opened;
    // Said twice, so that programs that read only one of both places understand it.
    for name in [CAPABILITIES, SYSTEM_INFO] {
        if let Some(value) = beside.remove(name)
            && payload.get(name).is_none_or(Value::is_null)
        {
            payload.insert(name.to_owned(), value);
        }
    }
    if let Some(flaw) = schema::flaw(&schema::REGISTER, &payload) {
        return Err(malformed(kind, &flaw));
    }
    let id = match agent {
        Some(agent) => agent,
        None => Fields::of(&payload).text_or_empty("agentId"),
    };
    if id.is_empty() {
        return Err(malformed(kind, "agentId is missing"));
    }
    let id =
        DeviceId::new(id).map_err(|_| malformed(kind, "agentId is too long or not printable"))?;
    let system = payload.remove(SYSTEM_INFO).unwrap_or_default();
    let fields = Fields::inside(Some(&system))
        .ok_or_else(|| malformed(kind, "systemInfo is not an object"))?;
    let mut name = fields.text_or_empty("hostname");
    if name.is_empty() {
        id.as_str().clone_into(&mut name);
    }
    let platform = if fields.has("platform") {
        "platform"
    } else {
        "os"
    };
    let mut device = DeviceInfo {
        id,
        name,
        kind: fields.text_or_empty("kind"),
        platform: fields.text_or_empty(platform),
        platform_version: fields.text_or_empty("platformVersion"),
        architecture: fields.text_or_empty("arch"),
        capabilities: Fields::of(&payload)
            .texts(CAPABILITIES)
            .map(str::to_owned)
            .collect(),
        more: Map::new(),
    };
    let system = fields.without(&TYPED);
    // A token says nothing about a device and must not be shown or passed on.
    for name in [CAPABILITIES, TOKEN] {
        payload.remove(name);
    }
    if !system.is_empty() {
        payload.insert(SYSTEM_INFO.to_owned(), system.into());
    }
    device.more = payload;
    Ok(device)
}

/// What of a device arrives, if it can be said at all.
pub(super) fn heard(mut device: DeviceInfo) -> Option<DeviceInfo> {
    if device.name.is_empty() {
        device.id.as_str().clone_into(&mut device.name);
    }
    let mut more = std::mem::take(&mut device.more);
    for name in [CAPABILITIES, TOKEN] {
        more.remove(name);
    }
    if let Some(Value::Object(mut system)) = more.remove(SYSTEM_INFO) {
        for name in TYPED {
            system.remove(name);
        }
        if !system.is_empty() {
            more.insert(SYSTEM_INFO.to_owned(), system.into());
        }
    }
    if schema::flaw(&schema::REGISTER, &more).is_some() {
        return None;
    }
    device.more = more;
    Some(device)
}
