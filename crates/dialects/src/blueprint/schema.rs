//! What the fields of a frame hold, where that is written down or was seen.
//!
//! Every field may be missing, and there may be others; only a field that holds something of
//! another kind than it should makes a frame senseless.

use chaperone_protocol::{Map, Value};

use self::Form::{Flag, List, Number, Object, Objects, Open, Text, Texts};

/// One field.
pub(super) type Field = (&'static str, Form);

/// What a field holds.
pub(super) enum Form {
    Text,
    Number,
    Flag,
    /// A list of texts.
    Texts,
    /// A list of anything.
    List,
    /// An object with anything in it.
    Open,
    /// An object with these fields.
    Object(&'static [Field]),
    /// A list of such objects.
    Objects(&'static [Field]),
}

/// A kind of frame and its fields.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

pub(super) static REGISTER: Kind = Kind {
    name: "agent_register",
    fields: &[
        ("version", Text),
        ("capabilities", Texts),
        ("networkInterface", Text),
        ("systemInfo", Object(SYSTEM_INFO)),
        ("token", Text),
    ],
};

const SYSTEM_INFO: &[Field] = &[
    ("os", Text),
    ("platform", Text),
    ("platformVersion", Text),
    ("arch", Text),
    ("hostname", Text),
    ("kind", Text),
    ("nodeVersion", Text),
    ("agentVersion", Text),
    ("totalMemory", Number),
    ("cpuCount", Number),
];

pub(super) static HEARTBEAT: Kind = Kind {
    name: "agent_heartbeat",
    fields: &[
        ("status", Text),
        ("uptime", Number),
        ("memoryUsage", Number),
        ("cpuUsage", Number),
    ],
};

pub(super) static HEALTH: Kind = Kind {
    name: "systemHealth",
    fields: &[
        ("status", Text),
        ("metrics", Object(METRICS)),
        ("services", Open),
        ("errors", List),
        ("warnings", List),
        ("uptime", Number),
        ("memoryMb", Number),
    ],
};

const METRICS: &[Field] = &[
    ("cpuUsage", Number),
    ("memoryUsage", Number),
    ("diskUsage", Number),
    ("networkLatency", Number),
];

pub(super) static ERROR: Kind = Kind {
    name: "error",
    fields: &[
        ("errorCode", Text),
        ("errorMessage", Text),
        ("message", Text),
        ("context", Open),
        ("severity", Text),
        ("recoverable", Flag),
    ],
};

/// The events that the document gives a form to.
static EVENTS: [Kind; 10] = [
    Kind {
        name: "deviceJoin",
        fields: &[
            ("deviceId", Text),
            ("hostname", Text),
            ("ipAddress", Text),
            ("macAddress", Text),
            ("vendor", Text),
            ("deviceType", Text),
            ("rssi", Number),
            ("firstSeen", Text),
            ("protocols", Texts),
            ("services", Texts),
            ("trustLevel", Text),
        ],
    },
    Kind {
        name: "deviceLeave",
        fields: &[("deviceId", Text), ("reason", Text), ("lastSeen", Text)],
    },
    Kind {
        name: "deviceUpdate",
        fields: &[
            ("deviceId", Text),
            ("rssi", Number),
            (
                "location",
                Object(&[("x", Number), ("y", Number), ("confidence", Number)]),
            ),
            (
                "performance",
                Object(&[
                    ("latency", Number),
                    ("packetLoss", Number),
                    ("bandwidth", Number),
                ]),
            ),
        ],
    },
    Kind {
        name: "pingResult",
        fields: &[
            ("targetIp", Text),
            ("targetType", Text),
            ("rtt", Number),
            ("packetSize", Number),
            ("ttl", Number),
            ("sequenceNumber", Number),
            ("success", Flag),
            ("estimatedDistance", Number),
            ("processingOffset", Number),
            ("qualityScore", Number),
        ],
    },
    Kind {
        name: "pingCalibration",
        fields: &[
            ("calibrationId", Text),
            (
                "knownLocation",
                Object(&[("x", Number), ("y", Number), ("room", Text)]),
            ),
            (
                "measurements",
                Objects(&[("targetIp", Text), ("rtt", Number), ("rssi", Number)]),
            ),
            ("confidence", Number),
        ],
    },
    Kind {
        name: "trustAlert",
        fields: &[
            ("alertId", Text),
            ("deviceId", Text),
            ("severity", Text),
            ("alertType", Text),
            ("description", Text),
            (
                "evidence",
                Object(&[
                    ("portScans", Number),
                    ("connectionAttempts", Number),
                    ("dataVolume", Number),
                    ("blacklistMatch", Flag),
                ]),
            ),
            ("recommendedAction", Text),
            ("autoBlocked", Flag),
        ],
    },
    Kind {
        name: "trustUpdate",
        fields: &[
            ("deviceId", Text),
            ("previousTrust", Text),
            ("newTrust", Text),
            ("reason", Text),
            ("confidence", Number),
            ("behaviorScore", Number),
        ],
    },
    Kind {
        name: "anomalyDetected",
        fields: &[
            ("anomalyId", Text),
            ("deviceId", Text),
            ("anomalyType", Text),
            ("severity", Text),
            ("confidence", Number),
            ("mlModel", Text),
            ("features", Open),
            ("recommendedAction", Text),
        ],
    },
    Kind {
        name: "mlScoreUpdate",
        fields: &[
            ("deviceId", Text),
            (
                "scores",
                Object(&[
                    ("anomalyScore", Number),
                    ("trustScore", Number),
                    ("performanceScore", Number),
                    ("locationConfidence", Number),
                ]),
            ),
            (
                "predictions",
                Object(&[
                    ("failureRisk", Number),
                    ("maintenanceNeeded", Flag),
                    ("expectedLifetime", Number),
                ]),
            ),
        ],
    },
    Kind {
        name: "dataIntegrityReport",
        fields: &[
            ("status", Text),
            ("scannedItems", Number),
            ("suspiciousItems", Number),
            ("violationsFound", List),
            ("authenticDataSources", Texts),
            ("lastCleanScan", Text),
        ],
    },
];

/// What the programs of this system report in forms of their own.
static OBSERVED: [Kind; 7] = [
    Kind {
        name: DEVICE_UPDATE,
        fields: &[],
    },
    Kind {
        name: PING,
        fields: &[],
    },
    Kind {
        name: PROBE,
        fields: &[("rtt", Open), ("ping", Open)],
    },
    Kind {
        name: "health_analysis",
        fields: &[
            ("deviceId", Text),
            ("telemetryData", Open),
            ("systemMetrics", Open),
            ("wsStatus", Open),
        ],
    },
    Kind {
        name: "ping_measurement",
        fields: &[("measurements", List), ("metadata", Open)],
    },
    Kind {
        name: "device_updates",
        fields: &[("updates", Objects(&[("action", Text), ("device", Open)]))],
    },
    Kind {
        name: "error_report",
        fields: &[],
    },
];

/// What hubs of this system tell everybody, without `data`.
static FLAT: [Kind; 8] = [
    Kind {
        name: AGENT_CONNECTED,
        fields: &[("capabilities", Texts), ("systemInfo", Open)],
    },
    Kind {
        name: PING_UPDATE,
        fields: &[],
    },
    Kind {
        name: PROBE_RESULTS,
        fields: &[("rttMeasurements", List), ("pingMeasurements", List)],
    },
    Kind {
        name: "scan_result",
        fields: &[("devices", List)],
    },
    Kind {
        name: "device_added",
        fields: &[("device", Open)],
    },
    Kind {
        name: "device_updated",
        fields: &[("device", Open)],
    },
    // The id is a number to some and a text to others.
    Kind {
        name: "device_deleted",
        fields: &[],
    },
    Kind {
        name: DEVICE_UPDATE,
        fields: &[],
    },
];

pub(super) const AGENT_CONNECTED: &str = "agent_connected";
pub(super) const DEVICE_UPDATE: &str = "device_update";
pub(super) const PING: &str = "ping";
pub(super) const PING_UPDATE: &str = "ping_update";
pub(super) const PROBE: &str = "probe";
pub(super) const PROBE_RESULTS: &str = "probe_results";

/// An event that a device may say.
pub(super) fn event(name: &str) -> Option<&'static Kind> {
    EVENTS.iter().find(|kind| kind.name == name)
}

/// An event that devices are known to say in a form of their own.
pub(super) fn observed(name: &str) -> Option<&'static Kind> {
    OBSERVED.iter().find(|kind| kind.name == name)
}

/// An event that a hub may pass on as the device said it.
pub(super) fn relayed(name: &str) -> Option<&'static Kind> {
    [&REGISTER, &HEARTBEAT, &HEALTH]
        .into_iter()
        .chain(&EVENTS)
        .find(|kind| kind.name == name)
}

