//! The ways in which an output may be read that holds a few hundred boxes without a grid: transformers, and
//! models with their suppression inside. Pure.

use super::{
    family::Family,
    layout::{Form, Layout, Unit},
    plan::{BOX, DECODED, Plan},
    shapes::{COCO, Shapes},
    table::Table,
    told::Extra,
};

impl Shapes<'_> {
    /// Layouts without a grid, of a few hundred rows: end to end, DETR.
    pub fn queries(&self, table: Table) -> Vec<Layout> {
        let detr = self.transformer(table, table, BOX);
        let ends = self.end_to_end(table);
        let scores = table.width - BOX;
        let named = self.told.names.is_some_and(|names| names == scores || names + 1 == scores);
        let is_detr = (named || scores == COCO) && table.width > BOX + 3;
        if self.told.end_to_end && !ends.is_empty() {
            ends
        } else if is_detr {
            detr
        } else {
            [ends, detr].concat()
        }
    }

    /// Layouts of rows with a score and the number of a class.
    pub fn end_to_end(&self, table: Table) -> Vec<Layout> {
        let plan = |score, class| Plan::free(Family::EndToEnd, table).best(score, class);
        let corners = self.ends();
        let extras = self.told.extras(self.prototypes());
        let mut found = Vec::new();
        if extras.iter().any(|extra| table.width.checked_sub(BOX + 2) == Some(extra.width())) {
            if self.told.is("obb") {
                let mut turned = plan(BOX, BOX + 1);
                turned.0.angle = Some(BOX + 2);
                return turned.variants(&DECODED);
            }
            found.extend(plan(BOX, BOX + 1).variants(&corners));
            found.extend(plan(BOX + 1, BOX).variants(&corners));
        }
        if table.width == BOX + 3 {
            // The number of the picture comes first: v7 with its suppression inside.
            found.extend(plan(BOX + 2, BOX + 1).boxes(1).variants(&corners));
            // EfficientDet, which alone has the score before the class.
            let y_first = [(Form::YFirst, Unit::Pixels), (Form::YFirst, Unit::Fractions)];
            found.extend(plan(BOX + 1, BOX + 2).boxes(1).counted_from_one().variants(&y_first));
        }
        found
    }

    /// The forms of boxes of rows that come from no grid, though as many may happen to fit one.
    pub fn ends(&self) -> [(Form, Unit); 2] {
        let form = if self.told.from_tensorflow { Form::YFirst } else { Form::Corners };
        [(form, Unit::Pixels), (form, Unit::Fractions)]
    }

    /// Layouts of a few hundred boxes with a score for each class, and in DETR one more for nothing.
    pub fn transformer(&self, boxes: Table, scored: Table, first: usize) -> Vec<Layout> {
        let scores = scored.width - first;
        let plan = |classes| {
            let mut plan = Plan::free(Family::Detr, boxes).scores(first, classes, Extra::Nothing);
            (plan.0.scored, plan.0.numbered) = (scored, scored);
            plan
        };
        let middles = [(Form::Middle, Unit::Fractions), (Form::Middle, Unit::Pixels)];
        let corners = self.ends();
        let forms = [middles[0], corners[1], middles[1], corners[0]];
        let plain = plan(scores).variants(&forms);
        let nothing = if scores > 1 { plan(scores - 1).background().variants(&forms) } else { Vec::new() };
        match self.told.names {
            Some(names) if names + 1 == scores => nothing,
            Some(names) if names == scores => plain,
            _ => [plain, nothing].concat(),
        }
    }
}
