//! Changes of one camera, written into the text of a cameras file: comments, order and form stay.
//!
//! In go the text and how the camera is described before and from now on, out comes the text. Pure.

use serde_json::{Map, Value as Json};
use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, RawString, Table, TableLike, TomlError, Value,
};

use super::{
    entry::{Entry, without_values},
    mistake::Mistake,
};

/// Whole numbers below this are the same as integers and as floating-point numbers.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Field of the rules.
const RULES: &str = "rules";

/// A camera that is described otherwise from now on.
pub struct Edit<'a> {
    /// Name of the camera.
    pub camera: &'a str,
    /// What the text says of it; `None` where there is no such camera yet.
    pub had: Option<&'a Entry>,
    /// What the text shall say; `None` where there shall be no such camera.
    pub has: Option<&'a Entry>,
}

impl Edit<'_> {
    /// The text with the edit; what has nothing to do with it stays as it is.
    ///
    /// # Errors
    /// A text that is no TOML.
    pub fn written_into(&self, text: &str) -> Result<String, Mistake> {
        let mut document: DocumentMut = text
            .parse()
            .map_err(|error: TomlError| Mistake::at(text, error.span(), without_values(error.message())))?;
        let Some(entry) = self.has else {
            let opening = take_out(&mut document, self.camera);
            return Ok(opening + &document.to_string());
        };
        let is_new = !document.contains_key(self.camera);
        if is_new {
            add(&mut document, self.camera);
        }
        let had = self.had.map(Entry::fields).unwrap_or_default();
        if let Some(table) = document.get_mut(self.camera).and_then(Item::as_table_like_mut) {
            change(table, &had, &entry.fields());
        }
        let had_rules = had.get(RULES).and_then(Json::as_array).is_some_and(|rules| !rules.is_empty());
        if let Some(table) = document.get_mut(self.camera).and_then(Item::as_table_mut).filter(|_| !had_rules)
        {
            spread(table);
            if is_new {
                open_by_rules(table);
            }
        }
        Ok(document.to_string())
    }
}

/// Writes rules that are new as people write them: a table each, and no list of more than a line.
fn spread(table: &mut Table) {
    let rank = |name: &str| ["id", "when"].iter().position(|first| *first == name).unwrap_or(2);
    let table_of = |rule: &Value| {
        let mut table = rule.as_inline_table()?.clone().into_table();
        // The reader looks for these first.
        table.sort_values_by(|one, _, other, _| rank(one).cmp(&rank(other)));
        Some(table)
    };
    let tables = |array: &Array| array.iter().map(table_of).collect();
    let rules = table.get(RULES).and_then(Item::as_array).and_then(tables);
    if let Some(rules) = rules.filter(|rules: &ArrayOfTables| !rules.is_empty()) {
        table.remove(RULES);
        table.insert(RULES, Item::ArrayOfTables(rules));
    }
}

/// Has a table that holds rules alone have no header of its own: those of the rules say whose they are.
fn open_by_rules(table: &mut Table) {
    if !table.get_values().is_empty() {
        return;
    }
    let above = table.decor().clone();
    let Some(first) =
        table.get_mut(RULES).and_then(Item::as_array_of_tables_mut).and_then(|all| all.get_mut(0))
    else {
        return;
    };
    *first.decor_mut() = above;
    table.set_implicit(true);
}

/// Adds an empty table behind everything else, comments included.
fn add(document: &mut DocumentMut, camera: &str) {
    let (mut table, mut last) = (Table::new(), 0_isize);
    each_table(document.as_table_mut(), &mut |table| last = last.max(table.position().unwrap_or(0)));
    table.set_position(Some(last + 1));
    let above = text_of(Some(document.trailing()));
    if !above.is_empty() {
        table.decor_mut().set_prefix(above + "\n");
        document.set_trailing("");
    }
    document.insert(camera, Item::Table(table));
}