/// An event of a hub's own.
pub(super) fn flat(name: &str) -> Option<&'static Kind> {
    FLAT.iter().find(|kind| kind.name == name)
}

/// The first field that holds something else than it should, as half a sentence.
pub(super) fn flaw(kind: &Kind, payload: &Map<String, Value>) -> Option<String> {
    flaw_in(kind.fields, payload)
}

fn flaw_in(fields: &[Field], object: &Map<String, Value>) -> Option<String> {
    fields.iter().find_map(|(name, form)| {
        let value = object.get(*name).filter(|value| !value.is_null())?;
        form.flaw(value).map(|flaw| format!("{name}{flaw}"))
    })
}

impl Form {
    /// What is wrong with a value, to be put after the name of its field.
    fn flaw(&self, value: &Value) -> Option<String> {
        let unless = |fits: bool, what: &str| (!fits).then(|| format!(" is not {what}"));
        match self {
            Self::Text => unless(value.is_string(), "text"),
            Self::Number => unless(value.is_number(), "a number"),
            Self::Flag => unless(value.is_boolean(), "true or false"),
            Self::Texts => unless(
                value
                    .as_array()
                    .is_some_and(|list| list.iter().all(Value::is_string)),
                "a list of texts",
            ),
            Self::List => unless(value.is_array(), "a list"),
            Self::Open => unless(value.is_object(), "an object"),
            Self::Object(fields) => match value.as_object() {
                Some(object) => flaw_in(fields, object).map(|flaw| format!(".{flaw}")),
                None => unless(false, "an object"),
            },
            Self::Objects(fields) => match value.as_array() {
                Some(list) => list.iter().find_map(|entry| match entry.as_object() {
                    Some(object) => flaw_in(fields, object).map(|flaw| format!(".{flaw}")),
                    None => unless(false, "a list of objects"),
                }),
                None => unless(false, "a list of objects"),
            },
        }
    }
}
