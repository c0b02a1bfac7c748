//! A detector that makes the mistakes of a real one: exact truth and a seed in, detections out. Pure.
//!
//! Boxes tremble, things are missed, the more so where they are small or hidden, cars are called trucks, one
//! vehicle has two boxes, a box is stretched, there is one where nothing is. What a real model makes of real
//! pictures is in `replay`.

use std::{collections::HashMap, sync::Arc};

use steadycast::{
    analytics::{Appearance, Detection},
    nouns::place::BBox,
    source::scene::{Class, Truth},
};

use crate::SIZE;

/// Most by which an edge of a box is off, heights of the box: each thing has a value between these.
const TREMBLE: [f32; 2] = [0.03, 0.08];
/// Share of whole and large things that is missed: each thing has a value between these.
const MISSED: [f32; 2] = [0.05, 0.1];
/// Share that is missed of what is mostly hidden, or lower than [`SMALL`].
const MISSED_HARD: f32 = 0.6;
/// Share that is missed of what a border cuts.
const MISSED_CUT: f32 = 0.15;
/// Height below which things are small, pixels.
const SMALL: f32 = 20.0;
/// Least visible share of what is not mostly hidden, and of what can be found at all.
const HIDDEN: [f32; 2] = [0.4, 0.08];
/// Confidences of what is found.
const CONFIDENCE: [f32; 2] = [0.3, 0.95];
/// Share of vehicles that are taken for another kind.
const CONFUSED: f32 = 0.1;
/// Share of vehicles that have a second box, of another kind.
const TWICE: f32 = 0.08;
/// Share of things that have a second box of their own class under the first.
const UNDER: f32 = 0.06;
/// Share of boxes that are half as high again as they should be.
const STRETCHED: f32 = 0.005;
/// Share of pictures with a box where nothing is.
const INVENTED: f32 = 0.05;

/// Colours of things, as blue, green, red: many look alike, as they do.
const COLOURS: [[u8; 3]; 10] = [
    [40, 40, 44],
    [225, 226, 228],
    [168, 172, 176],
    [110, 112, 116],
    [34, 32, 146],
    [112, 60, 34],
    [66, 82, 58],
    [52, 152, 196],
    [108, 134, 150],
    [130, 70, 120],
];

/// The detector; what it does depends on its seed and on the pictures so far.
pub struct Simulated {
    rng: fastrand::Rng,
    /// What each thing looks like.
    looks: HashMap<u64, Appearance>,
}

impl Simulated {
    pub fn new(seed: u64) -> Simulated {
        Simulated { rng: fastrand::Rng::with_seed(seed ^ 0x00de_7ec7), looks: HashMap::new() }
    }

    /// Finds things in the picture that `truth` describes, the surest first.
    pub fn detect(&mut self, truth: &[Truth]) -> Vec<Detection> {
        let mut found = Vec::with_capacity(truth.len() + 4);
        for fact in truth {
            if self.rng.f32() >= missed(fact) {
                self.find(fact, &mut found);
            }
        }
        if self.rng.f32() < INVENTED {
            let [x, y] = [self.rng.f32() * SIZE.0 as f32 * 0.9, self.rng.f32() * SIZE.1 as f32 * 0.8];
            let height = 30.0 + 90.0 * self.rng.f32();
            let (class, wide) = if self.rng.bool() { ("person", 0.4) } else { ("car", 1.3) };
            let bbox = BBox { x1: x, y1: y, x2: x + wide * height, y2: y + height };
            let colour = COLOURS[self.rng.usize(0..COLOURS.len())];
            found.push(detection(class, self.between([0.3, 0.5]), bbox, Appearance::plain(colour)));
        }
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        found
    }

