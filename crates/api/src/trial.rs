//! What the person's own tests do.

use chaperone_device::{Brought, Captured, Hindrance, Trial, TrialError, TrialKind, contained};
use chaperone_protocol::{Action, Located, Notify, visible};
use chaperone_shell::Finding;

use crate::{
    Api,
    answer::{failed, invalid},
    capability, convert,
    view::{
        ApiError, Done, FindingView, HindranceView, PlaceFoundView, TrialView, TryCancelParams,
        TryParams, TryResponse,
    },
};

impl Api {
    pub(crate) async fn try_out(&self, params: TryParams) -> Result<TryResponse, ApiError> {
        let typed = self.inner.device.look().await?.settings.place.is_some();
        match self.inner.device.try_out(trial(params)?).await {
            Ok(Brought::Captured(captured)) => self.captured(&captured).await,
            Ok(Brought::Place(located)) => Ok(place(&located, typed)),
            Ok(Brought::Shown) => Ok(TryResponse::Shown),
            Ok(Brought::Findings(findings)) => Ok(containment(&findings)),
            Err(error) => hindered(error),
        }
    }

    pub(crate) async fn try_cancel(&self, params: TryCancelParams) -> Result<Done, ApiError> {
        let kind = match params.trial {
            TrialView::Camera => TrialKind::Camera,
            TrialView::Screenshot => TrialKind::Screenshot,
            TrialView::Recording => TrialKind::Recording,
            TrialView::Sound => TrialKind::Sound,
            TrialView::Location => TrialKind::Location,
            TrialView::Notification => TrialKind::Notification,
            TrialView::Containment => TrialKind::Containment,
        };
        self.inner.device.stop_trial(kind).await?;
        Ok(Done {})
    }

    async fn captured(&self, captured: &Captured) -> Result<TryResponse, ApiError> {
        let kept = self.artifact(captured.artifact.as_str()).await?;
        Ok(TryResponse::Captured {
            capture: convert::review(captured),
            expires_at: convert::millis(kept.artifact().expires_at),
        })
    }
}

fn trial(params: TryParams) -> Result<Trial, ApiError> {
    Ok(match params {
        TryParams::Camera { camera } => Trial::Camera { camera },
        TryParams::Screenshot { display } => Trial::Screenshot { display },
        TryParams::Recording { display, sound } => Trial::Recording {
            display,
            audio: sound,
        },
        TryParams::Location => Trial::Location,
        TryParams::Notification { title, body } => {
            let notify = Notify {
                title,
                body,
                icon: None,
                sound: None,
            };
            let action = Action::Notify(notify.clone());
            action
                .validate()
                .map_err(|error| invalid(error.to_string()))?;
            Trial::Notification(notify)
        }
        TryParams::Containment => Trial::Containment,
    })
}

fn place(located: &Located, typed: bool) -> TryResponse {
    TryResponse::Place {
        place: PlaceFoundView {
            latitude: located.latitude,
            longitude: located.longitude,
            accuracy: located.accuracy,
            typed,
            source: located.source.as_deref().map(visible),
        },
    }
}

fn containment(findings: &[Finding]) -> TryResponse {
    let holds = contained(findings);
    let findings = findings.iter().map(|finding| FindingView {
        profile: capability::profile(finding.profile),
        backend: capability::backend(finding.backend),
        serves: finding.serves,
        problem: finding.problem.as_ref().map(capability::problem),
        sentence: finding
            .problem
            .as_ref()
            .map(|one| visible(&one.to_string())),
    });
    TryResponse::Containment {
        holds,
        findings: findings.collect(),
    }
}

/// That nothing came of a test is an answer, too.
fn hindered(error: TrialError) -> Result<TryResponse, ApiError> {
    let message = visible(&error.to_string());
    let (hindrance, capability) = match error {
        TrialError::SwitchedOff(off) => {
            (HindranceView::SwitchedOff, Some(convert::capability(off)))
        }
        TrialError::Paused => (HindranceView::Paused, None),
        TrialError::Going => (HindranceView::Going, None),
        TrialError::Hindered { hindrance, .. } => (self::hindrance(hindrance), None),
        TrialError::Stopping => return Err(failed(error)),
    };
    Ok(TryResponse::Hindered {
        hindrance,
        capability,
        message,
    })
}

pub(crate) fn kind(kind: TrialKind) -> TrialView {
    match kind {
        TrialKind::Camera => TrialView::Camera,
        TrialKind::Screenshot => TrialView::Screenshot,
        TrialKind::Recording => TrialView::Recording,
        TrialKind::Sound => TrialView::Sound,
        TrialKind::Location => TrialView::Location,
        TrialKind::Notification => TrialView::Notification,
        TrialKind::Containment => TrialView::Containment,
    }
}

pub(crate) fn hindrance(hindrance: Hindrance) -> HindranceView {
    match hindrance {
        Hindrance::Missing => HindranceView::Missing,
        Hindrance::Refused => HindranceView::Refused,
        Hindrance::InUse => HindranceView::InUse,
        Hindrance::Taken => HindranceView::Taken,
        Hindrance::Unseen => HindranceView::Unseen,
        Hindrance::Unavailable => HindranceView::Unavailable,
        Hindrance::Unsupported => HindranceView::Unsupported,
        Hindrance::TimedOut => HindranceView::TimedOut,
        Hindrance::Stopped => HindranceView::Stopped,
        Hindrance::Paused => HindranceView::Paused,
        Hindrance::Uncontained => HindranceView::Uncontained,
        Hindrance::Unrecorded => HindranceView::Unrecorded,
        Hindrance::Failed => HindranceView::Failed,
    }
}
