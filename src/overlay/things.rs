//! Things on the picture: the objects of a result in, boxes where they are at the moment of the picture out.

use super::{ink::Ink, page::Page, rect::Rect, texts::Texts};
use crate::{
    analytics::Kind,
    nouns::{place::BBox, result::Object},
};

/// A thing on the picture.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    /// Where it is.
    pub rect: Rect,
    /// Colour of its class.
    pub ink: Ink,
    /// What may be written beside it.
    pub texts: Texts,
}

/// Places objects `shift_us` microseconds after the frame in which they were seen. Vehicles come first, then
/// who came first, so that labels do not take each other's places from frame to frame.
pub(super) fn place(objects: &[Object], shift_us: i64, page: &Page) -> Vec<Thing> {
    let mut objects: Vec<(Kind, &Object)> =
        objects.iter().map(|object| (Kind::of(&object.class), object)).collect();
    objects.sort_by_key(|(kind, object)| (*kind != Kind::Vehicle, object.track_id));
    let thing = |(kind, object): (Kind, &Object)| {
        let rect = page.rect(moved(object, shift_us))?;
        Some(Thing { rect, ink: Ink::of_kind(kind), texts: Texts::of(object, kind) })
    };
    objects.into_iter().filter_map(thing).collect()
}

/// The box of an object so many microseconds later, or earlier.
fn moved(Object { bbox, velocity, .. }: &Object, shift_us: i64) -> BBox {
    let seconds = shift_us as f32 / 1e6;
    let (x, y) = (velocity.x * seconds, velocity.y * seconds);
    BBox { x1: bbox.x1 + x, y1: bbox.y1 + y, x2: bbox.x2 + x, y2: bbox.y2 + y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        nouns::{picture::Planes, place::Velocity},
        overlay::known::Sheet,
    };

    fn object(track_id: u64, class: &str, x1: f32) -> Object {
        Object {
            track_id,
            class: class.into(),
            confidence: 0.9,
            bbox: BBox { x1, y1: 40.0, x2: x1 + 20.0, y2: 80.0 },
            velocity: Velocity { x: 100.0, y: -20.0 },
            speed_kmh: None,
            trail: Vec::new(),
        }
    }

    #[test]
    fn things_are_where_their_velocity_has_brought_them_and_vehicles_come_first() {
        let planes = Planes::grey(400, 200, 0);
        let page = Page::of(&planes, &Sheet { frame: (400, 200), scale: 1, captured_us: 0, take: 0 });
        let page = page.expect("there is a picture");
        let objects = [object(9, "person", 100.0), object(3, "person", 380.0), object(12, "Truck", 60.0)];
        let placed = |shift_us| -> Vec<String> {
            let things = place(&objects, shift_us, &page);
            let told = |thing: &Thing| format!("{} {} {}", thing.texts.short, thing.rect.x, thing.rect.y);
            things.iter().map(told).collect()
        };
        assert_eq!(placed(0), ["#12 60 40", "#3 380 40", "#9 100 40"]);
        assert_eq!(placed(500_000), ["#12 110 30", "#9 150 30"], "one has left the picture");
        assert_eq!(placed(-200_000)[0], "#12 40 44");
    }
}
