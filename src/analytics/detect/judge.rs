//! Whether a model's results may be laid out as supposed: what speaks against it. Pure.
//!
//! Most of it does not depend on what is in the picture: middles follow the cells of a grid, probabilities
//! lie between 0 and 1, corners are in order.

use super::{
    family::Family,
    grid::{Grid, MOST_QUERIES},
    layout::{Boxes, Form, Layout, Scores, Unit},
    spread::{Follows, Spread, share},
    table::Table,
};
use crate::analytics::engine::Tensor32;

/// Most candidates of a result that are looked at, spread over all of them.
const LOOKED_AT: usize = 1500;

/// Values that are not what they should be, as a part of all, from which on they speak against a layout: one
/// broken value does not.
const ODD: f32 = 0.02;

/// Rounding of scores that were computed in halves, or of numbers in floats.
const ROUNDING: f32 = 0.01;

/// Most that a logit differs from 0.
const MOST_LOGIT: f32 = 100.0;

/// Most logarithm of a size in cells: 3,000 of them.
const MOST_LOGARITHM: f32 = 8.0;

/// Most cells from a cell to the middle of its box.
const MOST_OFFSET: f32 = 20.0;

/// Confidence of a candidate that there is something.
const SURE: f32 = 0.5;

/// Most sure candidates of a grid, as a part of all, that are usual.
const MOST_SURE: f32 = 0.3;

/// Least rows from which their order tells something.
const TELLING_ROWS: usize = 20;

/// What a result says about a layout.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The result holds nothing to tell it by.
    Silent,
    /// The result fits.
    Fits,
    /// The result fits, and is unusual.
    Odd,
    /// The result cannot be laid out so, and why.
    Wrong(String),
}

/// Judges a layout by the outputs for an input of that width and height.
pub fn judge(layout: &Layout, outputs: &[Tensor32], input: (usize, usize)) -> Verdict {
    let boxes = Boxes::new(layout, outputs, input);
    let step = layout.boxes.candidates.div_ceil(LOOKED_AT).max(1);
    let rows = (0..layout.boxes.candidates).step_by(step);
    // What a suppression inside the model leaves over is padded with zeros.
    let rows: Vec<usize> = rows.filter(|n| is_something(boxes.raw(*n))).collect();
    if rows.is_empty() {
        return Verdict::Silent;
    }
    let looks = Looks { layout, outputs, boxes: &boxes, rows: &rows, input };
    match looks.scores().and_then(|()| looks.places()) {
        Ok(usual) if usual && looks.are_usual() => Verdict::Fits,
        Ok(_) => Verdict::Odd,
        Err(why) => Verdict::Wrong(why),
    }
}

fn is_something(raw: [f32; 4]) -> bool {
    raw.iter().all(|value| value.is_finite()) && raw.iter().any(|value| *value != 0.0)
}

/// The candidates of a result that are looked at.
struct Looks<'a> {
    layout: &'a Layout,
    outputs: &'a [Tensor32],
    boxes: &'a Boxes<'a>,
    rows: &'a [usize],
    input: (usize, usize),
}

