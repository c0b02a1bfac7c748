//! A picture in a terminal: each character is two samples, one above the other. Pure.
//!
//! A character that has hardly changed stays, and where the terminal is far away only so many change with
//! each picture, those that differ most or have waited longest first: a character takes about 45 bytes of its
//! link.

use std::ops::Range;

use ratatui::{
    style::{Color, Style},
    text::{Line, Span},
};

use crate::nouns::picture::Planes;

/// The upper half of a character's cell; the lower half is its background.
const HALF: &str = "\u{2580}";

/// Difference of a colour's parts, of 255, up to which a character stays as it is: less is hardly seen.
const UNSEEN: u8 = 10;

/// Width and height of the groups of characters that have one colour in the first picture of a far terminal.
const COARSE: (usize, usize) = (4, 2);

/// Red, green and blue.
type Rgb = [u8; 3];

/// The colours of a character: the upper one, and the lower one.
type Cell = [Rgb; 2];

/// A picture as it stands on a terminal.
#[derive(Debug, Default)]
pub struct Picture {
    columns: usize,
    /// Row by row.
    cells: Vec<Cell>,
    /// Pictures for which each character has waited to change.
    waited: Vec<u32>,
    /// Characters that change with a picture at most; `None` for all.
    most: Option<usize>,
}

impl Picture {
    /// No picture yet, on a terminal where at most so many characters may change with each; `None` for all.
    pub fn on(most: Option<usize>) -> Self {
        Self { most, ..Self::default() }
    }

    /// Takes a newer picture, which is to fit into so many columns and rows, its shape kept.
    pub fn take(&mut self, planes: &Planes, columns: usize, rows: usize) {
        let (columns, cells) = cells(planes, columns, rows);
        if (self.columns, self.cells.len()) != (columns, cells.len()) {
            self.cells = if self.most.is_some() { coarse(columns, &cells) } else { cells };
            (self.columns, self.waited) = (columns, vec![0; self.cells.len()]);
            return;
        }
        let differences = self.cells.iter().zip(&cells).map(|(shown, new)| difference(shown, new));
        let mut changed: Vec<(u32, usize)> = Vec::new();
        for (at, (difference, waited)) in differences.zip(&mut self.waited).enumerate() {
            *waited = if difference > UNSEEN { *waited + 1 } else { 0 };
            if difference > UNSEEN {
                // One that differs little has its turn as well where others change all the time.
                changed.push((u32::from(difference) * *waited, at));
            }
        }
        if let Some(most) = self.most.filter(|most| *most < changed.len()) {
            changed.select_nth_unstable_by(most, |one, other| other.cmp(one));
            changed.truncate(most);
        }
        for (_, at) in changed {
            (self.cells[at], self.waited[at]) = (cells[at], 0);
        }
    }

    /// Forgets what is shown: the next picture is another camera's.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.waited.clear();
        self.columns = 0;
    }

    /// Returns the picture as lines of characters; none before the first.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let [upper, lower] = [0, 1].map(|half| move |cell: &Cell| Color::from(cell[half]));
        let span = |cell: &Cell| Span::styled(HALF, Style::new().fg(upper(cell)).bg(lower(cell)));
        self.cells.chunks(self.columns.max(1)).map(|row| row.iter().map(span).collect()).collect()
    }
}

/// Returns the number of columns of a picture that fits into so many columns and rows, and its characters.
fn cells(planes: &Planes, columns: usize, rows: usize) -> (usize, Vec<Cell>) {
    let (width, height) = (planes.width, planes.height);
    if width == 0 || height == 0 || columns == 0 || rows == 0 {
        return (0, Vec::new());
    }
    // A character is about twice as high as it is wide.
    let columns = columns.min(rows * 2 * width / height).max(1);
    let halves = (columns * height / width).clamp(1, rows * 2);
    let sample = |column: usize, half: usize| {
        let part = |at: usize, of: usize, length: usize| {
            let begin = (at * length / of).min(length - 1);
            begin..((at + 1) * length / of).clamp(begin + 1, length)
        };
        colour(planes, part(column, columns, width), part(half, halves, height))
    };
    let cell =
        |column: usize, row: usize| [sample(column, 2 * row), sample(column, (2 * row + 1).min(halves - 1))];
    let rows = 0..halves.div_ceil(2);
    (
        columns,
        rows.flat_map(|row| (0..columns).map(move |column| (column, row))).map(|(c, r)| cell(c, r)).collect(),
    )
}

/// Returns characters as groups that share the colours of the one in their middle.
fn coarse(columns: usize, cells: &[Cell]) -> Vec<Cell> {
    let rows = cells.len() / columns.max(1);
    let middle =
        |at: usize, group: usize, of: usize| (at / group * group + group / 2).min(of.saturating_sub(1));
    let at = |index: usize| {
        let (column, row) =
            (middle(index % columns, COARSE.0, columns), middle(index / columns, COARSE.1, rows));
        cells[row * columns + column]
    };
    (0..cells.len()).map(at).collect()
}

/// Returns the largest difference of any part of the colours of two characters.
fn difference(one: &Cell, other: &Cell) -> u8 {
    let parts = one.as_flattened().iter().zip(other.as_flattened());
    parts.map(|(one, other)| one.abs_diff(*other)).max().unwrap_or_default()
}

