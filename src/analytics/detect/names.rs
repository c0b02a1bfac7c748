//! What a detector's classes are called: from its metadata, from a file beside it, or COCO's names.

use std::{path::Path, sync::Arc};

use super::labels::labels;
use crate::analytics::engine::Model;

/// The 80 classes of COCO's detection task, in its order.
const COCO: &str = "\
    person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,\
    parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,\
    tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,\
    tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,\
    hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,\
    keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,\
    hair drier,toothbrush";

/// Keys of metadata under which exports name classes.
const KEYS: [&str; 5] = ["names", "class_names", "classes", "labels", "id2label"];

/// Numbers that COCO's detection task leaves out, counted from 1 as the set itself does, and the first.
const COCO_GAPS: [usize; 11] = [0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83];

/// Classes of models that keep COCO's own numbers: DETR, and TensorFlow's.
const COCO_NUMBERS: usize = 91;

/// What a model's classes are called, as far as anything says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    told: Option<Vec<String>>,
    /// A class that was seen and is none of COCO's.
    disproved: Option<usize>,
}

impl Names {
    /// The names in a model's metadata, or in the file beside it.
    pub fn of(model: &Model) -> Names {
        let told = KEYS.iter().find_map(|key| model.metadata(key).and_then(labels));
        Names { told: told.or_else(|| beside(model.path())), disproved: None }
    }

    /// How many classes are named.
    pub fn count(&self) -> Option<usize> {
        self.told.as_ref().map(Vec::len)
    }

    /// Whether the model names its classes, or somebody does for it.
    pub fn are_told(&self) -> bool {
        self.told.is_some()
    }

    /// The names of all classes; `count` says how many there are, where that is known, and `counted_from_one`
    /// that they are counted from 1. COCO's are taken where nothing is named and there may be as many. A
    /// class without a name is called by its number.
    pub fn all(&self, count: Option<usize>, counted_from_one: bool) -> Vec<Arc<str>> {
        let known = match &self.told {
            Some(told) if counted_from_one && told.first().is_some_and(|name| !name.is_empty()) => {
                std::iter::once(String::new()).chain(told.iter().cloned()).collect()
            }
            Some(told) => told.clone(),
            None => self.assumed(count, counted_from_one).unwrap_or_default(),
        };
        let count = count.unwrap_or(known.len());
        let names = known.into_iter().chain(std::iter::repeat(String::new())).take(count);
        names.enumerate().map(numbered).collect()
    }

    /// COCO's names, where classes may be these.
    fn assumed(&self, count: Option<usize>, counted_from_one: bool) -> Option<Vec<String>> {
        let mut names = COCO.split(',').map(str::to_owned);
        match count {
            _ if self.told.is_some() || self.disproved.is_some() => None,
            Some(COCO_NUMBERS) => Some(with_gaps(&mut names)),
            None if counted_from_one => Some(with_gaps(&mut names)),
            Some(count) if count != names.clone().count() => None,
            _ => Some(names.collect()),
        }
    }

    /// Whether COCO's names are taken for want of others.
    pub fn are_assumed(&self, count: Option<usize>, counted_from_one: bool) -> bool {
        self.assumed(count, counted_from_one).is_some()
    }

    /// Takes in a class that was seen; says whether it is the first to show that names are not COCO's.
    pub fn disprove(&mut self, class: usize, counted_from_one: bool) -> bool {
        let is_none = self.assumed(None, counted_from_one).is_some_and(|names| class >= names.len());
        self.disproved = self.disproved.or(is_none.then_some(class));
        is_none
    }

    /// The class that showed that names are not COCO's.
    pub fn disproved(&self) -> Option<usize> {
        self.disproved
    }
}

/// COCO's names by its own numbers.
fn with_gaps(names: &mut impl Iterator<Item = String>) -> Vec<String> {
    let name = |n| if COCO_GAPS.contains(&n) { Some(String::new()) } else { names.next() };
    (0..COCO_NUMBERS).map_while(name).collect()
}

/// The names in the file beside a model, one a line; `None` where there is no such file.
fn beside(model: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(model.with_extension("names")).ok()?;
    let lines: Vec<String> =
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then_some(lines)
}

/// A class's name, or its number where it has none.
fn numbered((n, name): (usize, String)) -> Arc<str> {
    if name.is_empty() { Arc::from(format!("class {n}")) } else { Arc::from(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coco_has_eighty_names_and_stands_in_where_nothing_is_named() {
        let names = Names::default().all(Some(80), false);
        assert_eq!(
            (names.len(), &*names[0], &*names[2], &*names[7], &*names[79]),
            (80, "person", "car", "truck", "toothbrush")
        );
        assert_eq!(Names::default().all(Some(2), false), ["class 0", "class 1"].map(Arc::from));
        assert_eq!(Names::default().all(None, false).len(), 80);
    }

    #[test]
    fn models_that_keep_cocos_numbers_have_gaps() {
        for names in [Names::default().all(Some(91), false), Names::default().all(None, true)] {
            let some = [0, 1, 3, 8, 12, 13, 90].map(|n| &*names[n]);
            let named = ["class 0", "person", "car", "truck", "class 12", "stop sign", "toothbrush"];
            assert_eq!((names.len(), some), (91, named));
        }
    }

    fn told(names: &[&str]) -> Names {
        Names { told: Some(names.iter().map(|name| (*name).to_owned()).collect()), disproved: None }
    }

    #[test]
    fn classes_without_a_name_are_called_by_their_number() {
        let names = told(&["person", ""]);
        assert_eq!(names.all(Some(3), false), ["person", "class 1", "class 2"].map(Arc::from));
        assert_eq!(names.count(), Some(2));
    }

    #[test]
    fn names_of_classes_that_are_counted_from_1_line_up() {
        for names in [told(&["person", "car"]), told(&["", "person", "car"])] {
            assert_eq!(names.all(None, true), ["class 0", "person", "car"].map(Arc::from));
        }
    }
}
