//! A person as thick lines: skeleton and outfit in, limbs from far to near out.
//!
//! The movement is in `gait`, the projection in `view`.

use super::colour::Colour;
use super::gait::Skeleton;
use super::geometry::{Vec3, vec3};
use super::outfit::{Legs, Load, Outfit};
use super::view::Limb;

/// A person's limbs.
pub struct Figure {
    /// What is drawn, from the farthest to the nearest.
    pub limbs: Vec<Limb>,
    /// Limbs that make up the outline and so the shadow.
    pub casters: Vec<Limb>,
}

// Radii in metres of a body 1.75 m tall: half the usual widths of clothed limbs.
const HEAD: f32 = 0.098;
const TRUNK: f32 = 0.118;
const ARM: [f32; 3] = [0.056, 0.046, 0.038];
const LEG: [f32; 3] = [0.088, 0.064, 0.048];
const SHOE: [f32; 2] = [0.05, 0.042];

impl Figure {
    /// The limbs of one person, seen along `forward`.
    pub fn new(bones: &Skeleton, outfit: &Outfit, forward: Vec3) -> Figure {
        let thick = outfit.girth * outfit.height / 1.75;
        let mut build = Builder { bones, outfit, thick, limbs: Vec::with_capacity(24) };
        build.legs();
        build.trunk();
        build.arms();
        build.head();
        build.load();
        let casters = build.casters();
        let mut limbs = build.limbs;
        limbs.sort_by(|a, b| depth(b, forward).total_cmp(&depth(a, forward)));
        Figure { limbs, casters }
    }
}

/// How far along the view the surface of a limb is: thick limbs reach nearer than their middle.
pub fn depth(limb: &Limb, forward: Vec3) -> f32 {
    (limb.ends[0] + limb.ends[1]).dot(forward) * 0.5 - 0.5 * (limb.radii[0] + limb.radii[1])
}

/// Collects limbs.
struct Builder<'a> {
    bones: &'a Skeleton,
    outfit: &'a Outfit,
    thick: f32,
    limbs: Vec<Limb>,
}

