//! A model's outputs by their shapes and names, with what its file says: as tables of candidates. Pure.

use super::{
    grid::{Grid, MOST_QUERIES},
    layout::{Form, Unit},
    table::Table,
    told::{Extra, Told},
};
use crate::analytics::engine::Output;

/// Classes of COCO, which models without names mostly know.
pub const COCO: usize = 80;

/// Numbers of boxes of models without a grid are round: multiples of this.
const ROUND: usize = 50;

/// Outputs with what is known of them.
pub struct Shapes<'a> {
    /// The outputs, in the file's order.
    pub outputs: &'a [Output],
    /// Width and height of the input in pixels.
    pub input: (usize, usize),
    /// What the file says.
    pub told: &'a Told,
}

impl Shapes<'_> {
    /// An output as rows, and as columns; none where it is no table.
    pub fn tables(&self, output: usize) -> Vec<Table> {
        let ([1, rows, columns] | [1, rows, 1, columns] | [rows, columns]) = self.outputs[output].shape[..]
        else {
            return Vec::new();
        };
        let table = |candidates, width, across| Table { output, candidates, width, across };
        vec![table(rows, columns, false), table(columns, rows, true)]
    }

    /// The grids that a table's candidates come from.
    pub fn grid(&self, table: &Table) -> Option<Grid> {
        Grid::of(table.candidates, self.input, self.told.stride)
    }

    /// Whether as many boxes are rather those of a model without a grid than of one of so few cells, which is
    /// chance where the file leaves the input's size open.
    pub fn are_round(&self, candidates: usize) -> bool {
        candidates <= MOST_QUERIES && candidates.is_multiple_of(ROUND)
    }

    /// The numbers of classes that `width` values of scores and what follows them may mean, with what
    /// follows. A number that is named is the only one.
    pub fn classes(&self, width: usize) -> Vec<(usize, Extra)> {
        let extras = self.told.extras(self.prototypes());
        let whole = |extra: &Extra| Some((width.checked_sub(extra.width())?, *extra));
        let all: Vec<(usize, Extra)> =
            extras.iter().filter_map(whole).filter(|(classes, _)| *classes > 0).collect();
        let known = self.told.names.filter(|names| all.iter().any(|(classes, _)| classes == names));
        all.into_iter().filter(|(classes, _)| known.is_none_or(|known| known == *classes)).collect()
    }

    /// Coefficients of a mask, where an output holds the prototypes of masks.
    pub fn prototypes(&self) -> Option<usize> {
        let of = |output: &Output| match output.shape[..] {
            [1, count, rows, columns] if rows * columns > count && self.outputs.len() > 1 => Some(count),
            _ => None,
        };
        self.outputs.iter().skip(1).find_map(of)
    }

    /// Whether a number of classes is the likeliest: as many as are named, or else as COCO has.
    pub fn is_likely(&self, classes: usize) -> bool {
        classes == self.told.names.unwrap_or(COCO)
    }

    /// The forms of boxes that are two corners: TensorFlow's have y before x. Where they come from a grid,
    /// their cells tell.
    pub fn corners(&self, table: Table) -> Vec<(Form, Unit)> {
        let both = |form| [(form, Unit::Pixels), (form, Unit::Fractions)];
        if self.told.from_tensorflow || self.name(table.output).contains("detection_boxes") {
            both(Form::YFirst).to_vec()
        } else if self.grid(&table).is_some() {
            [both(Form::Corners), both(Form::YFirst)].concat()
        } else {
            both(Form::Corners).to_vec()
        }
    }

    /// Name of an output in small letters.
    pub fn name(&self, output: usize) -> String {
        self.outputs[output].name.to_ascii_lowercase()
    }
}