/// Takes a camera's table out. What stands above it and is not about it alone goes to what is next; where
/// that has no header, it is returned, to open the text.
fn take_out(document: &mut DocumentMut, camera: &str) -> String {
    let root = document.as_table_mut();
    let opens = root.iter().next().is_some_and(|(name, _)| name == camera);
    let Some((key, mut item)) = root.remove_entry(camera) else { return String::new() };
    let Some((at, above)) = header(&mut item) else {
        return kept(&text_of(key.leaf_decor().prefix()), opens).to_owned();
    };
    let mut places = Vec::new();
    each_table(root, &mut |table| places.extend(table.position()));
    let first = places.iter().all(|other| *other > at);
    let next = places.into_iter().filter(|other| *other > at).min();
    let opens = first && root.get_values().is_empty();
    let kept = kept(&above, opens);
    if next.is_none() {
        let trailing = [kept, &text_of(Some(document.trailing()))].concat();
        document.set_trailing(trailing);
        return String::new();
    }
    each_table(root, &mut |table| {
        if table.position() == next {
            let above = [kept, &text_of(table.decor().prefix())].concat();
            table.decor_mut().set_prefix(above);
        }
    });
    String::new()
}

/// Where the first header of an item stands among all, and what stands above it.
fn header(item: &mut Item) -> Option<(isize, String)> {
    let mut found: Option<(isize, String)> = None;
    each_table_of(item, &mut |table| {
        if let Some(at) = table.position().filter(|at| found.as_ref().is_none_or(|(first, _)| at < first)) {
            found = Some((at, text_of(table.decor().prefix())));
        }
    });
    found
}

/// Of what stands above a table, what is not about it alone: comments that a blank line keeps apart from it;
/// and where it `opens` the text and there are none, everything.
fn kept(above: &str, opens: bool) -> &str {
    let (mut read, mut apart) = (0, 0);
    for line in above.split_inclusive('\n') {
        read += line.len();
        if line.trim().is_empty() {
            apart = read;
        }
    }
    match &above[..apart] {
        apart if apart.contains('#') => apart,
        _ if opens => above,
        _ => "",
    }
}

/// Visits the tables in a table.
fn each_table(table: &mut Table, visit: &mut dyn FnMut(&mut Table)) {
    table.iter_mut().for_each(|(_, item)| each_table_of(item, visit));
}

/// Visits the tables that an item is, and those in them.
fn each_table_of(item: &mut Item, visit: &mut dyn FnMut(&mut Table)) {
    let mut both = |table: &mut Table| {
        visit(table);
        each_table(table, visit);
    };
    match item {
        Item::Table(table) => both(table),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(both),
        Item::None | Item::Value(_) => {}
    }
}

/// Makes a table that says `had` say `has`; what is the same in both is not touched.
fn change(table: &mut dyn TableLike, had: &Map<String, Json>, has: &Map<String, Json>) {
    for name in had.keys().filter(|name| !has.contains_key(*name)) {
        table.remove(name);
    }
    let mut changed: Vec<_> = has.iter().filter(|(name, json)| had.get(*name) != Some(json)).collect();
    // What people look for first comes first.
    changed.sort_by_key(|(name, _)| *name != "source");
    for (name, json) in changed {
        let had = had.get(name).unwrap_or(&Json::Null);
        if table.get_mut(name).is_some_and(|item| renew(item, had, json)) {
            continue;
        }
        // Of another form: also the name is written otherwise.
        table.remove(name);
        if let Some(value) = value_of(json) {
            table.insert(name, Item::Value(value));
        }
    }
}

/// Makes an item that says `had` say `has`, in the form in which it is written; tells whether it can.
fn renew(item: &mut Item, had: &Json, has: &Json) -> bool {
    match (&mut *item, had, has) {
        (Item::ArrayOfTables(tables), Json::Array(had), Json::Array(has)) if !has.is_empty() => {
            *tables = renewed_tables(tables, had, has);
        }
        (Item::Value(value), ..) => renew_value(value, had, has),
        _ => return false,
    }
    true
}

/// The tables `[[…]]` that say `had` as those that say `has`.
fn renewed_tables(tables: &ArrayOfTables, had: &[Json], has: &[Json]) -> ArrayOfTables {
    let nothing = Map::new();
    let mut places = Vec::new();
    let mut renewed: Vec<Table> = Vec::new();
    for (at, json) in has.iter().enumerate() {
        let before = origin(had, json, at);
        let mut table = before.and_then(|before| tables.get(before)).cloned().unwrap_or_default();
        places.extend(table.position());
        let fields = before.and_then(|before| had[before].as_object()).unwrap_or(&nothing);
        change(&mut table, fields, json.as_object().unwrap_or(&nothing));
        renewed.push(table);
    }
    // Tables are printed by their places, which are those of an earlier order.
    places.sort_unstable();
    let placed = renewed.iter_mut().filter(|table| table.position().is_some());
    placed.zip(places).for_each(|(table, place)| table.set_position(Some(place)));
    renewed.into_iter().collect()
}

