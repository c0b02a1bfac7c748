//! The ways in which outputs may be read that hold boxes, scores and classes apart from each other. Pure.

use super::{
    family::Family,
    grid::MOST_QUERIES,
    layout::Layout,
    plan::{BOX, DECODED, Plan},
    shapes::Shapes,
    table::Table,
    told::Extra,
};

/// Parts of names of outputs that hold boxes.
const BOXES: [&str; 4] = ["box", "dets", "loc", "reg"];

/// Parts of names of outputs that hold numbers of classes.
const CLASSES: [&str; 2] = ["class", "label"];

/// Parts of names of outputs that hold scores.
const SCORES: [&str; 3] = ["score", "conf", "prob"];

impl Shapes<'_> {
    /// Layouts of outputs that hold boxes, a score a box and the number of its class apart, or the number
    /// alone: what suppressions leave over, as those of TensorRT, TensorFlow and MMDeploy.
    pub fn parts(&self) -> Vec<Layout> {
        let all: Vec<Table> = (0..self.outputs.len()).flat_map(|n| self.tables(n)).collect();
        let boxes =
            |table: &&Table| !table.across && (BOX..=BOX + 1).contains(&table.width) && table.candidates > 1;
        let mut boxes: Vec<&Table> = all.iter().filter(boxes).collect();
        boxes.sort_by_key(|table| !self.is_called(table, &BOXES) || self.is_called(table, &["raw"]));
        boxes
            .into_iter()
            .map(|of| self.parts_of(*of, &all))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// Layouts of a table of boxes with what is told of each by a single value.
    fn parts_of(&self, of: Table, all: &[Table]) -> Vec<Layout> {
        let is_single = |table: &&Table| {
            table.output != of.output && table.candidates == of.candidates && table.width == 1
        };
        let singles: Vec<Table> = all.iter().filter(is_single).copied().collect();
        let called = |names: &[&str]| singles.iter().copied().find(|table| self.is_called(table, names));
        let of_name = called(&CLASSES);
        if of.width > BOX {
            // The score stands behind its box.
            return of_name.map(|numbers| self.part(of, of, BOX, numbers)).unwrap_or_default();
        }
        let scores = called(&SCORES);
        match (of_name, scores, &singles[..]) {
            (Some(numbers), Some(scores), _) => self.part(of, scores, 0, numbers),
            (_, _, &[a, b]) => [self.part(of, a, 0, b), self.part(of, b, 0, a)].concat(),
            _ => Vec::new(),
        }
    }

    /// Layouts of boxes, of the score that is that value of a row, and of numbers of classes.
    fn part(&self, of: Table, scored: Table, score: usize, numbers: Table) -> Vec<Layout> {
        let mut plan = Plan::free(Family::EndToEnd, of).best(score, 0);
        (plan.0.scored, plan.0.numbered) = (scored, numbers);
        plan.0.suppressed = of.candidates <= MOST_QUERIES;
        // TensorFlow's object detection counts classes from 1, for 0 is the background.
        plan.0.counted_from_one = self.name(numbers.output).contains("detection_classes");
        plan.variants(&self.corners(of))
    }

    /// Layouts of boxes in one output and scores of each class in another.
    ///
    /// # Errors
    /// What was found, and what to do, where one of the scores is that of the background.
    pub fn split(&self) -> Result<Vec<Layout>, String> {
        let all: Vec<Table> = (0..self.outputs.len()).flat_map(|n| self.tables(n)).collect();
        let is_box = |table: &&Table| table.width == BOX && table.candidates > 1;
        let mut boxes: Vec<&Table> = all.iter().filter(is_box).collect();
        // Where there are as many classes as sides, the name tells.
        boxes.sort_by_key(|table| !self.is_called(table, &BOXES));
        let scores = |of: &Table| {
            let fits = |table: &&Table| {
                table.output != of.output && table.candidates == of.candidates && table.width > 0
            };
            all.iter().find(fits)
        };
        let Some((of, scored)) = boxes.into_iter().find_map(|of| Some((*of, *scores(of)?))) else {
            return Ok(Vec::new());
        };
        let has_background = self.told.names.is_some_and(|names| scored.width == names + 1);
        if has_background && of.candidates > MOST_QUERIES {
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
        let free = |is_wanted: bool| {
            let is_free = is_wanted && of.candidates <= MOST_QUERIES;
            if is_free { self.transformer(of, scored, 0) } else { Vec::new() }
        };
        let Some(grid) = self.grid(&of) else { return free(true) };
        let mut plan = Plan::new(Family::V8, of, &grid).scores(0, scored.width, Extra::Nothing);
        (plan.0.scored, plan.0.numbered) = (scored, scored);
        let every = [&DECODED[..], &self.corners(of)].concat();
        [free(self.are_round(of.candidates)), plan.variants(&every)].concat()
    }

    /// Whether an output's name holds one of these words.
    fn is_called(&self, table: &Table, words: &[&str]) -> bool {
        words.iter().any(|word| self.name(table.output).contains(word))
    }
}
