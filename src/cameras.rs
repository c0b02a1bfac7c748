//! The cameras file: lines, zones and calibration of each camera, as TOML in, checked [`Survey`]s out.
//!
//! All places are fractions of the frame, so that another resolution does no harm. What is done with them is
//! `analytics`'.

mod ground;

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;

pub use self::ground::{Ground, Measured};
use crate::nouns::place::{Fraction, Line, Zone};

/// Most characters of a name, which stands in each message.
const LONGEST_ID: usize = 40;

/// Least time in a zone after which somebody may be said to loiter, seconds: whoever passes does not.
const LEAST_LOITER: f64 = 1.0;

/// Most time in a zone after which somebody may be said to loiter, seconds: a day.
const MOST_LOITER: f64 = 86_400.0;

/// Greatest number of tracks above which a zone may be said to be too full.
const MOST_ABOVE: usize = 10_000;

/// Most metres between two measured places, or across a frame: nobody on foot is seen from farther.
const MOST_METRES: f64 = 1000.0;

/// What is known of the place that a camera sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Counting lines.
    pub lines: Vec<Line>,
    /// Zones.
    pub zones: Vec<Zone>,
    /// Least height of what is followed, as a share of the frame's height; 0 where anything is.
    pub min_height: f64,
    /// Areas in which nothing is followed, at least three corners each.
    pub ignored: Vec<Vec<Fraction>>,
    /// How the frame lies on the ground; without it there are no speeds.
    pub calibration: Option<Calibration>,
}

/// How the frame lies on the ground.
#[derive(Clone, Debug, PartialEq)]
pub enum Calibration {
    /// Any camera: four places of its frame have been measured.
    Points(Ground),
    /// A camera that looks straight down: metres across the width of the frame.
    Across(f64),
}

impl Calibration {
    /// The ground in a frame of `size` pixels.
    pub fn ground(&self, size: (usize, usize)) -> Ground {
        match self {
            Calibration::Points(ground) => ground.clone(),
            Calibration::Across(metres) => Ground::across(*metres, size),
        }
    }
}

/// Why the cameras file is not used.
#[derive(Debug, Error)]
pub enum CamerasError {
    /// The file cannot be read.
    #[error("cameras file {}: {why}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The file is not what is expected.
    #[error("cameras file {}: {why}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong and what is expected.
        why: String,
    },
}

/// One camera's part of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    lines: Vec<Line>,
    #[serde(default)]
    zones: Vec<Zone>,
    #[serde(default)]
    min_height: f64,
    #[serde(default)]
    ignored: Vec<Vec<Fraction>>,
    calibration: Option<Vec<Measured>>,
    metres_across: Option<f64>,
}

/// Reads the file: a table for each camera, by its name.
///
/// # Errors
/// [`CamerasError`], which names the file, the camera and what is wrong.
pub fn read(path: &Path) -> Result<HashMap<String, Survey>, CamerasError> {
    let text =
        std::fs::read_to_string(path).map_err(|why| CamerasError::Read { path: path.to_owned(), why })?;
    parse(&text).map_err(|why| CamerasError::Content { path: path.to_owned(), why })
}

/// Reads the text of the file.
///
/// # Errors
/// What is wrong, with the name of the camera.
fn parse(text: &str) -> Result<HashMap<String, Survey>, String> {
    let tables: HashMap<String, Table> = toml::from_str(text).map_err(|error| error.to_string())?;
    let survey = |(camera, table)| match survey(table) {
        Ok(survey) => Ok((camera, survey)),
        Err(why) => Err(format!("camera {camera}: {why}")),
    };
    tables.into_iter().map(survey).collect()
}

/// The survey that a table describes.
fn survey(table: Table) -> Result<Survey, String> {
    let Table { lines, zones, min_height, ignored, calibration, metres_across } = table;
    named(lines.iter().map(|line| &line.id).chain(zones.iter().map(|zone| &zone.id)))?;
    for line in &lines {
        inside(&line.id, &[line.from, line.to])?;
        if line.from == line.to {
            return Err(format!("line {} has no length", line.id));
        }
        if line.classes.iter().any(|class| class.trim().is_empty()) {
            return Err(format!(
                "line {}: a class without a name; leave classes out for the usual ones",
                line.id
            ));
        }
    }
    for zone in &zones {
        inside(&zone.id, &zone.points)?;
        if zone.points.len() < 3 {
            return Err(format!("zone {} needs at least three points", zone.id));
        }
        if zone.above.is_some_and(|above| above > MOST_ABOVE) {
            return Err(format!("zone {}: above must be 0 to {MOST_ABOVE}", zone.id));
        }
        if let Some(loiter) = zone.loiter_s.filter(|loiter| !(LEAST_LOITER..=MOST_LOITER).contains(loiter)) {
            return Err(format!(
                "zone {}: loiter_s is {loiter}, must be {LEAST_LOITER} to {MOST_LOITER} seconds",
                zone.id
            ));
        }
    }
    checked_ignored(min_height, &ignored)?;
    let calibration = calibration_of(calibration.as_deref(), metres_across)?;
    Ok(Survey { lines, zones, min_height, ignored, calibration })
}

