//! E-mail and password, then perhaps a second factor.
//!
//! Where they go and under which names is the dialect's to say. That a second factor is wanted is
//! said by a 200 without a token.

use chaperone_dialects::{PasswordForm, SignInWay};
use serde_json::json;

use super::{
    Failure, Given, Need, SignIn, SignedIn, Stage, Step, Turn, failure, filled, needs, wrong,
};
use crate::{
    Renewal, Secret,
    http::{Asking, Body},
    token::issued,
};

impl SignIn {
    pub(super) async fn password(&self, given: &Given) -> Result<Turn, Failure> {
        let form = self.password_form().ok_or(Failure::NoSuchWay)?;
        if let Stage::SecondFactor { email, password } = &self.stage {
            let again = || Stage::SecondFactor {
                email: email.clone(),
                password: password.clone(),
            };
            let Some(code) = filled(given, Need::Code) else {
                return Ok(Turn::Then(again(), needs(vec![Need::Code])));
            };
            return match self.log_in(&form, email, password, Some(code)).await? {
                LoggedIn::Yes(signed_in) => Ok(Turn::Step(Step::Done(signed_in))),
                LoggedIn::No(_) | LoggedIn::WantsCode => {
                    let problem = "the code is not taken: type the newest one";
                    Ok(Turn::Then(again(), wrong(vec![Need::Code], problem)))
                }
            };
        }
        let both = vec![Need::Email, Need::Password];
        let (Some(email), Some(password)) =
            (filled(given, Need::Email), given.get(&Need::Password))
        else {
            return Ok(Turn::Step(needs(both)));
        };
        Ok(match self.log_in(&form, email, password, None).await? {
            LoggedIn::Yes(signed_in) => Turn::Step(Step::Done(signed_in)),
            LoggedIn::No(problem) => Turn::Step(wrong(both, problem)),
            LoggedIn::WantsCode => Turn::Then(
                Stage::SecondFactor {
                    email: email.clone(),
                    password: password.clone(),
                },
                needs(vec![Need::Code]),
            ),
        })
    }

    /// Where this kind of hub takes passwords, if it does.
    pub(super) fn password_form(&self) -> Option<PasswordForm> {
        self.dialect.sign_in().iter().find_map(|way| match way {
            SignInWay::Password(form) => Some(*form),
            SignInWay::DeviceCode | SignInWay::Registration | SignInWay::Pasted => None,
        })
    }

    async fn log_in(
        &self,
        form: &PasswordForm,
        email: &Secret,
        password: &Secret,
        code: Option<&Secret>,
    ) -> Result<LoggedIn, Failure> {
        // People type the digits in groups.
        let digits = code.map(|code| code.expose().split_whitespace().collect::<String>());
        let (name, email, password) = (form.email_name, email.expose().trim(), password.expose());
        let body = match digits {
            None => json!({name: email, "password": password}),
            Some(digits) => json!({name: email, "password": password, "totp_code": digits}),
        };
        let answer = self.ask(Asking::new(form.path, Body::json(&body))).await?;
        let fields = answer.json();
        match answer.status {
            200..=299 => {
                let wants_code = fields.get("two_factor_required") == Some(&true.into());
                match issued(&fields, self.now()) {
                    Some(token) => Ok(LoggedIn::Yes(SignedIn {
                        token,
                        renewal: Renewal::of_password(form),
                        device: None,
                    })),
                    None if wants_code => Ok(LoggedIn::WantsCode),
                    None => Err(Failure::Senseless),
                }
            }
            401 => Ok(LoggedIn::No(failure::said(&answer).unwrap_or_else(|| {
                "the e-mail address or the password is wrong".to_owned()
            }))),
            _ => Err(Failure::of_status(&answer)),
        }
    }
}

enum LoggedIn {
    Yes(SignedIn),
    No(String),
    WantsCode,
}
