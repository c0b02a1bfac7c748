//! What the scene's moving things are.

/// What a thing is, named as in COCO.
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
}

impl Class {
    /// COCO's name of the class.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Person => "person",
            Class::Car => "car",
            Class::Truck => "truck",
            Class::Bus => "bus",
        }
    }
}
