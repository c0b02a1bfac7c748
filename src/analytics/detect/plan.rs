//! A layout that is put together piece by piece, in the forms that its boxes may have. Pure.

use super::{
    family::Family,
    grid::Grid,
    layout::{Form, Layout, Scores, Unit},
    table::Table,
    told::Extra,
};

/// Values of a box.
pub const BOX: usize = 4;

/// Forms of decoded boxes, the likeliest first.
pub const DECODED: [(Form, Unit); 2] = [(Form::Middle, Unit::Pixels), (Form::Middle, Unit::Fractions)];

/// A layout that is being put together.
pub struct Plan(pub Layout);

impl Plan {
    /// Boxes at the beginning of each candidate of a grid, and a score.
    pub fn new(family: Family, table: Table, grid: &Grid) -> Plan {
        let mut plan = Plan::free(family, table);
        (plan.0.grid, plan.0.suppressed) = (Some(grid.clone()), false);
        plan
    }

    /// Boxes at the beginning of each row, none of which needs to be suppressed.
    pub fn free(family: Family, table: Table) -> Plan {
        Plan(Layout {
            family,
            boxes: table,
            first: 0,
            form: Form::Middle,
            unit: Unit::Pixels,
            angle: None,
            scored: table,
            numbered: table,
            objectness: None,
            scores: Scores::Each { first: BOX, classes: 1 },
            background: false,
            counted_from_one: false,
            logits: false,
            suppressed: true,
            grid: None,
        })
    }

    /// Scores of each class, and what follows.
    pub fn scores(&self, first: usize, classes: usize, extra: Extra) -> Plan {
        let angle = (extra == Extra::Angle).then_some(first + classes);
        Plan(Layout { scores: Scores::Each { first, classes }, angle, ..self.0.clone() })
    }

    /// The score of the best class, and its number.
    pub fn best(self, score: usize, class: usize) -> Plan {
        Plan(Layout { scores: Scores::Best { score, class }, ..self.0 })
    }

    /// One more score behind those of the classes, which says that there is nothing.
    pub fn background(self) -> Plan {
        Plan(Layout { background: true, ..self.0 })
    }

    /// Classes that are counted from 1.
    pub fn counted_from_one(self) -> Plan {
        Plan(Layout { counted_from_one: true, ..self.0 })
    }

    /// Boxes from that value on.
    pub fn boxes(self, first: usize) -> Plan {
        Plan(Layout { first, ..self.0 })
    }

    /// Objectness behind the box.
    pub fn objectness(self) -> Plan {
        Plan(Layout { objectness: Some(BOX), ..self.0 })
    }

    /// A layout for each form of boxes, with probabilities and with logits.
    pub fn variants(&self, forms: &[(Form, Unit)]) -> Vec<Layout> {
        let of = |logits| forms.iter().map(move |&(form, unit)| (form, unit, logits));
        let layout = |(form, unit, logits)| Layout { form, unit, logits, ..self.0.clone() };
        of(false).chain(of(true)).map(layout).collect()
    }
}
