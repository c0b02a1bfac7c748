//! The ways in which a model's outputs may be read, by their shapes and by what its file says. Pure.
//!
//! Which of them it is, its first results tell (`trial`).

use super::{
    family::Family,
    grid::{Grid, MOST_QUERIES},
    layout::{Form, Layout, Unit},
    plan::{BOX, DECODED, Plan},
    table::Table,
    told::{Extra, Told},
};
use crate::analytics::engine::{Cut, Output};

/// Classes of COCO, which models without names mostly know.
const COCO: usize = 80;

/// Least boxes of a model without a grid.
const LEAST_QUERIES: usize = 10;

/// Distances that a side of NanoDet's boxes is told by, as models are published (`reg_max` + 1).
const BINS: [usize; 3] = [8, 11, 17];

/// Most distances that a side of NanoDet's boxes is told by, where the file says that it is one.
const MOST_BINS: usize = 33;

/// Least distances that a side of NanoDet's boxes is told by, where the file says that it is one.
const LEAST_BINS: usize = 5;

/// The layouts that outputs may have, the likeliest first, for an input of that width and height. Where a
/// suppression was `cut` off, overlapping boxes of the same thing are among them.
///
/// # Errors
/// What was found, and what to do, where there is none.
pub fn readings(
    outputs: &[Output],
    input: (usize, usize),
    told: &Told,
    cut: Option<Cut>,
) -> Result<Vec<Layout>, String> {
    let Some(cut) = cut else { return uncut(outputs, input, told) };
    // What came behind the cut is not there any more.
    let told = Told { end_to_end: false, ..told.clone() };
    let mut found = uncut(outputs, input, &told)?;
    found.iter_mut().for_each(|layout| layout.suppressed = false);
    if let Cut::Apart { is_centred } = cut {
        let form = if is_centred { Form::Middle } else { Form::Corners };
        if found.iter().any(|layout| layout.form == form) {
            found.retain(|layout| layout.form == form);
        }
    }
    Ok(found)
}

/// The layouts of outputs as they are.
fn uncut(outputs: &[Output], input: (usize, usize), told: &Told) -> Result<Vec<Layout>, String> {
    if let Some(task @ ("classify" | "depth" | "semantic")) = told.task.as_deref() {
        return Err(format!("its task is {task}, which gives no boxes; a detector is needed"));
    }
    let shapes = Shapes { outputs, input, told };
    let mut found = shapes.split()?;
    if found.is_empty() {
        let single = (0..outputs.len()).map(|n| shapes.single(n)).find(|found| !found.is_empty());
        found = single.ok_or_else(|| unread(outputs, input))?;
    }
    if let Some(why) = told.names.and_then(|names| miscounted(names, &found)) {
        return Err(why);
    }
    if let Some(head) = told.head.filter(|head| found.iter().any(|layout| layout.family == *head)) {
        found.retain(|layout| layout.family == head);
    }
    Ok(found)
}

/// What is said where a grid's layouts all tell another number of classes than is named; others may have a
/// class for what is nothing.
fn miscounted(names: usize, found: &[Layout]) -> Option<String> {
    let is_other =
        |layout: &Layout| layout.grid.is_some() && layout.classes().is_some_and(|classes| classes != names);
    let classes = found.iter().all(is_other).then(|| found.first()?.classes()).flatten()?;
    let named = if names == 1 { "1 class".to_owned() } else { format!("{names} classes") };
    Some(format!(
        "it names {named} and its outputs tell {classes}: name them all, in its metadata or one a line in a \
         file beside it that ends in .names, or export it with the decoding inside"
    ))
}

/// What is said of outputs that no layout has.
fn unread(outputs: &[Output], input: (usize, usize)) -> String {
    let told = |output: &Output| format!("{} {:?}", output.name, output.shape).trim().to_owned();
    let found: Vec<String> = outputs.iter().map(told).collect();
    let maps = |output: &Output| output.shape.len() >= 4;
    let hint = match outputs {
        [one] if one.shape.len() == 2 && one.shape[0] == 1 => {
            "these are scores of whole pictures: it sorts pictures, and finds nothing in them"
        }
        [_, ..] if outputs.iter().all(maps) => {
            "these are maps of features: export it with the decoding inside"
        }
        _ => "no grid of strides 4 to 128 has so many cells; export it with the decoding inside",
    };
    format!(
        "it gives {} for {}x{}: {hint} (docs/analytics.md says what is read)",
        found.join(", "),
        input.0,
        input.1
    )
}

/// Outputs with what is known of them.
struct Shapes<'a> {
    outputs: &'a [Output],
    input: (usize, usize),
    told: &'a Told,
}

