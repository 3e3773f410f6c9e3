//! OAuth 2.0 device authorization (RFC 8628): a code on both screens, confirmed in a browser.

use std::time::Duration;

use chaperone_dialects::Proving;
use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tokio::time::sleep;

use super::{Failure, SignIn, SignedIn, Stage, Step, Turn};
use crate::{
    DeviceKey, Renewal, Secret,
    http::{Answer, Asking, Body},
    token::issued,
};

const AUTHORIZE: &str = "/oauth/device_authorization";
const TOKEN: &str = "/oauth/token";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Where a hub says nothing, and by how much it is slowed down: both are the standard's.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);
const SLOWER_BY: Duration = Duration::from_secs(5);
/// Nobody has to wait longer than this between two questions, however often the hub fails.
const LONGEST_INTERVAL: Duration = Duration::from_mins(1);
/// How long a code is waited for at most, whatever the hub says.
const LONGEST_CODE: SignedDuration = SignedDuration::from_hours(1);

/// A code that is shown.
#[derive(Clone)]
pub(super) struct Grant {
    device_code: Secret,
    user_code: String,
    expires_at: Timestamp,
    interval: Duration,
}

/// What the hub says about a code.
enum Verdict {
    Yes(SignedIn),
    NotYet,
    SlowDown,
    No(Failure),
}

impl SignIn {
    pub(super) async fn device_code(&mut self) -> Result<Turn, Failure> {
        match &self.stage {
            Stage::Shown(grant) => {
                let grant = grant.clone();
                let signed_in = self.confirmed(grant).await?;
                Ok(Turn::Step(Step::Done(signed_in)))
            }
            Stage::Begin | Stage::SecondFactor { .. } | Stage::Registered { .. } => {
                self.authorize().await
            }
        }
    }

    async fn authorize(&self) -> Result<Turn, Failure> {
        let applicant = &self.applicant;
        let key = applicant.key.as_ref().map(DeviceKey::public);
        let mut fields = vec![
            ("client_id", applicant.client_id.as_str()),
            ("device_id", applicant.device.id.as_str()),
            ("device_name", &applicant.device.name),
            ("device_fingerprint", &applicant.fingerprint),
        ];
        fields.extend(key.as_deref().map(|key| ("device_public_key", key)));
        let body = Body::form(&fields);
        let answer = self.ask(Asking::new(AUTHORIZE, body)).await?;
        if !(200..=299).contains(&answer.status) {
            return Err(Failure::of_status(&answer));
        }
        let (grant, step) = shown(&answer.json(), self.now()).ok_or(Failure::Senseless)?;
        Ok(Turn::Then(Stage::Shown(grant), step))
    }

    /// Asks until the person has answered.
    async fn confirmed(&mut self, mut grant: Grant) -> Result<SignedIn, Failure> {
        loop {
            sleep(grant.interval).await;
            if self.now() >= grant.expires_at {
                return Err(Failure::Expired);
            }
            let applicant = &self.applicant;
            let signature = applicant.key.as_ref().map(|key| {
                let proving = Proving::Pairing {
                    user_code: &grant.user_code,
                };
                let hub = self.requester.dialer().address();
                key.prove(proving, hub, &applicant.device.id, &grant.device_code)
            });
            let mut fields = vec![
                ("grant_type", GRANT),
                ("device_code", grant.device_code.expose()),
                ("client_id", &applicant.client_id),
            ];
            fields.extend(signature.as_deref().map(|text| ("device_signature", text)));
            let body = Body::form(&fields);
            match self.ask(Asking::new(TOKEN, body)).await {
                Ok(answer) => match self.verdict(&answer) {
                    Verdict::Yes(signed_in) => return Ok(signed_in),
                    Verdict::No(failure) => return Err(failure),
                    Verdict::NotYet => {}
                    Verdict::SlowDown => grant.interval += SLOWER_BY,
                },
                // The network may be back before the code ends.
                Err(Failure::Unreachable { problem }) => {
                    tracing::debug!(problem, "the hub is not reached about a code");
                    grant.interval = (grant.interval * 2).min(LONGEST_INTERVAL);
                }
                Err(failure) => return Err(failure),
            }
            // Whoever gives up here goes on at the same pace.
            self.stage = Stage::Shown(grant.clone());
        }
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let fields = answer.json();
        if (200..=299).contains(&answer.status) {
            let Some(token) = issued(&fields, self.now()) else {
                return Verdict::No(Failure::Senseless);
            };
            let device = fields.get("device_id").and_then(Value::as_str);
            return Verdict::Yes(SignedIn {
                token,
                renewal: Renewal::OAuth {
                    client_id: self.applicant.client_id.clone(),
                },
                device: device.and_then(|id| DeviceId::new(id).ok()),
            });
        }
        match fields.get("error").and_then(Value::as_str) {
            Some("authorization_pending") => Verdict::NotYet,
            Some("slow_down") => Verdict::SlowDown,
            Some("access_denied") => Verdict::No(Failure::Denied),
            Some("expired_token") => Verdict::No(Failure::Expired),
            // It may be restarting, or busy.
            _ if answer.status == 429 => Verdict::SlowDown,
            _ if answer.status >= 500 => Verdict::NotYet,
            _ => Verdict::No(Failure::of_status(answer)),
        }
    }
}

/// Reads the answer that holds a code.
fn shown(fields: &Map<String, Value>, now: Timestamp) -> Option<(Grant, Step)> {
    let text = |name: &str| {
        let text = fields.get(name)?.as_str()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let lifetime = SignedDuration::from_secs(fields.get("expires_in")?.as_i64()?);
    let expires_at = now.checked_add(lifetime.min(LONGEST_CODE)).ok()?;
    let interval = fields
        .get("interval")
        .and_then(Value::as_u64)
        .map_or(USUAL_INTERVAL, Duration::from_secs);
    let grant = Grant {
        device_code: Secret::new(text("device_code")?),
        user_code: text("user_code")?,
        expires_at,
        interval: interval.clamp(Duration::from_secs(1), LONGEST_INTERVAL),
    };
    // Only a page that a browser shows is opened, never a program of this computer.
    let page = |name: &str| {
        text(name).filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
    };
    let step = Step::Show {
        code: grant.user_code.clone(),
        uri: page("verification_uri")?,
        complete_uri: page("verification_uri_complete"),
        expires_at,
    };
    Some((grant, step))
}
