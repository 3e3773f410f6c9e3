//! What hubs tell about themselves, as faces show it, and what the person has them switch.

use chaperone_device::{HubTold, SwitchError, ToldCard, ToldSwitch, Wish};
use chaperone_protocol::{CardKind, ConnectionId, Reading, ReadingValue, in_full, visible};

use crate::{
    Api,
    answer::{failed, invalid},
    convert,
    view::{
        ApiError, Done, ErrorCode, HubCardKind, HubCardView, HubSwitchParams, HubSwitchView,
        HubToldView, ReadingValueView, ReadingView,
    },
};

/// All of it, where there is anything.
pub(crate) fn told(told: &HubTold) -> Option<HubToldView> {
    (!told.is_empty()).then(|| HubToldView {
        switches: told.switches.iter().map(switch).collect(),
        more_switches: told.more_switches,
        cards: told.cards.iter().map(card).collect(),
    })
}

fn switch(switch: &ToldSwitch) -> HubSwitchView {
    HubSwitchView {
        name: visible(&switch.name),
        on: switch.on.map(|(on, _)| on),
        told_at: switch.on.map(|(_, at)| convert::millis(at)),
        current: switch.current,
        asked: match switch.wish {
            Wish::Asked(on, _) => Some(on),
            Wish::None | Wish::Unanswered(_) => None,
        },
        unanswered: match switch.wish {
            Wish::Unanswered(on) => Some(on),
            Wish::None | Wish::Asked(..) => None,
        },
    }
}

fn card(told: &ToldCard) -> HubCardView {
    HubCardView {
        kind: match told.card.kind {
            CardKind::Companion => HubCardKind::Companion,
            CardKind::Report => HubCardKind::Report,
        },
        name: visible(&told.card.name),
        readings: told.card.readings.iter().map(reading).collect(),
        told_at: convert::millis(told.at),
        current: told.current,
    }
}

fn reading(reading: &Reading) -> ReadingView {
    ReadingView {
        name: visible(&reading.name),
        value: match &reading.value {
            ReadingValue::Percent(percent) => ReadingValueView::Percent { percent: *percent },
            ReadingValue::Flag(yes) => ReadingValueView::Flag { yes: *yes },
            ReadingValue::Text(text) => ReadingValueView::Text {
                text: visible(text),
            },
        },
    }
}

impl Api {
    pub(crate) async fn switch(&self, params: HubSwitchParams) -> Result<Done, ApiError> {
        let connection =
            ConnectionId::new(params.id).map_err(|error| invalid(error.to_string()))?;
        let device = &self.inner.device;
        device.switch(connection, params.name, params.on).await?;
        Ok(Done {})
    }
}

impl From<SwitchError> for ApiError {
    fn from(error: SwitchError) -> Self {
        match error {
            SwitchError::NoConnection | SwitchError::NoSwitch => {
                Self::new(ErrorCode::Gone, in_full(&error))
            }
            SwitchError::NotConnected | SwitchError::Asked => {
                Self::new(ErrorCode::NotAllowed, in_full(&error))
            }
            error @ (SwitchError::Unrecorded(_) | SwitchError::Stopping) => failed(error),
        }
    }
}
