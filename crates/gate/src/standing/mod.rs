//! The person's table: what an agent of each level may do with each capability.
//!
//! The floors that no table can lower are in `floor.rs`.

mod cell;

use std::time::Duration;

use chaperone_protocol::{Capability, Maturity, Precision};
use serde::{Deserialize, Serialize};

pub use cell::{Cell, Memory};

use crate::Verdict;

/// The whole table. A lower level is never looser than a higher one: otherwise a hub could gain
/// by claiming less for an agent than it did before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Rows", into = "Rows")]
pub struct Standing(Rows);

/// The table as it is stored: capability, then level, then cell. A row that an older version did
/// not know yet is the default one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rows {
    notification: Row,
    location: Row,
    camera: Row,
    microphone: Row,
    screen: Row,
    agents: Row,
    network: Row,
    shell: Row,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    student: Cell,
    intern: Cell,
    supervised: Cell,
    autonomous: Cell,
}

impl Standing {
    /// The answer for agents of this level.
    pub fn cell(&self, capability: Capability, level: Maturity) -> Cell {
        *self.0.row(capability).cell(level)
    }

    /// How many times a minute an agent of this level may run without asking: the smallest limit
    /// at this level or above, so that a changed claim never escapes one.
    pub fn limit(&self, capability: Capability, level: Maturity) -> Option<u32> {
        Maturity::ALL
            .into_iter()
            .filter(|above| *above >= level)
            .filter_map(|above| self.cell(capability, above).per_minute)
            .min()
    }

    /// Writes one cell and gives back what then stands there. A stricter answer also tightens the
    /// levels below; a looser one never reaches beyond what the levels above may do.
    pub fn set(&mut self, capability: Capability, level: Maturity, cell: Cell) -> Cell {
        let row = self.0.row_mut(capability);
        *row.cell_mut(level) = cell;
        row.tighten();
        *row.cell(level)
    }
}

impl Default for Standing {
    fn default() -> Self {
        Rows::default().into()
    }
}

impl Default for Rows {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_hours(1);
        const DAY: Duration = Duration::from_hours(24);
        const FORBID: Cell = Cell::new(Verdict::Forbid);
        const ASK: Cell = Cell::new(Verdict::Ask);
        const FREE: Cell = Cell::limited(Verdict::Free, 10);
        const ONCE_AN_HOUR: Cell = Cell::asking_once(HOUR, Verdict::Watch);

        let row = |student, intern, supervised, autonomous| Row {
            student,
            intern,
            supervised,
            autonomous,
        };
        Self {
            notification: row(FORBID, ASK, FREE, FREE),
            location: row(
                FORBID,
                ASK,
                Cell::asking_once(DAY, Verdict::Watch),
                Cell::new(Verdict::Watch).at_most(Precision::Low),
            ),
            camera: row(FORBID, ASK.previewed(), ASK.previewed(), ONCE_AN_HOUR),
            microphone: row(FORBID, FORBID, ASK, ASK),
            screen: row(FORBID, FORBID, ASK.previewed(), ONCE_AN_HOUR),
            agents: row(FORBID, FORBID, FORBID, ASK),
            network: row(FORBID, FORBID, FORBID, ASK),
            shell: row(FORBID, FORBID, FORBID, ASK),
        }
    }
}

impl From<Rows> for Standing {
    fn from(mut rows: Rows) -> Self {
        for capability in Capability::ALL {
            rows.row_mut(capability).tighten();
        }
        Self(rows)
    }
}

impl From<Standing> for Rows {
    fn from(standing: Standing) -> Self {
        standing.0
    }
}

impl Rows {
    fn row(&self, capability: Capability) -> &Row {
        match capability {
            Capability::Notification => &self.notification,
            Capability::Location => &self.location,
            Capability::Camera => &self.camera,
            Capability::Microphone => &self.microphone,
            Capability::Screen => &self.screen,
            Capability::Agents => &self.agents,
            Capability::Network => &self.network,
            Capability::Shell => &self.shell,
        }
    }

    fn row_mut(&mut self, capability: Capability) -> &mut Row {
        match capability {
            Capability::Notification => &mut self.notification,
            Capability::Location => &mut self.location,
            Capability::Camera => &mut self.camera,
            Capability::Microphone => &mut self.microphone,
            Capability::Screen => &mut self.screen,
            Capability::Agents => &mut self.agents,
            Capability::Network => &mut self.network,
            Capability::Shell => &mut self.shell,
        }
    }
}

impl Row {
    fn cell(&self, level: Maturity) -> &Cell {
        match level {
            Maturity::Student => &self.student,
            Maturity::Intern => &self.intern,
            Maturity::Supervised => &self.supervised,
            Maturity::Autonomous => &self.autonomous,
        }
    }

    fn cell_mut(&mut self, level: Maturity) -> &mut Cell {
        match level {
            Maturity::Student => &mut self.student,
            Maturity::Intern => &mut self.intern,
            Maturity::Supervised => &mut self.supervised,
            Maturity::Autonomous => &mut self.autonomous,
        }
    }

    fn tighten(&mut self) {
        let mut above = self.autonomous;
        for level in Maturity::ALL.into_iter().rev() {
            let cell = self.cell_mut(level);
            cell.tighten(&above);
            above = *cell;
        }
    }
}
