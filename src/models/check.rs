//! Trying a model: whether it can be used, how it is read, how long it takes on this machine, and what it
//! finds on a picture.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use super::error::ModelsError;
use crate::{
    analytics::{CrowdModel, Density, DetectSettings, Detection, Detector, EngineError},
    frame::Picture,
    nouns::picture::Planes,
    overlay::{self, paint_density, paint_found},
    tools::{fence::caught, words},
};

/// Runs that are timed.
const RUNS: usize = 10;

/// Time after which no further run is begun: a model of seconds a picture has said enough by then.
const ENOUGH: Duration = Duration::from_secs(30);

/// Class names that are shown.
const SHOWN: usize = 8;

/// Least confidence of what is shown, 0 to 1: the setting's default.
const CONFIDENCE: f32 = 0.3;

/// Most overlap of two boxes of a class that are two things, 0 to 1: the setting's default.
const NMS_IOU: f32 = 0.45;

/// A model of either kind.
enum Kind {
    /// Finds things.
    Detector(Box<Detector>),
    /// Counts heads.
    Crowd(CrowdModel),
}

/// What a model finds on a picture.
enum Found {
    /// Things, the surest first.
    Things(Vec<Detection>),
    /// Heads.
    Crowd(Density),
}

/// What trying a model came to.
pub(super) struct Checked {
    file: String,
    /// What the file is, line by line: a heading and its text.
    facts: Vec<(&'static str, String)>,
    found: Found,
}

/// Tries a model on a picture.
///
/// # Errors
/// [`ModelsError::Model`]: why it cannot be used.
pub(super) fn check(file: &Path, planes: &Planes) -> Result<Checked, ModelsError> {
    // Whatever an engine does with a stranger's file ends here, and is said.
    let tried = caught(|| tried(file, &Picture::Planes(planes.clone())));
    let tried =
        tried.unwrap_or_else(|why| Err(format!("model {} makes the engine fail: {why}", file.display())));
    tried.map_err(ModelsError::Model)
}

fn tried(file: &Path, picture: &Picture) -> Result<Checked, String> {
    let began = Instant::now();
    let mut kind = Kind::load(file)?;
    let loaded_in = words::time(began.elapsed());
    // What the first run needs beyond the others is no run's time, and it tells how the outputs are read.
    let found = kind.run(picture).map_err(|error| error.to_string())?;
    let mut facts = kind.facts();
    facts.push(("loaded in", loaded_in));
    let (median, runs) = speed(|| kind.run(picture).map(drop)).map_err(|error| error.to_string())?;
    facts.push(("speed", format!("{} a picture on this machine (median of {runs})", words::time(median))));
    Ok(Checked { file: file.display().to_string(), facts, found })
}

/// Median time of the runs, and how many there were.
fn speed(mut run: impl FnMut() -> Result<(), EngineError>) -> Result<(Duration, usize), EngineError> {
    let (began, mut times) = (Instant::now(), Vec::with_capacity(RUNS));
    while times.is_empty() || (times.len() < RUNS && began.elapsed() < ENOUGH) {
        let run_began = Instant::now();
        run()?;
        times.push(run_began.elapsed());
    }
    times.sort();
    Ok((times[times.len() / 2], times.len()))
}

impl Kind {
    /// Loads a file as whatever it is.
    ///
    /// # Errors
    /// Why it is neither.
    fn load(file: &Path) -> Result<Kind, String> {
        let settings =
            DetectSettings { confidence: CONFIDENCE, nms_iou: NMS_IOU, classes: HashSet::new(), input: None };
        let no_detector = match Detector::load(file, settings) {
            Ok(detector) => return Ok(Kind::Detector(Box::new(detector))),
            Err(error) => error.to_string(),
        };
        match CrowdModel::load(file, None) {
            Ok(model) => Ok(Kind::Crowd(model)),
            Err(EngineError::Shape { what: "output", expected, .. }) => {
                Err(format!("{no_detector}; nor is it a crowd model, whose output is {expected}"))
            }
            Err(_) => Err(no_detector),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let size = |(width, height): (usize, usize)| format!("{width} x {height}");
        match self {
            Kind::Detector(detector) => vec![
                ("kind", "detector (--detect-model)".to_owned()),
                ("read as", detector.reading()),
                ("input", size(detector.input())),
                ("classes", classes(detector.names())),
            ],
            Kind::Crowd(model) => {
                vec![("kind", "crowd model (--crowd-model)".to_owned()), ("input", size(model.input()))]
            }
        }
    }

    fn run(&mut self, picture: &Picture) -> Result<Found, EngineError> {
        match self {
            Kind::Detector(detector) => detector.detect(picture).map(Found::Things),
            Kind::Crowd(model) => model.count(picture).map(Found::Crowd),
        }
    }
}

/// The first names of classes, and how many there are besides.
fn classes(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(SHOWN) {
        0 if names.is_empty() => "none that it names".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl Checked {
    /// What is to be told, one fact a line.
    pub fn text(&self, picture: &str) -> String {
        let mut text = self.file.clone();
        let found = format!("{} in {picture}", self.found());
        for (heading, fact) in self.facts.iter().chain(&[("found", found)]) {
            let _ = write!(text, "\n  {heading:<10} {fact}");
        }
        text
    }

    /// Paints what was found into the picture that it was found on.
    pub fn paint(&self, planes: &mut Planes) {
        match &self.found {
            Found::Things(found) => paint_found(planes, surest(found).iter().map(to_paint).collect()),
            Found::Crowd(density) => paint_density(planes, &density.clone().into_grid()),
        }
    }

    /// What was found, in words.
    fn found(&self) -> String {
        match &self.found {
            Found::Things(found) => counted(&surest(found)),
            Found::Crowd(density) => format!("{:.1} people", density.total),
        }
    }
}

/// Things that would be shown: what lies under a surer one may be the same thing once more.
fn surest(found: &[Detection]) -> Vec<Detection> {
    found.iter().filter(|one| !one.is_under).cloned().collect()
}

/// A thing with its class and confidence beside it.
fn to_paint(Detection { class, confidence, bbox, .. }: &Detection) -> overlay::Found<'_> {
    overlay::Found { bbox: *bbox, class, text: format!("{class} {confidence:.2}") }
}

/// Things of each class in words, the most frequent first.
fn counted(found: &[Detection]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found {
        *counts.entry(&one.class).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let words: Vec<String> = counts.iter().map(|(class, count)| format!("{count} {class}")).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analytics::Appearance, nouns::place::BBox};

    #[test]
    fn names_beyond_the_first_are_counted() {
        assert_eq!(classes(&["person", "car"]), "person, car");
        let many: Vec<String> = (0..80).map(|n| n.to_string()).collect();
        assert_eq!(classes(&many), "0, 1, 2, 3, 4, 5, 6, 7 and 72 more");
        assert_eq!(classes(&[""; 0]), "none that it names");
    }

    #[test]
    fn things_are_counted_by_class_and_once() {
        let one = |class: &str, is_under| Detection {
            class: class.into(),
            confidence: 0.5,
            bbox: BBox { x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 },
            appearance: Appearance::default(),
            is_under,
        };
        let found = [one("car", false), one("person", false), one("person", true), one("person", false)];
        assert_eq!(counted(&surest(&found)), "2 person, 1 car");
        assert_eq!(counted(&[]), "nothing");
    }

    #[test]
    fn the_speed_is_the_median_and_a_slow_model_is_not_run_ten_times() {
        let mut runs = 0;
        let (_, counted) = speed(|| {
            runs += 1;
            Ok(())
        })
        .expect("runs");
        assert_eq!((runs, counted), (RUNS, RUNS));
        let tired = || Err(EngineError::Run { path: "a.onnx".into(), why: "tired".into() });
        assert!(speed(tired).is_err());
    }
}