/// The mean colour of a part of a picture: JPEG's YCbCr as red, green and blue (JFIF 1.02, section 7).
fn colour(planes: &Planes, columns: Range<usize>, rows: Range<usize>) -> Rgb {
    let mean = |plane: &[u8], stride: usize, columns: Range<usize>, rows: Range<usize>| {
        let count = (columns.len() * rows.len()) as f32;
        let row = |row: usize| {
            plane[row * stride..][columns.clone()].iter().map(|value| u32::from(*value)).sum::<u32>()
        };
        rows.map(row).sum::<u32>() as f32 / count
    };
    let half = |range: &Range<usize>| range.start / 2..range.end.div_ceil(2);
    let chroma = |plane: &[u8]| mean(plane, planes.width.div_ceil(2), half(&columns), half(&rows)) - 128.0;
    let (blue, red) = (chroma(&planes.u), chroma(&planes.v));
    let luma = mean(&planes.y, planes.width, columns.clone(), rows.clone());
    let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    [byte(luma + 1.402 * red), byte(luma - 0.344_136 * blue - 0.714_136 * red), byte(luma + 1.772 * blue)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture on a terminal of 80 columns and 40 rows after these pictures, all grey.
    fn after(most: Option<usize>, greys: &[u8]) -> Picture {
        let mut picture = Picture::on(most);
        for grey in greys {
            picture.take(&Planes::grey(320, 180, *grey), 80, 40);
        }
        picture
    }

    /// How many characters are of each of these greys.
    fn counts<const N: usize>(picture: &Picture, greys: [u8; N]) -> [usize; N] {
        greys.map(|grey| picture.cells.iter().filter(|cell| **cell == [[grey; 3]; 2]).count())
    }

    #[test]
    fn a_picture_keeps_its_shape_and_fits() {
        let grey = Planes::grey(320, 180, 128);
        let shape = |columns, rows| {
            let mut picture = Picture::on(None);
            picture.take(&grey, columns, rows);
            let lines = picture.lines();
            (lines.first().map_or(0, Line::width), lines.len())
        };
        assert_eq!(shape(80, 40), (80, 23));
        assert_eq!(shape(80, 10), (35, 10));
        assert_eq!(shape(500, 200), (500, 141));
        assert_eq!((shape(0, 10), shape(10, 0)), ((0, 0), (0, 0)));
    }

    #[test]
    fn a_sample_is_the_mean_of_what_it_covers() {
        let mut planes = Planes::grey(4, 4, 128);
        assert_eq!(colour(&planes, 1..2, 1..2), [128; 3]);
        planes.y[..4].fill(28);
        assert_eq!(colour(&planes, 0..4, 0..2), [78; 3]);
    }

    #[test]
    fn what_has_hardly_changed_stays() {
        assert_eq!(counts(&after(None, &[100, 110]), [100, 110]), [80 * 23, 0]);
        assert_eq!(counts(&after(None, &[100, 111]), [100, 111]), [0, 80 * 23]);
        // What changes slowly is seen in the end.
        assert_eq!(counts(&after(None, &[100, 106, 112]), [100, 112]), [0, 80 * 23]);
    }

    #[test]
    fn only_so_many_change_on_a_far_terminal() {
        assert_eq!(counts(&after(Some(400), &[100, 200]), [100, 200]), [80 * 23 - 400, 400]);
        assert_eq!(counts(&after(Some(400), &[100, 200, 200]), [100, 200]), [80 * 23 - 800, 800]);
    }

    #[test]
    fn what_differs_most_changes_first() {
        let mut picture = after(Some(80), &[100]);
        let mut planes = Planes::grey(320, 180, 150);
        planes.y[..320 * 8].fill(250);
        picture.take(&planes, 80, 40);
        assert!(picture.cells[..80].iter().all(|cell| *cell == [[250; 3]; 2]));
        assert_eq!(counts(&picture, [150]), [0]);
    }

    #[test]
    fn what_differs_little_has_its_turn_where_others_change_all_the_time() {
        let mut picture = after(Some(80), &[100]);
        for turn in 0..60 {
            // The upper rows flicker; the others have become a little brighter.
            let mut planes = Planes::grey(320, 180, 130);
            planes.y[..320 * 40].fill(if turn % 2 == 0 { 250 } else { 20 });
            picture.take(&planes, 80, 40);
        }
        assert!(counts(&picture, [130])[0] > 80 * 10, "{:?}", counts(&picture, [100, 130]));
    }

    #[test]
    fn the_first_picture_of_a_far_terminal_is_coarse() {
        let mut planes = Planes::grey(320, 180, 128);
        for (at, luma) in planes.y.iter_mut().enumerate() {
            *luma = (at % 320 * 255 / 320) as u8;
        }
        let colours = |most| {
            let mut picture = Picture::on(most);
            picture.take(&planes, 80, 40);
            picture.cells[..80].chunk_by(|one, other| one == other).count()
        };
        assert_eq!((colours(None), colours(Some(400))), (80, 20));
    }

    #[test]
    fn another_camera_begins_anew() {
        let mut picture = after(Some(1), &[100]);
        picture.clear();
        assert!(picture.lines().is_empty());
        picture.take(&Planes::grey(320, 180, 200), 80, 40);
        assert_eq!(counts(&picture, [200]), [80 * 23]);
    }
}