impl Shapes<'_> {
    /// An output as rows, and as columns; none where it is no table.
    fn tables(&self, output: usize) -> Vec<Table> {
        let ([1, rows, columns] | [1, rows, 1, columns] | [rows, columns]) = self.outputs[output].shape[..]
        else {
            return Vec::new();
        };
        let table = |candidates, width, across| Table { output, candidates, width, across };
        vec![table(rows, columns, false), table(columns, rows, true)]
    }

    /// The grids that a table's candidates come from.
    fn grid(&self, table: &Table) -> Option<Grid> {
        Grid::of(table.candidates, self.input, self.told.stride)
    }

    /// Layouts of an output that holds boxes and scores.
    fn single(&self, output: usize) -> Vec<Layout> {
        let is_table = |table: &Table| table.width > BOX && table.candidates >= LEAST_QUERIES;
        let tables: Vec<Table> = self.tables(output).into_iter().filter(is_table).collect();
        let gridded = tables.iter().flat_map(|table| match self.grid(table) {
            Some(grid) if grid.anchors > 1 => self.anchored(*table, &grid),
            Some(grid) => self.free(*table, &grid),
            None => Vec::new(),
        });
        let found: Vec<Layout> = gridded.collect();
        let Some(rows) = tables.into_iter().find(|table| !table.across && table.candidates <= MOST_QUERIES)
        else {
            return found;
        };
        if self.told.end_to_end {
            [self.queries(rows), found].concat()
        } else if found.is_empty() {
            self.queries(rows)
        } else {
            // As many boxes may happen to fit a grid.
            [found, self.end_to_end(rows)].concat()
        }
    }

    /// The numbers of classes that `width` values of scores and what follows them may mean, with what
    /// follows. A number that is named is the only one.
    fn classes(&self, width: usize) -> Vec<(usize, Extra)> {
        let extras = self.told.extras(self.prototypes());
        let whole = |extra: &Extra| Some((width.checked_sub(extra.width())?, *extra));
        let all: Vec<(usize, Extra)> =
            extras.iter().filter_map(whole).filter(|(classes, _)| *classes > 0).collect();
        let known = self.told.names.filter(|names| all.iter().any(|(classes, _)| classes == names));
        all.into_iter().filter(|(classes, _)| known.is_none_or(|known| known == *classes)).collect()
    }

    /// Coefficients of a mask, where an output holds the prototypes of masks.
    fn prototypes(&self) -> Option<usize> {
        let of = |output: &Output| match output.shape[..] {
            [1, count, rows, columns] if rows * columns > count && self.outputs.len() > 1 => Some(count),
            _ => None,
        };
        self.outputs.iter().skip(1).find_map(of)
    }

    /// Whether a number of classes is the likeliest: as many as are named, or else as COCO has.
    fn is_likely(&self, classes: usize) -> bool {
        classes == self.told.names.unwrap_or(COCO)
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

    /// Layouts without a grid, of a few hundred rows: end to end, DETR.
    fn queries(&self, table: Table) -> Vec<Layout> {
        let detr = self.transformer(table, table, BOX);
        let ends = self.end_to_end(table);
        let named = self.told.names.is_some_and(|names| names == table.width - BOX);
        let is_detr = (named || table.width - BOX == COCO) && table.width > BOX + 3;
        if self.told.end_to_end && !ends.is_empty() {
            ends
        } else if is_detr {
            detr
        } else {
            [ends, detr].concat()
        }
    }

    /// Layouts of rows with a score and the number of a class.
    fn end_to_end(&self, table: Table) -> Vec<Layout> {
        let plan = |score, class| Plan::free(Family::EndToEnd, table).best(score, class);
        let corners = [(Form::Corners, Unit::Pixels), (Form::Corners, Unit::Fractions)];
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
        }
        found
    }

    /// Layouts of a few hundred boxes with a score for each class.
    fn transformer(&self, boxes: Table, scored: Table, first: usize) -> Vec<Layout> {
        let mut plan = Plan::free(Family::Detr, boxes).scores(first, scored.width - first, Extra::Nothing);
        plan.0.scored = scored;
        let fractions = [(Form::Middle, Unit::Fractions), (Form::Corners, Unit::Fractions)];
        let pixels = [(Form::Middle, Unit::Pixels), (Form::Corners, Unit::Pixels)];
        [plan.variants(&fractions), plan.variants(&pixels)].concat()
    }

    /// Layouts of boxes in one output and scores in another.
    fn split(&self) -> Result<Vec<Layout>, String> {
        let all: Vec<Table> = (0..self.outputs.len()).flat_map(|n| self.tables(n)).collect();
        let is_box = |table: &&Table| table.width == BOX && table.candidates > 1;
        let mut boxes: Vec<&Table> = all.iter().filter(is_box).collect();
        // Where there are as many classes as sides, the name tells.
        let named = |table: &Table| ["box", "dets", "loc", "reg"].map(|word| self.name(table).contains(word));
        boxes.sort_by_key(|table| !named(table).contains(&true));
        let scores = |of: &Table| {
            let fits = |table: &&Table| {
                table.output != of.output && table.candidates == of.candidates && table.width > 0
            };
            all.iter().find(fits)
        };
        let Some((of, scored)) = boxes.into_iter().find_map(|of| Some((*of, *scores(of)?))) else {
            return Ok(Vec::new());
        };
        if self.told.names.is_some_and(|names| scored.width == names + 1) {
            return Err(format!(
                "it scores {} classes and names {}: one more for the background, which is not read; export \
                 it with scores for its classes alone",
                scored.width,
                scored.width - 1
            ));
        }
        Ok(self.pair(of, scored))
    }

    /// Layouts of a table of boxes and one of scores.
    fn pair(&self, of: Table, scored: Table) -> Vec<Layout> {
        let every = [DECODED, [(Form::Corners, Unit::Pixels), (Form::Corners, Unit::Fractions)]].concat();
        if let Some(grid) = self.grid(&of) {
            let mut plan = Plan::new(Family::V8, of, &grid).scores(0, scored.width, Extra::Nothing);
            plan.0.scored = scored;
            return plan.variants(&every);
        }
        if of.candidates <= MOST_QUERIES { self.transformer(of, scored, 0) } else { Vec::new() }
    }

    fn name(&self, table: &Table) -> String {
        self.outputs[table.output].name.to_ascii_lowercase()
    }
}
