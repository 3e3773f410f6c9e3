//! What hubs of this kind pass on that a person would want to know: how the network is that they
//! watch over. The newest of each kind counts.

use chaperone_protocol::{CardKind, Event, HubCard, HubNews, Value};

use crate::readings::{Known, Scale, readings};

/// Which reports those are, and what they are about.
const REPORTS: [(&str, &str); 4] = [
    ("trustAlert", "alert"),
    ("anomalyDetected", "anomaly"),
    ("systemHealth", "health"),
    ("dataIntegrityReport", "integrity"),
];

/// What is known of them.
const SAID: &[Known] = &[
    known("severity", "severity", Scale::Own),
    known("status", "status", Scale::Own),
    known("description", "description", Scale::Own),
    known("alertType", "kind", Scale::Own),
    known("anomalyType", "kind", Scale::Own),
    known("deviceId", "device", Scale::Own),
    known("recommendedAction", "advice", Scale::Own),
    known("autoBlocked", "blocked", Scale::Own),
    known("cpuUsage", "processor", Scale::Percent),
    known("memoryUsage", "memory", Scale::Percent),
    known("diskUsage", "disk", Scale::Percent),
    known("scannedItems", "scanned", Scale::Own),
    known("suspiciousItems", "suspicious", Scale::Own),
    known("agentId", "from", Scale::Own),
];
/// What means something to programs only.
const INNER: &[&str] = &[
    "alertId",
    "anomalyId",
    "mlModel",
    "networkLatency",
    "lastCleanScan",
];

const fn known(member: &'static str, name: &'static str, scale: Scale) -> Known {
    Known {
        member,
        name,
        scale,
    }
}

pub(super) fn told(event: &Event) -> Option<HubNews> {
    let (_, name) = REPORTS.iter().find(|(kind, _)| *kind == event.name)?;
    let mut members = event.data.clone();
    // The numbers of a computer's health stand one step further in.
    if let Some(Value::Object(metrics)) = members.remove("metrics") {
        for (name, value) in metrics {
            members.entry(name).or_insert(value);
        }
    }
    let readings = readings(&members, SAID, INNER);
    (!readings.is_empty()).then(|| {
        HubNews::Card(HubCard {
            kind: CardKind::Report,
            name: (*name).to_owned(),
            readings,
        })
    })
}
