//! Kinds of things: class names in, what moves alike out. Pure.
//!
//! Models name the same things differently; how fast a thing can be, and whether it usually counts, depends
//! on what kind it is.

/// What moves alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Somebody on foot.
    Person,
    /// A two-wheeler, its rider included where the model has him in one box.
    Cycle,
    /// Anything else that drives.
    Vehicle,
    /// Whatever else a model knows: a suitcase, a pram, a dog.
    Other,
}

/// Names of people, as COCO and the usual sets of street, drone and crowd pictures have them.
const PEOPLE: [&str; 10] =
    ["person", "people", "pedestrian", "human", "man", "woman", "child", "boy", "girl", "person sitting"];

/// Names of whoever rides something: Cityscapes and BDD100K have him in one box and what he rides in another,
/// KITTI both in one.
const RIDERS: [&str; 4] = ["rider", "cyclist", "bicyclist", "motorcyclist"];

/// Names of two-wheelers.
const CYCLES: [&str; 8] =
    ["bicycle", "bike", "motorcycle", "motorbike", "motor", "scooter", "moped", "e scooter"];

/// Names of vehicles.
const VEHICLES: [&str; 15] = [
    "car",
    "truck",
    "bus",
    "van",
    "lorry",
    "train",
    "tram",
    "vehicle",
    "tricycle",
    "awning tricycle",
    "trailer",
    "caravan",
    "pickup",
    "taxi",
    "minibus",
];

impl Kind {
    /// The kind of a class by its name, in capitals or not, with blanks, lines or dashes.
    pub fn of(class: &str) -> Kind {
        match () {
            () if is_one_of(class, &PEOPLE) => Kind::Person,
            // Who rides is as fast as what he rides, and does not walk.
            () if is_one_of(class, &CYCLES) || is_rider(class) => Kind::Cycle,
            () if is_one_of(class, &VEHICLES) => Kind::Vehicle,
            () => Kind::Other,
        }
    }

    /// Whether lines and zones count the kind where nobody says what they count.
    pub fn usually_counts(self) -> bool {
        self != Kind::Other
    }

    /// Whether the kind drives: its way is mostly straight and even, and soon over.
    pub fn drives(self) -> bool {
        matches!(self, Kind::Cycle | Kind::Vehicle)
    }

    /// Standard deviation of the velocity that something new of the kind has, heights of its box a second:
    /// people walk at 0.8 and run at 3; a car of 1.5 m covers 11 at 60 km/h, but seldom in full view.
    pub fn first_velocity(self) -> f32 {
        match self {
            Kind::Person => 2.0,
            Kind::Cycle => 3.0,
            Kind::Vehicle => 6.0,
            Kind::Other => 2.0,
        }
    }

    /// Standard deviation of the acceleration of the kind's box, heights per second squared. People start and
    /// stop twice as fast, but seldom, and a larger figure follows every tremble of a box; what drives
    /// changes its apparent speed with its distance.
    pub fn acceleration(self) -> f32 {
        match self {
            Kind::Person | Kind::Other => 0.3,
            Kind::Cycle => 0.8,
            Kind::Vehicle => 1.5,
        }
    }

    /// Standard deviation of the growth of the kind's box and of its changes, heights a second and per second
    /// squared: what drives comes near, and leaves, within a second.
    pub fn growth(self) -> f32 {
        match self {
            Kind::Person | Kind::Other => 0.3,
            Kind::Cycle => 0.5,
            Kind::Vehicle => 0.8,
        }
    }

    /// Standard deviation of the kind's acceleration over the ground, metres per second squared: people
    /// hardly change their pace; what drives brakes and starts at up to four.
    pub fn ground_acceleration(self) -> f64 {
        match self {
            Kind::Person | Kind::Other => 0.25,
            Kind::Cycle => 1.0,
            Kind::Vehicle => 2.0,
        }
    }

    /// Most standard deviation of a speed that is told, as a share of it.
    pub fn most_doubt(self) -> f64 {
        match self {
            Kind::Person | Kind::Other => 0.15,
            Kind::Cycle | Kind::Vehicle => 0.1,
        }
    }

    /// Most standard deviation of the speed of what hardly moves, metres a second.
    pub fn most_doubt_standing(self) -> f64 {
        match self {
            Kind::Person | Kind::Other => 0.2,
            Kind::Cycle | Kind::Vehicle => 0.3,
        }
    }

    /// Speed above which no thing of the kind is believed to be, kilometres an hour: a sprinter, a racing
    /// cyclist and mopeds, cars on a motorway.
    pub fn fastest_kmh(self) -> f64 {
        match self {
            Kind::Person => 30.0,
            Kind::Cycle => 80.0,
            Kind::Vehicle => 200.0,
            Kind::Other => 80.0,
        }
    }
}

/// Whether a class is whoever rides a two-wheeler, without it or with it.
pub fn is_rider(class: &str) -> bool {
    is_one_of(class, &RIDERS)
}

/// Whether a class has one of these names.
fn is_one_of(class: &str, names: &[&str]) -> bool {
    let plain = |letter: u8| if matches!(letter, b'_' | b'-') { b' ' } else { letter.to_ascii_lowercase() };
    let is = |name: &&str| class.bytes().map(plain).eq(name.bytes());
    names.iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_sets_are_known_in_capitals_or_not() {
        for (class, kind) in [
            ("person", Kind::Person),
            ("Pedestrian", Kind::Person),
            ("Bicycle", Kind::Cycle),
            ("motor", Kind::Cycle),
            ("CAR", Kind::Vehicle),
            ("suitcase", Kind::Other),
            ("traffic light", Kind::Other),
            ("traffic sign", Kind::Other),
            ("bike", Kind::Cycle),
            ("rider", Kind::Cycle),
            ("Cyclist", Kind::Cycle),
            ("Person_sitting", Kind::Person),
            ("awning-tricycle", Kind::Vehicle),
            ("caravan", Kind::Vehicle),
            ("", Kind::Other),
        ] {
            assert_eq!(Kind::of(class), kind, "{class}");
        }
    }

    #[test]
    fn luggage_does_not_count_unless_asked_for() {
        assert!(!Kind::of("suitcase").usually_counts() && Kind::of("truck").usually_counts());
    }
}
