//! Which of several layouts a model has, by its first results. Pure.
//!
//! Shapes of outputs can be read in several ways. Each result speaks against some of them (`judge`); the
//! first one against which nothing speaks is used, and in the end it alone is left.

use super::{
    judge::{Verdict, judge},
    layout::Layout,
};
use crate::analytics::engine::Tensor32;

/// Results in a row that must speak against all layouts until the model is refused: one may be broken.
const REFUSED_AFTER: u32 = 3;

/// Results that tell something, after which layouts that remain are as good as each other.
const SETTLED_AFTER: u32 = 5;

/// A layout that may be the model's.
struct Tried {
    layout: Layout,
    /// Results in a row, up to the last one that told something, that cannot be laid out so.
    wrong: u32,
    /// Results in all that cannot be laid out so.
    wrongs: u32,
    /// Results that are unusual.
    odd: u32,
    /// What was wrong last.
    why: String,
}

impl Tried {
    /// Takes in what a result says. One that fits takes back those before: they were broken, or showed
    /// little.
    fn note(&mut self, verdict: Verdict) {
        self.odd += u32::from(verdict == Verdict::Odd);
        match verdict {
            Verdict::Silent => {}
            Verdict::Fits | Verdict::Odd => self.wrong = 0,
            Verdict::Wrong(why) => {
                (self.wrong, self.wrongs, self.why) = (self.wrong + 1, self.wrongs + 1, why);
            }
        }
    }
}

/// What is known of a model's layout.
pub struct Trial {
    tried: Vec<Tried>,
    /// Results that told something.
    looks: u32,
    /// Whether the layout is found.
    settled: bool,
}

impl Trial {
    /// A trial of `layouts`, the likeliest first; `None` where there is none.
    pub fn new(layouts: Vec<Layout>) -> Option<Trial> {
        let tried = |layout| Tried { layout, wrong: 0, wrongs: 0, odd: 0, why: String::new() };
        let tried: Vec<Tried> = layouts.into_iter().map(tried).collect();
        (!tried.is_empty()).then_some(Trial { tried, looks: 0, settled: false })
    }

    /// The layout that fits best so far.
    pub fn layout(&self) -> &Layout {
        &self.tried[0].layout
    }

    /// Whether all layouts that remain tell apart as many classes, and say so.
    pub fn agrees_on_classes(&self) -> bool {
        let classes = |tried: &Tried| (tried.layout.classes(), tried.layout.counted_from_one);
        let first = classes(&self.tried[0]);
        first.0.is_some() && self.tried.iter().all(|one| classes(one) == first)
    }

    /// Whether the layout is found.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Whether nothing speaks against the layout that fits best.
    pub fn is_plausible(&self) -> bool {
        self.tried[0].wrong == 0
    }

    /// Takes a result in, for an input of that width and height.
    ///
    /// # Errors
    /// What was found, where no layout fits.
    pub fn note(&mut self, outputs: &[Tensor32], input: (usize, usize)) -> Result<(), String> {
        if self.settled {
            return Ok(());
        }
        let mut told = false;
        for one in &mut self.tried {
            let verdict = judge(&one.layout, outputs, input);
            told |= verdict != Verdict::Silent;
            one.note(verdict);
        }
        self.looks += u32::from(told);
        // A stable sort: of equals the likelier one stays first.
        self.tried.sort_by_key(|one| (one.wrong, one.wrongs, one.odd));
        self.settle()
    }

    /// Ends the trial where it is decided.
    fn settle(&mut self) -> Result<(), String> {
        let best = &self.tried[0];
        if best.wrong >= REFUSED_AFTER {
            return Err(self.refusal());
        }
        if best.wrong > 0 || self.looks == 0 {
            return Ok(());
        }
        let rivals = || {
            let is_rival = |other: &&Tried| (other.wrong, other.wrongs) == (0, best.wrongs);
            self.tried[1..].iter().filter(is_rival)
        };
        let unlike = rivals().filter(|other| other.odd == best.odd).find(|other| {
            let [one, other] = [&best.layout, &other.layout];
            one.objectness.is_some() != other.objectness.is_some() && one.is_whole() && other.is_whole()
        });
        if let Some(other) = unlike.filter(|_| self.looks >= SETTLED_AFTER) {
            return Err(unclear(&best.layout, &other.layout));
        }
        self.settled = rivals().next().is_none() || self.looks >= SETTLED_AFTER;
        Ok(())
    }

