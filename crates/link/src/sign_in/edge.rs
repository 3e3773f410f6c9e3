//! A device that registers, and signs its own tokens from then on.
//!
//! The hub may give a token of its own instead; then no secret is shared.

use chaperone_dialects::{EdgeRegistered, EdgeRegistration};

use super::{
    Failure, Given, Need, SignIn, SignedIn, Stage, Step, Turn, failure, filled, needs, wrong,
};
use crate::{
    Renewal, Secret, Token,
    http::{Asking, Body},
    token::signed,
};

impl SignIn {
    pub(super) async fn edge(&self, given: &Given) -> Result<Turn, Failure> {
        if let Stage::Registered { device, phone } = &self.stage {
            let registered = EdgeRegistered {
                edge_agent_id: device.clone(),
                auth_token: None,
            };
            return self.registered(registered, phone, filled(given, Need::SharedSecret));
        }
        let all = vec![Need::Phone, Need::RegistrationToken, Need::SharedSecret];
        let (Some(phone), Some(token)) = (
            filled(given, Need::Phone),
            filled(given, Need::RegistrationToken),
        ) else {
            return Ok(Turn::Step(needs(all)));
        };
        if phone.expose().contains(':') {
            let problem = "a phone number has no colon in it";
            return Ok(Turn::Step(wrong(all, problem)));
        }
        let registration = EdgeRegistration {
            user_phone: phone.expose().trim().to_owned(),
            apple_id: None,
            version: self.applicant.version.clone(),
            capabilities: self.applicant.device.capabilities.clone(),
            auth_token: token.expose().trim().to_owned(),
        };
        let body = registration.written().map_err(|_| Failure::Senseless)?;
        let asking = Asking::new(EdgeRegistration::PATH, Body::Json(Secret::new(body)));
        let answer = self.ask(asking).await?;
        match answer.status {
            200..=299 => {
                let registered =
                    EdgeRegistered::read(answer.body.expose()).map_err(|_| Failure::Senseless)?;
                self.registered(registered, phone, filled(given, Need::SharedSecret))
            }
            401 | 403 => {
                let problem = failure::said(&answer)
                    .unwrap_or_else(|| "the hub does not take the registration token".to_owned());
                Ok(Turn::Step(wrong(all, problem)))
            }
            _ => Err(Failure::of_status(&answer)),
        }
    }

    fn registered(
        &self,
        registered: EdgeRegistered,
        phone: &Secret,
        secret: Option<&Secret>,
    ) -> Result<Turn, Failure> {
        let EdgeRegistered {
            edge_agent_id: device,
            auth_token,
        } = registered;
        if let Some(own) = auth_token.filter(|token| !token.is_empty()) {
            return Ok(Turn::Step(Step::Done(SignedIn {
                token: Token::pasted(&own),
                renewal: Renewal::Never,
                device: Some(device),
            })));
        }
        let Some(secret) = secret else {
            let phone = phone.clone();
            let stage = Stage::Registered { device, phone };
            return Ok(Turn::Then(stage, needs(vec![Need::SharedSecret])));
        };
        let phone = phone.expose().trim();
        let secret = Secret::new(secret.expose().trim());
        let token =
            signed(&device, phone, &secret, self.now()).map_err(|error| Failure::Refused {
                said: error.to_string(),
            })?;
        Ok(Turn::Step(Step::Done(SignedIn {
            token,
            renewal: Renewal::Signed {
                device: device.clone(),
                phone: phone.to_owned(),
            },
            device: Some(device),
        })))
    }
}
