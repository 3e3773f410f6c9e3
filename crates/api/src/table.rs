//! The table of what agents may do, as faces show it and set it.

use std::time::Duration;

use chaperone_gate::{Cell, Memory, Standing, Verdict, floor};
use chaperone_protocol::{Capability, Maturity};

use crate::{
    answer::invalid,
    convert,
    view::{AmountView, ApiError, RememberView, SetStandingParams, StandingCell, StandingRow},
};

/// The most often that may be set.
const MOST_PER_MINUTE: u32 = 1_000;
/// The shortest that a yes may count for.
const LEAST_REMEMBERED: Duration = Duration::from_mins(1);
/// The longest.
const MOST_REMEMBERED: Duration = Duration::from_hours(24 * 7);

/// The table, for what this device can really do.
pub(crate) fn standing(standing: &Standing) -> Vec<StandingRow> {
    let cell = |capability, level| {
        let cell = standing.cell(capability, level);
        // A limit says something only where nobody is asked.
        let unasked = cell.verdict < Verdict::Ask;
        StandingCell {
            verdict: convert::verdict(cell.verdict),
            per_minute: standing.limit(capability, level).filter(|_| unasked),
            preview: cell.preview,
            remember: cell.memory.map(|memory| RememberView {
                seconds: convert::seconds(memory.lasts),
                verdict: convert::verdict(memory.verdict),
            }),
            precision: cell.precision.map(convert::precision),
        }
    };
    let rows = convert::DOABLE.into_iter().map(|capability| StandingRow {
        capability: convert::capability(capability),
        floor: convert::level(floor(capability)),
        previewable: is_captured(capability),
        locates: capability == Capability::Location,
        per_minute: AmountView {
            least: 1,
            most: MOST_PER_MINUTE,
        },
        remember_seconds: AmountView {
            least: convert::seconds(LEAST_REMEMBERED),
            most: convert::seconds(MOST_REMEMBERED),
        },
        student: cell(capability, Maturity::Student),
        intern: cell(capability, Maturity::Intern),
        supervised: cell(capability, Maturity::Supervised),
        autonomous: cell(capability, Maturity::Autonomous),
    });
    rows.collect()
}

/// Whether there is something to look at before it leaves.
fn is_captured(capability: Capability) -> bool {
    matches!(capability, Capability::Camera | Capability::Screen)
}

/// One cell, with what is said of it; what is not said stays.
pub(crate) fn set(standing: &mut Standing, params: &SetStandingParams) -> Result<(), ApiError> {
    let capability = convert::capability_named(params.capability);
    let level = convert::maturity(params.level);
    let mut cell: Cell = standing.cell(capability, level);
    if let Some(verdict) = params.verdict {
        cell.verdict = convert::verdict_named(verdict);
    }
    if let Some(limit) = params.per_minute {
        if limit.is_some_and(|limit| !(1..=MOST_PER_MINUTE).contains(&limit)) {
            return Err(invalid(format!(
                "what runs unasked may do so between 1 and {MOST_PER_MINUTE} times a minute"
            )));
        }
        cell.per_minute = limit;
    }
    if let Some(preview) = params.preview {
        if preview && !is_captured(capability) {
            return Err(invalid(
                "only pictures and recordings can be looked at before they leave",
            ));
        }
        cell.preview = preview;
    }
    if let Some(remember) = params.remember {
        cell.memory = remember.map(memory).transpose()?;
    }
    if let Some(precision) = params.precision {
        if precision.is_some() && capability != Capability::Location {
            return Err(invalid("only a place is told more or less exactly"));
        }
        cell.precision = precision.map(convert::precision_named);
    }
    standing.set(capability, level, cell);
    Ok(())
}

fn memory(remember: RememberView) -> Result<Memory, ApiError> {
    let lasts = Duration::from_secs(remember.seconds.into());
    if !(LEAST_REMEMBERED..=MOST_REMEMBERED).contains(&lasts) {
        return Err(invalid(format!(
            "a yes can count for {} to {} seconds",
            LEAST_REMEMBERED.as_secs(),
            MOST_REMEMBERED.as_secs()
        )));
    }
    let verdict = convert::verdict_named(remember.verdict);
    if verdict >= Verdict::Ask {
        return Err(invalid(
            "a yes that counts for a while lets it run meanwhile",
        ));
    }
    Ok(Memory { lasts, verdict })
}

#[cfg(test)]
mod tests {
    use chaperone_gate::Standing;
    use serde_json::{Value, json};

    use super::{set, standing};
    use crate::view::SetStandingParams;

    fn said(table: &mut Standing, params: Value) -> Result<(), String> {
        let params: SetStandingParams = serde_json::from_value(params).unwrap();
        set(table, &params).map_err(|error| error.message)
    }

    fn row(table: &Standing, capability: &str) -> Value {
        let rows = serde_json::to_value(standing(table)).unwrap();
        let rows = rows.as_array().unwrap().iter();
        let mut found = rows.filter(|row| row["capability"] == capability);
        found.next().unwrap().clone()
    }

    #[test]
    fn a_cell_is_set_part_by_part() {
        let mut table = Standing::default();
        let at = |more: Value| {
            let mut params = json!({ "capability": "camera", "level": "autonomous" });
            params
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            params
        };
        assert_eq!(
            row(&table, "camera")["autonomous"],
            json!({
                "verdict": "ask", "perMinute": null, "preview": false,
                "remember": { "seconds": 3600, "verdict": "watch" }, "precision": null,
            })
        );
        said(&mut table, at(json!({ "preview": true }))).unwrap();
        said(&mut table, at(json!({ "remember": null }))).unwrap();
        let camera = row(&table, "camera");
        assert_eq!(camera["autonomous"]["preview"], true);
        assert_eq!(camera["autonomous"]["remember"], json!(null));
        assert_eq!(camera["autonomous"]["verdict"], "ask");
        said(
            &mut table,
            at(json!({ "verdict": "watch", "perMinute": 3 })),
        )
        .unwrap();
        let camera = row(&table, "camera");
        assert_eq!(camera["autonomous"]["perMinute"], 3);
        // Nobody asked, nothing counts.
        assert_eq!(camera["supervised"]["perMinute"], json!(null));
        assert_eq!(camera["floor"], "intern");
    }

    #[test]
    fn what_means_nothing_is_not_taken() {
        let mut table = Standing::default();
        let before = table.clone();
        for (capability, more) in [
            ("shell", json!({ "preview": true })),
            ("camera", json!({ "precision": "low" })),
            ("camera", json!({ "perMinute": 0 })),
            ("camera", json!({ "perMinute": 1001 })),
            (
                "camera",
                json!({ "remember": { "seconds": 3600, "verdict": "ask" } }),
            ),
            (
                "camera",
                json!({ "remember": { "seconds": 59, "verdict": "watch" } }),
            ),
            (
                "camera",
                json!({ "remember": { "seconds": 604_801, "verdict": "watch" } }),
            ),
        ] {
            let mut params = json!({ "capability": capability, "level": "autonomous" });
            let fields = params.as_object_mut().unwrap();
            fields.extend(more.as_object().unwrap().clone());
            assert!(said(&mut table, params).is_err(), "{capability} {more}");
        }
        assert_eq!(table, before);
        let place = json!({
            "capability": "location", "level": "autonomous", "precision": "medium",
        });
        said(&mut table, place).unwrap();
        assert_eq!(row(&table, "location")["autonomous"]["precision"], "medium");
    }
}
