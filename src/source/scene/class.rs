//! What the scene's moving things are.

/// What a thing is, named as in COCO where that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Somebody on foot.
    Person,
    /// A passenger car.
    Car,
    /// A lorry or a van.
    Truck,
    /// A bus.
    Bus,
    /// A bicycle; whoever rides it is a [`Class::Person`] of their own.
    Bicycle,
    /// A pram. COCO has none; it is no vehicle.
    Pram,
    /// A suitcase on wheels.
    Suitcase,
}

impl Class {
    /// Name of the class.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Person => "person",
            Class::Car => "car",
            Class::Truck => "truck",
            Class::Bus => "bus",
            Class::Bicycle => "bicycle",
            Class::Pram => "pram",
            Class::Suitcase => "suitcase",
        }
    }
}