impl Builder<'_> {
    fn add(&mut self, ends: [Vec3; 2], radii: [f32; 2], colour: Colour) {
        self.limbs.push(Limb::new(ends, radii.map(|radius| radius * self.thick), colour));
    }

    fn legs(&mut self) {
        let (bones, outfit) = (self.bones, self.outfit);
        let shin = if outfit.legs == Legs::Trousers { outfit.bottom.lit(0.93) } else { outfit.skin };
        let thigh = if outfit.legs == Legs::Skirt { outfit.skin } else { outfit.bottom };
        for i in 0..2 {
            // The farther leg is in the shade of the nearer one as often as not: a little variety keeps legs
            // apart.
            let light = if i == 0 { 1.0 } else { 0.86 };
            self.add([bones.hips[i], bones.knees[i]], [LEG[0], LEG[1]], thigh.lit(light));
            self.add([bones.knees[i], bones.ankles[i]], [LEG[1], LEG[2]], shin.lit(light));
            self.add([bones.ankles[i] - vec3(0.0, 0.0, 0.03), bones.toes[i]], SHOE, outfit.shoes);
        }
        if outfit.legs == Legs::Skirt {
            let hips = (bones.hips[0] + bones.hips[1]) * 0.5;
            for i in 0..2 {
                let hem = hips + (bones.knees[i] - hips) * 0.92;
                self.add([hips, hem], [TRUNK, 0.13], outfit.bottom);
            }
        }
    }

    fn trunk(&mut self) {
        let (bones, outfit) = (self.bones, self.outfit);
        let hips = (bones.hips[0] + bones.hips[1]) * 0.5;
        let first = self.limbs.len();
        for i in 0..2 {
            let shoulder = bones.shoulders[i] + (bones.neck - bones.shoulders[i]) * 0.3;
            self.add(
                [shoulder - vec3(0.0, 0.0, 0.05), bones.hips[i]],
                [TRUNK * 0.92, TRUNK * 0.95],
                outfit.top,
            );
        }
        self.add(
            [bones.neck - vec3(0.0, 0.0, 0.12), hips + vec3(0.0, 0.0, 0.1)],
            [TRUNK * 1.05, TRUNK],
            outfit.top,
        );
        // The three are one round trunk to the light.
        let whole = (bones.neck * 0.55 + hips * 0.45, 2.4 * TRUNK * self.thick);
        self.limbs[first..].iter_mut().for_each(|limb| limb.part_of = Some(whole));
        self.add([bones.neck - vec3(0.0, 0.0, 0.04), bones.head], [0.055, 0.05], outfit.skin.lit(0.85));
    }

    fn arms(&mut self) {
        let (bones, outfit) = (self.bones, self.outfit);
        let fore = if outfit.short_sleeves { outfit.skin } else { outfit.top.lit(0.92) };
        for i in 0..2 {
            self.add([bones.shoulders[i], bones.elbows[i]], [ARM[0], ARM[1]], outfit.top.lit(0.92));
            self.add([bones.elbows[i], bones.hands[i]], [ARM[1], ARM[2]], fore);
            self.add([bones.hands[i], bones.hands[i]], [0.042, 0.042], outfit.skin);
        }
    }

    fn head(&mut self) {
        let (bones, outfit) = (self.bones, self.outfit);
        let face = bones.head + bones.ahead * 0.03 - vec3(0.0, 0.0, 0.025);
        let crown = bones.head - bones.ahead * 0.02 + vec3(0.0, 0.0, 0.025);
        // Heads vary less than bodies.
        let radius = HEAD / self.thick * (0.75 + 0.25 * outfit.height / 1.75);
        self.add([face, face], [radius * 0.92; 2], outfit.skin);
        self.add([crown, crown], [radius * 1.06; 2], outfit.hair);
        if outfit.long_hair {
            let tips = bones.head - bones.ahead * 0.075 - vec3(0.0, 0.0, 0.2);
            self.add([crown - bones.ahead * 0.03, tips], [radius, radius * 0.8], outfit.hair);
        }
    }

    /// The few thick limbs whose shadows look like the person's.
    fn casters(&self) -> Vec<Limb> {
        let bones = self.bones;
        let hips = (bones.hips[0] + bones.hips[1]) * 0.5;
        let leg = |i: usize| {
            [
                ([bones.hips[i], bones.knees[i]], [0.1, 0.08]),
                ([bones.knees[i], bones.ankles[i]], [0.08, 0.06]),
            ]
        };
        let arm = |i: usize| {
            [
                ([bones.shoulders[i], bones.elbows[i]], [0.08, 0.07]),
                ([bones.elbows[i], bones.hands[i]], [0.07, 0.06]),
            ]
        };
        let limbs = [leg(0), leg(1), arm(0), arm(1)].into_iter().flatten();
        let trunk = ([bones.neck - vec3(0.0, 0.0, 0.14), hips], [0.22, 0.17]);
        let head = ([bones.head, bones.neck], [0.12, 0.1]);
        let limb = |(ends, radii): ([Vec3; 2], [f32; 2])| {
            Limb::new(ends, radii.map(|radius| radius * self.thick), self.outfit.top)
        };
        limbs.chain([trunk, head]).map(limb).collect()
    }

    fn load(&mut self) {
        let bones = self.bones;
        match self.outfit.load {
            Load::None => {}
            Load::Back(colour) => {
                let top = bones.neck - bones.ahead * 0.19 - vec3(0.0, 0.0, 0.12);
                self.add([top, top - vec3(0.0, 0.0, 0.3)], [0.12, 0.145], colour);
            }
            Load::Hand(colour, side) => {
                let grip = bones.hands[side];
                self.add([grip - vec3(0.0, 0.0, 0.12), grip - vec3(0.0, 0.0, 0.3)], [0.07, 0.11], colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::gait::Pose;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn limbs_come_from_far_to_near() {
        let pose = Pose { at: vec2(0.0, 15.0), heading: 0.4, phase: 0.9, swing: 1.0 };
        let forward = vec3(0.0, 0.87, -0.5);
        let figure = Figure::new(&Skeleton::new(&pose, 1.75), &Outfit::new(3), forward);
        assert!(figure.limbs.windows(2).all(|pair| depth(&pair[0], forward) >= depth(&pair[1], forward)));
        assert!(figure.casters.len() >= 8);
    }
}
