//! The ways in which an output may be read whose candidates come from a grid. Pure.

use super::{
    family::Family,
    grid::Grid,
    layout::{Form, Layout, Unit},
    plan::{BOX, DECODED, Plan},
    shapes::{COCO, Shapes},
    table::Table,
    told::Extra,
};

/// Distances that a side of NanoDet's boxes is told by, as models are published (`reg_max` + 1).
const BINS: [usize; 3] = [8, 11, 17];

/// Most distances that a side of NanoDet's boxes is told by, where the file says that it is one.
const MOST_BINS: usize = 33;

/// Least distances that a side of NanoDet's boxes is told by, where the file says that it is one.
const LEAST_BINS: usize = 5;

impl Shapes<'_> {
    /// Layouts of a table that comes from this grid.
    pub fn gridded(&self, table: Table, grid: &Grid) -> Vec<Layout> {
        if grid.anchors > 1 { self.anchored(table, grid) } else { self.free(table, grid) }
    }

    /// Layouts of a grid of three boxes a cell: v5, v7.
    fn anchored(&self, table: Table, grid: &Grid) -> Vec<Layout> {
        let whole = table.width.saturating_sub(BOX + 1);
        let plan = |(classes, extra)| Plan::new(Family::V5, table, grid).scores(BOX + 1, classes, extra);
        self.classes(whole).into_iter().flat_map(|of| plan(of).objectness().variants(&DECODED)).collect()
    }

    /// Layouts of a grid of one box a cell, whose candidates are rows (YOLOX, v6) or columns (v8).
    fn free(&self, table: Table, grid: &Grid) -> Vec<Layout> {
        let plain = self.plain(table, grid);
        if table.across {
            return plain;
        }
        let whole = table.width.saturating_sub(BOX + 1);
        let (mut sure, mut doubtful) = (Vec::new(), Vec::new());
        for (classes, extra) in self.classes(whole) {
            let plan = |family| Plan::new(family, table, grid).scores(BOX + 1, classes, extra).objectness();
            let to = if self.is_likely(classes) { &mut sure } else { &mut doubtful };
            to.extend(plan(Family::Yolox).variants(&[(Form::Offsets, Unit::Pixels)]));
            to.extend(plan(Family::Yolox).variants(&DECODED));
            to.extend(plan(Family::V6).variants(&DECODED));
        }
        let likely = |layout: &Layout| layout.classes().is_some_and(|classes| self.is_likely(classes));
        let (plain_sure, plain_doubtful): (Vec<Layout>, Vec<Layout>) = plain.into_iter().partition(likely);
        let found = [sure, plain_sure, self.distances(table, grid)].concat();
        // What the number of classes speaks for leaves no room for what it does not.
        if found.is_empty() { [doubtful, plain_doubtful].concat() } else { found }
    }

    /// Layouts without objectness: box first, or scores first.
    fn plain(&self, table: Table, grid: &Grid) -> Vec<Layout> {
        let mut found = Vec::new();
        for (classes, extra) in self.classes(table.width - BOX) {
            let plan = Plan::new(Family::V8, table, grid).scores(BOX, classes, extra);
            found.extend(plan.variants(&DECODED));
            if extra == Extra::Nothing {
                found.extend(plan.scores(0, classes, extra).boxes(classes).variants(&DECODED));
            }
        }
        found
    }

    /// Layouts with a distribution of distances behind the scores: NanoDet.
    fn distances(&self, table: Table, grid: &Grid) -> Vec<Layout> {
        let classes = self.told.names.unwrap_or(COCO);
        let rest = table.width.saturating_sub(classes);
        let bins = rest / BOX;
        let is_told = self.told.head == Some(Family::NanoDet) && (LEAST_BINS..=MOST_BINS).contains(&bins);
        if !rest.is_multiple_of(BOX) || !(is_told || BINS.contains(&bins)) {
            return Vec::new();
        }
        let plan = Plan::new(Family::NanoDet, table, grid).scores(0, classes, Extra::Nothing).boxes(classes);
        plan.variants(&[(Form::Distances(bins), Unit::Pixels)])
    }
}
