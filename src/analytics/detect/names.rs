//! What a detector's classes are called: from its metadata, from a file beside it, or COCO's names.

use std::{path::Path, sync::Arc};

use super::super::engine::Model;

/// The 80 classes of COCO's detection task, in its order.
const COCO: &str = "\
    person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,\
    parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,\
    tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,\
    tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,\
    hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,\
    keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,\
    hair drier,toothbrush";

/// The names of a model's classes; `count` says how many there are, where that is known. A class without a
/// name is called by its number.
pub fn names(model: &Model, count: Option<usize>) -> Vec<Arc<str>> {
    let told = model.metadata("names").map(of_metadata).filter(|names| !names.is_empty());
    let coco: Vec<String> = COCO.split(',').map(str::to_owned).collect();
    let known = told
        .or_else(|| beside(model.path()))
        .unwrap_or_else(|| if count.is_none_or(|count| count == coco.len()) { coco } else { vec![] });
    let names = known.into_iter().map(Arc::from);
    match count {
        Some(count) => {
            names.map(Some).chain(std::iter::repeat(None)).take(count).enumerate().map(numbered).collect()
        }
        None => names.collect(),
    }
}

/// The names in the file beside a model, one a line; `None` where there is no such file.
fn beside(model: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(model.with_extension("names")).ok()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(lines.map(str::to_owned).collect())
}

/// A class's name, or its number where it has none.
fn numbered((n, name): (usize, Option<Arc<str>>)) -> Arc<str> {
    name.unwrap_or_else(|| Arc::from(format!("class {n}")))
}

/// The names in the metadata of Ultralytics' exports: a Python dictionary, `{0: 'person', 1: 'bicycle'}`, its
/// keys in order.
fn of_metadata(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        names.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_a_python_dictionary() {
        assert_eq!(
            of_metadata("{0: 'person', 1: \"driver's seat\", 2: 'traffic light'}"),
            ["person", "driver's seat", "traffic light"]
        );
        assert!(of_metadata("{}").is_empty());
        assert!(of_metadata("{0: 'cut").is_empty());
    }

    #[test]
    fn coco_has_eighty_names() {
        let names: Vec<&str> = COCO.split(',').collect();
        assert_eq!(
            (names.len(), names[0], names[2], names[7], names[79]),
            (80, "person", "car", "truck", "toothbrush")
        );
    }
}
