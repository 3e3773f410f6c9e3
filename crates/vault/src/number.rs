//! Numbers as the database keeps them: it has no unsigned ones, and ours never reach the difference.

/// For a query; a number beyond the largest one there names no row.
pub(crate) fn to_row(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// From a row of ours, where numbers start at one.
pub(crate) fn from_row(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