    /// Why no layout fits: what speaks against the likeliest ones.
    fn refusal(&self) -> String {
        let mut told: Vec<String> = Vec::new();
        for one in &self.tried {
            let why = format!("for {} {}", one.layout.family, one.why);
            if !told.contains(&why) {
                told.push(why);
            }
        }
        told.truncate(3);
        let layout = &self.tried[0].layout;
        let (candidates, width) = (layout.boxes.candidates, layout.boxes.width);
        format!(
            "its {candidates} candidates of {width} values are laid out like none known here: {}; export it \
             with the decoding inside, or see docs/analytics.md",
            told.join("; ")
        )
    }
}

/// Why two layouts that tell different numbers of classes cannot be told apart.
fn unclear(one: &Layout, other: &Layout) -> String {
    let classes = |layout: &Layout| layout.classes().map_or("any".to_owned(), |count| count.to_string());
    format!(
        "it may tell {} classes ({}) or {} ({}); name its classes in its metadata, or one a line in a file \
         beside it that ends in .names",
        classes(one),
        one.family,
        classes(other),
        other.family
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::{
        detect::{
            family::Family,
            grid::{Cell, Grid},
            readings::readings,
            told::Told,
        },
        engine::Output,
    };

    const INPUT: (usize, usize) = (160, 160);
    /// Cells of strides 8, 16 and 32 in such an input.
    const CELLS: usize = 400 + 100 + 25;

    /// A result of a YOLOX of one class, decoded or not.
    fn yolox(is_decoded: bool) -> Vec<Tensor32> {
        let cells = Grid::of(CELLS, INPUT, None).expect("fits").cells();
        let row = |(n, cell): (usize, &Cell)| {
            let off = (n % 7) as f32 / 7.0;
            let [x, y, size] = if is_decoded {
                [cell.left + off * cell.stride, cell.top + off * cell.stride, cell.stride]
            } else {
                [off, off, -off]
            };
            [x, y, size, size, 0.01 * off, 0.1]
        };
        let values = cells.iter().enumerate().flat_map(row).collect();
        vec![Tensor32 { shape: vec![1, CELLS, 6], values }]
    }

    fn trial() -> Trial {
        let output = Output { name: "output".to_owned(), shape: vec![1, CELLS, 6] };
        let told = Told { names: Some(1), ..Told::default() };
        Trial::new(readings(&[output], INPUT, &told, None).expect("may be read")).expect("in some way")
    }

    #[test]
    fn the_first_result_tells_decoded_boxes_from_undecoded_ones() {
        for is_decoded in [false, true] {
            let mut trial = trial();
            trial.note(&yolox(is_decoded), INPUT).expect("fits");
            let layout = trial.layout();
            assert!(trial.is_plausible() && layout.family == Family::Yolox, "{layout}");
            assert_eq!(layout.to_string().contains("undecoded"), !is_decoded, "{layout}");
            (0..SETTLED_AFTER).for_each(|_| trial.note(&yolox(is_decoded), INPUT).expect("fits"));
            assert!(trial.is_settled());
        }
    }

    /// A result that no layout has.
    fn broken() -> Vec<Tensor32> {
        let values = (0..CELLS * 6).map(|n| (n % 13) as f32 * 40.0 - 200.0).collect();
        vec![Tensor32 { shape: vec![1, CELLS, 6], values }]
    }

    #[test]
    fn a_broken_result_is_forgotten_once_others_fit() {
        for is_decoded in [false, true] {
            let mut trial = trial();
            trial.note(&broken(), INPUT).expect("it may come right");
            assert!(!trial.is_plausible());
            trial.note(&yolox(is_decoded), INPUT).expect("fits");
            assert!(trial.is_plausible(), "{}", trial.layout());
            (0..SETTLED_AFTER).for_each(|_| trial.note(&yolox(is_decoded), INPUT).expect("fits"));
            assert!(trial.is_settled() && trial.is_plausible(), "{}", trial.layout());
            assert_eq!(trial.layout().to_string().contains("undecoded"), !is_decoded, "{}", trial.layout());
        }
    }

    #[test]
    fn one_broken_result_refuses_no_model_and_many_do_with_the_reason() {
        let mut trial = trial();
        let broken = broken();
        trial.note(&broken, INPUT).expect("it may come right");
        assert!(!trial.is_plausible());
        let why = (0..10).find_map(|_| trial.note(&broken, INPUT).err()).expect("it does not");
        assert!(why.contains("525 candidates of 6 values") && why.contains("YOLOX"), "{why}");
    }

    #[test]
    fn results_without_anything_tell_nothing() {
        let mut trial = trial();
        let empty = vec![Tensor32 { shape: vec![1, CELLS, 6], values: vec![0.0; CELLS * 6] }];
        (0..50).for_each(|_| trial.note(&empty, INPUT).expect("nothing speaks against it"));
        assert!(!trial.is_settled());
    }
}
