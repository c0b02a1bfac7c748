//! The synthetic scene: parameters and a scene time in, planes and exact ground truth out.
//!
//! A camera on a ten metre mast looks down on a paved square with a road behind it; people walk, wait and
//! talk, vehicles drive. A second place, the `road`, has vehicles and people close to the camera. It is the
//! source when there is no camera, the fixture of tests, and the teacher of counters and detectors.
//! Everything is a function of parameters, size and scene time. Clocks, pacing, encoding and measuring a
//! detector do not belong here.
//!
//! `stage` is one of both places. On the plaza `world` moves `people` (along `route`s) and `traffic` (by a
//! `signal`) over the `site`; `actor` turns them into marks through `figure`, `body` and `view`; `paint` lays
//! the marks over the `background`; `truth` says what is there.

mod actor;
mod background;
mod body;
mod camera;
mod class;
mod colour;
mod convoy;
mod driver;
mod figure;
mod fronts;
mod furniture;
mod gait;
mod geometry;
mod ground;
mod kind;
mod model;
mod noise;
mod outfit;
mod paint;
mod params;
mod people;
mod road;
mod route;
mod shadow;
mod shape;
mod signal;
mod site;
mod sprite;
mod stage;
mod steer;
mod survey;
mod texture;
mod tick;
mod traffic;
mod truth;
mod view;
mod world;

pub use camera::{GroundCamera, Sight};
pub use class::Class;
pub use geometry::{Vec2, Vec3, vec2, vec3};
pub use kind::{Kind, UnknownKind};
pub use params::{CUTS, PEOPLE, SceneParamError, SceneParams, VEHICLES};
pub use road::LINE as ROAD_LINE;
pub use site::COUNTING_LINE;
pub use survey::{camera, survey, survey_of};
pub use truth::Truth;

use crate::nouns::picture::Planes;
use crate::tools::text::paint_text;
use actor::Actor;
use background::draw_background;
use furniture::{Fixture, fixtures};
use geometry::Rect;
use noise::Noise;
use paint::Painter;
use shadow::ShadowMask;
use stage::Stage;
use std::time::Duration;
use truth::{Stencil, truth_of};
use view::View;

/// Picture height for which the caption's letters are 8 samples high; they grow in whole steps with the
/// picture.
const CAPTION_UNIT: usize = 360;

/// One place at one picture size.
pub struct Scene {
    width: usize,
    height: usize,
    view: View,
    background: Planes,
    fixtures: Vec<Fixture>,
    noise: Noise,
    painter: Painter,
    shadows: ShadowMask,
    stage: Stage,
    /// Everybody in the last picture, from far to near.
    actors: Vec<Actor>,
}

impl Scene {
    /// The scene in a picture of `width` x `height` samples (each at least 1). Draws the background, so it
    /// takes a while.
    pub fn new(params: &SceneParams, width: usize, height: usize) -> Scene {
        let (width, height) = (width.max(1), height.max(1));
        let view = View::through(camera(params.kind, (width, height)), width, height);
        let mut fixtures = fixtures(&view, params.kind, [width, height]);
        fixtures.sort_by(|a, b| b.y.total_cmp(&a.y));
        Scene {
            width,
            height,
            background: draw_background(&view, params.kind, [width, height], params.seed as u32),
            fixtures,
            noise: Noise::new(params.seed, width),
            painter: Painter::new(width),
            shadows: ShadowMask::new(width, height),
            stage: Stage::new(params),
            actors: Vec::new(),
            view,
        }
    }

    /// Moves the scene to `time` (never back) and draws it. `caption` (ASCII) is burnt in at the top left;
    /// `number` picks the sensor noise. A long step in time is walked through tick by tick: about 17 ms for
    /// each simulated minute of the default scene.
    pub fn draw(&mut self, time: Duration, number: u64, caption: &str) -> Planes {
        self.move_to(time);
        let mut planes = self.background.clone();
        for (shape, softness) in self.actors.iter().flat_map(|actor| &actor.shadows) {
            self.shadows.cast(shape, *softness, 1.0);
        }
        self.shadows.darken(&mut planes);
        for layer in layers(&self.actors, &self.fixtures) {
            match layer {
                Layer::Actor(actor) => {
                    actor.marks.iter().for_each(|mark| self.painter.fill(&mut planes, mark))
                }
                Layer::Fixture(fixture) => fixture.sprite.lay(&mut planes),
            }
        }
        self.noise.apply(&mut planes, number);
        let scale = (self.height / CAPTION_UNIT).max(1);
        paint_text(&mut planes, 6 * scale, 6 * scale, scale, caption);
        planes
    }

    /// Moves the scene to `time` (never back) without drawing it: for its truth alone.
    pub fn move_to(&mut self, time: Duration) {
        self.actors = self.stage.actors(time, &self.view);
    }

    /// How often the picture has cut to another moment so far.
    pub fn cuts(&self) -> u64 {
        self.stage.cuts()
    }

    /// The facts about everybody at least partly inside the last picture, from near to far.
    pub fn truth(&self) -> Vec<Truth> {
        let mut stencil = Stencil::new(self.width, self.height);
        let mut facts = Vec::with_capacity(self.actors.len());
        for layer in layers(&self.actors, &self.fixtures).into_iter().rev() {
            let visible = stencil.put(layer.marks(), layer.bounds());
            if let Layer::Actor(actor) = layer {
                facts.extend(truth_of(actor, visible, self.width, self.height));
            }
        }
        facts
    }

    /// The calibration: where ground points are in the picture, and back.
    pub fn camera(&self) -> &GroundCamera {
        &self.view.camera
    }
}

/// One thing between the others.
enum Layer<'a> {
    Actor(&'a Actor),
    Fixture(&'a Fixture),
}

impl<'a> Layer<'a> {
    fn y(&self) -> f32 {
        match self {
            Layer::Actor(actor) => actor.depth,
            Layer::Fixture(fixture) => fixture.y,
        }
    }

    fn marks(&self) -> &'a [paint::Mark] {
        match self {
            Layer::Actor(actor) => &actor.marks,
            Layer::Fixture(fixture) => &fixture.marks,
        }
    }

    fn bounds(&self) -> Rect {
        match self {
            Layer::Actor(actor) => actor.bounds,
            Layer::Fixture(fixture) => fixture.bounds,
        }
    }
}

/// Everything that may cover something else, from far to near. Along one line of sight the nearer thing has
/// the smaller y, because the camera stands at y = 0.
fn layers<'a>(actors: &'a [Actor], fixtures: &'a [Fixture]) -> Vec<Layer<'a>> {
    let mut layers: Vec<Layer> =
        actors.iter().map(Layer::Actor).chain(fixtures.iter().map(Layer::Fixture)).collect();
    layers.sort_by(|a, b| b.y().total_cmp(&a.y()));
    layers
}

#[cfg(test)]
mod tests;
