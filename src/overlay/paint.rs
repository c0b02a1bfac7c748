//! The layers of one picture, put together and painted: heat first, then zones, lines, boxes, and texts over
//! all.

use super::{
    age::Age,
    canvas::{Edge, WHOLE, cover_of, draw_box},
    known::{Known, Sheet},
    labels, legends,
    letters::{Label, Writer},
    marks::{LineMark, Marks},
    page::Page,
    things::{self, Thing},
};
use crate::nouns::{layers::Layers, picture::Planes, result::AnalyticsResult};

/// Width of a box's line, pixels; even, since chroma is shared by twos.
const EDGE: i32 = 2;

/// Height of a box below which its line is thinner, pixels: a thick one would hide who is in it.
const SMALL_BOX: i32 = 36;

/// Width of the line of a small box, pixels.
const SMALL_EDGE: i32 = 1;

/// Height of pictures of which each further one makes the lines of boxes as wide again, pixels.
const AS_WIDE_EACH: i32 = 1000;

/// Paints what `layers` show of what is `known` over a picture. What is not known, or too old, is not
/// painted.
pub fn paint(planes: &mut Planes, sheet: &Sheet, known: &Known, layers: Layers) {
    let Some(page) = Page::of(planes, sheet) else { return };
    if layers.heat {
        paint_heat(planes, sheet, known);
    }
    Scene::of(&page, sheet, known, layers).paint(planes, &page);
}

fn paint_heat(planes: &mut Planes, sheet: &Sheet, known: &Known) {
    let age = known.crowd.and_then(|seen| Age::of(&seen, sheet));
    if let Some((tint, age)) = known.tint.zip(age) {
        tint.paint(planes, cover_of(age.heat_cover()));
    }
}

/// What is painted over the heat.
#[derive(Default)]
pub(super) struct Scene {
    /// Lines and zones.
    pub marks: Marks,
    /// Boxes.
    pub boxes: Vec<Thing>,
    /// What is written of lines, zones and the age of boxes.
    pub legends: Vec<Label>,
    /// What is written beside boxes.
    pub labels: Vec<Label>,
    /// Age of boxes and labels; `None` where they have none.
    pub age: Option<Age>,
}

impl Scene {
    fn of(page: &Page, sheet: &Sheet, known: &Known, layers: Layers) -> Scene {
        let mut scene = Scene::default();
        if let Some(survey) = known.survey.filter(|_| layers.lines) {
            scene.marks = Marks::of(survey, page);
            scene.legends = legends::place(survey, &scene.marks, counted(known), page);
        }
        let seen = known.objects.filter(|_| layers.boxes || layers.labels);
        let objects = seen.and_then(|seen| seen.result.objects.as_deref());
        let age = seen.and_then(|seen| Age::of(&seen, sheet));
        if let Some((objects, age)) = objects.zip(age) {
            scene.add_things(things::place(objects, age.shift_us(), page), age, page, layers);
        }
        scene
    }

    fn add_things(&mut self, things: Vec<Thing>, age: Age, page: &Page, layers: Layers) {
        if let Some(seconds) = age.old_s().filter(|_| !things.is_empty()) {
            let what = if layers.boxes { "boxes" } else { "labels" };
            self.legends.push(legends::of_age(what, seconds, page));
        }
        if layers.labels {
            let arrows = self.marks.lines.iter().copied().map(LineMark::arrow);
            let taken = self.legends.iter().map(|label| label.rect).chain(arrows).collect();
            self.labels = labels::place(&things, page, taken);
        }
        self.age = Some(age);
        if layers.boxes {
            self.boxes = things;
        }
    }

    /// Paints it.
    pub fn paint(&self, planes: &mut Planes, page: &Page) {
        self.marks.paint(planes);
        let cover = self.age.map_or(WHOLE, |age| cover_of(age.cover()));
        let is_dashed = self.age.is_some_and(|age| age.old_s().is_some());
        for Thing { rect, ink, .. } in &self.boxes {
            let width = if rect.height < SMALL_BOX { SMALL_EDGE } else { EDGE };
            let width = width * (1 + page.bounds.height / AS_WIDE_EACH);
            draw_box(planes, *rect, Edge { ink: *ink, width, cover, is_dashed });
        }
        let mut writer = Writer::new(page.lettering);
        self.legends.iter().for_each(|legend| writer.write(planes, legend, WHOLE));
        self.labels.iter().for_each(|label| writer.write(planes, label, cover));
    }
}

/// The newest result that has counts of lines and zones.
fn counted<'a>(known: &Known<'a>) -> Option<&'a AnalyticsResult> {
    let results = [known.objects, known.crowd].into_iter().flatten().map(|seen| seen.result);
    results.filter(|result| result.counted.is_some()).max_by_key(|result| result.finished_us)
}

#[cfg(test)]
mod tests;
