//! The person's table: what an agent of each level may do with each capability.
//!
//! The floors that no table can lower are in `judge.rs`.

use chaperone_protocol::{Capability, Maturity};
use serde::{Deserialize, Serialize};

use crate::Verdict;

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The answer.
    pub verdict: Verdict,
    /// The most times a minute it may run without asking; absent means as often as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
}

impl Cell {
    /// An answer without a limit.
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            per_minute: None,
        }
    }

    /// An answer that holds so many times a minute.
    pub const fn limited(verdict: Verdict, per_minute: u32) -> Self {
        Self {
            verdict,
            per_minute: Some(per_minute),
        }
    }
}

/// The whole table. A lower level is never looser than a higher one: otherwise a hub could gain
/// by claiming less for an agent than it did before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Rows", into = "Rows")]
pub struct Standing(Rows);

/// The table as it is stored: capability, then level, then cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    notification: Row,
    location: Row,
    camera: Row,
    screen: Row,
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
        use Verdict::{Ask, Forbid, Free, Watch};

        let row = |student, intern, supervised, autonomous| Row {
            student: Cell::new(student),
            intern: Cell::new(intern),
            supervised: Cell::new(supervised),
            autonomous: Cell::new(autonomous),
        };
        Self(Rows {
            notification: Row {
                supervised: Cell::limited(Free, 10),
                autonomous: Cell::limited(Free, 10),
                ..row(Forbid, Ask, Free, Free)
            },
            location: row(Forbid, Ask, Ask, Watch),
            camera: row(Forbid, Ask, Ask, Ask),
            screen: row(Forbid, Forbid, Ask, Ask),
            shell: row(Forbid, Forbid, Forbid, Ask),
        })
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
            Capability::Screen => &self.screen,
            Capability::Shell => &self.shell,
        }
    }

    fn row_mut(&mut self, capability: Capability) -> &mut Row {
        match capability {
            Capability::Notification => &mut self.notification,
            Capability::Location => &mut self.location,
            Capability::Camera => &mut self.camera,
            Capability::Screen => &mut self.screen,
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
        let mut strictest = Verdict::Free;
        for level in Maturity::ALL.into_iter().rev() {
            let cell = self.cell_mut(level);
            strictest = strictest.max(cell.verdict);
            cell.verdict = strictest;
        }
    }
}
