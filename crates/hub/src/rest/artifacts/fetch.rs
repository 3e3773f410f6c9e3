//! Files as they go out: whole, or the part that is wanted.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{DIGEST, LENGTH, OFFSET, bringer::Bringer, ends, tus, unknown};
use crate::{
    app::App,
    artifacts::Part,
    rest::{Refusal, caller::Caller},
    store::Artifact,
};

/// Which part of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Some(Part),
    Nothing,
}

/// `GET /api/artifacts/{artifact}`
pub(super) async fn fetch(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let artifact = Bringer::Caller(caller).own(&app, &id).await?;
    if !artifact.complete {
        let detail = "the file has not arrived whole yet";
        return Err(Refusal::new(StatusCode::CONFLICT, "incomplete", detail));
    }
    let (status, part) = match wanted(&headers, &artifact) {
        Wanted::All => {
            let all = Part {
                from: 0,
                length: artifact.size,
            };
            (StatusCode::OK, all)
        }
        Wanted::Some(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let status = StatusCode::RANGE_NOT_SATISFIABLE;
            let detail = format!("the file has {} bytes", artifact.size);
            let mut response = Refusal::new(status, "range", detail).into_response();
            let range = format!("bytes */{}", artifact.size);
            put(&mut response, header::CONTENT_RANGE, &range);
            return Ok(response);
        }
    };
    let stream = app.shelf.stream(&artifact.id, part).await?;
    let stream = stream.ok_or_else(unknown)?;
    let mut response = (status, Body::from_stream(stream)).into_response();
    describe(&mut response, &artifact);
    put(
        &mut response,
        header::CONTENT_LENGTH,
        &part.length.to_string(),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        let last = part.from + part.length - 1;
        let range = format!("bytes {}-{last}/{}", part.from, artifact.size);
        put(&mut response, header::CONTENT_RANGE, &range);
    }
    Ok(response)
}

/// `HEAD /api/artifacts/{artifact}`: also how far an upload has come.
pub(super) async fn head(
    State(app): State<Arc<App>>,
    bringer: Bringer,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let artifact = bringer.own(&app, &id).await?;
    let mut response = StatusCode::OK.into_response();
    if artifact.complete {
        describe(&mut response, &artifact);
        put(
            &mut response,
            header::CONTENT_LENGTH,
            &artifact.size.to_string(),
        );
    }
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(artifact.received));
    headers.insert(LENGTH, HeaderValue::from(artifact.size));
    if !artifact.complete {
        ends(&mut response, artifact.expires_at);
    }
    Ok(tus(response))
}

fn describe(response: &mut Response, artifact: &Artifact) {
    put(response, header::CONTENT_TYPE, &artifact.media_type);
    put(response, header::ACCEPT_RANGES, "bytes");
    put(response, header::ETAG, &tag(artifact));
    let digest = BASE64_STANDARD.encode(&artifact.sha256);
    put(response, DIGEST, &format!("sha-256=:{digest}:"));
    // Whatever it is, a browser must not take it for a page of ours.
    let name = percent(&artifact.name);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    put(response, header::CONTENT_DISPOSITION, &disposition);
    let policy = "default-src 'none'; sandbox";
    put(response, header::CONTENT_SECURITY_POLICY, policy);
}

fn tag(artifact: &Artifact) -> String {
    format!("\"{}\"", chaperone_chain::hex(&artifact.sha256))
}

fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The part that `Range` names. What this makes nothing of counts as not said, as it may.
fn wanted(headers: &HeaderMap, artifact: &Artifact) -> Wanted {
    let get = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if get(header::IF_RANGE).is_some_and(|known| known != tag(artifact)) {
        return Wanted::All;
    }
    let range = get(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    range.map_or(Wanted::All, |range| part(range, artifact.size))
}

fn part(range: &str, size: u64) -> Wanted {
    let Some((from, to)) = range.trim().split_once('-') else {
        return Wanted::All;
    };
    let (from, to) = (from.trim(), to.trim());
    let span = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.min(size.saturating_sub(1))),
        (Ok(from), Err(_)) if to.is_empty() => (from, size.saturating_sub(1)),
        (Err(_), Ok(last)) if from.is_empty() => {
            if last == 0 {
                return Wanted::Nothing;
            }
            (size.saturating_sub(last), size.saturating_sub(1))
        }
        // Several at once, or nonsense.
        _ => return Wanted::All,
    };
    if span.0 >= size {
        return Wanted::Nothing;
    }
    Wanted::Some(Part {
        from: span.0,
        length: span.1 - span.0 + 1,
    })
}

fn percent(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Part, Wanted, part};

    #[test]
    fn a_range_is_what_the_standard_says() {
        let some = |from, length| Wanted::Some(Part { from, length });
        for (range, expected) in [
            ("0-0", some(0, 1)),
            ("2-5", some(2, 4)),
            ("2-99", some(2, 8)),
            ("9-", some(9, 1)),
            ("-3", some(7, 3)),
            ("-99", some(0, 10)),
            ("10-", Wanted::Nothing),
            ("10-20", Wanted::Nothing),
            ("-0", Wanted::Nothing),
            ("5-2", Wanted::All),
            ("0-1,4-5", Wanted::All),
            ("", Wanted::All),
            ("-", Wanted::All),
            ("x-y", Wanted::All),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
    }
}
