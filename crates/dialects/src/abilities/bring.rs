//! Results: what a success brings, said and heard.
//!
//! What we say names its kind. What foreign devices say does not, so there the fields tell.

use chaperone_protocol::{
    Data, Executed, Located, Map, Notified, Pictured, Recorded, Recording, Resolution, SessionId,
    Timestamp, Value,
};
use serde::Serialize;

use super::content::{self, DataUrl, Reference};
use crate::json::Fields;

/// What a success brings, as it stands on the wire.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind<'a> {
    Notified {
        #[serde(skip_serializing_if = "Option::is_none")]
        shown_as: Option<u32>,
    },
    Executed {
        exit_code: i32,
        stdout: &'a str,
        stderr: &'a str,
        /// Written down for hubs under one name and read by some under the other.
        working_dir: &'a str,
        working_directory: &'a str,
        duration_seconds: f64,
        containment: &'a str,
        cut_bytes: u64,
    },
    Located {
        latitude: f64,
        longitude: f64,
        altitude: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        accuracy: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        heading: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        speed: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        timestamp: Option<Timestamp>,
    },
    Pictured {
        #[serde(skip_serializing_if = "Option::is_none")]
        base64_data: Option<DataUrl<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        artifact: Option<Reference<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        width: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        height: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_path: Option<&'a str>,
    },
    Recording {
        #[serde(skip_serializing_if = "Option::is_none")]
        session_id: Option<&'a str>,
    },
    Recorded {
        #[serde(skip_serializing_if = "Option::is_none")]
        session_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        base64_data: Option<DataUrl<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        artifact: Option<Reference<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_path: Option<&'a str>,
    },
}

/// A result's data, as it stands on the wire.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Brought<'a> {
    Known(Kind<'a>),
    Other(&'a Map<String, Value>),
}

pub(crate) fn brought(data: &Data) -> Brought<'_> {
    Brought::Known(match data {
        Data::Notified(notified) => Kind::Notified {
            shown_as: notified.shown_as,
        },
        Data::Executed(executed) => Kind::Executed {
            exit_code: executed.exit_code,
            stdout: &executed.stdout,
            stderr: &executed.stderr,
            working_dir: &executed.working_dir,
            working_directory: &executed.working_dir,
            duration_seconds: executed.took.as_secs_f64(),
            containment: &executed.containment,
            cut_bytes: executed.cut_bytes,
        },
        Data::Located(located) => Kind::Located {
            latitude: located.latitude,
            longitude: located.longitude,
            altitude: located.altitude,
            accuracy: located.accuracy,
            heading: located.heading,
            speed: located.speed,
            source: located.source.as_deref(),
            timestamp: located.measured_at,
        },
        Data::Pictured(pictured) => Kind::Pictured {
            base64_data: content::inline(pictured.content.as_ref()),
            artifact: content::reference(pictured.content.as_ref()),
            width: pictured.resolution.map(|size| size.width),
            height: pictured.resolution.map(|size| size.height),
            source: pictured.source.as_deref(),
            file_path: pictured.file_path.as_deref(),
        },
        Data::Recording(recording) => Kind::Recording {
            session_id: recording.session.as_ref().map(SessionId::as_str),
        },
        Data::Recorded(recorded) => Kind::Recorded {
            session_id: recorded.session.as_ref().map(SessionId::as_str),
            duration_seconds: recorded.duration.map(|length| length.as_secs_f64()),
            base64_data: content::inline(recorded.content.as_ref()),
            artifact: content::reference(recorded.content.as_ref()),
            file_path: recorded.file_path.as_deref(),
        },
        Data::Other(map) => return Brought::Other(map),
    })
}

/// Hears what a success brought. A sentence says what in it makes no sense.
///
/// `file_path` is the one that some wires keep beside the data.
pub(crate) fn read(data: Fields<'_>, file_path: Option<&str>) -> Result<Data, String> {
    let file_path = match data.text("file_path")? {
        Some(path) => Some(path),
        None => file_path,
    };
    let has = |names: &[&str]| names.iter().any(|name| data.has(name));
    let kind = match data.text("kind").ok().flatten() {
        Some(kind) => kind,
        None if has(&["exit_code", "stdout", "stderr"]) => "executed",
        None if has(&["latitude", "longitude"]) => "located",
        None if has(&["duration_seconds"]) => "recorded",
        None if has(&["base64_data", "artifact"]) || file_path.is_some() => "pictured",
        None if has(&["shown_as"]) => "notified",
        None => "",
    };
    match kind {
        "notified" => Ok(Data::Notified(Notified {
            shown_as: data
                .count("shown_as")
                .and_then(|number| u32::try_from(number).ok()),
        })),
        "executed" => Ok(Data::Executed(executed(data))),
        "located" => located(data).map(Data::Located),
        "pictured" => pictured(data, file_path).map(Data::Pictured),
        "recording" => Ok(Data::Recording(Recording {
            session: session(data),
        })),
        "recorded" => Ok(Data::Recorded(Recorded {
            session: session(data),
            content: content::read(data)?,
            duration: data.exact_seconds("duration_seconds"),
            file_path: file_path.map(str::to_owned),
        })),
        _ => Ok(Data::Other(data.without(&[]))),
    }
}

fn executed(data: Fields<'_>) -> Executed {
    // An execution that ended without a code was ended by force.
    let exit_code = data.integer("exit_code").unwrap_or(-1);
    let mut working_dir = data.text_or_empty("working_dir");
    if working_dir.is_empty() {
        working_dir = data.text_or_empty("working_directory");
    }
    Executed {
        // Windows reports crashes as unsigned numbers beyond an i32; they keep their bits.
        exit_code: i32::try_from(exit_code)
            .or_else(|_| u32::try_from(exit_code).map(u32::cast_signed))
            .unwrap_or(i32::MAX),
        stdout: data.text_or_empty("stdout"),
        stderr: data.text_or_empty("stderr"),
        cut_bytes: data.count("cut_bytes").unwrap_or_default(),
        working_dir,
        took: data.exact_seconds("duration_seconds").unwrap_or_default(),
        containment: data.text_or_empty("containment"),
    }
}

fn located(data: Fields<'_>) -> Result<Located, String> {
    let degrees = |name: &str, most: f64| {
        data.number(name)
            .filter(|degrees| degrees.abs() <= most)
            .ok_or_else(|| format!("the {name} is not between -{most} and {most}"))
    };
    Ok(Located {
        latitude: degrees("latitude", 90.0)?,
        longitude: degrees("longitude", 180.0)?,
        altitude: data.number("altitude"),
        accuracy: data.number("accuracy"),
        heading: data.number("heading"),
        speed: data.number("speed"),
        source: data.text("source").ok().flatten().map(str::to_owned),
        measured_at: data.moment("timestamp"),
    })
}

fn pictured(data: Fields<'_>, file_path: Option<&str>) -> Result<Pictured, String> {
    let side = |name| data.count(name).and_then(|side| u32::try_from(side).ok());
    Ok(Pictured {
        content: content::read(data)?,
        resolution: side("width")
            .zip(side("height"))
            .map(|(width, height)| Resolution { width, height }),
        source: data.text("source").ok().flatten().map(str::to_owned),
        file_path: file_path.map(str::to_owned),
    })
}

fn session(data: Fields<'_>) -> Option<SessionId> {
    SessionId::new(data.text_or_empty("session_id")).ok()
}