/// Refuses a least height that nothing or everything has, and areas that are none.
fn checked_ignored(min_height: f64, ignored: &[Vec<Fraction>]) -> Result<(), String> {
    if !(0.0..1.0).contains(&min_height) {
        return Err(format!(
            "min_height is {min_height}, must be a share of the frame's height, 0 to below 1"
        ));
    }
    for points in ignored {
        inside("ignored", points)?;
        if points.len() < 3 {
            return Err("an ignored area needs at least three points".to_owned());
        }
    }
    Ok(())
}

/// The calibration, which a table gives in one of two ways.
fn calibration_of(
    points: Option<&[Measured]>,
    metres_across: Option<f64>,
) -> Result<Option<Calibration>, String> {
    match (points, metres_across) {
        (Some(_), Some(_)) => Err("calibration and metres_across exclude each other".to_owned()),
        (Some(points), None) => by_points(points).map(Some),
        (None, Some(metres)) if metres > 0.0 && metres <= MOST_METRES => {
            Ok(Some(Calibration::Across(metres)))
        }
        (None, Some(metres)) => {
            Err(format!("metres_across is {metres}, must be above 0 and at most {MOST_METRES}"))
        }
        (None, None) => Ok(None),
    }
}

/// Refuses lines and zones without names of their own.
fn named<'a>(ids: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut known = HashSet::new();
    for id in ids {
        if id.is_empty() || id.chars().count() > LONGEST_ID {
            return Err(format!("id {id:?} must have 1 to {LONGEST_ID} characters"));
        }
        if !known.insert(id) {
            return Err(format!("id {id:?} is given twice; every line and zone needs one of its own"));
        }
    }
    Ok(())
}

/// The calibration by four measured places.
fn by_points(points: &[Measured]) -> Result<Calibration, String> {
    let points: [Measured; 4] =
        points.try_into().map_err(|_| format!("calibration has {} points, needs 4", points.len()))?;
    let places = points.map(|point| point.at);
    inside("calibration", &places)?;
    let metres = points.map(|point| point.metres);
    if !are_near(metres) {
        return Err(format!("calibration: its points must be within {MOST_METRES} metres of each other"));
    }
    if are_flat(places) || are_flat(metres) {
        return Err("calibration: no three of the four points may lie on a line".to_owned());
    }
    let ground = Ground::through(&points)
        .ok_or("calibration: no camera sees these four points so; are two of them exchanged?")?;
    Ok(Calibration::Points(ground))
}

/// Whether no two of four points are farther apart than [`MOST_METRES`]; false where one is no number.
fn are_near(metres: [[f64; 2]; 4]) -> bool {
    let apart = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    metres.iter().all(|a| metres.iter().all(|b| apart(a, b) <= MOST_METRES))
}

/// Whether three of four points lie on a line, which leaves open how the ground is tilted.
fn are_flat([o, a, b, c]: [[f64; 2]; 4]) -> bool {
    let turn =
        |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    [turn(o, a, b), turn(o, a, c), turn(o, b, c), turn(a, b, c)].into_iter().any(|turn| turn.abs() < 1e-6)
}