impl Looks<'_> {
    /// A value of each row's scores.
    fn column(&self, value: usize) -> impl Iterator<Item = f32> {
        self.values(self.layout.scored, value)
    }

    /// A value of each row of a table.
    fn values(&self, table: Table, value: usize) -> impl Iterator<Item = f32> {
        let values = table.values(self.outputs);
        let all = self.rows.iter().filter_map(move |n| values.get(table.at(*n, value)).copied());
        all.filter(|value| value.is_finite())
    }

    /// Whether scores are what the layout says.
    fn scores(&self) -> Result<(), String> {
        match self.layout.scores {
            Scores::Each { first, classes } => {
                let all = classes + usize::from(self.layout.background);
                self.between("scores", (first..first + all).flat_map(|value| self.column(value)))?;
                if self.layout.background && !self.are_mostly_nothing(first, all) {
                    return Err("its last score is not that of the background".to_owned());
                }
            }
            Scores::Best { score, class } => {
                self.between("scores", self.column(score))?;
                numbers(self.values(self.layout.numbered, class))?;
            }
        }
        let Some(objectness) = self.layout.objectness else { return Ok(()) };
        self.between("values of objectness", self.column(objectness))?;
        // YOLOv6 leaves the place of the objectness in its exports, and fills it with ones.
        let ones = share(self.column(objectness), |value| value >= 1.0 - ROUNDING) >= 1.0 - ROUNDING;
        match (ones, self.layout.family) {
            (true, Family::Yolox) => Err("its objectness is always 1".to_owned()),
            (false, Family::V6) => Err("its objectness is not always 1".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether values are probabilities, or logits, as the layout says.
    fn between(&self, what: &str, values: impl Iterator<Item = f32>) -> Result<(), String> {
        let values: Vec<f32> = values.collect();
        let part = |is: fn(f32) -> bool| share(values.iter().copied(), is);
        let outside = part(|value| !(-ROUNDING..=1.0 + ROUNDING).contains(&value));
        let [least, most] = range(&values);
        if !self.layout.logits && outside > ODD {
            return Err(format!("its {what} reach from {least:.2} to {most:.2}, not from 0 to 1"));
        }
        if self.layout.logits && outside <= ODD {
            return Err(format!("its {what} lie between 0 and 1 already"));
        }
        if self.layout.logits && part(|value| value.abs() > MOST_LOGIT) > ODD {
            return Err(format!("its {what} reach from {least:.0} to {most:.0}, which no logits do"));
        }
        Ok(())
    }

    /// Whether boxes lie where the layout says; false where they are unusual.
    fn places(&self) -> Result<bool, String> {
        let raw: Vec<[f32; 4]> = self.rows.iter().map(|n| self.boxes.raw(*n)).collect();
        match self.layout.form {
            Form::Offsets => return self.offsets(&raw).map(|()| true),
            Form::Distances(_) => return likely(&raw).map(|()| true),
            Form::Middle => in_size(&raw)?,
            Form::Corners | Form::YFirst => in_order(&raw)?,
        }
        let few = self.layout.boxes.candidates <= MOST_QUERIES;
        let middles = self.middles();
        match (middles.follows, self.layout.unit) {
            (Follows::Pixels, Unit::Fractions) => return Err("its boxes are in pixels".to_owned()),
            (Follows::Fractions, Unit::Pixels) => return Err("its boxes are in fractions".to_owned()),
            _ => {}
        }
        let follows = middles.follows != Follows::Nothing;
        match self.layout.grid {
            None if follows && self.layout.family == Family::Detr => {
                Err("its boxes follow the cells of a grid".to_owned())
            }
            None => self.in_unit(&raw).map(|()| few || follows),
            // So few boxes may come from no grid at all.
            Some(_) if few && !follows => Err("its boxes follow no cells of a grid".to_owned()),
            Some(_) => middles.are_all_over().map(|()| follows),
        }
    }

    /// The middles of boxes, in pixels of the input.
    fn middles(&self) -> Spread {
        // As many boxes as cells may happen to come from no grid, and the other way round.
        let grid = self.layout.grid.clone();
        let grid = grid.or_else(|| Grid::of(self.layout.boxes.candidates, self.input, None));
        let cells = grid.map(|grid| grid.cells()).unwrap_or_default();
        let middle = |n: &usize| {
            let bbox = self.boxes.bbox(*n);
            [(bbox.x1 + bbox.x2) / 2.0, (bbox.y1 + bbox.y2) / 2.0]
        };
        let middles: Vec<[f32; 2]> = self.rows.iter().map(middle).collect();
        let cells: Vec<[f32; 2]> =
            self.rows.iter().filter_map(|n| cells.get(*n)).map(|cell| [cell.left, cell.top]).collect();
        Spread::new(&middles, &cells, (self.input, self.layout.unit == Unit::Fractions))
    }

    /// Whether values are offsets and logarithms, which follow no cell.
    fn offsets(&self, raw: &[[f32; 4]]) -> Result<(), String> {
        let places: Vec<[f32; 2]> = raw.iter().map(|[x, y, ..]| [*x, *y]).collect();
        let cells = self.layout.grid.as_ref().map(|grid| grid.cells()).unwrap_or_default();
        let cells: Vec<[f32; 2]> =
            self.rows.iter().filter_map(|n| cells.get(*n)).map(|cell| [cell.left, cell.top]).collect();
        if Spread::new(&places, &cells, (self.input, false)).follows != Follows::Nothing {
            return Err("its boxes are decoded".to_owned());
        }
        let sides = |n: usize| raw.iter().flat_map(move |row| [row[n], row[n + 1]]);
        if share(sides(0), |value| value.abs() > MOST_OFFSET) > ODD
            || share(sides(2), |value| value.abs() > MOST_LOGARITHM) > ODD
        {
            return Err("its boxes are no offsets and logarithms".to_owned());
        }
        Ok(())
    }

    /// Whether values are pixels, or fractions, of a model without a grid.
    fn in_unit(&self, raw: &[[f32; 4]]) -> Result<(), String> {
        let small = share(raw.iter().flatten().copied(), |value| (-0.5..=1.5).contains(&value));
        match self.layout.unit {
            Unit::Fractions if small < 1.0 - 5.0 * ODD => Err("its boxes are no fractions".to_owned()),
            Unit::Pixels if small > 1.0 - ODD => Err("its boxes are in fractions".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether the last of so many scores is the greatest one in most rows, and sure: that of nothing is.
    fn are_mostly_nothing(&self, first: usize, count: usize) -> bool {
        let (table, values) = (self.layout.scored, self.layout.scored.values(self.outputs));
        let score = |n: usize, value| values.get(table.at(n, value)).copied().unwrap_or(f32::NAN);
        let last = first + count - 1;
        let is_nothing = |n: &&usize| {
            let nothing = score(**n, last);
            self.layout.probability(nothing) >= SURE && (first..last).all(|value| score(**n, value) < nothing)
        };
        count > 1 && 2 * self.rows.iter().filter(is_nothing).count() > self.rows.len()
    }

    /// Whether scores are as they usually are: nearly all candidates of a grid are nothing.
    fn are_usual(&self) -> bool {
        let grid = self.layout.grid.is_some() && self.rows.len() >= TELLING_ROWS;
        let Scores::Each { first, classes } = self.layout.scores else { return true };
        if self.layout.family == Family::Detr && !self.layout.background {
            return !self.are_mostly_nothing(first, classes);
        }
        let sure = |value| share(self.column(value), |score| self.layout.probability(score) >= SURE);
        !grid || (first..first + classes).all(|value| sure(value) <= MOST_SURE)
    }
}

/// Whether sizes are none below zero.
fn in_size(raw: &[[f32; 4]]) -> Result<(), String> {
    let negative = share(raw.iter().flat_map(|row| [row[2], row[3]]), |size| size < -ROUNDING);
    let ordered = ordered(raw);
    if negative > ODD {
        return Err("its boxes have sizes below zero".to_owned());
    }
    if raw.len() >= TELLING_ROWS && ordered > 1.0 - ODD {
        return Err("its boxes are corners".to_owned());
    }
    Ok(())
}

/// Whether each lower right corner lies right of and below its upper left one.
fn in_order(raw: &[[f32; 4]]) -> Result<(), String> {
    if ordered(raw) > 1.0 - 5.0 * ODD { Ok(()) } else { Err("its boxes are no corners".to_owned()) }
}

/// Boxes whose last two values are not less than the first two, as a part of all.
fn ordered(raw: &[[f32; 4]]) -> f32 {
    let ordered = raw.iter().filter(|row| row[2] >= row[0] && row[3] >= row[1]).count();
    ordered as f32 / raw.len() as f32
}

/// Whether values are logits of distances.
fn likely(raw: &[[f32; 4]]) -> Result<(), String> {
    if share(raw.iter().flatten().copied(), |value| value.abs() > MOST_LOGIT) > ODD {
        return Err("its boxes are no distributions of distances".to_owned());
    }
    Ok(())
}

/// Whether values are numbers of classes.
fn numbers(values: impl Iterator<Item = f32>) -> Result<(), String> {
    let odd = share(values, |value| (value - value.round()).abs() > ROUNDING || value < -ROUNDING);
    if odd > ODD { Err("its classes are no whole numbers".to_owned()) } else { Ok(()) }
}

/// The least and the greatest value.
fn range(values: &[f32]) -> [f32; 2] {
    [values.iter().copied().fold(f32::MAX, f32::min), values.iter().copied().fold(f32::MIN, f32::max)]
}
