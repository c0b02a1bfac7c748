//! What a detector's classes are called and which of them count, as far as its layout is known. Pure.
//!
//! A class that is asked for is refused only once names are sure: until then the layout may change, and with
//! it how many classes there are.

use std::{collections::HashSet, sync::Arc};

use super::{classes::Classes, layout::Layout, names::Names};

/// A detector's classes.
pub struct Naming {
    names: Names,
    /// Names that were asked for; empty: all count.
    asked: HashSet<String>,
    classes: Classes,
    /// Classes that the layout tells apart, if it says so.
    count: Option<usize>,
    /// Whether classes are counted from 1.
    counted_from_one: bool,
}

impl Naming {
    /// The classes of a model with these names, of which those `asked` for count, read by this layout;
    /// `is_sure` where it is the only one as far as classes are concerned.
    ///
    /// # Errors
    /// What is said of a class that is asked for and surely is none.
    pub fn new(
        names: Names,
        asked: HashSet<String>,
        layout: &Layout,
        is_sure: bool,
    ) -> Result<Naming, String> {
        let classes = Classes::likely(Vec::new(), &asked);
        let mut naming = Naming { names, asked, classes, count: None, counted_from_one: false };
        naming.read_by(layout, is_sure)?;
        Ok(naming)
    }

    /// Takes another layout, or one that is sure now.
    ///
    /// # Errors
    /// As of [`Naming::new`].
    pub fn read_by(&mut self, layout: &Layout, is_sure: bool) -> Result<(), String> {
        (self.count, self.counted_from_one) = (layout.classes(), layout.counted_from_one);
        let names = self.names.all(self.count, self.counted_from_one);
        self.classes = if is_sure || self.names.are_told() {
            Classes::new(names, &self.asked)?
        } else {
            Classes::likely(names, &self.asked)
        };
        Ok(())
    }

    /// Takes in the highest class of a result: one beyond COCO's shows that assumed names are wrong.
    ///
    /// # Errors
    /// As of [`Naming::new`].
    pub fn note(&mut self, class: usize) -> Result<(), String> {
        if self.count.is_some() || !self.names.disprove(class, self.counted_from_one) {
            return Ok(());
        }
        self.classes = Classes::new(self.names.all(None, self.counted_from_one), &self.asked)?;
        Ok(())
    }

    /// The classes.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Names of the classes, in the model's order.
    pub fn names(&self) -> &[Arc<str>] {
        self.classes.names()
    }

    /// Least number of a class that cannot be; `None` where any may.
    pub fn bound(&self) -> Option<usize> {
        let shift = usize::from(self.counted_from_one);
        self.names.count().map(|count| count + shift).or(self.count)
    }

    /// Where names are from, in a few words; empty where the file says them.
    pub fn words(&self) -> &'static str {
        match () {
            () if self.names.are_told() => "",
            () if self.names.are_assumed(self.count, self.counted_from_one) => {
                "; its classes are taken for COCO's"
            }
            () => "; its classes have no names but their numbers",
        }
    }

    /// What is said of names that are only assumed, where not even their number speaks for them.
    pub fn warning(&self) -> Option<String> {
        let help = "name them in its metadata, or one a line in a file beside it that ends in .names";
        if self.names.are_told() || self.count.is_some() {
            return None;
        }
        let what = match self.names.disproved() {
            Some(class) => format!("and {class} is none of COCO's: they are called by their numbers"),
            None => "and is taken to know those of COCO".to_owned(),
        };
        Some(format!("the detector names no classes, {what}; {help}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::detect::{family::Family, plan::Plan, table::Table};

    /// A layout whose classes are numbers, or are so many.
    fn layout(classes: Option<usize>) -> Layout {
        let table = Table { output: 0, candidates: 300, width: 6, across: false };
        let plan = Plan::free(Family::EndToEnd, table);
        match classes {
            Some(classes) => {
                Plan::free(Family::Detr, table)
                    .scores(4, classes, crate::analytics::detect::told::Extra::Nothing)
                    .0
            }
            None => plan.best(4, 5).0,
        }
    }

    fn naming(asked: &[&str], classes: Option<usize>, is_sure: bool) -> Result<Naming, String> {
        let asked = asked.iter().map(|name| (*name).to_owned()).collect();
        Naming::new(Names::default(), asked, &layout(classes), is_sure)
    }

    #[test]
    fn cocos_names_are_assumed_in_words_until_a_class_shows_that_they_are_wrong() {
        let mut naming = naming(&[], None, true).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(&*naming.classes().name(2), "car");
        naming.note(79).expect("COCO has it");
        assert!(naming.warning().is_some_and(|words| words.contains("COCO")) && naming.bound().is_none());
        naming.note(80).expect("nothing is asked for");
        assert_eq!((&*naming.classes().name(2), &*naming.classes().name(93)), ("class 2", "class 93"));
        let words = naming.warning().unwrap_or_default();
        assert!(words.contains("80 is none of COCO's") && words.contains(".names"), "{words}");
        assert!(naming.words().contains("numbers"));
    }

    #[test]
    fn eighty_classes_without_names_are_cocos_and_others_have_numbers() {
        let eighty = naming(&["zebra"], Some(80), true).unwrap_or_else(|why| panic!("{why}"));
        assert!(eighty.warning().is_none() && eighty.words().contains("COCO"));
        let three = naming(&[], Some(3), true).unwrap_or_else(|why| panic!("{why}"));
        assert!(three.warning().is_none() && three.words().contains("numbers"));
    }

    #[test]
    fn a_class_is_refused_only_once_names_are_sure() {
        let mut naming = naming(&["class 1"], Some(80), false).unwrap_or_else(|why| panic!("{why}"));
        assert!(!naming.classes().is_wanted(1));
        naming.read_by(&layout(Some(2)), true).expect("it has that class");
        assert!(naming.classes().is_wanted(1) && !naming.classes().is_wanted(0));
        let why = naming.read_by(&layout(Some(80)), true).expect_err("COCO has no such class");
        assert!(why.contains("no class \"class 1\""), "{why}");
    }

    #[test]
    fn a_class_that_only_cocos_names_have_is_refused_where_they_are_wrong() {
        let mut naming = naming(&["person"], None, true).unwrap_or_else(|why| panic!("{why}"));
        let why = naming.note(90).expect_err("nobody knows which is a person");
        assert!(why.contains("no class \"person\""), "{why}");
    }
}
