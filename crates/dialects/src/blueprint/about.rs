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
    Known::new("severity", "severity", Scale::Own),
    Known::new("status", "status", Scale::Own),
    Known::new("description", "description", Scale::Own),
    Known::new("alertType", "kind", Scale::Own),
    Known::new("anomalyType", "kind", Scale::Own),
    Known::new("deviceId", "device", Scale::Own),
    Known::new("recommendedAction", "advice", Scale::Own),
    Known::new("autoBlocked", "blocked", Scale::Own),
    Known::new("cpuUsage", "processor", Scale::Percent),
    Known::new("memoryUsage", "memory", Scale::Percent),
    Known::new("diskUsage", "disk", Scale::Percent),
    Known::new("scannedItems", "scanned", Scale::Own),
    Known::new("suspiciousItems", "suspicious", Scale::Own),
    Known::new("agentId", "from", Scale::Own),
];
/// What means something to programs only.
const INNER: &[&str] = &[
    "alertId",
    "anomalyId",
    "mlModel",
    "networkLatency",
    "lastCleanScan",
];

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
