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

/// What a model's classes are called, as far as anything says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names(Option<Vec<String>>);

impl Names {
    /// The names in a model's metadata, or in the file beside it.
    pub fn of(model: &Model) -> Names {
        let told = KEYS.iter().find_map(|key| model.metadata(key).and_then(labels));
        Names(told.or_else(|| beside(model.path())))
    }

    /// How many classes are named.
    pub fn count(&self) -> Option<usize> {
        self.0.as_ref().map(Vec::len)
    }

    /// How many classes have a name, COCO's included.
    pub fn named(&self) -> usize {
        self.count().unwrap_or_else(|| COCO.split(',').count())
    }

    /// The names of all classes; `count` says how many there are, where that is known. COCO's are taken where
    /// nothing is named and there may be 80. A class without a name is called by its number.
    pub fn all(&self, count: Option<usize>) -> Vec<Arc<str>> {
        let coco = || COCO.split(',').map(str::to_owned).collect();
        let is_coco = count.is_none_or(|count| count == COCO.split(',').count());
        let known: Vec<String> = self.0.clone().unwrap_or_else(|| if is_coco { coco() } else { Vec::new() });
        let count = count.unwrap_or(known.len());
        let names = known.into_iter().chain(std::iter::repeat(String::new())).take(count);
        names.enumerate().map(numbered).collect()
    }
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
        let names = Names::default().all(Some(80));
        assert_eq!(
            (names.len(), &*names[0], &*names[2], &*names[7], &*names[79]),
            (80, "person", "car", "truck", "toothbrush")
        );
        assert_eq!(Names::default().all(Some(2)), ["class 0", "class 1"].map(Arc::from));
        assert_eq!(Names::default().all(None).len(), 80);
    }

    #[test]
    fn classes_without_a_name_are_called_by_their_number() {
        let names = Names(Some(vec!["person".to_owned(), String::new()]));
        assert_eq!(names.all(Some(3)), ["person", "class 1", "class 2"].map(Arc::from));
        assert_eq!(names.count(), Some(2));
    }
}
