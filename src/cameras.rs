//! The place that a camera sees: lines, zones and calibration as they are described in, a checked [`Survey`]
//! out.
//!
//! All places are fractions of the frame, so that another resolution does no harm. What is done with them is
//! `analytics`'; where they are described is `roster`'s matter.

mod ground;

use std::collections::HashSet;

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

/// What a camera's description says of its place; what is left out is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// Counting lines.
    pub lines: Option<Vec<Line>>,
    /// Zones.
    pub zones: Option<Vec<Zone>>,
    /// Least height of what is followed, as a share of the frame's height.
    pub min_height: Option<f64>,
    /// Areas in which nothing is followed.
    pub ignored: Option<Vec<Vec<Fraction>>>,
    /// Four places of the frame, measured on the ground.
    pub calibration: Option<Vec<Measured>>,
    /// Metres across the frame of a camera that looks straight down.
    pub metres_across: Option<f64>,
}

/// The field that is wrong, and why.
pub type WrongField = (&'static str, String);

impl Described {
    /// The survey that is described.
    ///
    /// # Errors
    /// The field that is wrong, and what is allowed.
    pub fn survey(self) -> Result<Survey, WrongField> {
        let (lines, zones) = (self.lines.unwrap_or_default(), self.zones.unwrap_or_default());
        let mut known = HashSet::new();
        named(&mut known, lines.iter().map(|line| &line.id)).map_err(|why| ("lines", why))?;
        named(&mut known, zones.iter().map(|zone| &zone.id)).map_err(|why| ("zones", why))?;
        lines.iter().try_for_each(checked_line).map_err(|why| ("lines", why))?;
        zones.iter().try_for_each(checked_zone).map_err(|why| ("zones", why))?;
        let (min_height, ignored) = (self.min_height.unwrap_or_default(), self.ignored.unwrap_or_default());
        checked_ignored(min_height, &ignored)?;
        let calibration = calibration_of(self.calibration.as_deref(), self.metres_across)?;
        Ok(Survey { lines, zones, min_height, ignored, calibration })
    }
}

/// Refuses a line that nobody can cross, or of classes without a name.
fn checked_line(line: &Line) -> Result<(), String> {
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
    Ok(())
}

/// Refuses a zone that is no area, or in which everybody or nobody loiters.
fn checked_zone(zone: &Zone) -> Result<(), String> {
    inside(&zone.id, &zone.points)?;
    if zone.points.len() < 3 {
        return Err(format!("zone {} needs at least three points", zone.id));
    }
    if zone.above.is_some_and(|above| above > MOST_ABOVE) {
        return Err(format!("zone {}: above must be 0 to {MOST_ABOVE}", zone.id));
    }
    match zone.loiter_s.filter(|loiter| !(LEAST_LOITER..=MOST_LOITER).contains(loiter)) {
        Some(loiter) => Err(format!(
            "zone {}: loiter_s is {loiter}, must be {LEAST_LOITER} to {MOST_LOITER} seconds",
            zone.id
        )),
        None => Ok(()),
    }
}

/// Refuses a least height that nothing or everything has, and areas that are none.
fn checked_ignored(min_height: f64, ignored: &[Vec<Fraction>]) -> Result<(), WrongField> {
    if !(0.0..1.0).contains(&min_height) {
        let why = format!("min_height is {min_height}, must be a share of the frame's height, 0 to below 1");
        return Err(("min_height", why));
    }
    for points in ignored {
        inside("ignored", points).map_err(|why| ("ignored", why))?;
        if points.len() < 3 {
            return Err(("ignored", "an ignored area needs at least three points".to_owned()));
        }
    }
    Ok(())
}

/// The calibration, which a table gives in one of two ways.
fn calibration_of(
    points: Option<&[Measured]>,
    metres_across: Option<f64>,
) -> Result<Option<Calibration>, WrongField> {
    match (points, metres_across) {
        (Some(_), Some(_)) => {
            Err(("calibration", "calibration and metres_across exclude each other".to_owned()))
        }
        (Some(points), None) => by_points(points).map(Some).map_err(|why| ("calibration", why)),
        (None, Some(metres)) if metres > 0.0 && metres <= MOST_METRES => {
            Ok(Some(Calibration::Across(metres)))
        }
        (None, Some(metres)) => Err((
            "metres_across",
            format!("metres_across is {metres}, must be above 0 and at most {MOST_METRES}"),
        )),
        (None, None) => Ok(None),
    }
}

/// Refuses lines or zones without names of their own; `known` are those that are taken.
fn named<'a>(known: &mut HashSet<&'a String>, ids: impl Iterator<Item = &'a String>) -> Result<(), String> {
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