/// Refuses places outside the frame.
fn inside(id: &str, points: &[Fraction]) -> Result<(), String> {
    let fractions = points.iter().flatten().all(|value| (0.0..=1.0).contains(value));
    if fractions { Ok(()) } else { Err(format!("{id}: places are fractions of the frame, from 0 to 1")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::place::Anchor;

    const WHOLE: &str = r#"
        [main]
        min_height = 0.05
        ignored = [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]]
        calibration = [
            { at = [0.1, 0.9], metres = [0, 0] }, { at = [0.9, 0.9], metres = [10.0, 0.0] },
            { at = [0.7, 0.3], metres = [10.0, 20.0] }, { at = [0.3, 0.3], metres = [0.0, 20.0] },
        ]
        [[main.lines]]
        id = "gate"
        from = [0.2, 0.5]
        to = [0.8, 0.5]
        at = "top"
        classes = ["person"]
        [[main.zones]]
        id = "plaza"
        points = [[0.1, 0.4], [0.9, 0.4], [0.9, 0.9]]
        loiter_s = 120
        [roof]
        metres_across = 25
    "#;

    #[test]
    fn lines_zones_and_calibration_are_read_by_camera() {
        let cameras = parse(WHOLE).expect("valid");
        let main = &cameras["main"];
        assert_eq!((main.lines[0].id.as_str(), main.lines[0].to), ("gate", [0.8, 0.5]));
        assert_eq!((main.lines[0].at, &main.lines[0].classes[..]), (Anchor::Top, &["person".to_owned()][..]));
        assert_eq!((main.zones[0].points.len(), main.zones[0].loiter_s), (3, Some(120.0)));
        assert_eq!((main.min_height, main.ignored[0].len()), (0.05, 3));
        let ground = main.calibration.as_ref().expect("is given").ground((16, 9));
        assert!((ground.area() - 200.0).abs() < 1e-9, "{ground:?}");
        assert_eq!(
            cameras["roof"],
            Survey { calibration: Some(Calibration::Across(25.0)), ..Survey::default() }
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_camera() {
        let point = |at: &str| format!("{{ at = {at}, metres = [0.0, 1.0] }}");
        let three = format!("[main]\ncalibration = [{0}, {0}, {0}]", point("[0.1, 0.1]"));
        let crossed = WHOLE
            .replace("metres = [10.0, 20.0]", "metres = [0, 20.001]")
            .replace("metres = [0.0, 20.0]", "metres = [10, 20]");
        let far = WHOLE.replace("metres = [10.0, 20.0]", "metres = [1e9, 20.0]");
        let on_a_line = format!("[main]\ncalibration = [{0}, {0}, {0}, {0}]", point("[0.1, 0.1]"));
        for (text, words) in [
            ("[main]\nlines = [{ id = \"a\", from = [0.1, 1.5], to = [0, 0] }]", "from 0 to 1"),
            ("[main]\nlines = [{ id = \"a\", from = [0.1, 0.5], to = [0.1, 0.5] }]", "no length"),
            (
                "[main]\nlines = [{ id = \"a\", from = [0, 0], to = [1, 1] }, { id = \"a\", from = [0, 0], \
                 to = [1, 0] }]",
                "twice",
            ),
            ("[main]\nzones = [{ id = \"z\", points = [[0, 0], [1, 1]] }]", "three points"),
            ("[main]\nzones = [{ id = \"\", points = [[0, 0], [1, 1], [1, 0]] }]", "1 to 40"),
            ("[[main.zones]]\nid = \"z\"\npoints = [[0, 0], [1, 1], [1, 0]]\nloiter_s = 0", "1 to 86400"),
            ("[[main.zones]]\nid = \"z\"\npoints = [[0, 0], [1, 1], [1, 0]]\nabove = 10001", "0 to 10000"),
            ("[[main.lines]]\nid = \"a\"\nfrom = [0, 0]\nto = [1, 1]\nclasses = [\" \"]", "without a name"),
            ("[main]\nmin_height = 1.0", "below 1"),
            ("[main]\nignored = [[[0, 0], [1, 1]]]", "three points"),
            ("[main]\nmetres_across = 0", "above 0"),
            ("[main]\nmetres_across = inf", "at most 1000"),
            (&three, "needs 4"),
            (&on_a_line, "on a line"),
            (&crossed, "exchanged"),
            (&far, "within 1000 metres"),
        ] {
            let why = parse(text).expect_err(words);
            assert!(why.contains("camera main") && why.contains(words), "{why}");
        }
        let knee = "[[main.lines]]\nid = \"a\"\nfrom = [0, 0]\nto = [1, 1]\nat = \"knee\"";
        assert!(parse(knee).is_err_and(|why| why.contains("knee") && why.contains("foot")));
        assert!(parse("[main]\nline = []").expect_err("a typing error").contains("line"));
        let missing = read(Path::new("/nowhere/cameras.toml")).expect_err("no such file").to_string();
        assert!(missing.contains("/nowhere/cameras.toml"), "{missing}");
    }
}
