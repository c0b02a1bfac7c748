//! The ways in which a model's outputs may be read, by their shapes and by what its file says. Pure.
//!
//! Which of them it is, its first results tell (`trial`).

use super::{
    grid::MOST_QUERIES,
    layout::{Form, Layout},
    plan::BOX,
    shapes::Shapes,
    table::Table,
    told::Told,
};
use crate::analytics::engine::{Cut, Output};

/// Least boxes of a model without a grid.
const LEAST_QUERIES: usize = 10;

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
        let fits = |layout: &Layout| (layout.form == Form::Middle) == is_centred;
        if found.iter().any(fits) {
            found.retain(fits);
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
    let mut found = shapes.parts();
    if found.is_empty() {
        found = shapes.split()?;
    }
    if found.is_empty() {
        let single = (0..outputs.len()).map(|n| shapes.single(n)).find(|found| !found.is_empty());
        found = single.ok_or_else(|| unread(outputs, input))?;
    }
    if let Some(names) = told.names {
        let fits = |layout: &Layout| layout.classes().is_none_or(|classes| classes == names);
        if !found.iter().any(fits) {
            return Err(miscounted(names, &found));
        }
        found.retain(fits);
    }
    if let Some(head) = told.head.filter(|head| found.iter().any(|layout| layout.family == *head)) {
        found.retain(|layout| layout.family == head);
    }
    Ok(found)
}

/// What is said where all layouts tell another number of classes than is named.
fn miscounted(names: usize, found: &[Layout]) -> String {
    let classes = found.first().and_then(Layout::classes).unwrap_or_default();
    let named = if names == 1 { "1 class".to_owned() } else { format!("{names} classes") };
    format!(
        "it names {named} and its outputs tell {classes}: name them all, in its metadata or one a line in a \
         file beside it that ends in .names, or export it with the decoding inside"
    )
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

impl Shapes<'_> {
    /// Layouts of an output that holds boxes and scores.
    fn single(&self, output: usize) -> Vec<Layout> {
        let is_table = |table: &Table| table.width > BOX && table.candidates >= LEAST_QUERIES;
        let tables: Vec<Table> = self.tables(output).into_iter().filter(is_table).collect();
        let of_grid = |table: &Table| self.grid(table).map(|grid| self.gridded(*table, &grid));
        let found: Vec<Layout> = tables.iter().filter_map(of_grid).flatten().collect();
        let Some(rows) = tables.into_iter().find(|table| !table.across && table.candidates <= MOST_QUERIES)
        else {
            return found;
        };
        if self.told.end_to_end || found.is_empty() || self.are_round(rows.candidates) {
            [self.queries(rows), found].concat()
        } else {
            // As many boxes may happen to fit a grid.
            [found, self.end_to_end(rows)].concat()
        }
    }
}