    /// Adds the box or boxes of one thing.
    fn find(&mut self, fact: &Truth, found: &mut Vec<Detection>) {
        let Some(class) = self.class(fact.class) else { return };
        let look = self.look(fact.id);
        let hardness = if missed(fact) >= MISSED_HARD { 0.5 } else { 1.0 };
        let confidence = CONFIDENCE[0] + (CONFIDENCE[1] - CONFIDENCE[0]) * hardness * self.rng.f32().sqrt();
        let bbox = self.trembling(fact, true);
        found.push(detection(class, confidence, bbox, look.clone()));
        if is_vehicle(fact.class) && self.rng.f32() < TWICE {
            let other = if class == "car" { "truck" } else { "car" };
            let (confidence, bbox) = (self.between([0.25, 0.6]), self.trembling(fact, false));
            found.push(detection(other, confidence, bbox, look.clone()));
        }
        if self.rng.f32() < UNDER {
            let bbox = self.trembling(fact, false);
            let under = detection(class, self.between([0.1, confidence]), bbox, look);
            found.push(Detection { is_under: true, ..under });
        }
    }

    /// What a thing is taken for; `None` where it is nothing that the model knows.
    fn class(&mut self, class: Class) -> Option<&'static str> {
        let chance = self.rng.f32();
        Some(match class {
            Class::Car if chance < CONFUSED => "truck",
            Class::Truck | Class::Bus if chance < CONFUSED => "car",
            Class::Pram if chance < 0.5 => return None,
            Class::Pram if chance < 0.6 => "motorcycle",
            Class::Pram if chance < 0.65 => "car",
            Class::Pram => "suitcase",
            class => class.name(),
        })
    }

    /// The thing's box as it is found: every edge off by a little, and now and then stretched.
    fn trembling(&mut self, fact: &Truth, may_stretch: bool) -> BBox {
        let [x1, y1, x2, y2] = fact.bounds;
        let height = y2 - y1;
        let most = TREMBLE[0] + (TREMBLE[1] - TREMBLE[0]) * own(fact.id);
        let mut off = || (2.0 * self.rng.f32() - 1.0) * most * height;
        let (mut top, mut bottom) = (y1 + off(), y2 + off());
        let (left, right) = (x1 + off() * 0.5, x2 + off() * 0.5);
        if may_stretch && self.rng.f32() < STRETCHED {
            if self.rng.bool() { top -= height * 0.5 } else { bottom += height * 0.5 }
        }
        let (width, tall) = (SIZE.0 as f32, SIZE.1 as f32);
        let (x1, y1) = (left.clamp(0.0, width - 2.0), top.clamp(0.0, tall - 2.0));
        BBox { x1, y1, x2: right.clamp(x1 + 1.0, width), y2: bottom.clamp(y1 + 1.0, tall) }
    }

    fn look(&mut self, id: u64) -> Appearance {
        let number = (own(id) * COLOURS.len() as f32) as usize;
        self.looks.entry(id).or_insert_with(|| Appearance::plain(COLOURS[number % COLOURS.len()])).clone()
    }

    fn between(&mut self, [from, to]: [f32; 2]) -> f32 {
        from + (to - from) * self.rng.f32()
    }
}

/// Whether something is a car, a lorry or a bus.
pub fn is_vehicle(class: Class) -> bool {
    matches!(class, Class::Car | Class::Truck | Class::Bus)
}

/// A value from 0 to 1 that is a thing's own.
fn own(id: u64) -> f32 {
    fastrand::Rng::with_seed(id.wrapping_mul(0x9e37_79b9_7f4a_7c15)).f32()
}

/// Share of pictures in which a thing is missed.
fn missed(fact: &Truth) -> f32 {
    let [x1, y1, x2, y2] = fact.bounds;
    let is_cut = x1 <= 0.0 || y1 <= 0.0 || x2 >= SIZE.0 as f32 || y2 >= SIZE.1 as f32;
    match fact.visible {
        visible if visible < HIDDEN[1] => 0.97,
        _ if y2 - y1 < SMALL => MISSED_HARD,
        _ if is_cut => MISSED_CUT,
        visible if visible < HIDDEN[0] => MISSED_HARD,
        _ => MISSED[0] + (MISSED[1] - MISSED[0]) * own(fact.id ^ 0x55),
    }
}

fn detection(class: &str, confidence: f32, bbox: BBox, appearance: Appearance) -> Detection {
    Detection { class: Arc::from(class), confidence, bbox, appearance, is_under: false }
}
