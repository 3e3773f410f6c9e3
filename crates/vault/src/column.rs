//! Numbers, times and names as the database keeps them, and back.

use chaperone_protocol::{Maturity, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

// It has no unsigned numbers, and ours never reach the difference.

/// For a query; a number beyond the largest one there names no row.
pub(crate) fn to_row(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// From a row of ours, where numbers start at one.
pub(crate) fn from_row(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A moment to the second, in the form in which the tables compare moments: text of one length.
pub(crate) fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// To a row, as JSON.
pub(crate) fn encode<T: Serialize + ?Sized>(
    what: &'static str,
    value: &T,
) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|source| Error::Encode { what, source })
}

/// From a row's JSON.
pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::decode(what, error))
}

/// From a row's time.
pub(crate) fn decode_time(text: &str) -> Result<Timestamp, Error> {
    text.parse()
        .map_err(|error: jiff::Error| Error::decode("time", error))
}

/// From a row's time, where there is one.
pub(crate) fn decode_optional_time(text: Option<String>) -> Result<Option<Timestamp>, Error> {
    text.map(|text| decode_time(&text)).transpose()
}

/// From a row's level.
pub(crate) fn decode_level(text: &str) -> Result<Maturity, Error> {
    text.parse().map_err(|error| Error::decode("level", error))
}

/// From a row's level, where there is one.
pub(crate) fn decode_optional_level(text: Option<String>) -> Result<Option<Maturity>, Error> {
    text.map(|text| decode_level(&text)).transpose()
}
