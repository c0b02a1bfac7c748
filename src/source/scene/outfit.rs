//! What a person looks like: a seed in, size, colours and belongings out.
//!
//! Drawing them is in `figure`.

use super::colour::{Colour, rgb};

/// Skin, from light to dark.
const SKIN: [Colour; 6] = [
    rgb(232, 196, 172),
    rgb(219, 175, 146),
    rgb(196, 149, 118),
    rgb(160, 112, 82),
    rgb(115, 78, 57),
    rgb(82, 56, 44),
];
/// Hair; dark is the most common.
const HAIR: [Colour; 8] = [
    rgb(28, 24, 22),
    rgb(36, 29, 25),
    rgb(58, 42, 32),
    rgb(84, 60, 42),
    rgb(128, 96, 62),
    rgb(188, 160, 112),
    rgb(150, 148, 145),
    rgb(30, 27, 28),
];
/// Shirts, jackets, coats.
const TOPS: [Colour; 20] = [
    rgb(34, 36, 42),
    rgb(48, 52, 62),
    rgb(226, 224, 218),
    rgb(198, 200, 202),
    rgb(120, 124, 128),
    rgb(44, 62, 102),
    rgb(88, 128, 178),
    rgb(150, 40, 42),
    rgb(196, 66, 54),
    rgb(62, 92, 66),
    rgb(124, 138, 84),
    rgb(212, 174, 62),
    rgb(206, 122, 54),
    rgb(116, 74, 116),
    rgb(206, 140, 156),
    rgb(96, 72, 54),
    rgb(176, 156, 128),
    rgb(56, 110, 116),
    rgb(28, 44, 58),
    rgb(238, 234, 226),
];
/// Trousers and skirts.
const BOTTOMS: [Colour; 10] = [
    rgb(32, 34, 40),
    rgb(44, 52, 72),
    rgb(58, 74, 104),
    rgb(84, 102, 132),
    rgb(70, 68, 66),
    rgb(152, 138, 114),
    rgb(108, 92, 72),
    rgb(40, 40, 42),
    rgb(192, 184, 170),
    rgb(72, 80, 68),
];
/// Shoes.
const SHOES: [Colour; 5] =
    [rgb(26, 24, 24), rgb(58, 42, 32), rgb(216, 214, 210), rgb(44, 46, 54), rgb(120, 96, 72)];
/// Bags and backpacks.
const BAGS: [Colour; 6] = [
    rgb(30, 30, 34),
    rgb(96, 64, 40),
    rgb(150, 46, 44),
    rgb(52, 70, 96),
    rgb(86, 96, 62),
    rgb(188, 170, 140),
];

/// What somebody carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// Nothing.
    None,
    /// A backpack.
    Back(Colour),
    /// A bag in the left (0) or right (1) hand.
    Hand(Colour, usize),
}

/// How the legs are covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legs {
    /// To the ankles.
    Trousers,
    /// To the knees.
    Shorts,
    /// A skirt or a long coat, to the knees.
    Skirt,
}

/// A person's looks.
#[derive(Clone, Debug)]
pub struct Outfit {
    /// Height, metres.
    pub height: f32,
    /// Thickness of the trunk and limbs against the average.
    pub girth: f32,
    /// Skin.
    pub skin: Colour,
    /// Hair, or a cap.
    pub hair: Colour,
    /// Hair to the shoulders.
    pub long_hair: bool,
    /// Shirt or jacket.
    pub top: Colour,
    /// Sleeves end at the elbow.
    pub short_sleeves: bool,
    /// Trousers or skirt.
    pub bottom: Colour,
    /// Their cut.
    pub legs: Legs,
    /// Shoes.
    pub shoes: Colour,
    /// What is carried.
    pub load: Load,
}

impl Outfit {
    /// The looks that belong to `seed`.
    pub fn new(seed: u64) -> Outfit {
        let mut rng = fastrand::Rng::with_seed(seed);
        let child = rng.u32(0..100) < 7;
        let height = if child { 1.1 + 0.3 * rng.f32() } else { 1.56 + 0.2 * rng.f32() + 0.14 * rng.f32() };
        let load = match rng.u32(0..100) {
            _ if child => Load::None,
            0..24 => Load::Back(pick(&mut rng, &BAGS)),
            24..46 => Load::Hand(pick(&mut rng, &BAGS), rng.usize(0..2)),
            _ => Load::None,
        };
        let legs = match rng.u32(0..100) {
            0..14 => Legs::Shorts,
            14..30 => Legs::Skirt,
            _ => Legs::Trousers,
        };
        // No two garments of one colour are quite the same: fading and cloth.
        let mut worn = |colours: &[Colour]| {
            let light = 0.88 + 0.24 * rng.f32();
            pick(&mut rng, colours).saturated(0.62 + 0.26 * rng.f32()).lit(light)
        };
        let (skin, hair, top, bottom, shoes) =
            (worn(&SKIN), worn(&HAIR), worn(&TOPS), worn(&BOTTOMS), worn(&SHOES));
        let cap = rng.u32(0..100) < 9;
        Outfit {
            height,
            girth: 0.9 + 0.25 * rng.f32(),
            skin,
            hair: if cap { pick(&mut rng, &TOPS) } else { hair },
            long_hair: !cap && rng.u32(0..100) < 34,
            top,
            short_sleeves: rng.u32(0..100) < 38,
            bottom,
            legs,
            shoes,
            load,
        }
    }
}

/// One of `colours`, evenly.
fn pick(rng: &mut fastrand::Rng, colours: &[Colour]) -> Colour {
    rng.choice(colours).copied().unwrap_or(rgb(128, 128, 128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_looks_and_others_differ() {
        assert_eq!(format!("{:?}", Outfit::new(5)), format!("{:?}", Outfit::new(5)));
        let tops: std::collections::HashSet<u32> =
            (0..50).map(|seed| Outfit::new(seed).top.y.to_bits()).collect();
        assert!(tops.len() > 30);
    }

    #[test]
    fn heights_are_human() {
        assert!((0..500).map(|seed| Outfit::new(seed).height).all(|height| (1.1..=1.95).contains(&height)));
    }
}