/// Makes a value that says `had` say `has`; a comment behind it stays.
fn renew_value(value: &mut Value, had: &Json, has: &Json) {
    match (&mut *value, had, has) {
        (Value::InlineTable(table), Json::Object(had), Json::Object(has)) if had.keys().eq(has.keys()) => {
            change(table, had, has);
        }
        (Value::Array(array), Json::Array(had), Json::Array(has)) if array.len() == had.len() => {
            renew_array(array, had, has);
        }
        _ => {
            if let Some(mut new) = value_of(has) {
                *new.decor_mut() = value.decor().clone();
                *value = new;
            }
        }
    }
}

/// Makes an array that says `had` say `has`; what is the same in both stays as it is written.
fn renew_array(array: &mut Array, had: &[Json], has: &[Json]) {
    let trailing = text_of(Some(array.trailing()));
    let before: Vec<(String, String)> =
        array.iter().map(|value| text_of(value.decor().prefix())).chain([trailing]).map(parted).collect();
    let (indent, mut renewed) = (array.iter().last().and_then(indent_of), Vec::new());
    let mut behind = before[0].0.as_str();
    for (at, json) in has.iter().enumerate() {
        let from = origin(had, json, at);
        let value = from.map_or_else(|| value_of(json), |from| array.get(from).cloned());
        let Some(mut value) = value else { continue };
        if let Some(from) = from.filter(|from| had[*from] != *json) {
            renew_value(&mut value, &had[from], json);
        }
        let own = from.map_or(indent.as_deref(), |from| Some(before[from].1.as_str()));
        if own.is_some() || !behind.is_empty() {
            value.decor_mut().set_prefix(joined(behind, own.unwrap_or_default()));
        }
        behind = from.map_or("", |from| before[from + 1].0.as_str());
        renewed.push(value);
    }
    let trailing = joined(behind, &before[before.len() - 1].1);
    array.set_trailing(trailing);
    array.clear();
    renewed.into_iter().for_each(|value| array.push_formatted(value));
}

fn text_of(text: Option<&RawString>) -> String {
    text.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// What stands before a value, parted: what ends the line of the one before it, as a comment about that, and
/// its own.
fn parted(before: String) -> (String, String) {
    match before.find('\n') {
        Some(end) => (before[..end].to_owned(), before[end..].to_owned()),
        None => (String::new(), before),
    }
}

/// What ends a line and what comes next, so that no comment goes on over that.
fn joined(behind: &str, own: &str) -> String {
    let line_break = if behind.contains('#') && !own.starts_with('\n') { "\n" } else { "" };
    [behind, line_break, own].concat()
}

/// The line break and the blanks before a value that stands on a line of its own.
fn indent_of(value: &Value) -> Option<String> {
    let before = text_of(value.decor().prefix());
    before.rfind('\n').map(|at| before[at..].to_owned())
}

/// Place of the element that a new one at place `at` was before: the one of the same `id`, or without any the
/// one at the same place.
fn origin(had: &[Json], json: &Json, at: usize) -> Option<usize> {
    match json.get("id") {
        Some(id) => had.iter().position(|before| before.get("id") == Some(id)),
        None => (at < had.len()).then_some(at),
    }
}

/// A JSON value as TOML has it; `None` of null, which TOML cannot say.
fn value_of(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_f64()? {
            // As people write it.
            whole if whole.fract() == 0.0 && whole.abs() < MOST_EXACT => Value::from(whole as i64),
            value => Value::from(value),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().filter_map(value_of).collect::<Array>()),
        Json::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, json)| Some((name.as_str(), value_of(json)?)));
            Value::InlineTable(fields.collect::<InlineTable>())
        }
    })
}

#[cfg(test)]
mod tests;
