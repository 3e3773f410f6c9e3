//! How a connection stands and is kept, as faces show it and set it.

use std::time::Duration;

use chaperone_device as device;
use chaperone_dialects::Dialect;
use chaperone_link::{LinkSettings, Pin, Way, Within};
use chaperone_protocol::{ConnectionPhase, Remedy, visible};

use crate::{
    answer::invalid,
    convert, told,
    view::{
        ApiError, BoundsView, ChangeableView, ConnectionView, LinkSettingsParams, LinkSettingsView,
        Phase, RemedyView, TroubleView, WayView,
    },
};

pub(crate) fn connection(connection: &device::Connection) -> ConnectionView {
    let state = &connection.state;
    let dialect = chaperone_dialects::dialect(connection.dialect);
    ConnectionView {
        id: connection.id.to_string(),
        name: connection.name.clone(),
        address: connection.address.clone(),
        dialect: connection.dialect.to_owned(),
        dialect_name: dialect
            .map_or(connection.dialect, |dialect| dialect.profile().name)
            .to_owned(),
        phase: match state.phase {
            ConnectionPhase::Connecting => Phase::Connecting,
            ConnectionPhase::Connected => Phase::Connected,
            ConnectionPhase::Polling => Phase::Polling,
            ConnectionPhase::Waiting => Phase::Waiting,
            ConnectionPhase::Refused => Phase::Refused,
            ConnectionPhase::Stopped => Phase::Stopped,
        },
        since: convert::millis(connection.since),
        failed_attempts: state.failed_attempts,
        next_try_at: state.next_try_at.map(convert::millis),
        round_trip_ms: state.round_trip.map(|time| time.as_secs_f64() * 1000.0),
        trouble: state.trouble.as_deref().map(visible),
        remedy: state.remedy.map(remedy),
        ceiling: convert::level(connection.ceiling),
        paused: connection.paused,
        changeable: dialect.filter(|_| connection.stored).map(changeable),
        told: told::told(&connection.told),
    }
}

pub(crate) fn trouble(trouble: &device::Trouble) -> TroubleView {
    TroubleView {
        at: convert::millis(trouble.at),
        message: visible(&trouble.what),
        remedy: trouble.remedy.map(remedy),
    }
}

fn remedy(remedy: Remedy) -> RemedyView {
    match remedy {
        Remedy::SignIn => RemedyView::SignIn,
        Remedy::CheckAddress => RemedyView::CheckAddress,
    }
}

fn changeable(dialect: &dyn Dialect) -> ChangeableView {
    let bounds = LinkSettings::bounds(dialect);
    let seconds = |within: Within<Duration>| BoundsView {
        least: convert::seconds(within.least),
        usual: convert::seconds(within.usual),
        most: convert::seconds(within.most),
    };
    ChangeableView {
        ways: Way::offered(dialect).into_iter().map(way).collect(),
        polling: bounds.polling,
        attempts: BoundsView {
            least: bounds.attempts.least,
            usual: bounds.attempts.usual,
            most: bounds.attempts.most,
        },
        heartbeat_seconds: bounds.heartbeat.map(seconds),
        poll_seconds: bounds.poll.map(seconds),
    }
}

pub(crate) fn way(way: Way) -> WayView {
    match way {
        Way::DeviceCode => WayView::DeviceCode,
        Way::Password => WayView::Password,
        Way::Registration => WayView::Registration,
        Way::PastedToken => WayView::PastedToken,
    }
}

pub(crate) fn settings(settings: &LinkSettings) -> LinkSettingsView {
    LinkSettingsView {
        socket: settings.socket,
        polling: settings.polling,
        attempts: settings.attempts_before_slowest,
        heartbeat_seconds: settings.heartbeat_every.map(convert::seconds),
        poll_seconds: settings.poll_every.map(convert::seconds),
        unencrypted: settings.unencrypted,
        pin: settings.pin.map(|pin| pin.to_string()),
    }
}

/// What was set before, with what is set now.
pub(crate) fn set(settings: &mut LinkSettings, params: LinkSettingsParams) -> Result<(), ApiError> {
    let length = |every: Option<u32>| every.map(|every| Duration::from_secs(every.into()));
    if let Some(on) = params.socket {
        settings.socket = on;
    }
    if let Some(on) = params.polling {
        settings.polling = on;
    }
    if let Some(number) = params.attempts {
        settings.attempts_before_slowest = number;
    }
    if let Some(every) = params.heartbeat_seconds {
        settings.heartbeat_every = length(every);
    }
    if let Some(every) = params.poll_seconds {
        settings.poll_every = length(every);
    }
    if let Some(accepted) = params.unencrypted {
        settings.unencrypted = accepted;
    }
    if let Some(pin) = params.pin {
        let pin = pin.map(|pin| Pin::parse(&pin)).transpose();
        settings.pin = pin.map_err(|error| invalid(error.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
