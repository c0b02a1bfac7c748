//! Circles of imports between files: two files that need each other are one room, or lack a noun below both.

use std::collections::{BTreeMap, BTreeSet};

use syn::{UseTree, visit::Visit};

use crate::source::{Source, product, viewer};

/// Which file imports which, by name.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Files that reach each other, as one text a circle.
fn circles(imports: &Imports) -> Vec<String> {
    let reach = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(file) = next.pop() {
            for to in imports.get(&file).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        imports.keys().map(|file| (file, reach(file))).collect();
    let mut found = BTreeSet::new();
    for (file, others) in &reached {
        if others.contains(*file) {
            let circle =
                others.iter().filter(|other| reached.get(other).is_some_and(|back| back.contains(*file)));
            found.insert(circle.cloned().collect::<Vec<_>>().join(", "));
        }
    }
    found.into_iter().collect()
}

/// The module of a file: `src/encode/queue.rs` is `encode::queue`.
fn module(path: &str) -> String {
    path.trim_start_matches("src/").trim_end_matches(".rs").replace('/', "::")
}

/// Paths that a file's product imports or names in full, as they are written.
struct Uses(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        flatten(&item.tree, &mut Vec::new(), &mut self.0);
    }

    /// Who may see something is no import.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.first().is_some_and(|first| matches!(first.as_str(), "crate" | "super" | "self")) {
            self.0.push(segments);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" && module.ident != "sys" {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
        UseTree::Name(name) => found.push(with(before, &name.ident.to_string())),
        UseTree::Rename(name) => found.push(with(before, &name.ident.to_string())),
        UseTree::Glob(_) => found.push(before.clone()),
    }
}

fn with(before: &[String], last: &str) -> Vec<String> {
    before.iter().cloned().chain([last.to_owned()]).collect()
}

/// Which of our modules a path of module `from` leads to.
fn target(from: &str, path: &[String], modules: &BTreeSet<String>) -> Option<String> {
    let mut base: Vec<String> = from.split("::").map(str::to_owned).collect();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => (base, rest) = (Vec::new(), &rest[1..]),
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|segment| segment == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        first if modules.contains(&format!("{from}::{first}")) => {}
        _ => return None,
    }
    let whole: Vec<String> = base.into_iter().chain(rest.iter().cloned()).collect();
    let mut lengths = (1..=whole.len()).rev();
    lengths.find_map(|length| Some(whole[..length].join("::")).filter(|path| modules.contains(path)))
}

/// Which module imports which, of the program.
pub fn imports() -> Imports {
    let sources = product();
    let modules: BTreeSet<String> = sources.iter().map(|source| module(&source.path)).collect();
    let of = |source: &Source| {
        let from = module(&source.path);
        let mut uses = Uses(Vec::new());
        uses.visit_file(&syn::parse_file(source.product()).expect("the compiler has read it"));
        let to = uses.0.iter().filter_map(|path| target(&from, path, &modules)).filter(|to| *to != from);
        (from.clone(), to.collect())
    };
    sources.iter().map(of).collect()
}

#[test]
fn no_files_of_the_program_import_each_other_in_a_circle() {
    let found = circles(&imports());
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
}

/// Where a relative import of a file leads.
fn resolve(from: &str, import: &str) -> String {
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.join("/").trim_end_matches(".js").to_owned()
}

#[test]
fn no_files_of_the_viewer_import_each_other_in_a_circle() {
    let sources = viewer();
    let name = |path: &str| path.trim_end_matches(".tsx").trim_end_matches(".ts").to_owned();
    let of = |source: &Source| {
        let quoted = source.text.split(" from '").skip(1).chain(source.text.split("import('").skip(1));
        let relative =
            quoted.filter_map(|rest| rest.split('\'').next()).filter(|import| import.starts_with('.'));
        (name(&source.path), relative.map(|import| name(&resolve(&source.path, import))).collect())
    };
    let imports: Imports = sources.iter().map(of).collect();
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 50, "imports are found");
    let found = circles(&imports);
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_and_a_line_is_none() {
    let import = |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
    let line: Imports = [import("a", &["b", "c"]), import("b", &["c"]), import("c", &[])].into();
    assert!(circles(&line).is_empty());
    let circle: Imports =
        [import("a", &["b"]), import("b", &["c"]), import("c", &["a"]), import("d", &["a"])].into();
    assert_eq!(circles(&circle), ["a, b, c"]);
}
