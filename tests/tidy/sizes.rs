//! Sizes of files and functions: what somebody takes in at once.
//!
//! The drawn scene is left out: it is a picture in the form of code.

use proc_macro2::{TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

use crate::source::{Source, product};

/// Bounds on something that is counted: of half, of nine in ten, and of all.
struct Bounds {
    what: &'static str,
    median: usize,
    p90: usize,
    max: usize,
}

const FILE_LINES: Bounds = Bounds { what: "lines of a file", median: 115, p90: 240, max: 350 };
const FUNCTION_LINES: Bounds = Bounds { what: "lines of a function", median: 18, p90: 18, max: 60 };
const FUNCTION_TOKENS: Bounds = Bounds { what: "tokens of a function", median: 200, p90: 200, max: 500 };

/// Most parameters of a function, `self` not counted.
const PARAMETERS: usize = 5;

/// Something counted, and where.
struct Size {
    place: String,
    size: usize,
}

impl Bounds {
    fn hold(&self, mut sizes: Vec<Size>) {
        sizes.sort_by_key(|one| one.size);
        let at = |share: f64| sizes[((sizes.len() - 1) as f64 * share) as usize].size;
        let (median, p90) = (at(0.5), at(0.9));
        eprintln!("{}: median {median}, p90 {p90}, max {}", self.what, at(1.0));
        let above = sizes.iter().rev().filter(|one| one.size > self.max);
        let above: Vec<String> = above.map(|one| format!("{}: {}", one.place, one.size)).collect();
        assert!(above.is_empty(), "{} above {}:\n{}", self.what, self.max, above.join("\n"));
        assert!(median <= self.median && p90 <= self.p90, "{}: median {median}, p90 {p90}", self.what);
    }
}

fn sources() -> Vec<Source> {
    product().into_iter().filter(|source| !source.path.starts_with("src/source/scene")).collect()
}

/// A function of a file.
struct Function {
    name: String,
    lines: usize,
    tokens: usize,
    parameters: usize,
}

/// Finds functions, tests left out.
struct Functions<'a> {
    path: &'a str,
    found: Vec<Function>,
}

impl Functions<'_> {
    fn note(&mut self, signature: &syn::Signature, body: &syn::Block, tokens: TokenStream) {
        let (first, last) = (signature.span().start().line, body.span().end().line);
        let inputs = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_)));
        self.found.push(Function {
            name: format!("{}:{first} {}", self.path, signature.ident),
            lines: last + 1 - first,
            tokens: count(tokens),
            parameters: inputs.count(),
        });
    }
}

fn count(tokens: TokenStream) -> usize {
    let one = |tree| match tree {
        // Both its brackets count.
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(one).sum()
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.sig, &function.block, tokens_of(&function.block));
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.sig, &function.block, tokens_of(&function.block));
        syn::visit::visit_impl_item_fn(self, function);
    }
}

fn tokens_of(block: &syn::Block) -> TokenStream {
    block.span().source_text().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn functions() -> Vec<Function> {
    let mut found = Vec::new();
    for source in sources() {
        let file = syn::parse_file(&source.text).expect("the compiler has read it");
        let mut functions = Functions { path: &source.path, found: Vec::new() };
        functions.visit_file(&file);
        found.append(&mut functions.found);
    }
    assert!(found.len() > 1000, "{} functions", found.len());
    found
}

#[test]
fn files_stay_small() {
    let size = |source: &Source| Size { place: source.path.clone(), size: source.product().lines().count() };
    FILE_LINES.hold(sources().iter().map(size).collect());
}

#[test]
fn functions_stay_short() {
    let functions = functions();
    let sizes = |size: fn(&Function) -> usize| {
        functions.iter().map(|one| Size { place: one.name.clone(), size: size(one) }).collect()
    };
    FUNCTION_LINES.hold(sizes(|one| one.lines));
    FUNCTION_TOKENS.hold(sizes(|one| one.tokens));
    let many: Vec<&str> =
        functions.iter().filter(|one| one.parameters > PARAMETERS).map(|one| &*one.name).collect();
    assert!(many.is_empty(), "more than {PARAMETERS} parameters: {many:?}");
}
